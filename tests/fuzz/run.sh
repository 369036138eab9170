#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - each fuzz target, from the schemas of the tree and from what once was found. A finding stays in
# build/fuzz/findings; what is fixed goes to tests/fuzz/regress, with a name that says what it was.
# usage: tests/fuzz/run.sh [SECONDS]      for each target; default 20
set -u

cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-20}
build=build/fuzz
corpus=$build/corpus
findings=$build/findings
passed=0
failed=0
mkdir -p $corpus/seeds $findings || exit 1

# Words of the language, so that the fuzzer need not guess them.
grep -o '^"[a-z0-9_]*" ' actorc/lexer.l >$build/words
n=0
for schema in schemas/*.actor tests/schemas/*.actor tests/golden/*/*.actor tests/errors/*.actor tests/fmt/*.actor; do
    n=$((n + 1))
    # One of the tests is long on purpose, and would only make all of this slow.
    [ -e "$schema" ] && [ "$(wc -c <"$schema")" -lt 16384 ] && cp "$schema" "$corpus/seeds/$n"
done

# Two versions of a schema, for diff.
for old in tests/golden/diff/*.old.actor; do
    printf '\0' | cat "$old" - "${old%.old.actor}.new.actor" >"$corpus/seeds/$(basename "$old")"
done

for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    mkdir -p "$corpus/$name"
    if $build/tests/fuzz/"$name" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 \
        -dict=$build/words -artifact_prefix=$findings/"$name"- -print_final_stats=1 \
        "$corpus/$name" $corpus/seeds tests/fuzz/regress >"$build/$name.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$build/$name.log") texts"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        grep -v '^#[0-9]*\t' "$build/$name.log" | tail -n 40
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
