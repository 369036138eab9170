#!/bin/sh
# SPDX-License-Identifier: MIT
# nopie.sh - crashes are contained as well in programs that are not position-independent, with a library
# that was compiled so.
# usage: tests/long/nopie.sh BUILD/actorc
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
for test in test_crash test_riot test_watchdog; do
    if ${MAKE:-make} -s MODE=debug B="$work" CFLAGS=-fno-pie LDFLAGS=-no-pie "$work/tests/run/$test" >"$work/log" 2>&1 &&
        "$work/tests/run/$test" >"$work/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        cat "$work/log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
