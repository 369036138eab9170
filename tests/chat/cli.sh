#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.sh - the command line of the chat: options, messages and exit status.
# usage: tests/chat/cli.sh BUILD/actorc
set -u

chat=$(dirname "$1")/chat
scratch=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill $server; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
out=$scratch/out
err=$scratch/err
passed=0
failed=0

count()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf -- '---- %s; it printed:\n' "$2"
        cat "$out" "$err"
    fi
}

# run STATUS ARGUMENT... - the chat must end with STATUS.
run()
{
    wanted=$1
    shift
    timeout 60 "$chat" "$@" >"$out" 2>"$err"
    status=$?
    [ $status -eq "$wanted" ]
    count $? "ended with $status, not $wanted: chat $*"
}

# expect FILE PATTERN... - FILE has a line that matches each PATTERN.
expect()
{
    file=$1
    shift
    for pattern; do
        grep -q -e "$pattern" "$file"
        count $? "no line matches $pattern"
    done
}

run 0 --help
expect "$out" '^usage: chat' '--port N' '--host HOST' '--allow-crash' 'Exit status: 0'
run 0 --version
expect "$out" '^chat (actorc) [0-9.]*$'
for bad in --port=65536 --port=-1 --port=http --port= --nothing more; do
    run 2 "$bad"
    expect "$err" "Try 'chat --help'"
done
run 1 --host nowhere.invalid
expect "$err" "^chat: no host 'nowhere.invalid': "
timeout 60 "$chat" --port 0 >/dev/full 2>"$err"
[ $? -eq 1 ]
count $? 'a full standard output is no failure'
expect "$err" 'cannot write to standard output: No space left on device'

# A port that is in use: it says which, once it has one.
mkfifo "$scratch/where"
"$chat" --port 0 >"$scratch/where" 2>"$err" &
server=$!
read -r where <"$scratch/where"
case $where in
    'listening on 127.0.0.1:'[1-9]*) count 0 '' ;;
    *) count 1 "it listens on '$where'" ;;
esac
run 1 --port "${where##*:}"
expect "$err" "^chat: cannot listen on port ${where##*:} of 127.0.0.1: Address already in use\$"
kill -INT $server
wait $server
count $? 'it did not end in order'
server=

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
