" SPDX-License-Identifier: MIT
" Schemas of actorc, see actorc(5).
if exists('b:current_syntax')
    finish
endif

syntax keyword actorcDeclaration schema prefix import const open enum message union actor
syntax keyword actorcStatement on mailbox child supervise mode stash dedicated state timer every fd
syntax keyword actorcStatement reserved
syntax keyword actorcEffect tell ask delegate spawn watch
syntax keyword actorcWord start stop urgent reserve limit exclusive as within with by to in
syntax keyword actorcWord restarts backoff deprecated
syntax keyword actorcPolicy refuse drop_oldest drop_newest throttle
syntax keyword actorcPolicy round_robin least_loaded hash
syntax keyword actorcPolicy one_for_one all_for_one rest_for_one resume
syntax keyword actorcType bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 duration timestamp string bytes
syntax keyword actorcType ref opaque call
syntax keyword actorcBoolean true false
syntax keyword actorcLater remote durable isolate process topic publish subscribe key version

syntax match actorcNumber /\<-\?\d[0-9_]*\>/
syntax match actorcNumber /\<0x[0-9a-fA-F_]\+\>/
syntax match actorcNumber /\<0b[01_]\+\>/
syntax match actorcNumber /\<\d[0-9_]*\.\d[0-9_]*\([eE][-+]\?\d\+\)\?\>/
syntax match actorcNumber /\<\d[0-9_]*\(us\|ms\|s\|m\|h\|KiB\|MiB\|GiB\)\>/
syntax match actorcName /\<\u\w*\>/
syntax match actorcConstant /\<\u[A-Z0-9]*_[A-Z0-9_]*\>/
syntax match actorcOperator /->\|=>\|\.\.\|[|?*=]/
syntax region actorcString start=/"/ skip=/\\./ end=/"/ oneline contains=actorcEscape
syntax match actorcEscape /\\\(["'?\\abfnrtv]\|x\x\+\|\o\{1,3}\|u\x\{4}\|U\x\{8}\)/ contained
syntax keyword actorcNote NOTE XXX contained
syntax region actorcComment start=+/\*+ end=+\*/+ contains=actorcComment,actorcNote,@Spell
syntax match actorcComment +//.*$+ contains=actorcNote,@Spell
syntax match actorcDoc +///.*$+ contains=@Spell

highlight default link actorcDeclaration Structure
highlight default link actorcStatement Statement
highlight default link actorcEffect Function
highlight default link actorcWord Keyword
highlight default link actorcPolicy Constant
highlight default link actorcType Type
highlight default link actorcBoolean Boolean
highlight default link actorcLater Error
highlight default link actorcNumber Number
highlight default link actorcName Identifier
highlight default link actorcConstant Constant
highlight default link actorcOperator Operator
highlight default link actorcString String
highlight default link actorcEscape SpecialChar
highlight default link actorcNote Todo
highlight default link actorcComment Comment
highlight default link actorcDoc SpecialComment

let b:current_syntax = 'actorc'
