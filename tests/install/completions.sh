#!/bin/sh
# SPDX-License-Identifier: MIT
# completions.sh - what shells and vim know of actorc: each command and option, each keyword.
# usage: tests/install/completions.sh ACTORC
set -u
cd "$(dirname "$0")/../.." || exit 1
actorc=$(realpath "${1:-build/debug/actorc}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# try NAME COMMAND... - the command's output is shown when it fails.
try()
{
    name=$1
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- %s\n%s\n' "$name" "$output"
    fi
}

"$actorc" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' >"$work/commands"
while read -r command; do
    "$actorc" "$command" --help | sed -n 's/^ *\(-.*\)/\1/p' | sed 's/  .*//' |
        grep -o -- '-[-A-Za-z]*' | grep -v '^-W$\|^-$' | sed "s/^/$command /"
done <"$work/commands" | sort -u >"$work/options"
for shell in bash zsh fish; do
    actorc/share/completions.sh "$actorc" $shell >"$work/actorc.$shell" || exit 1
done

has_all()
{
    [ -s "$work/commands" ] && [ "$(wc -l <"$work/options")" -gt 5 ] && cut -d ' ' -f 2 "$work/options" |
        cat - "$work/commands" | while read -r word; do
            case $1:$word in
            fish:--*) grep -q -- " -l ${word#--} " "$work/actorc.$1" ;;
            fish:-??*) grep -q -- " -o ${word#-} " "$work/actorc.$1" ;;
            fish:-*) grep -q -- " -s ${word#-} " "$work/actorc.$1" ;;
            *) grep -qw -- "$word" "$work/actorc.$1" ;;
            esac || echo "no $word in that of $1"
        done | grep . && return 1
    return 0
}

parses()
{
    "$1" -n "$work/actorc.$1"
}

# completes WORDS... - prints what bash offers for the last word.
completes()
{
    bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _actorc; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$work/actorc.bash" actorc "$@"
}

offers_all_options()
{
    while read -r command option; do
        completes "$command" "$option" | grep -qFx -- "$option" || echo "$command: $option"
    done <"$work/options" | grep . && return 1
    return 0
}

offers_what_fits()
(
    mkdir "$work/there" && cd "$work/there" && touch one.actor other.c && mkdir folder &&
        [ "$(completes d)" = "$(grep '^d' "$work/commands")" ] &&
        [ "$(completes build --dep)" = --depfile ] && [ "$(completes --vers)" = --version ] &&
        [ "$(completes diff --format j)" = json ] && [ "$(completes build -o f)" = folder ] &&
        [ "$(completes diff o)" = one.actor ] && [ "$(completes fmt --checkx)" = '' ] &&
        [ "$(completes help bui)" = build ] && [ "$(completes explain E0100)" = E0100 ] &&
        [ "$(completes --depf)" = --depfile ] && [ "$(completes build -Wno-c)" = -Wno-closed ]
)

# fish can be asked what it would offer for a line.
fish_offers()
{
    HOME=$work fish --no-config -c "source $work/actorc.fish; complete -C '$1'" | cut -f 1 | grep -qFx -- "$2"
}

fish_offers_what_fits()
{
    fish_offers 'actorc dif' diff && fish_offers 'actorc diff --form' --format &&
        fish_offers 'actorc diff --format j' json && fish_offers 'actorc -MD --dep' --depfile &&
        ! fish_offers 'actorc fmt --dep' --depfile
}

# Prints the keywords of the grammar.
keywords()
{
    grep '^%token' actorc/parser.y | grep -o "\"'[a-z_0-9]*'\"" | tr -d "\"'"
}

vim_knows_all_keywords()
{
    [ "$(keywords | wc -l)" -gt 70 ] && keywords | while read -r word; do
        grep -q "^syntax keyword .* $word\( \|\$\)" actorc/share/vim/syntax/actorc.vim || echo "not in vim: $word"
    done | grep . && return 1
    return 0
}

# Opens a schema in vim and asks what it takes the words for.
vim_colours()
{
    printf '%s\n' 'schema s;' '/* a /* b */ c */ message M { u32 a = 0x1f; }' '/// doc' >"$work/v.actor"
    cat >"$work/ask.vim" <<'END'
filetype plugin on
syntax on
execute 'edit ' . $WORK . '/v.actor'
function Name(line, column)
    return synIDattr(synID(a:line, a:column, 1), 'name')
endfunction
call writefile([&filetype, Name(1, 1), Name(2, 15), Name(2, 19), Name(2, 27), Name(2, 31), Name(2, 39),
            \ Name(3, 2), &commentstring], $WORK . '/names')
qall!
END
    WORK=$work vim -Nu NONE -es --cmd "set runtimepath^=$PWD/actorc/share/vim" -S "$work/ask.vim" </dev/null
    printf '%s\n' actorc actorcDeclaration actorcComment actorcDeclaration actorcName actorcType \
        actorcNumber actorcDoc '// %s' | diff "$work/names" -
}

for shell in bash zsh fish; do
    try "$shell: all commands and options" has_all $shell
    if command -v $shell >/dev/null; then
        try "$shell: it parses" parses $shell
    else
        echo "no $shell: its completion is not parsed"
    fi
done
try 'bash: each option is offered' offers_all_options
try 'bash: files, folders and words' offers_what_fits
if command -v fish >/dev/null; then
    try 'fish: options and words' fish_offers_what_fits
fi
try 'vim: all keywords' vim_knows_all_keywords
if vim --version 2>/dev/null | grep -q '+syntax'; then
    try 'vim: colours' vim_colours
else
    echo 'no vim with syntax: its file is not tried'
fi
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
