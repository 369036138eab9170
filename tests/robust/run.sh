#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - hostile input gives one good error: its text is compared, the exit status is as
# documented, nothing is written, and no more memory is resident than is promised.
# usage: tests/robust/run.sh ACTORC [--bless]
#
# What is expected stands in expected.txt, by input: of what is said the first four lines and the
# last. --bless writes it; read the diff before you commit it. Nothing is held against a clock; what
# hangs is killed.
set -u

actorc=$(realpath "$1") || exit 1
bless=${2-}
peak=$(realpath "$(dirname "$1")/tests/robust/peak") || exit 1
cd "$(dirname "$0")" || exit 1
here=$PWD
# shellcheck source=tests/robust/inputs.sh
. ./inputs.sh
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
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
    fi
}

# With a sanitizer a program takes more than it is given.
sanitized=$(nm "$actorc" 2>/dev/null | grep -cE '__asan_init|__tsan_init')
promised=$((32 * 1024))
# 100,000 of anything that is kept take what they take, be they right or wrong.
members=$((64 * 1024))
declarations=$((128 * 1024))
seconds=120
: >said

# try NAME KIB FILE [COMMAND...] - runs the command, else actorc on the file.
try()
{
    local name=$1 limit=$2 file=$3 status kib
    shift 3
    [ $# -gt 0 ] || set -- "$actorc" -o out "$file"
    "$peak" report $seconds "$@" >output 2>&1 </dev/null
    read -r status kib _ <report || status=none kib=0
    {
        echo "== $name: exit status $status"
        if [ "$(wc -l <output)" -gt 5 ]; then
            head -n 4 output
            echo ...
            tail -n 1 output
        else
            cat output
        fi
    } >>said
    if [ -e out ]; then
        rm -rf out
        result 1 "$name: nothing is written"
    fi
    [ "$(wc -c <output)" -le 16384 ]
    result $? "$name: says no more than can be read"
    if [ "$sanitized" -eq 0 ]; then
        [ "$kib" -le "$limit" ]
        result $? "$name: $kib KiB, of $limit"
    fi
}

# ---- Texts -----------------------------------------------------------------------------------

for name in "${inputs[@]}"; do
    eval "${makers[$name]}" >"$name.actor"
    limit=$promised
    case $name in
    arguments | unknown_messages | duplicate_fields | bad_members | strange_imports | \
        unknown_targets | fields | unions) limit=$members ;;
    syntax_errors | broken_statements | missing_semicolons | mistyped_keywords | unknown_type* | \
        clashes | bad_numbers | mode_many | containment | circle | children_circle)
        limit=$declarations
        ;;
    esac
    try "$name" "$limit" "$name.actor"
    rm "$name.actor"
done

# ---- What is no text file --------------------------------------------------------------------

try missing $promised missing.actor
mkdir folder.actor
try directory $promised folder.actor
ln -s /dev/zero zero.actor
try device $promised zero.actor
ln -s /proc/self/mem memory.actor
try memory $promised memory.actor
mkfifo fifo.actor
try fifo_without_writer $promised fifo.actor
ln -s loop.actor loop.actor
try loop_of_links $promised loop.actor
try name_too_long $promised "$(repeat 300 a).actor"
truncate -s 1G sparse.actor
try sparse $promised sparse.actor
rm sparse.actor
if [ -r /dev/stdin ]; then
    ln -s /dev/stdin pipe.actor
    # shellcheck disable=SC2016
    try endless_pipe $promised pipe.actor sh -c 'cat /dev/zero | "$1" -o out pipe.actor' sh "$actorc"
    # shellcheck disable=SC2016
    try endless_text $promised pipe.actor sh -c 'yes | "$1" -o out pipe.actor' sh "$actorc"
fi

# ---- Files of options --------------------------------------------------------------------------

try options_device $promised - "$actorc" @/dev/zero
try options_directory $promised - "$actorc" @folder.actor
try options_missing $promised - "$actorc" @missing
if [ -r /dev/stdin ]; then
    # shellcheck disable=SC2016
    try options_endless $promised - sh -c 'yes | "$1" @/dev/stdin' sh "$actorc"
fi

# ---- Imports ---------------------------------------------------------------------------------

mkdir -p tree/below
echo 'schema a; import "b.actor";' >tree/a.actor
echo 'schema b; import "a.actor";' >tree/b.actor
try import_cycle $promised tree/a.actor
echo 'schema self; import "self.actor";' >tree/self.actor
try import_of_itself $promised tree/self.actor
echo 'schema secret; message Password;' >secret.actor
ln -s ../secret.actor tree/link.actor
echo 'schema out; import "link.actor";' >tree/out.actor
try import_link_out $promised tree/out.actor
echo 'schema up; import "../secret.actor";' >tree/up.actor
try import_up $promised tree/up.actor
echo 'schema far; import "/etc/passwd";' >tree/far.actor
try import_absolute $promised tree/far.actor
echo 'schema dir; import "below";' >tree/dir.actor
try import_directory $promised tree/dir.actor
printf 'schema nul; message A\0;' >tree/nul.actor
echo 'schema bad; import "nul.actor";' >tree/bad.actor
try import_nul $promised tree/bad.actor
for ((i = 0; i < 2000; i++)); do
    echo "schema c$i; import \"c$((i + 1)).actor\";" >"tree/c$i.actor"
done
try import_chain $promised tree/c0.actor

# ---- What was said ---------------------------------------------------------------------------

if [ "$bless" = --bless ]; then
    cp said "$here/expected.txt" || exit 1
fi
diff -u "$here/expected.txt" said
result $? 'what is said is what is expected'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
