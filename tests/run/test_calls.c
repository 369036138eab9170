/* SPDX-License-Identifier: MIT */
/* Calls: the duty to answer, kept, carried, ended once, and what becomes of it at each end. */
#include "puppet.h"

static puppet_puppet_ref target;   /* whom puppets ask; set before they do */
static puppet_boss_ref asked_boss; /* likewise */
static puppet_question_call stolen;

static const char *text_of(actor_err err)
{
    return actor_err_text(err);
}

static actor_err answer(puppet_question_call call, uint64_t value)
{
    return puppet_question_answer_answer(call, &(puppet_answer){ .value = value });
}

/* ---- One end --------------------------------------------------------------------------------- */

static actor_result end_often(void *self, const puppet_question *msg, puppet_question_call call)
{
    (void)self;
    switch (msg->number) {
    case 1:
        note("%s", text_of(answer(call, 1)));
        note("%s", text_of(answer(call, 2)));
        note("%s", text_of(puppet_question_answer_refusal(call, &(puppet_refusal){ 3 })));
        note("%s", text_of(puppet_question_fail(call, ACTOR_ERR_LIMIT)));
        note("%s", text_of(puppet_question_keep(call)));
        break;
    case 2:
        note("%s", text_of(puppet_question_fail(call, ACTOR_ERR_LIMIT)));
        note("%s", text_of(answer(call, 2)));
        break;
    default:
        note("%s", text_of(puppet_question_keep(call)));
        note("%s", text_of(puppet_question_keep(call)));
        note("%s", text_of(answer(call, 3)));
        note("%s", text_of(answer(call, 4)));
        break;
    }
    return ACTOR_CONTINUE;
}

static void test_a_call_ends_once(void **state)
{
    (void)state;
    static struct play play = { .question = end_often };
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    const char *gone = text_of(ACTOR_ERR_GONE);
    EXPECT("start 1");
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    EXPECT("no error", gone, gone, gone, gone);
    assert_string_equal(text_of(ACTOR_ERR_LIMIT), ask_puppet(puppet, 2, ""));
    EXPECT("no error", gone);
    assert_string_equal("answer 3", ask_puppet(puppet, 3, ""));
    EXPECT("no error", "no error", "no error", gone);
}

static actor_result end_with_no_error(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    (void)self;
    puppet_question_fail(call, msg->number == 0 ? ACTOR_OK : (actor_err)999);
    return ACTOR_CONTINUE;
}

static void test_a_call_cannot_fail_with_what_is_no_error(void **state)
{
    (void)state;
    static struct play play = { .question = end_with_no_error };
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(puppet, 0, ""));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(puppet, 1, ""));
}

/* ---- Told requests ----------------------------------------------------------------------------- */

static actor_result end_empty(void *self, const puppet_question *msg, puppet_question_call call)
{
    (void)self;
    (void)msg;
    note("%s %" PRIu64, text_of(puppet_question_keep(call)), call.bits);
    note("%s", text_of(answer(call, 1)));
    note("%s", text_of(answer(call, 2)));
    note("%s", text_of(puppet_question_fail(call, ACTOR_ERR_LIMIT)));
    return ACTOR_CONTINUE;
}

static void test_the_call_of_a_told_request_is_empty(void **state)
{
    (void)state;
    static struct play play = { .question = end_empty };
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    assert_int_equal(ACTOR_OK,
            puppet_puppet_tell_question(puppets, puppet, &(puppet_question){ .number = 1 }));
    EXPECT("start 1", "no error 0", "no error", "no error", "no error");
    actor_ledger_entry entry;
    do { /* it is handled a moment after its last note */
        entry = ledger_of("puppet.Puppet", "puppet.Question");
    } while (entry.handled == 0);
    assert_int_equal(1, entry.sent);
    assert_int_equal(1, entry.handled);
}

/* ---- Kept calls --------------------------------------------------------------------------------- */

/* A step answers the kept call with its number and says how that went. */
static actor_result answer_kept(void *self, const puppet_step *msg)
{
    struct body *b = self;
    note("step: %s", text_of(answer(b->kept, msg->number)));
    return is(msg->text, "fail") ? actor_fail(self, "after the answer") : ACTOR_CONTINUE;
}

static struct play keeping = { .step = answer_kept };

/* Starts somebody who asks the puppet to keep the call, and waits until it has. */
static void begin_kept(struct asker *a, puppet_puppet_ref puppet)
{
    begin_asker(a, puppet, 1, "keep");
    EXPECT("kept 1");
}

