/* SPDX-License-Identifier: MIT */
/* Restarts, their order, intensity and backoff; escalation; stops in order. */
#include "trial.h"

/* Starts a root of this type, with its children. */
#define STARTER(name)                                                                          \
    static trial_##name##_ref start_##name(trial_recorder_ref recorder)                        \
    {                                                                                          \
        trial_##name##_ref root;                                                               \
        trial_##name##_args args = { .recorder = recorder };                                   \
        assert_int_equal(ACTOR_OK, trial_##name##_start(trial_system, &args, &root));          \
        return root;                                                                           \
    }

STARTER(one_for_one)
STARTER(all_for_one)
STARTER(rest_for_one)
STARTER(careless)
STARTER(patient)

static trial_order_reply *order_leaf(trial_leaf_ref leaf, trial_deed deed, actor_err expected)
{
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = deed };
    assert_int_equal(expected,
            trial_leaf_ask_order(trial_system, leaf, &order, actor_seconds(20), &reply));
    return reply;
}

/* How many orders the leaf has had since it started. */
static uint64_t orders_of(trial_leaf_ref leaf)
{
    trial_order_reply *reply = order_leaf(leaf, TRIAL_DEED_ANSWER, ACTOR_OK);
    uint64_t n = reply->done.value;
    actor_reply_free(reply);
    return n;
}

/* Compares the senders of the notes with those expected. */
static void expect_senders(trial_recorder_ref recorder, const uint32_t *senders, uint32_t count)
{
    (void)tally_of(recorder, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(senders[i], note_at(recorder, i) >> 16);
    }
}

#define EXPECT(recorder, ...)                                                                  \
    expect_senders(recorder, (const uint32_t[]){ __VA_ARGS__ },                                \
            sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))
#define STOPPED(number) ((number) + LEAF_STOPPED)

static void test_a_restart_keeps_reference_and_queue_and_loses_state(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_one_for_one_ref parent = start_one_for_one(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_one_for_one_second(trial_system, parent, &leaf));
    assert_int_equal(1, orders_of(leaf));
    assert_int_equal(2, orders_of(leaf));
    /* Told behind the failure: waits in the mailbox for the restarted actor. */
    trial_leaf_tell_order(trial_system, leaf, &(trial_order){ .deed = TRIAL_DEED_FAIL });
    trial_leaf_tell_note(trial_system, leaf, &(trial_note){ .sender = 6, .seq = 1 });
    assert_int_equal(1, orders_of(leaf));
    EXPECT(recorder, 1, 2, 3, STOPPED(2), 2, 6);
}

static void test_all_for_one_restarts_all_in_order(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_all_for_one_ref parent = start_all_for_one(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_all_for_one_second(trial_system, parent, &leaf));
    assert_null(order_leaf(leaf, TRIAL_DEED_FAIL, ACTOR_ERR_FAILED));
    EXPECT(recorder, 1, 2, 3, STOPPED(3), STOPPED(2), STOPPED(1), 1, 2, 3);
}

static void test_rest_for_one_restarts_those_started_after(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_rest_for_one_ref parent = start_rest_for_one(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_rest_for_one_second(trial_system, parent, &leaf));
    assert_null(order_leaf(leaf, TRIAL_DEED_FAIL, ACTOR_ERR_FAILED));
    EXPECT(recorder, 1, 2, 3, STOPPED(3), STOPPED(2), 2, 3);
}

static void test_too_many_failures_escalate(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_one_for_one_ref parent = start_one_for_one(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_one_for_one_first(trial_system, parent, &leaf));
    for (int i = 0; i < 4; i++) {
        assert_null(order_leaf(leaf, TRIAL_DEED_FAIL, ACTOR_ERR_FAILED));
    }
    assert_null(order_leaf(leaf, TRIAL_DEED_ANSWER, ACTOR_ERR_STOPPED));
    while (actor_system_actors(trial_system) > 1) {
        (void)tally(recorder);
    }
}

static int setup_strict(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 2 });
}

static void test_a_failing_root_stops_the_system_and_says_why(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_null(actor_system_failure(trial_system));
    actor_err err;
    (void)ask_worker(worker, TRIAL_DEED_FAIL, 0, &err);
    assert_int_equal(ACTOR_ERR_FAILED, err);
    assert_int_equal(ACTOR_OK, actor_system_wait(trial_system, actor_seconds(20)));
    assert_string_equal("trial.Worker failed: told to", actor_system_failure(trial_system));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, trial_recorder_start(trial_system, &recorder));
}

static void test_a_start_that_fails_a_few_times_succeeds(void **state)
{
    (void)state;
    trial_failing_starts = 3;
    trial_recorder_ref recorder = start_recorder();
    (void)start_patient(recorder);
    (void)tally_of(recorder, 1);
    assert_int_equal(0, trial_failing_starts);
}

static void test_a_start_that_fails_too_often_fails_the_root(void **state)
{
    (void)state;
    trial_failing_starts = 4;
    trial_recorder_ref recorder = start_recorder();
    trial_patient_ref patient;
    assert_int_equal(
            ACTOR_ERR_FAILED, trial_patient_start(trial_system,
                                      &(trial_patient_args){ .recorder = recorder }, &patient));
    assert_string_equal(
            "trial.Patient failed: trial.Fragile failed more than 3 times in 3600 s; the "
            "last time: not yet",
            actor_system_failure(trial_system));
}

