/* SPDX-License-Identifier: MIT */
/* A handler is a transaction: what takes effect, when, and what does not; spawns; the outbox. */
#include "puppet.h"

static struct {
    puppet_puppet_ref target;
    puppet_puppet_ref victim;
    puppet_tight_ref tight;
    puppet_loner_ref loner;
} cast;

/* A puppet under supervision, which goes on after it has failed. */
static puppet_puppet_ref start_lasting(struct play *play)
{
    puppet_patient_ref patient;
    puppet_puppet_ref only;
    assert_int_equal(ACTOR_OK,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = play }, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &only));
    return only;
}

/* ---- Failing --------------------------------------------------------------------------------- */

static actor_result do_all_then_fail(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    puppet_puppet_tell_puppet_step(self, cast.target, &(puppet_step){ .number = 1 });
    puppet_puppet_tell_puppet_shout(self, cast.target, &(puppet_shout){ .number = 2 });
    puppet_puppet_tell_puppet_question(self, cast.target, msg);
    puppet_puppet_ask_wonder(self, cast.target, &(puppet_question){ .number = 3 });
    puppet_puppet_stop(puppets, cast.victim);
    puppet_puppet_args args = { .id = 30 };
    note("spawn: %s", actor_err_text(puppet_puppet_spawn_puppet(self, &args, &b->child)));
    cast.target = b->child; /* for the test to look at afterwards */
    puppet_question_keep(call);
    puppet_question_answer_answer(call, &(puppet_answer){ .value = 4 });
    return actor_fail(self, "as planned");
}

static void test_nothing_of_a_failed_handler_takes_effect(void **state)
{
    (void)state;
    static struct play play = { .question = do_all_then_fail };
    puppet_puppet_ref target = start_puppet(NULL, 10);
    cast.target = target;
    cast.victim = start_puppet(NULL, 20);
    puppet_puppet_ref failing = start_lasting(&play);
    EXPECT("start 10", "start 20", "start 1");
    assert_string_equal(
            "the actor failed while it had the request", ask_puppet(failing, 1, ""));
    EXPECT("spawn: no error", "stop 1", "start 1");
    /* What it would have sent would be there before these. */
    assert_string_equal("answer 5", ask_puppet(target, 5, ""));
    assert_string_equal("answer 6", ask_puppet(cast.victim, 6, ""));
    assert_string_equal("the actor has stopped", ask_puppet(cast.target, 7, ""));
    expect_nothing();
    assert_int_equal(0, ledger_of("puppet.Puppet", "puppet.Step").sent);
    assert_int_equal(0, ledger_of("puppet.Puppet", "puppet.Shout").sent);
    assert_int_equal(4, ledger_of("puppet.Puppet", "puppet.Question").sent);
}

static actor_result carry_then_fail(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay(self, call, cast.target, msg);
    return actor_fail(self, "as planned");
}

static void test_an_ask_of_a_failed_handler_leaves_its_call_to_the_failure(void **state)
{
    (void)state;
    static struct play play = { .question = carry_then_fail };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref failing = start_lasting(&play);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(
                "the actor failed while it had the request", ask_puppet(failing, 1, ""));
    }
    assert_int_equal(3, ledger_of("puppet.Puppet", "puppet.Question").sent);
}

static actor_result fail_without_a_word(void *self, const puppet_step *msg)
{
    if (msg->number == 1) {
        return ACTOR_FAILED;
    }
    if (msg->number == 2) { /* noted, and then not returned: still a failure */
        (void)!actor_fail(self, "%s %d", "noted", 2);
        return ACTOR_CONTINUE;
    }
    (void)!actor_fail(self, "%0300d", 7); /* cut */
    return ACTOR_FAILED;
}

static void test_the_log_says_why_a_handler_failed(void **state)
{
    (void)state;
    static struct play play = { .step = fail_without_a_word };
    puppet_puppet_ref failing = start_lasting(&play);
    EXPECT("start 1");
    step_puppet(failing, 1, "");
    EXPECT("stop 1", "start 1");
    assert_string_equal("puppet.Puppet failed: no reason given", seen.line);
    assert_int_equal(ACTOR_LOG_ERROR, seen.level);
    step_puppet(failing, 2, "");
    EXPECT("stop 1", "start 1");
    assert_string_equal("puppet.Puppet failed: noted 2", seen.line);
    step_puppet(failing, 3, "");
    EXPECT("stop 1", "start 1");
    assert_int_equal(strlen("puppet.Puppet failed: ") + 255, strlen(seen.line));
    assert_int_equal(3, seen.lines);
    assert_int_equal(3, seen.dead_letters);
    assert_string_equal("puppet.Puppet puppet.Step: the actor failed while it had the request",
            seen.letter);
}

