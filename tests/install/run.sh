#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - what a user does with an installed actorc: builds the README's hello outside of this
# tree, with pkg-config, make, CMake and Meson, with each library, in C and C++, and uninstalls.
# With LONG set, what is needed for that must be there. Closes with
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

# Prints the fenced block of README of kind $1.
snippet()
{
    awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```$/ { on = 0 } on' "$tree/README.md"
}

# Makes a project of the README's hello and its block of kind $1, named $2, in folder $3.
make_project()
{
    mkdir -p "$3" && cp "$work/hello/hello.actor" "$work/hello/hello.c" "$3" &&
        snippet "$1" >"$3/$2" && [ -s "$3/$2" ]
}

# The same program under simulation: its objects as they are.
builds_simulated()
(
    cd "$work/hello" && $cc $sanitize -std=c11 $(pkg-config --cflags actorc-sim) -o hello_sim hello.c hello.actor.c \
        $(pkg-config --libs actorc-sim) && ACTORC_SEED=7 ./hello_sim >sim.out 2>sim.err &&
        [ "$(cat sim.out)" = "hello, world" ] && grep '^actorc: seed 7: ' sim.err &&
        ./hello_sim --seeds 1..100
)

# All probes are in the library; or none, where the header for them is missing.
has_probes()
{
    probes=$(readelf -n "$prefix/lib/libactorc.so" | grep -A 1 'Provider: actorc' | sed -n 's/ *Name: //p' | sort -u | tr '\n' ' ')
    echo "probes: $probes"
    [ "$probes" = 'actor__fail actor__restart actor__spawn actor__stop message__begin message__end ' ] ||
        { [ -z "$probes" ] && { [ -n "$sanitize" ] || ! echo '#include <sys/sdt.h>' | $cc -E -; }; }
}

# A make rule with the pkg-config variables.
builds_by_make()
(
    make_project make Makefile "$work/by_make" && cd "$work/by_make" &&
        rm -f hello hello.actor.* && CC=$cc CFLAGS=$sanitize "$make" hello >log 2>&1 &&
        ! grep Circular log && [ "$(./hello)" = "hello, world" ] &&
        touch hello.actor && "$make" -n hello | grep actorc
)

# The same with the rule that is installed; make learns from it what the outputs are made of.
builds_by_included_rule()
(
    cp -r "$work/by_make" "$work/by_include" && cd "$work/by_include" && rm -f hello hello.actor.* &&
        printf '%s\n' 'include $(shell pkg-config --variable=makerules actorc)' \
            'hello: hello.o hello.actor.o' 'hello.o hello.actor.o: hello.actor.h' >Makefile &&
        CC=$cc CFLAGS=$sanitize "$make" hello >log 2>&1 && ! grep Circular log &&
        [ "$(./hello)" = "hello, world" ] &&
        CC=$cc CFLAGS=$sanitize "$make" -q hello && grep 'hello.actor.c: hello.actor' hello.actor.d
)

# The package for CMake, found by CMAKE_PREFIX_PATH; a changed schema is compiled again.
builds_by_cmake()
(
    make_project cmake CMakeLists.txt "$work/by_cmake" && cd "$work/by_cmake" &&
        CC=$cc CFLAGS=$sanitize LDFLAGS=$sanitize cmake -S . -B out -DCMAKE_PREFIX_PATH="$1" &&
        cmake --build out && [ "$(out/hello)" = "hello, world" ] &&
        sed 's/message Greet/\/\/\/ One more line.\n&/' hello.actor >new && mv new hello.actor &&
        cmake --build out && grep -r 'One more line' out/actorc
)

# What find_package() must not take for what was asked.
refuses_other_versions()
(
    mkdir -p "$work/too_new" && cd "$work/too_new" &&
        for version in 99 0.99; do
            printf '%s\n' 'cmake_minimum_required(VERSION 3.13)' 'project(p C)' \
                "find_package(actorc $version REQUIRED)" >CMakeLists.txt
            ! CC=$cc cmake -S . -B out -DCMAKE_PREFIX_PATH="$1" >log 2>&1 && grep 'actorc' log || exit 1
        done
)

builds_by_meson()
(
    make_project meson meson.build "$work/by_meson" && cd "$work/by_meson" &&
        CC=$cc CFLAGS=$sanitize LDFLAGS=$sanitize meson setup out && ninja -C out &&
        [ "$(out/hello)" = "hello, world" ]
)

# What is installed to be copied is what the README shows.
installs_the_snippet()
(
    cd "$work" && sed '/^project(/d' by_meson/meson.build >readme.build &&
        sed '/^#/d' "$prefix/share/actorc/meson.build" | diff - readme.build
)

# Nothing but actor_* may be seen of any library.
exports_only_ours()
{
    names=$(nm -g --defined-only "$prefix/lib/libactorc.a" "$prefix/lib/libactorc_sim.a" |
        awk 'NF == 3 { print $3 }'
        nm -D --defined-only "$prefix/lib/libactorc.so" | awk '{ print $3 }')
    echo "$names" | grep -q '^actor_system_new$' && ! echo "$names" | grep -v '^actor_\|^__wrap_'
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

# What others put beside it stays, also in folders of ours.
uninstalls()
(
    second=$work/second
    mkdir -p "$second/share/actorc/schemas" "$second/lib/pkgconfig" &&
        touch "$second/share/actorc/schemas/mine.actor" "$second/lib/pkgconfig/other.pc" \
            "$second/lib/libactorc.so.99" && before=$(files_below "$second") &&
        "$make" MODE="$mode" install PREFIX="$second" &&
        "$make" MODE="$mode" uninstall PREFIX="$second" &&
        [ "$(files_below "$second")" = "$before" ] &&
        "$make" MODE="$mode" uninstall PREFIX="$prefix" && [ -z "$(files_below "$prefix")" ] &&
        [ -z "$(find "$prefix" -name '*actorc*')" ]
)

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
try 'the hello under simulation' builds_simulated
try 'its probes' has_probes
try 'a C++ program' builds_cxx
try 'the README'\''s make rule' builds_by_make
try 'the make rule that is installed' builds_by_included_rule
if command -v cmake >/dev/null; then
    try 'a CMake project' builds_by_cmake "$prefix"
    try 'CMake takes no other version' refuses_other_versions "$prefix"
    mv "$work/by_cmake" "$work/by_cmake_1"
    try 'a CMake project, from a staged tree' builds_by_cmake "$work/stage/opt/actorc"
elif [ -n "${LONG-}" ]; then
    try 'cmake is installed' false
else
    echo 'no cmake: its project is not built'
fi
if command -v meson >/dev/null; then
    try 'a Meson project' builds_by_meson
    try 'the Meson snippet' installs_the_snippet
elif [ -n "${LONG-}" ]; then
    try 'meson is installed' false
else
    echo 'no meson: its project is not built'
fi
try 'only actor_* and what the linker wraps is visible' exports_only_ours
try 'the version' knows_its_version
try 'the pkg-config variables' finds_schemas
try 'make uninstall' uninstalls
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
