#!/bin/sh
# SPDX-License-Identifier: MIT
# report.sh - prints TESTING.md: how this is tested, with the numbers that the last runs have left below build/.
# It runs nothing itself, and what no run has said is 'not run'.
# usage: tests/report.sh >TESTING.md
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C

missing=
modes='debug release asan tsan coverage'

# ---- What runs have left -------------------------------------------------------------------------

# newest PATTERN... - the newest of these files.
newest()
{
    # shellcheck disable=SC2086 # these are patterns
    ls -t $* 2>/dev/null | head -n 1
}

# log NAME - the newest log of a test, such as tests_sim_run.sh or run_test_memory.
log()
{
    newest "build/*/tests/logs/*$1.log"
}

# log_with NAME TEXT - the newest of those in which this stands: a sanitizer leaves something out.
log_with()
{
    grep -l "$2" build/*/tests/logs/*"$1".log 2>/dev/null | xargs -r ls -t | head -n 1
}

# grouped - puts commas between thousands.
grouped()
{
    awk '{ n = $1; while (n ~ /[0-9][0-9][0-9][0-9]/) { n = gensub_(n) } print n }
        function gensub_(n,    i) {
            match(n, /[0-9]+/)
            i = RLENGTH - 3
            return substr(n, 1, i) "," substr(n, i + 1)
        }'
}

# sum FILE PATTERN - adds up the number before the text that matches, over all lines of the file.
sum()
{
    [ -n "$1" ] && [ -e "$1" ] || return 0
    awk -v pattern="[0-9]+ $2" '
        { line = $0
          while (match(line, pattern)) {
              n += substr(line, RSTART) + 0; found = 1; line = substr(line, RSTART + RLENGTH) } }
        END { if (found) { printf "%d\n", n } }' "$1" | grouped
}

# or_not VALUE WHAT - the value, or that nothing has run which would have said it.
or_not()
{
    if [ -n "$1" ]; then
        printf '%s' "$1"
    else
        printf 'not run'
    fi
}

# row WHAT VALUE COMMAND - a line of the table at the top.
row()
{
    printf '| %s | %s | `%s` |\n' "$1" "$(or_not "$2")" "$3"
    [ -n "$2" ] || missing="$missing
- $1: \`$3\`"
}

# total MODE - tests that passed and failed in it, over all suites that have run.
total()
{
    set -- build/"$1"/tests/results/*
    [ -e "$1" ] || return 0
    cat "$@" | awk '{ p += $1; f += $2; n++ } END { printf "%d passed, %d failed, in %d suites\n", p, f, n }'
}

# closing LOG - what a script closed with.
closing()
{
    [ -n "$1" ] && grep -E '^([a-z]+: )?[0-9]+ passed, [0-9]+ failed' "$1" | tail -n 1
}

# covered PART LINES|BRANCHES - in per cent.
covered()
{
    file=build/coverage/tests/coverage.txt
    [ -e "$file" ] && awk -v part="$1" -v column="$2" '
        $1 == part { print (column == "lines" ? $6 : $12) " % of " (column == "lines" ? $4 : $10) }' "$file"
}

fuzzed()
{
    set -- build/fuzz/fuzz_*.log
    [ -e "$1" ] || return 0
    awk '/stat::number_of_executed_units/ { n += $2; files++ } END { if (files) { print n } }' "$@" | grouped
}

# How long each of them had.
fuzzed_seconds()
{
    cat build/fuzz/fuzz_*.log 2>/dev/null |
        awk '/^Done / { s = $5 - 1; found = 1 } END { print found ? s : 600 }'
}

# The commit, and whether anything else than the page was changed since.
commit()
{
    printf '%s' "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
    git status --porcelain -uno 2>/dev/null | grep -qv ' TESTING.md$' && printf -- '-dirty'
    return 0
}

# ---- Parts of the page ---------------------------------------------------------------------------

compilers()
{
    for mode in $modes fuzz; do
        [ -e build/$mode/flags ] && sed 's/ .*//' build/$mode/flags
    done | sort -u | while read -r cc; do
        $cc --version | head -n 1
    done | sed 's/^cc /gcc /' | sort -u | paste -sd ';' | sed 's/;/; /g'
}

