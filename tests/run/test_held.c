/* SPDX-License-Identifier: MIT */
/*
 * Who is held back: by a mailbox that makes its senders wait, where what fills it is kept for a later
 * mode, is handed on, or goes to a pool, and through restarts; and by an exclusive ask, with everything
 * waiting that can wait.
 */
#include "held.actor.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

static actor_system *held;
/* Where sides and keepers wait, and where they say that they do. */
static sem_t gate;
static sem_t arrived;

/* ---- What has happened -------------------------------------------------------------------- */

enum { LINES = 256, LINE_BYTES = 32 };

static struct {
    pthread_mutex_t lock;
    uint32_t count;
    uint32_t read;
    char lines[LINES][LINE_BYTES];
} journal = { .lock = PTHREAD_MUTEX_INITIALIZER };
static sem_t written;

static void note(const char *what, uint32_t number)
{
    pthread_mutex_lock(&journal.lock);
    if (journal.count < LINES) {
        (void)snprintf(journal.lines[journal.count++], LINE_BYTES, "%s %u", what, number);
    }
    pthread_mutex_unlock(&journal.lock);
    (void)sem_post(&written);
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

/* Waits for the next line. */
static const char *next_line(void)
{
    wait_for(&written);
    return journal.lines[journal.read++];
}

static void expect(const char *line)
{
    assert_string_equal(line, next_line());
}

/* Waits for these lines, in whatever order. */
static void expect_any_order(const char *const *lines, size_t count)
{
    size_t from = journal.read;
    for (size_t i = 0; i < count; i++) {
        (void)next_line();
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = from;
        while (at < from + count && strcmp(journal.lines[at], lines[i]) != 0) {
            at++;
        }
        if (at == from + count) {
            fail_msg("'%s' is missing", lines[i]);
        }
    }
}

static void expect_nothing(void)
{
    int waiting;
    assert_int_equal(0, sem_getvalue(&written, &waiting));
    if (waiting > 0) {
        fail_msg("unexpected: '%s'", next_line());
    }
}

static void pass_gate(void)
{
    (void)sem_post(&arrived);
    wait_for(&gate);
}

static void open_gate(int times)
{
    for (int i = 0; i < times; i++) {
        (void)sem_post(&gate);
    }
}

/* ---- Ramp, sides, bearer ------------------------------------------------------------------- */

struct held_ramp {
    char unused;
};
ACTOR_STATE(held_ramp);

actor_result held_ramp_shut_on_open(held_ramp *self, const held_open *msg)
{
    (void)msg;
    held_ramp_become_opened(self);
    return ACTOR_CONTINUE;
}

actor_result held_ramp_opened_on_load(held_ramp *self, const held_load *msg)
{
    (void)self;
    note("load", msg->number);
    return ACTOR_CONTINUE;
}

actor_result held_ramp_opened_on_hand(
        held_ramp *self, const held_hand *msg, held_hand_call call)
{
    (void)self;
    held_hand_answer_reply(call, &(held_reply){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct held_side {
    char unused;
};
ACTOR_STATE(held_side);

actor_result held_side_on_load(held_side *self, const held_load *msg)
{
    (void)self;
    (void)msg;
    pass_gate();
    return ACTOR_CONTINUE;
}

struct held_bearer {
    held_bearer_args args;
    uint32_t handed;
};
ACTOR_STATE(held_bearer);

actor_result held_bearer_at_start(held_bearer *self, const held_bearer_args *args)
{
    self->args = *args;
    note("start", 0);
    return ACTOR_CONTINUE;
}

void held_bearer_at_stop(held_bearer *self)
{
    (void)self;
    note("stop", 0);
}

actor_result held_bearer_on_bear(held_bearer *self, const held_bear *msg)
{
    for (uint32_t i = 1; i <= msg->loads; i++) {
        actor_err err =
                held_bearer_tell_ramp_load(self, self->args.ramp, &(held_load){ .number = i });
        if (err != ACTOR_OK) {
            return actor_fail(self, "%s", actor_err_text(err));
        }
    }
    note("bore", msg->loads);
    if (msg->fails) {
        actor_flush(self);
        return actor_fail(self, "told to");
    }
    return ACTOR_CONTINUE;
}

actor_result held_bearer_on_hand(held_bearer *self, const held_hand *msg, held_hand_call call)
{
    note("hand", msg->number);
    actor_err err = held_bearer_delegate_ramp_hand(self, call, self->args.ramp, msg);
    return err == ACTOR_OK ? ACTOR_CONTINUE : actor_fail(self, "%s", actor_err_text(err));
}

/* Two loads for each side, one of them past its bound. */
actor_result held_bearer_on_begin(held_bearer *self, const held_begin *msg)
{
    (void)msg;
    for (uint32_t i = 0; i < 4; i++) {
        held_load load = { .number = i };
        if (held_bearer_tell_side_load(self, self->args.sides, &load) != ACTOR_OK) {
            return actor_fail(self, "a side has no room");
        }
    }
    note("begun", 0);
    return ACTOR_CONTINUE;
}

actor_result held_bearer_on_urgent(held_bearer *self, const held_urgent *msg)
{
    (void)self;
    note("urgent", msg->number);
    return ACTOR_CONTINUE;
}

struct yard {
    held_ramp_ref ramp;
    held_bearer_ref bearer;
};

static struct yard start_yard(void)
{
    struct yard y;
    held_yard_ref yard;
    assert_int_equal(ACTOR_OK, held_ramp_start(held, &y.ramp));
    held_yard_args args = { .ramp = y.ramp };
    assert_int_equal(ACTOR_OK, held_yard_start(held, &args, &yard));
    assert_int_equal(ACTOR_OK, held_yard_bearer(held, yard, &y.bearer));
    expect("start 0");
    return y;
}

static void open_ramp(const struct yard *y)
{
    assert_int_equal(ACTOR_OK, held_ramp_tell_open(held, y->ramp, &(held_open){ 0 }));
}

static void urge(const struct yard *y, uint32_t number)
{
    held_urgent urgent = { .number = number };
    assert_int_equal(ACTOR_OK, held_bearer_tell_urgent(held, y->bearer, &urgent));
}

static void bear(const struct yard *y, uint32_t loads, bool fails)
{
    held_bear msg = { .loads = loads, .fails = fails };
    assert_int_equal(ACTOR_OK, held_bearer_tell_bear(held, y->bearer, &msg));
}

/* ---- Suspended ------------------------------------------------------------------------------ */

/* Two places are for all, of three; what is stashed keeps them. */
static void test_what_is_stashed_takes_room(void **state)
{
    (void)state;
    struct yard y = start_yard();
    bear(&y, 3, false);
    expect("bore 3");
    urge(&y, 1);
    held_ramp_tell_load(held, y.ramp, &(held_load){ .number = 9 }); /* waits and gives up */
    expect_nothing();
    open_ramp(&y);
    expect_any_order((const char *const[]){ "load 1", "load 2", "load 3", "urgent 1" }, 4);
}

static void test_a_restart_does_not_end_the_wait(void **state)
{
    (void)state;
    struct yard y = start_yard();
    bear(&y, 3, true);
    expect("bore 3");
    expect("stop 0");
    expect("start 0");
    urge(&y, 1);
    bear(&y, 0, false);
    held_ramp_tell_load(held, y.ramp, &(held_load){ .number = 9 });
    expect_nothing();
    open_ramp(&y);
    expect_any_order(
            (const char *const[]){ "load 1", "load 2", "load 3", "urgent 1", "bore 0" }, 5);
}

static void test_a_kill_ends_the_wait(void **state)
{
    (void)state;
    struct yard y = start_yard();
    bear(&y, 3, false);
    expect("bore 3");
    urge(&y, 1);
    assert_int_equal(ACTOR_OK, held_bearer_kill(held, y.bearer));
    expect("stop 0");
    open_ramp(&y);
    expect("load 1");
    expect("load 2");
    expect("load 3");
    expect_nothing();
}

static void test_whom_it_waits_for_is_killed(void **state)
{
    (void)state;
    struct yard y = start_yard();
    bear(&y, 3, false);
    expect("bore 3");
    urge(&y, 1);
    assert_int_equal(ACTOR_OK, held_ramp_kill(held, y.ramp));
    expect("urgent 1");
}

/* Calls that are handed on fill a mailbox as asks do, and who hands them on waits. */
static void test_who_hands_on_waits(void **state)
{
    (void)state;
    enum { CALLS = 4 };
    struct yard y = start_yard();
    actor_future *futures[CALLS];
    for (uint32_t i = 0; i < CALLS; i++) {
        assert_int_equal(ACTOR_OK, held_bearer_ask_hand_async(held, y.bearer,
                                           &(held_hand){ .number = i }, LONG, &futures[i]));
    }
    expect("hand 0");
    expect("hand 1");
    expect("hand 2");
    held_ramp_tell_load(held, y.ramp, &(held_load){ .number = 9 });
    expect_nothing();
    open_ramp(&y);
    expect("hand 3");
    for (uint32_t i = 0; i < CALLS; i++) {
        held_hand_reply *reply = NULL;
        assert_int_equal(ACTOR_OK, held_hand_await(futures[i], &reply));
        assert_int_equal(i, reply->reply.number);
        actor_reply_free(reply);
    }
}

/* Each member of a pool has a mailbox of its own; who has filled both waits for both. */
static void test_who_fills_a_pool_waits_for_its_members(void **state)
{
    (void)state;
    struct yard y = start_yard();
    assert_int_equal(ACTOR_OK, held_bearer_tell_begin(held, y.bearer, &(held_begin){ 0 }));
    expect("begun 0");
    wait_for(&arrived);
    wait_for(&arrived); /* both have one in hand */
    urge(&y, 1);
    open_gate(4);
    expect("urgent 1");
}

/* ---- Shut by an exclusive ask --------------------------------------------------------------- */

struct held_keeper {
    char unused;
};
ACTOR_STATE(held_keeper);

actor_result held_keeper_on_hand(held_keeper *self, const held_hand *msg, held_hand_call call)
{
    (void)self;
    pass_gate();
    held_hand_answer_reply(call, &(held_reply){ .number = msg->number });
    return ACTOR_CONTINUE;
}

#define SHUT(type)                                                                             \
    struct held_##type {                                                                       \
        held_##type##_args args;                                                               \
    };                                                                                         \
    ACTOR_STATE(held_##type);                                                                  \
    actor_result held_##type##_at_start(held_##type *self, const held_##type##_args *args)     \
    {                                                                                          \
        self->args = *args;                                                                    \
        held_##type##_watch_keeper(self, args->other);                                         \
        return ACTOR_CONTINUE;                                                                 \
    }                                                                                          \
    void held_##type##_at_stop(held_##type *self)                                              \
    {                                                                                          \
        (void)self;                                                                            \
        note("stop", 0);                                                                       \
    }                                                                                          \
    static actor_result type##_begin(held_##type *self)                                        \
    {                                                                                          \
        held_##type##_start_later(self, 0, &(held_later){ 0 });                                \
        held_##type##_ask_alone(self, self->args.keeper, &(held_hand){ .number = 5 });         \
        return ACTOR_CONTINUE;                                                                 \
    }                                                                                          \
    actor_result held_##type##_got_alone(held_##type *self, const held_hand_reply *reply)      \
    {                                                                                          \
        (void)self;                                                                            \
        note("got", reply->kind == HELD_HAND_REPLY_REPLY ? reply->reply.number : 0);           \
        return ACTOR_CONTINUE;                                                                 \
    }                                                                                          \
    actor_result held_##type##_saw_keeper_stop(                                                \
            held_##type *self, held_keeper_ref ref, actor_err why)                             \
    {                                                                                          \
        (void)self;                                                                            \
        (void)ref;                                                                             \
        note("saw", why == ACTOR_ERR_STOPPED ? 1 : 0);                                         \
        return ACTOR_CONTINUE;                                                                 \
    }

#define NOTED(kind, handler, message, number)                                                  \
    actor_result held_##kind##_##handler(held_##kind *self, const held_##message *msg)         \
    {                                                                                          \
        (void)self;                                                                            \
        (void)msg;                                                                             \
        note(#message, number);                                                                \
        return ACTOR_CONTINUE;                                                                 \
    }

SHUT(recluse)
NOTED(recluse, busy_on_urgent, urgent, msg->number)
NOTED(recluse, busy_on_later, later, 0)
NOTED(recluse, idle_on_urgent, urgent, msg->number)
NOTED(recluse, idle_on_later, later, 0)
NOTED(recluse, idle_on_load, load, msg->number)
SHUT(hermit)
NOTED(hermit, on_urgent, urgent, msg->number)
NOTED(hermit, on_later, later, 0)
NOTED(hermit, on_load, load, msg->number)

/* What it has stashed is free to come then, but for the ask. */
actor_result held_recluse_busy_on_begin(held_recluse *self, const held_begin *msg)
{
    (void)msg;
    held_recluse_become_idle(self);
    return recluse_begin(self);
}

actor_result held_hermit_on_begin(held_hermit *self, const held_begin *msg)
{
    (void)msg;
    return hermit_begin(self);
}

struct pair {
    held_keeper_ref keeper;
    held_keeper_ref other;
};

static struct pair start_keepers(void)
{
    struct pair p;
    assert_int_equal(ACTOR_OK, held_keeper_start(held, &p.keeper));
    assert_int_equal(ACTOR_OK, held_keeper_start(held, &p.other));
    return p;
}

static void end_other(const struct pair *p)
{
    uint64_t before = actor_system_actors(held);
    assert_int_equal(ACTOR_OK, held_keeper_stop(held, p->other));
    while (actor_system_actors(held) == before) {
        (void)sched_yield();
    }
}

/* Starts a `kind`, has it ask, and sends to it all that may wait. */
#define SHUTTER(kind)                                                                          \
    static held_##kind##_ref shut_##kind(const struct pair *p)                                 \
    {                                                                                          \
        held_##kind##_ref ref;                                                                 \
        held_##kind##_args args = { .keeper = p->keeper, .other = p->other };                  \
        assert_int_equal(ACTOR_OK, held_##kind##_start(held, &args, &ref));                    \
        return ref;                                                                            \
    }                                                                                          \
    static void load_##kind(held_##kind##_ref ref, uint32_t number)                            \
    {                                                                                          \
        held_##kind##_tell_load(held, ref, &(held_load){ .number = number });                  \
    }                                                                                          \
    static void begin_##kind(const struct pair *p, held_##kind##_ref ref)                      \
    {                                                                                          \
        held_##kind##_tell_begin(held, ref, &(held_begin){ 0 });                               \
        wait_for(&arrived);                                                                    \
        load_##kind(ref, 2);                                                                   \
        held_##kind##_tell_urgent(held, ref, &(held_urgent){ .number = 3 });                   \
        end_other(p);                                                                          \
    }

SHUTTER(recluse)
SHUTTER(hermit)

static void test_all_that_can_wait_waits_for_the_reply(void **state)
{
    (void)state;
    struct pair p = start_keepers();
    held_recluse_ref recluse = shut_recluse(&p);
    load_recluse(recluse, 1); /* stashed */
    begin_recluse(&p, recluse);
    expect_nothing();
    open_gate(1);
    expect("got 5");
    expect("load 1");
    expect("urgent 3");
    expect_any_order((const char *const[]){ "load 2", "later 0", "saw 1" }, 3);
}

static void test_a_dedicated_actor_waits_as_well(void **state)
{
    (void)state;
    struct pair p = start_keepers();
    held_hermit_ref hermit = shut_hermit(&p);
    begin_hermit(&p, hermit);
    expect_nothing();
    open_gate(1);
    expect("got 5");
    expect("urgent 3");
    expect_any_order((const char *const[]){ "load 2", "later 0", "saw 1" }, 3);
}

/* The reply that comes then is stale, and what has waited is dead letters. */
static void test_a_kill_does_not_wait_for_the_reply(void **state)
{
    (void)state;
    struct pair p = start_keepers();
    held_recluse_ref recluse = shut_recluse(&p);
    held_hermit_ref hermit = shut_hermit(&p);
    load_recluse(recluse, 1);
    begin_recluse(&p, recluse);
    load_hermit(hermit, 1);
    expect_any_order(
            (const char *const[]){ "load 1", "saw 1" }, 2);   /* the hermit is not shut yet */
    held_hermit_tell_begin(held, hermit, &(held_begin){ 0 }); /* waits for the keeper, too */
    assert_int_equal(ACTOR_OK, held_recluse_kill(held, recluse));
    expect("stop 0");
    open_gate(2);
    expect("got 5");
    expect("later 0");
    expect_nothing();
}

/* ---- Setting up and tearing down ------------------------------------------------------------- */

static int setup(void **state)
{
    (void)state;
    journal.count = journal.read = 0;
    if (sem_init(&gate, 0, 0) != 0 || sem_init(&arrived, 0, 0) != 0 ||
            sem_init(&written, 0, 0) != 0) {
        return -1;
    }
    held = actor_system_new(&(actor_config){ .workers = 2,
            .slow_handler = -1,
            .tell_timeout = actor_milliseconds(30),
            .survive_root_failure = true });
    return held == NULL ? -1 : 0;
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
        fail_msg("%s %s does not add up", e->actor, e->message);
    }
}

static int teardown(void **state)
{
    (void)state;
    actor_stop_report report = actor_system_stop(held, actor_seconds(30));
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.abandoned);
    actor_system_ledger(held, check_entry, NULL);
    actor_system_free(held);
    assert_int_equal(0, sem_destroy(&gate));
    assert_int_equal(0, sem_destroy(&arrived));
    assert_int_equal(0, sem_destroy(&written));
    return 0;
}

#define HELD_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HELD_TEST(test_what_is_stashed_takes_room),
        HELD_TEST(test_a_restart_does_not_end_the_wait),
        HELD_TEST(test_a_kill_ends_the_wait),
        HELD_TEST(test_whom_it_waits_for_is_killed),
        HELD_TEST(test_who_hands_on_waits),
        HELD_TEST(test_who_fills_a_pool_waits_for_its_members),
        HELD_TEST(test_all_that_can_wait_waits_for_the_reply),
        HELD_TEST(test_a_dedicated_actor_waits_as_well),
        HELD_TEST(test_a_kill_does_not_wait_for_the_reply),
    };
    return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
