#!/bin/sh
# SPDX-License-Identifier: MIT
# idle.sh - a hundred thousand actors that are sent nothing take less than one per cent of a processor.
# usage: tests/long/idle.sh BUILD/actorc
if "$(dirname "$1")/tests/long/idle" 100000 10; then
    echo '1 passed, 0 failed'
else
    echo '0 passed, 1 failed'
    exit 1
fi
