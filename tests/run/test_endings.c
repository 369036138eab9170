/* SPDX-License-Identifier: MIT */
/* Orderly ends of actors and systems: in which order, after what, and what is left undone. */
#include "puppet.h"

static struct {
    puppet_puppet_ref target;
    puppet_loner_ref loner;
    puppet_boss_ref boss;
} cast;

static const char *stopped(void)
{
    return actor_err_text(ACTOR_ERR_STOPPED);
}

/* ---- What comes first --------------------------------------------------------------------------- */

static void test_what_is_queued_is_handled_before_the_stop(void **state)
{
    (void)state;
    puppet_loner_ref loner = start_loner(NULL, 1);
    step_loner(loner, 1, "wait");
    await_arrival();
    step_loner(loner, 2, "");
    step_loner(loner, 3, "");
    assert_int_equal(ACTOR_OK, puppet_loner_stop(puppets, loner));
    step_loner(loner, 4, ""); /* behind the stop: a dead letter */
    open_gate();
    EXPECT("start 1", "step 1.1", "step 1.2", "step 1.3", "stop 1");
    while (actor_system_actors(puppets) > 0) {
        (void)sched_yield();
    }
    assert_int_equal(1, ledger_of("puppet.Loner", "puppet.Step").dead_letters);
    assert_int_equal(ACTOR_ERR_STOPPED, puppet_loner_stop(puppets, loner));
}

static actor_result consult(void *self, const puppet_step *msg)
{
    puppet_loner_ask_consult(
            self, cast.target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static actor_result answer_kept(void *self, const puppet_step *msg)
{
    struct body *b = self;
    puppet_question_answer_answer(b->kept, &(puppet_answer){ .value = msg->number });
    return ACTOR_CONTINUE;
}

/* What comes meanwhile is not handled any more. */
static void test_a_stop_waits_for_replies(void **state)
{
    (void)state;
    static struct play asking = { .step = consult };
    static struct play keeping = { .step = answer_kept };
    cast.target = start_puppet(&keeping, 1);
    puppet_loner_ref asker = start_loner(&asking, 2);
    EXPECT("start 1", "start 2");
    step_loner(asker, 1, "keep");
    EXPECT("kept 1");
    assert_int_equal(ACTOR_OK, puppet_loner_stop(puppets, asker));
    assert_string_equal(stopped(), ask_loner(asker, 3, ""));
    expect_nothing();
    step_puppet(cast.target, 7, "");
    EXPECT("consult: answer 7", "stop 2");
}

static void test_roots_stop_last_first_and_children_before_parents(void **state)
{
    (void)state;
    puppet_chief_ref chief;
    (void)start_puppet(NULL, 20);
    assert_int_equal(ACTOR_OK,
            puppet_chief_start(puppets, &(puppet_chief_args){ .play = NULL }, &chief));
    (void)start_boss(NULL, 40);
    (void)start_loner(NULL, 50);
    EXPECT("start 20", "start 10", "start 1", "start 2", "start 11", "start 40", "start 1",
            "start 2", "start 50");
    actor_stop_report report = actor_system_stop(puppets, LONG);
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.abandoned);
    assert_int_equal(0, report.dead_letters);
    EXPECT("stop 50", "stop 2", "stop 1", "stop 40", "stop 11", "stop 2", "stop 1", "stop 10",
            "stop 20");
}

static actor_result spawn_third(void *self, const puppet_step *msg)
{
    struct body *b = self;
    (void)msg;
    return puppet_boss_spawn_puppet(self, &(puppet_puppet_args){ .play = b->play, .id = 3 },
                   &b->child) == ACTOR_OK
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "no child");
}

static void pass_gate_as_third(void *self)
{
    struct body *b = self;
    if (b->id == 3) {
        pass_gate();
    }
    note("stop %" PRIu32, b->id);
}

static int setup_of_one_worker(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1 });
}

/* Those that were spawned know of those that the schema names, not the other way round. */
static void test_children_that_were_spawned_stop_before_the_others(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_third, .stop = pass_gate_as_third };
    puppet_loner_ref second;
    puppet_boss_ref boss = start_boss(&play, 10);
    step_boss(boss, 1, "");
    EXPECT("start 10", "start 1", "start 2", "start 3");
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, boss, &second));
    assert_int_equal(ACTOR_OK, puppet_boss_stop(puppets, boss));
    await_arrival();
    const char *ended = ask_loner(second, 5, "");
    open_gate();
    assert_string_equal("answer 5", ended);
    EXPECT("stop 3", "stop 2", "stop 1", "stop 10");
}

