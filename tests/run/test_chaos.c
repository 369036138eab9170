/* SPDX-License-Identifier: MIT */
/*
 * Random tells, asks, failures, crashes, restarts, spawns and stops on two workers. At the end every ask
 * has ended once, every resource has been destroyed once, the ledger adds up, and memory is what it was
 * half-way.
 *
 * CHAOS_SEED and CHAOS_STEPS in the environment say from which seed and how much of it; the long tests
 * ask for more. The dice of each message come from its sender's, so a seed gives the same deeds,
 * though not the same schedule.
 */
#include "chaos.actor.h"
#include "dice.h"
#include "ordeal.h"
#include "resident.h"
#include "ways.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEASTS = 64, HERMITS = 2, STATIC_BEASTS = 5, KEPT = 4, DRIVERS = 2, SEEDS = 3 };

struct zoo {
    actor_system *system;
    uint64_t seed;
    uint64_t steps;
    pthread_mutex_t lock;
    chaos_beast_ref beasts[BEASTS];    /* [L:lock] the first few are static children */
    chaos_hermit_ref hermits[HERMITS]; /* [L:lock] */
    atomic_uint_fast64_t turns;        /* for dice where no message brings them */
    atomic_uint_fast64_t resources;    /* owned now */
    atomic_uint_fast64_t continuations;
    atomic_uint_fast64_t failures;
    atomic_uint_fast64_t starts;
};

static struct zoo the_zoo;

/* ---- Dice ------------------------------------------------------------------------------------ */

static uint64_t fresh_dice(struct zoo *zoo)
{
    uint64_t dice = zoo->seed * 1000003 + atomic_fetch_add(&zoo->turns, 1);
    return roll(&dice);
}

static chaos_beast_ref some_beast(struct zoo *zoo, uint64_t *dice)
{
    pthread_mutex_lock(&zoo->lock);
    chaos_beast_ref ref = zoo->beasts[roll(dice) % BEASTS];
    pthread_mutex_unlock(&zoo->lock);
    return ref;
}

static chaos_hermit_ref some_hermit(struct zoo *zoo, uint64_t *dice)
{
    pthread_mutex_lock(&zoo->lock);
    chaos_hermit_ref ref = zoo->hermits[roll(dice) % HERMITS];
    pthread_mutex_unlock(&zoo->lock);
    return ref;
}

static void remember_beast(struct zoo *zoo, chaos_beast_ref ref, uint64_t *dice)
{
    pthread_mutex_lock(&zoo->lock);
    zoo->beasts[STATIC_BEASTS + roll(dice) % (BEASTS - STATIC_BEASTS)] = ref;
    pthread_mutex_unlock(&zoo->lock);
}

/* ---- What both kinds do ------------------------------------------------------------------------ */

/* The state of both. */
struct nature {
    struct zoo *zoo;
    uint32_t id;
    uint64_t asked; /* in this life, by handlers that returned well */
    uint64_t got;
    chaos_dare_call kept[KEPT];
};

struct resource {
    struct zoo *zoo;
};

static void release(void *resource)
{
    struct resource *r = resource;
    atomic_fetch_sub(&r->zoo->resources, 1);
    free(r); /* a second time would be seen by AddressSanitizer */
}

static void own_something(struct nature *n, const void *self, uint64_t *dice)
{
    struct resource *r = malloc(sizeof *r);
    if (r == NULL) {
        return;
    }
    r->zoo = n->zoo;
    atomic_fetch_add(&n->zoo->resources, 1);
    expect(actor_own(self, r, release) == ACTOR_OK, "a resource was not taken");
    if (one_in(dice, 4)) {
        expect(actor_disown(self, r), "a resource was not given back");
        release(r);
    }
}

