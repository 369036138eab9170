/* SPDX-License-Identifier: MIT */
/* Actors with threads of their own: they may wait, and what holds for the others holds for them. */
#include "puppet.h"

enum { LONERS = 6, TRIES = 100000 };

static struct {
    puppet_puppet_ref target;
    pthread_t threads[2];
    uint32_t starts;
} cast;

static int setup_one_worker(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1, .survive_root_failure = true });
}

static void test_many_may_wait_at_once_and_hold_nobody_up(void **state)
{
    (void)state;
    puppet_loner_ref loners[LONERS];
    puppet_puppet_ref puppet = start_puppet(NULL, 100);
    for (uint32_t i = 0; i < LONERS; i++) {
        loners[i] = start_loner(NULL, i);
        step_loner(loners[i], 1, "wait");
    }
    for (uint32_t i = 0; i < LONERS; i++) {
        await_arrival();
    }
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    for (uint32_t i = 0; i < LONERS; i++) {
        open_gate();
    }
    for (uint32_t i = 0; i < LONERS; i++) {
        assert_string_equal("answer 2", ask_loner(loners[i], 2, ""));
    }
}

static actor_result note_thread(void *self)
{
    (void)self;
    cast.threads[cast.starts++ % 2] = pthread_self();
    note("start");
    return ACTOR_CONTINUE;
}

static struct play noting = { .start = note_thread };

static void test_a_restart_stays_on_its_thread(void **state)
{
    (void)state;
    puppet_boss_ref boss;
    puppet_loner_ref loner;
    cast.starts = 0;
    puppet_boss_args args = { .play = &noting, .id = 10 };
    assert_int_equal(ACTOR_OK, puppet_boss_start(puppets, &args, &boss));
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, boss, &loner));
    EXPECT("start", "start", "start"); /* the boss, its first, the loner */
    cast.threads[1] = cast.threads[0];
    assert_string_equal(actor_err_text(ACTOR_ERR_FAILED), ask_loner(loner, 1, "fail"));
    EXPECT("stop 2", "start");
    assert_int_equal(4, cast.starts);
    assert_true(pthread_equal(cast.threads[0], cast.threads[1]) != 0);
    assert_string_equal("answer 2", ask_loner(loner, 2, ""));
}

/* Not at once, as the thread has to come back from its last handler first. */
static void test_a_thread_is_used_again(void **state)
{
    (void)state;
    puppet_puppet_ref puppet = start_puppet(NULL, 1);
    cast.starts = 0;
    for (int i = 0; i < TRIES; i++) {
        puppet_loner_ref loner = start_loner(&noting, 2);
        assert_string_equal("answer 3", ask_loner(loner, 3, ""));
        puppet_loner_stop(puppets, loner);
        await_actors(1, puppet);
        if (i > 0 && pthread_equal(cast.threads[0], cast.threads[1]) != 0) {
            return;
        }
    }
    fail_msg("every actor had a thread of its own");
}

static actor_result consult(void *self, const puppet_step *msg)
{
    puppet_loner_ask_consult(
            self, cast.target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static actor_result tell_target(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    (void)call;
    puppet_loner_tell_puppet_step(
            self, cast.target, &(puppet_step){ .number = (uint32_t)reply->answer.value });
    b->count++;
    return ACTOR_CONTINUE;
}

/* Asks, continuations and tells between a thread of its own and a worker, many at a time. */
static void test_it_talks_with_others_in_order(void **state)
{
    (void)state;
    enum { QUESTIONS = 500 };
    static struct play play = { .step = consult, .got = tell_target };
    cast.target = start_puppet(NULL, 1);
    puppet_loner_ref loner = start_loner(&play, 2);
    EXPECT("start 1", "start 2");
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        step_loner(loner, i, "");
    }
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "step 1.%" PRIu32, i);
        EXPECT(line);
    }
}

