#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - the programs of tests/bench/savina at a small size, on one worker and on two. Each checks its own result and
# that no message was lost, and says so with its exit status.
# usage: tests/savina/run.sh ACTORC      the programs are beside it
set -u

programs=$(dirname "$(realpath "$1")")/tests/bench/savina || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/../bench/savina" || exit 1
passed=0
failed=0

# Prints a size at which a program does all that it can do, and which takes little time.
size_of()
{
    case $1 in
    astar) echo 12 ;;
    banking) echo 2000 ;;
    barber) echo 200 ;;
    bounded_buffer) echo 10 ;;
    dictionary) echo 200 ;;
    fibonacci) echo 14 ;;
    logistic_map) echo 500 ;;
    matrix) echo 64 ;;
    n_queens) echo 8 ;;
    philosophers) echo 200 ;;
    quicksort) echo 20000 ;;
    radix_sort) echo 500 ;;
    sieve) echo 10000 ;;
    smokers) echo 500 ;;
    sorted_list) echo 200 ;;
    trapezoid) echo 10000 ;;
    uct) echo 2000 ;;
    *) return 1 ;;
    esac
}

# runs PROGRAM WORKERS - ends well, and prints its line and nothing else
runs()
{
    local size
    size=$(size_of "$1") || { echo "run.sh has no size for $1"; return 1; }
    "$programs/$1" "$size" "$2" >"$work/out" 2>"$work/err"
    local status=$?
    cat "$work/out" "$work/err"
    [ $status -eq 0 ] && [ ! -s "$work/err" ] && [ "$(wc -l <"$work/out")" -eq 1 ] &&
        grep -qE "^${1//_/-} [0-9]+\.[0-9]+ ms$" "$work/out"
}

# refuses PROGRAM ARGUMENT... - with a line that has its usage
refuses()
{
    "$programs/$1" "${@:2}" >"$work/out" 2>&1
    local status=$?
    cat "$work/out"
    [ $status -eq 2 ] && grep -q '^usage: ' "$work/out"
}

# try NAME COMMAND... - holds when the command ends with 0
try()
{
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n%s\n' "$name" "$output"
    fi
}

for source in *.c; do
    program=${source%.c}
    try "$program on one worker" runs "$program" 1
    try "$program on two workers" runs "$program" 2
done
try 'no size' refuses sieve x
try 'a size that is too small' refuses sieve 2
try 'a size that is no power of two' refuses matrix 3
try 'too many workers' refuses sieve 100 1000

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
