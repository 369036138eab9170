/* SPDX-License-Identifier: MIT */
/*
 * Every construct that holds messages back, at random and all at once: modes, stashes, throttled
 * mailboxes, exclusive asks, delegated and shared calls, pools, timers, descriptors, watches; with
 * failures, crashes, restarts, stops and kills in between. At the end nothing is left waiting, every ask has
 * ended once, the ledger adds up, and memory is what it was half-way.
 *
 * STORM_SEED, STORM_SEEDS and STORM_STEPS in the environment say from which seed, how many and how
 * much of it. A seed gives the same deeds, though not the same schedule.
 */
#include "dice.h"
#include "ordeal.h"
#include "resident.h"
#include "storm.actor.h"
#include "ways.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define A_TICK "storm.Tick"

enum { DRIVERS = 2, SEEDS = 3, KEPT = 3, ROOM = 32, CROWD = 3 };

struct storm {
    actor_system *system;
    uint64_t seed;
    uint64_t steps;
    pthread_mutex_t lock;
    storm_moody_ref moodies[ROOM]; /* [L:lock] */
    uint32_t moody_count;          /* [L:lock] those that are always there */
    storm_mayfly_ref mayflies[ROOM];
    storm_strait_ref strait;
    storm_narrows_ref narrows;
    storm_store_ref stores;
    atomic_uint_fast64_t turns;
    atomic_uint_fast64_t asked; /* by handlers that have returned well; see noted() */
    atomic_uint_fast64_t continuations;
    atomic_uint_fast64_t failures;
    atomic_uint_fast64_t starts;
    atomic_uint_fast64_t ends; /* that were seen by watchers */
};

static struct storm the_storm;

/* ---- Memory ---------------------------------------------------------------------------------- */

/* One in so many allocations fails; 0 = none. */
static _Atomic uint64_t fault_rate;
static atomic_uint_fast64_t allocations;

#ifdef RT_FAULTS
extern bool (*actor__fault)(void);

static bool fail_sometimes(void)
{
    uint64_t rate = atomic_load(&fault_rate);
    if (rate == 0) {
        return false;
    }
    uint64_t z = atomic_fetch_add(&allocations, 1) * UINT64_C(0x9e3779b97f4a7c15);
    return ((z ^ (z >> 29)) * UINT64_C(0xbf58476d1ce4e5b9) >> 32) % rate == 0;
}
#endif

/* True if what failed may have failed for want of memory. */
static bool excused(actor_err err)
{
    return err == ACTOR_ERR_NO_MEMORY && atomic_load(&allocations) > 0;
}

/* ---- Dice ------------------------------------------------------------------------------------ */

static uint64_t fresh_dice(struct storm *storm)
{
    uint64_t dice = storm->seed * 1000003 + atomic_fetch_add(&storm->turns, 1);
    return roll(&dice);
}

static storm_moody_ref some_moody(struct storm *storm, uint64_t *dice)
{
    pthread_mutex_lock(&storm->lock);
    storm_moody_ref ref = storm->moodies[roll(dice) % storm->moody_count];
    pthread_mutex_unlock(&storm->lock);
    return ref;
}

static storm_mayfly_ref some_mayfly(struct storm *storm, uint64_t *dice)
{
    pthread_mutex_lock(&storm->lock);
    storm_mayfly_ref ref = storm->mayflies[roll(dice) % ROOM];
    pthread_mutex_unlock(&storm->lock);
    return ref;
}

/* Every fourth time by a crash, where that is contained. */
static actor_result have_failed(struct storm *storm, const void *self)
{
    if (atomic_fetch_add(&storm->failures, 1) % 4 == 0) {
        die(SIGNALS_ARE_CONTAINED      ? CRASH_WAY_NULL_WRITE
                : DEATHS_ARE_CONTAINED ? CRASH_WAY_ABORT
                                       : CRASH_WAY_FAIL,
                NULL, 0);
    }
    return actor_fail(self, "out of a whim");
}

