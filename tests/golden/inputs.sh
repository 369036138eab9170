#!/bin/bash
# SPDX-License-Identifier: MIT
# inputs.sh - schemas from the standard input, words from files, schemas from history.
# usage: tests/golden/inputs.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

check()
{
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok   $what"
    else
        failed=$((failed + 1))
        echo "FAIL $what"
        cat out err
    fi
}

# run STATUS COMMAND...
run()
{
    local wanted=$1
    shift
    "$@" >out 2>err
    local got=$?
    check "${*/$actorc/actorc}: status $wanted, not $got" [ $got -eq "$wanted" ]
}

err_has() { grep -qF -- "$1" err; }
out_is() { [ "$(cat out)" = "$1" ]; }

# ---- The standard input -------------------------------------------------------------------------

mkdir lib
printf 'schema lib;\nmessage Item { u32 n; }\n' >lib/item.actor
printf 'schema shop;\nimport "item.actor";\nmessage Sold { lib.Item item; }\n' >lib/shop.actor
run 0 "$actorc" -o files lib/shop.actor
run 0 "$actorc" -MD -o in - --name lib/shop.actor <lib/shop.actor
check 'the standard input gives the same header' cmp files/shop.actor.h in/shop.actor.h
check 'and the same source' cmp files/shop.actor.c in/shop.actor.c
check 'its name is in the depfile' grep -q ': lib/shop.actor lib/item.actor$' in/shop.actor.d
for command in skeleton model graph; do
    run 0 "$actorc" $command lib/shop.actor
    mv out wanted
    run 0 "$actorc" $command --name=lib/shop.actor - <lib/shop.actor
    check "$command reads it, too" cmp wanted out
done
run 0 "$actorc" doc -o pages --name lib/shop.actor - <lib/shop.actor
check 'doc reads it, too' [ -s pages/shop.html ]
(cd lib && "$actorc" graph - <shop.actor) >out 2>err
check 'without a name imports are beside us' cmp wanted out
printf 'schema shop;\nmessage Sold { }\n' >changed
run 1 "$actorc" diff lib/shop.actor - --name lib/shop.actor <changed
check 'diff compares a file with what it will be' grep -q 'field-removed' out
run 1 "$actorc" - --name lib/shop.actor <<<'schema shop; mesage X {}'
check 'errors have its name' err_has 'lib/shop.actor:1:14: error'
run 2 "$actorc" - <lib/shop.actor
check 'outputs need a name' err_has "'-' needs --name FILE"
run 2 "$actorc" skeleton - <lib/shop.actor
run 2 "$actorc" doc - <lib/shop.actor
run 2 "$actorc" diff - - <lib/shop.actor
run 2 "$actorc" --fix --name a.actor - <lib/shop.actor
check 'it cannot be fixed' err_has 'cannot write back to the standard input'
for command in 'build -o files' skeleton model graph fmt 'doc -o pages' 'diff lib/item.actor' 'diff --git HEAD'; do
    # shellcheck disable=SC2086
    run 2 "$actorc" $command --name x.actor lib/item.actor
    check "$command: what has a name is read" err_has "--name is for the standard input, and '-' is not given"
done
run 2 "$actorc" /dev/stdin <lib/shop.actor
check 'the device of it' err_has "for the standard input write '-' and --name FILE"

# ---- Words from files -----------------------------------------------------------------------------

mkdir 'a b' && cp lib/item.actor 'a b/it"em.actor' && cp lib/item.actor 'a b/it em.actor'
printf '%s\n' "'a b/it em.actor' a\\ b/x.actor" >inner
printf -- '-o\t"out put"\n@inner --print-outputs\n' >outer
run 0 "$actorc" @outer
check 'quotes, backslashes, files in files' out_is 'out put/it em.actor.h
out put/it em.actor.c
out put/x.actor.h
out put/x.actor.c'
printf 'graph "lib/shop.actor"' >words
run 0 "$actorc" @words
check 'the command may be there' grep -q '^digraph' out
: >nothing
run 0 "$actorc" @nothing graph @nothing lib/shop.actor
printf '@loop' >loop
run 3 "$actorc" @loop
check 'one that names itself' err_has 'more than 2000 files of options'
run 2 "$actorc" @missing
check 'one that is not there is a word' err_has "'@missing': the name of a schema ends with .actor"
mkdir folder
run 3 "$actorc" @folder
check 'a folder' err_has "cannot read 'folder'"
printf 'a\0b' >binary
run 3 "$actorc" @binary
check 'one that is not text' err_has "'@binary': it is not text"
cp lib/item.actor @real.actor
run 0 "$actorc" -o o ./@real.actor
check 'a schema with such a name' [ -e o/@real.actor.h ]

