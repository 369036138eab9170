#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - what a user does with an installed actorc: builds the README's hello outside of this
# tree, with pkg-config, with each library, in C and C++, and uninstalls. Closes with
# "N passed, N failed".
# usage: tests/install/run.sh [ACTORC]    the program is not used; what is installed is
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$(pwd)
make=${MAKE:-make}
mode=${MODE:-debug}
cc=${CC:-cc}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset MAKEFLAGS MFLAGS MAKELEVEL
prefix=$work/prefix
passed=0
failed=0
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'
case $mode in # objects of these modes link only with their own kind
asan) sanitize='-fsanitize=address,undefined' ;;
tsan) sanitize='-fsanitize=thread' ;;
*) sanitize= ;;
esac

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

# Copies the fenced blocks of README's section Hello into files: what is in a fence of kind
# `actor` to hello.actor, `c` to hello.c and `sh` to build.sh.
extract_hello()
{
    awk -v to="$1" '
    /^## / { section = $0 }
    section != "## Hello" { next }
    /^```$/ { file = ""; next }
    /^```/ { file = to "/" ($0 == "```sh" ? "build.sh" : "hello." substr($0, 4)); next }
    file != "" { print >file }
    file != "" && NF { lines++ }
    END { if (lines > 25) { print "hello has " lines " lines, more than 25"; exit 1 } }' README.md &&
        [ -s "$1/hello.actor" ] && [ -s "$1/hello.c" ] && [ -s "$1/build.sh" ]
}

files_below()
{
    (cd "$1" && find . ! -type d | sort)
}

stages_through_destdir()
{
    "$make" MODE="$mode" install DESTDIR="$work/stage" PREFIX=/opt/actorc &&
        [ "$(files_below "$work/stage/opt/actorc")" = "$(files_below "$prefix")" ] &&
        ! grep -r "$work" "$work/stage/opt/actorc/lib/pkgconfig"
}

# Runs the README's own build line, which must print the README's own answer.
builds_hello()
{
    got=$(cd "$work/hello" && PATH=$prefix/bin:$PATH CC=$cc sh -eu build.sh) || return 1
    echo "$got"
    [ "$got" = "hello, world" ]
}

# built_with COMPILER STANDARD LIBRARIES SOURCE... - in the folder of hello.
built_with()
{
    compiler=$1
    standard=$2
    libraries=$3
    shift 3
    cd "$work/hello" || return 1
    rm -f other
    "$compiler" -std="$standard" $warnings $sanitize $(pkg-config --cflags actorc) -o other "$@" \
        $libraries && [ "$(./other)" = "hello, world" ]
}

builds_static()
(
    built_with "$cc" c11 "$prefix/lib/libactorc.a -pthread" hello.c hello.actor.c &&
        ! readelf -d other | grep libactorc
)

builds_shared()
(
    built_with "$cc" c11 "$(pkg-config --libs actorc)" hello.c hello.actor.c &&
        readelf -d other | grep -F "libactorc.so."
)

# The generated C stays C; the program around it is C++.
builds_cxx()
(
    cd "$work/hello" && cat >main.cc <<'END' &&
#include "hello.actor.h"

int main()
{
    actor_config config = {};
    actor_system *system = actor_system_new(&config);
    bool works = system != nullptr && actor_version() != nullptr;
    actor_system_free(system);
    return works ? 0 : 1;
}
END
        g++ -std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror $sanitize \
            $(pkg-config --cflags actorc) -o main main.cc $(pkg-config --libs actorc) && ./main
)

# A make rule with the pkg-config variables, as the README shows it.
builds_by_make()
(
    mkdir -p "$work/project" && cd "$work/project" && cp "$work/hello/hello.actor" "$work/hello/hello.c" . &&
        awk '/^```make$/ { on = 1; next } /^```$/ { on = 0 } on' "$tree/README.md" >Makefile &&
        [ -s Makefile ] && CC=$cc CFLAGS=$sanitize "$make" hello && [ "$(./hello)" = "hello, world" ]
)

# Nothing but actor_* may be seen of either library.
exports_only_ours()
{
    names=$(nm -g --defined-only "$prefix/lib/libactorc.a" | awk 'NF == 3 { print $3 }'
        nm -D --defined-only "$prefix/lib/libactorc.so" | awk '{ print $3 }')
    echo "$names" | grep -q '^actor_system_new$' && ! echo "$names" | grep -v '^actor_'
}

knows_its_version()
{
    version=$(pkg-config --modversion actorc) &&
        grep -F "#define ACTOR_VERSION \"$version\"" "$prefix/include/actorc/actor.h" &&
        "$prefix/bin/actorc" --version | grep -F "$version"
}

finds_schemas()
{
    [ -x "$(pkg-config --variable=actorc actorc)" ] &&
        "$(pkg-config --variable=actorc actorc)" -o "$work/shop" \
            "$(pkg-config --variable=schemadir actorc)/shop.actor" && [ -s "$work/shop/shop.actor.h" ]
}

uninstalls()
{
    "$make" MODE="$mode" uninstall PREFIX="$prefix" && [ -z "$(files_below "$prefix")" ] &&
        [ -z "$(find "$prefix" -name '*actorc*')" ]
}

mkdir "$work/hello"
try 'make install' "$make" MODE="$mode" install PREFIX="$prefix"
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
try 'make install with DESTDIR' stages_through_destdir
try 'README.md has a hello of at most 25 lines' extract_hello "$work/hello"
if [ -z "$sanitize" ]; then # the README's line does not know of sanitizers
    try 'the README'\''s hello' builds_hello
else
    try 'actorc' "$prefix/bin/actorc" -o "$work/hello" "$work/hello/hello.actor"
fi
try 'the hello with the static library' builds_static
try 'the hello with the shared library' builds_shared
try 'a C++ program' builds_cxx
try 'the README'\''s make rule' builds_by_make
try 'only actor_* is visible' exports_only_ours
try 'the version' knows_its_version
try 'the pkg-config variables' finds_schemas
try 'make uninstall' uninstalls
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
