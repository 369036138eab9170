#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - every fuzz target for ten minutes; see tests/fuzz/run.sh.
cd "$(dirname "$0")/../.." || exit 1
make -j2 MODE=fuzz CC=clang fuzzers >/dev/null || exit 1
exec tests/fuzz/run.sh 600
