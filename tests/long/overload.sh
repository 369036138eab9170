#!/bin/sh
# SPDX-License-Identifier: MIT
# overload.sh - ten times as many asks as can be served: those that are, in time; and more than four fifths of what
# can be done is still of use. A machine that is busy with something else gets three tries at that; what is lost,
# or done too late, is a failure at once.
# usage: tests/long/overload.sh BUILD/actorc
overload=$(dirname "$1")/tests/long/overload
for _ in 1 2 3; do
    "$overload" 10
    status=$?
    [ "$status" -eq 3 ] || break
done
if [ "$status" -eq 0 ]; then
    echo '1 passed, 0 failed'
else
    echo '0 passed, 1 failed'
    exit 1
fi
