#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - builds ractor's program in the folder OUT.
exec "$(dirname "$0")/../rust/build-peer.sh" ractor "$1"
