#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - builds actix's program in the folder OUT.
exec "$(dirname "$0")/../rust/build-peer.sh" actix "$1"
