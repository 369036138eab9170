#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - random legal schemas: each is compiled, and its C compiles without a warning as C11 and C17
# with gcc and clang, its header as C++17, alone and with that of another schema in both orders. Laid out
# by actorc fmt it stays so and gives the same C; its skeleton compiles as well.
# usage: tests/random/run.sh ACTORC [COUNT [FIRST_SEED]]      20 schemas from seed 1
set -u

actorc=$(realpath "$1") || exit 1
generate=$(dirname "$actorc")/tests/random/generate
here=$(realpath "$(dirname "$0")") || exit 1
include=$here/../../runtime/include
count=${2:-20}
first=${3:-1}
strict='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror'
strict_cxx='-Wall -Wextra -Wpedantic -Werror'
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0
clashes=0

compilers=$(for c in gcc clang; do command -v $c >/dev/null && echo $c; done)
compilers_cxx=$(for c in g++ clang++; do command -v $c >/dev/null && echo $c; done)

fail()
{
    failed=$((failed + 1))
    echo "FAIL seed $1: $2"
    head -n 12 log
}

# build SEED NAME - what is refused is so because of names that become one, or of
# answers that no reply can hold, and of nothing else.
build()
{
    "$generate" "$1" "$2" >"$2.actor" || exit 1
    if "$actorc" "$2.actor" >log 2>&1; then
        return 0
    fi
    if grep -q 'error:' log && ! grep 'error:' log | grep -qv '\[E0203\]$\|\[E0309\]$'; then
        clashes=$((clashes + 1))
        return 1
    fi
    fail "$1" 'is refused'
    return 1
}

# Both schemas in one translation unit, in both orders, each header twice.
write_pair()
{
    printf '#include "one.actor.h"\n#include "two.actor.h"\n#include "one.actor.h"\ntypedef int something;\n' >pair_1.c
    printf '#include "two.actor.h"\n#include "one.actor.h"\n#include "two.actor.h"\ntypedef int something;\n' >pair_2.c
    cp pair_1.c pair_1.cc
    cp pair_2.c pair_2.cc
}

# shellcheck disable=SC2086
compile()
{
    local cc
    for cc in $compilers; do
        $cc -std=c11 $strict -I"$include" -fsyntax-only one.actor.c two.actor.c pair_1.c &&
            $cc -std=c17 $strict -I"$include" -fsyntax-only one.actor.c pair_2.c || return 1
    done
    for cc in $compilers_cxx; do
        $cc -std=c++17 $strict_cxx -I"$include" -fsyntax-only pair_1.cc pair_2.cc || return 1
    done
}

# shellcheck disable=SC2086
tools()
{
    local cc
    mkdir -p laid_out
    "$actorc" fmt one.actor >laid_out/one.actor && "$actorc" fmt --check laid_out/one.actor &&
        "$actorc" -o laid_out laid_out/one.actor 2>warnings &&
        cmp one.actor.h laid_out/one.actor.h && cmp one.actor.c laid_out/one.actor.c || return 1
    "$actorc" skeleton --main one.actor >skeleton.c 2>warnings || return 1
    for cc in $compilers; do
        $cc -std=c11 $strict -I"$include" -fsyntax-only skeleton.c || return 1
    done
}

for ((seed = first; seed < first + 2 * count; seed += 2)); do
    rm -rf ./*
    if build $seed one && build $((seed + 1)) two; then
        write_pair
        if compile >log 2>&1 && [ ! -s log ]; then
            passed=$((passed + 1))
        else
            fail $seed 'does not compile'
        fi
        if tools >log 2>&1 && [ ! -s log ]; then
            passed=$((passed + 1))
        else
            fail $seed 'is another schema when it is laid out, or its skeleton does not compile'
        fi
    fi
done
echo "$((2 * count)) schemas, $clashes of them with two names that become one"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
