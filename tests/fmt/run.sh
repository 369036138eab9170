#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - actorc fmt: the layout, and what the command does with files.
# usage: tests/fmt/run.sh ACTORC [--bless]
#
# A case is NAME.actor, which is formatted to exactly NAME.out; that stays as it is when it is
# formatted again. --bless writes NAME.out; read the diff before you commit it.
set -u

actorc=$(realpath "$1") || exit 1
bless=${2-}
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
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
    fi
}

# expect NAME CONDITION... - the condition is a command.
expect()
{
    local name=$1
    shift
    "$@"
    result $? "$name"
}

# status WANTED COMMAND... - what it prints goes to out and err.
status()
{
    local wanted=$1
    shift
    "$@" >"$work/out" 2>"$work/err"
    [ $? -eq "$wanted" ]
}

prints() { [ "$(cat "$work/out")" = "$1" ]; }
says() { grep -qF -- "$1" "$work/err"; }
is_silent() { [ ! -s "$work/out" ] && [ ! -s "$work/err" ]; }

for schema in *.actor; do
    case=${schema%.actor}
    "$actorc" fmt "$schema" >"$work/once" 2>&1
    result $? "$case: status"
    if [ "$bless" = --bless ]; then
        cp "$work/once" "$case.out" || exit 1
    fi
    expect "$case: layout" diff -u "$case.out" "$work/once"
    expect "$case: again" status 0 "$actorc" fmt "$work/once"
    expect "$case: it stays" diff -u "$work/once" "$work/out"
done

# Those of the error tests are about how they are written.
expect 'every schema of the tree is laid out' status 0 "$actorc" fmt --check \
    ../../schemas/*.actor ../schemas/*.actor ../golden/*/in.actor
cat "$work/out" "$work/err"

# ---- The command ------------------------------------------------------------------------------

cd "$work" || exit 1
printf 'schema a;\n\nmessage B { u32 c; }\n' >good.actor
printf '\xef\xbb\xbfschema  a ;\r\n\r\n\r\nmessage B{u32 c;}' >ugly.actor
printf 'schema a;\nmessage B { u32 c }\n' >wrong.actor
cp good.actor want
cp ugly.actor ugly.copy
cp wrong.actor wrong.copy

expect 'a file that is laid out' status 0 "$actorc" fmt good.actor
expect 'is printed as it is' cmp want out
expect 'byte order marks, line ends' status 0 "$actorc" fmt ugly.actor
expect 'are put right' cmp want out
expect 'without -w nothing is written' cmp ugly.actor ugly.copy
expect 'the standard input' status 0 "$actorc" fmt - <ugly.actor
expect 'is printed' cmp want out
expect 'an error in the standard input' status 1 "$actorc" fmt --name=x.actor - <wrong.actor
expect 'has the name that was given' says 'x.actor:2:'
expect '--check of a file that is laid out' status 0 "$actorc" fmt --check good.actor
expect 'is silent' is_silent
expect '--check of others' status 1 "$actorc" fmt --check good.actor ugly.actor
expect 'names them' prints ugly.actor
expect 'and leaves them alone' cmp ugly.actor ugly.copy
expect '-w with an error in one file' status 1 "$actorc" fmt -w ugly.actor wrong.actor
expect 'says what it is' says '[E0101]'
expect 'and writes no other' cmp ugly.actor ugly.copy
expect 'nor that' cmp wrong.actor wrong.copy
expect 'an error of syntax' status 1 "$actorc" fmt wrong.actor
expect 'prints nothing' [ ! -s out ]

chmod 640 ugly.actor
ln -s ugly.actor link.actor
ls -i --time-style=full-iso -l good.actor >before
expect '-w' status 0 "$actorc" fmt -w link.actor good.actor
expect '-w prints nothing' is_silent
expect '-w lays out the file a link leads to' cmp want ugly.actor
expect '-w leaves the link a link' [ -L link.actor ]
expect '-w keeps the permissions' [ "$(stat -c %a ugly.actor)" = 640 ]
ls -i --time-style=full-iso -l good.actor >after
expect '-w does not touch what is laid out' cmp before after
expect 'nothing is left behind' [ -z "$(ls -A | grep tmp)" ]

expect 'no file' status 2 "$actorc" fmt
expect 'is wrong usage' says 'no schema given'
expect '--check with -w' status 2 "$actorc" fmt --check -w good.actor
expect '-w with the standard input' status 2 "$actorc" fmt -w -
expect 'an unknown option' status 2 "$actorc" fmt --unknown good.actor
expect 'a file that is not there' status 3 "$actorc" fmt nowhere.actor
expect '--help' status 0 "$actorc" fmt --help
expect 'prints the usage' grep -q '^Usage: actorc fmt' out

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
