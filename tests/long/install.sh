#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh - what users do with an installed actorc, with every build system we have a package
# for: one that is missing here is a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
LONG=1 exec tests/install/run.sh "$@"