/* Ends a call that may have ended long ago. */
static void end_call(struct nature *n, chaos_dare_call call, uint64_t *dice)
{
    actor_err err;
    switch (roll(dice) % 3) {
    case 0:
        err = chaos_dare_answer_done(
                call, &(chaos_done){ .value = n->id, .text = ACTOR_STRING("done") });
        break;
    case 1: err = chaos_dare_answer_refused(call, &(chaos_refused)CHAOS_REFUSED_INIT); break;
    default: err = chaos_dare_fail(call, ACTOR_ERR_UNHANDLED); break;
    }
    expect(err == ACTOR_OK || err == ACTOR_ERR_GONE, "a call ended strangely");
    if (err == ACTOR_OK && call.bits != 0) {
        err = chaos_dare_fail(call, ACTOR_ERR_UNHANDLED);
        expect(err == ACTOR_ERR_GONE, "a call ended twice");
    }
}

static void keep_call(struct nature *n, chaos_dare_call call, uint64_t *dice)
{
    actor_err err = chaos_dare_keep(call);
    expect(err == ACTOR_OK || err == ACTOR_ERR_GONE, "a call was kept strangely");
    n->kept[roll(dice) % KEPT] = call;
}

/* Every fourth time by a crash, where that is contained. */
static actor_result have_failed(struct nature *n, const void *self)
{
    if (atomic_fetch_add(&n->zoo->failures, 1) % 4 == 0) {
        die(SIGNALS_ARE_CONTAINED      ? CRASH_WAY_SCRIBBLE
                : DEATHS_ARE_CONTAINED ? CRASH_WAY_ABORT
                                       : CRASH_WAY_FAIL,
                n, sizeof *n);
    }
    return actor_fail(self, "beast %" PRIu32, n->id);
}

static void check_end(struct nature *n, const chaos_dare_reply *reply)
{
    actor_err err = reply->error;
    n->got++;
    atomic_fetch_add(&n->zoo->continuations, 1);
    expect(n->got <= n->asked, "an ask has ended twice");
    expect(reply->kind == CHAOS_DARE_REPLY_ERROR
                    ? err == ACTOR_ERR_TIMEOUT || err == ACTOR_ERR_STOPPED ||
                              err == ACTOR_ERR_FAILED || err == ACTOR_ERR_REFUSED ||
                              err == ACTOR_ERR_NO_ANSWER || err == ACTOR_ERR_UNHANDLED ||
                              err == ACTOR_ERR_SHUTDOWN
                    : err == ACTOR_OK,
            "an ask ended strangely");
    if (reply->kind == CHAOS_DARE_REPLY_DONE) {
        expect(strcmp(reply->done.text.data, "done") == 0, "an answer was damaged");
    }
}

static actor_result begin(struct nature *n, const void *self, struct zoo *zoo, uint32_t id)
{
    uint64_t dice = fresh_dice(zoo);
    static const struct nature newborn;
    expect(memcmp(n, &newborn, sizeof newborn) == 0, "the state was not zero");
    n->zoo = zoo;
    n->id = id;
    atomic_fetch_add(&zoo->starts, 1);
    own_something(n, self, &dice);
    return one_in(&dice, 10) ? have_failed(n, self) : ACTOR_CONTINUE;
}

static actor_result count(struct nature *n, chaos_census_call call)
{
    chaos_count now = { .asked = n->asked, .got = n->got };
    expect(chaos_census_answer_count(call, &now) == ACTOR_OK, "no census");
    return ACTOR_CONTINUE;
}

/* ---- Beasts -------------------------------------------------------------------------------------- */

struct chaos_beast {
    struct nature nature;
};
ACTOR_STATE(chaos_beast);

enum { FIRST_SPAWNED = 100 };

static void spawn(chaos_beast *self, uint32_t fuel, uint64_t *dice)
{
    struct nature *n = &self->nature;
    chaos_beast_ref child;
    chaos_beast_args args = { .zoo = n->zoo, .id = FIRST_SPAWNED };
    actor_err err = chaos_beast_spawn_beast(self, &args, &child);
    expect(err == ACTOR_OK || err == ACTOR_ERR_LIMIT || err == ACTOR_ERR_SHUTDOWN,
            "a spawn ended strangely");
    if (err == ACTOR_OK) {
        remember_beast(n->zoo, child, dice);
        chaos_beast_tell_beast_poke(
                self, child, &(chaos_poke){ .fuel = fuel, .dice = roll(dice) });
    }
}

