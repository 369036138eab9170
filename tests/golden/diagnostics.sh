#!/bin/bash
# SPDX-License-Identifier: MIT
# diagnostics.sh - diagnostics as JSON.
# usage: tests/golden/diagnostics.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
errors=$(realpath "$(dirname "$0")/../errors") || exit 1
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

# says STATUS COMMAND... - runs it; what it says goes to err.
says()
{
    local wanted=$1
    shift
    "$@" >out 2>err
    local got=$?
    check "${*/$actorc/actorc}: status $wanted, not $got" [ $got -eq "$wanted" ]
}

is() { [ "$(cat err)" = "$1" ]; }
has() { grep -qF -- "$1" err; }

# Says whether each line is an object, as far as strings and brackets go.
well_formed()
{
    [ -s err ] && LC_ALL=C awk '
    {
        gsub(/\\(["\\\/bfnrt]|u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])/, "")
        gsub(/"[^"\\\001-\037]*"/, "0")
        gsub(/true|false|null|-?[0-9]+/, "0")
        while (gsub(/\{(0: 0(, 0: 0)*)?\}|\[(0(, 0)*)?\]/, "0") > 0) { }
        if ($0 != "0") { print "not an object: " $0; exit 1 }
    }' err
}

printf 'schema shop;\nmessage Sold {\n    // ü\n    u32 a /* ü */\n    u32 b;\n}\n' >semicolon.actor
says 1 "$actorc" --diagnostics=json semicolon.actor
point='{"byte": 47, "line": 4, "column": 10}'
check 'an error with its fix' is "{\"severity\": \"error\", \"code\": \"E0101\", \"message\": \"expected ';' before 'u32'\", \"file\": \"semicolon.actor\", \"span\": {\"start\": $point, \"end\": $point}, \"notes\": [], \"hints\": [\"write ';' here\"], \"fixes\": [{\"certain\": true, \"file\": \"semicolon.actor\", \"span\": {\"start\": $point, \"end\": $point}, \"replacement\": \";\"}]}"
for command in fmt skeleton model graph doc; do
    cp err wanted
    says 1 "$actorc" $command --diagnostics=json semicolon.actor
    check "$command says the same" cmp wanted err
done
says 1 "$actorc" diff --diagnostics=json semicolon.actor semicolon.actor
check 'and so does diff' cmp wanted err

printf 'schema shop;\nmessage Sold { u32 a; }\nmessage Sold { u32 a; }\n' >twice.actor
says 1 "$actorc" --diagnostics json twice.actor
check 'a note has its place' has '"notes": [{"message": "the first is here", "file": "twice.actor", "span": {"start": {"byte": 21, "line": 2, "column": 9}, "end": {"byte": 25, "line": 2, "column": 13}}}]'
says 1 "$actorc" --diagnostics=json "$errors/many_errors.actor"
check 'at most 20, and how many more' has '"more": '
check 'which is the 21st' [ "$(wc -l <err)" -eq 21 ]
says 0 "$actorc" --diagnostics=json "$errors/warnings_tell_loop.actor"
check 'a warning has its name' has '{"severity": "warning", "code": "W0500", "warning": "tell-loop", '
says 1 "$actorc" --diagnostics=json -Werror "$errors/warnings_tell_loop.actor"
check 'and may be an error' has '{"severity": "error", "code": "W0500", "warning": "tell-loop", '
says 3 "$actorc" --diagnostics=json missing.actor
check 'a whole file has no span' sh -c '! grep -q "^[^[]*span" err'
cp semicolon.actor $'a\tb\xff\xc3\xbc.actor'
says 1 "$actorc" model --diagnostics=json $'a\tb\xff\xc3\xbc.actor'
check 'bytes of all kinds in the name of a file' has '"file": "a\u0009b'$'\xef\xbf\xbd\xc3\xbc''.actor"'
says 2 "$actorc" --diagnostics=xml semicolon.actor
check 'a format that is none' has "diagnostics are text or json, not 'xml'"

# Every test of errors gives objects, with the codes that its text has.
for schema in "$errors"/*.actor; do
    (cd "$errors" && "$actorc" -Wclosed -Wstyle --diagnostics=json -o "$work/o" "${schema##*/}") >out 2>err
    [ -s err ] || continue
    check "${schema##*/} as JSON" well_formed
    if command -v jq >/dev/null; then
        check "${schema##*/}: jq agrees" sh -c 'jq -e "type == \"object\"" <err >/dev/null'
    fi
    (cd "$errors" && "$actorc" -Wclosed -Wstyle -o "$work/o" "${schema##*/}") 2>&1 >out |
        grep -oE '\[[EW][0-9]{4}[],]' | cut -c2-6 >codes
    grep -o '^{"severity": "[a-z]*", "code": "[^"]*' err | grep -o '[EW][0-9]*$' >codes_json
    check "${schema##*/}: the same codes" cmp codes codes_json
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