static actor_result spawn_loners(void *self, const puppet_step *msg)
{
    for (uint32_t i = 0; i < msg->number; i++) {
        puppet_loner_ref child;
        puppet_loner_args args = { .id = 30 };
        if (puppet_puppet_spawn_loner(self, &args, &child) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn");
        }
        puppet_puppet_tell_loner_step(self, child, &(puppet_step){ .number = i });
    }
    return is(msg->text, "fail") ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

static void test_it_may_be_spawned_and_ends_with_its_parent(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_loners };
    puppet_puppet_ref somebody = start_puppet(NULL, 1);
    puppet_puppet_ref parent = start_puppet(&play, 2);
    step_puppet(parent, LONERS, "");
    for (int i = 0; i < LONERS; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "step 30.%d", i);
        await_lines(line, 1);
    }
    puppet_puppet_stop(puppets, parent);
    await_lines("stop 2", 1);
    assert_int_equal(LONERS, lines_that_say("stop 30"));
    await_actors(1, somebody);
}

/* Threads were there for them already; they go back. */
static void test_those_of_a_failed_handler_never_start(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_loners };
    puppet_patient_ref patient;
    puppet_puppet_ref parent;
    puppet_patient_args args = { .play = &play };
    assert_int_equal(ACTOR_OK, puppet_patient_start(puppets, &args, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &parent));
    for (int i = 0; i < 5; i++) {
        step_puppet(parent, LONERS, "fail");
    }
    await_lines("start 1", 6);
    await_actors(2, parent);
    assert_int_equal(0, lines_that_say("start 30"));
    step_puppet(parent, 1, "");
    await_lines("step 30.0", 1);
}

/* An ask's time passes although its asker, on the only worker, has nothing else to do. */
static actor_result wonder_briefly(void *self, const puppet_step *msg)
{
    puppet_puppet_ask_wonder_briefly(
            self, cast.target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static void test_time_passes_while_others_wait(void **state)
{
    (void)state;
    static struct play play = { .step = wonder_briefly };
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&play, 2);
    puppet_loner_ref loner = start_loner(NULL, 3);
    step_loner(loner, 1, "wait");
    await_arrival();
    step_puppet(asker, 1, "keep");
    await_lines("wonder_briefly: timed out", 1);
    open_gate();
}

/* However many messages it finds when it comes back from one that took long. */
static void test_a_request_is_not_handled_after_its_deadline(void **state)
{
    (void)state;
    puppet_loner_ref loner = start_loner(NULL, 1);
    actor_future *future;
    EXPECT("start 1");
    step_loner(loner, 1, "wait");
    await_arrival();
    step_loner(loner, 2, "wait");
    assert_int_equal(ACTOR_OK,
            puppet_loner_ask_question_async(puppets, loner, &(puppet_question){ .number = 3 },
                    actor_milliseconds(100), &future));
    open_gate();
    await_arrival();
    assert_int_equal(ACTOR_OK, actor_future_wait(future, LONG));
    open_gate();
    assert_string_equal("answer 4", ask_loner(loner, 4, ""));
    actor_ledger_entry e = ledger_of("puppet.Loner", "puppet.Question");
    assert_int_equal(1, e.handled);
    assert_int_equal(1, e.dropped[ACTOR_ERR_TIMEOUT]);
    puppet_question_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_TIMEOUT, puppet_question_await(future, &reply));
}

#define ONE_WORKER(test) cmocka_unit_test_setup_teardown(test, setup_one_worker, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_WORKER(test_many_may_wait_at_once_and_hold_nobody_up),
        PUPPET_TEST(test_a_restart_stays_on_its_thread),
        PUPPET_TEST(test_a_thread_is_used_again),
        PUPPET_TEST(test_it_talks_with_others_in_order),
        PUPPET_TEST(test_it_may_be_spawned_and_ends_with_its_parent),
        PUPPET_TEST(test_those_of_a_failed_handler_never_start),
        ONE_WORKER(test_time_passes_while_others_wait),
        PUPPET_TEST(test_a_request_is_not_handled_after_its_deadline),
    };
    return cmocka_run_group_tests_name("dedicated", tests, NULL, NULL);
}
