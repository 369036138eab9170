#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - what actorc writes compiles without a warning, and what a schema does not allow does not
# compile.
# usage: tests/compile/run.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
here=$(realpath "$(dirname "$0")") || exit 1
library=$(dirname "$actorc")/libactorc.a
include=$here/../../runtime/include
strict='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror'
strict_cxx='-Wall -Wextra -Wpedantic -Werror'
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
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
        cat log
    fi
}

# compiles NAME COMMAND... - succeeds without a word.
compiles()
{
    local name=$1
    shift
    "$@" >log 2>&1 && [ ! -s log ]
    result $? "$name"
}

# refuses NAME TEXT COMMAND... - fails, and TEXT is part of what it says.
refuses()
{
    local name=$1 text=$2
    shift 2
    if "$@" >log 2>&1; then
        echo "it was accepted" >>log
        result 1 "$name"
    else
        grep -qF -- "$text" log
        result $? "$name"
    fi
}

compilers=$(for c in gcc clang; do command -v $c >/dev/null && echo $c; done)
compilers_cxx=$(for c in g++ clang++; do command -v $c >/dev/null && echo $c; done)
if [ -z "$compilers" ]; then
    echo 'there is no gcc and no clang'
    exit 1
fi

# ---- Everything that is written compiles ----------------------------------------------------

schemas="$here/../golden/*/in.actor $here/../../schemas/*.actor"
for schema in $schemas; do
    case=$(basename "$(dirname "$schema")")-$(basename "$schema" .actor)
    file=$(basename "$schema")
    # What it imports stands beside it.
    "$actorc" -o "$case" "$(dirname "$schema")"/*.actor >log 2>&1
    result $? "$case: actorc"
    echo "#include \"$file.h\"" >"$case/once.c"
    echo "#include \"$file.h\"" >>"$case/once.c"
    echo 'typedef int something;' >>"$case/once.c"
    cp "$case/once.c" "$case/once.cc"
    for cc in $compilers; do
        for standard in c11 c17; do
            compiles "$case: source, $cc $standard" \
                $cc -std=$standard $strict -I"$include" -c "$case/$file.c" -o out.o
            compiles "$case: header, $cc $standard" \
                $cc -std=$standard $strict -I"$include" -I"$case" -c "$case/once.c" -o out.o
        done
        compiles "$case: source, $cc -O2" \
            $cc -std=c11 -O2 $strict -I"$include" -c "$case/$file.c" -o out.o
    done
    for cc in $compilers_cxx; do
        compiles "$case: header, $cc" \
            $cc -std=c++17 $strict_cxx -I"$include" -I"$case" -c "$case/once.cc" -o out.o
    done
done

# Every initialiser initialises.
for case in types actors hostile language order modes timers fds lists messages optionals unions constants; do
    header=$case-in/in.actor.h
    {
        echo '#include "in.actor.h"'
        sed -n 's/^#define \([A-Z_0-9]*\)_INIT\>.*/\1/p' "$header" | while read -r macro; do
            type=$(echo "$macro" | tr '[:upper:]' '[:lower:]')
            echo "extern const $type one_$type;"
            echo "const $type one_$type = ${macro}_INIT;"
        done
    } >"$case-in/inits.c"
    cp "$case-in/inits.c" "$case-in/inits.cc"
    for cc in $compilers; do
        compiles "$case: initialisers, $cc" \
            $cc -std=c11 $strict -I"$include" -c "$case-in/inits.c" -o out.o
    done
    for cc in $compilers_cxx; do
        compiles "$case: initialisers, $cc" \
            $cc -std=c++17 $strict_cxx -I"$include" -c "$case-in/inits.cc" -o out.o
    done
done

# All headers of one program, in both orders.
mkdir both
for case in types actors hostile language order prefix smallest modes timers fds; do
    cp "$here/../golden/$case/in.actor" "both/$case.actor"
done
"$actorc" -o both both/*.actor >log 2>&1
result $? 'all schemas in one run'
ls both | grep 'actor.h$' | sed 's/.*/#include "&"/' >both/up.c
ls -r both | grep 'actor.h$' | sed 's/.*/#include "&"/' >both/down.c
echo 'typedef int something;' | tee -a both/down.c >>both/up.c
for order in up down; do
    cp both/$order.c both/$order.cc
    for cc in $compilers; do
        compiles "all headers, $order, $cc" $cc -std=c11 $strict -I"$include" -c both/$order.c -o out.o
    done
    for cc in $compilers_cxx; do
        compiles "all headers, $order, $cc" \
            $cc -std=c++17 $strict_cxx -I"$include" -c both/$order.cc -o out.o
    done
