#!/bin/bash
# SPDX-License-Identifier: MIT
# purity.sh - actorc-lint-objects: what it finds in handlers, and that those of the examples are clean.
# usage: tests/sim/purity.sh ACTORC
set -u

build=$(dirname "$(realpath "$1")") || exit 1
cd "$(dirname "$0")/../.." || exit 1
lint=$PWD/actorc/share/actorc-lint-objects
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# finds NAME STATUS OUTPUT COMMAND... - the command ends so and prints that
finds()
{
    name=$1
    status=$2
    wanted=$3
    shift 3
    output=$(cd "$work" && "$@" 2>&1)
    if [ $? -eq "$status" ] && [ "$output" = "$wanted" ]; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n%s\n' "$name" "$output"
    fi
}

# object NAME <TEXT
object()
{
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -x c -c -o "$work/$1" - || exit 1
}

object pure.o <<'END'
#include <string.h>
static const int table[3] = { 1, 2, 3 };
static const char *const names[] = { "a", "b" };
int handle(const char *text) { return (int)strlen(text) + table[0] + (int)strlen(names[1]); }
END
object impure.o <<'END'
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
static int count;
int total = 1;
long handle(pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    return rand() + time(NULL) + ++count + total;
}
END

finds 'nothing in what is pure' 0 '' "$lint" pure.o
finds 'calls and variables' 1 'impure.o: calls pthread_mutex_lock()
impure.o: calls rand()
impure.o: calls time()
impure.o: has the variable count, which can be written
impure.o: has the variable total, which can be written' "$lint" pure.o impure.o
finds 'but those that are allowed' 1 'impure.o: calls time()' \
    "$lint" --allow pthread_mutex_lock --allow rand --allow count --allow total impure.o
finds 'no files' 2 'usage: actorc-lint-objects [--allow SYMBOL]... OBJECT...' "$lint"
finds 'a wrong option' 2 "actorc-lint-objects: no option '--denied'" "$lint" --denied x impure.o
finds 'a file that is not there' 2 "nm: 'missing.o': No such file" "$lint" missing.o
case $build in
*debug | *release) # sanitizers add variables of their own
    finds 'nothing in the handlers of the examples' 0 '' "$lint" \
        "$build"/obj/examples/shop/{purchase,inventory,audit}.o "$build"/obj/examples/chat/room.o ;;
esac
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
