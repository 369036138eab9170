/* SPDX-License-Identifier: MIT */
/* What a restart keeps and what it loses, how often and how fast it comes, and in which tree. */
#include "puppet.h"

static struct {
    puppet_puppet_ref target;
    puppet_puppet_ref children[3];
} cast;

static const char *failed(void)
{
    return actor_err_text(ACTOR_ERR_FAILED);
}

static const char *stopped(void)
{
    return actor_err_text(ACTOR_ERR_STOPPED);
}

static puppet_puppet_ref start_patient(struct play *play)
{
    puppet_patient_ref patient;
    puppet_puppet_ref only;
    assert_int_equal(ACTOR_OK,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = play }, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &only));
    return only;
}

/* ---- What is kept and what is lost -------------------------------------------------------------- */

/* The whole state is zero but for what the start has just set. */
static actor_result count_up(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->count++;
    if (is(msg->text, "fail")) {
        b->limit = 77;
        return actor_fail(self, "as told");
    }
    note("id %" PRIu32 ", count %" PRIu32 ", limit %" PRIu32, b->id, b->count, b->limit);
    puppet_question_answer_answer(call, &(puppet_answer){ .value = b->count });
    return ACTOR_CONTINUE;
}

static void test_a_restart_zeroes_the_state_and_keeps_arguments_and_reference(void **state)
{
    (void)state;
    static struct play play = { .question = count_up };
    puppet_puppet_ref puppet = start_patient(&play);
    assert_string_equal("answer 1", ask_puppet(puppet, 0, ""));
    assert_string_equal("answer 2", ask_puppet(puppet, 0, ""));
    assert_string_equal(failed(), ask_puppet(puppet, 0, "fail"));
    assert_string_equal("answer 1", ask_puppet(puppet, 0, ""));
    EXPECT("start 1", "id 1, count 1, limit 0", "id 1, count 2, limit 0", "stop 1", "start 1",
            "id 1, count 1, limit 0");
}

static void test_what_is_queued_waits_for_the_restart(void **state)
{
    (void)state;
    puppet_puppet_ref puppet = start_patient(NULL);
    step_puppet(puppet, 1, "wait");
    await_arrival();
    step_puppet(puppet, 2, "fail");
    step_puppet(puppet, 3, "");
    puppet_puppet_tell_shout(puppets, puppet, &(puppet_shout){ .number = 4 });
    open_gate();
    /* The urgent one comes before the failure. */
    EXPECT("start 1", "step 1.1", "shout 1.4", "stop 1", "start 1", "step 1.3");
}

/* Each number names a resource of the actor in its `count`-th life. */
static void destroy(void *resource)
{
    note("destroy %d", (int)(intptr_t)resource);
}

static _Atomic int lives;

static actor_result own_two(void *self)
{
    int life = ++lives;
    actor_own(self, (void *)(intptr_t)(10 * life + 1), destroy);
    actor_own(self, (void *)(intptr_t)(10 * life + 2), destroy);
    if (life == 2) {
        return actor_fail(self, "the second start fails");
    }
    note("life %d", life);
    return ACTOR_CONTINUE;
}

/* After the stop hook, last first; also where the start fails, which has no stop hook. */
static void test_a_restart_destroys_what_was_owned(void **state)
{
    (void)state;
    static struct play play = { .start = own_two };
    lives = 0;
    puppet_puppet_ref puppet = start_patient(&play);
    EXPECT("life 1");
    assert_string_equal(failed(), ask_puppet(puppet, 0, "fail"));
    EXPECT("stop 1", "destroy 12", "destroy 11", "destroy 22", "destroy 21", "life 3");
    puppet_puppet_stop(puppets, puppet);
    EXPECT("stop 1", "destroy 32", "destroy 31");
}

static actor_result wonder(void *self, const puppet_step *msg)
{
    if (is(msg->text, "fail")) {
        return actor_fail(self, "as told");
    }
    puppet_puppet_ask_wonder(
            self, cast.target, &(puppet_question){ .number = 1, .text = msg->text });
    return ACTOR_CONTINUE;
}

static actor_result answer_kept(void *self, const puppet_step *msg)
{
    struct body *b = self;
    puppet_answer answer = { .value = msg->number };
    note("late: %s", actor_err_text(puppet_question_answer_answer(b->kept, &answer)));
    return ACTOR_CONTINUE;
}

