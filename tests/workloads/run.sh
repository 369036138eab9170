#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - that the benchmarks' programs do what they measure: each workload with few units, with one worker and with two, ends
# well and prints its one line. How fast is not looked at. Closes with "N passed, N failed".
# usage: tests/workloads/run.sh BUILD/actorc
set -u

bench=$(dirname "$(realpath "$1")")/tests/bench || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# try NAME COMMAND... - what it printed is shown when it fails
try()
{
    name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        cat "$work/said"
    fi
}

program_of()
{
    echo "$bench/$(echo "$1" | tr - _)"
}

# prints_a_line WORKLOAD COUNT WORKERS PATTERN - nothing else on its standard output, and what the pattern says
prints_a_line()
{
    "$(program_of "$1")" "$1" "$2" "$3" >"$work/line" || return 1
    cat "$work/line"
    [ "$(wc -l <"$work/line")" -eq 1 ] && grep -Eqx "$1 $4" "$work/line"
}

# ends_with STATUS COMMAND...
ends_with()
{
    wanted=$1
    shift
    "$@"
    [ $? -eq "$wanted" ]
}

time='[0-9]+[.][0-9]{2} ns'
for workers in 1 2; do
    try "ping-pong, $workers" prints_a_line ping-pong 2000 $workers "$time"
    try "counting, $workers" prints_a_line counting 20000 $workers "$time"
    try "ring, $workers" prints_a_line ring 2000 $workers "$time"
    try "create, $workers" prints_a_line create 3000 $workers "$time"
    try "fork-join, $workers" prints_a_line fork-join 6001 $workers "$time"
    try "big, $workers" prints_a_line big 4801 $workers "$time"
    try "chameneos, $workers" prints_a_line chameneos 1000 $workers "$time"
    try "many-to-one, $workers" prints_a_line many-to-one 20001 $workers "$time"
    try "shop, $workers" prints_a_line shop 4001 $workers "$time"
    # A few may fit into memory that is there already.
    try "memory, $workers" prints_a_line memory 3000 $workers '-?[0-9]+[.][0-9] bytes'
    try "ask, $workers" prints_a_line ask 200 $workers '[0-9]+[.][0-9]{2} us [0-9]+[.][0-9]{2}'
done
for series in payload workers mailboxes; do
    try "series of $series" "$bench/series" $series 500 2
done
try 'another workload' ends_with 77 "$bench/ring" counting
try 'another series' ends_with 77 "$bench/series" counting
try 'a count that is none' ends_with 2 "$bench/ring" ring many
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
