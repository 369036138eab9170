#!/bin/sh
# SPDX-License-Identifier: MIT
# sim.sh - the simulations at full size: a million seeds of the shop with crashes, as many without memory and with full
# mailboxes, and one seed a thousand times.
# usage: tests/long/sim.sh BUILD/actorc
SEEDS=1000000 TIMES=1000 exec "$(dirname "$0")/../sim/run.sh" "$1"
