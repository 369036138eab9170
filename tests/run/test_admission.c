/* SPDX-License-Identifier: MIT */
/* Bounds of mailboxes and classes as handlers meet them, and who gets places back when. */
#include "puppet.h"

static struct {
    puppet_puppet_ref target;
    puppet_tight_ref tight;
    puppet_oldest_ref oldest;
} cast;

static puppet_puppet_ref start_lasting(struct play *play, puppet_patient_ref *ret_patient)
{
    puppet_puppet_ref only;
    assert_int_equal(ACTOR_OK,
            puppet_patient_start(puppets, &(puppet_patient_args){ .play = play }, ret_patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, *ret_patient, &only));
    return only;
}

/* A tight actor that waits at the gate, so that its mailbox fills. */
static void start_waiting_tight(void)
{
    cast.tight = start_tight(NULL, 10);
    EXPECT("start 10");
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 0, "wait"));
    await_arrival();
}

static actor_result tell_tight(void *self, const puppet_step *msg)
{
    for (uint32_t i = 1; i <= 4; i++) {
        note("%s", actor_err_text(puppet_puppet_tell_tight_step(
                           self, cast.tight, &(puppet_step){ .number = i })));
    }
    return is(msg->text, "fail") ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

static void test_a_handler_sees_the_refusal_at_once(void **state)
{
    (void)state;
    static struct play play = { .step = tell_tight };
    start_waiting_tight();
    puppet_puppet_ref telling = start_puppet(&play, 1);
    step_puppet(telling, 1, "");
    EXPECT("start 1", "no error", "no error", "refused: the mailbox is full",
            "refused: the mailbox is full");
    open_gate();
    EXPECT("step 10.0", "step 10.1", "step 10.2");
    actor_ledger_entry entry = ledger_of("puppet.Tight", "puppet.Step");
    assert_int_equal(5, entry.sent);
    assert_int_equal(2, entry.dropped[ACTOR_ERR_REFUSED]);
}

static void test_a_failing_handler_gives_its_places_back(void **state)
{
    (void)state;
    static struct play play = { .step = tell_tight };
    puppet_patient_ref patient;
    start_waiting_tight();
    puppet_puppet_ref telling = start_lasting(&play, &patient);
    EXPECT("start 1");
    for (int i = 0; i < 3; i++) {
        step_puppet(telling, 1, "fail");
        EXPECT("no error", "no error", "refused: the mailbox is full",
                "refused: the mailbox is full", "stop 1", "start 1");
    }
    /* Both places are free for others. */
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 5, ""));
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 6, ""));
    assert_int_equal(ACTOR_ERR_REFUSED, step_tight(cast.tight, 7, ""));
    open_gate();
    EXPECT("step 10.0", "step 10.5", "step 10.6");
}

static actor_result ask_tight_then_fail(void *self, const puppet_step *msg)
{
    for (uint32_t i = 0; i < 4; i++) {
        puppet_puppet_ask_ask_tight(self, cast.tight, &(puppet_question){ .number = i });
    }
    note("asked");
    return is(msg->text, "fail") ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

static void test_asks_of_a_failing_handler_give_their_places_back(void **state)
{
    (void)state;
    static struct play play = { .step = ask_tight_then_fail };
    puppet_patient_ref patient;
    start_waiting_tight();
    puppet_puppet_ref asking = start_lasting(&play, &patient);
    EXPECT("start 1");
    step_puppet(asking, 1, "fail");
    EXPECT("asked", "stop 1", "start 1");
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 5, ""));
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 6, ""));
    assert_int_equal(ACTOR_ERR_REFUSED, step_tight(cast.tight, 7, ""));
    open_gate();
    EXPECT("step 10.0", "step 10.5", "step 10.6");
    assert_int_equal(0, ledger_of("puppet.Tight", "puppet.Question").sent);
}

static actor_result flood_classes(void *self, const puppet_step *msg)
{
    (void)msg;
    for (uint32_t i = 1; i <= 4; i++) {
        note("few: %s", actor_err_text(puppet_puppet_tell_puppet_few(
                                self, cast.target, &(puppet_few){ .number = i })));
        note("latest: %s", actor_err_text(puppet_puppet_tell_puppet_latest(
                                   self, cast.target, &(puppet_latest){ .number = i })));
    }
    return ACTOR_CONTINUE;
}

static actor_result wait_at_gate(void *self, const puppet_step *msg)
{
    (void)self;
    (void)msg;
    pass_gate();
    return ACTOR_CONTINUE;
}

