#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - builds kameo's program in the folder OUT.
exec "$(dirname "$0")/../rust/build-peer.sh" kameo "$1"
