#!/bin/sh
# SPDX-License-Identifier: MIT
# riot.sh - a million crashes of a thousand supervised actors on two workers, among ten million messages: the
# process lives, every ask ends once, the ledger adds up, and memory stays as it was after the first tenth.
# usage: tests/long/riot.sh BUILD/actorc [SEED]      RIOT_CRASHES=N: another number
build=$(dirname "$1")
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if RIOT_SEED=$seed RIOT_CRASHES=${RIOT_CRASHES:-1000000} "$build/tests/run/test_riot" >"$log" 2>&1; then
    passed=1
    failed=0
else
    passed=0
    failed=1
fi
cat "$log"
grep 'crashes,' "$log" >&2
echo "riot: seed $seed" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
