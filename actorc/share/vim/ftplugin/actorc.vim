" SPDX-License-Identifier: MIT
" Schemas of actorc: comments, and the layout of "actorc fmt".
if exists('b:did_ftplugin')
    finish
endif
let b:did_ftplugin = 1
setlocal commentstring=//\ %s comments=:///,://,sr:/*,mb:*,ex:*/ formatoptions+=croq
setlocal expandtab shiftwidth=4 softtabstop=4 suffixesadd=.actor formatprg=actorc\ fmt\ -
let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< expandtab< shiftwidth<'
            \ . ' softtabstop< suffixesadd< formatprg<'
