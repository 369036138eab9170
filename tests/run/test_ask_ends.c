/* SPDX-License-Identifier: MIT */
/*
 * Every way in which an ask ends, in a continuation and outside: once, and as soon as it can. Asks
 * have an hour here where nothing else is said: an end that comes too late hangs the test.
 */
#include "puppet.h"

/* Whom the asking puppets ask; set before they are started. */
static struct {
    puppet_puppet_ref target;
    puppet_puppet_ref middle;
    puppet_loner_ref loner;
    puppet_tight_ref tight;
    puppet_oldest_ref oldest;
} cast;

/* Asks the target what it has been asked, in its caller's name. */
static actor_result relay(void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay(self, call, cast.target, msg);
    return ACTOR_CONTINUE;
}

static actor_result relay_briefly(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay_briefly(self, call, cast.target, msg);
    return ACTOR_CONTINUE;
}

static actor_result relay_loner(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay_loner(self, call, cast.loner, msg);
    return ACTOR_CONTINUE;
}

/* Notes how the ask ended and ends the caller's call likewise. */
static actor_result pass_on(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    char buffer[64];
    (void)self;
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    switch (reply->kind) {
    case PUPPET_QUESTION_REPLY_ANSWER:
        puppet_question_answer_answer(call, &reply->answer);
        break;
    case PUPPET_QUESTION_REPLY_REFUSAL:
        puppet_question_answer_refusal(call, &reply->refusal);
        break;
    case PUPPET_QUESTION_REPLY_ERROR: puppet_question_fail(call, reply->error); break;
    }
    return ACTOR_CONTINUE;
}

static struct play relaying = { .question = relay, .got = pass_on };
static struct play relaying_briefly = { .question = relay_briefly, .got = pass_on };
static struct play relaying_to_loner = { .question = relay_loner, .got = pass_on };

/* ---- What the handler does ------------------------------------------------------------------- */

static const struct {
    const char *deed;
    const char *ends;
} deeds[] = {
    { "", "answer 7" },
    { "refuse", "refusal 7" },
    { "cannot", "the actor does not handle this message in its mode" },
    { "silent", "the handler returned without an answer" },
    { "fail", "the actor failed while it had the request" },
    { "stop", "answer 7" },
};

enum { DEEDS = sizeof deeds / sizeof deeds[0] };

static void test_outside_an_ask_ends_as_its_handler_did(void **state)
{
    (void)state;
    for (int i = 0; i < DEEDS; i++) {
        puppet_puppet_ref target = start_puppet(NULL, 1);
        assert_string_equal(deeds[i].ends, ask_puppet(target, 7, deeds[i].deed));
    }
}

static actor_result begin_quietly(void *self)
{
    (void)self;
    return ACTOR_CONTINUE;
}

static void end_quietly(void *self)
{
    (void)self;
}

static struct play quiet = { .start = begin_quietly, .stop = end_quietly };

static void test_in_a_continuation_an_ask_ends_as_its_handler_did(void **state)
{
    (void)state;
    puppet_puppet_ref asker = start_puppet(&relaying, 2);
    EXPECT("start 2");
    for (int i = 0; i < DEEDS; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "relay: %s", deeds[i].ends);
        cast.target = start_puppet(&quiet, 1);
        assert_string_equal(deeds[i].ends, ask_puppet(asker, 7, deeds[i].deed));
        EXPECT(line);
    }
    expect_nothing();
}

/* ---- Nobody there ----------------------------------------------------------------------------- */

static void test_an_ask_of_nobody_ends_stopped_at_once(void **state)
{
    (void)state;
    static const uint64_t nobody[] = { 0, 1, UINT64_C(1) << 32, UINT64_C(0xffffffff0fffffff),
        UINT64_MAX };
    puppet_puppet_ref asker = start_puppet(&relaying, 2);
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        cast.target.bits = nobody[i];
        if (nobody[i] == asker.bits) {
            continue;
        }
        assert_string_equal("the actor has stopped", ask_puppet(cast.target, 1, ""));
        assert_string_equal("the actor has stopped", ask_puppet(asker, 1, ""));
    }
}

