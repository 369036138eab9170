#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh OUT WORKLOAD COUNT WORKERS - ends with 77: build.sh says why there is nothing to run.
echo 'gosiris: it cannot be had' >&2
exit 77