/* ---- Not before the end ------------------------------------------------------------------------ */

static actor_result act_and_wait(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_loner_ref child;
    (void)msg;
    puppet_puppet_tell_loner_step(self, cast.loner, &(puppet_step){ .number = 1 });
    puppet_puppet_spawn_loner(self, &(puppet_loner_args){ .id = 30 }, &child);
    puppet_puppet_tell_loner_step(self, child, &(puppet_step){ .number = 2 });
    puppet_question_answer_answer(call, &(puppet_answer){ .value = 3 });
    pass_gate();
    note("handler done");
    return ACTOR_CONTINUE;
}

/* The loners have threads of their own: if they had been told they would have said so. */
static void test_effects_wait_until_the_handler_returns(void **state)
{
    (void)state;
    static struct play play = { .question = act_and_wait };
    static struct asker asker;
    cast.loner = start_loner(NULL, 20);
    puppet_puppet_ref acting = start_puppet(&play, 1);
    EXPECT("start 20", "start 1");
    begin_asker(&asker, acting, 1, "");
    await_arrival();
    assert_string_equal("answer 9", ask_loner(cast.loner, 9, ""));
    assert_int_equal(0, ledger_of("puppet.Loner", "puppet.Step").sent);
    expect_nothing();
    open_gate();
    EXPECT("handler done");
    assert_string_equal("answer 3", join_asker(&asker));
    await_lines("step 20.1", 1);
    await_lines("step 30.2", 1);
}

static actor_result tell_in_order(void *self, const puppet_step *msg)
{
    (void)msg;
    puppet_puppet_args args = { .id = 30 };
    puppet_puppet_ref child;
    assert_int_equal(ACTOR_OK, puppet_puppet_spawn_puppet(self, &args, &child));
    for (uint32_t i = 1; i <= 3; i++) {
        puppet_puppet_tell_puppet_step(self, child, &(puppet_step){ .number = i });
    }
    puppet_puppet_tell_puppet_shout(self, child, &(puppet_shout){ .number = 4 });
    puppet_puppet_stop(puppets, child);
    puppet_puppet_tell_puppet_step(self, child, &(puppet_step){ .number = 5 });
    note("spawned");
    return ACTOR_CONTINUE;
}

/* The reference can be used at once; what is told waits for the start; a stop waits its turn. */
static void test_a_child_starts_after_the_commit_and_takes_all_in_order(void **state)
{
    (void)state;
    static struct play play = { .step = tell_in_order };
    puppet_puppet_ref parent = start_puppet(&play, 1);
    EXPECT("start 1");
    step_puppet(parent, 0, "");
    EXPECT("spawned", "start 30", "shout 30.4", "step 30.1", "step 30.2", "step 30.3",
            "stop 30");
    await_actors(1, parent);
    assert_int_equal(1, dead_letters());
    assert_string_equal("puppet.Puppet puppet.Step: the actor has stopped", seen.letter);
}

/* ---- Flush ------------------------------------------------------------------------------------- */

static actor_result flush_in_the_middle(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ref child;
    (void)msg;
    puppet_puppet_tell_puppet_step(self, cast.target, &(puppet_step){ .number = 1 });
    puppet_puppet_spawn_puppet(self, &(puppet_puppet_args){ .id = 30 }, &child);
    puppet_question_answer_answer(call, &(puppet_answer){ .value = 2 });
    note("flush: %s", actor_err_text(actor_flush(self)));
    note("again: %s", actor_err_text(puppet_question_fail(call, ACTOR_ERR_LIMIT)));
    puppet_puppet_tell_puppet_step(self, cast.target, &(puppet_step){ .number = 3 });
    pass_gate();
    return actor_fail(self, "after the flush");
}

static void test_a_flush_commits_what_came_before_it(void **state)
{
    (void)state;
    static struct play play = { .question = flush_in_the_middle };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref flushing = start_lasting(&play);
    EXPECT("start 10", "start 1");
    /* The answer comes while the handler is still at it. */
    assert_string_equal("answer 2", ask_puppet(flushing, 1, ""));
    await_arrival();
    open_gate();
    await_lines("start 1", 2);
    await_lines("step 10.1", 1);
    await_lines("start 30", 1);
    assert_int_equal(1, lines_that_say("flush: no error"));
    assert_int_equal(1, lines_that_say("again: the call has already ended"));
    assert_string_equal("answer 5", ask_puppet(cast.target, 5, ""));
    assert_int_equal(0, lines_that_say("step 10.3"));
}

