/* SPDX-License-Identifier: MIT */
/*
 * One call that travels in several asks at once: it stays open until somebody ends it or the last of
 * the asks has come back, and whatever is done to it meanwhile it ends once.
 */
#include "puppet.h"

static puppet_puppet_ref target; /* whom puppets ask; set before they do */

static const char *text_of(actor_err err)
{
    return actor_err_text(err);
}

static actor_err answer(puppet_question_call call, uint64_t value)
{
    return puppet_question_answer_answer(call, &(puppet_answer){ .value = value });
}

/* Asks twice, or as often as the number says, for one caller. */
static actor_result ask_often(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->kept = call;
    b->count = 0;
    b->limit = msg->number;
    for (uint32_t i = 1; i <= msg->number; i++) {
        puppet_puppet_ask_relay(
                self, call, target, &(puppet_question){ .number = i, .text = msg->text });
    }
    return ACTOR_CONTINUE;
}

/* Answers with the sum when all have come back. */
static actor_result add_up(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    b->count++;
    note("back %" PRIu32, b->count);
    if (reply->kind == PUPPET_QUESTION_REPLY_ANSWER && b->count == b->limit) {
        note("answered: %s", text_of(answer(call, b->count)));
    }
    return ACTOR_CONTINUE;
}

static void test_the_last_reply_answers(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = add_up };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 2", ask_puppet(fan, 2, ""));
    EXPECT("back 1", "back 2", "answered: no error");
    assert_string_equal("answer 5", ask_puppet(fan, 5, ""));
}

static actor_result answer_each(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    (void)reply;
    note("back: %s", text_of(answer(call, ++b->count)));
    return ACTOR_CONTINUE;
}

static void test_the_first_reply_may_answer(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = answer_each };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 1", ask_puppet(fan, 3, ""));
    EXPECT("back: no error", "back: the call has already ended",
            "back: the call has already ended");
    assert_string_equal("answer 1", ask_puppet(fan, 1, ""));
}

static actor_result say_nothing(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    (void)reply;
    (void)call;
    note("back %" PRIu32, ++b->count);
    return ACTOR_CONTINUE;
}

static void test_when_none_answers_the_last_owed_it(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = say_nothing };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal(text_of(ACTOR_ERR_NO_ANSWER), ask_puppet(fan, 2, ""));
    EXPECT("back 1", "back 2");
}

/* What a careful programmer writes who does not know that he need not: each continuation but the
 * last keeps the call. */
static actor_result keep_until_the_last(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    (void)reply;
    if (++b->count < b->limit) {
        note("kept: %s", text_of(puppet_question_keep(call)));
    } else {
        note("answered: %s", text_of(answer(call, b->count)));
    }
    return ACTOR_CONTINUE;
}

static void test_a_call_can_be_kept_between_its_replies(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = keep_until_the_last };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 3", ask_puppet(fan, 3, ""));
    EXPECT("kept: no error", "kept: no error", "answered: no error");
    assert_string_equal("answer 4", ask_puppet(fan, 4, ""));
    puppet_puppet_stop(puppets, fan);
    await_lines("stop 2", 1);
}

/* Kept at the first reply, and not mentioned again: it stays kept after the last. */
static actor_result keep_at_the_first(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    struct body *b = self;
    (void)ask;
    (void)reply;
    if (++b->count == 1) {
        (void)puppet_question_keep(call);
    }
    note("back %" PRIu32, b->count);
    return ACTOR_CONTINUE;
}

static actor_result answer_kept(void *self, const puppet_step *msg)
{
    struct body *b = self;
    note("step: %s", text_of(answer(b->kept, msg->number)));
    return is(msg->text, "fail") ? actor_fail(self, "after the answer") : ACTOR_CONTINUE;
}

static struct play keeping_at_first = {
    .question = ask_often, .got = keep_at_the_first, .step = answer_kept
};

static void test_a_call_kept_between_its_replies_stays_kept(void **state)
{
    (void)state;
    static struct asker asker;
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&keeping_at_first, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, fan, 2, "");
    EXPECT("back 1", "back 2");
    assert_int_equal(ACTOR_OK, step_puppet(fan, 7, ""));
    EXPECT("step: no error");
    assert_string_equal("answer 7", join_asker(&asker));
}

static void test_a_call_kept_between_its_replies_ends_with_its_keeper(void **state)
{
    (void)state;
    static struct asker asker;
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&keeping_at_first, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, fan, 3, "");
    EXPECT("back 1", "back 2", "back 3");
    assert_int_equal(ACTOR_OK, step_puppet(fan, 7, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
}

/* Its asks wait at the target when it fails. */
static void test_a_call_in_two_asks_fails_once(void **state)
{
    (void)state;
    static struct asker asker;
    static struct play play = { .question = ask_often, .got = say_nothing };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, fan, 2, "keep");
    EXPECT("kept 1", "kept 2");
    assert_int_equal(ACTOR_OK, step_puppet(fan, 1, "fail"));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), join_asker(&asker));
}

