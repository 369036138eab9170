#!/bin/sh
# SPDX-License-Identifier: MIT
# build_peers.sh - builds the peers that we are compared with; prints a line for each.
# usage: tests/bench/build_peers.sh BUILT [NAME...]
#
# tests/bench/peers/NAME/build.sh builds into BUILT/NAME, and ends with 77 if the peer cannot be had here.
# What it says is in BUILT/NAME.log; why there is no peer, in BUILT/NAME.failed, and `make bench` shows it.
# One that fails does not keep the others from being built; the exit status is 1 then.
set -u

recipes=${RECIPES:-$(dirname "$0")/peers}
mkdir -p "$1" || exit 1
built=$(cd "$1" && pwd) || exit 1
shift
minutes=${PEER_MINUTES:-30}
bad=0

# Prints what stands last in a log, where tools say why they gave up.
reason()
{
    grep -v '^[[:space:]]*$' "$1" | tail -n 1 | cut -c 1-140
}

build()
{
    out=$built/$1
    mkdir -p "$out" || exit 1
    # Stays if we are killed: half a program is none.
    echo 'its building was interrupted' >"$out.failed"
    timeout -k 10 "${minutes}m" "$recipes/$1/build.sh" "$out" >"$out.log" 2>&1 </dev/null
    status=$?
    case $status in
    0) rm "$out.failed" && echo "$1: built" ;;
    77) echo "cannot be had here: $(reason "$out.log")" >"$out.failed" ;;
    124 | 137) echo "took longer than $minutes minutes" >"$out.failed" ;;
    *) echo "exit status $status: $(reason "$out.log")" >"$out.failed" ;;
    esac
    [ $status -eq 0 ] || echo "$1: $(cat "$out.failed") (see $out.log)"
    [ $status -eq 0 ] || [ $status -eq 77 ] || bad=1
}

for name; do
    if [ ! -x "$recipes/$name/build.sh" ]; then
        echo "build_peers.sh: there is no peer '$name'" >&2
        exit 2
    fi
done
for recipe in "$recipes"/*/run.sh; do
    name=$(basename "$(dirname "$recipe")")
    case " $* " in
    '  ' | *" $name "*) [ -e "$recipe" ] && build "$name" ;;
    esac
done
exit $bad
