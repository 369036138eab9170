#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - programs under simulation: what their campaigns find, and that a seed repeats its run.
# usage: tests/sim/run.sh ACTORC      SEEDS=N makes the campaign of the shop longer, TIMES=N the repeating
set -u

sim=$(dirname "$(realpath "$1")")/tests/sim || exit 1
seeds=${SEEDS-20000}
times=${TIMES-100}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")" || exit 1
passed=0
failed=0

# try NAME COMMAND... - holds when the command ends with 0
try()
{
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        cat "$work/out"
    fi
}

# fails COMMAND... - runs it, shows what it printed, and holds when it ended with 1
fails()
{
    "$@" 2>&1
    [ $? -eq 1 ]
}

# ---- The shop ------------------------------------------------------------------------------------

shop_holds()
{
    "$sim/shop" --seeds "1..$seeds" --faults "$1" >"$work/summary" 2>&1
    status=$?
    cat "$work/summary"
    return $status
}

# Each of 12 seeds, the same hash, however often, at whatever addresses, and as the file has it: from any
# compiler, in any mode.
hashes()
{
    for seed in 1 2 3 5 8 13 21 34 55 89 144 233; do
        ACTORC_FAULTS=crash=0.05,slip=0.2 ACTORC_SEED=$seed "$sim/shop" 2>&1 | tail -n 1
    done
}

hashes_agree()
{
    hashes >"$work/hashes"
    [ "${BLESS-}" ] && cp "$work/hashes" hashes.txt
    diff -u hashes.txt "$work/hashes"
}

repeats()
{
    for _ in $(seq "$times"); do
        ACTORC_SEED=42 "$sim/shop" 2>&1 | tail -n 1
    done | sort -u >"$work/unique"
    cat "$work/unique"
    [ "$(wc -l <"$work/unique")" -eq 1 ]
}

try "the shop holds for $seeds seeds with crashes" shop_holds crash=0.05
cat "$work/summary" 2>/dev/null
try 'and without memory, and with mailboxes that are full' shop_holds crash=0.01,refuse=0.05,alloc=0.002
cat "$work/summary" 2>/dev/null
try 'a seed has the same history everywhere' hashes_agree
try "and each of $times times" repeats

# ---- A shop that oversells --------------------------------------------------------------------------

oversold()
{
    fails "$sim/oversell" --seeds 1..1000 >"$work/found" || return 1
    cat "$work/found"
    grep -q 'FAILED: invariant: nothing is oversold' "$work/found"
}

# As many arrows as there are messages.
is_short()
{
    messages=$(grep -cE -- '-->\||\|<--|\|<\.\.' "$work/found")
    echo "$messages messages"
    [ "$messages" -ge 4 ] && [ "$messages" -le 12 ]
}

# The last command that was printed finds it again.
is_repeated()
{
    command=$(sed -n 's/^repeat it: //p' "$work/found" | tail -n 1)
    echo "$command"
    fails sh -c "$command" >"$work/again" || return 1
    cat "$work/again"
    grep -qF "$1" "$work/again"
}

# Also without a diagram.
is_told()
{
    replay=$(sed -n 's/^repeat it: ACTORC_REPLAY=\([^ ]*\) .*/\1/p' "$work/found")
    fails env ACTORC_REPLAY="$replay" "$sim/oversell" >"$work/told" || return 1
    [ "$(cat "$work/told")" = 'actorc: invariant: nothing is oversold' ]
}

is_mermaid()
{
    fails "$sim/oversell" --mermaid --seeds 1..1000 >"$work/mermaid" || return 1
    grep -q '^sequenceDiagram$' "$work/mermaid" && grep -q '^    p0->>p1: Buy' "$work/mermaid"
}

never_reached()
{
    fails "$sim/oversell" --seeds 1..1 >"$work/never" || return 1
    grep 'somebody was quicker: NEVER' "$work/never"
}

try 'a check in one handler for an act in another is found' oversold
try 'and is shown in at most 12 messages' is_short
try 'and repeated by the command that is printed' is_repeated 'nothing is oversold'
try 'and told by a single run' is_told
try 'and drawn for Mermaid' is_mermaid
try 'a second look heals it' "$sim/oversell" --seeds 1..1000 again
try 'what no run has come to is told' never_reached

# ---- All schedules ----------------------------------------------------------------------------------------

# explores OUTPUT COMMAND... - all of them, and this many
explores()
{
    wanted=$1
    shift
    "$@" >"$work/explored" 2>&1
    status=$?
    cat "$work/explored"
    [ $status -eq 0 ] && grep -q "^all: $wanted states" "$work/explored"
}

# explored_fault PROGRAM TEXT
explored_fault()
{
    fails "$sim/$1" --explore >"$work/found" || return 1
    cat "$work/found"
    grep -q "^FAILED: $2" "$work/found" && is_repeated "$2"
}

try 'each schedule of up to four buyers, of one or two units' explores 1407 "$sim/oversell" --explore again
cat "$work/explored"
try 'and of two, with a crash anywhere, while they wait' \
    explores 4656 "$sim/oversell" --faults crash=0.1 --explore again 2
cat "$work/explored"
try 'the one that oversells is found, and repeated' explored_fault oversell 'invariant: nothing is oversold'
try 'two answers that look alike may come in either order' explored_fault race 'whoever bets on the second wins'

# ---- Too much ---------------------------------------------------------------------------------------------

try 'of ten times as many asks as can be served four fifths of what can be are' \
    "$sim/overload" --seeds 1..100 --faults stall=0,slip=0

# ---- Diagrams ---------------------------------------------------------------------------------------------

