#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - every fuzz target for ten minutes; see tests/fuzz/run.sh.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v clang >/dev/null; then
    echo "fuzz.sh: no clang here; 'make deps-long' installs it"
    echo "0 passed, 1 failed"
    exit 1
fi
make -j2 MODE=fuzz CC=clang fuzzers >/dev/null || exit 1
exec tests/fuzz/run.sh 600