static void check_tell(actor_err err)
{
    expect(err == ACTOR_OK || err == ACTOR_ERR_REFUSED || excused(err),
            "a tell ended strangely");
}

/* ---- Calls ----------------------------------------------------------------------------------- */

/* Ends a call that may have ended long ago. */
static void end_call(storm_dare_call call, uint64_t *dice)
{
    actor_err err = one_in(dice, 4) ? storm_dare_fail(call, ACTOR_ERR_UNHANDLED)
                                    : storm_dare_answer_done(call, &(storm_done){ 1 });
    expect(err == ACTOR_OK || err == ACTOR_ERR_GONE || excused(err), "a call ended strangely");
}

static void check_end(struct storm *storm, int kind, actor_err err)
{
    atomic_fetch_add(&storm->continuations, 1);
    expect(kind != 0 ? err == ACTOR_OK
                     : err == ACTOR_ERR_TIMEOUT || err == ACTOR_ERR_STOPPED ||
                               err == ACTOR_ERR_FAILED || err == ACTOR_ERR_REFUSED ||
                               err == ACTOR_ERR_NO_ANSWER || err == ACTOR_ERR_UNHANDLED ||
                               err == ACTOR_ERR_SHUTDOWN || excused(err),
            "an ask ended strangely");
}

/* ---- Moody ----------------------------------------------------------------------------------- */

struct storm_moody {
    struct storm *storm;
    uint32_t id;
    storm_moody_ref next;
    storm_strait_ref strait;
    storm_store_ref stores;
    storm_dare_call kept[KEPT];
    uint32_t exclusive; /* asks that shut this actor, in this life */
    const void *note;   /* a message that it keeps */
};
ACTOR_STATE(storm_moody);

actor_result storm_moody_at_start(storm_moody *self, const storm_moody_args *args)
{
    uint64_t dice = fresh_dice(args->storm);
    self->storm = args->storm;
    self->id = args->id;
    self->next = args->next;
    self->strait = args->strait;
    self->stores = args->stores;
    atomic_fetch_add(&self->storm->starts, 1);
    (void)storm_moody_watch_moody(self, args->next);
    return one_in(&dice, 12) ? have_failed(self->storm, self) : ACTOR_CONTINUE;
}

void storm_moody_at_stop(storm_moody *self)
{
    uint64_t dice = fresh_dice(self->storm);
    end_call(self->kept[roll(&dice) % KEPT], &dice);
    check_tell(storm_moody_tell_moody_poke(self, self->next, &(storm_poke){ 0 }));
}

static void fetch(storm_moody *self, uint64_t *dice)
{
    storm_fetch msg = { .dice = roll(dice) };
    self->exclusive++;
    if (one_in(dice, 3)) {
        storm_moody_ask_fetch_long(self, self->stores, &msg);
    } else {
        storm_moody_ask_fetch(self, self->stores, &msg, &(storm_bell){ .dice = msg.dice });
    }
}

static void spawn_mayfly(storm_moody *self, uint64_t *dice)
{
    struct storm *storm = self->storm;
    storm_mayfly_ref ref;
    storm_mayfly_args args = {
        .storm = storm, .id = self->id, .strait = self->strait, .narrows = storm->narrows
    };
    actor_err err = storm_moody_spawn_mayfly(self, &args, &ref);
    expect(err == ACTOR_OK || err == ACTOR_ERR_LIMIT || err == ACTOR_ERR_SHUTDOWN ||
                    excused(err),
            "a spawn ended strangely");
    if (err == ACTOR_OK) {
        (void)storm_moody_watch_mayfly(self, ref);
        pthread_mutex_lock(&storm->lock);
        storm->mayflies[roll(dice) % ROOM] = ref;
        pthread_mutex_unlock(&storm->lock);
    }
}

