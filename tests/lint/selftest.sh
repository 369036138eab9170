#!/bin/sh
# SPDX-License-Identifier: MIT
# selftest.sh - each rule of the linter complains about a file that breaks it, at its line, and
# about no other.
set -u
rules=$(cd "$(dirname "$0")" && pwd)
cd "$(mktemp -d)" || exit 1
trap 'rm -rf "$PWD"' EXIT
bad=0
spdx='/* SPDX-License-Identifier: MIT */'

# expect WANTED COMMAND... - WANTED is how the only line of complaint begins; "" means none.
expect()
{
    wanted=$1
    shift
    got=$("$@" 2>&1)
    status=$?
    case $got in
    *"
"*) ;;
    "$wanted"*) if [ -n "$wanted" ] || [ -z "$got" ]; then
        [ $status -eq 0 ] && [ -z "$wanted" ] && return
        [ $status -ne 0 ] && [ -n "$wanted" ] && return
    fi ;;
    esac
    printf 'wanted: %s\ngot (status %d): %s\nof: %s\n' "$wanted" $status "$got" "$*"
    bad=1
}

printf '0 low\n1 high # comment\n' >floors
echo '#include "low.h"' >high.c
echo '' >low.c
expect '' awk -f "$rules/floors.awk" floors high.c low.c
echo '%code requires { #include "high.h" }' >low.y
expect 'low.y:1: low is on floor 0' awk -f "$rules/floors.awk" floors high.c low.y
expect 'floors: high is on a floor' awk -f "$rules/floors.awk" floors low.c
echo '' >stray.c
expect 'stray.c:1: stray is on no floor' awk -f "$rules/floors.awk" floors high.c low.c stray.c

printf 'x = 1;\n/* relaxed: nobody else looks.\n * At all. */\nload_rlx(p);\n' >a.c
expect '' awk -f "$rules/atomics.awk" a.c
printf '/* relaxed: first. */\nstore_rlx(p, 1);\n/* Says nothing. */\n\n\n\n\nload_rlx(p);\n' >a.c
expect 'a.c:8: no comment here' awk -f "$rules/atomics.awk" a.c
printf 'a = load_rlx(\n    p); /* relaxed: alone. */\n' >a.c
expect '' awk -f "$rules/atomics.awk" a.c
printf '{\n/* relaxed, all: counters. */\n\n\n\n\n\nload_rlx(p);\n}\nload_rlx(p);\n' >a.c
expect 'a.c:10: no comment here' awk -f "$rules/atomics.awk" a.c
printf '/* acquire: pairs. */\nload_acq(p);\npthread_self();\n' >a.c
expect 'a.c:3: only sync.h' awk -f "$rules/atomics.awk" a.c
expect 'atomics.awk: found no' awk -f "$rules/atomics.awk" low.c

{ echo 'int f(void)'; echo '{'; yes '    g();' | head -n 70; echo '}'; } >f.c
expect 'f.c:1: f() has 73 lines' "$rules/fnlen.sh" f.c
{ echo '/* long: one line a case */'; cat f.c; } >g.c
expect '' "$rules/fnlen.sh" g.c

printf '%s\nchar *s = "http://\\"//"; /* a // in a comment,\n // and in its second line */\n' "$spdx" >t.c
expect '' awk -f "$rules/text.awk" t.c
printf '%s\nint i; // one\n' "$spdx" >t.c
expect 't.c:2: a // comment' awk -f "$rules/text.awk" t.c
printf 'int i;\n' >t.c
expect 't.c:1: the first line' awk -f "$rules/text.awk" t.c

printf '/* Does f. */\nint f(void);\nint g(void);\n' >d.h
expect '' awk -f "$rules/documented.awk" d.h
printf '/* Does f. */\nint f(void);\n\nint g(\n    int i);\n' >d.h
expect 'd.h:4: no comment' awk -f "$rules/documented.awk" d.h
exit $bad
