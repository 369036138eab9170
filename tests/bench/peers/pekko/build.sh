#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh OUT - builds Pekko's program in the folder OUT, its libraries beside it. Ends with 77 and the
# reason where it cannot be had.
set -u
mkdir -p "$1" && out=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")" || exit 1

cannot()
{
    echo "pekko: $1" >&2
    exit 77
}

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
    apt-get install -y --no-install-recommends default-jdk-headless maven >/dev/null 2>&1 ||
        cannot 'there is no JDK or Maven, and no package of them'
fi
# First what has to be fetched: a failure there is not one of the program.
nice mvn -q -B "-Dout=$out" dependency:copy-dependencies -DincludeScope=runtime >"$out/fetch.log" 2>&1 ||
    cannot "$(grep -m 1 ERROR "$out/fetch.log")"
nice mvn -q -B "-Dout=$out" compile
