#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh - runs the tests of a build with MODE=coverage and prints which lines and branches of runtime/
# and actorc/ they took, by file and in total. Fails below the thresholds. What no test took is listed in
# BUILD/tests/missed.txt; coverage.awk says what does not count.
# usage: tests/coverage.sh BUILD [SUITE...]      KEEP=1 adds to what former runs have counted
set -u

build=$1
shift
# Those that do not compile or link on their own, which would need our flags.
suites=${*:-unit/actorc unit/runtime golden errors fmt explain mutation random faults robust run shop chat kit sim}
gcov=${GCOV:-gcov}
missed=$build/tests/missed.txt
status=0

if ! command -v "$gcov" >/dev/null; then
    echo "coverage.sh: no gcov here, which comes with gcc"
    echo '0 passed, 1 failed'
    exit 1
fi
if [ -z "${KEEP-}" ]; then
    find "$build" -name '*.gcda' -exec rm -f {} +
fi
tests/check.sh "$build" $suites || status=1
# One file after the other: what gcov knows of an object that never ran is in its .gcno.
find "$build/obj/actorc" "$build/obj/runtime" "$build/obj/sim/runtime" -name '*.gcno' |
    sort | xargs "$gcov" -t -b -c >"$build/tests/gcov.txt" 2>/dev/null
: >"$missed"
LC_ALL=C awk -v misses="$missed" -v wanted='runtime 90 actorc 85' -f tests/coverage.awk \
    "$build/tests/gcov.txt" >"$build/tests/coverage.txt" || status=1
cat "$build/tests/coverage.txt"
exit $status