static actor_result keep_and_flush(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->kept = call;
    puppet_question_keep(call);
    actor_flush(self);
    if (is(msg->text, "answer")) {
        note("answer: %s", actor_err_text(puppet_question_answer_answer(
                                   call, &(puppet_answer){ 8, { 0 } })));
        return ACTOR_CONTINUE;
    }
    return actor_fail(self, "with a kept call");
}

static void test_a_call_kept_before_a_flush_is_ended_after_it(void **state)
{
    (void)state;
    static struct play play = { .question = keep_and_flush };
    puppet_puppet_ref keeping = start_lasting(&play);
    EXPECT("start 1");
    assert_string_equal("answer 8", ask_puppet(keeping, 1, "answer"));
    EXPECT("answer: no error");
    assert_string_equal(
            "the actor failed while it had the request", ask_puppet(keeping, 1, ""));
}

/* ---- The outbox -------------------------------------------------------------------------------- */

static actor_result fill_outbox(void *self, const puppet_step *msg)
{
    uint8_t kilobyte[1000];
    puppet_load load = load_of(kilobyte, sizeof kilobyte);
    actor_err err = ACTOR_OK;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t fitted = 0;
        while ((err = puppet_puppet_tell_puppet_load(self, cast.target, &load)) == ACTOR_OK) {
            fitted++;
        }
        note("%s after %" PRIu32, actor_err_text(err), fitted);
        if (msg->number == 1) {
            actor_flush(self); /* makes room */
        }
    }
    return ACTOR_CONTINUE;
}

static int setup_small(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 2,
            .survive_root_failure = true,
            .outbox_bytes = 5100,
            .max_message_bytes = 2000 });
}

static void test_the_outbox_has_a_limit_and_a_flush_makes_room(void **state)
{
    (void)state;
    static struct play play = { .step = fill_outbox };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref filling = start_puppet(&play, 1);
    EXPECT("start 10", "start 1");
    step_puppet(filling, 0, "");
    await_lines("a configured limit is reached after 5", 1);
    await_lines("a configured limit is reached after 0", 2);
    await_lines("load of 1000", 5);
    step_puppet(filling, 1, "");
    await_lines("a configured limit is reached after 5", 4);
    await_lines("load of 1000", 20);
}

/* Spawns are noted whether or not there is room, and take what there is. */
static actor_result fill_up_with_spawns(void *self, const puppet_step *msg)
{
    uint8_t kilobyte[1000];
    puppet_load load = load_of(kilobyte, sizeof kilobyte);
    (void)msg;
    while (puppet_puppet_tell_puppet_load(self, cast.target, &load) == ACTOR_OK) {
    }
    for (uint32_t i = 0; i < 3; i++) {
        puppet_puppet_ref child;
        (void)puppet_puppet_spawn_puppet(self, &(puppet_puppet_args){ .id = 30 }, &child);
        note("%s", actor_err_text(puppet_puppet_tell_puppet_load(self, cast.target, &load)));
    }
    return ACTOR_CONTINUE;
}

static void test_a_full_outbox_stays_full_whatever_else_is_noted(void **state)
{
    (void)state;
    static struct play play = { .step = fill_up_with_spawns };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref filling = start_puppet(&play, 1);
    EXPECT("start 10", "start 1");
    step_puppet(filling, 0, "");
    await_lines("a configured limit is reached", 3);
    await_lines("load of 1000", 5);
}

static actor_result answer_too_much(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    static const char much[3000];
    (void)self;
    (void)msg;
    puppet_answer answer = { .text = { much, sizeof much } };
    note("%s", actor_err_text(puppet_question_answer_answer(call, &answer)));
    note("%s", actor_err_text(
                       puppet_question_answer_refusal(call, &(puppet_refusal){ .why = 1 })));
    return ACTOR_CONTINUE;
}

/* The call stays open, so that something shorter can be said. */
static void test_an_answer_that_is_too_long_can_be_replaced(void **state)
{
    (void)state;
    static struct play play = { .question = answer_too_much };
    puppet_puppet_ref answering = start_puppet(&play, 1);
    EXPECT("start 1");
    assert_string_equal("refusal 1", ask_puppet(answering, 1, ""));
    EXPECT("a configured limit is reached", "no error");
}

