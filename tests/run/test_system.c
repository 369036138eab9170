/* SPDX-License-Identifier: MIT */
/* Systems: stopping in order and in time, several at once, what is seen from outside. */
#include "trial.h"

static void test_roots_stop_last_first_after_what_is_queued(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_leaf_ref leaves[3];
    for (uint32_t i = 0; i < 3; i++) {
        trial_leaf_args args = { .recorder = recorder, .number = i };
        assert_int_equal(ACTOR_OK, trial_leaf_start(trial_system, &args, &leaves[i]));
    }
    trial_leaf_tell_note(trial_system, leaves[0], &(trial_note){ .sender = 10 });
    trial_leaf_tell_note(trial_system, leaves[2], &(trial_note){ .sender = 12 });
    actor_stop_report report = actor_system_stop(trial_system, actor_seconds(20));
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.abandoned);
    /* The recorder was started first, so it has handled all that the others told it. */
    assert_int_equal(0, report.dead_letters);
    assert_int_equal(0, trial_dead_letters);
}

static void test_a_second_stop_repeats_the_report(void **state)
{
    (void)state;
    (void)start_recorder();
    assert_int_equal(ACTOR_OK, actor_system_stop(trial_system, actor_seconds(20)).err);
    assert_int_equal(ACTOR_OK, actor_system_stop(trial_system, 0).err);
}

static void test_nothing_is_accepted_after_the_stop(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    (void)actor_system_stop(trial_system, actor_seconds(20));
    trial_tally_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_SHUTDOWN,
            trial_recorder_tell_note(trial_system, recorder, &(trial_note){ 0 }));
    assert_int_equal(ACTOR_ERR_SHUTDOWN,
            trial_recorder_ask_tally(trial_system, recorder, &(trial_tally)TRIAL_TALLY_INIT,
                    actor_seconds(1), &reply));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, trial_recorder_stop(trial_system, recorder));
}

/* The handler at the gate does not return within the deadline and the second of grace. */
static void test_a_stop_past_its_deadline_reports_who_was_abandoned(void **state)
{
    (void)state;
    trial_blocker_ref blocker = start_blocker(start_recorder());
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_blocker_tell_order(trial_system, blocker, &order);
    sem_wait(&trial_arrived);
    order.deed = TRIAL_DEED_ANSWER;
    trial_blocker_tell_order(trial_system, blocker, &order);
    trial_blocker_tell_order(trial_system, blocker, &order);
    actor_stop_report report = actor_system_stop(trial_system, 0);
    assert_int_equal(ACTOR_ERR_TIMEOUT, report.err);
    assert_true(report.abandoned >= 1);
    sem_post(&trial_gate);
}

static int teardown_of_abandoned(void **state)
{
    (void)state;
    /* Threads are still inside: the system is left alone, as documented. */
    actor_system_free(trial_system);
    return 0;
}

static void test_wait_times_out_while_all_is_well(void **state)
{
    (void)state;
    (void)start_recorder();
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_system_wait(trial_system, 1));
    assert_null(actor_system_failure(trial_system));
}

static void test_systems_do_not_see_each_other(void **state)
{
    (void)state;
    trial_recorder_ref here = start_recorder();
    actor_system *other = actor_system_new(&(actor_config){ .workers = 1 });
    assert_non_null(other);
    trial_recorder_ref there;
    assert_int_equal(ACTOR_OK, trial_recorder_start(other, &there));
    assert_int_equal(ACTOR_OK, trial_recorder_tell_note(other, there, &(trial_note){ 0 }));
    assert_int_equal(1, actor_system_actors(other));
    assert_int_equal(0, tally(here).count);
    actor_system_free(other); /* stops it first */
}

static void test_a_dedicated_thread_is_used_again(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    for (int i = 0; i < 50; i++) {
        trial_blocker_ref blocker = start_blocker(recorder);
        trial_order_reply *reply = NULL;
        trial_order order = { .deed = TRIAL_DEED_ANSWER, .value = (uint64_t)i };
        assert_int_equal(ACTOR_OK, trial_blocker_ask_order(trial_system, blocker, &order,
                                           actor_seconds(20), &reply));
        assert_int_equal(i + 1, reply->done.value);
        actor_reply_free(reply);
        assert_int_equal(ACTOR_OK, trial_blocker_stop(trial_system, blocker));
        while (actor_system_actors(trial_system) > 1) {
            (void)tally(recorder);
        }
    }
}

static void test_errors_have_texts(void **state)
{
    (void)state;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        assert_true(strlen(actor_err_text((actor_err)i)) > 0);
        assert_string_not_equal("unknown error", actor_err_text((actor_err)i));
    }
    assert_string_equal("unknown error", actor_err_text(ACTOR_ERR_COUNT));
    assert_string_equal(ACTOR_VERSION, actor_version());
    assert_int_equal(0, actor_string_of(NULL).len);
    assert_int_equal(3, actor_string_of("abc").len);
}

static void test_freeing_nothing_is_allowed(void **state)
{
    (void)state;
    actor_system_free(NULL);
    actor_reply_free(NULL);
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_setup, trial_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_roots_stop_last_first_after_what_is_queued),
        TRIAL(test_a_second_stop_repeats_the_report),
        TRIAL(test_nothing_is_accepted_after_the_stop),
        TRIAL(test_wait_times_out_while_all_is_well),
        TRIAL(test_systems_do_not_see_each_other),
        TRIAL(test_a_dedicated_thread_is_used_again),
        cmocka_unit_test(test_errors_have_texts),
        cmocka_unit_test(test_freeing_nothing_is_allowed),
        /* Last: it leaves a thread behind that still uses its system. */
        cmocka_unit_test_setup_teardown(test_a_stop_past_its_deadline_reports_who_was_abandoned,
                trial_setup, teardown_of_abandoned),
    };
    return cmocka_run_group_tests_name("system", tests, NULL, NULL);
}
