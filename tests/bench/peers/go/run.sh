#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - runs one workload with Go. usage: run.sh OUT WORKLOAD COUNT WORKERS
export GOMAXPROCS="$4"
exec "$1/bench" "$2" "$3"