done

# Headers of the system before ours: macros of theirs must not meet members of ours.
{
    printf '#include <%s.h>\n' assert complex ctype errno fenv float inttypes iso646 limits locale math \
        setjmp signal stdalign stdarg stdbool stddef stdint stdio stdlib stdnoreturn string time wchar wctype \
        unistd fcntl sys/types sys/stat sys/socket netinet/in arpa/inet netdb poll pthread sched dirent regex
    echo '#include "in.actor.h"'
    echo 'typedef int something;'
} >hostile-in/after.c
for cc in $compilers; do
    for standard in c11 gnu17; do
        compiles "hostile: after all headers, $cc $standard" \
            $cc -std=$standard $strict -D_GNU_SOURCE -I"$include" -c hostile-in/after.c -o out.o
    done
done

# ---- What a program must not do --------------------------------------------------------------

# Each misuse is a function body in a program that is right without it.
"$actorc" -o shop "$here/../golden/language/in.actor" || exit 1
program()
{
    cat <<END
#include "in.actor.h"
struct shop_purchase { shop_inventory_ref inventory; shop_audit_ref audit; };
ACTOR_STATE(shop_purchase);
actor_result shop_purchase_at_start(shop_purchase *self, const shop_purchase_args *args)
{
    self->inventory = args->inventory;
    self->audit = args->audit;
    return ACTOR_CONTINUE;
}
actor_result shop_purchase_on_request_purchase(
        shop_purchase *self, const shop_request_purchase *msg, shop_request_purchase_call call)
{
    (void)msg;
    (void)call;
    (void)self;
    $1
    return ACTOR_CONTINUE;
}
actor_result shop_purchase_got_buy_product(
        shop_purchase *self, const shop_buy_product_reply *reply, shop_request_purchase_call call)
{
    (void)self;
    (void)call;
    (void)reply;
    $2
    return ACTOR_CONTINUE;
}
END
}

# misuse NAME TEXT BODY_OF_HANDLER [BODY_OF_CONTINUATION] - no flags: it is an error by itself.
misuse()
{
    program "$3" "${4-}" >shop/misuse.c
    for cc in $compilers; do
        refuses "$1, $cc" "$2" $cc -std=c11 -I"$include" -c shop/misuse.c -o out.o
    done
}

program '' '' >shop/right.c
for cc in $compilers; do
    compiles "the program without a misuse, $cc" \
        $cc -std=c11 $strict -I"$include" -c shop/right.c -o out.o
done
misuse 'tell of a message that the actor did not declare' 'shop_purchase_tell_inventory_restock' \
    'shop_purchase_tell_inventory_restock(self, self->inventory, &(shop_restock){ 1, 2 });'
misuse 'ask of a message that the actor did not declare' 'shop_purchase_ask_restock' \
    'shop_purchase_ask_restock(self, call, self->inventory, &(shop_restock){ 1, 2 });'
misuse 'an answer that the request does not have' 'shop_request_purchase_answer_sold' \
    'shop_request_purchase_answer_sold(call, &(shop_sold)SHOP_SOLD_INIT);'
misuse 'an answer of another type' 'shop_purchase_successful' \
    'shop_request_purchase_answer_purchase_successful(call, &(shop_purchase_failed){ 1, 2 });'
misuse 'a message of another type' 'shop_sold' \
    'shop_purchase_tell_audit_sold(self, self->audit, &(shop_restock){ 1, 2 });'
misuse 'the call of another request' 'shop_buy_product_call' \
    'shop_buy_product_fail(call, ACTOR_ERR_FAILED);'
misuse 'a reference of another actor' 'shop_audit_ref' \
    'shop_purchase_tell_audit_sold(self, self->inventory, &(shop_sold)SHOP_SOLD_INIT);'
misuse 'ask without the call' 'too few arguments' \
    'shop_purchase_ask_buy_product(self, self->inventory, &(shop_buy_product){ 1, 2 });'
misuse 'spawn that the actor did not declare' 'shop_purchase_spawn_audit' \
    'shop_audit_ref ref; shop_purchase_spawn_audit(self, &ref);'
misuse 'a field that the message does not have' 'customer' \
    '(void)(shop_buy_product){ .customer = ACTOR_STRING("x") };'
misuse 'the member of an answer that the reply does not have' 'sold' '' 'return (int)reply->sold.count;'

