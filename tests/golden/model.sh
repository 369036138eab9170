#!/bin/sh
# SPDX-License-Identifier: MIT
# model.sh - `actorc model` has all names that the header declares for others to use, and no name
# that the header does not have. (golden/run.sh has some models to the letter,
# tests/unit/actorc/test_model_json.c reads the JSON of all.)
# usage: tests/golden/model.sh BUILD/actorc
set -u

actorc=$(realpath "$1") || exit 1
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

result()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $2"
    else
        failed=$((failed + 1))
        echo "FAIL $2"
    fi
}

# Prints the value of a key of the schema itself.
value_of() { sed -n "s/^  \"$1\": \"\(.*\)\",/\1/p" "$work/model.json"; }

# names FILE - prints the words of the file that begin as names of the schema do; those with "__" are
# for the runtime, the guard of the header is for nobody, and a strategy is no name.
names()
{
    grep -owE "($prefix|$macro)_[A-Za-z0-9_]+" "$1" | grep -v -e __ -e '_ACTOR_H$' -e '^all_for_one$' |
        sort -u
}

schemas='schemas/*.actor tests/golden/*/in.actor tests/schemas/*.actor'
for schema in $schemas; do
    "$actorc" model "$schema" >"$work/model.json" && "$actorc" -o "$work" "$schema"
    result $? "$schema: has a model"
    prefix=$(value_of prefix)
    macro=$(value_of macro_prefix)
    # Comments count: behind a macro they name what it declares.
    names "$work/$(basename "$schema").h" >"$work/declared"
    grep -o '"[A-Za-z0-9_]*"' "$work/model.json" >"$work/words"
    names "$work/words" >"$work/told"
    diff "$work/declared" "$work/told" >"$work/diff"
    status=$?
    cat "$work/diff"
    [ $status -eq 0 ] && [ -n "$prefix" ] && [ -n "$macro" ]
    result $? "$schema: the model has the names of the header"
done
[ "$(names "$work/declared" | wc -l)" -gt 10 ]
result $? 'there are names'

# The manual has each key, and none that there is not.
for schema in $schemas; do
    "$actorc" model "$schema"
    "$actorc" graph --format json "$schema"
done | sed -n 's/, "/\n"/g; s/{ *"/\n"/g; p' | sed -n 's/^ *"\([a-z_]*\)": .*/\1/p' | sort -u >"$work/keys"
manual=actorc/share/man/actorc-json.5
sed -n 's/^\.\(It \)\{0,1\}Li //p' $manual | tr -cs 'a-z_0-9' '\n' | sort -u >"$work/named"
sed -n 's/^\.It Li //p' $manual | tr -cs 'a-z_0-9' '\n' | sort -u | grep . >"$work/listed"
missing=$(comm -23 "$work/keys" "$work/named")
extra=$(comm -13 "$work/keys" "$work/listed")
echo "not in the manual: $missing; only there: $extra"
[ -z "$missing" ] && [ -z "$extra" ] && [ "$(wc -l <"$work/keys")" -gt 100 ]
result $? 'actorc-json(5) has the keys'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