summary()
{
    # The long one, if there is one that has come to its end.
    campaign=$(log tests_long_sim.sh)
    [ -n "$(closing "$campaign")" ] || campaign=$(log tests_sim_run.sh)
    seeds=$(sed -n 's/^ok   the shop holds for \([0-9]*\) seeds.*/\1/p' "${campaign:-/dev/null}")
    simulation="SEEDS=${seeds:-1000000} tests/sim/run.sh $(dirname "$(dirname "$(dirname "${campaign:-build/release/tests/logs/x}")")")/actorc"
    echo '| what | how much | by which command |'
    echo '|---|---|---|'
    row 'tests, gcc, no optimisation' "$(total debug)" 'make check'
    row 'the same, address and undefined behaviour sanitizers' "$(total asan)" \
        'make check CC=clang MODE=asan'
    row 'the same, thread sanitizer' "$(total tsan)" 'make check MODE=tsan'
    row 'the same, as it is shipped (-O2)' "$(total release)" 'make check MODE=release'
    row 'branches of `runtime/` that tests take' "$(covered runtime branches)" 'make coverage'
    row 'branches of `actorc/` that tests take' "$(covered actorc branches)" 'make coverage'
    row 'lines of `runtime/`' "$(covered runtime lines)" 'make coverage'
    row 'lines of `actorc/`' "$(covered actorc lines)" 'make coverage'
    row 'simulated runs (seeds) of the shop, each checked after every step' \
        "$(sum "$campaign" 'seeds, ')" "$simulation"
    row 'crashes injected in them' "$(sum "$campaign" 'crashes')" "$simulation"
    row 'messages, replies and hooks handled in them' "$(sum "$campaign" 'steps, ')" \
        "$simulation"
    row 'states of small programs, explored exhaustively' "$(sum "$campaign" 'states')" \
        "$simulation"
    row 'real crashes of handlers that were contained' "$(sum "$(log_with run_test_crash 'crashes contained')" 'crashes contained')" \
        'make check SUITES=run'
    row 'processes killed, and their database checked' \
        "$(sed -n 's/^killed \([0-9]*\) times.*/\1/p' "$(log shop_test_kill)" 2>/dev/null | grouped)" \
        'make check SUITES=shop'
    row 'allocations, threads and descriptors refused in turn' \
        "$(cat "$(log run_test_memory)" "$(log run_test_scarce)" 2>/dev/null >build/refused.txt
        sum build/refused.txt '(allocations|calls) failed in turn')" 'make check SUITES=run'
    row 'calls by which the compiler writes files, each failing or killed in turn' \
        "$(sum "$(log tests_faults_run.sh)" calls)" 'make check SUITES=faults'
    row 'messages of random programs, whose ledger adds up' \
        "$(cat "$(log run_test_chaos)" "$(log run_test_storm)" 2>/dev/null >build/refused.txt
        sum build/refused.txt messages)" 'make check SUITES=run'
    rm -f build/refused.txt
    row 'schemas with one mistake' "$(sum "$(log tests_mutation_run.sh)" mutants:)" \
        'make check SUITES=mutation'
    row 'random legal schemas' "$(sum "$(log tests_random_run.sh)" schemas,)" 'make check SUITES=random'
    row 'texts that fuzzers tried' "$(fuzzed)" "make fuzz SECONDS=$(fuzzed_seconds)"
    row 'memory orders weakened, under the C11 model' \
        "$(closing "$(log 'tests_model_*')")" 'make check SUITES=model'
    row 'seeded bugs, each in a copy of the tree' "$(closing "$(log tests_long_seeded.sh)")" \
        'tests/long/seeded.sh build/debug/actorc'
}

# One line a suite; a column for each mode that has run.
suites()
{
    have=
    for mode in $modes; do
        [ -d build/$mode/tests/results ] && have="$have $mode"
    done
    printf '| suite |'
    for mode in $have; do printf ' %s |' "$mode"; done
    printf '\n|---|'
    for mode in $have; do printf -- '---:|'; done
    echo
    for mode in $have; do ls build/"$mode"/tests/results; done | sort -u | while read -r suite; do
        printf '| tests/%s |' "$(echo "$suite" | sed 's/^unit_/unit\//')"
        for mode in $have; do
            file=build/$mode/tests/results/$suite
            if [ -e "$file" ]; then
                awk '{ printf " %d%s |", $1, $2 ? " (" $2 " failed)" : "" }' "$file"
            else
                printf ' |'
            fi
        done
        echo
    done
}

least_covered()
{
    [ -e build/coverage/tests/coverage.txt ] || return 0
    echo '| file | lines | branches |'
    echo '|---|---:|---:|'
    awk '$1 ~ /\// && $10 >= 10 { printf "%s %s | %s | %s %%, %d of %d | %s %%, %d of %d |\n",
            $12, "|", "`" $1 "`", $6, $2, $4, $12, $8, $10 }' build/coverage/tests/coverage.txt |
        sort -n | head -n 12 | sed 's/^[0-9.]* | //; s/^/| /; s/^| | /| /'
}

# What a script printed besides its single results: its tables.
tables()
{
    file=$(log "$1")
    if [ -z "$file" ]; then
        echo "Not run: \`$2\`."
        return
    fi
    echo '```'
    grep -vE '^(ok   |\[)' "$file" || cat "$file"
    echo '```'
}

