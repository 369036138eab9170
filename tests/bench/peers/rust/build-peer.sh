#!/bin/sh
# SPDX-License-Identifier: MIT
# build-peer.sh PEER OUT - builds the program of a peer that is written in Rust in the folder OUT. Ends with
# 77 and the reason where it cannot be had.
set -u
peer=$1
mkdir -p "$2" && out=$(cd "$2" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1

cannot()
{
    echo "$peer: $1" >&2
    exit 77
}

if ! command -v cargo >/dev/null; then
    apt-get install -y --no-install-recommends cargo >/dev/null 2>&1 || cannot 'there is no cargo, and no package of it'
fi
export CARGO_TARGET_DIR="$out"
# First what has to be fetched: a failure there is not one of the program.
cargo fetch --locked >"$out/fetch.log" 2>&1 || cannot "$(grep -m 1 '^error' "$out/fetch.log")"
nice cargo build --quiet --release --locked --offline --jobs "${JOBS:-1}" --package "peer-$peer"
