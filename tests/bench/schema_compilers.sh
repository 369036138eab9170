#!/bin/bash
# SPDX-License-Identifier: MIT
# schema_compilers.sh - how long actorc takes for a large schema, and in the same run, turn by turn,
# how long protoc and flatc take for the same messages in their own language, where they are installed (make deps-long).
# usage: tests/bench/schema_compilers.sh ACTORC [MESSAGES [ROUNDS]]
set -u

actorc=$(realpath "$1") || exit 1
messages=${2:-10000}
rounds=${3:-7}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir out

# Messages of three fields in the language that is given by its first and last line and one message.
schema()
{
    awk -v n="$messages" -v head="$1" -v each="$2" 'BEGIN {
        print head
        for (i = 0; i < n; i++) { line = each; gsub(/@/, i, line); print line }
    }'
}

schema 'schema big;' 'message Message@ { u32 product_id; u32 count = 1; string<64> customer; }' >big.actor
schema 'syntax = "proto3";' \
    'message Message@ { uint32 product_id = 1; uint32 count = 2; string customer = 3; }' >big.proto
schema 'namespace big;' 'table Message@ { product_id:uint; count:uint = 1; customer:string; }' >big.fbs
echo 'schema one; message A;' >one.actor

# Prints milliseconds and KiB of one run.
measure()
{
    local before after
   before=$(date +%s%N)
    memory=$("$measure" "$@") || return 1
    after=$(date +%s%N)
    echo "$(((after - before) / 10000)) $memory"
}

# /usr/bin/time is not everywhere; the shell knows the time, and the kernel the most memory of a child.
cat >measure.c <<'END'
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argc;
    pid_t child = fork();
    if (child == 0) {
        freopen("/dev/null", "w", stdout);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status;
    struct rusage usage;
    waitpid(child, &status, 0);
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%ld\n", usage.ru_maxrss);
    return status != 0;
}
END
measure=$work/measure
"${CC:-cc}" -O1 -w -o "$measure" measure.c || exit 1

# contestant NAME COMMAND... - takes part if its program is there.
names=()
declare -A commands
contestant()
{
    if command -v "$2" >/dev/null; then
        names+=("$1")
        commands[$1]="${*:2}"
    else
        echo "($2 is not installed)"
    fi
}

contestant 'actorc' "$actorc" -o out big.actor
contestant 'actorc, nothing changed' "$actorc" -o kept big.actor
contestant 'actorc, one message' "$actorc" -o out one.actor
contestant 'protoc --cpp_out' protoc --cpp_out=out big.proto
contestant 'flatc --cpp' flatc --cpp -o out big.fbs
"$actorc" -o kept big.actor || exit 1

for ((round = 0; round < rounds; round++)); do
    for name in "${names[@]}"; do
        # Each starts without outputs, but for the one that keeps them.
        rm -rf out/* && mkdir -p out
        # shellcheck disable=SC2086
        measure ${commands[$name]} >>"times.$name" || exit 1
    done
done

echo "$messages messages of three fields, median of $rounds runs in turn:"
base=
for name in "${names[@]}"; do
    read -r time memory < <(sort -n "times.$name" | sed -n "$((rounds / 2 + 1))p")
    base=${base:-$time}
    awk -v name="$name" -v time="$time" -v memory="$memory" -v base="$base" 'BEGIN {
        printf "  %-26s %9.2f ms  %7.1f MiB  %6.2f x\n", name, time / 100, memory / 1024, time / base }'
done
