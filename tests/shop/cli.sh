#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.sh - the shop as its users see it: options, input, output and exit status.
# usage: tests/shop/cli.sh BUILD/actorc
set -u

shop=$(dirname "$1")/shop
data=examples/shop/data
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
out=$scratch/out
err=$scratch/err
db=$scratch/shop.db
passed=0
failed=0

# run STATUS ARGUMENT... - runs the shop on a database of its own; it must end with STATUS.
run()
{
    wanted=$1
    shift
    timeout 120 "$shop" --database "$db" "$@" >"$out" 2>"$err"
    status=$?
    if [ $status -eq "$wanted" ]; then
        passed=$((passed + 1))
        return 0
    fi
    failed=$((failed + 1))
    printf -- '---- ended with %d, not %d: shop %s\n' $status "$wanted" "$*"
    cat "$out" "$err"
}

# expect FILE PATTERN... - FILE has a line that matches each PATTERN.
expect()
{
    file=$1
    shift
    for pattern; do
        if grep -q -e "$pattern" "$file"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            printf -- '---- no line matches %s in:\n' "$pattern"
            cat "$file"
        fi
    done
}

# expect_last TEXT - the last line of the output is TEXT.
expect_last()
{
    if [ "$(tail -n 1 "$out")" = "$1" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- the last line is not "%s" in:\n' "$1"
        cat "$out" "$err"
    fi
}

# Returns the number in the row LABEL of the table.
number()
{
    sed -n "s/^ *$1  *\([0-9,]*\)\$/\1/p" "$out" | tr -d ,
}

# same NAME A B
same()
{
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- %s: %s is not %s\n' "$1" "$2" "$3"
    fi
}

# ---- The shipped orders, twice

run 0
expect_last 'books balance'
same 'all lines are accounted for' "$(number orders)" \
    "$(($(number sold) + $(number refused) + $(number malformed)))"
same 'the shipped orders' "$(number orders)" 24000
same 'the reasons add up' "$(number refused)" \
    "$(($(number 'unknown product') + $(number 'insufficient stock') + $(number 'invalid count')))"
for row in sold malformed 'unknown product' 'insufficient stock' 'invalid count'; do
    same "there are some: $row" "$(($(number "$row") > 0))" 1
done
expect "$out" 'orders.csv:[0-9]*:1: count is larger than 4294967295' '^latency p50 .* ms$' \
    '^latency p99 .* ms$' '^purchases per second  *[0-9]'
expect "$err" '^100 %'
left=$(number 'units left')
run 0
expect_last 'books balance'
same 'the second run goes on with the stock' "$(number 'units left')" \
    "$((left - $(number 'units sold')))"
run 0 --check
expect "$out" '^240 products, .* orders answered$'
expect_last 'books balance'

# ---- Other orders

rm -f "$db"*
printf 'Ann,1,2\nAnn,2,nine\n"Bob ""B"" B",1,3\r\nAnn,9999,1\n' >"$scratch/pipe.csv"
timeout 120 "$shop" --database "$db" - <"$scratch/pipe.csv" >"$out" 2>"$err"
same 'orders from standard input' $? 0
same 'sold from standard input' "$(number sold)" 2
expect "$out" 'standard input:2:1: count is not a number'
run 0 /dev/null
same 'no orders' "$(number orders)" 0
expect_last 'books balance'
run 0 --limit 3 "$data/orders.csv"
same 'the first orders only' "$(($(number sold) + $(number refused)))" 3
run 0 --customers 1 --workers 1 --group 1 --limit 50
expect_last 'books balance'
printf 'id,name,stock\n1,Tea,5\n2,"Coffee, black",6\nthree,Milk,7\n' >"$scratch/few.csv"
rm -f "$db"*
run 0 --catalogue "$scratch/few.csv" --log "$scratch/log" "$scratch/pipe.csv"
same 'units of another catalogue' "$(number 'units left')" 6
expect "$err" 'malformed lines in the catalogue; the first: .*few.csv:4:1: id is not a number'
expect "$scratch/log" '^1,1,2,"Ann"$' '^2,1,3,"Bob ""B"" B"$'

# ---- The journal, and books that do not balance

rm -f "$db"*
run 0 --journal "$scratch/journal" --limit 500
same 'a line for each answer' "$(wc -l <"$scratch/journal" | tr -d ' ')" 500
run 0 --check --journal "$scratch/journal"
expect_last 'books balance'
echo '1000000,sold,7' >>"$scratch/journal"
run 1 --check --journal "$scratch/journal"
expect "$out" '^order 1000000: the customer was told "sold", the database has no answer$'
expect_last 'books do not balance: 1 mismatches'
echo 'sold out' >>"$scratch/journal"
run 1 --check --journal "$scratch/journal"
expect "$err" 'journal:502: not a line of a journal$'
run 1 --journal /dev/full --limit 500
expect "$err" "cannot write the journal '/dev/full': No space left on device"

# ---- What goes wrong

run 1 "$scratch/nowhere.csv"
expect "$err" "cannot read the orders '.*/nowhere.csv': No such file or directory"
run 1 "$scratch"
expect "$err" "cannot read the orders '.*': Is a directory"
rm -f "$db"*
run 1 --catalogue "$scratch/nowhere.csv"
expect "$err" "cannot open: .*cannot read the catalogue '.*/nowhere.csv': No such file"
run 1 --log "$scratch/no/log"
expect "$err" "cannot open: .*cannot open the log '.*/no/log': No such file"
rm -f "$db"*
run 1 --check
expect "$err" 'unable to open database file'
timeout 120 "$shop" --database "$db" --limit 100 >/dev/full 2>"$err"
same 'a full standard output' $? 1
expect "$err" 'cannot write to standard output: No space left on device'

# A disk that is full, from the process's point of view: no file may grow past 200 KiB.
rm -f "$db"*
(
    trap '' XFSZ
    ulimit -f 400
    exec timeout 120 "$shop" --database "$db"
) 2>&1 >"$out" | cat >"$err"
expect "$err" "^shop: closed early: .*$db"
same 'no balance is claimed when the shop closed early' "$(grep -c '^books balance' "$out")" 0
run 0 --check
expect_last 'books balance'
run 0
expect_last 'books balance'

for bad in --customers=0 --customers=ten --group=4097 --workers=65 --limit=-1 --catalogue --nothing; do
    run 2 "$bad"
    expect "$err" "Try 'shop --help'"
done
run 2 one.csv two.csv
run 0 --help
expect "$out" '^usage: shop' '--compare-commits'
run 0 --version
expect "$out" '^shop (actorc) [0-9.]*$'

# ---- Commits

run 0 --compare-commits --limit 300
expect "$out" '^one commit for each sale:  *[1-9][0-9]* purchases per second' \
    '^groups of up to  256:  *[1-9][0-9]* purchases per second' '^ratio:  *[0-9.]*$'
same 'nothing is left behind' "$(ls "$scratch" | grep -c compare)" 0
run 1 --compare-commits -
expect "$err" 'not from standard input'

# ---- The shipped data is what the generator makes

for what in catalogue orders; do
    if LC_ALL=C awk -v what=$what -f $data/generate.awk | cmp - $data/$what.csv; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
