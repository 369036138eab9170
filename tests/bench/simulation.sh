#!/bin/sh
# SPDX-License-Identifier: MIT
# simulation.sh - how many handlers a second run under simulation, on one core: the purchases of shop_memory, the
# same object, and the whole shop with its checks.
# usage: tests/bench/simulation.sh BUILD/tests/sim
set -eu
"$1/shop_memory" --seeds 1..8 --jobs 1 --faults stall=0,slip=0 500000
"$1/shop" --seeds 1..50000 --jobs 1 --faults crash=0.05