static void test_a_message_that_is_too_long_is_not_sent(void **state)
{
    (void)state;
    uint8_t content[2500];
    puppet_puppet_ref target = start_puppet(NULL, 1);
    puppet_load load = load_of(content, sizeof content);
    assert_int_equal(ACTOR_ERR_LIMIT, puppet_puppet_tell_load(puppets, target, &load));
    load.content.len = 1900;
    assert_int_equal(ACTOR_OK, puppet_puppet_tell_load(puppets, target, &load));
    EXPECT("start 1", "load of 1900");
    assert_int_equal(1, ledger_of("puppet.Puppet", "puppet.Load").sent);
}

/* ---- Limits and misuse -------------------------------------------------------------------------- */

static actor_result spawn_until_refused(void *self, const puppet_step *msg)
{
    puppet_puppet_ref child;
    uint32_t spawned = 0;
    actor_err err;
    while ((err = puppet_puppet_spawn_puppet(
                    self, &(puppet_puppet_args){ .id = 30 }, &child)) == ACTOR_OK) {
        spawned++;
    }
    note("%" PRIu32 " and %s", spawned, actor_err_text(err));
    return msg->number == 0 ? actor_fail(self, "too many") : ACTOR_CONTINUE;
}

static int setup_few(void **state)
{
    (void)state;
    return setup_with(
            (actor_config){ .workers = 2, .survive_root_failure = true, .max_actors = 7 });
}

/* Patient, its child, five more; all the same again once those of the failed handler are gone. */
static void test_spawns_of_a_failed_handler_give_their_places_back(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_until_refused };
    puppet_puppet_ref spawning = start_lasting(&play);
    EXPECT("start 1");
    for (int i = 0; i < 5; i++) {
        step_puppet(spawning, 0, "");
        EXPECT("5 and a configured limit is reached", "stop 1");
        await_actors(2, spawning);
        EXPECT("start 1");
    }
    step_puppet(spawning, 1, "");
    EXPECT("5 and a configured limit is reached");
    await_lines("start 30", 5);
    assert_int_equal(7, actor_system_actors(puppets));
}

static struct play *others_play;

static actor_result use_anothers_state(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body other = { .play = others_play };
    struct puppet_puppet not_mine = { .body = other };
    actor_err err = puppet_puppet_tell_puppet_step(
            &not_mine, cast.target, &(puppet_step){ .number = 1 });
    note("tell: %s", actor_err_text(err));
    puppet_puppet_ref ref;
    note("spawn: %s", actor_err_text(puppet_puppet_spawn_puppet(
                              &not_mine, &(puppet_puppet_args){ .id = 30 }, &ref)));
    note("flush: %s", actor_err_text(actor_flush(&not_mine)));
    puppet_puppet_ask_wonder(&not_mine, cast.target, msg); /* a line in the log */
    note("self: %" PRIu64, puppet_puppet_self(&not_mine).bits);
    return end_as_told(self, msg, call);
}

static void test_a_handler_cannot_act_for_another_actor(void **state)
{
    (void)state;
    static struct play play = { .question = use_anothers_state };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref acting = start_puppet(&play, 1);
    EXPECT("start 10", "start 1");
    assert_string_equal("answer 2", ask_puppet(acting, 2, ""));
    EXPECT("tell: not allowed here", "spawn: not allowed here", "flush: not allowed here",
            "self: 0");
    assert_string_equal("an ask was made outside of its handler", seen.line);
    assert_int_equal(0, ledger_of("puppet.Puppet", "puppet.Step").sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_nothing_of_a_failed_handler_takes_effect),
        PUPPET_TEST(test_an_ask_of_a_failed_handler_leaves_its_call_to_the_failure),
        PUPPET_TEST(test_the_log_says_why_a_handler_failed),
        PUPPET_TEST(test_effects_wait_until_the_handler_returns),
        PUPPET_TEST(test_a_child_starts_after_the_commit_and_takes_all_in_order),
        PUPPET_TEST(test_a_flush_commits_what_came_before_it),
        PUPPET_TEST(test_a_call_kept_before_a_flush_is_ended_after_it),
        cmocka_unit_test_setup_teardown(
                test_the_outbox_has_a_limit_and_a_flush_makes_room, setup_small, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_full_outbox_stays_full_whatever_else_is_noted, setup_small, teardown),
        cmocka_unit_test_setup_teardown(
                test_an_answer_that_is_too_long_can_be_replaced, setup_small, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_message_that_is_too_long_is_not_sent, setup_small, teardown),
        cmocka_unit_test_setup_teardown(
                test_spawns_of_a_failed_handler_give_their_places_back, setup_few, teardown),
        PUPPET_TEST(test_a_handler_cannot_act_for_another_actor),
    };
    return cmocka_run_group_tests_name("transactions", tests, NULL, NULL);
}