/* Ends one that was spawned, this one perhaps. */
static void end_somebody(struct zoo *zoo, uint64_t *dice)
{
    pthread_mutex_lock(&zoo->lock);
    chaos_beast_ref ref = zoo->beasts[roll(dice) % BEASTS];
    bool is_static = false;
    for (int i = 0; i < STATIC_BEASTS; i++) {
        is_static = is_static || ref.bits == zoo->beasts[i].bits;
    }
    pthread_mutex_unlock(&zoo->lock);
    if (is_static) {
        return;
    }
    actor_err err = one_in(dice, 2) ? chaos_beast_kill(zoo->system, ref)
                                    : chaos_beast_stop(zoo->system, ref);
    expect(err == ACTOR_OK || err == ACTOR_ERR_STOPPED, "an end ended strangely");
}

static void tell_somebody(chaos_beast *self, uint32_t fuel, uint64_t *dice)
{
    struct zoo *zoo = self->nature.zoo;
    chaos_poke poke = { .fuel = fuel, .dice = roll(dice), .text = ACTOR_STRING("poke") };
    chaos_dare dare = { .fuel = fuel, .dice = roll(dice) };
    actor_err err;
    switch (roll(dice) % 4) {
    case 0: err = chaos_beast_tell_hermit_poke(self, some_hermit(zoo, dice), &poke); break;
    case 1: err = chaos_beast_tell_beast_dare(self, some_beast(zoo, dice), &dare); break;
    default: err = chaos_beast_tell_beast_poke(self, some_beast(zoo, dice), &poke); break;
    }
    expect(err == ACTOR_OK || err == ACTOR_ERR_REFUSED, "a tell ended strangely");
}

static void ask_somebody(chaos_beast *self, uint32_t fuel, uint64_t *dice)
{
    struct zoo *zoo = self->nature.zoo;
    chaos_dare dare = { .fuel = fuel, .dice = roll(dice) };
    self->nature.asked++;
    if (one_in(dice, 3)) {
        chaos_beast_ask_own_hermit(self, some_hermit(zoo, dice), &dare);
    } else {
        chaos_beast_ask_own(self, some_beast(zoo, dice), &dare);
    }
}

/* Does one thing. */
static actor_result act(chaos_beast *self, uint32_t fuel, uint64_t *dice)
{
    struct nature *n = &self->nature;
    switch (roll(dice) % 16) {
    case 0: spawn(self, fuel, dice); break;
    case 1: own_something(n, self, dice); break;
    case 2: expect(actor_flush(self) == ACTOR_OK, "no flush"); break;
    case 3:
    case 4: end_call(n, n->kept[roll(dice) % KEPT], dice); break;
    case 5:
        if (one_in(dice, 4)) {
            return have_failed(n, self);
        }
        break;
    case 6:
        if (n->id >= FIRST_SPAWNED && one_in(dice, 2)) {
            return ACTOR_STOP;
        }
        end_somebody(n->zoo, dice);
        break;
    case 7:
    case 8:
    case 9:
    case 10: ask_somebody(self, fuel, dice); break;
    default: tell_somebody(self, fuel, dice); break;
    }
    return ACTOR_CONTINUE;
}

static actor_result act_twice(chaos_beast *self, uint32_t fuel, uint64_t *dice)
{
    actor_result r = ACTOR_CONTINUE;
    for (int i = 0; i < 2 && fuel > 0 && r == ACTOR_CONTINUE; i++) {
        r = act(self, fuel - 1, dice);
    }
    return r;
}

