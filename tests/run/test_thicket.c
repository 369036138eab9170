/* SPDX-License-Identifier: MIT */
/*
 * A tree with every strategy of supervision, in which anybody fails, starts badly, stops or is killed
 * at any time, in the middle of whatever the others are about. When that is over all static children
 * are there and answer, and the whole stops in order.
 *
 * THICKET_SEED, THICKET_SEEDS and THICKET_STEPS in the environment say from which seed, how many and
 * how much of it. A seed gives the same deeds, though not the same schedule.
 */
#include "dice.h"

#include "thicket.actor.h"

#include <inttypes.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SPAWNED = 16 };

#define PATIENCE actor_seconds(30)

struct thicket {
    actor_system *system;
    uint64_t seed;
    atomic_bool calm; /* nobody does anything bad any more */
    atomic_uint_fast64_t turns;
    _Atomic uint64_t
            leaves[SPAWNED]; /* references of children that were spawned, some of them */
    _Atomic uint64_t huts[SPAWNED];
};

static thicket_leaf_ref some_leaf(struct thicket *t, uint64_t *dice)
{
    return (thicket_leaf_ref){ atomic_load(&t->leaves[roll(dice) % SPAWNED]) };
}

static thicket_hut_ref some_hut(struct thicket *t, uint64_t *dice)
{
    return (thicket_hut_ref){ atomic_load(&t->huts[roll(dice) % SPAWNED]) };
}

static uint64_t fresh_dice(struct thicket *t)
{
    uint64_t dice = t->seed * 1000003 + atomic_fetch_add(&t->turns, 1);
    return roll(&dice);
}

static void end_leaf(struct thicket *t, uint64_t *dice)
{
    thicket_leaf_ref ref = some_leaf(t, dice);
    actor_err err = one_in(dice, 2) ? thicket_leaf_kill(t->system, ref)
                                    : thicket_leaf_stop(t->system, ref);
    (void)err;
}

static void end_hut(struct thicket *t, uint64_t *dice)
{
    thicket_hut_ref ref = some_hut(t, dice);
    actor_err err = one_in(dice, 2) ? thicket_hut_kill(t->system, ref)
                                    : thicket_hut_stop(t->system, ref);
    (void)err;
}

/* ---- Actors ------------------------------------------------------------------------------- */

static actor_result begin(struct thicket *t, const void *self)
{
    uint64_t dice = fresh_dice(t);
    if (atomic_load(&t->calm) || !one_in(&dice, 10)) {
        return ACTOR_CONTINUE;
    }
    return actor_fail(self, "a bad start");
}

/* Takes a while, so that others are in the middle of something. */
static void linger(struct thicket *t)
{
    uint64_t dice = fresh_dice(t);
    for (uint64_t n = roll(&dice) % 8; n > 0; n--) {
        (void)sched_yield();
    }
}

static actor_result act(struct thicket *t, const void *self, bool may_stop,
        const thicket_do *msg, thicket_do_call call)
{
    uint64_t dice = msg->dice;
    thicket_do_answer_done(call, &(thicket_done){ 0 });
    if (atomic_load(&t->calm)) {
        return ACTOR_CONTINUE;
    }
    switch (roll(&dice) % 8) {
    case 0:
    case 1: return actor_fail(self, "as the dice say");
    case 2: return may_stop ? ACTOR_STOP : ACTOR_CONTINUE;
    case 3: end_leaf(t, &dice); break;
    case 4: end_hut(t, &dice); break;
    case 5: linger(t); break;
    default: break;
    }
    return ACTOR_CONTINUE;
}

