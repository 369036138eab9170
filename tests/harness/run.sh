#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - the harness of `make bench` with programs that only say that they have measured something: one that
# is quick, one that is slow, and all the ways there are to fail.
# usage: tests/harness/run.sh BUILD/actorc
set -u

build=$(realpath "$(dirname "$1")") || exit 1
build_peers=$(realpath "$(dirname "$0")/../bench/build_peers.sh") || exit 1
harness=$build/tests/bench_harness
checks=$build/tests/harness
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
    fi
}

# has FILE PATTERN NAME, lacks FILE PATTERN NAME - whether a line of the file is like that.
has()
{
    grep -qE -e "$2" "$1"
    result $? "$3"
}

lacks()
{
    ! grep -qE -e "$2" "$1"
    result $? "$3"
}

# ---- Programs ----------------------------------------------------------------------------------

# program PATH - makes a program of the script on its input, which is told WORKLOAD COUNT WORKERS, and keeps
# a log of what it was told.
program()
{
    mkdir -p "$(dirname "$1")"
    {
        echo '#!/bin/sh'
        [ "$(basename "$1")" != run.sh ] || echo 'out=$1; shift'
        echo "echo '$1'" '"$@" 2>/dev/null >>'"'$work/log'"
        # In the unit of the workload, NS of time or of memory.
        echo 'answer() { case $1 in memory) echo "$1 $2 bytes" ;; ask) echo "$1 $2 ns 900" ;;
            *) echo "$1 $2 ns" ;; esac; }'
        cat
    } >"$1"
    chmod +x "$1"
}

# peer NAME - likewise, a peer that was built.
peer()
{
    program "recipes/$1/run.sh"
    mkdir -p "out/peers/$1"
}

for name in ping_pong counting ring create fork_join big chameneos many_to_one shop memory ask; do
    echo 'answer "$1" 50' | program "ours/$name"
done
cat >goals.txt <<'END'
# A goal that is reached, one that is not, and one with a p99.
ping-pong 60 ns  # ours takes 50
ring      40 ns
ask       0.6 us 20
END

# bench [OPTION...] - runs the harness; sets `status`.
bench()
{
    rm -f log
    "$harness" --ours ours --out out --recipes recipes --goals goals.txt "$@" >table 2>said </dev/null
    status=$?
}

