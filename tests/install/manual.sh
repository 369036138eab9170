#!/bin/sh
# SPDX-License-Identifier: MIT
# manual.sh - the manual pages say what there is, and nothing else: each command and option, each
# rule of diff, each public symbol, each keyword; their examples compile.
# usage: tests/install/manual.sh ACTORC
set -u
cd "$(dirname "$0")/../.." || exit 1
actorc=$(realpath "${1:-build/debug/actorc}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
pages=actorc/share/man
passed=0
failed=0

# try NAME COMMAND... - the command's output is shown when it fails.
try()
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

# same FILE FILE LEAST - both lists are equal and have that many lines.
same()
{
    [ "$(wc -l <"$1")" -ge "$3" ] && diff "$1" "$2"
}

# ---- Commands and options -------------------------------------------------------------------

"$actorc" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort >"$work/commands"

# Prints the options that the help of command $1 lists.
options_of_help()
{
    "$actorc" "$1" --help | sed -n 's/^ *\(-.*\)/\1/p' | sed 's/  .*//; s/\[no-\]NAME//' |
        grep -o -- '-[-A-Za-z]*' | sort -u
}

# Prints the options that the page lists in the section of command $1.
options_of_page()
{
    awk -v section="$1" '
    /^\.S[sh] / { on = $0 == ".Ss " section; next }
    on && /^\.It Fl/ {
        for (i = 2; i < NF; i++) {
            if ($i == "Fl") { print "-" $(i + 1) }
        }
    }' $pages/actorc.1 | sort -u
}

options_agree()
{
    options_of_page 'Every command' >"$work/every"
    while read -r command; do
        options_of_help "$command" | grep -vxF -f "$work/every" >"$work/help"
        options_of_page "$command" >"$work/page"
        options_of_help "$command" >>"$work/all_help"
        diff "$work/help" "$work/page" >"$work/delta" || sed "s/^/$command: /" "$work/delta"
    done <"$work/commands" | grep . && return 1
    echo --version >>"$work/all_help"
    [ -s "$work/every" ] && [ "$(sort -u "$work/all_help" | wc -l)" -gt 10 ] &&
        sort -u "$work/all_help" | comm -13 - "$work/every" | grep . && return 1
    return 0
}

commands_agree()
{
    awk '/^\.Sh / { on = $2 == "COMMANDS" } on && /^\.Ss [a-z]+$/ { print $2 }' $pages/actorc.1 |
        sort >"$work/page"
    same "$work/commands" "$work/page" 2
}

warnings_agree()
{
    grep -o '"W0[0-9]*", "[a-z-]*"' actorc/diag.h | sed 's/.* "\(.*\)"/\1/' | sort >"$work/codes"
    awk '/^\.Sh / { on = $2 == "WARNINGS" } on && /^\.It Cm/ { print $3 }' $pages/actorc.1 |
        sort >"$work/page"
    same "$work/codes" "$work/page" 2
}

rules_agree()
{
    sed -n 's/^    X([A-Z_]*, "\([a-z-]*\)", \([A-Z_| ]*\), "\([^"]*\)").*/\1|\2|\3/p' \
        actorc/diff_rules.h | sed 's/DIFF_//g; s/ | /, /' | awk -F '|' '{ print $1, tolower($2), $3 }' |
        sed 's/ none / nothing /' >"$work/rules"
    sed -n 's/^\.It Cm \([a-z-]*\) Ta \(.*\) Ta \(.*\)/\1 \2 \3/p' $pages/actorc.1 >"$work/page"
    same "$work/rules" "$work/page" 80
}

# ---- The library ----------------------------------------------------------------------------

# Prints the names that people may use.
symbols()
{
    sed 's|^ *\*.*||; s|/\*.*\*/||' "runtime/include/actorc/$1" |
        grep -o '\b\(actor_[a-z_]*\|ACTOR_[A-Z_]*\)\b'
}

symbols_agree()
{
    # Not what only stands in the text of a macro.
    symbols actor.h | grep -v '__\|^ACTOR_ERR_MEMBER$\|^actor_type$' | sort -u >"$work/symbols"
    grep -o '\b\(actor_[a-z_]*\|ACTOR_[A-Z_]*\)\b' $pages/actorc.3 | grep -v __ | sort -u >"$work/page"
    same "$work/symbols" "$work/page" 40
}

# Of the simulation's page only what that library adds.
simulation_agrees()
{
    symbols sim.h | grep 'sim\|SOMETIMES' | sort -u >"$work/symbols"
    grep -o '\b\(actor_sim[a-z_]*\|ACTOR_SOMETIMES\|ACTORC_SIM_H\)\b' $pages/actorc-sim.3 | sort -u >"$work/page"
    same "$work/symbols" "$work/page" 8
}

# Likewise of the page on tests of one actor.
kit_agrees()
{
    symbols test.h | grep 'actor_test\|probe\|PROBE\|EXPECT\|ANSWER\|SCRIPT' | sort -u >"$work/symbols"
    grep -o '\b\(actor_test[a-z_]*\|actor_probe[a-z_]*\|ACTOR_[A-Z_]*\)\b' $pages/actorc-test.3 | sort -u >"$work/page"
    same "$work/symbols" "$work/page" 20
}

# ---- The language ---------------------------------------------------------------------------

# Prints the words after macro $2 in section $1 of actorc(5).
words_of()
{
    awk -v section="$1" -v macro="$2" '
    /^\.S[sh] / { on = substr($0, 5) == section; next }
    on && $1 == macro { for (i = 2; i <= NF; i++) if ($i ~ /^[A-Za-z_0-9]+$/) { print $i } }
    ' $pages/actorc.5 | sort -u
}

keywords_agree()
{
    grep '^%token' actorc/parser.y | grep -o "\"'[a-z_0-9]*'\"" | tr -d "\"'" | sort -u >"$work/words"
    words_of KEYWORDS .Cm >"$work/page"
    same "$work/words" "$work/page" 70
}

reserved_agree()
{
    sed -n '/^static const char \*const reserved/,/^};/p' actorc/cname.c | grep -o '"[^"]*"' |
        tr -d '"' | sort -u >"$work/names"
    awk '/^\.S[sh] / { on = /trailing underscore/ } on && /these:$/ { list = 1 }
        on && list && $1 == ".Li" { for (i = 2; i <= NF; i++) print $i }' $pages/actorc.5 |
        sort -u >"$work/page"
    same "$work/names" "$work/page" 300
}

# Writes each example that is a whole schema to a file of its own.
extract_examples()
{
    awk -v to="$work/example" '
    /^\.Bd -literal/ { on = 1; text = ""; next }
    /^\.Ed/ {
        if (on && text ~ /^schema / && text ~ /(message|enum|actor) /) {
            printf "%s", text >(to "_" ++count ".actor")
        }
        on = 0
        next
    }
    on { gsub(/\\\(dq/, "\""); gsub(/\\e/, "\\"); text = text $0 "\n" }' $pages/actorc.5
}

examples_compile()
{
    extract_examples
    count=0
    for example in "$work"/example_*.actor; do
        count=$((count + 1))
        if ! "$actorc" -o "$work/out" "$example" 2>"$work/errors"; then
            cat "$work/errors" "$example"
            return 1
        elif ! ${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -Iruntime/include -fsyntax-only \
            "$work/out/${example##*/}.c"; then
            return 1
        fi
    done
    [ $count -gt 8 ]
}

# ---- The form -------------------------------------------------------------------------------

# Long lines are ours: one sentence or clause on each.
mandoc_is_content()
{
    mandoc -Tlint $pages/actorc*.[135] 2>/dev/null |
        grep -v 'longer than 80\|referenced manual not found' | grep . && return 1
    return 0
}

# A narrow column of a table is no mistake.
groff_is_content()
{
    for page in $pages/actorc*.[135]; do
        groff -mdoc -Tutf8 -z "$page" 2>&1
    done | grep -v "can't break line" && return 1
    return 0
}

try 'actorc(1) has all commands' commands_agree
try 'actorc(1) has all options' options_agree
try 'actorc(1) has all warnings' warnings_agree
try 'actorc(1) has all rules of diff' rules_agree
try 'actorc(3) has all public symbols' symbols_agree
try 'actorc-sim(3) has all public symbols' simulation_agrees
try 'actorc-test(3) has all public symbols' kit_agrees
try 'actorc(5) has all keywords' keywords_agree
try 'actorc(5) has all names that change' reserved_agree
try 'the examples of actorc(5) compile' examples_compile
if command -v mandoc >/dev/null; then
    try 'mandoc has no complaint' mandoc_is_content
else
    echo 'no mandoc: the form of the pages is not checked by it'
fi
if groff -mdoc -Tutf8 -z $pages/actorc.1 >/dev/null 2>&1; then
    try 'groff has no complaint' groff_is_content
else
    echo 'no groff with mdoc: the form of the pages is not checked by it'
fi
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