static void tell_at_stop(void *self)
{
    struct body *b = self;
    note("stop %" PRIu32, b->id);
    puppet_puppet_tell_puppet_step(self, cast.target, &(puppet_step){ .number = b->id });
}

/* The last words of later roots are heard by earlier ones. */
static void test_last_words_are_heard(void **state)
{
    (void)state;
    static struct play play = { .stop = tell_at_stop };
    cast.target = start_puppet(NULL, 1);
    for (uint32_t i = 2; i < 5; i++) {
        (void)start_puppet(&play, i);
    }
    EXPECT("start 1", "start 2", "start 3", "start 4");
    assert_int_equal(0, actor_system_stop(puppets, LONG).dead_letters);
    assert_int_equal(1, lines_that_say("step 1.2"));
    assert_int_equal(1, lines_that_say("step 1.3"));
    assert_int_equal(1, lines_that_say("step 1.4"));
    assert_string_equal("stop 1", journal.lines[journal.count - 1]);
    assert_int_equal(0, dead_letters());
}

static void test_an_actor_that_stops_leaves_the_rest_as_dead_letters(void **state)
{
    (void)state;
    puppet_loner_ref loner = start_loner(NULL, 1);
    step_loner(loner, 1, "wait");
    await_arrival();
    step_loner(loner, 2, "stop");
    step_loner(loner, 3, "");
    step_loner(loner, 4, "");
    open_gate();
    EXPECT("start 1", "step 1.1", "step 1.2", "stop 1");
    while (actor_system_actors(puppets) > 0) {
        (void)sched_yield();
    }
    assert_int_equal(2, dead_letters());
    assert_string_equal("puppet.Loner puppet.Step: the actor has stopped", seen.letter);
}

static void test_a_stop_of_one_that_has_not_come_up_waits_for_it(void **state)
{
    (void)state;
    puppet_patient_ref patient;
    puppet_puppet_ref only;
    assert_int_equal(ACTOR_OK,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = NULL }, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &only));
    step_puppet(only, 1, "fail");
    assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, only));
    EXPECT("start 1", "stop 1", "start 1", "stop 1");
    await_actors(1, only);
}

/* ---- Stop hooks ----------------------------------------------------------------------------------- */

static void spawn_at_stop(void *self)
{
    puppet_puppet_ref child;
    puppet_puppet_args args = { .id = 30 };
    note("spawn: %s", actor_err_text(puppet_puppet_spawn_puppet(self, &args, &child)));
}

/* Nobody would be there to stop it. */
static void test_a_stop_hook_cannot_spawn(void **state)
{
    (void)state;
    static struct play play = { .stop = spawn_at_stop };
    puppet_puppet_ref other = start_puppet(NULL, 1);
    puppet_puppet_ref puppet = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    puppet_puppet_stop(puppets, puppet);
    EXPECT("spawn: the system is stopping");
    await_actors(1, other);
    expect_nothing();
}

static void ask_at_stop(void *self)
{
    puppet_puppet_ask_wonder(self, cast.target, &(puppet_question){ .number = 1 });
    note("asked");
}

static void test_an_ask_of_a_stop_hook_has_no_continuation(void **state)
{
    (void)state;
    static struct play play = { .stop = ask_at_stop };
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref puppet = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    puppet_puppet_stop(puppets, puppet);
    EXPECT("asked");
    await_actors(1, cast.target);
    assert_string_equal("answer 2", ask_puppet(cast.target, 2, ""));
    expect_nothing();
}

/* ---- Parents and children --------------------------------------------------------------------------- */

static actor_result report(void *self, const puppet_step *msg)
{
    if (is(msg->text, "wait")) {
        pass_gate();
    } else {
        puppet_loner_ask_report(self, cast.boss, &(puppet_question){ .number = msg->number });
    }
    return ACTOR_CONTINUE;
}

/*
 * The parent waits for its child to stop, and the child for its parent's answer. The parent will not
 * handle that question any more, so the child is told at once.
 */
static void test_a_child_that_asks_its_stopping_parent_is_told_at_once(void **state)
{
    (void)state;
    static struct play play = { .step = report };
    puppet_loner_ref second;
    cast.boss = start_boss(&play, 10);
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, cast.boss, &second));
    EXPECT("start 10", "start 1", "start 2");
    step_loner(second, 0, "wait");
    await_arrival();
    step_loner(second, 1, "");
    assert_int_equal(ACTOR_OK, puppet_boss_stop(puppets, cast.boss));
    /* Behind the stop, so the boss is waiting for its children by now. */
    assert_string_equal(stopped(), ask_boss(cast.boss, 1, ""));
    open_gate();
    EXPECT("report: the actor has stopped", "stop 2", "stop 1", "stop 10");
}