/* Hands a call on, sometimes to where it came from, if it can still be. */
static void hand_on(
        chaos_beast *self, chaos_dare_call call, const chaos_dare *dare, uint64_t *dice)
{
    struct zoo *zoo = self->nature.zoo;
    actor_err err =
            one_in(dice, 3)
                    ? chaos_beast_delegate_hermit_dare(self, call, some_hermit(zoo, dice), dare)
                    : chaos_beast_delegate_beast_dare(self, call, some_beast(zoo, dice), dare);
    expect(err == ACTOR_OK || err == ACTOR_ERR_GONE || err == ACTOR_ERR_REFUSED,
            "a call was handed on strangely");
}

/* Does something with a call that is in hand. */
static void see_to_call(chaos_beast *self, chaos_dare_call call, uint32_t fuel, uint64_t *dice)
{
    struct nature *n = &self->nature;
    chaos_dare dare = { .fuel = fuel, .dice = roll(dice) };
    switch (roll(dice) % 10) {
    case 0: break; /* no answer */
    case 1: keep_call(n, call, dice); break;
    case 4:
        if (fuel > 0) {
            hand_on(self, call, &dare, dice);
        }
        break;
    case 5: /* for the same call */
        for (uint64_t i = 2 + roll(dice) % 3; i > 0 && fuel > 0; i--) {
            n->asked++;
            chaos_beast_ask_relay(self, call, some_beast(n->zoo, dice), &dare);
        }
        break;
    case 2:
        n->asked++;
        chaos_beast_ask_relay(self, call, some_beast(n->zoo, dice), &dare);
        break;
    case 3:
        n->asked++;
        chaos_beast_ask_relay_hermit(self, call, some_hermit(n->zoo, dice), &dare);
        end_call(n, call, dice); /* too late */
        break;
    default: end_call(n, call, dice); break;
    }
}

actor_result chaos_beast_at_start(chaos_beast *self, const chaos_beast_args *args)
{
    actor_result r = begin(&self->nature, self, args->zoo, args->id);
    uint64_t dice = fresh_dice(args->zoo);
    if (r == ACTOR_CONTINUE && one_in(&dice, 4)) {
        ask_somebody(self, 1, &dice);
        spawn(self, 1, &dice);
    }
    return r;
}

void chaos_beast_at_stop(chaos_beast *self)
{
    struct nature *n = &self->nature;
    uint64_t dice = fresh_dice(n->zoo);
    end_call(n, n->kept[roll(&dice) % KEPT], &dice);
    spawn(self, 1, &dice);
    ask_somebody(self, 1, &dice);
    tell_somebody(self, 1, &dice);
}

actor_result chaos_beast_on_poke(chaos_beast *self, const chaos_poke *msg)
{
    uint64_t dice = msg->dice;
    return act_twice(self, msg->fuel, &dice);
}

actor_result chaos_beast_on_dare(chaos_beast *self, const chaos_dare *msg, chaos_dare_call call)
{
    uint64_t dice = msg->dice;
    see_to_call(self, call, msg->fuel > 0 ? msg->fuel - 1 : 0, &dice);
    return act_twice(self, msg->fuel, &dice);
}

actor_result chaos_beast_on_census(
        chaos_beast *self, const chaos_census *msg, chaos_census_call call)
{
    (void)msg;
    return count(&self->nature, call);
}

static actor_result go_on(
        chaos_beast *self, const chaos_dare_reply *reply, chaos_dare_call call)
{
    uint64_t dice = self->nature.zoo->seed + self->nature.got;
    check_end(&self->nature, reply);
    /* Without fuel, so that it comes to an end. */
    if (call.bits != 0) {
        chaos_dare dare = { .dice = roll(&dice) };
        switch (roll(&dice) % 8) {
        case 0: break; /* no answer, or one by the next */
        case 1: keep_call(&self->nature, call, &dice); break;
        case 2: hand_on(self, call, &dare, &dice); break;
        default: end_call(&self->nature, call, &dice); break;
        }
    }
    return one_in(&dice, 50) ? have_failed(&self->nature, self) : ACTOR_CONTINUE;
}

actor_result chaos_beast_got_relay(
        chaos_beast *self, const chaos_dare_reply *reply, chaos_dare_call call)
{
    return go_on(self, reply, call);
}

