#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - runs one workload with CAF. usage: run.sh OUT WORKLOAD COUNT WORKERS
exec "$1/bench" "$2" "$3" "$4"