#define NODE(kind, may_stop)                                                                   \
    ACTOR_STATE(thicket_##kind);                                                               \
    void thicket_##kind##_at_stop(thicket_##kind *self)                                        \
    {                                                                                          \
        linger(self->thicket);                                                                 \
    }                                                                                          \
    actor_result thicket_##kind##_on_do(                                                       \
            thicket_##kind *self, const thicket_do *msg, thicket_do_call call)                 \
    {                                                                                          \
        self->count++;                                                                         \
        return act(self->thicket, self, may_stop, msg, call);                                  \
    }

#define LEAF(kind)                                                                             \
    NODE(kind, self->spawned)                                                                  \
    actor_result thicket_##kind##_at_start(                                                    \
            thicket_##kind *self, const thicket_##kind##_args *args)                           \
    {                                                                                          \
        self->thicket = args->thicket;                                                         \
        self->spawned = args->spawned;                                                         \
        return begin(self->thicket, self);                                                     \
    }

#define BOUGH(kind)                                                                            \
    NODE(kind, false)                                                                          \
    actor_result thicket_##kind##_at_start(                                                    \
            thicket_##kind *self, const thicket_##kind##_args *args)                           \
    {                                                                                          \
        self->thicket = args->thicket;                                                         \
        return begin(self->thicket, self);                                                     \
    }                                                                                          \
    actor_result thicket_##kind##_on_grow(thicket_##kind *self, const thicket_grow *msg)       \
    {                                                                                          \
        struct thicket *t = self->thicket;                                                     \
        uint64_t dice = msg->dice;                                                             \
        thicket_leaf_ref leaf = { 0 };                                                         \
        thicket_hut_ref hut = { 0 };                                                           \
        if (one_in(&dice, 2)) {                                                                \
            thicket_##kind##_spawn_leaf(self, &(thicket_leaf_args){ t, true }, &leaf);         \
            actor_flush(self);                                                                 \
            atomic_store(&t->leaves[roll(&dice) % SPAWNED], leaf.bits);                        \
        } else {                                                                               \
            thicket_##kind##_spawn_hut(self, &(thicket_hut_args){ t, true }, &hut);            \
            actor_flush(self);                                                                 \
            atomic_store(&t->huts[roll(&dice) % SPAWNED], hut.bits);                           \
        }                                                                                      \
        return one_in(&dice, 6) ? actor_fail(self, "after it grew") : ACTOR_CONTINUE;          \
    }

LEAF(leaf)
LEAF(hut)
BOUGH(all)
BOUGH(rest)
BOUGH(one)
BOUGH(again)

struct thicket_top {
    uint32_t count;
};
ACTOR_STATE(thicket_top);

actor_result thicket_top_on_do(thicket_top *self, const thicket_do *msg, thicket_do_call call)
{
    (void)msg;
    self->count++;
    thicket_do_answer_done(call, &(thicket_done){ 0 });
    return ACTOR_CONTINUE;
}

/* ---- From outside ------------------------------------------------------------------------- */

/* All that are there for good. */
struct cast {
    thicket_top_ref top;
    thicket_all_ref all;
    thicket_one_ref one;
    thicket_again_ref again;
    thicket_rest_ref rest[2];
    thicket_leaf_ref leaves[7];
    thicket_hut_ref huts[5];
};

static struct thicket thicket;

#define OF(call) assert_int_equal(ACTOR_OK, call)

static void find_rest(
        thicket_rest_ref rest, thicket_leaf_ref leaves[2], thicket_hut_ref *ret_hut)
{
    OF(thicket_rest_leaf(thicket.system, rest, &leaves[0]));
    OF(thicket_rest_last(thicket.system, rest, &leaves[1]));
    OF(thicket_rest_hut(thicket.system, rest, ret_hut));
}

static void find_all(struct cast *c)
{
    actor_system *s = thicket.system;
    OF(thicket_top_all(s, c->top, &c->all));
    OF(thicket_top_one(s, c->top, &c->one));
    OF(thicket_top_again(s, c->top, &c->again));
    OF(thicket_top_rest(s, c->top, &c->rest[0]));
    OF(thicket_again_rest(s, c->again, &c->rest[1]));
    OF(thicket_all_leaf(s, c->all, &c->leaves[0]));
    OF(thicket_all_hut(s, c->all, &c->huts[0]));
    OF(thicket_one_leaf(s, c->one, &c->leaves[1]));
    OF(thicket_one_hut(s, c->one, &c->huts[1]));
    OF(thicket_again_leaf(s, c->again, &c->leaves[2]));
    OF(thicket_again_hut(s, c->again, &c->huts[2]));
    find_rest(c->rest[0], &c->leaves[3], &c->huts[3]);
    find_rest(c->rest[1], &c->leaves[5], &c->huts[4]);
}

#define ASKER(kind)                                                                            \
    static void expect_##kind(thicket_##kind##_ref ref)                                        \
    {                                                                                          \
        thicket_do_reply *reply = NULL;                                                        \
        actor_err err = thicket_##kind##_ask_do(                                               \
                thicket.system, ref, &(thicket_do){ 0 }, PATIENCE, &reply);                    \
        actor_reply_free(reply);                                                               \
        if (err != ACTOR_OK) {                                                                 \
            fail_msg("seed %" PRIu64 ": " #kind ": %s", thicket.seed, actor_err_text(err));    \
        }                                                                                      \
    }
ASKER(leaf)
ASKER(hut)
ASKER(all)
ASKER(rest)
ASKER(one)
ASKER(again)
ASKER(top)

/* One deed of a thread outside. */
static void stir(const struct cast *c, uint64_t *dice)
{
    actor_system *s = thicket.system;
    thicket_do doing = { .dice = roll(dice) };
    thicket_grow grow = { .dice = roll(dice) };
    switch (roll(dice) % 12) {
    case 0: thicket_all_tell_do(s, c->all, &doing); break;
    case 1: thicket_one_tell_do(s, c->one, &doing); break;
    case 2: thicket_again_tell_do(s, c->again, &doing); break;
    case 3: thicket_rest_tell_do(s, c->rest[roll(dice) % 2], &doing); break;
    case 4: thicket_all_tell_grow(s, c->all, &grow); break;
    case 5: thicket_one_tell_grow(s, c->one, &grow); break;
    case 6: thicket_again_tell_grow(s, c->again, &grow); break;
    case 7: thicket_rest_tell_grow(s, c->rest[roll(dice) % 2], &grow); break;
    case 8: thicket_leaf_tell_do(s, some_leaf(&thicket, dice), &doing); break;
    case 9: thicket_hut_tell_do(s, some_hut(&thicket, dice), &doing); break;
    case 10: thicket_leaf_tell_do(s, c->leaves[roll(dice) % 7], &doing); break;
    case 11: thicket_hut_tell_do(s, c->huts[roll(dice) % 5], &doing); break;
    }
    if (one_in(dice, 5)) {
        (void)sched_yield();
    }
}

static void expect_cast(const struct cast *c)
{
    expect_top(c->top);
    expect_all(c->all);
    expect_one(c->one);
    expect_again(c->again);
    for (int i = 0; i < 2; i++) {
        expect_rest(c->rest[i]);
    }
    for (int i = 0; i < 7; i++) {
        expect_leaf(c->leaves[i]);
    }
    for (int i = 0; i < 5; i++) {
        expect_hut(c->huts[i]);
    }
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    if (e->queued != 0 || e->stashed != 0 || e->in_hand != 0 ||
            e->sent != e->handled + dropped + e->dead_letters) {
        fail_msg("seed %" PRIu64 ": %s %s does not add up", thicket.seed, e->actor, e->message);
    }
}

static void no_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void run_seed(uint64_t seed, uint64_t steps)
{
    uint64_t dice = seed;
    struct cast cast = { 0 };
    thicket = (struct thicket){ .seed = seed, .calm = true };
    thicket.system = actor_system_new(&(actor_config){ .workers = 1 + (unsigned)(seed % 3),
            .slow_handler = -1,
            .survive_root_failure = true,
            .log = no_log });
    assert_non_null(thicket.system);
    OF(thicket_top_start(thicket.system, &(thicket_top_args){ &thicket }, &cast.top));
    find_all(&cast);
    atomic_store(&thicket.calm, false);
    for (uint64_t i = 0; i < steps; i++) {
        stir(&cast, &dice);
    }
    /* Every other time it is stopped in the middle of it. */
    if (one_in(&dice, 2)) {
        atomic_store(&thicket.calm, true);
        expect_cast(&cast);
    }
    actor_stop_report report = actor_system_stop(thicket.system, PATIENCE);
    if (report.err != ACTOR_OK || report.abandoned > 0) {
        fail_msg("seed %" PRIu64 ": %" PRIu32 " left", seed, report.abandoned);
    }
    actor_system_ledger(thicket.system, check_entry, NULL);
    actor_system_free(thicket.system);
}

static void test_all_are_where_they_should_be_in_the_end(void **state)
{
    (void)state;
    uint64_t first = number_from("THICKET_SEED", 1);
    uint64_t count = number_from("THICKET_SEEDS", 12);
    uint64_t steps = number_from("THICKET_STEPS", 300);
    for (uint64_t seed = first; seed < first + count; seed++) {
        run_seed(seed, steps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_where_they_should_be_in_the_end),
    };
    return cmocka_run_group_tests_name("thicket", tests, NULL, NULL);
}