/* The first continuation fails; the reply that comes after belongs to nobody. */
static actor_result fail_at_the_first(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    (void)ask;
    (void)reply;
    (void)call;
    return actor_fail(self, "at the first");
}

static void test_a_failing_continuation_ends_the_call(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = fail_at_the_first };
    puppet_patient_ref patient;
    puppet_puppet_ref fan;
    target = start_puppet(NULL, 5);
    assert_int_equal(ACTOR_OK,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = &play }, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &fan));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(fan, 2, ""));
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(fan, 1, ""));
}

/* One ask gives up long before the other, and both before the caller. */
static actor_result ask_briefly_too(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    b->count = 0;
    b->limit = 2;
    puppet_puppet_ask_relay_briefly(
            self, call, target, &(puppet_question){ .text = ACTOR_STRING("keep") });
    puppet_puppet_ask_relay(self, call, target, msg);
    return ACTOR_CONTINUE;
}

static actor_result answer_the_second(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    struct body *b = self;
    char buffer[64];
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    if (++b->count == 2) {
        (void)answer(call, 9);
    }
    return ACTOR_CONTINUE;
}

static void test_a_timed_out_ask_leaves_the_call_to_the_other(void **state)
{
    (void)state;
    static struct play play = { .question = ask_briefly_too, .got = answer_the_second };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal("answer 9", ask_puppet(fan, 1, ""));
    EXPECT("kept 0", "relay: answer 1", "relay_briefly: timed out");
}

/* Both asks have what is left of the caller's time, not only the first. */
static void test_each_ask_inherits_the_deadline(void **state)
{
    (void)state;
    static struct play play = { .question = ask_often, .got = say_nothing };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    puppet_question question = { .number = 2, .text = ACTOR_STRING("keep") };
    puppet_question_reply *reply = NULL;
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_ERR_TIMEOUT, puppet_puppet_ask_question(puppets, fan, &question,
                                                actor_milliseconds(50), &reply));
    EXPECT("kept 1", "kept 2", "back 1", "back 2");
}

/* The handler fails after it has asked: nothing has been sent, and the call ends once. */
static actor_result ask_and_fail(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    (void)ask_often(self, msg, call);
    return actor_fail(self, "after the asks");
}

static void test_asks_of_a_failing_handler_carry_nothing(void **state)
{
    (void)state;
    static struct play play = { .question = ask_and_fail };
    target = start_puppet(NULL, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_string_equal(text_of(ACTOR_ERR_FAILED), ask_puppet(fan, 2, ""));
}

/* Another handler adds an ask of its own to a call that travels already. */
static actor_result ask_once_more(void *self, const puppet_step *msg)
{
    struct body *b = self;
    b->limit++;
    puppet_puppet_ask_relay(self, b->kept, target, &(puppet_question){ .number = msg->number });
    return ACTOR_CONTINUE;
}

static actor_result release(void *self, const puppet_step *msg)
{
    struct body *b = self;
    (void)answer(b->kept, msg->number);
    return ACTOR_CONTINUE;
}

static void test_a_later_handler_may_ask_for_the_same_call(void **state)
{
    (void)state;
    static struct asker asker;
    static struct play keeping = { .step = release };
    static struct play play = { .question = ask_often, .got = add_up, .step = ask_once_more };
    target = start_puppet(&keeping, 1);
    puppet_puppet_ref fan = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    begin_asker(&asker, fan, 1, "keep");
    EXPECT("kept 1");
    assert_int_equal(ACTOR_OK, step_puppet(fan, 4, ""));
    EXPECT("back 1");
    assert_int_equal(ACTOR_OK, step_puppet(target, 6, ""));
    EXPECT("back 2", "answered: no error");
    assert_string_equal("answer 2", join_asker(&asker));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_the_last_reply_answers),
        PUPPET_TEST(test_the_first_reply_may_answer),
        PUPPET_TEST(test_when_none_answers_the_last_owed_it),
        PUPPET_TEST(test_a_call_can_be_kept_between_its_replies),
        PUPPET_TEST(test_a_call_kept_between_its_replies_stays_kept),
        PUPPET_TEST(test_a_call_kept_between_its_replies_ends_with_its_keeper),
        PUPPET_TEST(test_a_call_in_two_asks_fails_once),
        PUPPET_TEST(test_a_failing_continuation_ends_the_call),
        PUPPET_TEST(test_a_timed_out_ask_leaves_the_call_to_the_other),
        PUPPET_TEST(test_each_ask_inherits_the_deadline),
        PUPPET_TEST(test_asks_of_a_failing_handler_carry_nothing),
        PUPPET_TEST(test_a_later_handler_may_ask_for_the_same_call),
    };
    return cmocka_run_group_tests_name("fan_out", tests, NULL, NULL);
}