actor_result chaos_beast_got_relay_hermit(
        chaos_beast *self, const chaos_dare_reply *reply, chaos_dare_call call)
{
    return go_on(self, reply, call);
}

actor_result chaos_beast_got_own(chaos_beast *self, const chaos_dare_reply *reply)
{
    return go_on(self, reply, (chaos_dare_call){ 0 });
}

actor_result chaos_beast_got_own_hermit(chaos_beast *self, const chaos_dare_reply *reply)
{
    return go_on(self, reply, (chaos_dare_call){ 0 });
}

/* ---- Hermits --------------------------------------------------------------------------------------- */

struct chaos_hermit {
    struct nature nature;
};
ACTOR_STATE(chaos_hermit);

actor_result chaos_hermit_at_start(chaos_hermit *self, const chaos_hermit_args *args)
{
    return begin(&self->nature, self, args->zoo, args->id);
}

void chaos_hermit_at_stop(chaos_hermit *self)
{
    uint64_t dice = fresh_dice(self->nature.zoo);
    end_call(&self->nature, self->nature.kept[roll(&dice) % KEPT], &dice);
}

actor_result chaos_hermit_on_poke(chaos_hermit *self, const chaos_poke *msg)
{
    struct nature *n = &self->nature;
    uint64_t dice = msg->dice;
    expect(msg->text.len == 0 || strcmp(msg->text.data, "poke") == 0, "a message was damaged");
    if (msg->fuel > 0) {
        chaos_poke poke = { .fuel = msg->fuel - 1, .dice = roll(&dice) };
        chaos_hermit_tell_beast_poke(self, some_beast(n->zoo, &dice), &poke);
    }
    return one_in(&dice, 40) ? have_failed(n, self) : ACTOR_CONTINUE;
}

actor_result chaos_hermit_on_dare(
        chaos_hermit *self, const chaos_dare *msg, chaos_dare_call call)
{
    struct nature *n = &self->nature;
    uint64_t dice = msg->dice;
    chaos_dare dare = { .fuel = msg->fuel > 0 ? msg->fuel - 1 : 0, .dice = roll(&dice) };
    switch (roll(&dice) % 6) {
    case 0: keep_call(n, call, &dice); break;
    case 1:
        n->asked++;
        chaos_hermit_ask_relay(self, call, some_beast(n->zoo, &dice), &dare);
        break;
    case 2: return one_in(&dice, 8) ? have_failed(n, self) : ACTOR_CONTINUE;
    default: end_call(n, call, &dice); break;
    }
    end_call(n, n->kept[roll(&dice) % KEPT], &dice);
    return ACTOR_CONTINUE;
}

actor_result chaos_hermit_on_census(
        chaos_hermit *self, const chaos_census *msg, chaos_census_call call)
{
    (void)msg;
    return count(&self->nature, call);
}

actor_result chaos_hermit_got_relay(
        chaos_hermit *self, const chaos_dare_reply *reply, chaos_dare_call call)
{
    uint64_t dice = self->nature.zoo->seed + self->nature.got;
    check_end(&self->nature, reply);
    end_call(&self->nature, call, &dice);
    return ACTOR_CONTINUE;
}

/* ---- Drivers ------------------------------------------------------------------------------------- */

struct driver {
    pthread_t thread;
    struct zoo *zoo;
    uint64_t dice;
    uint64_t resident; /* half-way */
    uint64_t asked;
    uint64_t ended[ACTOR_ERR_COUNT];
};

static actor_err ask_from_outside(struct driver *d)
{
    struct zoo *zoo = d->zoo;
    chaos_dare dare = { .fuel = 3, .dice = roll(&d->dice) };
    actor_duration timeout = (actor_duration)(roll(&d->dice) % 3000000);
    chaos_dare_reply *reply = NULL;
    actor_err err = one_in(&d->dice, 3)
                            ? chaos_hermit_ask_dare(zoo->system, some_hermit(zoo, &d->dice),
                                      &dare, timeout, &reply)
                            : chaos_beast_ask_dare(zoo->system, some_beast(zoo, &d->dice),
                                      &dare, timeout, &reply);
    expect((err == ACTOR_OK) == (reply != NULL), "a reply and an error");
    if (reply != NULL && reply->kind == CHAOS_DARE_REPLY_DONE) {
        expect(strcmp(reply->done.text.data, "done") == 0, "an answer was damaged");
    }
    actor_reply_free(reply);
    return err;
}

