#!/bin/bash
# SPDX-License-Identifier: MIT
# fixes.sh - actorc --fix changes what can only have been meant otherwise, and nothing else.
# usage: tests/golden/fixes.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
explain=$(realpath "$(dirname "$0")/../../actorc/explain") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

check()
{
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok   $what"
    else
        failed=$((failed + 1))
        echo "FAIL $what"
        cat err
    fi
}

# run STATUS COMMAND...
run()
{
    local wanted=$1
    shift
    "$@" >out 2>err
    local got=$?
    check "${*/$actorc/actorc}: status $wanted, not $got" [ $got -eq "$wanted" ]
}

err_is() { [ "$(cat err)" = "$1" ]; }
file_is() { [ "$(cat "$1")" = "$2" ]; }
untouched() { [ "$(stat -c %Y "$1")" = 978307200 ]; }

# ---- What is certain -------------------------------------------------------------------------------

printf 'schema shop;\nmesage Sold {\n    u32 a // why\n    u32 b;\n}\n' >a.actor
printf 'schema shop;\nmessage Sold {\n    u32 a; // why\n    u32 b;\n}\n' >wanted
chmod 640 a.actor
run 0 "$actorc" --fix -o o a.actor
check 'the schema is right' cmp wanted a.actor
check 'each change is reported' err_is "a.actor:2:1: fixed: unknown keyword 'mesage'; did you mean 'message'? [E0102]
a.actor:3:10: fixed: expected ';' before 'u32' [E0101]"
check 'and it is compiled' [ -e o/a.actor.h ]
check 'permissions stay' [ "$(stat -c %a a.actor)" = 640 ]
touch -d '2001-01-01 UTC' a.actor
run 0 "$actorc" --fix -o o a.actor
check 'what is right is not touched' untouched a.actor
check 'and nothing is said' err_is ''

printf 'schema shop;\nmessage Sold { u32 a }\nactor Audit { on Solt; }\n' >a.actor
run 0 "$actorc" --fix --diagnostics=json -o o a.actor
check 'reported as JSON' grep -q '^{"severity": "fixed", "code": "E0200", .*"replacement": "Sold"}$' err
printf '\357\273\277schema shop;\r\nmessage Sold { u32 a }\r\n' >a.actor
run 0 "$actorc" --fix -o o a.actor
check 'byte order marks and line ends stay' cmp a.actor <(printf '\357\273\277schema shop;\r\nmessage Sold { u32 a; }\r\n')

# ---- What is not -----------------------------------------------------------------------------------

for text in 'message Sold { u23 a; }' 'message Sold { u32 a;' 'message Sola { } message Solb { } actor A { on Solc; }'; do
    printf 'schema shop;\n%s\n' "$text" >b.actor
    touch -d '2001-01-01 UTC' b.actor
    run 1 "$actorc" --fix -o ob b.actor
    check "no guess: $text" untouched b.actor
    check 'and no output' [ ! -e ob ]
done
printf 'schema shop;\nmesage Sold { u23 a; }\n' >b.actor
run 1 "$actorc" --fix -o ob b.actor
check 'what is certain is fixed, the rest is reported' grep -q "^b.actor:2:16: error: .*'u23'" err
check 'in the text as it is now' file_is b.actor 'schema shop;
message Sold { u23 a; }'

# ---- Several files ---------------------------------------------------------------------------------

mkdir -p p/sub lib
printf 'schema near;\nmessage N { u32 a }\n' >p/sub/near.actor
printf 'schema far;\nmessage F { u32 a }\n' >lib/far.actor
printf 'schema top;\nimport "sub/near.actor";\nmessage T { near.N n }\n' >p/top.actor
run 0 "$actorc" --fix -o op p/top.actor
check 'an import from the same folder is fixed' file_is p/sub/near.actor 'schema near;
message N { u32 a; }'
printf 'schema top;\nimport "far.actor";\nmessage T { far.F n; }\n' >p/top.actor
touch -d '2001-01-01 UTC' lib/far.actor
run 1 "$actorc" --fix -I lib -o op p/top.actor
check 'one from elsewhere is not' untouched lib/far.actor
ln -s p/sub/near.actor link.actor
printf 'schema near;\nmessage N { u32 a }\n' >p/sub/near.actor
run 0 "$actorc" --fix -o op link.actor
check 'a link stays one' [ -L link.actor ]
check 'and leads to what was fixed' grep -q 'a; }' p/sub/near.actor
printf 'schema one;\nmessage N { u32 a }\n' >one.actor
cp one.actor two.actor
if [ "$(id -u)" -ne 0 ]; then
    chmod 400 two.actor
    run 3 "$actorc" --fix -o op one.actor two.actor
    check 'if one cannot be written none is' cmp one.actor two.actor
fi
cp one.actor piped
ln -s /dev/stdin pipe.actor
# Not a named one: that is empty to who opens it before its writer has.
run 3 sh -c "cat piped | timeout 10 '$actorc' --fix -o op one.actor pipe.actor"
check 'a pipe cannot be written, and then nothing is' file_is one.actor 'schema one;
message N { u32 a }'

# ---- The pages of explain -------------------------------------------------------------------------

# Where the fix of a wrong example is certain, it compiles with it.
fixed=0
for page in "$explain"/E*.txt; do
    code=$(basename "$page" .txt)
    awk '/^Wrong:$/ { on = 1; next } /^Right/ { on = 0 } on && /^    / { print substr($0, 5) }' "$page" >example.actor
    [ -s example.actor ] || continue
    "$actorc" --diagnostics=json -o ox example.actor >out 2>err
    grep -q '"certain": true' err || continue
    fixed=$((fixed + 1))
    run 0 "$actorc" --fix -o ox example.actor
    check "$code: its wrong example compiles once it is fixed" grep -q ": fixed: .*\[$code\]" err
done
check 'there are such pages' [ $fixed -ge 3 ]
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
