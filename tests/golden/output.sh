#!/bin/bash
# SPDX-License-Identifier: MIT
# output.sh - outputs are written all or none, only if they changed, and the same each time.
# usage: tests/golden/output.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
schemas=$(realpath "$(dirname "$0")") || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

# expect NAME CONDITION... - the condition is a command.
expect()
{
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        cat log
    fi
}

# status WANTED COMMAND... - what it says goes to log.
status()
{
    local wanted=$1
    shift
    "$@" >log 2>&1
    [ $? -eq "$wanted" ]
}

says() { grep -qF -- "$1" log; }
is_empty() { [ -z "$(ls -A "$1")" ]; }
# All files below a folder, with their contents and times.
state() { find "$1" -type f -printf '%p %T@ %i %s\n' | sort; find "$1" -type f | sort | xargs -r cksum; }
unchanged() { [ "$before" = "$(state "$1")" ]; }

cp "$schemas/language/in.actor" shop.actor
cp "$schemas/types/in.actor" types.actor

# ---- The same each time ----------------------------------------------------------------------

expect 'two schemas in one run' status 0 "$actorc" -o one shop.actor types.actor
mkdir -p elsewhere/deep && cp shop.actor types.actor elsewhere/deep
expect 'each in a run of its own, from elsewhere' status 0 \
    sh -c "cd elsewhere && '$actorc' -o ../two deep/types.actor && '$actorc' -o ../two '$work/elsewhere/deep/shop.actor'"
expect 'the same bytes' diff -r one two
expect 'no path in the output' sh -c "! grep -rE '$work|deep|elsewhere|/tmp|[0-9]{4}-[0-9]{2}' one"
expect 'exactly four files' [ "$(ls -A one | tr '\n' ' ')" = 'shop.actor.c shop.actor.h types.actor.c types.actor.h ' ]

# ---- What did not change is not touched -------------------------------------------------------

touch -d '2001-01-01' one/*
before=$(state one)
expect 'a second run' status 0 "$actorc" -o one shop.actor types.actor
expect 'touches nothing' unchanged one
sed -i 's/^message Restock/\/\/\/ Puts back.\n&/' shop.actor
expect 'a new comment' status 0 "$actorc" -o one shop.actor types.actor
expect 'changes the header' [ "$(find one -newermt 2001-01-02 -printf '%f ')" = 'one shop.actor.h ' ]
expect 'and not the fingerprint' diff one/shop.actor.c two/shop.actor.c
sed -i 's/within 2s/within 3s/' shop.actor
expect 'a new deadline' status 0 "$actorc" -o one shop.actor types.actor
expect 'changes the fingerprint' sh -c "! diff -q one/shop.actor.c two/shop.actor.c"

# ---- All or nothing ---------------------------------------------------------------------------

touch -d '2001-01-01' one/*
before=$(state one)
echo 'schema bad; message A { Nope n; }' >bad.actor
sed 's/within 3s/within 4s/' shop.actor >changed && mv changed shop.actor
expect 'one bad schema among good ones' status 1 "$actorc" -o one shop.actor bad.actor types.actor
expect 'changes nothing' unchanged one
expect 'a file that is missing' status 3 "$actorc" -o one shop.actor missing.actor
expect 'says so' says "missing.actor: error: cannot read the file: No such file or directory"
expect 'changes nothing' unchanged one
expect 'an error leaves no folder' status 1 "$actorc" -o new/folder bad.actor
expect 'behind' [ ! -e new ]

# A limit on the size of files stands for a full disk: writing fails half way.
limited() { (ulimit -f 1 && exec "$@"); }
head -c 100 /dev/zero >probe
if (ulimit -f 1 && head -c 8192 /dev/zero >probe) 2>log; then
    echo 'cannot limit the size of files here'
    exit 1
fi
expect 'no room for the output' status 3 limited "$actorc" -o one types.actor shop.actor
expect 'says so' says 'cannot write'
expect 'changes nothing, and leaves no temporaries' unchanged one
expect 'no room for a new output' status 3 limited "$actorc" -o fresh types.actor shop.actor
expect 'leaves no folder' [ ! -e fresh ]

# A small file system, where one may be mounted.
mkdir disk
if mount -t tmpfs -o size=16k,mode=0777 none disk 2>/dev/null; then
    expect 'a full disk' status 3 "$actorc" -o disk shop.actor types.actor
    expect 'says so' says 'No space left on device'
    expect 'has nothing of ours' is_empty disk
    umount disk
fi

echo text >file
expect 'a file in the place of the folder' status 3 "$actorc" -o file shop.actor
expect 'says so' says "cannot make folder 'file': Not a directory"
expect 'and stays' grep -q text file
mkdir -p taken/shop.actor.c
expect 'a folder in the place of an output' status 3 "$actorc" -o taken shop.actor types.actor
expect 'says so' says "cannot write 'taken/shop.actor.c': Is a directory"
expect 'and nothing is written' is_empty taken/shop.actor.c
expect 'beside it' [ "$(ls -A taken)" = shop.actor.c ]
# Who may do everything is not stopped by modes.
if [ "$(id -u)" -ne 0 ]; then
    mkdir readonly && chmod a-w readonly
    expect 'a folder without permission' status 3 "$actorc" -o readonly shop.actor
    expect 'says so' says 'Permission denied'
fi

# ---- A pair of different runs is repaired -----------------------------------------------------

"$actorc" -o pair types.actor
echo '/* stale */' >pair/types.actor.c
touch -d '2001-01-01' pair/*
expect 'a pair that does not fit' status 0 "$actorc" -o pair types.actor
expect 'is whole again' diff pair/types.actor.c two/types.actor.c
expect 'with the good half untouched' [ "$(find pair -newermt 2001-01-02 -name '*.h')" = '' ]

# ---- Nothing is left open ---------------------------------------------------------------------

expect 'the current folder is the default' status 0 "$actorc" types.actor
expect 'for both files' diff types.actor.h one/types.actor.h
expect 'no temporary anywhere' [ -z "$(find . -name '.actorc*')" ]

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
