/* SPDX-License-Identifier: MIT */
/* Kills: what ends at once, what becomes of all that it had, and who brings it back: nobody. */
#include "puppet.h"

static puppet_puppet_ref target; /* whom puppets ask; set before they do */
static puppet_loner_ref victim;

static const char *stopped(void)
{
    return actor_err_text(ACTOR_ERR_STOPPED);
}

static void await_end_of_all(void)
{
    while (actor_system_actors(puppets) > 0) {
        (void)sched_yield();
    }
}

static void test_what_is_queued_is_not_handled(void **state)
{
    (void)state;
    puppet_loner_ref loner = start_loner(NULL, 1);
    step_loner(loner, 1, "wait");
    await_arrival();
    step_loner(loner, 2, "");
    step_loner(loner, 3, "");
    assert_int_equal(ACTOR_OK, puppet_loner_kill(puppets, loner));
    open_gate();
    /* The handler that runs is not interrupted, and the stop hook runs. */
    EXPECT("start 1", "step 1.1", "stop 1");
    await_end_of_all();
    assert_int_equal(2, ledger_of("puppet.Loner", "puppet.Step").dead_letters);
    assert_int_equal(ACTOR_ERR_STOPPED, puppet_loner_kill(puppets, loner));
    expect_nothing();
}

static void test_a_kept_call_ends_stopped(void **state)
{
    (void)state;
    static struct asker asker;
    puppet_puppet_ref puppet = start_puppet(NULL, 1);
    begin_asker(&asker, puppet, 1, "keep");
    EXPECT("start 1", "kept 1");
    assert_int_equal(ACTOR_OK, puppet_puppet_kill(puppets, puppet));
    assert_string_equal(stopped(), join_asker(&asker));
    assert_string_equal(stopped(), ask_puppet(puppet, 1, ""));
    EXPECT("stop 1");
}

static actor_result consult(void *self, const puppet_step *msg)
{
    puppet_loner_ask_consult(
            self, target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static actor_result wonder(void *self, const puppet_step *msg)
{
    puppet_puppet_ask_wonder(
            self, target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

/* Unlike a stop, which would wait for the reply. */
static void test_a_kill_does_not_wait_for_replies(void **state)
{
    (void)state;
    static struct play asking = { .step = consult };
    target = start_puppet(NULL, 1);
    puppet_loner_ref asker = start_loner(&asking, 2);
    EXPECT("start 1", "start 2");
    step_loner(asker, 1, "keep");
    EXPECT("kept 1");
    assert_int_equal(ACTOR_OK, puppet_loner_stop(puppets, asker));
    assert_string_equal(stopped(), ask_loner(asker, 3, ""));
    expect_nothing();
    assert_int_equal(ACTOR_OK, puppet_loner_kill(puppets, asker));
    EXPECT("stop 2");
}

/* Its child waits for a reply that does not come. */
static void test_a_kill_cuts_an_orderly_stop_of_children_short(void **state)
{
    (void)state;
    static struct play asking = { .step = wonder };
    puppet_patient_ref patient;
    puppet_puppet_ref only;
    puppet_patient_args args = { .play = &asking };
    target = start_puppet(NULL, 2);
    assert_int_equal(ACTOR_OK, puppet_patient_start(puppets, &args, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &only));
    step_puppet(only, 1, "keep");
    EXPECT("start 2", "start 1", "kept 1");
    assert_int_equal(ACTOR_OK, puppet_patient_stop(puppets, patient));
    while (strcmp(stopped(), ask_puppet(only, 3, "")) != 0) {
        /* its parent has not told it yet */
    }
    expect_nothing();
    assert_int_equal(ACTOR_OK, puppet_patient_kill(puppets, patient));
    EXPECT("stop 1");
    await_actors(1, target);
}

static void test_children_are_killed_with_their_parent(void **state)
{
    (void)state;
    puppet_boss_ref boss = start_boss(NULL, 10);
    puppet_loner_ref second;
    EXPECT("start 10", "start 1", "start 2");
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, boss, &second));
    step_loner(second, 1, "wait");
    await_arrival();
    assert_int_equal(ACTOR_OK, puppet_boss_kill(puppets, boss));
    open_gate();
    EXPECT("step 2.1", "stop 2", "stop 1", "stop 10");
    await_end_of_all();
}

static void test_no_supervisor_brings_it_back(void **state)
{
    (void)state;
    puppet_boss_ref boss = start_boss(NULL, 10);
    puppet_puppet_ref first;
    puppet_loner_ref second;
    EXPECT("start 10", "start 1", "start 2");
    assert_int_equal(ACTOR_OK, puppet_boss_first(puppets, boss, &first));
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, boss, &second));
    assert_int_equal(ACTOR_OK, puppet_puppet_kill(puppets, first));
    EXPECT("stop 1");
    assert_string_equal(stopped(), ask_puppet(first, 1, ""));
    /* Those beside it and above it go on. */
    assert_string_equal("answer 2", ask_loner(second, 2, ""));
    assert_string_equal("answer 3", ask_boss(boss, 3, ""));
    expect_nothing();
}

