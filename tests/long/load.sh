#!/bin/sh
# SPDX-License-Identifier: MIT
# load.sh - a hundred million hops round a ring, a million actors born and gone: nothing is lost, and
# the peak of memory is printed.
# usage: tests/long/load.sh BUILD/actorc
build=$(dirname "$1")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if LOAD_HOPS=100000000 LOAD_ACTORS=1000000 "$build/tests/run/test_load" >"$log" 2>&1; then
    passed=1
    failed=0
else
    passed=0
    failed=1
fi
cat "$log"
grep 'peak memory' "$log" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
