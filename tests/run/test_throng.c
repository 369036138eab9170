/* SPDX-License-Identifier: MIT */
/*
 * Floods whose flushes let others run in their middle, several deep and on several workers, while actors crash
 * there, are restarted, ask, wait for room, are shut by exclusive asks, come and go. What one actor sends another
 * arrives in order by whatever way, every ask ends once, and the ledger adds up.
 *
 * THRONG_SEED, THRONG_SEEDS and THRONG_STEPS in the environment say from which seed, how many and how much of it.
 * A seed gives the same deeds, though not the same schedule.
 */
#include "dice.h"
#include "ordeal.h"
#include "throng.actor.h"
#include "ways.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEEDS = 3,
    STEPS = 400,
    RUNNERS = 6,
    DRIVERS = 2,
    ASIDE = RUNNERS,          /* the senders: runners, the one aside, drivers … */
    FIRST_DRIVER = ASIDE + 1, /* … and those who are told by a driver */
    SENDERS = FIRST_DRIVER + DRIVERS
};

struct throng {
    actor_system *system;
    uint64_t seed;
    atomic_bool ready; /* set once all that follow are known */
    throng_runner_ref runners[RUNNERS];
    throng_gate_ref gate;
    throng_aside_ref aside;
    throng_store_ref store;
    atomic_uint_fast64_t turns;
    _Atomic uint64_t
            sent[SENDERS]; /* the last number of each sender; only that one changes it */
    atomic_uint_fast64_t handled;
    atomic_uint_fast64_t crashes;
    atomic_uint_fast64_t ends; /* of asks */
};

static struct throng the_throng;

static uint64_t fresh_dice(struct throng *t)
{
    uint64_t dice = t->seed * 1000003 + atomic_fetch_add(&t->turns, 1);
    return roll(&dice);
}

/* The next message of a sender, which numbers all that it sends anybody. */
static throng_note next_note(struct throng *t, uint32_t sender, uint32_t fuel, uint64_t *dice)
{
    return (throng_note){ .sender = sender,
        .fuel = fuel,
        .seq = atomic_fetch_add(&t->sent[sender], 1) + 1,
        .dice = roll(dice) };
}

/* What a receiver has last had of each sender; nothing when its life begins. */
struct heard {
    uint64_t last[SENDERS];
};

static void hear(struct throng *t, struct heard *h, uint32_t sender, uint64_t seq)
{
    atomic_fetch_add(&t->handled, 1);
    expect(sender < SENDERS && seq > h->last[sender % SENDERS], "out of order");
    h->last[sender % SENDERS] = seq;
}

/* ---- Runner ----------------------------------------------------------------------------------- */

struct throng_runner {
    struct throng *throng;
    uint32_t id;
    uint32_t open;  /* asks of this life that have not ended */
    uint32_t shut;  /* exclusive ones among them */
    uint32_t depth; /* of this one's handlers: never two at once */
    struct heard heard;
};
ACTOR_STATE(throng_runner);

actor_result throng_runner_at_start(throng_runner *self, const throng_runner_args *args)
{
    self->throng = args->throng;
    self->id = args->id - 1;
    return ACTOR_CONTINUE;
}

void throng_runner_at_stop(throng_runner *self)
{
    struct throng *t = self->throng;
    uint64_t dice = fresh_dice(t);
    throng_note note = next_note(t, self->id, 0, &dice);
    (void)throng_runner_tell_runner_note(self, t->runners[roll(&dice) % RUNNERS], &note);
}

static actor_result give_up(throng_runner *self, uint64_t *dice)
{
    atomic_fetch_add(&self->throng->crashes, 1);
    if (DEATHS_ARE_CONTAINED && one_in(dice, 2)) {
        die(CRASH_WAY_ABORT, NULL, 0);
    }
    return actor_fail(self, "out of a whim");
}

static void send_letter(throng_runner *self, throng_runner_ref to)
{
    throng_letter letter = { .sender = self->id,
        .seq = atomic_fetch_add(&self->throng->sent[self->id], 1) + 1,
        .text = ACTOR_STRING("as it takes the long way") };
    (void)throng_runner_tell_runner_letter(self, to, &letter);
}

