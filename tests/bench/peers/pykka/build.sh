#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh - puts Pykka into an environment of its own in folder OUT. usage: build.sh OUT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python3 -c 'import ensurepip, venv' 2>/dev/null || "$here/../apt.sh" python3-venv
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "this is written for Python 3.10 or later" >&2
    exit 77
fi
mkdir -p "$1"
[ -x "$1/venv/bin/python" ] || python3 -m venv "$1/venv"
if ! "$1/venv/bin/python" -c 'import pykka' 2>/dev/null; then
    "$1/venv/bin/pip" install --quiet --disable-pip-version-check 'pykka>=4,<5' || {
        echo "not to be had: pykka" >&2
        exit 77
    }
fi
cp "$here/bench.py" "$1"
"$1/venv/bin/python" -m compileall -q "$1/bench.py"