/* Each class for itself, whoever sends, and others are not concerned. */
static void test_a_limit_is_of_its_class_alone(void **state)
{
    (void)state;
    static struct play waiting = { .step = wait_at_gate };
    static struct play flooding = { .step = flood_classes };
    cast.target = start_puppet(&waiting, 10);
    puppet_puppet_ref sender = start_puppet(&flooding, 1);
    EXPECT("start 10", "start 1");
    step_puppet(cast.target, 0, "");
    await_arrival();
    step_puppet(sender, 0, "");
    EXPECT("few: no error", "latest: no error", "few: no error", "latest: no error",
            "few: refused: the mailbox is full", "latest: no error",
            "few: refused: the mailbox is full", "latest: no error");
    assert_string_equal("answer 0", ask_puppet(sender, 0, "")); /* so that all are sent */
    assert_int_equal(ACTOR_ERR_REFUSED,
            puppet_puppet_tell_few(puppets, cast.target, &(puppet_few){ 9 }));
    assert_int_equal(
            ACTOR_OK, puppet_puppet_tell_latest(puppets, cast.target, &(puppet_latest){ 9 }));
    assert_int_equal(
            ACTOR_OK, puppet_puppet_tell_shout(puppets, cast.target, &(puppet_shout){ 9 }));
    open_gate();
    EXPECT("shout 10.9", "few 10.1", "few 10.2", "latest 10.4", "latest 10.9");
    expect_nothing();
    actor_ledger_entry few = ledger_of("puppet.Puppet", "puppet.Few");
    assert_int_equal(5, few.sent);
    assert_int_equal(3, few.dropped[ACTOR_ERR_REFUSED]);
    assert_int_equal(3, ledger_of("puppet.Puppet", "puppet.Latest").dropped[ACTOR_ERR_REFUSED]);
    assert_int_equal(0, dead_letters()); /* dropped is not dead */
}

/* A place is free when its message has left the mailbox, not when it has been handled. */
static void test_a_message_in_hand_takes_no_place(void **state)
{
    (void)state;
    start_waiting_tight();
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 1, "wait"));
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 2, ""));
    assert_int_equal(ACTOR_ERR_REFUSED, step_tight(cast.tight, 3, ""));
    open_gate();
    await_arrival(); /* the first that waited is in hand */
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 4, ""));
    assert_int_equal(ACTOR_ERR_REFUSED, step_tight(cast.tight, 5, ""));
    open_gate();
    EXPECT("step 10.0", "step 10.1", "step 10.2", "step 10.4");
}

static void test_a_stop_is_never_refused(void **state)
{
    (void)state;
    start_waiting_tight();
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 1, ""));
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 2, ""));
    assert_int_equal(ACTOR_OK, puppet_tight_stop(puppets, cast.tight));
    open_gate();
    EXPECT("step 10.0", "step 10.1", "step 10.2", "stop 10");
}

static void test_an_ended_actor_refuses_nothing(void **state)
{
    (void)state;
    puppet_puppet_ref other = start_puppet(NULL, 1);
    cast.tight = start_tight(NULL, 10);
    puppet_tight_stop(puppets, cast.tight);
    await_actors(1, other);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(ACTOR_OK, step_tight(cast.tight, i, ""));
    }
    assert_int_equal(5, dead_letters());
    assert_int_equal(5, ledger_of("puppet.Tight", "puppet.Step").dead_letters);
}

/* A slot that is used again by another bounded actor starts with all its places. */
static void test_a_new_actor_has_all_its_places(void **state)
{
    (void)state;
    puppet_puppet_ref other = start_puppet(NULL, 1);
    EXPECT("start 1");
    for (int round = 0; round < 20; round++) {
        start_waiting_tight();
        assert_int_equal(ACTOR_OK, step_tight(cast.tight, 1, "stop"));
        assert_int_equal(ACTOR_OK, step_tight(cast.tight, 2, ""));
        assert_int_equal(ACTOR_ERR_REFUSED, step_tight(cast.tight, 3, ""));
        open_gate();
        EXPECT("step 10.0", "step 10.1", "stop 10");
        await_actors(1, other);
    }
}