static void have_mayfly(throng_runner *self, const throng_note *note)
{
    throng_mayfly_ref mayfly;
    throng_mayfly_args args = { .throng = self->throng };
    if (throng_runner_spawn_mayfly(self, &args, &mayfly) == ACTOR_OK) {
        for (int i = 0; i < 3; i++) {
            (void)throng_runner_tell_mayfly_note(self, mayfly, note);
        }
    }
}

/* Sends one thing. */
static void send_one(throng_runner *self, uint32_t fuel, uint64_t *dice)
{
    struct throng *t = self->throng;
    throng_runner_ref to = t->runners[roll(dice) % RUNNERS];
    throng_note note = next_note(t, self->id, one_in(dice, 16) ? fuel : 0, dice);
    switch (roll(dice) % 64) {
    case 0:
    case 1:
    case 2: send_letter(self, to); break;
    case 3: (void)throng_runner_tell_gate_note(self, t->gate, &note); break;
    case 4: (void)throng_runner_tell_aside_note(self, t->aside, &note); break;
    case 5: have_mayfly(self, &note); break;
    case 6:
        throng_runner_ask_wonder(self, to, &(throng_dare){ .fuel = fuel, .dice = roll(dice) });
        self->open++;
        break;
    case 7:
        if (one_in(dice, 4)) {
            throng_runner_ask_draw(self, t->store, &(throng_fetch)THRONG_FETCH_INIT);
            self->open++;
            self->shut++;
        }
        break;
    default: (void)throng_runner_tell_runner_note(self, to, &note); break;
    }
}

/* Others run at each flush, and send to this one as well. */
static actor_result flood(throng_runner *self, uint32_t fuel, uint64_t *dice)
{
    uint64_t count = fuel == 0 ? 0 : fuel == 3 ? roll(dice) % 200 : roll(dice) % 12;
    uint64_t every = 1 + roll(dice) % 16;
    for (uint64_t i = 1; i <= count; i++) {
        send_one(self, fuel - 1, dice);
        if (i % every == 0) {
            expect(actor_flush(self) == ACTOR_OK, "no flush");
        }
        if (one_in(dice, 800)) {
            return give_up(self, dice);
        }
    }
    return ACTOR_CONTINUE;
}

/* Around what a handler does. */
static actor_result act(throng_runner *self, uint32_t fuel, uint64_t dice)
{
    expect(self->depth == 0, "two handlers of one actor at once");
    self->depth++;
    actor_result r = flood(self, fuel, &dice);
    self->depth--;
    return r;
}

static void check_open(throng_runner *self)
{
    expect(self->depth == 0, "a handler in the middle of another");
    expect(self->shut == 0, "it was shut");
}

actor_result throng_runner_on_note(throng_runner *self, const throng_note *msg)
{
    check_open(self);
    hear(self->throng, &self->heard, msg->sender, msg->seq);
    return act(self, msg->fuel, msg->dice);
}

actor_result throng_runner_on_letter(throng_runner *self, const throng_letter *msg)
{
    check_open(self);
    hear(self->throng, &self->heard, msg->sender, msg->seq);
    expect(strcmp(msg->text.data, "as it takes the long way") == 0, "bad text");
    return ACTOR_CONTINUE;
}

actor_result throng_runner_on_tick(throng_runner *self, const throng_tick *msg)
{
    (void)msg;
    check_open(self);
    return atomic_load(&self->throng->ready) ? act(self, 1, fresh_dice(self->throng))
                                             : ACTOR_CONTINUE;
}

actor_result throng_runner_on_dare(
        throng_runner *self, const throng_dare *msg, throng_dare_call call)
{
    check_open(self);
    uint64_t dice = msg->dice;
    if (msg->fuel > 0 && one_in(&dice, 2)) {
        throng_runner_ask_relay(self, call, self->throng->runners[roll(&dice) % RUNNERS],
                &(throng_dare){ .fuel = msg->fuel - 1, .dice = roll(&dice) });
        self->open++;
    } else {
        throng_dare_answer_done(call, &(throng_done){ .open = self->open });
    }
    return act(self, msg->fuel, dice);
}

static void end_ask(throng_runner *self)
{
    atomic_fetch_add(&self->throng->ends, 1);
    expect(self->open > 0, "an ask has ended twice");
    self->open--;
}

