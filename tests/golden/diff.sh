#!/bin/sh
# SPDX-License-Identifier: MIT
# diff.sh - actorc diff: each pair of versions gives exactly the changes that stand beside it, in
# both directions; a schema does not differ from itself; versions out of git.
# usage: tests/golden/diff.sh ACTORC [--bless]
#
# A case is diff/NAME.old.actor, NAME.new.actor and NAME.out; --bless writes the last.
set -u

actorc=$(realpath "$1") || exit 1
bless=${2-}
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

# expect NAME STATUS TEXT COMMAND... - the command ends so, and its output has the text.
expect()
{
    name=$1
    status=$2
    text=$3
    shift 3
    output=$("$@" 2>&1)
    got=$?
    case $output in
    *"$text"*) [ $got -eq "$status" ] ;;
    *) false ;;
    esac || { printf '%s\n(status %d)\n' "$output" $got && false; }
    result $? "$name"
}

# Prints both directions of case $1, each with its status; all of the changes, of the status only
# what says whether something breaks.
both_directions()
{
    for way in "old new" "new old"; do
        echo "==== $1: ${way% *} to ${way#* }"
        "$actorc" diff -v "$1.${way% *}.actor" "$1.${way#* }.actor" 2>&1
        echo "exit status $?"
    done
}

# ---- The cases ------------------------------------------------------------------------------

cd tests/golden/diff || exit 1
for old in *.old.actor; do
    case=${old%.old.actor}
    both_directions "$case" >"$work/out"
    if [ "$bless" = --bless ]; then
        cp "$work/out" "$case.out" || exit 1
    fi
    diff -u "$case.out" "$work/out"
    result $? "$case"
done
[ "$bless" = --bless ] && exit 0
cd ../../..

# Each rule of the table is in some expectation.
sed -n 's/^    X([A-Z_]*, "\([a-z-]*\)".*/\1/p' actorc/diff_rules.h >"$work/rules"
missing=$(while read -r rule; do
    grep -qF "[$rule]" tests/golden/diff/*.out || echo "$rule"
done <"$work/rules")
echo "without a case:" $missing
[ -s "$work/rules" ] && [ -z "$missing" ]
result $? 'each rule has a case'

# ---- What holds of all schemas --------------------------------------------------------------

nothing='0 breaking (wire 0, source 0, protocol 0), 0 compatible'
same=0
for schema in $(find schemas examples tests -name '*.actor' ! -path 'tests/errors/*' | sort); do
    "$actorc" -o "$work/c" "$schema" 2>/dev/null || continue # wrong, to test something else
    output=$("$actorc" diff -v "$schema" "$schema" 2>/dev/null)
    status=$?
    if [ $status -ne 0 ] || [ "$output" != "$nothing" ]; then
        echo "$schema: status $status: $output"
    else
        same=$((same + 1))
        continue
    fi
    same=-1000000
done
[ $same -gt 10 ]
result $? "no schema differs from itself ($same of them)"

# Random schemas, where the generator has been built: no crash, and none differs from itself.
generate=$(dirname "$actorc")/tests/random/generate
if [ -x "$generate" ]; then
    wrong=
    for seed in 1 2 3 4 5 6 7 8; do
        "$generate" $seed one >"$work/one.actor"
        "$generate" $((seed + 1)) one >"$work/two.actor"
        "$actorc" -o "$work/c" "$work/one.actor" "$work/two.actor" 2>/dev/null || continue
        [ "$("$actorc" diff -v "$work/one.actor" "$work/one.actor" 2>/dev/null)" = "$nothing" ] ||
            wrong="$wrong $seed"
        "$actorc" diff -v "$work/one.actor" "$work/two.actor" >/dev/null 2>&1
        [ $? -eq 1 ] || wrong="$wrong $seed"
    done
    [ -z "$wrong" ]
    result $? "random schemas; wrong are:$wrong"
fi

"$actorc" diff -v --format json tests/golden/diff/fields.old.actor tests/golden/diff/fields.new.actor \
    >"$work/json"
[ $? -eq 1 ] && [ "$(wc -l <"$work/json")" -gt 10 ] && ! grep -v '^{"rule":"[a-z-]*","breaks":\[.*}}$' \
    "$work/json" && grep -qF '"text":"the default of field '"'c' of 'Defaults' was "'\"x\"' "$work/json"
result $? 'json has an object on a line for each change'

# ---- The command line -----------------------------------------------------------------------

m1='schema s; message M { u32 a; }'
m2='schema s; message M { u32 b; }'
echo "$m1" >"$work/a.actor"
echo 'schema s; message M { u23 a; }' >"$work/wrong.actor"
expect 'one file alone' 2 'two schemas are needed' "$actorc" diff "$work/a.actor"
expect 'two files with --git' 2 'one schema is needed' "$actorc" diff --git HEAD a b
expect 'an unknown format' 2 'text or json' "$actorc" diff --format xml a b
expect 'a missing file' 3 'cannot read' "$actorc" diff "$work/a.actor" "$work/none.actor"
expect 'a wrong schema' 1 "u23" "$actorc" diff "$work/wrong.actor" "$work/a.actor"
expect 'help' 0 'Usage: actorc diff' "$actorc" diff --help

# ---- History --------------------------------------------------------------------------------

git_in()
{
    git -C "$work/repository" -c user.name=test -c user.email=test@example.com \
        -c commit.gpgsign=false -c init.defaultBranch=main "$@" >/dev/null
}

mkdir -p "$work/repository/sub" && git_in init && echo "$m1" >"$work/repository/sub/s.actor" &&
    git_in add . && git_in commit -m first && git_in tag v1 && echo "$m2" >"$work/repository/sub/s.actor" &&
    git_in commit -a -m second && echo "$m1" >"$work/repository/sub/late.actor"
result $? 'a repository to compare with'
file=$work/repository/sub/s.actor
expect 'a revision' 1 "field 'a' of 'M' is called 'b' now" "$actorc" diff --git v1 "$file"
expect 'the place in a revision' 1 'v1:s.actor:1:27: old: it was here' \
    sh -c 'cd "$1" && "$2" diff --git v1 s.actor' sh "$work/repository/sub" "$actorc"
expect 'the same revision' 0 "$nothing" "$actorc" diff --git HEAD "$file"
expect 'an unknown revision' 3 "git knows no revision 'v9'" "$actorc" diff --git v9 "$file"
expect 'an option as revision' 3 "'--output=x' is no revision" "$actorc" diff --git=--output=x "$file"
expect 'a file that was not there' 3 "in revision 'v1'" "$actorc" diff --git v1 "$work/repository/sub/late.actor"
expect 'no repository' 3 'is in no git repository' \
    env GIT_CEILING_DIRECTORIES="$work" "$actorc" diff --git HEAD "$work/a.actor"
expect 'no git' 3 'git is not installed' env PATH=/nonexistent "$actorc" diff --git HEAD "$file"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