# What a run says of itself, as text and for Mermaid, without its last line: as the file has it.
stories()
{
    for how in answer fail refuse stop planned give-up two; do
        for form in --trace --mermaid; do
            echo "== $form $how"
            "$sim/story" $form $how 2>&1 | grep -v ' of virtual time, history '
        done
    done
}

stories_agree()
{
    stories >"$work/stories"
    [ "${BLESS-}" ] && cp "$work/stories" stories.txt
    diff -u stories.txt "$work/stories"
}

# Each is a value of its own, and no other run may be taken for it.
kinds_differ()
{
    kinds=0
    while "$sim/kinds" $kinds >"$work/kind" 2>&1; do
        tail -n 1 "$work/kind"
        kinds=$((kinds + 1))
    done | sort >"$work/kinds"
    cat "$work/kinds"
    [ "$(wc -l <"$work/kinds")" -eq 26 ] && [ -z "$(uniq -d "$work/kinds")" ]
}

# A single run, with another plan or limit than usual, ends with 0.
is_well()
{
    "$sim/story" "$@"
}

# variables NAME=VALUE... - say the same as options
variables()
{
    wanted=$("$sim/story" --trace --faults crash=0.5 --seed 3 answer 2>&1)
    got=$(ACTORC_TRACE=1 ACTORC_FAULTS=crash=0.5 ACTORC_SEED=3 "$sim/story" answer 2>&1)
    echo "$wanted"
    echo "$got"
    [ "$wanted" = "$got" ]
}

# Each process runs its first seed twice, and all of them are run.
jobs_agree()
{
    for jobs in 1 3; do
        "$sim/oversell" --jobs $jobs --seeds 1..63 again >"$work/jobs" 2>&1
        cat "$work/jobs"
        grep -q "^63 seeds, .*; $jobs run twice\$" "$work/jobs" || return 1
    done
}

ends_with()
{
    wanted=$1
    shift
    "$@" 2>&1
    [ $? -eq "$wanted" ]
}

try 'tells, answers, timers, failures and ends in diagrams' stories_agree
try 'a value of each kind has a history of its own' kinds_differ
try 'there are 64 invariants and 16 plans' is_well full
try 'threads are refused' is_well refused
try 'what main calls exit() with' ends_with 3 "$sim/story" exit
try 'variables are as good as options' variables
try 'one seed' "$sim/story" --seeds 7
try 'seeds are shared out among processes' jobs_agree

# ---- What else can go wrong ------------------------------------------------------------------------------

# says TEXT ARGUMENT - the broken program's campaign ends with 1 and this text
says()
{
    fails "$sim/broken" --steps 1000 --seeds 1..130 "$2" >"$work/broken" || { cat "$work/broken"; return 1; }
    cat "$work/broken"
    grep -q -- "$1" "$work/broken"
}

# shrinks CHOICES TEXT ARGUMENT... - the first seed fails with this text, and so do these choices, which is all that is
# left of those it has made
shrinks()
{
    fails "$sim/broken" --seeds 1..1 "${@:3}" >"$work/found" || return 1
    cat "$work/found"
    grep -q "^seed 1 FAILED: $2" "$work/found" && grep -q "^repeat it: ACTORC_REPLAY=$1 " "$work/found" &&
        is_repeated "$2"
}

# bad TEXT ARGUMENT... - is refused with this text
bad()
{
    text=$1
    shift
    "$sim/broken" "$@" >"$work/bad" 2>&1
    status=$?
    cat "$work/bad"
    [ $status -eq 2 ] && grep -q -- "$text" "$work/bad"
}

try 'the same without its faults' "$sim/broken" --seeds 1..130
try 'main waits for nothing' says 'FAILED: deadlock:' deadlock
try 'main goes on for ever' says 'FAILED: no end: 1000 steps' forever
try 'a handler crashes' says 'FAILED: the program' crash
try 'a handler dies of assert()' says 'FAILED: oversell.Bank: assertion' assert
try 'a handler calls exit()' says 'FAILED: oversell.Bank: exit()' exit
try 'main calls exit()' says 'FAILED: the program called exit(3)' leave
try 'a handler gives up' says 'FAILED: given up at 1 of 1' fail
try 'main returns something' says 'FAILED: main returned 7' code
try 'a run depends on the one before' says 'not repeatable' static
try 'a run is made shorter only as long as it fails for the same reason' shrinks 10 'the basket is full' basket "it's one"
try 'and what it does not need is taken out' shrinks 15 'the prize is found' doors
try 'no such seeds' bad "not '5..3'" --seeds 5..3
try 'no number' bad "not 'x'" --seeds x
try 'no such fault' bad 'no fault has this name' --faults crush=1
try 'no such rate' bad 'rates up to 1' --faults crash=2
try 'no such choice' bad 'choices are numbers' --replay 1,x
try 'a choice too large' bad 'choices are numbers' --replay 4294967296
try 'too many choices' bad 'choices are numbers' --replay 0x1048577
try 'no sign' bad "not '-5'" --seed -5
try 'nothing behind a number' bad "not '5x'" --seeds 1..5x
try 'no end of seeds' bad 'seeds are such as' --seeds 1..18446744073709551615
try 'a number too large' bad 'a seed is a number' --seed 99999999999999999999
try 'no number of jobs' bad "jobs are a number, and not 'x'" --jobs x --seeds 1..2
try 'no number of steps' bad "steps are a number, and not '1x'" --steps 1x
try 'no value' bad "a value is missing after '--seeds'" --seeds
try 'no rate' bad 'rates up to 1' --faults crash
try 'no number for a rate' bad 'rates up to 1' --faults crash=
try 'a rate below 0' bad 'rates up to 1' --faults crash=-0.1
try 'more behind a rate' bad 'rates up to 1' --faults crash=0.1x

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