static void test_an_ask_of_an_ended_actor_ends_stopped_at_once(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&relaying, 2);
    assert_string_equal("answer 1", ask_puppet(cast.target, 1, "stop"));
    await_actors(1, cast.target);
    assert_string_equal("the actor has stopped", ask_puppet(cast.target, 1, ""));
    assert_string_equal("the actor has stopped", ask_puppet(asker, 1, ""));
}

/* What waits behind the message that ends its target. */
static void test_asks_that_wait_when_their_target_stops_end_stopped(void **state)
{
    (void)state;
    puppet_loner_ref loner = start_loner(NULL, 1);
    cast.loner = loner;
    puppet_puppet_ref asker = start_puppet(&relaying_to_loner, 2);
    static struct asker waiting;
    assert_int_equal(ACTOR_OK, step_loner(loner, 1, "wait"));
    await_arrival();
    assert_int_equal(ACTOR_OK, step_loner(loner, 2, "stop"));
    begin_asker(&waiting, asker, 5, "");
    await_sent("puppet.Loner", "puppet.Question", 1);
    open_gate();
    assert_string_equal("the actor has stopped", join_asker(&waiting));
}

/* ---- Time ------------------------------------------------------------------------------------- */

static void test_an_ask_without_a_reply_times_out(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&relaying_briefly, 2);
    assert_string_equal("timed out", ask_puppet(asker, 1, "keep"));
}

static int setup_one_worker(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1, .survive_root_failure = true });
}

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Has the only worker until the question's time is over, so that no timer can ring, and forgets it. */
static actor_result dawdle(void *self, const puppet_question *msg, puppet_question_call call)
{
    int64_t until = now_ns() + actor_milliseconds(30);
    (void)self, (void)msg, (void)call;
    while (now_ns() <= until) {
    }
    return ACTOR_CONTINUE;
}

static struct play dawdling = { .question = dawdle };

static void test_an_ask_whose_handler_forgets_it_past_its_time_times_out(void **state)
{
    (void)state;
    cast.target = start_puppet(&dawdling, 1);
    puppet_puppet_ref asker = start_puppet(&relaying_briefly, 2);
    assert_string_equal("timed out", ask_puppet(asker, 1, ""));
}

static actor_result answer_kept(void *self, const puppet_step *msg)
{
    struct body *b = self;
    actor_err err =
            puppet_question_answer_answer(b->kept, &(puppet_answer){ .value = msg->number });
    note("late answer: %s", actor_err_text(err));
    return ACTOR_CONTINUE;
}

static struct play answering_late = { .step = answer_kept };

/*
 * Has a question kept at the end of a row of askers that begins with `first`, so that it times out. A
 * machine that is too busy lets the time pass before the question has come to the end of the row;
 * then there is more time for the next one.
 */
static void ask_to_keep(puppet_puppet_ref first)
{
    puppet_question question = { .number = 1, .text = ACTOR_STRING("keep") };
    puppet_question_reply *reply = NULL;
    for (actor_duration timeout = actor_milliseconds(20); lines_that_say("kept 1") == 0;
            timeout *= 2) {
        assert_int_equal(ACTOR_ERR_TIMEOUT,
                puppet_puppet_ask_question(puppets, first, &question, timeout, &reply));
        assert_null(reply);
        /* Goes the same way, behind it. */
        assert_string_equal("refusal 2", ask_puppet(first, 2, "refuse"));
    }
}

/* The continuation runs once, whatever comes later. */
static void test_a_reply_that_comes_after_the_timeout_is_dropped(void **state)
{
    (void)state;
    cast.target = start_puppet(&answering_late, 1);
    puppet_puppet_ref asker = start_puppet(&relaying_briefly, 2);
    while (lines_that_say("kept 1") == 0) {
        assert_string_equal("timed out", ask_puppet(asker, 1, "keep"));
        assert_string_equal("refusal 2", ask_puppet(cast.target, 2, "refuse"));
    }
    uint32_t before = lines_that_say("relay_briefly: timed out");
    assert_int_equal(ACTOR_OK, step_puppet(cast.target, 9, ""));
    await_lines("late answer: no error", 1);
    assert_string_equal("answer 3", ask_puppet(asker, 3, ""));
    assert_int_equal(before, lines_that_say("relay_briefly: timed out"));
    assert_int_equal(0, lines_that_say("relay_briefly: answer 9"));
    assert_int_equal(1, lines_that_say("relay_briefly: answer 3"));
}