static void test_a_kept_call_is_answered_by_a_later_handler(void **state)
{
    (void)state;
    static struct asker asker;
    puppet_puppet_ref puppet = start_puppet(&keeping, 1);
    EXPECT("start 1");
    begin_kept(&asker, puppet);
    assert_string_equal("answer 5", ask_puppet(puppet, 5, "")); /* others go on */
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 7, ""));
    assert_string_equal("answer 7", join_asker(&asker));
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 8, ""));
    EXPECT("step: no error", "step: the call has already ended");
}

static void test_many_calls_can_be_kept(void **state)
{
    (void)state;
    enum { ASKERS = 8 };
    static struct asker askers[ASKERS];
    puppet_puppet_ref puppet = start_puppet(&keeping, 1);
    EXPECT("start 1");
    for (int i = 0; i < ASKERS; i++) {
        begin_kept(&askers[i], puppet);
    }
    /* Only the last is known to the puppet; the runtime knows them all. */
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 3, ""));
    assert_string_equal("answer 3", join_asker(&askers[ASKERS - 1]));
    puppet_puppet_stop(puppets, puppet);
    for (int i = 0; i < ASKERS - 1; i++) {
        assert_string_equal(text_of(ACTOR_ERR_STOPPED), join_asker(&askers[i]));
    }
}

static void test_a_kept_call_ends_failed_when_its_holder_fails(void **state)
{
    (void)state;
    static struct asker asker;
    puppet_puppet_ref puppet = start_puppet(&keeping, 1);
    EXPECT("start 1");
    begin_kept(&asker, puppet);
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(puppet, 2, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
}

static void test_a_kept_call_ends_failed_at_a_restart(void **state)
{
    (void)state;
    static struct asker asker;
    puppet_patient_ref patient;
    puppet_puppet_ref puppet;
    assert_int_equal(ACTOR_OK, puppet_patient_start(puppets,
                                       &(puppet_patient_args){ .play = &keeping }, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &puppet));
    EXPECT("start 1");
    begin_kept(&asker, puppet);
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(puppet, 2, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
    EXPECT("stop 1", "start 1");
    /* Zeroed with the rest of the state: an empty call. */
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 7, ""));
    EXPECT("step: no error");
}

/* The answer of a handler that fails is not sent; its actor's failure ends the call. */
static void test_a_failing_handler_does_not_answer_a_kept_call(void **state)
{
    (void)state;
    static struct asker asker;
    puppet_puppet_ref puppet = start_puppet(&keeping, 1);
    EXPECT("start 1");
    begin_kept(&asker, puppet);
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 7, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
}

static void answer_at_stop(void *self)
{
    struct body *b = self;
    note("stop: %s", text_of(answer(b->kept, 99)));
}

static void test_the_stop_hook_may_still_answer(void **state)
{
    (void)state;
    static struct play play = { .stop = answer_at_stop };
    static struct asker asker;
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    EXPECT("start 1");
    begin_kept(&asker, puppet);
    puppet_puppet_stop(puppets, puppet);
    assert_string_equal("answer 99", join_asker(&asker));
    EXPECT("stop: no error");
}

/* An asker that has given up does not make the call end for its holder. */
static void test_an_answer_nobody_waits_for_is_no_error(void **state)
{
    (void)state;
    puppet_puppet_ref puppet = start_puppet(&keeping, 1);
    puppet_question question = { .number = 1, .text = ACTOR_STRING("keep") };
    puppet_question_reply *reply = NULL;
    for (actor_duration timeout = actor_milliseconds(5); lines_that_say("kept 1") == 0;
            timeout *= 2) {
        assert_int_equal(ACTOR_ERR_TIMEOUT,
                puppet_puppet_ask_question(puppets, puppet, &question, timeout, &reply));
        assert_string_equal("answer 2", ask_puppet(puppet, 2, ""));
    }
    assert_int_equal(ACTOR_OK, step_puppet(puppet, 7, ""));
    EXPECT("start 1", "kept 1", "step: no error");
}

static actor_result wonder(void *self, const puppet_step *msg)
{
    if (is(msg->text, "stop")) {
        return ACTOR_STOP;
    }
    puppet_puppet_ask_wonder(
            self, target, &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static void test_an_answer_to_an_ended_asker_is_no_error(void **state)
{
    (void)state;
    static struct play asking = { .step = wonder };
    target = start_puppet(&keeping, 1);
    puppet_puppet_ref asker = start_puppet(&asking, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 1, "keep"));
    EXPECT("kept 1");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 0, "stop"));
    EXPECT("stop 2");
    await_actors(1, target);
    assert_int_equal(ACTOR_OK, step_puppet(target, 7, ""));
    EXPECT("step: no error");
}

