#!/bin/sh
# SPDX-License-Identifier: MIT
# mutation.sh - every mutant of every schema; see tests/mutation/run.sh.
# usage: tests/long/mutation.sh ACTORC
exec "$(dirname "$0")/../mutation/run.sh" "$1" --all
