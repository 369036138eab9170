#!/bin/bash
# SPDX-License-Identifier: MIT
# mutants.sh - each promise of the runtime, with what keeps it disabled: the test that proves the
# promise has to fail then. What is changed is a copy of the tree. The table of actorc(3), under
# PROMISES, names the same tests.
# usage: tests/long/mutants.sh BUILD/actorc [TEXT]      only those with this text in their name
set -u

only=${2-}

cd "$(dirname "$0")/../.." || exit 1
tree=$PWD
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree" || exit 1
for part in Makefile actorc runtime schemas examples tests; do
    cp -R "$tree/$part" "$work/tree/" || exit 1
done
cd "$work/tree" || exit 1
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

# replaced FILE - prints it with the one line that has $before made to have $after.
replaced()
{
    awk 'index($0, ENVIRON["before"]) > 0 {
             at = index($0, ENVIRON["before"])
             $0 = substr($0, 1, at - 1) ENVIRON["after"] substr($0, at + length(ENVIRON["before"]))
             n++
         }
         { print }
         END { exit n != 1 }' "$1"
}

# The suite of simulations, as a test: no seed repeats its run.
simulations_fail()
{
    if ! make -s all build/debug/tests/sim/{shop,oversell,broken,overload} >build.log 2>&1; then
        grep -E -m3 'error' build.log
        return 2
    fi
    ! SEEDS=200 TIMES=5 tests/sim/run.sh build/debug/actorc >test.log 2>&1 &&
        grep -q '^FAIL a seed has the same history' test.log
}

# fails TEST - builds it and runs it; true if it fails, and not for want of a build.
fails()
{
    if [ "$1" = tests/sim ]; then
        simulations_fail
        return
    fi
    if ! make -s "build/debug/tests/run/$1" >build.log 2>&1; then
        grep -E -m3 'error' build.log
        return 2
    fi
    # A shell says so on its own when a test is killed.
    ! { CHAOS_SEEDS=2 STORM_SEEDS=2 timeout -s KILL 20 "build/debug/tests/run/$1" >test.log 2>&1; } 2>/dev/null
}

# Whether a test passes as long as nothing is disabled, and in that time; one that does not proves nothing.
declare -A sound
is_sound()
{
    if [ -z "${sound[$1]-}" ]; then
        sound[$1]=yes
        fails "$1" && sound[$1]=no
    fi
    [ "${sound[$1]}" = yes ]
}

# disabled PROMISE TEST FILE BEFORE AFTER - without this mechanism the test fails.
disabled()
{
    case $1 in *"$only"*) ;; *) return ;; esac
    if ! is_sound "$2"; then
        result 1 "$1: $2 passes as it is"
        return
    fi
    export before=$4 after=$5
    cp "$3" original || exit 1
    if replaced original >"$3"; then
        fails "$2"
        result $? "$1: $2 notices it ($3)"
    else
        result 1 "$1: '$4' stands in one line of $3"
    fi
    # Not renamed: make has to see that it is another.
    cp original "$3" || exit 1
}

for test in tests/run/test_*.c; do
    tests="${tests-} build/debug/tests/run/$(basename "$test" .c)"
done
# shellcheck disable=SC2086
[ -n "$only" ] || make -s $tests >build.log 2>&1 || { tail -5 build.log; exit 1; }

disabled '1 one message at a time' test_chaos runtime/local.h \
    'if ((c->flags & CELL_SCHEDULED) == 0) {' 'if (true) {'
disabled '2 messages of one sender keep their order' test_messages runtime/send.c \
    'if (RT_UNLIKELY(mailbox_has_inbox(&c->mb))) {' 'if (c == NULL) {'
disabled '2 urgent messages overtake' test_messages runtime/mailbox.c \
    'queue_push(&mb->lanes[class->urgent ? LANE_URGENT : LANE_NORMAL], m);' 'queue_push(&mb->lanes[LANE_NORMAL], m);'
disabled '3 a tell copies' test_messages runtime/layout.c \
    's.data = take(c, s.data, s.len, false);' '(void)take(c, s.data, s.len, false);'
disabled '3 what is kept stays' test_keep runtime/hold.c \
    'h->msg->pool_class = MSG_EMBEDDED;' ''
disabled '4 nothing is lost silently: dead letters' test_endings runtime/send.c \
    'tally(l, &local_counts(l, m->type, m->index)->dead);' ''
disabled '4 nothing is lost silently: refused tells' test_admission runtime/compose.c \
    'tally(l, &n->dropped[ACTOR_ERR_REFUSED]);' ''
disabled '5 an ask ends: no answer' test_ask_ends runtime/life.c \
    'tx_end(l, ACTOR_ERR_NO_ANSWER);' 'l->tx.cell = NULL;'
disabled '5 an ask ends: its actor fails' test_ask_ends runtime/life.c \
    'tx_end(l, ACTOR_ERR_FAILED);' 'l->tx.cell = NULL;'
disabled '5 an ask ends: its timer' test_ask_ends runtime/tx.c \
    'wheel_set(&l->wheel, &a->timer, a->deadline);' ''
disabled '5 an ask ends once' test_fan_out runtime/run.c \
    'carried->hold = carried->hold == HOLD_CARRIED ? HOLD_QUEUED : carried->hold;' 'carried->hold = HOLD_QUEUED;'
disabled '5 an ask of a dropped request ends' test_ask_ends runtime/send.c \
    'send_end_call_error(l, msg_ask(m), reason);' ''
disabled '5 an ask ends: its mode does not know it' test_modes runtime/behaviour.c \
    'send_dead(l, m, ACTOR_ERR_UNHANDLED);' 'send_bury(l, m, ACTOR_ERR_UNHANDLED);'