static void end_mayfly(struct storm *storm, uint64_t *dice)
{
    storm_mayfly_ref ref = some_mayfly(storm, dice);
    actor_err err = one_in(dice, 2) ? storm_mayfly_kill(storm->system, ref)
                                    : storm_mayfly_stop(storm->system, ref);
    expect(err == ACTOR_OK || err == ACTOR_ERR_STOPPED, "an end ended strangely");
}

/* Does one thing. */
static actor_result act(storm_moody *self, uint32_t fuel, uint64_t *dice)
{
    struct storm *storm = self->storm;
    storm_poke poke = { .fuel = fuel, .dice = roll(dice) };
    switch (roll(dice) % 14) {
    case 0: spawn_mayfly(self, dice); break;
    case 1: end_mayfly(storm, dice); break;
    case 2: fetch(self, dice); break;
    case 3:
        fetch(self, dice);
        fetch(self, dice);
        break;
    case 4:
        for (int i = 0; i < 12; i++) {
            check_tell(storm_moody_tell_strait_poke(self, self->strait, &poke));
        }
        break;
    case 5:
        check_tell(storm_moody_tell_strait_poke(self, self->strait, &poke));
        fetch(self, dice);
        break;
    case 6:
        if (one_in(dice, 3)) {
            return have_failed(storm, self);
        }
        break;
    case 7:
        expect(actor_flush(self) == ACTOR_OK, "no flush");
        check_tell(storm_moody_tell_strait_poke(self, self->strait, &poke));
        break;
    case 8:
        (void)storm_moody_start_bell(self, (actor_duration)(roll(dice) % 2000000),
                &(storm_bell){ .dice = poke.dice });
        break;
    case 9: (void)storm_moody_cancel_bell(self); break;
    case 10: /* and start again: without ticks it might sleep for ever */
        (void)storm_moody_cancel_tick(self);
        if (storm_moody_start_tick(self) != ACTOR_OK) {
            return have_failed(storm, self);
        }
        break;
    case 11: end_call(self->kept[roll(dice) % KEPT], dice); break;
    case 12: (void)storm_moody_unwatch_mayfly(self, some_mayfly(storm, dice)); break;
    default:
        check_tell(storm_moody_tell_moody_poke(self, some_moody(storm, dice), &poke));
        break;
    }
    return ACTOR_CONTINUE;
}

static actor_result act_twice(storm_moody *self, uint32_t fuel, uint64_t *dice)
{
    actor_result r = ACTOR_CONTINUE;
    for (int i = 0; i < 2 && fuel > 0 && r == ACTOR_CONTINUE; i++) {
        r = act(self, fuel - 1, dice);
    }
    return r;
}

actor_result storm_moody_on_poke(storm_moody *self, const storm_poke *msg)
{
    (void)self;
    (void)msg;
    return actor_fail(self, "in no mode is this its handler");
}

actor_result storm_moody_awake_on_poke(storm_moody *self, const storm_poke *msg)
{
    uint64_t dice = msg->dice;
    if (one_in(&dice, 6)) {
        actor_err err = storm_moody_become_asleep(self);
        expect(err == ACTOR_OK || excused(err), "no sleep");
        (void)storm_moody_start_bell(self, 200000, &(storm_bell){ .dice = roll(&dice) });
    }
    if (one_in(&dice, 8) && self->note == NULL) {
        self->note = actor_message_keep(self, msg) == ACTOR_OK ? msg : NULL;
        actor_result r = act_twice(self, msg->fuel, &dice);
        if (r == ACTOR_FAILED) {
            self->note = NULL;
        }
        return r;
    }
    return act_twice(self, msg->fuel, &dice);
}

actor_result storm_moody_on_bell(storm_moody *self, const storm_bell *msg)
{
    uint64_t dice = msg->dice;
    return act_twice(self, 1, &dice);
}

actor_result storm_moody_asleep_on_bell(storm_moody *self, const storm_bell *msg)
{
    uint64_t dice = msg->dice;
    actor_err err = storm_moody_become_awake(self);
    expect(err == ACTOR_OK || excused(err), "no awakening");
    return act_twice(self, 1, &dice);
}