static void check_end(const throng_dare_reply *reply)
{
    expect(reply->kind == THRONG_DARE_REPLY_DONE || reply->error == ACTOR_ERR_FAILED ||
                    reply->error == ACTOR_ERR_STOPPED || reply->error == ACTOR_ERR_SHUTDOWN,
            "an ask ended strangely");
}

actor_result throng_runner_got_relay(
        throng_runner *self, const throng_dare_reply *reply, throng_dare_call call)
{
    end_ask(self);
    check_end(reply);
    throng_dare_answer_done(call, &(throng_done){ .open = 0 });
    return act(self, 1, fresh_dice(self->throng));
}

actor_result throng_runner_got_wonder(throng_runner *self, const throng_dare_reply *reply)
{
    end_ask(self);
    check_end(reply);
    return act(self, 1, fresh_dice(self->throng));
}

actor_result throng_runner_got_draw(throng_runner *self, const throng_fetch_reply *reply)
{
    end_ask(self);
    self->shut--;
    expect(reply->kind == THRONG_FETCH_REPLY_DONE, "the store did not answer");
    return ACTOR_CONTINUE;
}

/* ---- The others ------------------------------------------------------------------------------- */

struct throng_gate {
    struct throng *throng;
    struct heard heard;
};
ACTOR_STATE(throng_gate);

actor_result throng_gate_at_start(throng_gate *self, const throng_gate_args *args)
{
    self->throng = args->throng;
    return ACTOR_CONTINUE;
}

actor_result throng_gate_on_note(throng_gate *self, const throng_note *msg)
{
    hear(self->throng, &self->heard, msg->sender, msg->seq);
    return ACTOR_CONTINUE;
}

struct throng_aside {
    struct throng *throng;
    struct heard heard;
};
ACTOR_STATE(throng_aside);

actor_result throng_aside_at_start(throng_aside *self, const throng_aside_args *args)
{
    self->throng = args->throng;
    return ACTOR_CONTINUE;
}

actor_result throng_aside_on_note(throng_aside *self, const throng_note *msg)
{
    struct throng *t = self->throng;
    uint64_t dice = msg->dice;
    hear(t, &self->heard, msg->sender, msg->seq);
    throng_note note = next_note(t, ASIDE, 0, &dice);
    (void)throng_aside_tell_runner_note(self, t->runners[roll(&dice) % RUNNERS], &note);
    return ACTOR_CONTINUE;
}

struct throng_store {
    char nothing;
};
ACTOR_STATE(throng_store);

actor_result throng_store_on_fetch(
        throng_store *self, const throng_fetch *msg, throng_fetch_call call)
{
    (void)self;
    (void)msg;
    throng_fetch_answer_done(call, &(throng_done){ .open = 0 });
    return ACTOR_CONTINUE;
}

struct throng_mayfly {
    struct throng *throng;
    uint32_t notes;
};
ACTOR_STATE(throng_mayfly);

actor_result throng_mayfly_at_start(throng_mayfly *self, const throng_mayfly_args *args)
{
    self->throng = args->throng;
    return ACTOR_CONTINUE;
}

actor_result throng_mayfly_on_note(throng_mayfly *self, const throng_note *msg)
{
    (void)msg;
    return ++self->notes == 2 ? ACTOR_STOP : ACTOR_CONTINUE;
}

/* ---- Drivers ---------------------------------------------------------------------------------- */

struct driver {
    pthread_t thread;
    struct throng *throng;
    uint32_t sender;
    uint64_t steps;
    uint64_t dice;
};

static void *drive(void *arg)
{
    struct driver *d = arg;
    struct throng *t = d->throng;
    for (uint64_t i = 0; i < d->steps; i++) {
        throng_runner_ref to = t->runners[roll(&d->dice) % RUNNERS];
        actor_err err;
        if (one_in(&d->dice, 8)) {
            throng_dare dare = { .fuel = 2, .dice = roll(&d->dice) };
            throng_dare_reply *reply = NULL;
            err = throng_runner_ask_dare(t->system, to, &dare, A_MINUTE, &reply);
            actor_reply_free(reply);
        } else {
            throng_note note = next_note(t, d->sender, 3, &d->dice);
            err = throng_runner_tell_note(t->system, to, &note);
        }
        expect(err == ACTOR_OK || err == ACTOR_ERR_FAILED || err == ACTOR_ERR_STOPPED,
                "something strange came of it outside");
    }
    return NULL;
}

