#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - the rules that a program can check. Prints what breaks them, then "N passed, N failed".
# usage: tests/lint/run.sh             checks
#        tests/lint/run.sh --format    lets clang-format rewrite the files
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C.UTF-8

ours=$(find actorc runtime examples tests -path tests/golden -prune -o -name '*.[ch]' -print | sort)
grammar=$(find actorc -name '*.[ly]' | sort)
compiler=$(find actorc -name '*.[chly]' | sort)
runtime=$(find runtime -path runtime/include -prune -o -path runtime/sim -prune -o -name '*.[ch]' -print | sort)
harness=$(find tests/bench/harness -name '*.[ch]' | sort)
simulation=$(find runtime/sim -name "*.[ch]" | sort)
passed=0
failed=0

# rule NAME COMMAND... - a rule holds when its command ends with 0; its output says what does not.
rule()
{
    name=$1
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- %s\n%s\n' "$name" "$output"
    fi
}

# Versions lay out differently; the files are as version 14 does it.
formatter=clang-format
command -v clang-format-14 >/dev/null && formatter=clang-format-14

if [ "${1-}" = --format ]; then
    exec $formatter -i $ours
fi

# Names the files that clang-format would change.
laid_out()
{
    for file; do
        $formatter "$file" | cmp -s - "$file" || echo "$file: run make format"
    done | grep . && return 1
    return 0
}

rule 'the compiler stands on its floors' awk -f tests/lint/floors.awk tests/lint/floors.actorc $compiler
rule 'the runtime stands on its floors' awk -f tests/lint/floors.awk tests/lint/floors.runtime $runtime
rule 'the simulation stands on its floors' awk -f tests/lint/floors.awk tests/lint/floors.sim $simulation
rule 'the harness stands on its floors' awk -f tests/lint/floors.awk tests/lint/floors.harness $harness
rule 'atomics are explained and in one place' awk -f tests/lint/atomics.awk $runtime
rule 'functions are short' tests/lint/fnlen.sh $ours
rule 'text is as agreed' awk -f tests/lint/text.awk $ours $grammar
rule 'the public headers are documented' awk -f tests/lint/documented.awk runtime/include/actorc/*.h
rule 'the comparison names its tests' tests/lint/comparison.sh
rule 'clang-format agrees' laid_out $ours
rule 'the rules find what breaks them' tests/lint/selftest.sh
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