# Whether the JSON is JSON, its values in the file `values`, and each drawing is a drawing.
check_files()
{
    local drawing bad=0
    "$checks/json_check" <out/results.json >values
    result $? "$1: results.json is JSON"
    for drawing in out/*.svg; do
        "$checks/xml_check" <"$drawing" || bad=1
    done
    result $bad "$1: the drawings are well-formed"
    cmp -s table out/results.txt
    result $? "$1: results.txt is the table"
    [ -z "$(find out -name '.*.tmp')" ]
    result $? "$1: nothing temporary is left"
}

# The checkers see what they are for.
for text in '{"a": 01}' '{"a": 1,}' '[1 2]' '{"a": nan}' '{a: 1}' '[1] x' '' '"a' '{"a": "\x"}'; do
    ! printf '%s' "$text" | "$checks/json_check" >/dev/null 2>&1
    result $? "no JSON: $text"
done
for text in '<a><b></a></b>' '<a>' '<a b=1/>' '<a b="1" b="2"/>' '<a>&</a>' '<a/><b/>' '<a x="nan"/>' ''; do
    ! printf '%s' "$text" | "$checks/xml_check" >/dev/null 2>&1
    result $? "no XML: $text"
done

# ---- Nobody else -------------------------------------------------------------------------------

bench --rounds 3
result $status 'without peers: ends well'
check_files 'without peers'
[ "$(grep -c ']\.system "actorc"' values)" -eq 22 ]
result $? 'without peers: ours has a row for each workload, with one worker and with two'
[ "$(grep -c 'ours/ping_pong ping-pong 20000000 2' log)" -eq 3 ]
result $? 'ours is told the workload, its own count and the workers, as often as there are rounds'
has table '^ask .*no peer was measured' 'without peers: the table says so'

# ---- All that can happen -----------------------------------------------------------------------

echo 'answer "$1" 100' | peer quick
echo 'answer "$1" 50000' | peer slow
echo 'answer "$1" 40' | peer ahead
echo 'echo "it broke" >&2; exit 3' | peer fails
echo 'echo "no such \"thing\" \\ here" >&2; exit 77' | peer cannot
echo 'echo "hello"' | peer babbles
echo 'kill -SEGV $$' | peer crashes
echo 'answer ring 10' | peer mixes_up
printf '%s\n' 'sleep 1000 & echo $! >'"$work/sleeper; wait" | peer hangs
printf '%s\n' 'sleep 1000 & echo $! >'"$work/daemon" 'answer "$1" 70' | peer leaves
printf '%s\n' 'n=$(cat '"$work/tries 2>/dev/null); echo \$((n + 1)) >$work/tries" \
    '[ "${n:-0}" -lt 6 ] && answer "$1" 80' | peer unsteady
echo 'exit 0' | program recipes/unbuilt/run.sh
echo 'exit 0' | peer broken
echo 'exit status 2: no compiler' >out/peers/broken.failed

bench --rounds 3 --workloads 'ping-pong,memory ask' --workers '2 1' --limit 2
result $status 'peers that fail are no failure'
check_files 'with peers'

has table '^> actorc +50\.0 +50\.0 +50\.0 +20,000,000 ' 'ours has a row, with its count'
has table '^  quick +100 +100 +100 +2\.00x +20,000,000 ' 'a quick peer does as much as ours'
has table '^  slow +50,000 .* 1,000x +40,000 ' 'a slow one what it does in two seconds'
has table '^  ahead +40\.0 .* 0\.800x .*<== ahead of us' 'who is ahead of us is marked'
has table '^  fails +not measured: exit status 3: it broke$' 'who fails says why'
has table '^  cannot +not measured: cannot: no such "thing" \\ here$' 'who cannot do it says why'
has table "^  babbles +not measured: answered 'hello', not 'memory VALUE bytes" 'who babbles is quoted'
has table '^  crashes +not measured: died of signal 11' 'who crashes has died'
has table "^  mixes_up +not measured: answered 'ring 10 ns'" 'the answer to another question is none'
has table '^  hangs +not measured: had not ended after 2 s, killed$' 'who hangs is killed'
has table '^  leaves +70\.0 ' 'who leaves something running is not waited for'
has table '^  unsteady +not measured: exit status 1$' 'who fails in one round is not measured'
has table '^  unbuilt +not measured: not built; make bench-peers does it$' 'who was not built says so'
has table '^  broken +not measured: not built: exit status 2: no compiler$' 'who could not be built says why'

has table '^ping-pong +ns +60 +50\.0  reached +ahead +40\.0 +0\.800x  <== BEHIND$' 'goal, and who is ahead'
has table '^ask +us +0\.6 / 20 +0\.050 / 0\.900  reached ' 'a goal with a p99'
has table '^memory +bytes +- +50\.0 ' 'no goal'
has table '^ping-pong +50\.0 ns .* 0\.800!' 'the matrix marks who is ahead'
has table '^2 workers: 2 of 2 goals reached; ahead of every peer in 0 of 3 workloads$' 'the conclusion'
has table '^CPU: within wall x workers .* in [0-9]+ of [0-9]+ rows$' 'CPU time was looked at'

row='^rows\[[0-9]+\]\.'
[ "$(sed -n 's/^rows\[0\]\.\([a-z0-9_]*\) .*/\1/p' values | tr '\n' ' ')" = \
    'workload system workers unit median p99 min max rounds cpu_s wall_s rss_bytes ' ]
result $? 'JSON: a row has what was agreed, and no more'
has values '^date "20[0-9-]{8}T[0-9:]{8}Z"$' 'JSON: the date'
has values '^machine ".* cores?, Linux ' 'JSON: the machine'
has values '^workers\[1\] 2$' 'JSON: the workers'
has values "${row}median 50000\$" 'JSON: a median'
has values "${row}p99 null\$" 'JSON: no p99'
has values "${row}p99 0\\.9\$" 'JSON: a p99'
has values '^missing\[[0-9]+\]\.why "cannot: no such \\"thing\\" \\\\ here"$' 'JSON: a reason'
[ "$(grep -cE '^missing\[[0-9]+\]\.system' values)" -eq $((9 * 3 * 2)) ]
result $? 'JSON: all that is missing is there'
has out/overview-2.svg '>0\.800× ahead<' 'drawing: the nearest peer'
has out/workloads.svg '>50,000<' 'drawing: a value'
lacks out/overview-2.svg '>fails<' 'drawing: who failed is not in it'

# In the last group, in each of its three rounds, one after the other.
[ "$(grep 'ask 200000 2' log | grep -oE 'ours|ahead|quick' | tail -n 9 | tr '\n' ' ')" = \
    'ours ahead quick ours ahead quick ours ahead quick ' ]
result $? 'systems take turns'

gone()
{
    ! kill -0 "$(cat "$1")" 2>/dev/null || [ "$(cut -d ' ' -f 3 "/proc/$(cat "$1")/stat")" = Z ]
}
gone sleeper
result $? 'what hung is gone with all that it had started'
gone daemon
result $? 'what was left running is gone'

# ---- Narrow runs -------------------------------------------------------------------------------

bench --quick --peers quick --workloads ring --workers 1
result $status 'a quick run ends well'
has table '^ring +ns +40 +50\.0  MISSED  ' 'a goal that was missed'
has table 'A quick run' 'a quick run says so'
[ "$(grep -c 'ring' log)" -eq "$(grep -cE ' ring 1?[0-9]{1,6} 1$' log)" ]
result $? 'a quick run is small'
lacks log 'slow' 'only the peer that was wanted'
bench --rounds 1 --peers slow --workloads ring --workers 1 --seconds 1
has table '^  slow +50,000 .* +20,000 ' 'a peer runs as long as is wanted'
bench --peers none --workloads ring
lacks log recipes 'PEERS=none is none'

echo 'answer "$1" 60; dd if=/dev/zero of=/dev/null bs="${2}k" count=1 2>/dev/null' | peer large
bench --rounds 1 --peers large --workloads memory --workers 1 --ram 60
has table '^  large +60\.0 .* [45][0-9],000 .* count limited by memory$' 'who takes much memory does less'

cat >series <<'END'
#!/bin/sh
echo '== series'
for x in 1000 10 100; do echo "series actors $x $((x * 3)) messages/s"; done
echo 'series payload<&"B"> 8 20 ns'
END
chmod +x series
bench --rounds 1 --peers none --workers 1 --series "$work/series"
result $status 'series are drawn'
check_files 'series'
has out/series.svg '>payload&lt;&amp;&quot;B&quot;&gt;<' 'each has a panel, whatever its name'
bench --rounds 1 --peers none --workers 1 --series /nowhere
[ $status -eq 1 ]
result $? 'a program of series that is not there is a failure'
bench --rounds 1 --peers none --workloads ring --series /nowhere
result $status 'without all workloads there are no series'

# ---- What goes wrong ---------------------------------------------------------------------------

echo 'echo "wrong sum" >&2; exit 1' | program ours/ring
bench --rounds 1 --peers quick
[ $status -eq 1 ]
result $? 'when ours fails the exit status is 1'
check_files 'when ours fails'
has table '^> actorc +not measured: exit status 1: wrong sum$' 'and the table says why'
has out/overview-2.svg '>not measured<' 'and so does the drawing'

rm ours/ring
bench --rounds 1 --peers none --workloads ring
has table '^> actorc +not measured: not built: there is no ring to run$' 'who of us is not there says so'

for wrong in '--rounds 0' '--seconds 0' '--rounds x' '--workloads pingpong' '--peers gone' '--workers 0' '--workers ,' \
    '--goals gone.txt' '--bogus' 'word' '--out /dev/null/x'; do
    # shellcheck disable=SC2086
    bench $wrong
    [ $status -eq 2 ] && [ -s said ] && [ ! -s table ]
    result $? "wrong: $wrong"
done
echo 'ring 40 bytes' >bad.txt
bench --goals bad.txt
grep -q '^bench: bad.txt:1: ' said
result $? 'a goal that cannot be understood is shown with its line'

cp out/results.json before.json
(
    trap '' XFSZ
    ulimit -f 0
    "$harness" --ours ours --out out --recipes recipes --goals goals.txt --workloads ask --rounds 1 \
        --peers none 2>&1 >/dev/null | cat
    exit "${PIPESTATUS[0]}"
) | grep -q 'cannot write out/results.json'
pipe=("${PIPESTATUS[@]}")
[ "${pipe[0]}" -eq 2 ] && [ "${pipe[1]}" -eq 0 ]
result $? 'a full disk is an error'
cmp -s before.json out/results.json && [ -z "$(find out -name '.*.tmp')" ]
result $? 'and leaves what was there'

printf '%s\n' 'sleep 1000 & echo $! >'"$work/sleeper; wait" | program ours/ask
for signal in INT TERM; do
    rm -f sleeper
    "$harness" --ours ours --out out --recipes recipes --goals goals.txt --workloads ask --limit 100 \
        --peers none >table 2>said &
    until [ -s sleeper ] || ! kill -0 $! 2>/dev/null; do :; done
    kill -$signal $!
    wait $!
    [ $? -eq $((128 + $(kill -l $signal))) ]
    result $? "SIG$signal is the exit status"
    gone sleeper
    result $? "SIG$signal ends what is running"
    has said 'interrupted, nothing was written' "SIG$signal is said"
    cmp -s before.json out/results.json
    result $? "SIG$signal leaves what was there"
done

# ---- Building peers ----------------------------------------------------------------------------

rm -rf recipes built
builder()
{
    mkdir -p "recipes/$1"
    printf '#!/bin/sh\n' | tee "recipes/$1/run.sh" >"recipes/$1/build.sh"
    cat >>"recipes/$1/build.sh"
    chmod +x "recipes/$1/run.sh" "recipes/$1/build.sh"
}
echo 'echo unused' | builder elsewhere
rm recipes/elsewhere/run.sh
echo 'echo "compiling"; exit 2' | builder a_bad
echo 'echo "no package here"; exit 77' | builder b_cannot
echo 'echo made >"$1/made"' | builder c_good
RECIPES=recipes "$build_peers" built >lines
[ $? -eq 1 ]
result $? 'peers: one that fails is seen in the exit status'
[ "$(wc -l <lines)" -eq 3 ]
result $? 'peers: a line for each'
has lines '^a_bad: exit status 2: compiling' 'peers: who fails'
has lines '^b_cannot: cannot be had here: no package here' 'peers: who cannot be had'
has lines '^c_good: built$' 'peers: who was built all the same'
[ -e built/c_good/made ] && [ ! -e built/c_good.failed ] && [ -s built/a_bad.failed ]
result $? 'peers: what was built is there, and why the others were not'
RECIPES=recipes "$build_peers" built b_cannot c_good >lines
result $? 'peers: one that cannot be had is no failure'
[ "$(wc -l <lines)" -eq 2 ]
result $? 'peers: only those that are wanted'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
