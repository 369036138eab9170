/* SPDX-License-Identifier: MIT */
/* test_probes.c - probes at their limits, and a test that has nobody to tell what went wrong. */
#define _POSIX_C_SOURCE 200809L
#include "kit.h"

#include "story.h"

#include <actorc/sim.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct story_listener {
    char none;
};
ACTOR_STATE(story_listener);

struct story_teller {
    story_listener_ref listener;
};
ACTOR_STATE(story_teller);

actor_result story_listener_at_start(story_listener *self, const story_listener_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

/* Finds something wrong. */
actor_result story_teller_on_ring(story_teller *self, const story_ring *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result story_listener_on_hint(story_listener *self, const story_hint *msg)
{
    (void)self;
    (void)msg;
    actor_sim_fail("wrong %d times", 3);
    return ACTOR_CONTINUE;
}

actor_result story_listener_on_question(
        story_listener *self, const story_question *msg, story_question_call call)
{
    (void)self;
    (void)msg;
    story_question_answer_nothing(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result story_teller_at_start(story_teller *self, const story_teller_args *args)
{
    self->listener = args->listener;
    return ACTOR_CONTINUE;
}

actor_result story_teller_on_begin(story_teller *self, const story_begin *msg)
{
    story_teller_ask_wonder(self, self->listener, &(story_question){ .way = msg->way });
    return ACTOR_CONTINUE;
}

actor_result story_teller_got_wonder(story_teller *self, const story_question_reply *reply)
{
    return reply->kind == STORY_QUESTION_REPLY_NOTHING
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "%s", actor_err_text(reply->error));
}

/* ---- Probes ----------------------------------------------------------------------------------- */

static char said[1024];

static void note(const char *file, int line, const char *text)
{
    (void)file;
    (void)line;
    (void)snprintf(said, sizeof said, "%s", text);
}

struct bench {
    actor_test *test;
    actor_system *system;
    actor_probe *listener;
    story_listener_ref ref;
};

static struct bench begin(void)
{
    actor_test_config config = { .fail = note, .patience = actor_milliseconds(5) };
    struct bench b = { .test = actor_test_new(&config) };
    assert_non_null(b.test);
    b.system = actor_test_system(b.test);
    b.listener = actor_probe_new(b.test, &story_listener__info);
    assert_non_null(b.listener);
    b.ref = ACTOR_PROBE_REF(b.listener, story_listener);
    said[0] = '\0';
    return b;
}

static actor_future *ask(struct bench *b)
{
    actor_future *future = NULL;
    assert_int_equal(
            story_listener_ask_question_async(b->system, b->ref,
                    &(story_question){ .way = STORY_WAY_ANSWER }, actor_seconds(1), &future),
            ACTOR_OK);
    return future;
}

static void test_patience_is_as_configured(void **state)
{
    struct bench b = begin();
    actor_duration before = actor_now();
    (void)state;
    (void)ACTOR_EXPECT(b.listener, story_note);
    assert_string_equal(said, "story.Listener: expected story.Note, got nothing");
    assert_true(actor_now() - before >= actor_milliseconds(5));
    assert_true(actor_now() - before < actor_milliseconds(6));
    actor_test_free(b.test);
    actor_test_free(NULL);
}

static void test_messages_without_fields_are_recorded_by_name(void **state)
{
    struct bench b = begin();
    (void)state;
    assert_int_equal(story_listener_tell_hint(b.system, b.ref, NULL), ACTOR_OK);
    ACTOR_EXPECT_NOTHING(b.listener, 0);
    assert_string_equal(said, "story.Listener: expected nothing, got story.Hint");
    assert_non_null(ACTOR_EXPECT(b.listener, story_hint));
    actor_test_free(b.test);
}

static void test_a_script_is_for_asks_of_its_request(void **state)
{
    struct bench b = begin();
    story_question_reply *reply = NULL;
    (void)state;
    ACTOR_SCRIPT(b.listener, story_question, story_answer, .number = 5);
    assert_int_equal(story_question_await(ask(&b), &reply), ACTOR_OK);
    assert_int_equal(reply->answer.number, 5);
    actor_reply_free(reply);
    /* Others are recorded, and so is what was only told. */
    story_note text = { .text = ACTOR_STRING("a") };
    story_question question = { .way = STORY_WAY_FAIL };
    assert_int_equal(story_listener_tell_note(b.system, b.ref, &text), ACTOR_OK);
    assert_int_equal(story_listener_tell_question(b.system, b.ref, &question), ACTOR_OK);
    assert_string_equal(ACTOR_EXPECT(b.listener, story_note)->text.data, "a");
    assert_int_equal(ACTOR_EXPECT(b.listener, story_question)->way, STORY_WAY_FAIL);
    ACTOR_SCRIPT(b.listener, story_note, story_answer, .number = 5);
    assert_string_equal(said, "story.Listener: story.Answer is no answer to story.Note");
    actor_test_free(b.test);
}

static void test_a_call_is_failed_once(void **state)
{
    struct bench b = begin();
    story_question_reply *reply = NULL;
    actor_future *future = ask(&b);
    (void)state;
    (void)ACTOR_EXPECT(b.listener, story_question);
    ACTOR_ANSWER_ERROR(b.listener, ACTOR_ERR_REFUSED);
    assert_string_equal(said, "");
    assert_int_equal(story_question_await(future, &reply), ACTOR_ERR_REFUSED);
    ACTOR_ANSWER_ERROR(b.listener, ACTOR_ERR_REFUSED);
    assert_string_equal(said, "story.Listener: cannot answer: the call has already ended");
    actor_test_free(b.test);
}

static void test_a_probe_that_has_stopped_does_nothing_more(void **state)
{
    struct bench b = begin();
    story_question_reply *reply = NULL;
    actor_future *future = ask(&b);
    (void)state;
    (void)ACTOR_EXPECT(b.listener, story_question);
    actor_probe_stop(b.listener);
    assert_int_equal(story_question_await(future, &reply), ACTOR_ERR_STOPPED);
    ACTOR_ANSWER(b.listener, story_nothing, 0);
    assert_string_equal(said, "story.Listener: cannot answer: the actor has stopped");
    actor_probe_stop(b.listener);
    actor_probe_crash(b.listener);
    assert_int_equal(actor_system_actors(b.system), 0);
    actor_test_free(b.test);
}

static void test_no_time_is_no_less_than_none(void **state)
{
    struct bench b = begin();
    actor_duration before = actor_now();
    (void)state;
    actor_test_advance(b.test, -1);
    actor_test_pass(b.test, -1);
    ACTOR_EXPECT_NOTHING(b.listener, -1);
    assert_int_equal(actor_now(), before);
    actor_test_pass(b.test, actor_seconds(1));
    assert_int_equal(actor_now(), before + actor_seconds(1));
    assert_string_equal(said, "");
    actor_test_free(b.test);
}

/* An ask that gets no answer ends within its second, and the actor that made it fails. */
static void test_time_is_let_pass_to_the_last_moment(void **state)
{
    struct bench b = begin();
    story_teller_ref teller;
    (void)state;
    assert_int_equal(
            story_teller_start(b.system, &(story_teller_args){ .listener = b.ref }, &teller),
            ACTOR_OK);
    assert_int_equal(story_teller_tell_begin(b.system, teller, &(story_begin){ 0 }), ACTOR_OK);
    (void)ACTOR_EXPECT(b.listener, story_question);
    actor_test_advance(b.test, actor_milliseconds(900));
    assert_null(actor_system_failure(b.system));
    actor_test_advance(b.test, actor_milliseconds(200));
    assert_string_equal(actor_system_failure(b.system), "story.Teller failed: timed out");
    actor_test_free(b.test);
}

/* ---- Nobody to tell --------------------------------------------------------------------------- */

static void expect_in_vain(void)
{
    actor_test *test = actor_test_new(NULL);
    actor_probe *probe = test == NULL ? NULL : actor_probe_new(test, &story_listener__info);
    if (probe != NULL) {
        (void)ACTOR_EXPECT(probe, story_note);
    }
}

static void find_fault(void)
{
    actor_test *test = actor_test_new(NULL);
    story_listener_ref ref;
    story_listener_args args = { .story = NULL };
    if (test != NULL &&
            story_listener_start(actor_test_system(test), &args, &ref) == ACTOR_OK) {
        (void)story_listener_tell_hint(actor_test_system(test), ref, NULL);
        (void)actor_test_settle(test);
    }
}

/* The child says this before it ends itself. */
static void expect_abort(void (*body)(void), const char *text)
{
    char heard[1024] = "";
    int ends[2];
    int status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    (void)close(ends[1]);
    assert_true(read(ends[0], heard, sizeof heard - 1) > 0);
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    if (strstr(heard, text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, heard);
    }
}

static void test_without_somebody_to_tell_a_test_ends(void **state)
{
    (void)state;
    expect_abort(expect_in_vain, "test_probes.c:");
    expect_abort(expect_in_vain, "story.Listener: expected story.Note, got nothing\n");
    expect_abort(find_fault, "actorc: wrong 3 times\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patience_is_as_configured),
        cmocka_unit_test(test_messages_without_fields_are_recorded_by_name),
        cmocka_unit_test(test_a_script_is_for_asks_of_its_request),
        cmocka_unit_test(test_a_call_is_failed_once),
        cmocka_unit_test(test_a_probe_that_has_stopped_does_nothing_more),
        cmocka_unit_test(test_no_time_is_no_less_than_none),
        cmocka_unit_test(test_time_is_let_pass_to_the_last_moment),
        cmocka_unit_test(test_without_somebody_to_tell_a_test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