# ---- History --------------------------------------------------------------------------------------

if command -v git >/dev/null; then
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
    commit() { git -C repo -c user.name=a -c user.email=a@b commit -qam "$1"; }
    git init -q repo
    cp lib/*.actor repo
    git -C repo add . && commit one
    printf 'schema lib;\nmessage Item { u64 n; }\n' >repo/item.actor
    run 1 "$actorc" diff --git HEAD repo/shop.actor
    check 'an import is read from that revision' grep -q 'repo/item.actor' out
    rm repo/item.actor
    printf 'schema shop;\nmessage Sold { }\n' >repo/shop.actor
    run 1 "$actorc" diff --git HEAD repo/shop.actor
    check 'also one that is gone since' grep -q 'field-removed' out
    git -C repo checkout -q . && git -C repo mv shop.actor store.actor && commit two
    run 3 "$actorc" diff --git HEAD~1 repo/store.actor
    check 'a file that had another name' err_has "there was no 'repo/store.actor' in revision 'HEAD~1'"
    run 3 "$actorc" diff --git nonsense repo/store.actor
    check 'an unknown revision' err_has "git knows no revision 'nonsense'"
    mkdir plain && cp lib/*.actor plain
    run 3 env GIT_CEILING_DIRECTORIES="$work" "$actorc" diff --git HEAD plain/shop.actor
    check 'no repository' err_has "'plain/shop.actor' is in no git repository"
    run 0 "$actorc" diff --git HEAD --name repo/store.actor - <repo/store.actor
    run 2 "$actorc" diff --git HEAD - <repo/store.actor
fi

# ---- Depfiles: what make builds again -----------------------------------------------------------------

if command -v make >/dev/null; then
    mkdir -p 'p/sub dir'
    printf 'schema base;\nmessage B { u32 n; }\n' >'p/sub dir/ba$se#.actor'
    for side in left right; do
        printf 'schema %s;\nimport "sub dir/ba$se#.actor";\nmessage M { base.B b; }\n' $side >p/$side.actor
    done
    printf 'schema top;\nimport "left.actor";\nimport "right.actor";\nmessage T { left.M l; right.M r; }\n' >p/top.actor
    cat >p/Makefile <<END
all: o/top.actor.c o/left.actor.c o/right.actor.c
o/%.actor.c: %.actor
	@echo \$*; '$actorc' -MD -o o \$<; touch o/\$*.actor.h o/\$*.actor.c
-include \$(wildcard o/*.d)
END
    touch -d 2001-01-01 p/*.actor p/sub*/*
    run 0 make -s -C p
    check 'all are built' [ "$(sort out | tr '\n' ' ')" = 'left right top ' ]
    run 0 make -s -C p
    check 'and not again' out_is ''
    touch -d 2100-01-01 p/right.actor
    run 0 make -s -C p
    check 'one import: what has it, and not its neighbour' [ "$(sort out | tr '\n' ' ')" = 'right top ' ]
    touch -d 2001-01-01 p/right.actor
    touch -d 2100-01-01 'p/sub dir/ba$se#.actor'
    run 0 make -s -C p
    check 'what all import, with a hostile path' [ "$(sort out | tr '\n' ' ')" = 'left right top ' ]
    rm 'p/sub dir/ba$se#.actor'
    printf 'schema left;\nmessage M { u32 n; }\n' >p/left.actor
    printf 'schema right;\nmessage M { u32 n; }\n' >p/right.actor
    run 0 make -s -C p
    check 'an import that is gone does not stop make' [ "$(sort out | tr '\n' ' ')" = 'left right top ' ]
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
