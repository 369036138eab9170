#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh - runs the tests and counts them.
# usage: tests/check.sh BUILD [SUITE...]      BUILD is such as build/debug
#
# A suite is a folder: tests/NAME/run.sh and tests/NAME/*.sh are scripts that close with
# "N passed, N failed"; tests/NAME/test_*.c were built to BUILD/tests/NAME/test_* and report as
# cmocka does. What a test prints is shown when it fails, or always with VERBOSE=1. A test that
# crashes, hangs or counts nothing has failed, and so has a suite without any.
#
# What was counted is left in BUILD/tests/results/SUITE, for report.sh: passed, failed, commit, date.
set -u

build=$1
shift
suites=${*:-unit/actorc unit/runtime golden errors fmt explain compile mutation random faults robust run savina shop chat kit sim model workloads instructions harness install seeded}
minutes=${TEST_MINUTES:-10}
logs=$build/tests/logs
results=$build/tests/results
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
mkdir -p "$logs" "$results" || exit 1
total_passed=0
total_failed=0

# Prints "PASSED FAILED" for one test that ended with status $1 and printed the file $2.
count()
{
    awk -v status="$1" '
    /^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
    /^\[  FAILED  \] [0-9]+ test/ { failed += $4 }
    /^([a-z]+: )?[0-9]+ passed, [0-9]+ failed/ {
        sub(/^[a-z]+: /, ""); script = 1; script_passed = $1; script_failed = $3
    }
    END {
        if (script) { passed = script_passed; failed = script_failed }
        if (!failed && (status != 0 || !passed)) { failed = 1 }
        print passed + 0, failed + 0
    }' "$2"
}

run_test()
{
    log=$logs/$(echo "$1" | tr / _).log
    timeout -k 10 "${minutes}m" "$@" >"$log" 2>&1 </dev/null
    status=$?
    counts=$(count $status "$log")
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    if [ "${counts#* }" -ne 0 ]; then
        printf -- '---- %s failed (status %d) ----\n' "$1" $status
        cat "$log"
        printf -- '---- end of %s ----\n' "$1"
    elif [ -n "${VERBOSE-}" ]; then
        cat "$log"
    fi
}

run_suite()
{
    passed=0
    failed=0
    for source in tests/"$1"/test_*.c; do
        if [ -e "$source" ]; then
            run_test "$build/${source%.c}"
        fi
    done
    for script in tests/"$1"/*.sh; do
        if [ -x "$script" ]; then
            run_test "$script" "$build/actorc"
        fi
    done
    if [ $((passed + failed)) -eq 0 ]; then
        echo "tests/$1 has no tests"
        failed=1
    fi
    printf '%-14s %5d passed, %d failed\n' "$1" "$passed" "$failed"
    printf '%d %d %s %s\n' "$passed" "$failed" "$commit" "$(date -u +%Y-%m-%d)" \
        >"$results/$(echo "$1" | tr / _)"
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
}

for suite in $suites; do
    run_suite "$suite"
done
printf '%d passed, %d failed\n' "$total_passed" "$total_failed"
[ "$total_failed" -eq 0 ]