/* ---- Other people's calls ------------------------------------------------------------------------ */

static actor_result steal(void *self, const puppet_step *msg)
{
    (void)self;
    note("stolen: %s", text_of(answer(stolen, msg->number)));
    note("stolen: %s", text_of(puppet_question_keep(stolen)));
    note("stolen: %s", text_of(puppet_question_fail(stolen, ACTOR_ERR_LIMIT)));
    return ACTOR_CONTINUE;
}

static actor_result keep_in_the_open(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    stolen = call;
    return end_as_told(self, msg, call);
}

static void test_only_its_holder_can_end_a_call(void **state)
{
    (void)state;
    static struct play careless = { .question = keep_in_the_open, .step = answer_kept };
    static struct play thief = { .step = steal };
    static struct asker asker;
    puppet_puppet_ref holder = start_puppet(&careless, 1);
    puppet_puppet_ref other = start_puppet(&thief, 2);
    EXPECT("start 1", "start 2");
    begin_kept(&asker, holder);
    assert_int_equal(ACTOR_OK, step_puppet(other, 6, ""));
    EXPECT("stolen: the call has already ended", "stolen: the call has already ended",
            "stolen: the call has already ended");
    /* Nor can a thread outside. */
    assert_int_equal(ACTOR_ERR_MISUSE, answer(stolen, 6));
    assert_int_equal(ACTOR_ERR_MISUSE, puppet_question_fail(stolen, ACTOR_ERR_LIMIT));
    assert_int_equal(ACTOR_ERR_MISUSE, puppet_question_keep(stolen));
    assert_int_equal(ACTOR_OK, step_puppet(holder, 7, ""));
    assert_string_equal("answer 7", join_asker(&asker));
    EXPECT("step: no error");
}

/* ---- Carried calls ------------------------------------------------------------------------------- */

/* Carries its call to the target, and keeps a copy that it must not use meanwhile. */
static actor_result carry(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->kept = call;
    puppet_puppet_ask_relay(self, call, target, msg);
    note("carried: %s", text_of(answer(call, 6)));
    return ACTOR_CONTINUE;
}

static actor_result answer_what_came_back(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    char buffer[64];
    (void)self;
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    note("back: %s", text_of(answer(call, 50)));
    return ACTOR_CONTINUE;
}

static struct play carrying = {
    .question = carry, .step = answer_kept, .got = answer_what_came_back
};