actor_result storm_moody_on_tick(storm_moody *self, const storm_tick *msg)
{
    (void)msg;
    uint64_t dice = fresh_dice(self->storm);
    if (self->note != NULL && one_in(&dice, 4)) {
        actor_err err = actor_message_release(self, self->note);
        expect(err == ACTOR_OK || excused(err), "a note could not be released");
        self->note = err == ACTOR_OK ? NULL : self->note;
    }
    /* Whatever has become of its bell, it does not sleep for ever. */
    (void)storm_moody_become_awake(self);
    return ACTOR_CONTINUE;
}

static void see_to_call(storm_moody *self, storm_dare_call call, uint32_t fuel, uint64_t *dice)
{
    struct storm *storm = self->storm;
    storm_dare dare = { .fuel = fuel, .dice = roll(dice) };
    actor_err err = ACTOR_OK;
    switch (roll(dice) % 8) {
    case 0: break;
    case 1:
        err = storm_dare_keep(call);
        self->kept[roll(dice) % KEPT] = call;
        break;
    case 2:
        err = storm_moody_delegate_moody_dare(self, call, some_moody(storm, dice), &dare);
        break;
    case 3: err = storm_moody_delegate_strait_dare(self, call, self->strait, &dare); break;
    case 4:
        for (uint64_t i = 1 + roll(dice) % 3; i > 0; i--) {
            storm_moody_ask_relay(self, call, some_moody(storm, dice), &dare);
        }
        break;
    case 5: storm_moody_ask_squeeze(self, call, self->strait, &dare); break;
    default: end_call(call, dice); break;
    }
    expect(err == ACTOR_OK || err == ACTOR_ERR_GONE || err == ACTOR_ERR_REFUSED || excused(err),
            "something strange was done to a call");
}

actor_result storm_moody_on_dare(storm_moody *self, const storm_dare *msg, storm_dare_call call)
{
    uint64_t dice = msg->dice;
    if (msg->fuel == 0) {
        end_call(call, &dice);
        return ACTOR_CONTINUE;
    }
    see_to_call(self, call, msg->fuel - 1, &dice);
    if (one_in(&dice, 5)) {
        (void)storm_moody_become_asleep(self);
    }
    return act_twice(self, msg->fuel, &dice);
}

static actor_result go_on(
        storm_moody *self, const storm_dare_reply *reply, storm_dare_call call)
{
    uint64_t dice = fresh_dice(self->storm);
    check_end(self->storm, (int)reply->kind, reply->error);
    if (!one_in(&dice, 4)) {
        end_call(call, &dice);
    }
    return one_in(&dice, 40) ? have_failed(self->storm, self) : ACTOR_CONTINUE;
}

actor_result storm_moody_got_relay(
        storm_moody *self, const storm_dare_reply *reply, storm_dare_call call)
{
    return go_on(self, reply, call);
}

actor_result storm_moody_got_squeeze(
        storm_moody *self, const storm_dare_reply *reply, storm_dare_call call)
{
    return go_on(self, reply, call);
}

static actor_result have_fetched(storm_moody *self, const storm_fetch_reply *reply)
{
    uint64_t dice = fresh_dice(self->storm);
    check_end(self->storm, (int)reply->kind, reply->error);
    expect(self->exclusive > 0, "an exclusive ask has ended twice");
    self->exclusive--;
    if (one_in(&dice, 8)) {
        fetch(self, &dice);
    }
    return one_in(&dice, 40) ? have_failed(self->storm, self) : ACTOR_CONTINUE;
}

actor_result storm_moody_got_fetch(
        storm_moody *self, const storm_fetch_reply *reply, const storm_bell *context)
{
    expect(context != NULL || excused(reply->error), "a context was lost");
    return have_fetched(self, reply);
}

