#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh - installs what is missing to build (build), test (check, sanitizers, long) and lint (lint).
# usage: tests/deps.sh GROUP...
#
# Each tool is probed by using it, so one that was installed by hand counts too, and nothing
# happens when all are there. What is missing comes from the system's own package manager.
set -u

cc=${CC:-cc}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Says whether compiler $1 makes a program of the text on its input, with the other arguments.
makes()
{
    compiler=$1
    shift
    cat >"$scratch/probe.c" && $compiler -o "$scratch/probe" "$scratch/probe.c" "$@" 2>/dev/null
}

probe()
{
    case $1 in
    cc) printf '#include <linux/futex.h>\nint main(void) { return 0; }\n' | makes "$cc" -pthread ;;
    clang) echo 'int main(void) { return 0; }' | makes clang ;;
    c++) echo 'int main() { return 0; }' | makes g++ -x c++ -std=c++17 ;;
    flex) flex --version ;;
    bison) echo '%require "3.8" %% all: ;' >"$scratch/p.y" && bison -o "$scratch/p.c" "$scratch/p.y" ;;
    sqlite) printf '#include <sqlite3.h>\nint main(void) { return !sqlite3_libversion(); }\n' |
        makes "$cc" -lsqlite3 ;;
    cmocka) printf '%s\n' '#include <stdarg.h>' '#include <stddef.h>' '#include <stdint.h>' \
        '#include <setjmp.h>' '#include <cmocka.h>' 'int main(void) { return 0; }' |
        makes "$cc" -lcmocka ;;
    pkg-config) pkg-config --version ;;
    git | patch | cmake | meson | zsh | fish | valgrind | protoc | flatc) "$1" --version ;;
    dot) echo 'digraph { a -> b }' | dot -Tsvg ;;
    chromium) chromium --version || chromium-browser --version || google-chrome --version ;;
    mandoc) echo '.Dd' | mandoc -mdoc ;;
    clang-format) clang-format --version ;;
    ctags) ctags --version | grep -q 'Universal Ctags' ;;
    clang-sanitizers) echo 'int main(void) { return 0; }' | makes clang -fsanitize=address,undefined ;;
    cc-sanitizers) echo 'int main(void) { return 0; }' | makes gcc -fsanitize=thread ;;
    esac >/dev/null 2>&1
}

# Prints the packages that have tool $1 on a system whose package manager is $2.
packages()
{
    awk -v tool="$1" -v manager="$2" '
    $1 == "tool" { for (i = 2; i <= NF; i++) if ($i == manager) column = i }
    $1 == tool { gsub(/,/, " ", $column); print $column }' <<'END'
tool             apt-get         dnf                 pacman       apk                         zypper              brew
cc               gcc,libc6-dev   gcc,glibc-devel     gcc          gcc,musl-dev,linux-headers  gcc,glibc-devel     gcc
flex             flex            flex                flex         flex                        flex                flex
bison            bison           bison               bison        bison                       bison               bison
sqlite           libsqlite3-dev  sqlite-devel        sqlite       sqlite-dev                  sqlite3-devel       sqlite
cmocka           libcmocka-dev   libcmocka-devel     cmocka       cmocka-dev                  libcmocka-devel     cmocka
pkg-config       pkg-config      pkgconf-pkg-config  pkgconf      pkgconf                     pkgconf-pkg-config  pkgconf
git              git             git                 git          git                         git                 git
patch            patch           patch               patch        patch                       patch               gpatch
c++              g++             gcc-c++             gcc          g++                         gcc-c++             gcc
clang            clang           clang               clang        clang                       clang               llvm
clang-sanitizers libclang-rt-dev compiler-rt         compiler-rt  compiler-rt                 clang               llvm
cc-sanitizers    gcc             libtsan             gcc          gcc                         gcc                 gcc
clang-format     clang-format    clang-tools-extra   clang        clang-extra-tools           clang-tools         clang-format
ctags            universal-ctags ctags               ctags        ctags                       ctags               universal-ctags
cmake            cmake           cmake               cmake        cmake                       cmake               cmake
meson            meson           meson               meson        meson                       meson               meson
mandoc           mandoc          mandoc              mandoc       mandoc                      mandoc              mandoc
zsh              zsh             zsh                 zsh          zsh                         zsh                 zsh
fish             fish            fish                fish         fish                        fish                fish
chromium         chromium        chromium            chromium     chromium                    chromium            chromium
dot              graphviz        graphviz            graphviz     graphviz                    graphviz            graphviz
valgrind         valgrind        valgrind            valgrind     valgrind                    valgrind            valgrind
protoc           protobuf-compiler protobuf-compiler protobuf     protobuf                    protobuf-devel      protobuf
flatc            flatbuffers-compiler flatbuffers-compiler flatbuffers flatbuffers            flatbuffers-devel   flatbuffers
END
}

tools_of()
{
    case $1 in
    build) echo cc flex bison sqlite ;;
    check) echo cmocka git patch pkg-config c++ clang valgrind ;;
    sanitizers) echo clang-sanitizers cc-sanitizers ;;
    lint) echo clang-format ctags ;;
    long) echo cmake meson mandoc zsh fish chromium dot protoc flatc ;;
    *) echo "deps.sh: no such group: $1" >&2 && exit 2 ;;
    esac
}

# Prints those of the tools given that are not there.
missing_of()
{
    for tool; do
        probe "$tool" || echo "$tool"
    done
}

install_with()
{
    manager=$1
    shift
    sudo=
    if [ "$(id -u)" -ne 0 ] && [ "$manager" != brew ]; then
        sudo=sudo
        command -v sudo >/dev/null || return 1
    fi
    case $manager in
    apt-get) $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" ;;
    dnf) $sudo dnf install -y "$@" ;;
    pacman) $sudo pacman -Sy --needed --noconfirm "$@" ;;
    apk) $sudo apk add "$@" ;;
    zypper) $sudo zypper --non-interactive install "$@" ;;
    brew) brew install "$@" ;;
    esac
}

tools=$(for group; do tools_of "$group"; done) || exit 2
missing=$(missing_of $tools)
[ -z "$missing" ] && exit 0

for manager in apt-get dnf pacman apk zypper brew none; do
    command -v $manager >/dev/null && break
done
if [ $manager = none ]; then
    wanted=$(for tool in $missing; do packages "$tool" apt-get; done)
    echo "deps.sh: this system's package manager is not known here; please install what" >&2
    echo "deps.sh: Debian 12 calls:" $wanted >&2
    exit 1
fi
wanted=$(for tool in $missing; do packages "$tool" $manager; done | tr ' ' '\n' | sort -u)
echo "missing:" $missing
echo "installing:" $wanted
if ! install_with $manager $wanted; then
    echo "deps.sh: could not install; as root, please install:" $wanted >&2
    exit 1
fi
missing=$(missing_of $missing)
if [ -n "$missing" ]; then
    echo "deps.sh: still missing after the installation:" $missing >&2
    exit 1
fi
