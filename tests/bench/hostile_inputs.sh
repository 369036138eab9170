#!/bin/bash
# SPDX-License-Identifier: MIT
# hostile_inputs.sh - how long actorc takes to refuse what nobody should feed it, and in how much memory:
# the median of five runs of each, by the processor's time. The goal is 50 ms and 32 MiB.
# usage: tests/bench/hostile_inputs.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
peak=$(realpath "$(dirname "$1")/tests/robust/peak") || exit 1
cd "$(dirname "$0")/../robust" || exit 1
# shellcheck source=tests/robust/inputs.sh
. ./inputs.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# measure NAME FILE
measure()
{
    for _ in 1 2 3 4 5; do
        "$peak" report 60 "$actorc" -o out "$2" >/dev/null 2>&1 </dev/null
        cat report
    done | sort -n -k 3 | awk -v name="$1" 'NR == 3 { printf "%-20s %6d ms %8.1f MiB\n", name, $3, $2 / 1024 }'
}

echo "goal                     50 ms     32.0 MiB"
for name in comments braces brackets optionals parens blocks identifier nul invalid_utf8 random_bytes \
    import_path string_default open_comment syntax_errors unknown_types circle; do
    eval "${makers[$name]}" >"$name.actor"
    measure "$name" "$name.actor"
done
mkdir folder.actor
measure directory folder.actor
ln -s /dev/zero zero.actor
measure device zero.actor
echo 'schema a; import "b.actor";' >a.actor
echo 'schema b; import "a.actor";' >b.actor
measure import_cycle a.actor
mkdir below
echo 'schema secret; message Password;' >secret.actor
ln -s ../secret.actor below/link.actor
echo 'schema out; import "link.actor";' >below/out.actor
measure import_link_out below/out.actor
