#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - the runtime's lock-free code under the C11 memory model, and again with each memory order weakened.
# usage: tests/model/run.sh ACTORC [OPTION...]      options are those of main.c
set -eu
check=$(dirname "$1")/tests/model/check
shift
cd "$(dirname "$0")/../.." || exit 1

# The files whose orders are tested: each weaker one must be found, or be in redundant.txt with the reason.
subjects='sync mailbox admission lanes intake pool cell ask send local slot spawn mail sharing scheduler run life compose
registry ledger'
files=$(for f in $subjects; do ls "runtime/$f".[ch]; done)

sh tests/model/sites.sh "$check" $files >"$check.sites"
exec "$check" "$check.sites" tests/model/redundant.txt "$@"