static void run_drivers(struct throng *t, uint64_t steps)
{
    struct driver drivers[DRIVERS];
    for (uint32_t i = 0; i < DRIVERS; i++) {
        drivers[i] = (struct driver){ .throng = t,
            .sender = FIRST_DRIVER + i,
            .steps = steps,
            .dice = t->seed * DRIVERS + i };
        assert_int_equal(0, pthread_create(&drivers[i].thread, NULL, drive, &drivers[i]));
    }
    for (int i = 0; i < DRIVERS; i++) {
        assert_int_equal(0, pthread_join(drivers[i].thread, NULL));
    }
}

/* ---- The end ---------------------------------------------------------------------------------- */

/* Each runner says, when it comes to it, how many of its asks are open: until none are. */
static void await_quiet(struct throng *t)
{
    actor_duration until = actor_now() + A_MINUTE;
    for (uint32_t i = 0; i < RUNNERS;) {
        throng_dare_reply *reply = NULL;
        actor_err err = throng_runner_ask_dare(
                t->system, t->runners[i], &(throng_dare){ .fuel = 0 }, A_MINUTE, &reply);
        if (err == ACTOR_OK && reply->done.open == 0) {
            i++;
        } else if (err == ACTOR_ERR_TIMEOUT || actor_now() > until) {
            fail_msg("seed %" PRIu64 ": it does not come to rest", t->seed);
        }
        actor_reply_free(reply);
    }
}

static void start_team(struct throng *t, unsigned workers)
{
    actor_config config = { .workers = workers, .seed = t->seed, .log = ignore_line };
    t->system = actor_system_new(&config);
    assert_non_null(t->system);
    throng_team_ref team;
    throng_runner_ref *r = t->runners;
    assert_int_equal(
            ACTOR_OK, throng_team_start(t->system, &(throng_team_args){ .throng = t }, &team));
    assert_int_equal(ACTOR_OK, throng_team_gate(t->system, team, &t->gate));
    assert_int_equal(ACTOR_OK, throng_team_aside(t->system, team, &t->aside));
    assert_int_equal(ACTOR_OK, throng_team_store(t->system, team, &t->store));
    assert_int_equal(ACTOR_OK, throng_team_first(t->system, team, &r[0]));
    assert_int_equal(ACTOR_OK, throng_team_second(t->system, team, &r[1]));
    assert_int_equal(ACTOR_OK, throng_team_third(t->system, team, &r[2]));
    assert_int_equal(ACTOR_OK, throng_team_fourth(t->system, team, &r[3]));
    assert_int_equal(ACTOR_OK, throng_team_fifth(t->system, team, &r[4]));
    assert_int_equal(ACTOR_OK, throng_team_sixth(t->system, team, &r[5]));
    atomic_store(&t->ready, true);
}

static void run_throng(uint64_t seed, uint64_t steps)
{
    struct throng *t = &the_throng;
    memset(t, 0, sizeof *t);
    t->seed = seed;
    start_team(t, 2 + (unsigned)(seed % 3));
    run_drivers(t, steps);
    await_quiet(t);
    uint64_t messages = end_ordeal(t->system, seed, "throng.Tick");
    print_message("seed %" PRIu64 ": %" PRIu64 " messages, %" PRIuFAST64
                  " in order, %" PRIuFAST64 " asks ended, %" PRIuFAST64 " crashes\n",
            seed, messages, atomic_load(&t->handled), atomic_load(&t->ends),
            atomic_load(&t->crashes));
    actor_system_free(t->system);
}

static void test_a_throng_keeps_its_order(void **state)
{
    (void)state;
    uint64_t first = number_from("THRONG_SEED", 1);
    for (uint64_t seed = first; seed < first + number_from("THRONG_SEEDS", SEEDS); seed++) {
        run_throng(seed, number_from("THRONG_STEPS", STEPS));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_throng_keeps_its_order),
    };
    return cmocka_run_group_tests_name("throng", tests, NULL, NULL);
}
