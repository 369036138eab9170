#!/bin/sh
# SPDX-License-Identifier: MIT
# browser.sh - the pages of `actorc doc` in a real browser: nothing on the console, links lead
# somewhere, the search finds, both colour schemes and narrow windows can be read. Pictures of the
# pages are left in BUILD/tests/pages, to be looked at.
# usage: tests/long/browser.sh BUILD/actorc
set -u

actorc=$(realpath "$1") || exit 1
pictures=$(dirname "$actorc")/tests/pages
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$pictures" || exit 1
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

browser=
for name in chromium chromium-browser google-chrome chrome; do
    browser=$(command -v $name) && break
done
if [ -z "$browser" ]; then
    echo "browser.sh: no chromium here; 'make deps-long' installs it"
    echo "0 passed, 1 failed"
    exit 1
fi
# Chromium refuses to be root in its sandbox.
sandbox=
[ "$(id -u)" -eq 0 ] && sandbox=--no-sandbox

# browse OPTION... URL - as somebody who was never here.
browse()
{
    rm -rf "$work/profile"
    timeout 120 "$browser" --headless $sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --user-data-dir="$work/profile" --enable-logging=stderr --virtual-time-budget=600000 "$@"
}

# try PAGE SIZE SCHEME
try()
{
    option=--hide-scrollbars
    [ "$3" = dark ] && option=--force-dark-mode
    title="$1, $2, $3"
    browse --window-size="$2" $option --dump-dom "file://$work/tried/$1.html" \
        >"$work/dom" 2>"$work/log"
    grep CONSOLE "$work/log"
    [ $? -ne 0 ]
    result $? "$title: nothing on the console"
    sed -n '/<pre id="verdict">/,/^end of verdict/p' "$work/dom" >"$work/verdict"
    grep -q '^end of verdict' "$work/verdict"
    result $? "$title: the page was tried"
    scheme=$(sed -n "s/^ok in the \(light\|dark\) theme.*/\1/p" "$work/verdict" | head -n 1)
    [ "$scheme" = "$3" ]
    result $? "$title: it is $3 to begin with"
    while IFS= read -r line; do
        case $line in
        ok\ *) result 0 "$title: ${line#ok }" ;;
        FAIL\ *) result 1 "$title: ${line#FAIL }" ;;
        esac
    done <"$work/verdict"
}

picture()
{
    option=--hide-scrollbars
    [ "$2" = dark ] && option=--force-dark-mode
    browse --window-size="$3" $option --screenshot="$pictures/$1-$2-${3%,*}.png" \
        "file://$work/$1/$1.html" >/dev/null 2>&1
    [ -s "$pictures/$1-$2-${3%,*}.png" ]
    result $? "a picture of $1, $2, $3"
}

# The script goes to the end of the page, as one of its own.
mkdir "$work/tried" || exit 1
for schema in schemas/shop.actor tests/golden/*/in.actor tests/schemas/*.actor; do
    name=$(basename "$schema" .actor)
    [ "$name" = in ] && name=$(basename "$(dirname "$schema")")
    cp "$schema" "$work/$name.actor"
    find "$(dirname "$schema")" -name '*.actor' ! -name in.actor -exec cp {} "$work/" \;
    "$actorc" doc -o "$work/$name" "$work/$name.actor" || result 1 "$schema has a page"
    {
        sed '/<\/body>/,$d' "$work/$name/$name.html"
        echo '<script>'
        cat tests/long/browser.js
        printf '</script>\n</body>\n</html>\n'
    } >"$work/tried/$name.html"
    try "$name" 1300,900 light
    try "$name" 390,800 dark
done
for name in shop everything; do
    picture $name light 1300,2600
    picture $name dark 1300,2600
    picture $name light 390,2600
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