static void *drive(void *arg)
{
    struct driver *d = arg;
    struct zoo *zoo = d->zoo;
    for (uint64_t i = 0; i < zoo->steps; i++) {
        d->resident = i == zoo->steps / 2 ? resident_now() : d->resident;
        chaos_poke poke = { .fuel = 5, .dice = roll(&d->dice), .text = ACTOR_STRING("poke") };
        chaos_beast_ref beast = some_beast(zoo, &d->dice);
        switch (roll(&d->dice) % 4) {
        case 0:
            d->asked++;
            d->ended[ask_from_outside(d)]++;
            break;
        case 1:
            (void)chaos_hermit_tell_poke(zoo->system, some_hermit(zoo, &d->dice), &poke);
            break;
        case 2:
            if (one_in(&d->dice, 16)) {
                end_somebody(zoo, &d->dice);
                break;
            }
            /* fall through */
        default: (void)chaos_beast_tell_poke(zoo->system, beast, &poke); break;
        }
    }
    return NULL;
}

/* ---- The end --------------------------------------------------------------------------------------- */

static chaos_count census_of_beast(struct zoo *zoo, chaos_beast_ref ref)
{
    chaos_census_reply *reply = NULL;
    chaos_count counted = { .asked = 1 }; /* uneven, if there is no answer */
    if (chaos_beast_ask_census(zoo->system, ref, &(chaos_census)CHAOS_CENSUS_INIT, A_MINUTE,
                &reply) == ACTOR_OK &&
            reply->kind == CHAOS_CENSUS_REPLY_COUNT) {
        counted = reply->count;
    }
    actor_reply_free(reply);
    return counted;
}

static chaos_count census_of_hermit(struct zoo *zoo, chaos_hermit_ref ref)
{
    chaos_census_reply *reply = NULL;
    chaos_count counted = { .asked = 1 };
    if (chaos_hermit_ask_census(zoo->system, ref, &(chaos_census)CHAOS_CENSUS_INIT, A_MINUTE,
                &reply) == ACTOR_OK &&
            reply->kind == CHAOS_CENSUS_REPLY_COUNT) {
        counted = reply->count;
    }
    actor_reply_free(reply);
    return counted;
}

/* True once nothing is on its way and every static inhabitant has had all its replies. */
static bool is_quiet(struct zoo *zoo)
{
    if (sums_of(zoo->system, NULL).open != 0) {
        return false;
    }
    for (int i = 0; i < STATIC_BEASTS; i++) {
        chaos_count c = census_of_beast(zoo, zoo->beasts[i]);
        if (c.asked != c.got) {
            return false;
        }
    }
    for (int i = 0; i < HERMITS; i++) {
        chaos_count c = census_of_hermit(zoo, zoo->hermits[i]);
        if (c.asked != c.got) {
            return false;
        }
    }
    return true;
}

