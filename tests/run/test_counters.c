/* SPDX-License-Identifier: MIT */
/* test_counters.c - what can be seen of types of actors: failures, restarts, queues, times. */
#include "comparison.actor.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MESSAGES = 3000, LONG_NS = 50000, PATIENCE_S = 60 };

/* The worker waits here for its first message to be let go. */
static sem_t gate;

struct comparison_worker {
    bool waited;
};
ACTOR_STATE(comparison_worker);

/* A message of number 1 waits at the gate, one of number 2 takes its time. */
actor_result comparison_worker_on_work(comparison_worker *self, const comparison_work *msg)
{
    if (msg->number == 1) {
        (void)sem_wait(&gate);
    }
    actor_duration began = actor_now();
    while (msg->number == 2 && actor_now() - began < LONG_NS) {
    }
    return msg->fails ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

actor_result comparison_worker_on_question(
        comparison_worker *self, const comparison_question *msg, comparison_question_call call)
{
    (void)self;
    comparison_question_answer_answer(call, &(comparison_answer){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct scene {
    actor_system *system;
    comparison_worker_ref worker;
    actor_type_entry seen;
};

static struct scene begin(void)
{
    struct scene s = { .system = actor_system_new(
                               &(actor_config){ .workers = 1, .slow_handler = -1 }) };
    comparison_team_ref team;
    assert_non_null(s.system);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    assert_int_equal(comparison_team_start(s.system, &team), ACTOR_OK);
    assert_int_equal(comparison_team_worker(s.system, team, &s.worker), ACTOR_OK);
    return s;
}

static void end(struct scene *s)
{
    assert_int_equal(actor_system_stop(s->system, actor_seconds(PATIENCE_S)).err, ACTOR_OK);
    actor_system_free(s->system);
    (void)sem_destroy(&gate);
}

static actor_err tell(struct scene *s, uint32_t number, bool fails)
{
    return comparison_worker_tell_work(
            s->system, s->worker, &(comparison_work){ .number = number, .fails = fails });
}

/* All that was told before has been handled. */
static void settle(struct scene *s)
{
    comparison_question_reply *reply = NULL;
    actor_err err;
    do { /* until there is room for it */
        err = comparison_worker_ask_question(s->system, s->worker,
                &(comparison_question){ .number = 0 }, actor_seconds(PATIENCE_S), &reply);
    } while (err == ACTOR_ERR_REFUSED);
    assert_int_equal(err, ACTOR_OK);
    actor_reply_free(reply);
}

static void take(void *context, const actor_type_entry *entry)
{
    struct scene *s = context;
    if (strcmp(entry->actor, "comparison.Worker") == 0) {
        s->seen = *entry;
    }
}

static const actor_type_entry *look(struct scene *s)
{
    actor_system_types(s->system, take, s);
    return &s->seen;
}

static uint64_t timed(const actor_type_entry *e)
{
    uint64_t n = 0;
    for (int i = 0; i < ACTOR_TIMES; i++) {
        n += e->times[i];
    }
    return n;
}

static void test_failures_and_restarts_are_counted(void **state)
{
    struct scene s = begin();
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(tell(&s, 0, true), ACTOR_OK);
        settle(&s);
    }
    while (look(&s)->handled <
            3) { /* the questions; they count once their handlers are through */
    }
    assert_int_equal(s.seen.failed, 3);
    assert_int_equal(s.seen.restarts, 3);
    assert_int_equal(s.seen.handled, 3);
    end(&s);
}

static void test_the_longest_queue_is_kept(void **state)
{
    struct scene s = begin();
    (void)state;
    assert_int_equal(tell(&s, 1, false), ACTOR_OK);
    /* It waits in its handler, and what follows in its mailbox: 8 places, of which one is given back
     * as soon as it has the first in hand. */
    while (look(&s)->longest == 0) {
    }
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(tell(&s, 0, false), ACTOR_OK);
    }
    (void)sem_post(&gate);
    settle(&s);
    assert_true(look(&s)->longest >= 6);
    assert_true(s.seen.longest <= 8);
    /* Also of one that has ended. */
    uint64_t longest = s.seen.longest;
    assert_int_equal(comparison_worker_stop(s.system, s.worker), ACTOR_OK);
    while (actor_system_actors(s.system) > 1) {
    }
    assert_int_equal(look(&s)->longest, longest);
    end(&s);
}

static void test_handlers_are_timed_now_and_then(void **state)
{
    struct scene s = begin();
    (void)state;
    assert_int_equal(actor_type_time(look(&s), 500), 0);
    for (uint32_t i = 0; i < MESSAGES; i++) {
        if (tell(&s, 2, false) == ACTOR_ERR_REFUSED) {
            settle(&s);
            assert_int_equal(tell(&s, 2, false), ACTOR_OK);
        }
    }
    settle(&s);
    /* At least every 1,024th of all, questions and starts included. */
    assert_true(timed(look(&s)) >= MESSAGES / 1024);
    assert_true(timed(&s.seen) <= 2 * MESSAGES / 1024 + 1);
    assert_true(actor_type_time(&s.seen, 1000) >= LONG_NS);
    assert_true(actor_type_time(&s.seen, 1000) >= actor_type_time(&s.seen, 500));
    end(&s);
}

static void test_quantiles_are_of_all_that_was_timed(void **state)
{
    actor_type_entry e = { .times = { [10] = 989, [12] = 10, [20] = 1 } };
    (void)state;
    assert_int_equal(actor_type_time(&e, 0), 1 << 10);
    assert_int_equal(actor_type_time(&e, 500), 1 << 10);
    assert_int_equal(actor_type_time(&e, 989), 1 << 10);
    assert_int_equal(actor_type_time(&e, 990), 1 << 12);
    assert_int_equal(actor_type_time(&e, 999), 1 << 12);
    assert_int_equal(actor_type_time(&e, 1000), 1 << 20);
    assert_int_equal(actor_type_time(&e, 5000), 1 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failures_and_restarts_are_counted),
        cmocka_unit_test(test_the_longest_queue_is_kept),
        cmocka_unit_test(test_handlers_are_timed_now_and_then),
        cmocka_unit_test(test_quantiles_are_of_all_that_was_timed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
