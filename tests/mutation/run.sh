#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - what the compiler says to every valid schema of the tree with one token deleted, doubled,
# replaced or exchanged with the next; and whether the C of those that it accepts compiles.
# usage: tests/mutation/run.sh ACTORC [-n COUNT | --all]     2000 mutants if nothing is said
set -u

actorc=$(realpath "$1") || exit 1
tool=$(realpath "$(dirname "$1")")/tests/mutation/mutate
here=$(realpath "$(dirname "$0")") || exit 1
root=$here/../..
count=(-n 2000)
[ "${2-}" = -n ] && count=(-n "$3")
[ "${2-}" = --all ] && count=()
strict='-std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Werror'
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

cd "$root" || exit 1
schemas=(schemas/*.actor tests/schemas/*.actor tests/golden/*/in.actor)
"$tool" "${count[@]}" "$work" "${schemas[@]}"
result $? 'mutants are answered well'
# The headers of what some of them import.
# shellcheck disable=SC2046
"$actorc" -o "$work" $(ls tests/golden/*/*.actor | grep -v '/in\.actor$\|/diff/')
result $? 'what is imported'

# Many files a run of the compiler; one that does not compile is shown with its schema.
cc=$(command -v gcc || command -v clang || command -v cc)
sources=("$work"/*.c)
# shellcheck disable=SC2086
printf '%s\0' "${sources[@]}" |
    xargs -0 -n 40 "$cc" -fsyntax-only $strict -Iruntime/include -I"$work" >"$work/log" 2>&1
result $? "what is accepted compiles (${#sources[@]} schemas)"
head -n 40 "$work/log"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
