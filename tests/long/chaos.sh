#!/bin/sh
# SPDX-License-Identifier: MIT
# chaos.sh - random tells, asks, failures, restarts and stops, and whatever holds messages back, for a few
# minutes and with other seeds each time: all asks end and the ledger adds up. The first seed is printed.
# usage: tests/long/chaos.sh BUILD/actorc [SEED]
build=$(dirname "$1")
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export CHAOS_SEED="$seed" CHAOS_SEEDS=100 CHAOS_STEPS=20000
export STORM_SEED="$seed" STORM_SEEDS=40 STORM_STEPS=20000
passed=0
failed=0
for test in test_chaos test_storm; do
    if "$build/tests/run/$test" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    cat "$log"
done
echo "chaos: seeds from $seed" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
