/* SPDX-License-Identifier: MIT */
/*
 * test_comparison.c - what COMPARISON.md says of actorc, scenario by scenario, in virtual time: nothing runs until it
 * is let run, so that what is queued when something fails is exactly what the test has queued.
 */
#include "kit.h"

#include "comparison.actor.h"

enum { MAILBOX = 8, PATIENCE_S = 5 };

/* What the worker has handled, in order. */
static uint32_t handled[64];
static size_t handled_count;
static actor_err dead_reason;
static size_t dead_count;

struct comparison_worker {
    char none;
};
ACTOR_STATE(comparison_worker);

static actor_result handle(const comparison_worker *self, uint32_t number, bool fails)
{
    if (fails) {
        return actor_fail(self, "as told");
    }
    handled[handled_count++] = number;
    return ACTOR_CONTINUE;
}

actor_result comparison_worker_on_work(comparison_worker *self, const comparison_work *msg)
{
    return handle(self, msg->number, msg->fails);
}

actor_result comparison_worker_on_question(
        comparison_worker *self, const comparison_question *msg, comparison_question_call call)
{
    comparison_question_answer_answer(call, &(comparison_answer){ .number = msg->number });
    return handle(self, msg->number, msg->fails);
}

/* ---- The scene -------------------------------------------------------------------------------- */

struct scene {
    actor_test *test;
    actor_system *system;
    comparison_worker_ref worker;
};

static void note_dead(void *context, const actor_dead_letter *letter)
{
    (void)context;
    dead_count++;
    dead_reason = letter->reason;
}

static struct scene begin(void)
{
    actor_test_config config = { .fail = kit_fail, .system.dead_letter = note_dead };
    struct scene s = { .test = actor_test_new(&config) };
    comparison_team_ref team;
    assert_non_null(s.test);
    s.system = actor_test_system(s.test);
    handled_count = dead_count = 0;
    assert_int_equal(comparison_team_start(s.system, &team), ACTOR_OK);
    assert_int_equal(comparison_team_worker(s.system, team, &s.worker), ACTOR_OK);
    return s;
}

static actor_err tell(struct scene *s, uint32_t number, bool fails)
{
    return comparison_worker_tell_work(
            s->system, s->worker, &(comparison_work){ .number = number, .fails = fails });
}

static actor_future *ask(struct scene *s, uint32_t number, bool fails, actor_duration patience)
{
    actor_future *future = NULL;
    assert_int_equal(comparison_worker_ask_question_async(s->system, s->worker,
                             &(comparison_question){ .number = number, .fails = fails },
                             patience, &future),
            ACTOR_OK);
    return future;
}

static actor_err end_of(actor_future *future)
{
    comparison_question_reply *reply = NULL;
    actor_err err = comparison_question_await(future, &reply);
    if (err == ACTOR_OK) {
        actor_reply_free(reply);
    }
    return err;
}

static void assert_handled(uint32_t from, uint32_t to)
{
    assert_int_equal(handled_count, to - from + 1);
    for (uint32_t i = from; i <= to; i++) {
        assert_int_equal(handled[i - from], i);
    }
}

struct dropped {
    uint64_t expired;
    uint64_t refused;
};

static void add_dropped(void *context, const actor_ledger_entry *e)
{
    struct dropped *d = context;
    d->expired += e->dropped[ACTOR_ERR_TIMEOUT];
    d->refused += e->dropped[ACTOR_ERR_REFUSED];
    uint64_t sum = e->handled + e->in_hand + e->queued + e->stashed + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        sum += e->dropped[i];
    }
    assert_int_equal(e->sent, sum);
}

static struct dropped dropped(struct scene *s)
{
    struct dropped d = { 0 };
    actor_system_ledger(s->system, add_dropped, &d);
    return d;
}

/* ---- Scenarios ---------------------------------------------------------------------------------- */

static void test_a_failing_tell_restarts_the_actor_under_its_reference(void **state)
{
    struct scene s = begin();
    (void)state;
    assert_int_equal(tell(&s, 1, true), ACTOR_OK);
    (void)actor_test_settle(s.test);
    assert_int_equal(dead_count, 1);
    assert_int_equal(dead_reason, ACTOR_ERR_FAILED);
    assert_int_equal(tell(&s, 2, false), ACTOR_OK);
    (void)actor_test_settle(s.test);
    assert_handled(2, 2);
    actor_test_free(s.test);
}

