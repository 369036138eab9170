#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - how many instructions a message, an actor and an ask cost, which is what their speed hangs on and which does
# not change with the machine's mood: as many as table.txt has, or up to a tenth more or less. Closes with "N passed, N failed".
# usage: tests/instructions/run.sh [ACTORC] [--bless]      --bless puts what is measured into the table
#
# Each workload runs twice under callgrind, with few units and with more, so that start and end cancel out. Counted is what
# is executed of the program and of our library, which it is linked with; not of libc, whose memcpy depends on the
# processor. Always measured is the release build, whatever the mode of the tests; ACTORC is not used.
set -u
cd "$(dirname "$0")/../.." || exit 1
make=${MAKE:-make}
cc=${CC:-cc}
table=tests/instructions/table.txt
bench=build/release/tests/bench
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# Of the make that runs the tests, and about their build.
unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS B
bless=
for argument; do
    [ "$argument" != --bless ] || bless=yes
done
passed=0
failed=0

# A workload, few units and more: none of these takes a second.
workloads='ping-pong 10000 40000
ring 10000 40000
many-to-one 10000 40000
create 2000 12000
shop 2000 12000
ask 500 4000'

# A tenth is for what the compiler makes of the same source on another day. Another compiler or machine may do much worse,
# and is only to find what has got out of hand.
margin_percent=10
elsewhere_percent=40

# Prints the compiler and what it compiles for, as the table has it: "gcc-12 x86_64".
compiler()
{
    echo '__clang_major__ __GNUC__' | $cc -E -P - | awk -v machine="$(uname -m)" '
    NF == 2 { print ($1 ~ /^[0-9]+$/ ? "clang-" $1 : "gcc-" $2), machine }'
}

build()
{
    programs=$(echo "$workloads" | sed "s/ .*//; s/-/_/g; s|^|$bench/|")
    # shellcheck disable=SC2086
    $make -j"$(getconf _NPROCESSORS_ONLN)" --no-print-directory MODE=release CC="$cc" $programs >"$work/make" 2>&1 && return 0
    cat "$work/make"
    return 1
}

# Prints the instructions of a run of workload $1 with $2 units. In what callgrind writes `ob=` is where the functions that follow
# are from, and has no name for our library's section; a line with numbers is their own cost, but the one behind
# `calls=` that of the callee, which has its own lines. What a thread does while it has nothing to do is not counted: how
# often it looks before it sleeps depends on what else the machine has to do.
executed()
{
    timeout 120 valgrind --tool=callgrind --callgrind-out-file="$work/out" --compress-strings=no \
        --compress-pos=no "$bench/$(echo "$1" | tr - _)" "$1" "$2" 1 >"$work/said" 2>&1 || {
        cat "$work/said" >&2
        return 1
    }
    awk '
    /^ob=/ { ours = $0 !~ /[.]so/ }
    /^fn=/ { idle = $0 ~ /^fn=(work|idle|take_mail|watch|doze|local_clock|local_look_at_clock|clock_now|(mail|parker|wheel|sharing|watchdog)_.*)$/ }
    /^calls=/ { getline; next }
    /^[0-9]/ && ours && !idle { sum += $2 }
    END { printf "%d\n", sum }' "$work/out"
}

# Prints the instructions of a unit of workload $1.
measure()
{
    few=$(executed "$1" "$2") && more=$(executed "$1" "$3") &&
        [ "$few" -gt 0 ] && [ "$more" -gt "$few" ] && echo $(((more - few) / ($3 - $2)))
}

# Prints what the table has of workload $1, and by how many percent it may be more and less.
expected()
{
    awk -v here="$here" -v workload="$1" -v margin=$margin_percent -v elsewhere=$elsewhere_percent '
    /^#/ || $3 != workload { next }
    $1 " " $2 == here { value = $4; more = less = margin; exit }
    value == "" { value = $4; more = elsewhere; less = 100 }
    END { if (value == "") { exit 1 } print value, more, less }' $table
}

# judge WORKLOAD MEASURED VALUE MORE LESS
judge()
{
    awk -v workload="$1" -v measured="$2" -v value="$3" -v more="$4" -v less="$5" 'BEGIN {
        percent = (measured - value) * 100 / value
        verdict = percent > more ? "FAIL" : percent < -less ? "FAIL" : "ok  "
        printf "%s %-12s %6d instructions, %+.1f %% of the table\x27s %d\n", verdict, workload, measured, percent, value
        if (percent < -less) { print "     fewer than the table says: run tests/instructions/run.sh --bless" }
        exit verdict == "FAIL" }'
}

# A run that was disturbed gets another chance; what has changed is the same again.
check()
{
    limits=$(expected "$1") || {
        echo "FAIL $1: not in $table"
        return 1
    }
    for _ in 1 2 3; do
        measured=$(measure "$@") || {
            echo "FAIL $1: could not be measured"
            return 1
        }
        # shellcheck disable=SC2086
        judge "$1" "$measured" $limits >"$work/verdict" && break
    done
    cat "$work/verdict"
    grep -q '^ok' "$work/verdict"
}

# Replaces the lines of this compiler, and keeps the others.
bless()
{
    grep -v "^$here " $table >"$work/table"
    echo "$workloads" >"$work/workloads"
    while read -r workload few more; do
        measured=$(measure "$workload" "$few" "$more" </dev/null) || return 1
        echo "$here $workload $measured" | tee -a "$work/table"
    done <"$work/workloads"
    cp "$work/table" $table
}

if ! command -v valgrind >/dev/null; then
    echo "run.sh: no valgrind here; 'make check' installs it"
    echo '0 passed, 1 failed'
    exit 1
fi
here=$(compiler)
if [ -z "$here" ] || ! build; then
    echo '0 passed, 1 failed'
    exit 1
fi
if [ -n "$bless" ]; then
    bless
    exit
fi
echo "$workloads" >"$work/workloads"
while read -r workload few more; do
    if check "$workload" "$few" "$more" </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done <"$work/workloads"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
