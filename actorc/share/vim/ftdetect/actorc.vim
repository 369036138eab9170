" SPDX-License-Identifier: MIT
" Schemas of actorc.
autocmd BufRead,BufNewFile *.actor setfiletype actorc