# Modes and timers have functions for what the schema says, and for nothing else.
for cc in $compilers; do
    printf '#include "in.actor.h"\nactor_err f(%s *self);\nactor_err f(%s *self)\n{\n    return %s;\n}\n' \
        lock_still lock_still 'lock_still_become_only(self)' >modes-in/misuse.c
    refuses "a mode that nothing may become, $cc" 'lock_still_become_only' \
        $cc -std=c11 $strict -I"$include" -c modes-in/misuse.c -o out.o
    printf '#include "in.actor.h"\nactor_err f(%s *self);\nactor_err f(%s *self)\n{\n    return %s;\n}\n' \
        cache_cache cache_cache 'cache_cache_start_tick(self, 5, NULL)' >timers-in/misuse.c
    refuses "a period of its own, $cc" 'too many arguments' \
        $cc -std=c11 $strict -I"$include" -c timers-in/misuse.c -o out.o
done

# A kind that is not handled is a warning of every compiler we know.
program '' 'switch (reply->kind) { case SHOP_BUY_PRODUCT_REPLY_ERROR: break; }' >shop/misuse.c
for cc in $compilers; do
    refuses "an answer that is not handled, $cc" 'SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED' \
        $cc -std=c11 -Wall -Werror -I"$include" -c shop/misuse.c -o out.o
done

# The manual's own program.
for cc in $compilers; do
    compiles "the manual's program, $cc" \
        $cc -std=c11 $strict -I"$include" -Ishop -c "$here/language.c" -o out.o
done

# ---- Versions --------------------------------------------------------------------------------

mkdir other
sed 's/u32 left;/u64 left;/' "$here/../golden/language/in.actor" >other/in.actor
"$actorc" -o other other/in.actor || exit 1
sed 's/ACTOR_ABI [0-9]*/ACTOR_ABI 999/' "$include/actorc/actor.h" >other/actor.h
mkdir -p abi/actorc mixed && mv other/actor.h abi/actorc && cp "$include/actorc/generated.h" abi/actorc
cp shop/in.actor.h mixed && cp other/in.actor.c mixed
for cc in $compilers; do
    refuses "a header and a source of different runs, $cc" 'of different runs of actorc' \
        $cc -std=c11 -I"$include" -c mixed/in.actor.c -o out.o
    refuses "another ABI of the runtime, $cc" 'another version of the actorc runtime' \
        $cc -std=c11 -Iabi -c shop/in.actor.c -o out.o
done

if [ -e "$library" ]; then
    # Under a sanitizer the library needs it too; nm tells.
    flags=
    nm "$library" 2>/dev/null | grep -q __asan_init && flags='-fsanitize=address,undefined'
    nm "$library" 2>/dev/null | grep -q __tsan_init && flags='-fsanitize=thread'
    main='int main(void) { actor_system *s = actor_system_new(0); shop_purchase_ref r; shop_purchase_args a = SHOP_PURCHASE_ARGS_INIT;
        return s == 0 || shop_purchase_start(s, &a, &r) != ACTOR_OK; }'
    { program '' ''; echo "$main"; } >shop/main.c
    grep -v 'ACTOR_STATE' shop/main.c >shop/no_state.c
    sed '/^actor_result shop_purchase_got_buy_product/,/^}/d' shop/main.c >shop/no_continuation.c
    sed '/^actor_result shop_purchase_at_start/,/^}/d' shop/main.c >shop/no_start.c
    cc=${compilers%%
*}
    # The compiler that made the library, if the sanitizers must fit.
    [ -n "$flags" ] && strings "$library" | grep -q 'clang version' && cc=clang
    link="-std=c11 $flags -I$include -pthread"
    for source in main no_state no_continuation no_start; do
        compiles "compile $source" $cc $link -c shop/$source.c -o shop/$source.o
    done
    compiles 'compile the tables' $cc $link -c shop/in.actor.c -o shop/in.actor.o
    compiles 'compile the tables of another version' $cc $link -c other/in.actor.c -o other/in.actor.o
    compiles 'link all handlers' $cc $link shop/main.o shop/in.actor.o "$library" -o program
    compiles "link the manual's program" \
        $cc $link -Ishop "$here/language.c" shop/in.actor.c "$library" -o manual
    compiles "run the manual's program" ./manual
    refuses 'link without ACTOR_STATE' 'shop_purchase__type' \
        $cc $link shop/no_state.o shop/in.actor.o "$library" -o program
    refuses 'link without a continuation' 'shop_purchase_got_buy_product' \
        $cc $link shop/no_continuation.o shop/in.actor.o "$library" -o program
    refuses 'link without a hook' 'shop_purchase_at_start' \
        $cc $link shop/no_start.o shop/in.actor.o "$library" -o program
    refuses 'link with another version of the schema' 'shop_purchase__info_' \
        $cc $link shop/main.o other/in.actor.o "$library" -o program
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