actor_result storm_moody_got_fetch_long(storm_moody *self, const storm_fetch_reply *reply)
{
    return have_fetched(self, reply);
}

/* While it is shut nobody's end is heard. */
static actor_result have_seen(storm_moody *self)
{
    atomic_fetch_add(&self->storm->ends, 1);
    expect(self->exclusive == 0, "an end was seen while the actor was shut");
    return ACTOR_CONTINUE;
}

actor_result storm_moody_saw_mayfly_stop(storm_moody *self, storm_mayfly_ref ref, actor_err why)
{
    (void)ref;
    (void)why;
    return have_seen(self);
}

actor_result storm_moody_saw_moody_stop(storm_moody *self, storm_moody_ref ref, actor_err why)
{
    (void)ref;
    (void)why;
    return have_seen(self);
}

/* ---- The narrow ones --------------------------------------------------------------------------- */

struct storm_strait {
    struct storm *storm;
    storm_store_ref stores;
    uint32_t exclusive;
};
ACTOR_STATE(storm_strait);

actor_result storm_strait_at_start(storm_strait *self, const storm_strait_args *args)
{
    self->storm = args->storm;
    self->stores = args->stores;
    return ACTOR_CONTINUE;
}

actor_result storm_strait_on_poke(storm_strait *self, const storm_poke *msg)
{
    uint64_t dice = msg->dice;
    expect(self->exclusive == 0, "a strait was not shut");
    if (one_in(&dice, 4)) {
        self->exclusive++;
        storm_strait_ask_fetch(self, self->stores, &(storm_fetch){ .dice = roll(&dice) });
    }
    return one_in(&dice, 60) ? have_failed(self->storm, self) : ACTOR_CONTINUE;
}

actor_result storm_strait_on_dare(
        storm_strait *self, const storm_dare *msg, storm_dare_call call)
{
    uint64_t dice = msg->dice;
    if (one_in(&dice, 2)) {
        storm_strait_ask_look(self, call, self->stores, &(storm_fetch){ .dice = roll(&dice) });
    } else {
        end_call(call, &dice);
    }
    return ACTOR_CONTINUE;
}

actor_result storm_strait_got_look(
        storm_strait *self, const storm_fetch_reply *reply, storm_dare_call call)
{
    uint64_t dice = fresh_dice(self->storm);
    check_end(self->storm, (int)reply->kind, reply->error);
    end_call(call, &dice);
    return ACTOR_CONTINUE;
}

actor_result storm_strait_got_fetch(storm_strait *self, const storm_fetch_reply *reply)
{
    check_end(self->storm, (int)reply->kind, reply->error);
    self->exclusive--;
    return ACTOR_CONTINUE;
}

struct storm_narrows {
    struct storm *storm;
    storm_store_ref stores;
    uint32_t exclusive;
};
ACTOR_STATE(storm_narrows);

actor_result storm_narrows_at_start(storm_narrows *self, const storm_narrows_args *args)
{
    self->storm = args->storm;
    self->stores = args->stores;
    return ACTOR_CONTINUE;
}

actor_result storm_narrows_on_poke(storm_narrows *self, const storm_poke *msg)
{
    uint64_t dice = msg->dice;
    expect(self->exclusive == 0, "the narrows were not shut");
    if (one_in(&dice, 3)) {
        self->exclusive++;
        storm_narrows_ask_fetch(self, self->stores, &(storm_fetch){ .dice = roll(&dice) });
    }
    return one_in(&dice, 60) ? have_failed(self->storm, self) : ACTOR_CONTINUE;
}

actor_result storm_narrows_got_fetch(storm_narrows *self, const storm_fetch_reply *reply)
{
    check_end(self->storm, (int)reply->kind, reply->error);
    self->exclusive--;
    return ACTOR_CONTINUE;
}

actor_result storm_narrows_open_on_dare(
        storm_narrows *self, const storm_dare *msg, storm_dare_call call)
{
    uint64_t dice = msg->dice;
    end_call(call, &dice);
    (void)storm_narrows_become_shut(self);
    return ACTOR_CONTINUE;
}