static actor_result delegate(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->kept = call;
    puppet_question_keep(call);
    puppet_boss_ask_delegate_to_first(self, cast.target, msg);
    return ACTOR_CONTINUE;
}

static actor_result answer_delegated(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    struct body *b = self;
    char buffer[64];
    (void)call;
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    puppet_question_answer_answer(b->kept, &reply->answer);
    return ACTOR_CONTINUE;
}

/* Its children are there until it has all the replies that it waits for. */
static void test_a_parent_has_its_replies_before_its_children_stop(void **state)
{
    (void)state;
    static struct play play = { .got = answer_delegated, .question = delegate };
    static struct play keeping = { .step = answer_kept };
    static struct asker asker;
    cast.target = start_puppet(&keeping, 7);
    cast.boss = start_boss(&play, 10);
    EXPECT("start 7", "start 10", "start 1", "start 2");
    begin_boss_asker(&asker, cast.boss, 5, "keep");
    EXPECT("kept 5");
    assert_int_equal(ACTOR_OK, puppet_boss_stop(puppets, cast.boss));
    assert_string_equal(stopped(), ask_boss(cast.boss, 6, ""));
    expect_nothing();
    step_puppet(cast.target, 8, "");
    EXPECT("delegate_to_first: answer 8", "stop 2", "stop 1", "stop 10");
    assert_string_equal("answer 8", join_asker(&asker));
}

/* ---- Systems ------------------------------------------------------------------------------------------ */

static void test_a_stop_during_a_long_pause_does_not_wait_for_it(void **state)
{
    (void)state;
    puppet_slow_ref slow;
    puppet_puppet_ref only;
    assert_int_equal(
            ACTOR_OK, puppet_slow_start(puppets, &(puppet_slow_args){ .play = NULL }, &slow));
    assert_int_equal(ACTOR_OK, puppet_slow_only(puppets, slow, &only));
    step_puppet(only, 1, "fail");
    EXPECT("start 1", "stop 1");
    step_puppet(only, 2, "");
    actor_stop_report report = actor_system_stop(puppets, LONG);
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(1, report.dead_letters);
}

static void open_gate_at_stop(void *self)
{
    struct body *b = self;
    note("stop %" PRIu32, b->id);
    open_gate();
}

/*
 * The one at the gate holds the stop up until its deadline. The others are killed then, which opens
 * the gate; the one behind it returns in its second of grace and ends as well.
 */
static void test_past_its_deadline_a_stop_kills(void **state)
{
    (void)state;
    static struct play opening = { .stop = open_gate_at_stop };
    (void)start_puppet(&opening, 1);
    cast.loner = start_loner(NULL, 2);
    EXPECT("start 1", "start 2");
    step_loner(cast.loner, 1, "wait");
    await_arrival();
    for (uint32_t i = 2; i < 5; i++) {
        step_loner(cast.loner, i, "");
    }
    actor_stop_report report = actor_system_stop(puppets, 0);
    assert_int_equal(ACTOR_ERR_TIMEOUT, report.err);
    assert_int_equal(0, report.abandoned);
    assert_int_equal(3, report.dead_letters);
    EXPECT("stop 1", "step 2.1", "stop 2");
    expect_nothing();
    /* The same again, however often it is asked. */
    actor_stop_report again = actor_system_stop(puppets, LONG);
    assert_int_equal(ACTOR_ERR_TIMEOUT, again.err);
    assert_int_equal(3, again.dead_letters);
}

static void test_a_root_that_fails_while_the_system_stops_holds_nothing_up(void **state)
{
    (void)state;
    (void)start_puppet(NULL, 1);
    cast.loner = start_loner(NULL, 2);
    step_loner(cast.loner, 1, "wait");
    await_arrival();
    step_loner(cast.loner, 2, "fail");
    open_gate();
    assert_int_equal(ACTOR_OK, actor_system_stop(puppets, LONG).err);
    EXPECT("start 1", "start 2", "step 2.1", "stop 2", "stop 1");
}

static actor_result stop_everybody(void *self, const puppet_step *msg)
{
    (void)msg;
    puppet_puppet_stop(puppets, cast.target);
    puppet_puppet_stop(puppets, puppet_puppet_self(self));
    puppet_puppet_tell_puppet_step(self, cast.target, &(puppet_step){ .number = 9 });
    note("told");
    return ACTOR_CONTINUE;
}

