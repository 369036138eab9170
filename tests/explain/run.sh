#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - every code has a page; its wrong example gives just that code, and its right one none.
# usage: tests/explain/run.sh ACTORC
#
# An example is what is indented below "Wrong:" or "Right:", with options for actorc as in
# "Wrong, with -Wclosed:", or to be run as in "Wrong, in a shell:".
set -u

actorc=$(realpath "$1") || exit 1
include=$(realpath "$(dirname "$0")/../../runtime/include") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# The examples call it by its name, from a folder of their own.
ln -s "$actorc" "$work/actorc"
PATH=$work:$PATH
passed=0
failed=0

result()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $2"
    else
        failed=$((failed + 1))
        echo "FAIL $2"
        [ -s log ] && cat log
    fi
}

# Prints "KIND|HOW" for each example of the page, and writes its text to example.N.
split()
{
    awk '
    /^(Wrong|Right)[^:]*:$/ {
        kind = substr($1, 1, 5)
        how = $0
        sub(/^(Wrong|Right)(, )?/, "", how)
        sub(/:$/, "", how)
        file = "example." ++count
        printf "" > file
        print kind "|" how
        next
    }
    /^    / && count { print substr($0, 5) > file; next }
    /^$/ && count { next }
    { if (count) { print "unexpected text behind the examples: " $0 > "/dev/stderr"; exit 1 } }
    ' page
}

# Runs example $1 in the way $2 says; what actorc says goes to log.
run_example()
{
    rm -rf folder
    mkdir folder
    if [ "$2" = 'in a shell' ]; then
        (cd folder && bash "../example.$1") >log 2>&1
    else
        cp "example.$1" folder/example.actor
        # The options are words of ours.
        # shellcheck disable=SC2086
        (cd folder && "$actorc" ${2#with } example.actor) >log 2>&1
    fi
}

compiled()
{
    for source in folder/*.actor.c; do
        ${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$include" -fsyntax-only "$source" >>log 2>&1 || return 1
    done
}

# Says whether log has the code $1 and no other.
has_just() { [ "$(grep -oE '\[[EW][0-9]{4}[],]' log | cut -c2-6 | sort -u)" = "$1" ]; }

check_page()
{
    local code=$1 number=0 status wrong=0 right=0 kind how
    rm -f example.*
    : >log
    "$actorc" explain "$code" >page
    result $? "$code: explain"
    split >examples 2>log
    result $? "$code: the page is well made"
    while IFS='|' read -r kind how; do
        number=$((number + 1))
        run_example $number "$how"
        status=$?
        if [ "$kind" = Wrong ]; then
            wrong=$((wrong + 1))
            has_just "$code"
            result $? "$code: example $number is wrong, and says just that"
            case $code in
            W*) [ $status -eq 0 ] ;;
            *) [ $status -ne 0 ] ;;
            esac
            result $? "$code: example $number, status $status"
        else
            right=$((right + 1))
            [ $status -eq 0 ] && [ ! -s log ]
            result $? "$code: example $number is right"
            compiled
            result $? "$code: example $number compiles"
        fi
    done <examples
    [ $wrong -gt 0 ] && [ $right -gt 0 ]
    result $? "$code: has a wrong and a right example"
}

"$actorc" explain >codes
result $? 'explain lists the codes'
while read -r code _; do
    check_page "$code"
done <codes
sort -c codes
result $? 'codes are in order'
[ "$(cut -c1-5 codes | sort -u | wc -l)" -eq "$(wc -l <codes)" ]
result $? 'no code is there twice'

: >log
"$actorc" explain W0501 >by_code
"$actorc" explain -Wno-closed >by_option && cmp by_code by_option && "$actorc" explain closed | cmp by_code -
result $? 'a warning is found by its name'
"$actorc" explain e0101 | grep -q '^E0101: '
result $? 'case does not matter'
"$actorc" explain E9999 >log 2>&1
[ $? -eq 2 ]
result $? 'an unknown code is wrong usage'
awk 'length($0) > 100 { exit 1 }' "$OLDPWD"/actorc/explain/*.txt
result $? 'lines fit into a terminal'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
