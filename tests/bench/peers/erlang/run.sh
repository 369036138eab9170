#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - runs one workload with Erlang. usage: run.sh OUT WORKLOAD COUNT WORKERS
#
# A million processes are more than may live by default. What fails is not to leave a dump behind.
export ERL_CRASH_DUMP_SECONDS=0
exec erl +S "$4:$4" +P 4000000 -noinput -pa "$1" -run bench main "$2" "$3"