static void test_a_handler_can_stop_others_and_itself(void **state)
{
    (void)state;
    static struct play play = { .step = stop_everybody };
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref stopping = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    step_puppet(stopping, 0, "");
    EXPECT("told");
    await_lines("stop 1", 1);
    await_lines("stop 2", 1);
    while (actor_system_actors(puppets) > 0) {
        (void)sched_yield();
    }
    assert_int_equal(1, dead_letters()); /* the step behind the stop */
    assert_int_equal(0, lines_that_say("step 1.9"));
}

/* ---- Outside threads while the system stops ------------------------------------------------------------ */

enum { CLIENTS = 4 };

struct client {
    pthread_t thread;
    uint64_t answers;
    actor_err last;
};

static void *ask_until_the_end(void *arg)
{
    struct client *c = arg;
    for (;;) {
        puppet_question question = { .number = 1 };
        puppet_question_reply *reply = NULL;
        c->last = puppet_puppet_ask_question(puppets, cast.target, &question, LONG, &reply);
        actor_reply_free(reply);
        if (c->last != ACTOR_OK && c->last != ACTOR_ERR_STOPPED) {
            return NULL;
        }
        c->answers += c->last == ACTOR_OK ? 1 : 0;
    }
}

static void test_asks_from_outside_all_end_while_the_system_stops(void **state)
{
    (void)state;
    static struct client clients[CLIENTS];
    cast.target = start_puppet(NULL, 1);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){ .answers = 0 };
        assert_int_equal(
                0, pthread_create(&clients[i].thread, NULL, ask_until_the_end, &clients[i]));
    }
    while (ledger_of("puppet.Puppet", "puppet.Question").handled < 1000) {
        (void)sched_yield();
    }
    assert_int_equal(ACTOR_OK, actor_system_stop(puppets, LONG).err);
    uint64_t answers = 0;
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(0, pthread_join(clients[i].thread, NULL));
        assert_int_equal(ACTOR_ERR_SHUTDOWN, clients[i].last);
        answers += clients[i].answers;
    }
    assert_int_equal(ledger_of("puppet.Puppet", "puppet.Question").handled, answers);
}

static void *stop_too(void *arg)
{
    *(actor_stop_report *)arg = actor_system_stop(puppets, LONG);
    return NULL;
}

/* Both come back when it is done, and say the same. */
static void test_two_threads_may_stop_a_system(void **state)
{
    (void)state;
    pthread_t thread;
    actor_stop_report theirs = { .err = ACTOR_ERR_MISUSE };
    (void)start_puppet(NULL, 1);
    cast.loner = start_loner(NULL, 2);
    step_loner(cast.loner, 1, "stop");
    EXPECT("start 1", "start 2", "step 2.1");
    step_loner(cast.loner, 2, "");
    assert_int_equal(0, pthread_create(&thread, NULL, stop_too, &theirs));
    actor_stop_report ours = actor_system_stop(puppets, LONG);
    assert_int_equal(0, actor_system_actors(puppets));
    assert_int_equal(0, pthread_join(thread, NULL));
    assert_int_equal(ACTOR_OK, ours.err);
    assert_int_equal(ACTOR_OK, theirs.err);
    assert_int_equal(ours.dead_letters, theirs.dead_letters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_what_is_queued_is_handled_before_the_stop),
        PUPPET_TEST(test_a_stop_waits_for_replies),
        PUPPET_TEST(test_roots_stop_last_first_and_children_before_parents),
        cmocka_unit_test_setup_teardown(test_children_that_were_spawned_stop_before_the_others,
                setup_of_one_worker, teardown),
        PUPPET_TEST(test_last_words_are_heard),
        PUPPET_TEST(test_an_actor_that_stops_leaves_the_rest_as_dead_letters),
        PUPPET_TEST(test_a_stop_of_one_that_has_not_come_up_waits_for_it),
        PUPPET_TEST(test_a_stop_hook_cannot_spawn),
        PUPPET_TEST(test_an_ask_of_a_stop_hook_has_no_continuation),
        PUPPET_TEST(test_a_child_that_asks_its_stopping_parent_is_told_at_once),
        PUPPET_TEST(test_a_parent_has_its_replies_before_its_children_stop),
        PUPPET_TEST(test_a_stop_during_a_long_pause_does_not_wait_for_it),
        PUPPET_TEST(test_past_its_deadline_a_stop_kills),
        PUPPET_TEST(test_a_root_that_fails_while_the_system_stops_holds_nothing_up),
        PUPPET_TEST(test_a_handler_can_stop_others_and_itself),
        PUPPET_TEST(test_asks_from_outside_all_end_while_the_system_stops),
        PUPPET_TEST(test_two_threads_may_stop_a_system),
    };
    return cmocka_run_group_tests_name("endings", tests, NULL, NULL);
}
