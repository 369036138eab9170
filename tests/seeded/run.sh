#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - tests of the tests. Each NAME.patch beside this puts one bug into a copy of the tree, and there the
# test that it names has to fail, having passed without it. All of them have to apply, whichever are tried.
# usage: tests/seeded/run.sh ACTORC [--all | NAME...]      the canaries if nothing is said
#
# A patch begins with lines that say what it is about:
#   bug: what is broken
#   area: mailbox
#   test: SUITE/test_PROGRAM test_SENTENCE  a test of cmocka; if it crashes or hangs it has failed as well; A|B is
#                                           either of them, where it depends on threads which is first
#   test: SUITE/NAME.sh CASE                what a script prints behind FAIL
#   test: sim/PROGRAM ARGUMENT...           a campaign, over SEEDS seeds
#   promise: what of actorc(3), PROMISES, or of the paragraph below it the bug takes away, if any
#   canary: yes                             for the few that make check tries
# JOBS=N tries so many at a time.
set -u

here=$(realpath "$(dirname "$0")") || exit 1
build=build/debug # there allocations can be made to fail
seeds=${SEEDS-20000}
jobs=${JOBS-$(nproc)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# What make tells its children is about another tree.
unset MAKEFLAGS MFLAGS MAKELEVEL
export CHAOS_SEEDS=2 STORM_SEEDS=2 SEEDS=200 TIMES=5 # of what the tests read; ours are in $seeds

# ---- Patches -------------------------------------------------------------------------------------

# head_of PATCH FIELD
head_of()
{
    sed -n "/^--- /q; s/^$2: *//p" "$here/$1.patch"
}

# apply PATCH TREE OPTION...
apply()
{
    patch -s -p1 --no-backup-if-mismatch -d "$2" "${@:3}" <"$here/$1.patch"
}

meant()
{
    case ${1-} in
    '') grep -l '^canary: yes' "$here"/*.patch ;;
    --all) ls "$here"/*.patch ;;
    *) printf '%s\n' "$@" ;;
    esac | sed 's|.*/||; s|\.patch$||'
}

# ---- Tests ---------------------------------------------------------------------------------------

# needs PROGRAM - what has to be built to run it
needs()
{
    case $1 in
    sim/*.sh) echo $build/tests/sim/{shop,oversell,broken,race,story} ;;
    golden/*) echo $build/actorc $build/tests/golden/page ;;
    mutation/*) echo $build/actorc $build/tests/mutation/mutate ;;
    robust/*) echo $build/actorc $build/tests/robust/peak ;;
    *.sh) echo $build/actorc ;;
    *) echo "$build/tests/$1" ;;
    esac
}

# run PROGRAM ARGUMENT... - in this tree; what it prints goes to test.log
run()
{
    local command patience_s=${PATIENCE-20}
    case $1 in
    *.sh)
        command=("tests/$1" "$build/actorc")
        patience_s=200
        ;;
    sim/*) command=("$build/tests/$1" --seeds "1..$seeds" "${@:2}") ;;
    *) command=("$build/tests/$1") ;;
    esac
    # A shell says so on its own when something is killed.
    { timeout -s KILL "$patience_s" "${command[@]}" >test.log 2>&1 </dev/null; } 2>/dev/null
}

# The tests of cmocka that failed, and the one that was not finished.
failures()
{
    awk '/\[ RUN      \]/ { running = $NF }
         /\[       OK \]/ { running = "" }
         /\[  (FAILED  |ERROR   )\] test_/ { running = ""; print $NF }
         END { if (running != "") print running }' test.log | sort -u
}

# is_caught PROGRAM CASE
is_caught()
{
    case $1 in
    *.sh) grep -F "FAIL $2" test.log | grep -q '^FAIL' ;;
    sim/*) grep -q '^seed [0-9]* FAILED' test.log ;;
    *) failures | grep -qxE "$2" ;;
    esac
}

# ---- Trying --------------------------------------------------------------------------------------

# result STATUS BUG AREA TEST AFTER
result()
{
    local word=FAIL
    [ "$1" -eq 0 ] && word='ok  '
    printf '%s %-72s | %-11s | %-72s | %s\n' "$word" "${@:2}"
    echo "$word" >>"$work/results"
}

# after PROGRAM FROM - the first seed that failed, or how long it took
after()
{
    local seed
    seed=$(sed -n 's/^seed \([0-9]*\) FAILED.*/\1/p' test.log | sort -n | head -n 1)
    if [ "$1" != sim/run.sh ] && [ -n "$seed" ]; then
        echo "$seed seeds"
    else
        awk -v from="$2" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s\n", to - from }'
    fi
}