commits()
{
    cat build/*/tests/results/* 2>/dev/null | awk '{ print $3 }' | sort | uniq -c | sort -rn |
        awk '{ printf "%s%s", n++ ? ", " : "", $2 }'
}

page()
{
    cat <<END
# How it is tested

This page is written by \`make report\` from what the last runs have left behind: each number is of a real run, next to the
command that repeats it. \`make check\` takes a few minutes, \`make check-long\` hours: there a million seeds, ten
minutes for each fuzzer, all mutants, valgrind, browsers.

Written on $(date -u +%Y-%m-%d) at commit $(commit); the runs were of $(commits),
on $(nproc) cores ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), Linux $(uname -r), with
$(compilers).

END
    summary
    cat <<'END'

## What is tested, and how

**Promises, not lines.** `tests/run` are programs as users write them: schema, generated code, public header. Each checks
a promise of [actor.h](runtime/include/actorc/actor.h), such as "an ask ends exactly once". `tests/unit` looks inside. No test
sleeps or reads the time of day: it waits for what must happen, and is killed if it never does.

**What the machine refuses.** A program with one of each thing that needs memory, a thread or a descriptor runs again and
again, and each time another call fails: alone, or with all that come after it. Whatever it was, the program has to stop in
order, with no message lost, no ask without an end, no block of memory and no descriptor left over
(`tests/run/test_scarce.c`, `test_memory.c`). The compiler is treated likewise: every call by which it writes files
fails in turn, or the process is killed there, and the outputs are the old ones or the new ones, whole (`tests/faults`).

**Crashes.** Handlers read through NULL, divide by zero, overflow and smash their stacks, abort: the asker is told, the actor
restarted, the rest goes on (`test_crash.c`). What cannot be contained ends the process, and says who it was
(`test_deaths.c`). The shop is killed with SIGKILL at any moment, and started again: what a customer was told is in its
database (`tests/shop`).

**Simulation.** The same objects, linked with `libactorc_sim`, run on one thread in virtual time, and one stream of random
numbers decides all that could have gone another way: who runs next, how late a timer is, what crashes, what is refused. A
seed repeats its run exactly: on gcc and clang, in any mode, at any addresses. After each step invariants are checked: the
shop never sells what it does not have. A run that fails is made short, and printed as a diagram and as the command that
repeats it (`tests/sim`). Small programs are explored instead: all schedules, each state once.

**Hostile input.** Fuzzers feed the compiler with texts; grammar-aware generators make legal schemas, and legal ones with
one mistake, of which each must get one error, at its place, or compile without a warning (`tests/fuzz`, `tests/random`,
`tests/mutation`, `tests/robust`).

**Exact outputs.** Generated C and diagnostics are compared byte for byte with files that are read in review
(`tests/golden`, `tests/errors`, `tests/fmt`); generated code is compiled by two compilers, in C11, C17 and C++, without a
warning (`tests/compile`).

**The memory model.** The mailbox, the run queue and their like run, as they are, under the C11 memory model, random and
exhaustive. Each memory order weakened by one step is a mutant, which has to be found or to be explained (`tests/model`).

**Tests of the tests.** Into compiler, runtime and shop bugs are put, one at a time; each has to be found by the test that is
named for it, which passes without. Among them, for each promise of the runtime, is one that disables what keeps it. Three
canaries are tried by each `make check` (`tests/seeded`). The linter has a file that breaks each of its rules.

END
    cat <<'END'
**Before each change lands** `.ci/run` does all of it that takes minutes, on a fresh clone: gcc, clang, sanitizers, fuzzers, the
size of the library, the linter.

## Tests by suite

Tests that passed; a cell is empty where the suite was not run in that mode. [ARCHITECTURE.md](ARCHITECTURE.md) says what each
suite is.

END
    suites
    cat <<'END'

## Coverage

By gcov, over all suites but those that call compilers themselves. A branch is a way out of a condition: `a && b` has four. The
simulation is part of `runtime/`. Left out, by a rule in `tests/coverage.awk`, are statements `RT_ASSERT(…)` and calls of
`base_bug()` with the `if` before, which only a broken runtime or compiler can take. Skeletons of bison and flex are not counted,
our actions are. `make coverage` fails below 90 % of the branches of `runtime/` or 85 % of those of `actorc/`. What no test takes is
listed in `build/coverage/tests/missed.txt`; the files with most of it:

END
    least_covered
    printf '\n## Memory orders, weakened one by one\n\n'
    tables 'tests_model_*' 'make check SUITES=model'
    printf '\n## Seeded bugs\n\n'
    tables tests_long_seeded.sh 'tests/long/seeded.sh build/debug/actorc'
    if [ -n "$missing" ]; then
        printf '\n## What was not run\n%s\n' "$missing"
    fi
}

page
