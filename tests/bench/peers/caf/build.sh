#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh - compiles CAF's program into folder OUT. usage: build.sh OUT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version='#include <caf/config.hpp>
CAF_VERSION'

# Says of which version of CAF the headers are, as 1706 for 0.17.6.
version()
{
    echo "$version" | g++ -E -P -x c++ - 2>/dev/null | tail -n 1
}

[ -n "$(version)" ] || "$here/../apt.sh" g++ libcaf-dev
case $(version) in
17*) ;;
*)
    echo "this is written for CAF 0.17, not for $(version)" >&2
    exit 77
    ;;
esac
mkdir -p "$1"
g++ -std=c++17 -O3 -DNDEBUG -flto=auto -pthread -o "$1/bench" "$here"/*.cpp -lcaf_core