/* Notes the references of those that are always there; some of them are at it already. */
static void find_inhabitants(struct zoo *zoo, chaos_zoo_ref root)
{
    chaos_cage_ref cages[2];
    chaos_beast_ref beasts[STATIC_BEASTS];
    chaos_hermit_ref hermits[HERMITS];
    assert_int_equal(ACTOR_OK, chaos_zoo_north(zoo->system, root, &cages[0]));
    assert_int_equal(ACTOR_OK, chaos_zoo_south(zoo->system, root, &cages[1]));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ACTOR_OK, chaos_cage_first(zoo->system, cages[i], &beasts[2 * i]));
        assert_int_equal(
                ACTOR_OK, chaos_cage_second(zoo->system, cages[i], &beasts[2 * i + 1]));
        assert_int_equal(ACTOR_OK, chaos_cage_hermit(zoo->system, cages[i], &hermits[i]));
    }
    assert_int_equal(ACTOR_OK, chaos_zoo_lone(zoo->system, root, &beasts[4]));
    pthread_mutex_lock(&zoo->lock);
    memcpy(zoo->hermits, hermits, sizeof hermits);
    for (int i = 0; i < BEASTS; i++) {
        zoo->beasts[i] = beasts[i % STATIC_BEASTS];
    }
    pthread_mutex_unlock(&zoo->lock);
}

static void run_drivers(struct zoo *zoo)
{
    struct driver drivers[DRIVERS];
    uint64_t ended = 0;
    uint64_t asked = 0;
    for (uint64_t i = 0; i < DRIVERS; i++) {
        drivers[i] = (struct driver){ .zoo = zoo, .dice = zoo->seed * DRIVERS + i };
        assert_int_equal(0, pthread_create(&drivers[i].thread, NULL, drive, &drivers[i]));
    }
    for (int i = 0; i < DRIVERS; i++) {
        assert_int_equal(0, pthread_join(drivers[i].thread, NULL));
        asked += drivers[i].asked;
        for (int k = 0; k < ACTOR_ERR_COUNT; k++) {
            ended += drivers[i].ended[k];
        }
        assert_int_equal(0, drivers[i].ended[ACTOR_ERR_SHUTDOWN]);
        assert_int_equal(0, drivers[i].ended[ACTOR_ERR_GONE]);
    }
    assert_int_equal(asked, ended);
    assert_true(resident_is_flat(drivers[0].resident, resident_now()));
}

static void start_zoo(struct zoo *zoo)
{
    actor_config config = {
        .workers = 2, .max_actors = 200, .seed = zoo->seed, .log = ignore_line
    };
    chaos_zoo_ref root;
    zoo->system = actor_system_new(&config);
    assert_non_null(zoo->system);
    assert_int_equal(
            ACTOR_OK, chaos_zoo_start(zoo->system, &(chaos_zoo_args){ .zoo = zoo }, &root));
    find_inhabitants(zoo, root);
}

static void run_chaos(uint64_t seed, uint64_t steps)
{
    struct zoo *zoo = &the_zoo;
    *zoo = (struct zoo){ .seed = seed, .steps = steps };
    assert_int_equal(0, pthread_mutex_init(&zoo->lock, NULL));
    start_zoo(zoo);
    run_drivers(zoo);
    actor_duration until = actor_now() + A_MINUTE;
    while (!is_quiet(zoo)) {
        if (actor_now() > until) {
            fail_msg("seed %" PRIu64 ": it does not come to rest", seed);
        }
    }
    uint64_t messages = end_ordeal(zoo->system, seed, NULL);
    assert_int_equal(0, atomic_load(&zoo->resources));
    assert_null(actor_system_failure(zoo->system));
    print_message("seed %" PRIu64 ": %" PRIu64 " messages, %" PRIuFAST64
                  " continuations, %" PRIuFAST64 " failures, %" PRIuFAST64 " starts\n",
            seed, messages, atomic_load(&zoo->continuations), atomic_load(&zoo->failures),
            atomic_load(&zoo->starts));
    actor_system_free(zoo->system);
    assert_int_equal(0, pthread_mutex_destroy(&zoo->lock));
}

static void test_whatever_happens_all_asks_end_and_the_ledger_adds_up(void **state)
{
    (void)state;
    uint64_t first = number_from("CHAOS_SEED", 1);
    for (uint64_t seed = first; seed < first + number_from("CHAOS_SEEDS", SEEDS); seed++) {
        run_chaos(seed, number_from("CHAOS_STEPS", 1000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_happens_all_asks_end_and_the_ledger_adds_up),
    };
    return cmocka_run_group_tests_name("chaos", tests, NULL, NULL);
}
