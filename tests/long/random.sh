#!/bin/sh
# SPDX-License-Identifier: MIT
# random.sh - five hundred random schemas; see tests/random/run.sh.
# usage: tests/long/random.sh ACTORC
exec "$(dirname "$0")/../random/run.sh" "$1" 250 1000
