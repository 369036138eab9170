#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - each schema gives exactly the C that stands beside it.
# usage: tests/golden/run.sh ACTORC [--bless]
#
# A case is a folder with in.actor, in.actor.h and in.actor.c, and in some what other commands print of
# in.actor: skeleton.c, graph.dot and others, see below. --bless writes them; read the diff before
# you commit it. Names in the language's own example are those of the manual.
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

# prints NAME COMMAND... - the file of that name, if the case has one, is what actorc prints.
prints()
{
    name=$1
    shift
    [ -e "$case/$name" ] || return 0
    "$actorc" "$@" "$case/in.actor" >"$work/printed" 2>&1
    if [ "$bless" = --bless ]; then
        cp "$work/printed" "$case/$name" || exit 1
    fi
    diff -u "$case/$name" "$work/printed"
    result $? "$case: $name"
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
    prints skeleton.c skeleton --main
    prints graph.dot graph
    prints graph.mmd graph --format mermaid
    prints graph.json graph --format=json
    prints model.json model
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
