#!/bin/sh
# SPDX-License-Identifier: MIT
# graphviz.sh - the graph of every schema, and of all of them together, goes through Graphviz without
# a word, with all its actors in the picture and no label on a box. The pictures are left in
# BUILD/tests/graphs, to be looked at.
# usage: tests/long/graphviz.sh BUILD/actorc
set -u

actorc=$(realpath "$1") || exit 1
pictures=$(dirname "$actorc")/tests/graphs
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$pictures" || exit 1
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

if ! command -v dot >/dev/null; then
    echo "graphviz.sh: no dot here; 'make deps-long' installs Graphviz"
    echo "0 passed, 1 failed"
    exit 1
fi

# Boxes of nodes in dot's plain output that meet, and labels of edges that begin in a box: their
# places are middles, in inches.
overlaps()
{
    awk '
    function meet(a, b) {
        return x[a] - w[a] / 2 < x[b] + w[b] / 2 && x[b] - w[b] / 2 < x[a] + w[a] / 2 &&
            y[a] - h[a] / 2 < y[b] + h[b] / 2 && y[b] - h[b] / 2 < y[a] + h[a] / 2
    }
    $1 == "node" { n++; x[n] = $3; y[n] = $4; w[n] = $5; h[n] = $6; name[n] = $2 }
    $1 == "edge" && NF > 4 + 2 * $4 + 2 {
        lx[++m] = $(NF - 3); ly[m] = $(NF - 2); label[m] = $2 " " $3
    }
    END {
        for (a = 1; a <= n; a++) {
            for (b = a + 1; b <= n; b++) {
                if (meet(a, b)) { print name[a], "and", name[b], "overlap"; bad = 1 }
            }
            for (e = 1; e <= m; e++) {
                if (lx[e] > x[a] - w[a] / 2 && lx[e] < x[a] + w[a] / 2 &&
                        ly[e] > y[a] - h[a] / 2 && ly[e] < y[a] + h[a] / 2) {
                    print "the label of", label[e], "is in", name[a]; bad = 1
                }
            }
        }
        exit bad
    }' "$1"
}

# drawn NAME SCHEMA...
drawn()
{
    name=$1
    shift
    "$actorc" graph -o "$work/graph.dot" "$@"
    result $? "$name has a graph"
    dot -Tsvg "$work/graph.dot" >"$work/graph.svg" 2>"$work/said" && [ ! -s "$work/said" ]
    result $? "$name: Graphviz draws it without a word"
    cat "$work/said"
    dot -Tpng "$work/graph.dot" >"$pictures/$name.png"
    wanted=$("$actorc" graph --format json "$@" | grep -c '^ *{"id": ')
    got=$(grep -c 'class="node"' "$work/graph.svg")
    [ "$got" -eq $((wanted + (wanted > 0 && $(grep -c '"legend"' "$work/graph.dot")))) ]
    result $? "$name: all $wanted actors are in the picture"
    dot -Tplain "$work/graph.dot" >"$work/plain" && overlaps "$work/plain"
    result $? "$name: nothing is drawn over an actor"
}

all=
names=
for schema in schemas/*.actor examples/*/*.actor tests/golden/*/in.actor tests/schemas/*.actor; do
    [ -e "$schema" ] || continue
    name=$(basename "$schema" .actor)
    [ "$name" = in ] && name=golden-$(basename "$(dirname "$schema")")
    drawn "$name" "$schema"
    # Of those with one name only one can be among all.
    said=$(sed -n 's/^schema \([^ ;]*\).*/\1/p' "$schema")
    case " $names " in
    *" $said "*) ;;
    *) all="$all $schema" names="$names $said" ;;
    esac
done
drawn all $all
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
