#!/bin/sh
# SPDX-License-Identifier: MIT
# links.sh - what one needs to link, and what the compiler and the linker refuse.
# usage: tests/shop/links.sh BUILD/actorc
set -u

build=$(dirname "$1")
shop=examples/shop
here=tests/shop/links
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
compile="$(cat "$build/flags") -I$build/gen -Iruntime/include -I$shop"
libraries="$build/gen/libschemas.a $build/libactorc.a"
passed=0
failed=0

# check NAME COMMAND... - COMMAND ends with 0.
check()
{
    name=$1
    shift
    if "$@" >"$scratch/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- %s\n' "$name"
        cat "$scratch/out"
    fi
}

# says TEXT COMMAND... - COMMAND ends with 0 and prints TEXT, alone.
says()
{
    text=$1
    shift
    got=$("$@" 2>&1) && [ "$got" = "$text" ] || { printf '%s\n' "$got" && return 1; }
}

# refuses PATTERN COMMAND... - COMMAND fails, and says a line that matches PATTERN.
refuses()
{
    pattern=$1
    shift
    if "$@" >"$scratch/err" 2>&1; then
        echo "was not refused: $*"
        return 1
    fi
    grep -q -e "$pattern" "$scratch/err" || { cat "$scratch/err" && return 1; }
}

compiles()
{
    $compile -c -o "$scratch/object.o" "$@"
}

links()
{
    $compile -o "$scratch/program" "$@" $libraries
}

check 'a client without handlers links' links $here/client.c
check 'a client is told that nobody is there' \
    says '1 wanted: the actor has stopped' "$scratch/program"

check 'a desk links with another inventory' links $here/desk.c $shop/purchase.c
check 'a desk sells from another inventory' says 'sold, 1 left' "$scratch/program"

# The desk's continuation is left out, and everything else is there.
sed '/^actor_result shop_purchase_got_buy_product/,/^}/d' $shop/purchase.c >"$scratch/purchase.c"
check 'the program without a handler compiles' compiles "$scratch/purchase.c"
check 'a handler that is left out is a link error that names it' \
    refuses 'undefined reference to .shop_purchase_got_buy_product' \
    links $here/desk.c "$scratch/purchase.c"
sed '/^actor_result shop_purchase_at_start/,/^}/d' $shop/purchase.c >"$scratch/purchase.c"
check 'a hook that is left out is a link error that names it' \
    refuses 'undefined reference to .shop_purchase_at_start' \
    links $here/desk.c "$scratch/purchase.c"
check 'an actor that is left out is a link error that names it' \
    refuses 'undefined reference to .shop_purchase__type' links $here/desk.c

check 'telling what was not declared is a compile error' \
    refuses 'shop_purchase_tell_inventory_restock' compiles $here/undeclared_tell.c
check 'an answer that was not declared is a compile error' \
    refuses 'shop_request_purchase_answer_sold' compiles $here/undeclared_answer.c
check 'references of two types do not mix' \
    refuses 'incompatible type' compiles $here/mixed_up_reference.c

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
