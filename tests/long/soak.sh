#!/bin/bash
# SPDX-License-Identifier: MIT
# soak.sh - ten minutes of spawns, stops, kills, crashes, overload, timers and asks on two workers, in two systems that
# live for five minutes each: nothing is lost, every ask ends, and memory is at the end what it was half-way. How
# much that is a first short run tells, so that it takes as long in any mode; sanitizers say what leaks, or races.
# usage: tests/long/soak.sh BUILD/actorc [SEED]      SOAK_MINUTES=N: so many instead
set -u

build=$(dirname "$1")
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
minutes=${SOAK_MINUTES:-10}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

# run TEST STEPS - one system, of this seed
run()
{
    env "${1^^}_SEED=$seed" "${1^^}_SEEDS=1" "${1^^}_STEPS=$2" "$build/tests/run/test_$1" >"$log" 2>&1
}

# soak TEST - for half of the time
soak()
{
    local probe=20000 begun ended
    begun=$(date +%s%N)
    if run "$1" $probe; then
        ended=$(date +%s%N)
        if run "$1" $((probe * minutes * 30 * 1000 / ((ended - begun) / 1000000 + 1))); then
            passed=$((passed + 1))
            grep '^seed ' "$log" >&2
            return
        fi
    fi
    cat "$log"
    failed=$((failed + 1))
}

soak chaos
soak storm
echo "soak: seed $seed" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
