#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - runs one workload with Pykka. usage: run.sh OUT WORKLOAD COUNT WORKERS
#
# WORKERS is not for it to choose: each actor is a thread, and Python's lock lets one run at a time.
exec "$1/venv/bin/python" "$1/bench.py" "$2" "$3"
