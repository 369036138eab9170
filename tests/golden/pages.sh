#!/bin/sh
# SPDX-License-Identifier: MIT
# pages.sh - the pages of `actorc doc`: they are whole, have all that the schemas declare, and say
# of some what stands in CASE/page.txt; links lead to where they say, also from one page to another.
# usage: tests/golden/pages.sh BUILD/actorc [--bless]
set -u

actorc=$(realpath "$1") || exit 1
page=$(dirname "$actorc")/tests/golden/page
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

# whole TITLE SCHEMA... - the pages of one run are.
whole()
{
    title=$1
    shift
    rm -rf "$work/pages"
    "$actorc" doc -o "$work/pages" "$@" && "$page" "$work/pages" "$@"
    result $? "$title"
}

# notices WHAT SED - a page that is broken in this way is not whole.
notices()
{
    sed "$2" "$work/shop.html" >"$work/pages/in.html"
    ! cmp -s "$work/shop.html" "$work/pages/in.html" &&
        ! "$page" "$work/pages" tests/golden/language/in.actor >"$work/said" && [ -s "$work/said" ]
    result $? "noticed: $1"
}

# finds TITLE TEXT FILE - the page has the text.
finds()
{
    grep -qF -- "$2" "$work/pages/$3"
    result $? "$1"
}

for schema in tests/golden/*/in.actor tests/golden/imports/types.actor tests/schemas/*.actor \
    schemas/*.actor examples/*/*.actor; do
    [ -e "$schema" ] || continue
    whole "$schema: its page is whole" "$schema"
    case=$(dirname "$schema")
    text=$case/page.txt
    if [ -e "$text" ] && [ "${schema##*/}" = in.actor ]; then
        "$page" --text "$work/pages/in.html" >"$work/text"
        [ "$bless" = --bless ] && cp "$work/text" "$text"
        diff -u "$text" "$work/text"
        result $? "$text"
    fi
done

imports=tests/golden/imports
whole 'a schema with what it imports' $imports/in.actor $imports/types.actor
finds 'a name of another schema leads to its page' 'href="types.html#actor-Painter"' in.html
finds 'the schema itself, too' 'href="types.html">com.types' in.html
finds 'a message is named behind its actor without its schema' \
    '</a>.<a href="types.html#message-Paint">Paint</a>' in.html
finds 'an answer knows the requests of other schemas' 'href="in.html#message-Draw"' types.html
whole 'given the other way round, and twice' \
    $imports/types.actor $imports/in.actor ./$imports/../imports/types.actor
whole 'alone' $imports/in.actor
finds 'what has no page is no link' \
    '<span class="foreign" title="message Point of schema com.types">com.types.Point</span>' in.html

odd="$work/a #1%20 & \"b\".actor"
cp $imports/types.actor "$odd"
sed 's/"types.actor"/"a #1%20 \& \\"b\\".actor"/' $imports/in.actor >"$work/in.actor"
"$actorc" doc -o "$work/pages" "$odd" "$work/in.actor"
result $? 'a schema with an odd name'
finds 'links to its page are written as URLs' 'href="a%20%231%2520%20%26%20%22b%22.html#' in.html

whole 'the shop' tests/golden/language/in.actor
cp "$work/pages/in.html" "$work/shop.html"
notices 'a tag that is left open' '0,/<\/ul>/s/<\/ul>//'
notices 'a tag too many' 's/<\/main>/<\/div><\/main>/'
notices 'an attribute without quotes' 's/class="brand"/class=brand/'
notices 'a character without escape' 's/A shop whose/A <shop> whose/'
notices 'an ampersand without escape' 's/A shop whose/A \&shop whose/'
notices 'a block in a paragraph' 's/<p class="fact">/<p class="fact"><div><\/div>/'
notices 'an id twice' 's/id="nothing"/id="top"/'
notices 'a link to nowhere' 's/href="#top"/href="#nowhere"/'
notices 'a link to another page' 's/href="#top"/href="other.html"/'
notices 'a link to elsewhere' 's/href="#top"/href="https:\/\/example.com"/'
notices 'an image' 's/<footer>/<footer><img src="a.png">/'
notices 'code in an attribute' 's/<footer>/<footer onclick="x()">/'
notices 'a section that is missing' 's/id="message-Sold"/id="message-Solt"/'
notices 'a field that is missing' 's/id="message-Sold.count"/id="message-Sold.cont"/'
notices 'a comment that is missing' 's/Why a purchase was refused/Why not/'
notices 'an actor that is not drawn' '/<svg/,/<\/svg>/s/href="#actor-Audit"/href="#actor-Shop"/'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