# What was changed or made since the tree was copied is again as it was, with its time.
restore()
{
    find . -type f -newer "$work/stamp" | while read -r file; do
        if [ -e "$work/base/$file" ]; then
            cp -p "$work/base/$file" "$file"
        else
            rm "$file"
        fi
    done
}

# try PATCH - in this tree
try()
{
    local bug area test program case from missed
    bug=$(head_of "$1" bug)
    area=$(head_of "$1" area)
    test=$(head_of "$1" test)
    program=${test%% *}
    case=${test#* }
    if ! apply "$1" . >build.log 2>&1; then
        result 1 "$bug" "$area" "$1.patch does not apply" -
        return
    fi
    # shellcheck disable=SC2046
    if ! make -s MODE=debug $(needs "$program") >build.log 2>&1; then
        result 1 "$bug" "$area" "does not compile: $(grep -m1 error: build.log)" -
    else
        from=$EPOCHREALTIME
        # What two threads have to meet for is tried again. A campaign's arguments are words.
        for _ in 1 2 3 4 5; do
            # shellcheck disable=SC2086
            run $test
            is_caught "$program" "$case"
            missed=$?
            case $missed$program in 0* | *.sh | *sim/*) break ;; esac
        done
        result $missed "$bug" "$area" "$test" "$(after "$program" "$from")"
        if [ $missed -ne 0 ]; then
            echo "     failed: $(grep '^FAIL ' test.log | head -n 5; failures | head -n 5)"
        fi
    fi
    restore
}

# each WHAT NAME... - does it with each, `jobs` at a time, each in a tree of its own
each()
{
    local job name taken
    taken=$(mktemp -d -p "$work") || exit 1
    for job in $(seq "$jobs"); do
        [ -e "$work/$job" ] || cp -a "$work/base" "$work/$job" || exit 1
        (
            cd "$work/$job" || exit 1
            for name in "${@:2}"; do
                mkdir "$taken/${name//\//-}" 2>/dev/null && "$1" "$name"
            done
        ) &
    done
    wait
}

# sound TEST - it has to pass without a bug. A second time will do: that it always does is for the suites to say.
sound()
{
    # shellcheck disable=SC2086
    PATIENCE=120 run $1 || PATIENCE=120 run $1 || result 1 'none' '' "$1 fails without a bug" -
}

# ---- The base ------------------------------------------------------------------------------------

# Copies the tree with what has been built of it, and builds what is missing.
make_base()
{
    mkdir -p "$work/base/build" && cp -a "$here"/../../{Makefile,actorc,runtime,schemas,examples,tests} "$work/base/" ||
        exit 1
    if [ -d "$here/../../$build" ]; then
        cp -a "$here/../../$build" "$work/base/build/" || exit 1
    fi
    # shellcheck disable=SC2046
    if ! make -s -C "$work/base" -j"$jobs" MODE=debug \
        $(for program in "$@"; do needs "$program"; done | tr ' ' '\n' | sort -u) >"$work/log" 2>&1; then
        tail -n 5 "$work/log"
        exit 1
    fi
    # What is as old as the copy is not newer than it.
    sleep 0.1
    touch "$work/stamp"
    sleep 0.1
}

mapfile -t names < <(meant "${@:2}")
for patch in "$here"/*.patch; do
    name=$(basename "$patch" .patch)
    apply "$name" "$here/../.." --dry-run >"$work/log" 2>&1 && continue
    result 1 "$(head_of "$name" bug)" "$(head_of "$name" area)" "$name.patch does not apply" -
done
mapfile -t tests < <(for name in "${names[@]}"; do head_of "$name" test; done)
make_base "${tests[@]%% *}"
if [ "${2-}" = --all ]; then
    # All of a program or a script is run; campaigns differ by their arguments.
    mapfile -t sounds < <(printf '%s\n' "${tests[@]}" | sed '\|^sim/[a-z_]* |! s/ .*//' | sort -u)
    each sound "${sounds[@]}"
fi
each try "${names[@]}"
passed=$(grep -c '^ok' "$work/results")
failed=$(grep -c '^FAIL' "$work/results")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