/* It has failed, and is to be started again in an hour. */
static void test_who_waits_for_his_restart_can_be_killed(void **state)
{
    (void)state;
    puppet_slow_ref slow;
    puppet_puppet_ref only;
    assert_int_equal(
            ACTOR_OK, puppet_slow_start(puppets, &(puppet_slow_args){ .play = NULL }, &slow));
    assert_int_equal(ACTOR_OK, puppet_slow_only(puppets, slow, &only));
    static struct asker asker;
    assert_string_equal(actor_err_text(ACTOR_ERR_FAILED), ask_puppet(only, 1, "fail"));
    begin_asker(&asker, only, 2, "");
    await_sent("puppet.Puppet", "puppet.Question", 2);
    assert_int_equal(ACTOR_OK, puppet_puppet_kill(puppets, only));
    assert_string_equal(stopped(), join_asker(&asker));
    EXPECT("start 1", "stop 1");
    assert_int_equal(ACTOR_OK, puppet_slow_stop(puppets, slow));
    await_end_of_all();
}

static actor_result kill_victim(void *self, const puppet_step *msg)
{
    note("kill: %s", actor_err_text(puppet_loner_kill(puppets, victim)));
    return is(msg->text, "fail") ? actor_fail(self, "after the kill") : ACTOR_CONTINUE;
}

static void test_a_kill_takes_effect_when_its_handler_returns_well(void **state)
{
    (void)state;
    static struct play play = { .step = kill_victim };
    victim = start_loner(NULL, 1);
    puppet_puppet_ref killer = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    step_puppet(killer, 1, "fail");
    EXPECT("kill: no error", "stop 2");
    assert_string_equal("answer 5", ask_loner(victim, 5, ""));
    killer = start_puppet(&play, 3);
    step_puppet(killer, 1, "");
    EXPECT("start 3", "kill: no error", "stop 1");
    assert_string_equal(stopped(), ask_loner(victim, 5, ""));
}

static actor_result kill_myself(void *self, const puppet_step *msg)
{
    struct body *b = self;
    note("step %" PRIu32 ".%" PRIu32, b->id, msg->number);
    (void)puppet_puppet_kill(puppets, puppet_puppet_self(self));
    return ACTOR_CONTINUE;
}

static void test_an_actor_may_kill_itself(void **state)
{
    (void)state;
    static struct play play = { .step = kill_myself };
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    step_puppet(puppet, 1, "");
    EXPECT("start 1", "step 1.1", "stop 1");
    await_end_of_all();
}

static actor_result kill_and_return(void *self)
{
    struct body *b = self;
    note("start %" PRIu32, b->id);
    (void)puppet_puppet_kill(puppets, puppet_puppet_self(self));
    return ACTOR_CONTINUE;
}

/* It is up for a moment, or is not: whoever starts it is told, and does not wait for ever. */
static void test_a_root_may_kill_itself_as_it_starts(void **state)
{
    (void)state;
    static struct play play = { .start = kill_and_return };
    puppet_puppet_ref ref;
    puppet_puppet_args args = { .play = &play, .id = 1 };
    actor_err err = puppet_puppet_start(puppets, &args, &ref);
    assert_true(err == ACTOR_OK || err == ACTOR_ERR_STOPPED);
    EXPECT("start 1", "stop 1");
    await_end_of_all();
}

static void test_nobody_is_killed_after_the_end(void **state)
{
    (void)state;
    puppet_puppet_ref puppet = start_puppet(NULL, 1);
    (void)actor_system_stop(puppets, LONG);
    assert_int_equal(ACTOR_ERR_SHUTDOWN, puppet_puppet_kill(puppets, puppet));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_what_is_queued_is_not_handled),
        PUPPET_TEST(test_a_kept_call_ends_stopped),
        PUPPET_TEST(test_a_kill_does_not_wait_for_replies),
        PUPPET_TEST(test_a_kill_cuts_an_orderly_stop_of_children_short),
        PUPPET_TEST(test_children_are_killed_with_their_parent),
        PUPPET_TEST(test_no_supervisor_brings_it_back),
        PUPPET_TEST(test_who_waits_for_his_restart_can_be_killed),
        PUPPET_TEST(test_a_kill_takes_effect_when_its_handler_returns_well),
        PUPPET_TEST(test_an_actor_may_kill_itself),
        PUPPET_TEST(test_a_root_may_kill_itself_as_it_starts),
        PUPPET_TEST(test_nobody_is_killed_after_the_end),
    };
    return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
