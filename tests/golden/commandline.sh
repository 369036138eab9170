#!/bin/bash
# SPDX-License-Identifier: MIT
# commandline.sh - options, exit statuses, depfiles.
# usage: tests/golden/commandline.sh ACTORC
set -u

actorc=$(realpath "$1") || exit 1
schemas=$(realpath "$(dirname "$0")") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

# run STATUS COMMAND... - checks the status; output goes to out, errors to err.
run()
{
    local wanted=$1
    shift
    "$@" >out 2>err
    local got=$?
    name="$*"
    name=${name//$actorc/actorc}
    check "$name: status $wanted, not $got" [ $got -eq "$wanted" ]
}

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

out_is() { [ "$(cat out)" = "$1" ]; }
err_has() { grep -qF -- "$1" err; }

cp "$schemas/smallest/in.actor" a.actor
sed 's/smallest/other/' a.actor >b.actor
cp "$schemas/../errors/warnings_tell_loop.actor" loop.actor

run 2 "$actorc" build --depfle=x a.actor
check 'which option may have been meant' err_has "did you mean '--depfile'?"
run 2 "$actorc" graph --fromat dot a.actor
check 'of each command its own' err_has "did you mean '--format'?"
run 2 "$actorc" fmt --nothing-like-it a.actor
check 'nothing, where nothing is near' [ "$(grep -c mean err)" -eq 0 ]
run 2 "$actorc" fmt -x a.actor
check 'nor of a letter' [ "$(grep -c mean err)" -eq 0 ]

printf 'schu64 KIND = 1;\n\nmessage M { u32 a; }\n' >first_word.actor
run 1 "$actorc" a.actor first_word.actor
check 'a mistake in the first word of the second file' err_has 'first_word.actor:1:1: error'

run 0 "$actorc" --version
check 'the version' grep -qE '^actorc [0-9]+\.[0-9]+\.[0-9]+$' out
run 0 "$actorc" --help
check 'the help' grep -q '^Usage: actorc' out
run 0 "$actorc" help
check 'help lists the commands' grep -q '^  build ' out
cp out help
run 0 "$actorc" --help
check 'help and --help say the same' cmp help out
for command in $(sed -n 's/^  \([a-z]*\) .*/\1/p' help); do
    run 0 "$actorc" help "$command"
    check "the help of $command" grep -q "^Usage: actorc \[*$command" out
    cp out help
    run 0 "$actorc" "$command" --help
    check "$command --help says the same" cmp help out
    check "the help of $command tells the statuses" grep -q '^Exit status: 0 ' out
done
run 2 "$actorc" help fnt
check 'a mistyped command of help' err_has "there is no command 'fnt'; did you mean 'fmt'?"
run 2 "$actorc" skelton a.actor
check 'a mistyped command' err_has "there is no command 'skelton'; did you mean 'skeleton'?"
run 0 "$actorc" skeleton a.actor
check 'a skeleton' grep -qF '#include "a.actor.h"' out
run 2 "$actorc" skeleton a.actor b.actor
check 'one skeleton at a time' err_has 'only one schema at a time'
run 0 "$actorc" skeleton --help
check 'the help of a command' grep -q '^Usage: actorc skeleton' out
run 0 "$actorc" build -o o a.actor
check 'the command build is the default' [ -e o/a.actor.h ]
run 0 "$actorc" --output=o2 a.actor
check 'long options' [ -e o2/a.actor.c ]
run 0 "$actorc" a.actor -o o3
check 'options behind files' [ -e o3/a.actor.c ]
run 0 "$actorc" --print-outputs -MD -o x/y/ a.actor b.actor
check 'outputs are listed' out_is 'x/y/a.actor.h
x/y/a.actor.c
x/y/a.actor.d
x/y/b.actor.h
x/y/b.actor.c
x/y/b.actor.d'
check 'and not written' [ ! -e x ]
run 0 "$actorc" --print-outputs a.actor missing.actor
check 'whether there are inputs or not' out_is 'a.actor.h
a.actor.c
missing.actor.h
missing.actor.c'

# ---- Wrong usage ------------------------------------------------------------------------------

run 2 "$actorc"
check 'no schema' err_has 'no schema given'
run 2 "$actorc" build
run 2 "$actorc" --nonsense a.actor
run 2 "$actorc" -o
run 2 "$actorc" -o '' a.actor
run 2 "$actorc" -MX a.actor
run 2 "$actorc" -Wnonsense a.actor
check 'an unknown warning' err_has "there is no warning 'nonsense'"
run 2 "$actorc" a.txt
check 'a name that is no schema' err_has 'ends with .actor'
run 2 "$actorc" .actor
run 2 "$actorc" 'a"b.actor'
check 'a name that #include cannot have' err_has 'one that #include can have'
mkdir -p d && cp a.actor d
run 2 "$actorc" -o o a.actor d/a.actor
check 'two inputs for one output' err_has "would both be written to 'o/a.actor.h'"

# Of each command that reads schemas.
for command in graph model doc skeleton; do
    run 2 "$actorc" $command
    check "$command: no schema" err_has 'no schema given'
    run 2 "$actorc" $command --nonsense a.actor
    check "$command: no such option" err_has "Try 'actorc $command --help'"
    run 2 "$actorc" $command -Wnonsense a.actor
    check "$command: no such warning" err_has "there is no warning 'nonsense'"
    run 2 "$actorc" $command --diagnostics=xml a.actor
    check "$command: no such form of diagnostics" err_has "'xml'"
    run 3 "$actorc" $command missing.actor
    check "$command: a file that is missing" err_has 'missing.actor: error: cannot read'
done
for command in fmt diff explain; do
    run 2 "$actorc" $command --nonsense
    check "$command: no such option" err_has "Try 'actorc $command --help'"
done
run 2 "$actorc" fmt --diagnostics=xml a.actor
check 'fmt: no such form of diagnostics' err_has "'xml'"
run 2 "$actorc" diff a.actor
check 'diff needs two' err_has 'actorc diff'
run 2 "$actorc" diff --format=xml a.actor b.actor
check 'diff: no such format' err_has "'xml'"
run 2 "$actorc" model a.actor b.actor
check 'one model at a time' err_has 'only one schema at a time'
run 2 "$actorc" graph --format=svg a.actor
check 'no such format of graphs' err_has "'svg'"
run 2 "$actorc" doc -o '' a.actor
check 'pages need a folder' err_has '-o needs a folder'
run 2 "$actorc" doc -o pages a.actor d/a.actor
check 'two pages of one name' err_has "would both be written to 'pages/a.html'"
run 2 "$actorc" doc -o pages/ a.actor d/a.actor
check 'and with a slash' err_has "would both be written to 'pages/a.html'"
mkdir -p taken/graph taken/pages/a.html && echo text >taken/file
run 3 "$actorc" graph -o taken/graph a.actor
check 'a graph where a folder is' err_has "cannot write 'taken/graph'"
run 3 "$actorc" graph -o taken/file/graph a.actor
check 'a graph in what is no folder' err_has "actorc: error: cannot"
run 3 "$actorc" doc -o taken/pages a.actor
check 'a page where a folder is' err_has "cannot write 'taken/pages/a.html'"
run 3 "$actorc" doc -o taken/file a.actor
check 'pages in what is no folder' err_has "actorc: error: cannot"
run 3 "$actorc" fmt -w missing.actor
check 'nothing to lay out' err_has 'missing.actor: error: cannot read'

# ---- Errors and warnings ----------------------------------------------------------------------

run 3 "$actorc" missing.actor
mkdir folder.actor
run 3 "$actorc" folder.actor
check 'a directory' err_has 'folder.actor: error: cannot read the file: it is a directory [E0001]'
mkfifo fifo.actor
run 1 timeout 10 "$actorc" fifo.actor
check 'a FIFO that nobody writes to' err_has 'fifo.actor: error: the file is empty [E0003]'
ln -s /dev/zero zero.actor
run 3 timeout 10 "$actorc" zero.actor
check 'a device' err_has 'zero.actor: error: cannot read the file: it is not a regular file [E0001]'
truncate -s 1G huge.actor
run 3 "$actorc" huge.actor
check 'a file past the limit is not read' err_has 'the file is larger than 16 MiB [E0001]'
rm huge.actor
run 0 "$actorc" -o w loop.actor
check 'a warning does not stop' [ -e w/loop.actor.h ]
check 'and is shown' err_has '[W0500, -Wtell-loop]'
run 1 "$actorc" -Werror -o w2 loop.actor
check 'unless it is an error' [ ! -e w2 ]
run 0 "$actorc" -Werror -Wno-tell-loop -o w2 loop.actor
check 'or is off' [ ! -s err ]
run 0 "$actorc" -Wclosed -Wno-closed -Wno-tell-loop -o w3 loop.actor
check 'the last one counts' [ ! -s err ]
check 'no colour where there is no terminal' sh -c "! '$actorc' -Werror loop.actor 2>&1 | grep -q '\[1;31m'"
if command -v script >/dev/null; then
    TERM=xterm script -qec "'$actorc' -Werror loop.actor" /dev/null >out 2>&1 </dev/null
    check 'colour on a terminal' grep -q '\[1;31m' out
    NO_COLOR=1 TERM=xterm script -qec "'$actorc' -Werror loop.actor" /dev/null >out 2>&1 </dev/null
    check 'but not with NO_COLOR' sh -c "! grep -q '\[1;31m' out"
fi
# Of each command that prints, with more than a buffer holds and with less.
cp "$schemas/language/in.actor" long.actor
sed 's/schema [a-z]*/&er/' long.actor >longer.actor
for command in --help --version help 'help build' 'fmt --help' explain 'explain E0411' \
    'graph a.actor' 'graph long.actor' 'graph --format json long.actor' 'graph --format mermaid long.actor' \
    'model a.actor' 'model long.actor' 'fmt a.actor' 'fmt long.actor' 'fmt -' 'skeleton a.actor' \
    'skeleton long.actor' 'diff long.actor longer.actor' 'diff -v a.actor b.actor'; do
    run 3 sh -c "'$actorc' $command <long.actor >/dev/full"
    check "$command: the output is full" err_has 'actorc: error: cannot write to the output'
    check "$command: it says so once" [ "$(wc -l <err)" -eq 1 ]
done
run 3 "$actorc" @/dev/zero
check 'no text of options' err_has "'@/dev/zero': more than 1048576 bytes of options"
echo '@self @self' >self
run 3 "$actorc" @self
check 'a file that names itself' err_has "'@self': more than 2000 files of options"
yes @self | head -n 200000 >self
run 3 "$actorc" @self
check 'and is long' err_has "'@self': more than 1048576 bytes of options"

# A sanitizer needs more address space than is left here.
if [ "$(nm "$actorc" 2>/dev/null | grep -cE '__asan_init|__tsan_init')" -eq 0 ]; then
    { echo 'schema large;'; seq -f 'message M%.0f { u32 a; string text; }' 60000; } >large.actor
    run 3 sh -c "ulimit -v 24000; exec '$actorc' -o large large.actor"
    check 'out of memory' err_has 'actorc: error: out of memory'
    check 'and nothing is written' [ ! -e large ]
fi

# ---- Depfiles ----------------------------------------------------------------------------------

mkdir 'with space' && cp a.actor 'with space/a$b#c.actor'
run 0 "$actorc" -MD -o 'out dir' 'with space/a$b#c.actor'
printf '%s\n' 'out\ dir/a$$b\#c.actor.h out\ dir/a$$b\#c.actor.c: with\ space/a$$b\#c.actor' '' \
    'with\ space/a$$b\#c.actor:' >wanted
check 'one beside the outputs' cmp wanted 'out dir/a$b#c.actor.d'
run 0 "$actorc" --depfile all.d -o deps a.actor b.actor
printf '%s\n' 'deps/a.actor.h deps/a.actor.c: a.actor' '' 'a.actor:' '' \
    'deps/b.actor.h deps/b.actor.c: b.actor' '' 'b.actor:' >wanted
check 'one for all' cmp wanted all.d
if command -v make >/dev/null; then
    cat >Makefile <<'END'
all: deps/a.actor.h
deps/a.actor.h:
	@echo rebuilt
-include all.d
END
    touch -d '2001-01-01' a.actor
    run 0 make -s
    check 'make sees that nothing changed' out_is ''
    touch -d '2100-01-01' a.actor
    run 0 make -s
    check 'make sees a newer schema' out_is 'rebuilt'
    rm a.actor
    run 0 make -s
    check 'make goes on without the schema' out_is 'rebuilt'
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
