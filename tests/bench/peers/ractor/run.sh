#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh OUT WORKLOAD COUNT WORKERS - runs what build.sh has built in the folder OUT.
out=$1
shift
exec "$out/release/peer-ractor" "$@"
