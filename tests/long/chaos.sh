#!/bin/sh
# SPDX-License-Identifier: MIT
# chaos.sh - random tells, asks, failures, restarts and stops, for a few minutes and with other seeds
# each time: whatever happens, all asks end and the ledger adds up. The first seed is printed.
# usage: tests/long/chaos.sh BUILD/actorc [SEED]
build=$(dirname "$1")
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if CHAOS_SEED=$seed CHAOS_SEEDS=100 CHAOS_STEPS=20000 "$build/tests/run/test_chaos" >"$log" 2>&1; then
    passed=1
    failed=0
else
    passed=0
    failed=1
fi
cat "$log"
echo "chaos: seeds from $seed" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