static void test_a_failing_ask_is_told_so_at_once_and_its_answer_is_undone(void **state)
{
    struct scene s = begin();
    actor_duration before = actor_now();
    (void)state;
    assert_int_equal(end_of(ask(&s, 1, true, actor_seconds(PATIENCE_S))), ACTOR_ERR_FAILED);
    assert_true(actor_now() - before < actor_milliseconds(1));
    assert_int_equal(end_of(ask(&s, 2, false, actor_seconds(PATIENCE_S))), ACTOR_OK);
    actor_test_free(s.test);
}

static void test_an_ask_to_a_dead_actor_ends_at_once(void **state)
{
    struct scene s = begin();
    (void)state;
    assert_int_equal(comparison_worker_stop(s.system, s.worker), ACTOR_OK);
    (void)actor_test_settle(s.test);
    actor_duration before = actor_now();
    assert_int_equal(end_of(ask(&s, 1, false, actor_seconds(PATIENCE_S))), ACTOR_ERR_STOPPED);
    assert_true(actor_now() - before < actor_milliseconds(1));
    actor_test_free(s.test);
}

static void test_the_queue_behind_a_failure_is_handled_in_order(void **state)
{
    struct scene s = begin();
    (void)state;
    assert_int_equal(tell(&s, 1, true), ACTOR_OK);
    for (uint32_t i = 2; i <= MAILBOX; i++) {
        assert_int_equal(tell(&s, i, false), ACTOR_OK);
    }
    (void)actor_test_settle(s.test);
    assert_handled(2, MAILBOX);
    assert_int_equal(dead_count, 1);
    actor_test_free(s.test);
}

static void test_an_expired_ask_is_not_handled(void **state)
{
    struct scene s = begin();
    actor_future *late = ask(&s, 1, false, actor_milliseconds(1));
    (void)state;
    /* The worker comes to it too late. */
    actor_test_pass(s.test, actor_milliseconds(2));
    (void)actor_test_settle(s.test);
    assert_int_equal(end_of(late), ACTOR_ERR_TIMEOUT);
    assert_int_equal(handled_count, 0);
    assert_int_equal(dropped(&s).expired, 1);
    actor_test_free(s.test);
}

static void test_a_full_mailbox_refuses_and_the_sender_sees_it(void **state)
{
    struct scene s = begin();
    (void)state;
    for (uint32_t i = 1; i <= MAILBOX; i++) {
        assert_int_equal(tell(&s, i, false), ACTOR_OK);
    }
    assert_int_equal(tell(&s, MAILBOX + 1, false), ACTOR_ERR_REFUSED);
    (void)actor_test_settle(s.test);
    assert_handled(1, MAILBOX);
    assert_int_equal(dropped(&s).refused, 1);
    actor_test_free(s.test);
}

static void test_a_stop_handles_what_is_queued_first(void **state)
{
    struct scene s = begin();
    (void)state;
    for (uint32_t i = 1; i <= MAILBOX; i++) {
        assert_int_equal(tell(&s, i, false), ACTOR_OK);
    }
    actor_stop_report report = actor_system_stop(s.system, actor_seconds(PATIENCE_S));
    assert_int_equal(report.err, ACTOR_OK);
    assert_int_equal(report.dead_letters, 0);
    assert_handled(1, MAILBOX);
    actor_test_free(s.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failing_tell_restarts_the_actor_under_its_reference),
        cmocka_unit_test(test_a_failing_ask_is_told_so_at_once_and_its_answer_is_undone),
        cmocka_unit_test(test_an_ask_to_a_dead_actor_ends_at_once),
        cmocka_unit_test(test_the_queue_behind_a_failure_is_handled_in_order),
        cmocka_unit_test(test_an_expired_ask_is_not_handled),
        cmocka_unit_test(test_a_full_mailbox_refuses_and_the_sender_sees_it),
        cmocka_unit_test(test_a_stop_handles_what_is_queued_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