actor_result storm_narrows_shut_on_tick(storm_narrows *self, const storm_tick *msg)
{
    (void)msg;
    (void)storm_narrows_become_open(self);
    return ACTOR_CONTINUE;
}

/* ---- Stores ------------------------------------------------------------------------------------ */

struct storm_store {
    struct storm *storm;
    storm_fetch_call kept;
    int pipe[2];
};
ACTOR_STATE(storm_store);

static void close_pipe(void *resource)
{
    int *pipe = resource;
    (void)close(pipe[0]);
    (void)close(pipe[1]);
}

actor_result storm_store_at_start(storm_store *self, const storm_store_args *args)
{
    self->storm = args->storm;
    if (pipe(self->pipe) != 0 || actor_own(self, self->pipe, close_pipe) != ACTOR_OK) {
        return actor_fail(self, "no pipe");
    }
    return storm_store_watch_ready(self, self->pipe[0], ACTOR_FD_READ) == ACTOR_OK
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "the pipe is not watched");
}

static void answer_kept(storm_store *self)
{
    (void)storm_fetch_answer_done(self->kept, &(storm_done){ 2 });
}

/* Now, from a timer, when a pipe has something to read, or never. */
actor_result storm_store_on_fetch(
        storm_store *self, const storm_fetch *msg, storm_fetch_call call)
{
    uint64_t dice = msg->dice;
    switch (roll(&dice) % 12) {
    case 0: break;
    case 1:
        answer_kept(self);
        self->kept = call;
        (void)storm_fetch_keep(call);
        (void)storm_store_start_bell(
                self, (actor_duration)(roll(&dice) % 500000), &(storm_bell){ 0 });
        break;
    case 2:
        answer_kept(self);
        self->kept = call;
        (void)storm_fetch_keep(call);
        expect(write(self->pipe[1], "x", 1) == 1, "a full pipe");
        break;
    case 3:
        if (one_in(&dice, 6)) {
            return have_failed(self->storm, self);
        }
        break;
    default: storm_fetch_answer_done(call, &(storm_done){ 3 }); break;
    }
    return ACTOR_CONTINUE;
}

actor_result storm_store_on_bell(storm_store *self, const storm_bell *msg)
{
    (void)msg;
    answer_kept(self);
    return ACTOR_CONTINUE;
}

actor_result storm_store_on_ready(storm_store *self, const storm_ready *msg)
{
    char c;
    expect((msg->events & ACTOR_FD_ERROR) == 0, "an error of a pipe");
    expect(read(self->pipe[0], &c, 1) == 1, "an empty pipe was ready");
    answer_kept(self);
    return ACTOR_CONTINUE;
}

/* ---- Mayflies ---------------------------------------------------------------------------------- */

struct storm_mayfly {
    struct storm *storm;
    storm_strait_ref strait;
    storm_narrows_ref narrows;
};
ACTOR_STATE(storm_mayfly);

static void fly(storm_mayfly *self, uint64_t *dice)
{
    storm_poke poke = { .dice = roll(dice) };
    check_tell(storm_mayfly_tell_strait_poke(self, self->strait, &poke));
    for (int i = 0; i < 6; i++) {
        check_tell(storm_mayfly_tell_narrows_poke(self, self->narrows, &poke));
    }
    storm_mayfly_ask_dare(self, self->narrows, &(storm_dare){ .dice = roll(dice) });
}