/* The asks of its former life have no continuation in the new one. */
static void test_a_restart_ends_the_asks_that_wait(void **state)
{
    (void)state;
    static struct play asking = { .step = wonder };
    static struct play keeping = { .step = answer_kept };
    cast.target = start_puppet(&keeping, 10);
    puppet_puppet_ref asker = start_patient(&asking);
    EXPECT("start 10", "start 1");
    step_puppet(asker, 1, "keep");
    EXPECT("kept 1");
    step_puppet(asker, 1, "fail");
    EXPECT("stop 1", "start 1");
    step_puppet(cast.target, 5, "");
    EXPECT("late: no error");
    step_puppet(asker, 1, ""); /* an ask of the new life has its continuation */
    EXPECT("wonder: answer 1");
    expect_nothing();
}

static actor_result spawn_child(void *self, const puppet_step *msg)
{
    struct body *b = self;
    if (is(msg->text, "fail")) {
        return actor_fail(self, "as told");
    }
    puppet_puppet_args args = { .id = msg->number };
    puppet_puppet_spawn_puppet(self, &args, &b->child);
    cast.children[0] = b->child;
    return ACTOR_CONTINUE;
}

static void test_spawned_children_end_with_their_parents_life(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_child };
    puppet_puppet_ref parent = start_patient(&play);
    EXPECT("start 1");
    step_puppet(parent, 30, "");
    EXPECT("start 30");
    puppet_puppet_ref child = cast.children[0];
    assert_string_equal("answer 1", ask_puppet(child, 1, ""));
    step_puppet(parent, 0, "fail");
    EXPECT("stop 30", "stop 1", "start 1");
    assert_string_equal(stopped(), ask_puppet(child, 1, ""));
}

static void fail_to_stop(void *self)
{
    note("stopping");
    (void)!actor_fail(self, "cannot stop");
}

static void test_a_stop_hook_that_fails_does_not_hold_the_restart_up(void **state)
{
    (void)state;
    static struct play play = { .stop = fail_to_stop };
    puppet_puppet_ref puppet = start_patient(&play);
    assert_string_equal(failed(), ask_puppet(puppet, 0, "fail"));
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    EXPECT("start 1", "stopping", "start 1");
    assert_string_equal("puppet.Puppet failed in its stop hook: cannot stop", seen.line);
}

/* ---- How fast and how often -------------------------------------------------------------------- */

enum { RESTARTS = 6 };

static actor_duration failed_at[RESTARTS + 1];
static actor_duration started_at[RESTARTS + 1];

/* Every start but the last fails, and says when it came. */
static actor_result fail_to_start(void *self)
{
    int life = lives++;
    started_at[life] = actor_now();
    failed_at[life] = actor_now();
    return life < RESTARTS ? actor_fail(self, "life %d", life) : ACTOR_CONTINUE;
}

static void test_the_pause_before_a_restart_doubles_up_to_its_most(void **state)
{
    (void)state;
    static struct play play = { .start = fail_to_start };
    static const int least_ms[RESTARTS] = { 2, 4, 8, 12, 12, 12 };
    lives = 0;
    puppet_puppet_ref puppet = start_patient(&play);
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    assert_int_equal(RESTARTS + 1, lives);
    for (int i = 0; i < RESTARTS; i++) {
        assert_true(started_at[i + 1] - failed_at[i] >= actor_milliseconds(least_ms[i]));
    }
}

/* One more than the supervisor allows. */
static actor_result fail_to_start_again(void *self)
{
    lives++;
    return actor_fail(self, "never");
}

static void test_failures_beyond_the_intensity_escalate(void **state)
{
    (void)state;
    static struct play play = { .start = fail_to_start_again };
    puppet_patient_ref patient = { .bits = 1 };
    lives = 0;
    assert_int_equal(ACTOR_ERR_FAILED,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = &play }, &patient));
    assert_int_equal(RESTARTS + 1, lives);
    assert_int_equal(0, patient.bits);
    assert_null(actor_system_failure(puppets)); /* it survives, as it was told to */
    assert_int_equal(0, actor_system_actors(puppets));
}

/* ---- Trees --------------------------------------------------------------------------------------- */

static puppet_chief_ref start_chief(puppet_boss_ref *ret_boss, puppet_puppet_ref *ret_first,
        puppet_loner_ref *ret_second, puppet_puppet_ref *ret_clerk)
{
    puppet_chief_ref chief;
    assert_int_equal(ACTOR_OK,
            puppet_chief_start(puppets, &(puppet_chief_args){ .play = NULL }, &chief));
    assert_int_equal(ACTOR_OK, puppet_chief_boss(puppets, chief, ret_boss));
    assert_int_equal(ACTOR_OK, puppet_chief_clerk(puppets, chief, ret_clerk));
    assert_int_equal(ACTOR_OK, puppet_boss_first(puppets, *ret_boss, ret_first));
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, *ret_boss, ret_second));
    /* Parents before children, first to last, each when the one before is up. */
    EXPECT("start 10", "start 1", "start 2", "start 11");
    return chief;
}

