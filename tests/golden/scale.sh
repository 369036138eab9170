#!/bin/bash
# SPDX-License-Identifier: MIT
# scale.sh - large schemas compile within the memory that is promised, and twice as much takes no
# more than twice as long. Work is counted in instructions or in time of the processor, as a ratio
# between sizes; never against a clock.
# usage: tests/golden/scale.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

expect()
{
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
    fi
}

messages()
{
    awk -v n="$1" 'BEGIN {
        print "schema big;"
        for (i = 0; i < n; i++) {
            print "/// Message number " i "."
            print "message Message" i " { u32 product_id; u32 count = 1; string<64> customer; }"
        }
    }'
}

# Requests in a chain, an actor that handles all, one that sends all, and a chain of children.
actors()
{
    awk -v n="$1" 'BEGIN {
        print "schema chain;"
        for (i = 0; i < n; i++) print "message M" i " { u32 a; } -> M" (i + 1) ";"
        print "message M" n ";\nactor All {"
        for (i = 0; i < n; i++) print "    on M" i " { tell Other.M" i "; ask Other.M" i " as a" i "; }"
        print "}\nactor Other {"
        for (i = 0; i < n; i++) print "    on M" i ";"
        print "}"
        for (i = 0; i < n; i++) print "actor A" i " { child next: A" (i + 1) "; }"
        print "actor A" n ";"
    }' | sed "s/^actor A$1;/actor A$1 { on M0; }/"
}

mistakes()
{
    awk -v n="$1" 'BEGIN {
        print "schema bad;"
        for (i = 0; i < n; i++) print "message M" i " { u32 a\n Nope" i " b; u32 a; }"
    }'
}

# Prints the most memory a run needs, in KiB, with the addresses limited to find it.
fits_into()
{
    local kib=$1
    shift
    (ulimit -v "$kib" && exec "$@" >/dev/null 2>&1)
}

sanitized=$(nm "$actorc" 2>/dev/null | grep -cE '__asan_init|__tsan_init')

messages 10000 >big.actor
expect '10,000 messages compile' "$actorc" -o out big.actor
expect 'both files are written' [ "$(find out -size +1M | wc -l)" -eq 2 ]
if [ "$sanitized" -eq 0 ]; then
    # The addresses of a process are more than its memory: the C library and the program are
    # counted too, but never are it less.
    expect '10,000 messages in 40 MiB of addresses' fits_into 40960 "$actorc" -o out2 big.actor
    awk 'BEGIN { printf "schema t;\n"; for (i = 0; i < 100000; i++) printf "{"; print "" }' >deep.actor
    fits_into 32768 "$actorc" deep.actor
    expect '100,000 open braces in 32 MiB' [ $? -eq 1 ]
    awk 'BEGIN { printf "schema t;\n"; for (i = 0; i < 100000; i++) printf "/*"; print "" }' >comments.actor
    fits_into 32768 "$actorc" comments.actor
    expect '100,000 open comments in 32 MiB' [ $? -eq 1 ]
    awk 'BEGIN { printf "schema t;\nmessage A { u8"; for (i = 0; i < 100000; i++) printf "[]"; print " a; }" }' >lists.actor
    fits_into 49152 "$actorc" lists.actor
    expect '100,000 lists of lists in 48 MiB' [ $? -eq 1 ]
fi

# Time of the processor in ms, the least of three runs.
time_of()
{
    local least=999999 i
    for i in 1 2 3; do
        rm -rf timed
        local t
        t=$( { TIMEFORMAT='%3U %3S'; time "$actorc" -o timed "$1" >/dev/null 2>&1; } 2>&1 |
            awk '{ print int(($1 + $2) * 1000) }')
        [ "$t" -lt "$least" ] && least=$t
    done
    echo "$least"
}

# linear NAME FUNCTION SIZE - eight times the size must not take more than 24 times as long: a
# quadratic step would take 64 times as long.
linear()
{
    "$2" "$3" >small.actor
    "$2" $(($3 * 8)) >large.actor
    local small large
    small=$(time_of small.actor)
    large=$(time_of large.actor)
    expect "$1: $small ms, eight times as much: $large ms" [ "$large" -le $(((small + 1) * 24)) ]
}

linear 'messages' messages 5000
linear 'actors' actors 1500
linear 'mistakes' mistakes 5000
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
