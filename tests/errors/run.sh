#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - each bad schema gives exactly the errors that stand beside it, and no output.
# usage: tests/errors/run.sh ACTORC [--bless]
#
# A case is NAME.actor, with the expected text and status in NAME.err. Its first line may hold
# options: "// options: -Wclosed". --bless writes NAME.err; read the diff before you commit it.
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

for schema in *.actor; do
    case=${schema%.actor}
    options=$(LC_ALL=C sed -n '1s|^// options: ||p' "$schema" | tr -d '\0')
    # The options are words of ours.
    # shellcheck disable=SC2086
    timeout 10 "$actorc" $options -o "$work/out" "$schema" >"$work/output" 2>&1
    status=$?
    echo "exit status $status" >>"$work/output"
    if [ "$bless" = --bless ]; then
        cp "$work/output" "$case.err" || exit 1
    fi
    diff -u "$case.err" "$work/output"
    result $? "$case"
    if [ $status -ne 0 ] && [ -e "$work/out" ]; then
        result 1 "$case: leaves nothing behind"
    fi
    rm -rf "$work/out"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
