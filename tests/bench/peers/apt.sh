#!/bin/sh
# SPDX-License-Identifier: MIT
# apt.sh - installs packages of Debian that a peer needs. Ends with 77 and the reason if they cannot be had.
# usage: apt.sh PACKAGE...
set -u

# Says on which it failed and gives up.
lacking()
{
    echo "not to be had: $1: $(tail -n 1 "$log")" >&2
    exit 77
}

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

sudo=
[ "$(id -u)" -eq 0 ] || sudo='sudo -n'
echo "this system has no apt-get" >"$log"
command -v apt-get >/dev/null || lacking "$*"
$sudo apt-get update >"$log" 2>&1 || lacking "$*"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
    --no-install-recommends "$@" >"$log" 2>&1 || lacking "$*"