/* The caller gives some ms; the ask that serves it may take an hour, but has no more than those. */
static void test_an_ask_inherits_the_deadline_of_its_call(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    ask_to_keep(start_puppet(&relaying, 2));
    await_lines("relay: timed out", 1);
}

static actor_result relay_to_middle(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    puppet_puppet_ask_relay(self, call, cast.middle, msg);
    return ACTOR_CONTINUE;
}

/* Two puppets stand between the caller and the one that does not answer. */
static void test_a_deadline_is_inherited_through_many(void **state)
{
    (void)state;
    static struct play to_middle = { .question = relay_to_middle, .got = pass_on };
    cast.target = start_puppet(NULL, 1);
    cast.middle = start_puppet(&relaying, 2);
    ask_to_keep(start_puppet(&to_middle, 3));
    await_lines("relay: timed out", 2);
}

/* `within` can only shorten what the caller gave. */
static void test_an_ask_ends_with_its_own_time_if_that_is_less(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&relaying_briefly, 2);
    actor_duration before = actor_now();
    assert_string_equal("timed out", ask_puppet(asker, 1, "keep"));
    assert_true(actor_now() - before >= actor_milliseconds(30));
}

/* The inherited deadline has passed before the loner comes to the question. */
static void test_an_expired_question_is_dropped_and_counted(void **state)
{
    (void)state;
    cast.loner = start_loner(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&relaying_to_loner, 2);
    assert_int_equal(ACTOR_OK, step_loner(cast.loner, 1, "wait"));
    await_arrival();
    puppet_question question = { .number = 1, .text = ACTOR_STRING("keep") };
    puppet_question_reply *reply = NULL;
    for (actor_duration timeout = actor_milliseconds(20);
            ledger_of("puppet.Loner", "puppet.Question").sent == 0; timeout *= 2) {
        assert_int_equal(ACTOR_ERR_TIMEOUT,
                puppet_puppet_ask_question(puppets, asker, &question, timeout, &reply));
        assert_string_equal("answer 0", ask_puppet(start_puppet(NULL, 3), 0, ""));
    }
    await_lines("relay_loner: timed out", 1);
    open_gate();
    assert_string_equal("answer 2", ask_loner(cast.loner, 2, ""));
    assert_int_equal(0, lines_that_say("kept 1"));
    actor_ledger_entry entry = ledger_of("puppet.Loner", "puppet.Question");
    assert_int_equal(entry.sent - 1, entry.dropped[ACTOR_ERR_TIMEOUT]);
}

/* ---- Full mailboxes ----------------------------------------------------------------------------- */

/* Makes three asks of an actor that is waiting and has room for two. */
static actor_result ask_thrice(void *self, const puppet_step *msg)
{
    for (uint32_t i = 1; i <= 3; i++) {
        puppet_question question = { .number = i };
        if (msg->number == 0) {
            puppet_puppet_ask_ask_tight(self, cast.tight, &question);
        } else {
            puppet_puppet_ask_ask_oldest(self, cast.oldest, &question);
        }
    }
    return ACTOR_CONTINUE;
}

static struct play asking_thrice = { .step = ask_thrice };

static void test_an_ask_that_a_full_mailbox_refuses_ends_refused_at_once(void **state)
{
    (void)state;
    cast.tight = start_tight(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&asking_thrice, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_tight(cast.tight, 1, "wait"));
    await_arrival();
    assert_int_equal(ACTOR_OK, step_puppet(asker, 0, ""));
    EXPECT("ask_tight: refused: the mailbox is full");
    assert_string_equal("refused: the mailbox is full", ask_tight(cast.tight, 4, ""));
    open_gate();
    EXPECT("step 1.1", "ask_tight: answer 1", "ask_tight: answer 2");
    expect_nothing();
}