actor_result storm_mayfly_at_start(storm_mayfly *self, const storm_mayfly_args *args)
{
    uint64_t dice = fresh_dice(args->storm);
    self->storm = args->storm;
    self->strait = args->strait;
    self->narrows = args->narrows;
    fly(self, &dice);
    return one_in(&dice, 8) ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result storm_mayfly_on_poke(storm_mayfly *self, const storm_poke *msg)
{
    uint64_t dice = msg->dice;
    fly(self, &dice);
    return one_in(&dice, 3) ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result storm_mayfly_got_dare(storm_mayfly *self, const storm_dare_reply *reply)
{
    uint64_t dice = fresh_dice(self->storm);
    check_end(self->storm, (int)reply->kind, reply->error);
    return one_in(&dice, 4) ? ACTOR_STOP : ACTOR_CONTINUE;
}

/* ---- Drivers ----------------------------------------------------------------------------------- */

struct driver {
    pthread_t thread;
    struct storm *storm;
    uint64_t dice;
    uint64_t resident; /* half-way */
};

static void *drive(void *arg)
{
    struct driver *d = arg;
    struct storm *storm = d->storm;
    for (uint64_t i = 0; i < storm->steps; i++) {
        d->resident = i == storm->steps / 2 ? resident_now() : d->resident;
        storm_poke poke = { .fuel = 3, .dice = roll(&d->dice) };
        storm_dare dare = { .fuel = 3, .dice = roll(&d->dice) };
        actor_duration timeout = (actor_duration)(roll(&d->dice) % 2000000);
        storm_moody_ref moody = some_moody(storm, &d->dice);
        storm_mayfly_ref mayfly = some_mayfly(storm, &d->dice);
        storm_dare_reply *reply = NULL;
        actor_err err = ACTOR_OK;
        switch (roll(&d->dice) % 8) {
        case 0: err = storm_moody_ask_dare(storm->system, moody, &dare, timeout, &reply); break;
        case 1:
            err = storm_narrows_ask_dare(storm->system, storm->narrows, &dare, timeout, &reply);
            break;
        case 2: err = storm_strait_tell_poke(storm->system, storm->strait, &poke); break;
        case 3: err = storm_narrows_tell_poke(storm->system, storm->narrows, &poke); break;
        case 4: err = storm_mayfly_tell_poke(storm->system, mayfly, &poke); break;
        default: err = storm_moody_tell_poke(storm->system, moody, &poke); break;
        }
        expect(err != ACTOR_ERR_SHUTDOWN && err != ACTOR_ERR_MISUSE && err != ACTOR_ERR_GONE,
                "something strange came of it outside");
        actor_reply_free(reply);
    }
    return NULL;
}

static void run_drivers(struct storm *storm)
{
    struct driver drivers[DRIVERS];
    for (uint64_t i = 0; i < DRIVERS; i++) {
        drivers[i] = (struct driver){ .storm = storm, .dice = storm->seed * DRIVERS + i };
        assert_int_equal(0, pthread_create(&drivers[i].thread, NULL, drive, &drivers[i]));
    }
    for (int i = 0; i < DRIVERS; i++) {
        assert_int_equal(0, pthread_join(drivers[i].thread, NULL));
    }
    assert_true(resident_is_flat(drivers[0].resident, resident_now()));
}

/* ---- The end ----------------------------------------------------------------------------------- */

static void print_open(void *context, const actor_ledger_entry *e)
{
    (void)context;
    print_message("%s %s: %" PRIu64 " queued, %" PRIu64 " stashed, %" PRIu64 " in hand\n",
            e->actor, e->message, e->queued, e->stashed, e->in_hand);
}

static void await_quiet(struct storm *storm)
{
    actor_duration until = actor_now() + A_MINUTE;
    struct sums sums;
    do {
        sums = sums_of(storm->system, A_TICK);
        (void)sched_yield();
    } while (sums.open != 0 && actor_now() < until);
    if (sums.open != 0) {
        actor_system_ledger(storm->system, print_open, NULL);
        fail_msg("seed %" PRIu64 ": it does not come to rest", storm->seed);
    }
}

static void start_storm(struct storm *storm)
{
    actor_config config = {
        .workers = 2, .max_actors = 120, .seed = storm->seed, .log = ignore_line
    };
    storm->system = actor_system_new(&config);
    assert_non_null(storm->system);
    storm_crowd_ref crowd;
    assert_int_equal(ACTOR_OK,
            storm_crowd_start(storm->system, &(storm_crowd_args){ .storm = storm }, &crowd));
    assert_int_equal(ACTOR_OK, storm_crowd_stores(storm->system, crowd, &storm->stores));
    assert_int_equal(ACTOR_OK, storm_crowd_strait(storm->system, crowd, &storm->strait));
    assert_int_equal(ACTOR_OK, storm_crowd_narrows(storm->system, crowd, &storm->narrows));
    storm_storm_ref roots[2];
    storm_moody_ref other = { 0 };
    for (int i = 0; i < 2; i++) {
        storm_storm_args args = {
            .storm = storm, .strait = storm->strait, .stores = storm->stores, .other = other
        };
        assert_int_equal(ACTOR_OK, storm_storm_start(storm->system, &args, &roots[i]));
        assert_int_equal(ACTOR_OK, storm_storm_second(storm->system, roots[i], &other));
    }
    pthread_mutex_lock(&storm->lock);
    for (int i = 0; i < 2; i++) {
        storm_moody_ref *free = &storm->moodies[CROWD * i];
        assert_int_equal(ACTOR_OK, storm_storm_first(storm->system, roots[i], &free[0]));
        assert_int_equal(ACTOR_OK, storm_storm_second(storm->system, roots[i], &free[1]));
        assert_int_equal(ACTOR_OK, storm_storm_many(storm->system, roots[i], &free[2]));
    }
    storm->moody_count = 2 * CROWD;
    pthread_mutex_unlock(&storm->lock);
}

static void run_storm(uint64_t seed, uint64_t steps, uint64_t rate)
{
    struct storm *storm = &the_storm;
    atomic_store(&allocations, 0);
    *storm = (struct storm){ .seed = seed, .steps = steps, .moody_count = 1 };
    assert_int_equal(0, pthread_mutex_init(&storm->lock, NULL));
    start_storm(storm);
    atomic_store(&fault_rate, rate);
    run_drivers(storm);
    atomic_store(&fault_rate, 0);
    await_quiet(storm);
    uint64_t messages = end_ordeal(storm->system, seed, A_TICK);
    assert_null(actor_system_failure(storm->system));
    print_message("seed %" PRIu64 ": %" PRIu64 " messages, %" PRIuFAST64
                  " continuations, %" PRIuFAST64 " failures, %" PRIuFAST64
                  " starts, %" PRIuFAST64 " ends seen\n",
            seed, messages, atomic_load(&storm->continuations), atomic_load(&storm->failures),
            atomic_load(&storm->starts), atomic_load(&storm->ends));
    actor_system_free(storm->system);
    assert_int_equal(0, pthread_mutex_destroy(&storm->lock));
}

static void test_whatever_is_held_back_comes_to_its_end(void **state)
{
    (void)state;
    uint64_t first = number_from("STORM_SEED", 1);
    for (uint64_t seed = first; seed < first + number_from("STORM_SEEDS", SEEDS); seed++) {
        run_storm(seed, number_from("STORM_STEPS", 1000), 0);
    }
}

/* Whatever wants memory does not get it now and then. */
static void test_a_storm_without_memory(void **state)
{
    (void)state;
#ifdef RT_FAULTS
    static const uint64_t rates[] = { 1000, 50, 5 };
    uint64_t first = number_from("STORM_SEED", 1);
    actor__fault = fail_sometimes;
    for (uint64_t seed = first; seed < first + number_from("STORM_SEEDS", SEEDS); seed++) {
        run_storm(seed, number_from("STORM_STEPS", 1000), rates[seed % 3]);
    }
    actor__fault = NULL;
#else
    skip(); /* a build for users has no way to let allocations fail */
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_is_held_back_comes_to_its_end),
        cmocka_unit_test(test_a_storm_without_memory),
    };
    return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
