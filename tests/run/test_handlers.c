/* SPDX-License-Identifier: MIT */
/* Handlers are transactions; what a handler owns; what it may not call. */
#include "trial.h"

static actor_err failing(trial_worker_ref worker, trial_deed deed)
{
    actor_err err;
    (void)ask_worker(worker, deed, 0, &err);
    return err;
}

static void test_nothing_of_a_failed_handler_happens(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_int_equal(ACTOR_ERR_FAILED, failing(worker, TRIAL_DEED_ACT_THEN_FAIL));
    while (actor_system_actors(trial_system) > 1) {
        (void)tally(recorder);
    }
    /* Only the stop hook's note: no note of the handler's, none of a leaf that started. */
    assert_int_equal(1, tally(recorder).count);
    assert_int_equal(2 << 16, note_at(recorder, 0));
}

static void test_the_failed_message_is_a_dead_letter(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_int_equal(ACTOR_ERR_FAILED, failing(worker, TRIAL_DEED_FAIL));
    while (trial_dead_letters == 0) { /* the asker may hear of it first */
        (void)tally(recorder);
    }
    assert_int_equal(1, trial_dead_letters);
    assert_int_equal(ACTOR_ERR_FAILED, trial_last_reason);
}

static void test_a_flush_keeps_what_came_before_it(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_int_equal(ACTOR_ERR_FAILED, failing(worker, TRIAL_DEED_FLUSH_THEN_FAIL));
    while (actor_system_actors(trial_system) > 1) {
        (void)tally(recorder);
    }
    assert_int_equal(2, tally(recorder).count);
    assert_int_equal(1 << 16, note_at(recorder, 0));
}

static int setup_small_outbox(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 2, .outbox_bytes = 800 });
}

static void test_the_outbox_has_a_limit(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_int_equal(800 / sizeof(trial_note), ask_worker(worker, TRIAL_DEED_FLOOD, 0, NULL));
    (void)tally_of(recorder, 800 / sizeof(trial_note));
}

static int setup_least_for_the_short_way(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 2, .outbox_bytes = 65536 });
}

static void test_the_outbox_has_a_limit_for_small_messages(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    uint32_t fit = 65536 / sizeof(trial_note);
    assert_int_equal(fit, ask_worker(worker, TRIAL_DEED_FLOOD, 0, NULL));
    assert_int_equal(0, tally_of(recorder, fit).disorder);
    assert_int_equal(fit, ask_worker(worker, TRIAL_DEED_FLOOD, 0, NULL));
    (void)tally_of(recorder, 2 * fit);
}

static int setup_one_worker(void **state)
{
    return trial_setup_with(
            state, (actor_config){ .workers = 1, .survive_root_failure = true });
}

/* Both on one thread, where the next handler has what this one has given back. */
static void test_a_failure_gives_the_outbox_back(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    trial_worker_ref other = start_worker(recorder);
    uint64_t before = ask_worker(worker, TRIAL_DEED_FLOOD, 0, NULL);
    ask_worker(other, TRIAL_DEED_ACT_THEN_FAIL, 0, &(actor_err){ ACTOR_OK });
    assert_int_equal(before, ask_worker(worker, TRIAL_DEED_FLOOD, 0, NULL));
}

static void wait_alone(trial_recorder_ref recorder)
{
    while (actor_system_actors(trial_system) > 1) {
        (void)tally(recorder);
    }
}

static void test_what_an_actor_owns_is_destroyed_last_first(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    ask_worker(worker, TRIAL_DEED_OWN, 10, NULL);
    ask_worker(worker, TRIAL_DEED_OWN, 20, NULL);
    assert_int_equal(1, ask_worker(worker, TRIAL_DEED_DISOWN, 20, NULL));
    assert_int_equal(0, ask_worker(worker, TRIAL_DEED_DISOWN, 20, NULL));
    ask_worker(worker, TRIAL_DEED_STOP, 0, NULL);
    wait_alone(recorder);
    assert_int_equal(3, trial_destroyed_count);
    assert_int_equal(21, trial_destroyed[0]);
    assert_int_equal(11, trial_destroyed[1]);
    assert_int_equal(10, trial_destroyed[2]);
}

