#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - each schema gives exactly the C that stands beside it.
# usage: tests/golden/run.sh ACTORC [--bless]
#
# A case is a folder with in.actor, in.actor.h and in.actor.c, and in some skeleton.c, which actorc
# skeleton prints. --bless writes the outputs; read the diff before you commit it. Names in the language's own example are those of the manual.
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

for folder in */; do
    [ -e "$folder/in.actor" ] || continue # of another test
    case=${folder%/}
    "$actorc" -o "$work/$case" "$case/in.actor" >"$work/output" 2>&1
    status=$?
    if [ $status -ne 0 ] || [ -s "$work/output" ]; then
        cat "$work/output"
        result 1 "$case: compiles without a word (status $status)"
        continue
    fi
    for ending in h c; do
        if [ "$bless" = --bless ]; then
            cp "$work/$case/in.actor.$ending" "$case/in.actor.$ending" || exit 1
        fi
        diff -u "$case/in.actor.$ending" "$work/$case/in.actor.$ending"
        result $? "$case: in.actor.$ending"
    done
    if [ -e "$case/skeleton.c" ]; then
        "$actorc" skeleton --main "$case/in.actor" >"$work/skeleton.c" 2>&1
        if [ "$bless" = --bless ]; then
            cp "$work/skeleton.c" "$case/skeleton.c" || exit 1
        fi
        diff -u "$case/skeleton.c" "$work/skeleton.c"
        result $? "$case: skeleton.c"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
