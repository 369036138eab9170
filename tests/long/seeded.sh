#!/bin/sh
# SPDX-License-Identifier: MIT
# seeded.sh - every seeded bug; see tests/seeded/run.sh.
# usage: tests/long/seeded.sh ACTORC
exec "$(dirname "$0")/../seeded/run.sh" "$1" --all
