#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - says why there is no program with Gosiris: ends with 77 and the reason, always.
set -u
mkdir -p "$1" && out=$(cd "$1" && pwd) || exit 1
cd "$out" || exit 1
module=github.com/teivah/gosiris
if ! command -v go >/dev/null; then
    echo 'gosiris: there is no go' >&2
    exit 77
fi
# A module of its own, so that go works outside the source tree.
printf 'module probe\n' >go.mod
if go mod download "$module@latest" >fetch.log 2>&1; then
    echo "gosiris: $module can be had now, and its program is still to be written" >&2
else
    echo "gosiris: $(tail -n 1 fetch.log)" >&2
fi
exit 77
