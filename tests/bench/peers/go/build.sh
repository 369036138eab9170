#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh - compiles Go's program into folder OUT. usage: build.sh OUT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v go >/dev/null || "$here/../apt.sh" golang-go
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$here"
go build -o "$out/bench" .