/* The asker waits while its target cannot start, and is told as soon as that is given up. */
static void test_an_ask_during_backoff_ends_stopped_on_escalation(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_patient_ref patient = start_patient(recorder);
    trial_fragile_ref fragile;
    assert_int_equal(ACTOR_OK, trial_patient_fragile(trial_system, patient, &fragile));
    trial_order order = { .deed = TRIAL_DEED_FAIL, .value = 4 };
    trial_order_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_FAILED,
            trial_fragile_ask_order(trial_system, fragile, &order, actor_seconds(20), &reply));
    order.deed = TRIAL_DEED_ANSWER;
    assert_int_equal(ACTOR_ERR_STOPPED,
            trial_fragile_ask_order(trial_system, fragile, &order, actor_seconds(20), &reply));
}

static void test_an_ask_during_backoff_is_answered_after_it(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_patient_ref patient = start_patient(recorder);
    trial_fragile_ref fragile;
    assert_int_equal(ACTOR_OK, trial_patient_fragile(trial_system, patient, &fragile));
    trial_order order = { .deed = TRIAL_DEED_FAIL, .value = 2 };
    trial_order_reply *reply = NULL;
    actor_duration before = actor_now();
    assert_int_equal(ACTOR_ERR_FAILED,
            trial_fragile_ask_order(trial_system, fragile, &order, actor_seconds(20), &reply));
    order = (trial_order){ .deed = TRIAL_DEED_ANSWER, .value = 8 };
    assert_int_equal(ACTOR_OK,
            trial_fragile_ask_order(trial_system, fragile, &order, actor_seconds(20), &reply));
    assert_int_equal(8, reply->done.value);
    actor_reply_free(reply);
    /* Three pauses, of 1, 2 and 4 ms at the least. */
    assert_true(actor_now() - before >= actor_milliseconds(7));
}

static void test_without_supervision_a_failing_child_is_stopped(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_careless_ref parent = start_careless(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_careless_only(trial_system, parent, &leaf));
    assert_null(order_leaf(leaf, TRIAL_DEED_FAIL, ACTOR_ERR_FAILED));
    assert_null(order_leaf(leaf, TRIAL_DEED_ANSWER, ACTOR_ERR_STOPPED));
    while (actor_system_actors(trial_system) > 2) {
        (void)tally(recorder);
    }
}

static void test_a_child_that_stops_by_itself_is_not_restarted(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_one_for_one_ref parent = start_one_for_one(recorder);
    trial_leaf_ref leaf;
    assert_int_equal(ACTOR_OK, trial_one_for_one_first(trial_system, parent, &leaf));
    actor_reply_free(order_leaf(leaf, TRIAL_DEED_STOP, ACTOR_OK));
    while (actor_system_actors(trial_system) > 4) {
        (void)tally(recorder);
    }
    EXPECT(recorder, 1, 2, 3, STOPPED(1));
}

static void test_children_stop_last_first(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_one_for_one_ref parent = start_one_for_one(recorder);
    assert_int_equal(ACTOR_OK, trial_one_for_one_stop(trial_system, parent));
    EXPECT(recorder, 1, 2, 3, STOPPED(3), STOPPED(2), STOPPED(1));
}

static int setup_one_worker(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 1 });
}

/* The child's first turn has lasted long enough before it comes to the order that fails it, so the stop that its parent
 * sends stands behind that, and is never handled. */
static void test_a_child_that_fails_before_its_stop_holds_nothing_up(void **state)
{
    enum { NOTES = 50000 };
    trial_recorder_ref recorder = start_recorder();
    trial_one_for_one_ref parent = start_one_for_one(recorder);
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_leaf_ref leaf;
    (void)state;
    assert_int_equal(ACTOR_OK, trial_one_for_one_third(trial_system, parent, &leaf));
    assert_int_equal(ACTOR_OK, trial_recorder_tell_order(trial_system, recorder, &order));
    sem_wait(&trial_arrived);
    for (uint32_t i = 0; i < NOTES; i++) {
        trial_leaf_tell_note(trial_system, leaf, &(trial_note){ .seq = i });
    }
    order.deed = TRIAL_DEED_FAIL;
    assert_int_equal(ACTOR_OK, trial_leaf_tell_order(trial_system, leaf, &order));
    assert_int_equal(ACTOR_OK, trial_one_for_one_stop(trial_system, parent));
    sem_post(&trial_gate);
    assert_int_equal(ACTOR_OK, actor_system_stop(trial_system, actor_seconds(10)).err);
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_setup, trial_teardown)
#define STRICT(test) cmocka_unit_test_setup_teardown(test, setup_strict, trial_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_a_restart_keeps_reference_and_queue_and_loses_state),
        TRIAL(test_all_for_one_restarts_all_in_order),
        TRIAL(test_rest_for_one_restarts_those_started_after),
        TRIAL(test_too_many_failures_escalate),
        STRICT(test_a_failing_root_stops_the_system_and_says_why),
        TRIAL(test_a_start_that_fails_a_few_times_succeeds),
        STRICT(test_a_start_that_fails_too_often_fails_the_root),
        TRIAL(test_an_ask_during_backoff_ends_stopped_on_escalation),
        TRIAL(test_an_ask_during_backoff_is_answered_after_it),
        TRIAL(test_without_supervision_a_failing_child_is_stopped),
        TRIAL(test_a_child_that_stops_by_itself_is_not_restarted),
        TRIAL(test_children_stop_last_first),
        cmocka_unit_test_setup_teardown(
                test_a_child_that_fails_before_its_stop_holds_nothing_up, setup_one_worker,
                trial_teardown),
    };
    return cmocka_run_group_tests_name("supervision", tests, NULL, NULL);
}
