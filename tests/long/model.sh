#!/bin/sh
# SPDX-License-Identifier: MIT
# model.sh - the suite of tests/model/ with twenty times as many runs, and all runs with one more deviation.
# usage: tests/long/model.sh BUILD/actorc
set -eu
exec "$(dirname "$0")/../model/run.sh" "$1" --times 20 --bound 1
