#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - all or nothing: every call by which actorc opens, writes, closes, makes or renames fails in
# turn, and the process is killed at every one in turn. Afterwards each output is the old one or the
# new one, whole; a failure is an exit status; a header and a source of different runs do not compile;
# and the next run puts everything right.
# usage: tests/faults/run.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
here=$(realpath "$(dirname "$0")") || exit 1
include=$here/../../runtime/include
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0
cc=${CC:-cc}

$cc -shared -fPIC -o faults.so "$here/faults.c" -ldl || exit 1

cat >one.actor <<'END'
schema one;
message Ping { u32 n; }
actor Echo { on Ping; }
END
sed 's/schema one/schema two/; s/Ping/Pong/g' one.actor >two.actor
mkdir old new
"$actorc" -o old one.actor two.actor || exit 1
sed -i 's/u32 n;/u32 n; string<64> text; u64 other;/' one.actor two.actor
"$actorc" -MD -o new one.actor two.actor || exit 1
outputs='one.actor.h one.actor.c two.actor.h two.actor.c'

fail()
{
    problem="$problem; $1"
}

# Looks at the outputs after a run that ended with status $1.
judge()
{
    local name pair ages
    changed=0
    for name in $outputs; do
        if cmp -s "out/$name" "new/$name"; then
            changed=$((changed + 1))
        elif ! cmp -s "out/$name" "old/$name"; then
            fail "$name is neither old nor new"
        fi
    done
    if [ "$1" -eq 0 ] && [ $changed -ne 4 ]; then
        fail 'it said that all was well'
    fi
    for pair in one two; do
        ages=
        for name in "$pair.actor.h" "$pair.actor.c"; do
            cmp -s "out/$name" "new/$name" && ages=${ages}n || ages=${ages}o
        done
        if [ $ages = no ] || [ $ages = on ]; then
            mixed=$((mixed + 1))
            $cc -fsyntax-only -I"$include" "out/$pair.actor.c" 2>/dev/null && fail "a mixed pair compiles"
        fi
    done
}

is_tidy()
{
    [ "$(find out -name '.actorc*' | wc -l)" -eq 0 ]
}

# campaign NAME ERRNO - one run for each call that there is.
campaign()
{
    local at=0 status count
    problem=
    mixed=0
    while :; do
        at=$((at + 1))
        rm -rf out && cp -r old out && rm -f count
        { LD_PRELOAD=$PWD/faults.so FAULT_AT=$at FAULT_ERRNO=$2 FAULT_COUNT=$PWD/count \
            "$actorc" -MD -o out one.actor two.actor >log 2>&1; } 2>/dev/null
        status=$?
        if [ -e count ] && [ "$(cat count)" -lt $at ]; then
            break
        fi
        judge $status
        if [ "$2" -ne 0 ]; then
            is_tidy || fail "call $at leaves a temporary file"
            [ $status -eq 0 ] || [ -s log ] || fail "call $at fails without a word"
        fi
        "$actorc" -MD -o out one.actor two.actor 2>>log || fail "the run after call $at fails"
        for name in $outputs; do
            cmp -s "out/$name" "new/$name" || fail "the run after call $at does not repair $name"
        done
        is_tidy || fail "the run after call $at leaves a temporary file"
        if [ -n "$problem" ]; then
            break
        fi
    done
    if [ -z "$problem" ] && [ $at -gt 20 ]; then
        passed=$((passed + 1))
        echo "ok   $1: $((at - 1)) calls, $mixed mixed pairs"
    else
        failed=$((failed + 1))
        echo "FAIL $1 at call $at of the run$problem"
        cat log
    fi
}

campaign 'a full disk' 28
campaign 'an error of the disk' 5
campaign 'no permission' 13
campaign 'too many open files' 24
campaign 'killed' 0
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