static void test_an_ask_that_is_dropped_for_a_newer_one_ends_refused(void **state)
{
    (void)state;
    cast.oldest = start_oldest(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&asking_thrice, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_oldest(cast.oldest, 1, "wait"));
    await_arrival();
    assert_int_equal(ACTOR_OK, step_puppet(asker, 1, ""));
    EXPECT("ask_oldest: refused: the mailbox is full");
    open_gate();
    EXPECT("step 1.1", "ask_oldest: answer 2", "ask_oldest: answer 3");
    expect_nothing();
}

/* ---- What cannot be sent ------------------------------------------------------------------------- */

static actor_result ask_the_impossible(void *self, const puppet_step *msg)
{
    (void)msg;
    puppet_puppet_ask_wonder(self, cast.target,
            &(puppet_question){ .text = ACTOR_STRING("more than 16 bytes") });
    return ACTOR_CONTINUE;
}

static void test_an_invalid_question_ends_invalid_in_the_continuation(void **state)
{
    (void)state;
    static struct play play = { .step = ask_the_impossible };
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 1, ""));
    EXPECT("wonder: a field is outside the bounds of its schema");
    assert_string_equal("a field is outside the bounds of its schema",
            ask_puppet(cast.target, 1, "more than 16 bytes"));
}

static int setup_small_outbox(void **state)
{
    (void)state;
    return setup_with(
            (actor_config){ .workers = 2, .survive_root_failure = true, .outbox_bytes = 200 });
}

static actor_result ask_ten_times(void *self, const puppet_step *msg)
{
    (void)msg;
    for (uint32_t i = 0; i < 10; i++) {
        puppet_puppet_ask_wonder(self, cast.target,
                &(puppet_question){ .number = i, .text = ACTOR_STRING("0123456789abcdef") });
    }
    return ACTOR_CONTINUE;
}

/* What has no room in the outbox still has a continuation. */
static void test_asks_beyond_the_outbox_end_with_a_limit(void **state)
{
    (void)state;
    static struct play play = { .step = ask_ten_times };
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 1, ""));
    assert_true(journal_grows_to(2 + 10));
    uint32_t limits = 0;
    for (uint32_t i = 2; i < 12; i++) {
        limits += strcmp("wonder: a configured limit is reached", journal.lines[i]) == 0;
    }
    assert_in_range(limits, 1, 9);
    journal.read = journal.count;
}

/* ---- Ends of systems and actors -------------------------------------------------------------------- */

/* Asks from the continuation of an ask, which runs while the actor drains. */
static actor_result ask_once_more(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    char buffer[64];
    struct body *b = self;
    (void)call;
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    if (b->count++ == 0) {
        puppet_puppet_ask_wonder(self, cast.target, &(puppet_question){ .number = 2 });
    }
    return ACTOR_CONTINUE;
}

static actor_result ask_loner_of(void *self, const puppet_step *msg)
{
    puppet_puppet_ask_relay_loner(self, (puppet_question_call){ 0 }, cast.loner,
            &(puppet_question){ .number = msg->number, .text = msg->text });
    return ACTOR_CONTINUE;
}

static void test_an_actor_that_is_stopping_is_told_so_when_it_asks(void **state)
{
    (void)state;
    static struct play play = { .step = ask_loner_of, .got = ask_once_more };
    cast.target = start_puppet(NULL, 1);
    cast.loner = start_loner(NULL, 2);
    puppet_puppet_ref asker = start_puppet(&play, 3);
    EXPECT("start 1", "start 2", "start 3");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 4, "wait"));
    await_arrival();
    assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, asker));
    open_gate();
    EXPECT("relay_loner: answer 4", "wonder: the system is stopping", "stop 3");
}

