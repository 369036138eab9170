#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - builds Proto.Actor's program in the folder OUT. Ends with 77 and the reason where it
# cannot be had.
set -u
mkdir -p "$1" && out=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")" || exit 1

cannot()
{
    echo "protoactor: $1" >&2
    exit 77
}

if ! command -v go >/dev/null; then
    apt-get install -y --no-install-recommends golang-go >/dev/null 2>&1 || cannot 'there is no go, and no package of it'
fi
# First what has to be fetched: a failure there is not one of the program.
go mod download >"$out/fetch.log" 2>&1 || cannot "$(tail -n 1 "$out/fetch.log")"
nice go build -mod=readonly -trimpath -p "${JOBS:-1}" -o "$out/peer" .