static void test_a_call_comes_back_in_the_continuation(void **state)
{
    (void)state;
    target = start_puppet(NULL, 1);
    puppet_puppet_ref carrier = start_puppet(&carrying, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 50", ask_puppet(carrier, 3, ""));
    EXPECT("carried: the call has already ended", "relay: answer 3", "back: no error");
}

static void test_a_call_on_its_way_cannot_be_ended_by_another_handler(void **state)
{
    (void)state;
    static struct asker asker;
    target = start_puppet(&keeping, 1);
    puppet_puppet_ref carrier = start_puppet(&carrying, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, carrier, 1, "keep");
    EXPECT("carried: the call has already ended", "kept 1");
    assert_int_equal(ACTOR_OK, step_puppet(carrier, 9, ""));
    EXPECT("step: the call has already ended");
    assert_int_equal(ACTOR_OK, step_puppet(target, 8, ""));
    EXPECT("step: no error", "relay: answer 8", "back: no error");
    assert_string_equal("answer 50", join_asker(&asker));
}

static void test_a_carried_call_ends_when_its_carrier_fails(void **state)
{
    (void)state;
    static struct asker asker;
    target = start_puppet(&keeping, 1);
    puppet_puppet_ref carrier = start_puppet(&carrying, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, carrier, 1, "keep");
    EXPECT("carried: the call has already ended", "kept 1");
    assert_int_equal(ACTOR_OK, step_puppet(carrier, 9, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
    /* The reply comes to nobody. */
    assert_int_equal(ACTOR_OK, step_puppet(target, 8, ""));
    await_lines("step: no error", 1);
    assert_int_equal(0, lines_that_say("relay: answer 8"));
}

static actor_result say_nothing(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    (void)ask;
    (void)call;
    struct body *b = self;
    if (reply->kind == PUPPET_QUESTION_REPLY_REFUSAL) {
        return actor_fail(self, "refused");
    }
    if (reply->kind == PUPPET_QUESTION_REPLY_ERROR) {
        b->kept = call;
        puppet_question_keep(call);
        note("kept on");
    }
    return ACTOR_CONTINUE;
}

static void test_a_continuation_owes_an_answer_as_a_handler_does(void **state)
{
    (void)state;
    static struct play play = { .question = carry, .step = answer_kept, .got = say_nothing };
    static struct asker asker;
    target = start_puppet(NULL, 1);
    puppet_puppet_ref carrier = start_puppet(&play, 2);
    assert_string_equal(text_of(ACTOR_ERR_NO_ANSWER), ask_puppet(carrier, 3, ""));
    begin_asker(&asker, carrier, 3, "silent");
    await_lines("kept on", 1);
    assert_int_equal(ACTOR_OK, step_puppet(carrier, 9, ""));
    assert_string_equal("answer 9", join_asker(&asker));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(carrier, 3, "refuse"));
}

/* Two asks for one caller: whichever continuation comes last can still answer. */
static actor_result ask_both_ways(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay(self, call, target, msg);
    puppet_puppet_ask_wonder(self, target, msg);
    return ACTOR_CONTINUE;
}

static actor_result answer_relay_only(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    char buffer[64];
    (void)self;
    note("%s: %s, call %s", ask, reply_text(reply, buffer, sizeof buffer),
            call.bits == 0 ? "empty" : "full");
    answer(call, 11);
    return ACTOR_CONTINUE;
}

static void test_an_ask_without_a_call_brings_none_back(void **state)
{
    (void)state;
    static struct play play = { .question = ask_both_ways, .got = answer_relay_only };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 11", ask_puppet(asker, 4, ""));
    EXPECT("relay: answer 4, call full", "wonder: answer 4, call empty");
}

static actor_result ask_boss_of_step(void *self, const puppet_step *msg)
{
    puppet_puppet_ask_ask_boss(self, asked_boss, &(puppet_question){ .number = msg->number });
    return ACTOR_CONTINUE;
}

static actor_result wait_for_test(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    (void)self;
    (void)ask;
    (void)reply;
    (void)call;
    pass_gate();
    return ACTOR_CONTINUE;
}

static void note_message_in_hand(void *context, const actor_listing_entry *entry)
{
    const char **message = context;
    *message = entry->message != NULL ? entry->message : *message;
}

/* While an answer is handled, the request that it ended is in nobody's hand any more. */
static void test_a_reply_is_no_message_in_hand(void **state)
{
    (void)state;
    static struct play play = { .step = ask_boss_of_step, .got = wait_for_test };
    asked_boss = start_boss(NULL, 10);
    puppet_puppet_ref asker = start_puppet(&play, 1);
    for (uint32_t i = 0; i < 3; i++) {
        const char *message = NULL;
        step_puppet(asker, i, "");
        await_arrival();
        actor_ledger_entry e = ledger_of("puppet.Boss", "puppet.Question");
        actor_system_listing(puppets, note_message_in_hand, &message);
        open_gate();
        assert_int_equal(i + 1, e.sent);
        assert_int_equal(i + 1, e.handled);
        assert_int_equal(0, e.in_hand);
        assert_null(message);
    }
}

static int setup_one_worker(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1, .survive_root_failure = true });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_a_call_ends_once),
        PUPPET_TEST(test_a_call_cannot_fail_with_what_is_no_error),
        PUPPET_TEST(test_the_call_of_a_told_request_is_empty),
        PUPPET_TEST(test_a_kept_call_is_answered_by_a_later_handler),
        PUPPET_TEST(test_many_calls_can_be_kept),
        PUPPET_TEST(test_a_kept_call_ends_failed_when_its_holder_fails),
        PUPPET_TEST(test_a_kept_call_ends_failed_at_a_restart),
        PUPPET_TEST(test_a_failing_handler_does_not_answer_a_kept_call),
        PUPPET_TEST(test_the_stop_hook_may_still_answer),
        PUPPET_TEST(test_an_answer_nobody_waits_for_is_no_error),
        PUPPET_TEST(test_an_answer_to_an_ended_asker_is_no_error),
        PUPPET_TEST(test_only_its_holder_can_end_a_call),
        PUPPET_TEST(test_a_call_comes_back_in_the_continuation),
        PUPPET_TEST(test_a_call_on_its_way_cannot_be_ended_by_another_handler),
        PUPPET_TEST(test_a_carried_call_ends_when_its_carrier_fails),
        PUPPET_TEST(test_a_continuation_owes_an_answer_as_a_handler_does),
        PUPPET_TEST(test_an_ask_without_a_call_brings_none_back),
        cmocka_unit_test_setup_teardown(
                test_a_reply_is_no_message_in_hand, setup_one_worker, teardown),
    };
    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
