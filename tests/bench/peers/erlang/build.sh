#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh - compiles Erlang's programs into folder OUT. usage: build.sh OUT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v erlc >/dev/null || "$here/../apt.sh" erlang-base
mkdir -p "$1"
erlc -Werror +inline -o "$1" "$here"/*.erl
