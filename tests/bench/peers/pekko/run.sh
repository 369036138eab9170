#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh OUT WORKLOAD COUNT WORKERS - runs what build.sh has built in the folder OUT.
out=$1
shift
# Where the JVM's own pool has less than two threads, as on two cores, the futures of Pekko's asks start a thread
# for each answer.
common='-Djava.util.concurrent.ForkJoinPool.common.parallelism=2'
case $1 in
# The collector that gives free memory back at once, so that what is resident is what is in use.
memory) flags='-XX:+UseSerialGC -XX:MinHeapFreeRatio=0 -XX:MaxHeapFreeRatio=1 -XX:-ShrinkHeapInSteps -Xmx6g' ;;
*) flags="-XX:+UseParallelGC -XX:ParallelGCThreads=$3 -Xms1g -Xmx3g" ;;
esac
# shellcheck disable=SC2086 # these are words
exec java $flags $common -cp "$out/classes:$out/dependency/*" Peer "$@"