static void test_what_a_failed_actor_owns_is_destroyed(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    ask_worker(worker, TRIAL_DEED_OWN, 1, NULL);
    assert_int_equal(ACTOR_ERR_FAILED, failing(worker, TRIAL_DEED_FAIL));
    wait_alone(recorder);
    assert_int_equal(2, trial_destroyed_count);
}

static void test_a_spawned_actor_can_be_told_and_ends_with_its_parent(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    trial_leaf_ref leaf = { ask_worker(worker, TRIAL_DEED_SPAWN, 5, NULL) };
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    assert_int_equal(ACTOR_OK,
            trial_leaf_ask_order(trial_system, leaf, &order, actor_seconds(20), &reply));
    assert_int_equal(1, reply->done.value);
    actor_reply_free(reply);
    ask_worker(worker, TRIAL_DEED_STOP, 0, NULL);
    wait_alone(recorder);
    /* Children before parents: the leaf started and stopped, then the worker stopped. */
    assert_int_equal(5 << 16, note_at(recorder, 0));
    assert_int_equal((5 + LEAF_STOPPED) << 16, note_at(recorder, 1));
    assert_int_equal(2 << 16, note_at(recorder, 2));
}

static int setup_few_actors(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 2, .max_actors = 3 });
}

static void test_actors_have_a_limit(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_true(ask_worker(worker, TRIAL_DEED_SPAWN, 1, NULL) != 0);
    assert_true(ask_worker(worker, TRIAL_DEED_SPAWN, 2, NULL) == 0);
    trial_recorder_ref more;
    assert_int_equal(ACTOR_ERR_LIMIT, trial_recorder_start(trial_system, &more));
}

static void test_outside_functions_are_refused_inside(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    assert_int_equal(5, ask_worker(worker, TRIAL_DEED_MISUSE, 0, NULL));
}

static void test_an_inside_function_is_refused_outside(void **state)
{
    (void)state;
    int not_mine = 0;
    assert_int_equal(ACTOR_ERR_MISUSE, actor_flush(&not_mine));
    assert_int_equal(0, actor_backlog(&not_mine));
    assert_int_equal(ACTOR_ERR_MISUSE, trial_order_keep((trial_order_call){ 1 }));
}

static void test_a_line_of_the_log_names_its_actor(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    trial_order order = { .deed = TRIAL_DEED_LOG, .text = ACTOR_STRING("good morning") };
    trial_order_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            trial_worker_ask_order(trial_system, worker, &order, actor_seconds(20), &reply));
    actor_reply_free(reply);
    assert_string_equal("trial.Worker: good morning", trial_line);
}

static void test_backlog_counts_what_waits(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    assert_int_equal(0, ask_worker(worker, TRIAL_DEED_BACKLOG, 0, NULL));
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_setup, trial_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_nothing_of_a_failed_handler_happens),
        TRIAL(test_the_failed_message_is_a_dead_letter),
        TRIAL(test_a_flush_keeps_what_came_before_it),
        cmocka_unit_test_setup_teardown(
                test_the_outbox_has_a_limit, setup_small_outbox, trial_teardown),
        cmocka_unit_test_setup_teardown(test_the_outbox_has_a_limit_for_small_messages,
                setup_least_for_the_short_way, trial_teardown),
        cmocka_unit_test_setup_teardown(
                test_a_failure_gives_the_outbox_back, setup_one_worker, trial_teardown),
        TRIAL(test_what_an_actor_owns_is_destroyed_last_first),
        TRIAL(test_what_a_failed_actor_owns_is_destroyed),
        TRIAL(test_a_spawned_actor_can_be_told_and_ends_with_its_parent),
        cmocka_unit_test_setup_teardown(
                test_actors_have_a_limit, setup_few_actors, trial_teardown),
        TRIAL(test_outside_functions_are_refused_inside),
        TRIAL(test_an_inside_function_is_refused_outside),
        TRIAL(test_a_line_of_the_log_names_its_actor),
        TRIAL(test_backlog_counts_what_waits),
    };
    return cmocka_run_group_tests_name("handlers", tests, NULL, NULL);
}