disabled '5 an ask ends: its call was kept' test_ask_ends runtime/life.c 'end_kept_calls(l, c, err);' ''
disabled '5 an ask ends: its callback' test_futures runtime/futures.c \
    'wheel_set(&fs->wheel, &future->timer, future->ask->deadline);' ''
disabled '5 a call that is handed on is another' test_delegates runtime/tx.c 'ask_rename(a);' ''
disabled '5 asks of one life do not reach the next' test_restarts runtime/life.c 'abandon_asks(l, c, err);' ''
disabled '6 a deadline travels' test_asks runtime/handler.c \
    'rt_min_i64(deadline, carried->deadline)' 'deadline'
disabled '6 what has expired is not handled' test_asks runtime/run.c \
    'if (RT_UNLIKELY(expired(l, a))) {' 'if (RT_UNLIKELY(expired(l, a)) && l == NULL) {'
disabled '7 a stale reference reaches nobody' test_references runtime/life.c \
    'uint32_t gen = load_rlx(&c->gen) + 1;' 'uint32_t gen = load_rlx(&c->gen);'
disabled '7 a restart keeps the reference' test_restarts runtime/life.c \
    'bool keep = (c->flags & CELL_KEEPS_SLOT) != 0;' 'bool keep = false;'
disabled '8 a crash hurts one actor' test_crash runtime/system.c \
    'if (!system->shared.config.crashes_end_process' 'if (false && !system->shared.config.crashes_end_process'
disabled '8 a crash leaves nothing behind' test_riot runtime/life.c 'destroy_owned(l, c);' ''
disabled '8 a crash in a hook is none of the handler' test_riot runtime/contain.c '!l->in_callback' 'true'
disabled '8 a crash elsewhere ends the process' test_crash runtime/contain.c \
    'if (is_application(r.pc)) {' 'if (r.pc != 0) {'
disabled '8 all are restarted for one' test_supervision runtime/family.c \
    'strategy == ACTOR_ALL_FOR_ONE ? f->children.next : failed->link.next;' 'failed->link.next;'
disabled '8 pauses between restarts grow' test_restarts runtime/family.c 'child->attempts++;' 'child->attempts = 1;'
disabled '8 who takes too long is reported' test_watchdog runtime/watchdog.c \
    'log_slow(w, l, k->age_ns, answered, "");' ';'
disabled '9 children stop before their parents' test_endings runtime/family.c \
    'if (!f->swept) {' 'return true; if (!f->swept) {'
disabled '9 a stop has a deadline' test_endings runtime/system.c 'step_from_outside(system, &system->steps[1]);' ''
disabled '9 roots stop last first' test_endings runtime/system.c \
    'for (struct list *n = system->roots.prev; n != &system->roots; n = n->prev) {' \
    'for (struct list *n = system->roots.next; n != &system->roots; n = n->next) {'
disabled '9 a stop waits for what is queued' test_endings runtime/event.c \
    'if (kind == EVENT_STOP || kind == EVENT_ENDED) {' 'if (kind == EVENT_ENDED) {'
disabled 'transactions: a failing handler sends nothing' test_transactions runtime/life.c \
    'tx_abort(l);' 'tx_commit(l);'
disabled 'transactions: its state is put back' test_state runtime/life.c \
    'put_state_back(l->tx.cell);' ''
disabled 'transactions: its children are not started' test_transactions runtime/handler.c \
    's->entry.abort = abort_spawn;' 's->entry.abort = commit_spawn;'
disabled 'admission: a full mailbox refuses' test_admission runtime/mailbox.c \
    'if ((uint32_t)now >= limit) {' 'if ((uint32_t)now > limit) {'
disabled 'admission: reserved places' test_reserve runtime/mailbox.c \
    'gen, info->mailbox - info->reserved, more' 'gen, info->mailbox, more'
disabled 'admission: a sender waits for room' test_throttle runtime/life.c \
    'throttle_commit(l);' ''
disabled 'modes: what is stashed comes first' test_modes runtime/mailbox.c \
    'm = take_released(mb, info);' 'm = NULL;'
disabled 'modes: a change looks at what is stashed' test_modes runtime/behaviour.c \
    'behaviour_unstash(l, c);' ''
disabled 'time: a cancelled timer does not arrive' test_timers runtime/run.c \
    'if (a->state == ALARM_CANCELLED) {' 'if (false) {'
disabled 'time: timers end with their actor' test_timers runtime/alarm.c \
    'alarm_cancel(l, c, i);' ''
disabled 'watches: an end is told' test_watch runtime/life.c \
    'watch_tell_all(l, &c->watchers, why);' ''
disabled 'supervision: too many restarts escalate' test_restarts runtime/family.c \
    'if (!restart_allowed(l, c)) {' 'if (!restart_allowed(l, c) && c == NULL) {'
disabled 'exclusive asks shut their asker' test_exclusive runtime/tx.c \
    'l->tx.cell->mb.exclusive += a->exclusive ? 1 : 0;' ''
disabled 'names end with their actor' test_names runtime/life.c \
    'names_drop_all(l->shared->names, c);' ''
disabled 'names: one taken again stays' test_names runtime/naming.c 'e->drops && !is_taken_again(l, e->text)' 'e->drops'
disabled 'time: a watch that was taken back brings nothing' test_fds runtime/alarm.c \
    'a->state = ALARM_CANCELLED; /* it is' '/* it is'
disabled 'memory: supervision goes on without' test_memory runtime/event.c \
    'e = find_block(l, &class);' ''
disabled '10 a seed repeats its run' tests/sim runtime/sim/choice.c 'stream.rng.state = seed;' \
    'stream.rng.state = seed + (uint64_t)(uintptr_t)&stream;'
disabled 'memory goes back after a burst' test_burst runtime/watchdog.c '(void)depot_trim(&s->depot);' ';'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