static void test_an_ask_of_a_kept_call_ends_stopped_with_the_system(void **state)
{
    (void)state;
    static struct asker waiting;
    puppet_puppet_ref target = start_puppet(NULL, 1);
    EXPECT("start 1");
    begin_asker(&waiting, target, 1, "keep");
    EXPECT("kept 1");
    assert_int_equal(ACTOR_OK, actor_system_stop(puppets, actor_seconds(30)).err);
    assert_string_equal("the actor has stopped", join_asker(&waiting));
    assert_string_equal("the system is stopping", ask_puppet(target, 1, ""));
}

/* Its target pauses for an hour before it is started again. */
static void test_an_ask_waits_for_a_restart_no_longer_than_it_may(void **state)
{
    (void)state;
    puppet_slow_ref slow;
    puppet_puppet_ref target;
    assert_int_equal(
            ACTOR_OK, puppet_slow_start(puppets, &(puppet_slow_args){ .play = NULL }, &slow));
    assert_int_equal(ACTOR_OK, puppet_slow_only(puppets, slow, &target));
    assert_string_equal(
            "the actor failed while it had the request", ask_puppet(target, 1, "fail"));
    puppet_question question = { .number = 1 };
    puppet_question_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_TIMEOUT, puppet_puppet_ask_question(puppets, target, &question,
                                                actor_milliseconds(2), &reply));
}

static void test_an_ask_that_waits_for_a_restart_ends_stopped_with_the_system(void **state)
{
    (void)state;
    puppet_slow_ref slow;
    puppet_puppet_ref target;
    static struct asker waiting;
    assert_int_equal(
            ACTOR_OK, puppet_slow_start(puppets, &(puppet_slow_args){ .play = NULL }, &slow));
    assert_int_equal(ACTOR_OK, puppet_slow_only(puppets, slow, &target));
    assert_string_equal(
            "the actor failed while it had the request", ask_puppet(target, 1, "fail"));
    begin_asker(&waiting, target, 2, "");
    await_sent("puppet.Puppet", "puppet.Question", 2);
    assert_int_equal(ACTOR_OK, actor_system_stop(puppets, LONG).err);
    assert_string_equal("the actor has stopped", join_asker(&waiting));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_outside_an_ask_ends_as_its_handler_did),
        PUPPET_TEST(test_in_a_continuation_an_ask_ends_as_its_handler_did),
        PUPPET_TEST(test_an_ask_of_nobody_ends_stopped_at_once),
        PUPPET_TEST(test_an_ask_of_an_ended_actor_ends_stopped_at_once),
        PUPPET_TEST(test_asks_that_wait_when_their_target_stops_end_stopped),
        PUPPET_TEST(test_an_ask_without_a_reply_times_out),
        cmocka_unit_test_setup_teardown(
                test_an_ask_whose_handler_forgets_it_past_its_time_times_out, setup_one_worker,
                teardown),
        PUPPET_TEST(test_a_reply_that_comes_after_the_timeout_is_dropped),
        PUPPET_TEST(test_an_ask_inherits_the_deadline_of_its_call),
        PUPPET_TEST(test_a_deadline_is_inherited_through_many),
        PUPPET_TEST(test_an_ask_ends_with_its_own_time_if_that_is_less),
        PUPPET_TEST(test_an_expired_question_is_dropped_and_counted),
        PUPPET_TEST(test_an_ask_that_a_full_mailbox_refuses_ends_refused_at_once),
        PUPPET_TEST(test_an_ask_that_is_dropped_for_a_newer_one_ends_refused),
        PUPPET_TEST(test_an_invalid_question_ends_invalid_in_the_continuation),
        cmocka_unit_test_setup_teardown(
                test_asks_beyond_the_outbox_end_with_a_limit, setup_small_outbox, teardown),
        PUPPET_TEST(test_an_actor_that_is_stopping_is_told_so_when_it_asks),
        PUPPET_TEST(test_an_ask_of_a_kept_call_ends_stopped_with_the_system),
        PUPPET_TEST(test_an_ask_waits_for_a_restart_no_longer_than_it_may),
        PUPPET_TEST(test_an_ask_that_waits_for_a_restart_ends_stopped_with_the_system),
    };
    return cmocka_run_group_tests_name("ask ends", tests, NULL, NULL);
}