/* The boss restarts its child once; the second failure is its own, and its chief restarts all. */
static void test_a_failure_goes_up_the_tree_and_references_last(void **state)
{
    (void)state;
    puppet_boss_ref boss;
    puppet_puppet_ref first;
    puppet_loner_ref second;
    puppet_puppet_ref clerk;
    (void)start_chief(&boss, &first, &second, &clerk);
    assert_string_equal(failed(), ask_puppet(first, 0, "fail"));
    EXPECT("stop 1", "start 1");
    assert_string_equal(failed(), ask_loner(second, 0, "fail"));
    EXPECT("stop 11", "stop 2", "stop 1", "stop 10", "start 10", "start 1", "start 2",
            "start 11");
    assert_string_equal("answer 1", ask_boss(boss, 1, ""));
    assert_string_equal("answer 2", ask_puppet(first, 2, ""));
    assert_string_equal("answer 3", ask_loner(second, 3, ""));
    assert_string_equal("answer 4", ask_puppet(clerk, 4, ""));
}

/* The boss may restart its children once in each of its lives; its chief has one for it. */
static void test_the_end_of_a_tree_is_the_end_of_all_in_it(void **state)
{
    (void)state;
    puppet_boss_ref boss;
    puppet_puppet_ref first;
    puppet_loner_ref second;
    puppet_puppet_ref clerk;
    (void)start_chief(&boss, &first, &second, &clerk);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(failed(), ask_puppet(first, 0, "fail"));
        EXPECT("stop 1", "start 1");
        assert_string_equal(failed(), ask_puppet(first, 0, "fail"));
        EXPECT("stop 11", "stop 2", "stop 1", "stop 10");
        if (i == 0) {
            EXPECT("start 10", "start 1", "start 2", "start 11");
        }
    }
    assert_string_equal(stopped(), ask_puppet(first, 1, ""));
    while (actor_system_actors(puppets) > 0) {
        (void)ask_puppet(clerk, 1, "");
    }
    assert_string_equal(stopped(), ask_boss(boss, 1, ""));
    assert_string_equal(stopped(), ask_loner(second, 1, ""));
    assert_string_equal(stopped(), ask_puppet(clerk, 1, ""));
}

/* The boss fails by itself: its children go with it and come back with it. */
static void test_a_parent_that_fails_takes_its_children_along(void **state)
{
    (void)state;
    puppet_boss_ref boss;
    puppet_puppet_ref first;
    puppet_loner_ref second;
    puppet_puppet_ref clerk;
    (void)start_chief(&boss, &first, &second, &clerk);
    assert_string_equal(failed(), ask_boss(boss, 0, "fail"));
    EXPECT("stop 11", "stop 2", "stop 1", "stop 10", "start 10", "start 1", "start 2",
            "start 11");
    assert_string_equal("answer 2", ask_puppet(first, 2, ""));
    assert_string_equal("answer 3", ask_loner(second, 3, ""));
}

/* Ended for good; its parent's next life has a new one in its place. */
static void test_a_child_that_was_stopped_is_made_anew_with_its_parent(void **state)
{
    (void)state;
    puppet_boss_ref boss;
    puppet_puppet_ref first;
    puppet_loner_ref second;
    puppet_puppet_ref clerk;
    (void)start_chief(&boss, &first, &second, &clerk);
    puppet_puppet_ref before = first;
    assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, first));
    EXPECT("stop 1");
    await_actors(4, clerk);
    assert_string_equal(stopped(), ask_puppet(first, 1, ""));
    assert_string_equal(failed(), ask_loner(second, 0, "fail")); /* alone: not `first` */
    EXPECT("stop 2", "start 2");
    assert_string_equal(failed(), ask_boss(boss, 0, "fail"));
    EXPECT("stop 11", "stop 2", "stop 10", "start 10", "start 1", "start 2", "start 11");
    assert_int_equal(ACTOR_OK, puppet_boss_first(puppets, boss, &first));
    assert_string_equal("answer 1", ask_puppet(first, 1, ""));
    assert_string_equal(stopped(), ask_puppet(before, 1, ""));
}

