#!/bin/sh
# SPDX-License-Identifier: MIT
# graphs.sh - what `actorc graph` prints of every schema: Mermaid's syntax by rule, each actor once,
# also of several schemas. (golden/run.sh has some graphs to the letter, tests/long/graphviz.sh has
# Graphviz read all of them, tests/unit/actorc/test_model_json.c reads the JSON.)
# usage: tests/golden/graphs.sh BUILD/actorc
set -u

actorc=$(realpath "$1") || exit 1
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

result()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $2"
    else
        failed=$((failed + 1))
        echo "FAIL $2"
    fi
}

read_mermaid() { awk -f tests/golden/mermaid.awk "$1"; }

# drawn TITLE SCHEMA... - the graph can be read, and no node is in it twice.
drawn()
{
    title=$1
    shift
    "$actorc" graph --format mermaid -o "$work/graph.mmd" "$@" && read_mermaid "$work/graph.mmd"
    result $? "$title: Mermaid"
    "$actorc" graph -o "$work/graph.dot" "$@" &&
        [ -z "$(sed -n 's/^ *\("[^"]*"\) \[label=<<.*/\1/p; s/^ *graph .*label=\("[^"]*"\).*/\1/p' \
            "$work/graph.dot" | sort | uniq -d)" ]
    result $? "$title: each actor and schema once"
    "$actorc" graph --format json "$@" >"$work/graph.json" &&
        [ -z "$(sed -n 's/^ *{"id": \("[^"]*"\).*/\1/p' "$work/graph.json" | sort | uniq -d)" ]
    result $? "$title: each node once"
}

notices()
{
    sed "$2" "$work/shop.mmd" >"$work/broken.mmd"
    ! cmp -s "$work/shop.mmd" "$work/broken.mmd" && ! read_mermaid "$work/broken.mmd" >"$work/said"
    result $? "noticed: $1"
}

for schema in schemas/*.actor tests/golden/*/in.actor tests/schemas/*.actor; do
    drawn "$schema" "$schema"
done

imports=tests/golden/imports
drawn 'two schemas' $imports/in.actor $imports/types.actor
cp "$work/graph.json" "$work/both.json"
drawn 'the other way round' $imports/types.actor $imports/in.actor
drawn 'one of them twice' $imports/in.actor $imports/types.actor $imports/../imports/in.actor
cmp "$work/both.json" "$work/graph.json"
result $? 'that it is given twice changes nothing'

"$actorc" graph schemas/shop.actor tests/golden/language/in.actor >"$work/out" 2>"$work/said"
[ $? -eq 2 ] && [ ! -s "$work/out" ] && grep -q "are both called 'shop'" "$work/said"
result $? 'two schemas of one name are refused'

"$actorc" graph --format mermaid schemas/shop.actor >"$work/shop.mmd"
read_mermaid "$work/shop.mmd"
result $? 'the shop'
notices 'an edge to nowhere' 's/| n0$/| n99/'
notices 'an arrow that there is not' 's/-->/--->>/'
notices 'a quote in a text' 's/<i>asks/<i>"asks/'
notices 'an edge without a colour' 's/stroke:.*/stroke:/'
notices 'a tag in a text' 's/<b>/<u>/'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
