#!/bin/bash
# SPDX-License-Identifier: MIT
# skeleton.sh - what actorc skeleton prints compiles without a warning, links and runs, for every
# schema of the tree.
# usage: tests/compile/skeleton.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
top=$(realpath "$(dirname "$0")/../..") || exit 1
library=$(dirname "$actorc")/libactorc.a
include=$top/runtime/include
strict='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror'
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
        cat "$work/log"
    fi
}

# silent NAME COMMAND... - succeeds without a word.
silent()
{
    local name=$1
    shift
    "$@" >"$work/log" 2>&1 && [ ! -s "$work/log" ]
    result $? "$name"
}

compilers=$(for c in gcc clang; do command -v $c >/dev/null && echo $c; done)
# Under a sanitizer the library needs it too, and the compiler that made it.
flags=
nm "$library" 2>/dev/null | grep -q __asan_init && flags='-fsanitize=address,undefined'
nm "$library" 2>/dev/null | grep -q __tsan_init && flags='-fsanitize=thread'
linker=${compilers%%
*}
[ -n "$flags" ] && strings "$library" | grep -q 'clang version' && linker=clang

# The flags are words of ours.
# shellcheck disable=SC2086
for schema in "$top"/schemas/*.actor "$top"/tests/schemas/*.actor "$top"/tests/golden/*/in.actor; do
    name=${schema#"$top"/}
    file=$(basename "$schema")
    rm -rf "$work/out"
    # What it imports stands beside it, and brings actors of its own.
    silent "$name: actorc" "$actorc" -o "$work/out" "$(dirname "$schema")"/*.actor
    others=
    for other in "$(dirname "$schema")"/*.actor; do
        if grep -q "^import \"$(basename "$other")\"" "$schema"; then
            "$actorc" skeleton "$other" >"$work/out/$(basename "$other").handlers.c"
            others="$others $work/out/$(basename "$other").handlers.c $work/out/$(basename "$other").c"
        fi
    done
    "$actorc" skeleton --main "$schema" >"$work/out/program.c" 2>"$work/log"
    result $? "$name: skeleton"
    "$actorc" skeleton "$schema" >"$work/out/handlers.c" 2>"$work/log"
    result $? "$name: skeleton without main"
    for cc in $compilers; do
        for source in program handlers; do
            silent "$name: $source, $cc" $cc -std=c11 $strict -I"$include" \
                -c "$work/out/$source.c" -o "$work/out/$source.o"
        done
    done
    silent "$name: links" $linker -std=c11 $flags -I"$include" -pthread \
        "$work/out/program.c" "$work/out/$file.c" $others "$library" -o "$work/program"
    silent "$name: runs" timeout 60 "$work/program"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