/* The queue outlives the restart, and so do the places that it takes. */
static void test_places_are_kept_through_a_restart(void **state)
{
    (void)state;
    puppet_patient_ref patient;
    puppet_puppet_ref puppet = start_lasting(NULL, &patient);
    EXPECT("start 1");
    for (int round = 0; round < 3; round++) {
        step_puppet(puppet, 1, "wait");
        await_arrival();
        step_puppet(puppet, 2, "fail");
        assert_int_equal(ACTOR_OK, puppet_puppet_tell_few(puppets, puppet, &(puppet_few){ 3 }));
        assert_int_equal(ACTOR_OK, puppet_puppet_tell_few(puppets, puppet, &(puppet_few){ 4 }));
        assert_int_equal(
                ACTOR_ERR_REFUSED, puppet_puppet_tell_few(puppets, puppet, &(puppet_few){ 5 }));
        open_gate();
        EXPECT("step 1.1", "stop 1", "start 1", "few 1.3", "few 1.4");
        assert_string_equal("answer 0", ask_puppet(puppet, 0, ""));
    }
}

static actor_result tell_oldest(void *self, const puppet_step *msg)
{
    (void)msg;
    for (uint32_t i = 1; i <= 4; i++) {
        note("%s", actor_err_text(puppet_puppet_tell_oldest_step(
                           self, cast.oldest, &(puppet_step){ .number = i })));
    }
    return ACTOR_CONTINUE;
}

static void test_a_mailbox_that_forgets_takes_all_and_keeps_the_newest(void **state)
{
    (void)state;
    static struct play play = { .step = tell_oldest };
    cast.oldest = start_oldest(NULL, 10);
    puppet_puppet_ref sender = start_puppet(&play, 1);
    EXPECT("start 10", "start 1");
    assert_int_equal(ACTOR_OK, step_oldest(cast.oldest, 0, "wait"));
    await_arrival();
    step_puppet(sender, 0, "");
    EXPECT("no error", "no error", "no error", "no error");
    assert_string_equal("answer 0", ask_puppet(sender, 0, "")); /* so that all are sent */
    open_gate();
    EXPECT("step 10.0", "step 10.3", "step 10.4");
    assert_string_equal("answer 1", ask_oldest(cast.oldest, 1, ""));
    expect_nothing();
    assert_int_equal(2, ledger_of("puppet.Oldest", "puppet.Step").dropped[ACTOR_ERR_REFUSED]);
}

static actor_result tell_out_of_bounds(void *self, const puppet_step *msg)
{
    static const puppet_step too_long = { .text = ACTOR_STRING_INIT("17 bytes of text.") };
    static const puppet_step long_enough = { .text = ACTOR_STRING_INIT("16 bytes of text") };
    (void)msg;
    note("%s", actor_err_text(puppet_puppet_tell_puppet_step(self, cast.target, &too_long)));
    note("%s", actor_err_text(puppet_puppet_tell_puppet_step(self, cast.target, &long_enough)));
    return ACTOR_CONTINUE;
}

static void test_what_is_out_of_bounds_is_not_sent(void **state)
{
    (void)state;
    static struct play play = { .step = tell_out_of_bounds };
    cast.target = start_puppet(NULL, 10);
    puppet_puppet_ref sender = start_puppet(&play, 1);
    EXPECT("start 10", "start 1");
    assert_int_equal(ACTOR_ERR_INVALID, step_puppet(cast.target, 1, "17 bytes of text."));
    assert_int_equal(ACTOR_OK, step_puppet(cast.target, 2, "16 bytes of text"));
    EXPECT("step 10.2");
    step_puppet(sender, 0, "");
    EXPECT("a field is outside the bounds of its schema", "no error", "step 10.0");
    assert_int_equal(3, ledger_of("puppet.Puppet", "puppet.Step").sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_a_handler_sees_the_refusal_at_once),
        PUPPET_TEST(test_a_failing_handler_gives_its_places_back),
        PUPPET_TEST(test_asks_of_a_failing_handler_give_their_places_back),
        PUPPET_TEST(test_a_limit_is_of_its_class_alone),
        PUPPET_TEST(test_a_message_in_hand_takes_no_place),
        PUPPET_TEST(test_a_stop_is_never_refused),
        PUPPET_TEST(test_an_ended_actor_refuses_nothing),
        PUPPET_TEST(test_a_new_actor_has_all_its_places),
        PUPPET_TEST(test_places_are_kept_through_a_restart),
        PUPPET_TEST(test_a_mailbox_that_forgets_takes_all_and_keeps_the_newest),
        PUPPET_TEST(test_what_is_out_of_bounds_is_not_sent),
    };
    return cmocka_run_group_tests_name("admission", tests, NULL, NULL);
}