/* ---- Spawned children under supervision ------------------------------------------------------------ */

static actor_result spawn_three(void *self, const puppet_step *msg)
{
    for (uint32_t i = 0; i < 3; i++) {
        puppet_puppet_args args = { .id = msg->number + i };
        puppet_nursery_spawn_puppet(self, &args, &cast.children[i]);
    }
    return ACTOR_CONTINUE;
}

/* Rest for one: the one that failed, and those that were spawned after it. */
static void test_spawned_children_are_restarted_and_keep_their_references(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_three };
    puppet_nursery_ref nursery = start_nursery(&play, 1);
    EXPECT("start 1");
    step_nursery(nursery, 30, "");
    for (int i = 0; i < 3; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "start %d", 30 + i);
        await_lines(line, 1);
    }
    assert_string_equal(failed(), ask_puppet(cast.children[1], 0, "fail"));
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(i == 0   ? "answer 0"
                            : i == 1 ? "answer 1"
                                     : "answer 2",
                ask_puppet(cast.children[i], i, ""));
    }
    await_lines("start 32", 2);
    assert_int_equal(1, lines_that_say("start 30"));
    assert_int_equal(2, lines_that_say("start 31"));
    assert_int_equal(0, lines_that_say("stop 30"));
    assert_int_equal(1, lines_that_say("stop 31"));
    assert_int_equal(1, lines_that_say("stop 32"));
}

static void test_a_spawned_child_that_stops_is_forgotten(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_three };
    puppet_nursery_ref nursery = start_nursery(&play, 1);
    step_nursery(nursery, 30, "");
    await_lines("start 30", 1);
    await_lines("start 31", 1);
    await_lines("start 32", 1);
    puppet_puppet_ref kept = cast.children[0];
    assert_string_equal("answer 1", ask_puppet(cast.children[1], 1, "stop"));
    await_actors(3, kept);
    assert_string_equal(stopped(), ask_puppet(cast.children[1], 1, ""));
    assert_string_equal("answer 2", ask_puppet(kept, 2, ""));
    assert_int_equal(1, lines_that_say("start 31"));
}

/* ---- Starts that do not come to an end --------------------------------------------------------------- */

static actor_result never_start(void *self)
{
    return actor_fail(self, "never");
}

static void *start_slow(void *arg)
{
    actor_err *err = arg;
    static struct play play = { .start = never_start };
    puppet_slow_ref slow;
    *err = puppet_slow_start(puppets, &(puppet_slow_args){ .play = &play }, &slow);
    return NULL;
}

/* Its child would be tried again in an hour; the system is stopped before. */
static void test_a_start_ends_with_the_system(void **state)
{
    (void)state;
    pthread_t thread;
    actor_err err = ACTOR_OK;
    assert_int_equal(0, pthread_create(&thread, NULL, start_slow, &err));
    while (actor_system_actors(puppets) < 2) {
        (void)sched_yield();
    }
    assert_int_equal(ACTOR_OK, actor_system_stop(puppets, LONG).err);
    assert_int_equal(0, pthread_join(thread, NULL));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_a_restart_zeroes_the_state_and_keeps_arguments_and_reference),
        PUPPET_TEST(test_what_is_queued_waits_for_the_restart),
        PUPPET_TEST(test_a_restart_destroys_what_was_owned),
        PUPPET_TEST(test_a_restart_ends_the_asks_that_wait),
        PUPPET_TEST(test_spawned_children_end_with_their_parents_life),
        PUPPET_TEST(test_a_stop_hook_that_fails_does_not_hold_the_restart_up),
        PUPPET_TEST(test_the_pause_before_a_restart_doubles_up_to_its_most),
        PUPPET_TEST(test_failures_beyond_the_intensity_escalate),
        PUPPET_TEST(test_a_failure_goes_up_the_tree_and_references_last),
        PUPPET_TEST(test_the_end_of_a_tree_is_the_end_of_all_in_it),
        PUPPET_TEST(test_a_parent_that_fails_takes_its_children_along),
        PUPPET_TEST(test_a_child_that_was_stopped_is_made_anew_with_its_parent),
        PUPPET_TEST(test_spawned_children_are_restarted_and_keep_their_references),
        PUPPET_TEST(test_a_spawned_child_that_stops_is_forgotten),
        PUPPET_TEST(test_a_start_ends_with_the_system),
    };
    return cmocka_run_group_tests_name("restarts", tests, NULL, NULL);
}
