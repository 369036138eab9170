/* SPDX-License-Identifier: MIT */
/*
 * Messages, replies and contexts that are kept beyond their handler: they stay as they were until they
 * are released, and nothing of them is left at the end. AddressSanitizer sees what is used too late
 * or never freed.
 */
#include "keeper.actor.h"

#include <inttypes.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

enum { KEPT = 2000, ERRANDS_BASE = 10 };

/* ---- Actors ------------------------------------------------------------------------------ */

struct keeper_echo {
    char unused;
};
ACTOR_STATE(keeper_echo);

/* An empty text is left without an answer. */
actor_result keeper_echo_on_letter(
        keeper_echo *self, const keeper_letter *msg, keeper_letter_call call)
{
    (void)self;
    if (msg->text.len > 0) {
        keeper_letter_answer_done(call, &(keeper_done){ .err = 0, .text = msg->text });
    }
    return ACTOR_CONTINUE;
}

/* What is kept by number, and the text in it, which is part of its block. */
struct keeper_keeper {
    keeper_echo_ref echo;
    const void *kept[KEPT];
    const actor_string *texts[KEPT];
    const keeper_letter_reply *replies[KEPT];
    actor_err tick;
    uint32_t ticks;
};
ACTOR_STATE(keeper_keeper);

static const keeper_note nobodys; /* which no handler was ever given */
static _Atomic uint32_t starts;
static _Atomic uint32_t read_at_stop; /* bytes of kept texts that the stop hook has seen */

actor_result keeper_keeper_at_start(keeper_keeper *self, const keeper_keeper_args *args)
{
    self->echo = args->echo;
    starts++;
    assert_int_equal(ACTOR_ERR_MISUSE, actor_message_keep(self, args));
    return ACTOR_CONTINUE;
}

void keeper_keeper_at_stop(keeper_keeper *self)
{
    for (int i = 0; i < KEPT; i++) {
        if (self->texts[i] != NULL) {
            read_at_stop += (uint32_t)strlen(self->texts[i]->data);
        }
    }
}

static actor_result keep(keeper_keeper *self, const void *message, uint32_t number,
        keeper_deed deed, const actor_string *text)
{
    actor_err err = ACTOR_OK;
    if (deed == KEEPER_DEED_NOTHING) {
        return ACTOR_CONTINUE;
    }
    if (deed == KEEPER_DEED_KEEP_ANOTHERS) {
        self->tick = actor_message_keep(self, &nobodys);
        return ACTOR_CONTINUE;
    }
    self->kept[number] = message;
    self->texts[number] = text;
    err = actor_message_keep(self, message);
    if (deed == KEEPER_DEED_KEEP_TWICE && err == ACTOR_OK) {
        err = actor_message_keep(self, message);
    }
    if (deed == KEEPER_DEED_KEEP_FLUSH_AND_FAIL && err == ACTOR_OK) {
        err = actor_flush(self);
    }
    if (deed == KEEPER_DEED_KEEP_AND_RELEASE && err == ACTOR_OK) {
        err = actor_message_release(self, message);
        self->kept[number] = NULL;
        self->texts[number] = NULL;
    }
    if (err != ACTOR_OK) {
        return actor_fail(self, "%s", actor_err_text(err));
    }
    if (deed == KEEPER_DEED_KEEP_AND_FAIL) {
        self->texts[number] = NULL; /* this state is not the schema's, and is not put back */
    }
    if (deed == KEEPER_DEED_KEEP_AND_FAIL || deed == KEEPER_DEED_KEEP_FLUSH_AND_FAIL) {
        return actor_fail(self, "told to");
    }
    return deed == KEEPER_DEED_KEEP_AND_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result keeper_keeper_on_note(keeper_keeper *self, const keeper_note *msg)
{
    return keep(self, msg, msg->number, msg->deed, &msg->text);
}

actor_result keeper_keeper_on_letter(
        keeper_keeper *self, const keeper_letter *msg, keeper_letter_call call)
{
    keeper_letter_answer_done(call, &(keeper_done){ .text = ACTOR_STRING("read") });
    return keep(self, msg, msg->number, msg->deed, &msg->text);
}

actor_result keeper_keeper_on_release(
        keeper_keeper *self, const keeper_release *msg, keeper_release_call call)
{
    actor_err err = actor_message_release(self, self->kept[msg->number]);
    keeper_done done = { .err = (int32_t)err };
    if (msg->deed == KEEPER_DEED_KEEP_TWICE && err == ACTOR_OK) {
        done.err = (int32_t)actor_message_release(self, self->kept[msg->number]);
    }
    if (msg->deed == KEEPER_DEED_KEEP && err == ACTOR_OK) {
        done.err = (int32_t)actor_message_keep(self, self->kept[msg->number]);
    }
    if (msg->deed == KEEPER_DEED_KEEP_AND_FAIL) {
        return actor_fail(self, "told to");
    }
    self->texts[msg->number] = NULL;
    self->replies[msg->number] = NULL;
    keeper_release_answer_done(call, &done);
    return ACTOR_CONTINUE;
}

actor_result keeper_keeper_on_recall(
        keeper_keeper *self, const keeper_recall *msg, keeper_recall_call call)
{
    const actor_string *text = self->texts[msg->number];
    const keeper_letter_reply *reply = self->replies[msg->number];
    if (reply != NULL && reply->kind == KEEPER_LETTER_REPLY_DONE) {
        text = &reply->done.text;
    }
    if (text != NULL) {
        keeper_done done = { .err = (int32_t)self->tick, .text = *text };
        keeper_recall_answer_done(call, &done);
    } else if (reply != NULL) {
        keeper_recall_answer_done(call, &(keeper_done){ .err = (int32_t)reply->error });
    } else {
        keeper_recall_answer_nothing(call, NULL);
    }
    return ACTOR_CONTINUE;
}

actor_result keeper_keeper_on_later(keeper_keeper *self, const keeper_later *msg)
{
    keeper_ring ring = { .number = msg->number, .deed = KEEPER_DEED_KEEP, .text = msg->text };
    (void)keeper_keeper_start_ring(self, 0, &ring);
    return ACTOR_CONTINUE;
}

actor_result keeper_keeper_on_ring(keeper_keeper *self, const keeper_ring *msg)
{
    return keep(self, msg, msg->number, msg->deed, &msg->text);
}

actor_result keeper_keeper_on_tick(keeper_keeper *self, const keeper_tick *msg)
{
    self->ticks++;
    return actor_message_keep(self, msg) == ACTOR_ERR_MISUSE
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "a tick was kept");
}

actor_result keeper_keeper_on_errand(keeper_keeper *self, const keeper_errand *msg)
{
    keeper_letter letter = { .text = msg->in_vain ? ACTOR_STRING("") : msg->text };
    keeper_note context = { .number = msg->number, .deed = msg->deed, .text = msg->text };
    keeper_keeper_ask_echo(self, self->echo, &letter, &context);
    return ACTOR_CONTINUE;
}

actor_result keeper_keeper_got_echo(
        keeper_keeper *self, const keeper_letter_reply *reply, const keeper_note *context)
{
    self->kept[context->number] = reply;
    self->replies[context->number] = reply;
    actor_err err = actor_message_keep(self, reply);
    if (context->deed == KEEPER_DEED_KEEP_AND_RELEASE) {
        /* Kept, let go and kept again: each step for good before the next. */
        for (int i = 0; i < 2 && err == ACTOR_OK; i++) {
            err = actor_flush(self);
            err = err == ACTOR_OK ? actor_message_release(self, reply) : err;
            err = err == ACTOR_OK ? actor_flush(self) : err;
            err = err == ACTOR_OK ? actor_message_keep(self, reply) : err;
        }
    }
    if (err != ACTOR_OK) {
        return actor_fail(self, "%s", actor_err_text(err));
    }
    return keep(self, context, context->number + 1, context->deed, &context->text);
}

/* ---- Trials ------------------------------------------------------------------------------ */

static actor_system *keepers;
static keeper_keeper_ref keeper;
static keeper_echo_ref echo;

static int setup(void **state)
{
    (void)state;
    keeper_keep_ref above;
    starts = 0;
    read_at_stop = 0;
    keepers = actor_system_new(&(actor_config){ .workers = 2 });
    assert_non_null(keepers);
    assert_int_equal(ACTOR_OK, keeper_echo_start(keepers, &echo));
    assert_int_equal(
            ACTOR_OK, keeper_keep_start(keepers, &(keeper_keep_args){ .echo = echo }, &above));
    assert_int_equal(ACTOR_OK, keeper_keep_keeper(keepers, above, &keeper));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(0, actor_system_stop(keepers, actor_seconds(30)).abandoned);
    actor_system_free(keepers);
    return 0;
}

static void send_note(uint32_t number, keeper_deed deed, const char *text)
{
    keeper_note msg = { .number = number, .deed = deed, .text = actor_string_of(text) };
    assert_int_equal(ACTOR_OK, keeper_keeper_tell_note(keepers, keeper, &msg));
}

/* The kept text of that number, or "-"; the error of what else is kept. */
static const char *recall(uint32_t number)
{
    static char text[128];
    keeper_recall_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, keeper_keeper_ask_recall(keepers, keeper,
                                       &(keeper_recall){ .number = number }, LONG, &reply));
    if (reply->kind == KEEPER_RECALL_REPLY_NOTHING) {
        (void)snprintf(text, sizeof text, "-");
    } else if (reply->done.text.len == 0) {
        (void)snprintf(text, sizeof text, "%s", actor_err_text((actor_err)reply->done.err));
    } else {
        (void)snprintf(text, sizeof text, "%s", reply->done.text.data);
    }
    actor_reply_free(reply);
    return text;
}

static actor_err release_with(uint32_t number, keeper_deed deed)
{
    keeper_release_reply *reply = NULL;
    actor_err err = keeper_keeper_ask_release(
            keepers, keeper, &(keeper_release){ .number = number, .deed = deed }, LONG, &reply);
    if (err == ACTOR_OK) {
        err = (actor_err)reply->done.err;
    }
    actor_reply_free(reply);
    return err;
}

static actor_err release(uint32_t number)
{
    return release_with(number, KEEPER_DEED_NOTHING);
}

/* Sends so much that a block which was free would be written over. */
static void stir(void)
{
    for (uint32_t i = 0; i < 200; i++) {
        send_note(0, KEEPER_DEED_NOTHING, "something else of about the same size");
    }
    (void)recall(0);
}

static void test_a_kept_message_stays_as_it_was(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP, "the first note that is kept, and not short");
    send_note(2, KEEPER_DEED_KEEP_TWICE, "the second note that is kept, twice in fact");
    stir();
    assert_string_equal("the first note that is kept, and not short", recall(1));
    assert_string_equal("the second note that is kept, twice in fact", recall(2));
    assert_int_equal(ACTOR_OK, release(1));
    assert_int_equal(ACTOR_ERR_MISUSE, release(1));
    assert_string_equal("the second note that is kept, twice in fact", recall(2));
    assert_int_equal(ACTOR_OK, release_with(2, KEEPER_DEED_NOTHING));
    assert_int_equal(ACTOR_ERR_MISUSE, release(2));
}

static void test_requests_and_timers_messages_are_kept_too(void **state)
{
    (void)state;
    keeper_letter letter = {
        .number = 1, .deed = KEEPER_DEED_KEEP, .text = ACTOR_STRING("a letter with an answer")
    };
    keeper_letter_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, keeper_keeper_ask_letter(keepers, keeper, &letter, LONG, &reply));
    actor_reply_free(reply);
    keeper_later later = { .number = 2, .text = ACTOR_STRING("from a timer") };
    assert_int_equal(ACTOR_OK, keeper_keeper_tell_later(keepers, keeper, &later));
    while (strcmp(recall(2), "-") == 0) {
        (void)sched_yield();
    }
    stir();
    assert_string_equal("a letter with an answer", recall(1));
    assert_string_equal("from a timer", recall(2));
    assert_int_equal(ACTOR_OK, release(1));
    assert_int_equal(ACTOR_OK, release(2));
    assert_int_equal(1, starts); /* no tick could be kept, or its handler would have failed */
}

static void run_errand(uint32_t number, keeper_deed deed, const char *text, bool in_vain)
{
    keeper_errand msg = {
        .number = number, .deed = deed, .text = actor_string_of(text), .in_vain = in_vain
    };
    assert_int_equal(ACTOR_OK, keeper_keeper_tell_errand(keepers, keeper, &msg));
    while (strcmp(recall(number), "-") == 0) {
        (void)sched_yield();
    }
}

static void test_replies_and_contexts_are_kept_too(void **state)
{
    (void)state;
    run_errand(1, KEEPER_DEED_KEEP, "there and back again", false);
    run_errand(3, KEEPER_DEED_KEEP, "to an echo that is silent", true);
    run_errand(5, KEEPER_DEED_KEEP_TWICE, "once more", true);
    run_errand(7, KEEPER_DEED_KEEP_AND_RELEASE, "back and forth", true);
    run_errand(9, KEEPER_DEED_KEEP_AND_RELEASE, "back and forth", false);
    stir();
    assert_string_equal("back and forth", recall(9));
    assert_string_equal("-", recall(10));
    assert_int_equal(ACTOR_OK, release(7));
    assert_int_equal(ACTOR_OK, release(9));
    assert_string_equal("there and back again", recall(1));
    assert_string_equal("there and back again", recall(2));
    assert_string_equal(actor_err_text(ACTOR_ERR_NO_ANSWER), recall(3));
    assert_string_equal("to an echo that is silent", recall(4));
    for (uint32_t i = 1; i <= 5; i++) {
        assert_int_equal(ACTOR_OK, release(i));
        assert_int_equal(ACTOR_ERR_MISUSE, release(i));
    }
    assert_string_equal("once more", recall(6)); /* freed with the actor */
    /* Asks have their records for themselves again. */
    for (int i = 0; i < 300; i++) {
        run_errand(7, KEEPER_DEED_NOTHING, "again", i % 2 == 0);
        assert_int_equal(ACTOR_OK, release(7));
    }
}

static void test_what_a_failing_handler_keeps_is_not_kept(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP, "kept before");
    assert_string_equal("kept before", recall(1));
    send_note(2, KEEPER_DEED_KEEP_AND_FAIL, "kept by a failing handler");
    assert_string_equal("-", recall(1)); /* it was restarted: all is released */
    send_note(3, KEEPER_DEED_KEEP_FLUSH_AND_FAIL, "kept until the restart");
    assert_string_equal("-", recall(3));
    assert_int_equal(3, starts);
}

static void test_what_a_failing_handler_releases_is_kept(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP, "kept at the end");
    assert_int_equal(ACTOR_ERR_FAILED, release_with(1, KEEPER_DEED_KEEP_AND_FAIL));
    assert_string_equal("-", recall(1));
    assert_int_equal(15, read_at_stop); /* by the stop hook, before the release */
}

static void test_keeping_and_releasing_in_one_handler(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP_AND_RELEASE, "not for long");
    stir();
    assert_string_equal("-", recall(1));
    send_note(2, KEEPER_DEED_KEEP, "for long");
    assert_int_equal(ACTOR_ERR_MISUSE, release_with(2, KEEPER_DEED_KEEP_TWICE));
    send_note(3, KEEPER_DEED_KEEP, "for long");
    /* What is leaving cannot be kept again: it would depend on the order. */
    assert_int_equal(ACTOR_ERR_MISUSE, release_with(3, KEEPER_DEED_KEEP));
    assert_int_equal(ACTOR_ERR_MISUSE, release(2));
    assert_int_equal(ACTOR_ERR_MISUSE, release(3));
    assert_int_equal(1, starts);
}

static void test_the_stop_hook_may_still_read(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP, "five.");
    send_note(2, KEEPER_DEED_KEEP_AND_STOP, "six...");
    while (actor_system_actors(keepers) > 2) {
        (void)sched_yield();
    }
    assert_int_equal(11, read_at_stop);
}

static void test_only_what_the_handler_was_given_is_kept(void **state)
{
    (void)state;
    send_note(1, KEEPER_DEED_KEEP, "kept");
    send_note(0, KEEPER_DEED_KEEP_ANOTHERS, "");
    keeper_recall_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, keeper_keeper_ask_recall(keepers, keeper,
                                       &(keeper_recall){ .number = 1 }, LONG, &reply));
    assert_int_equal(ACTOR_ERR_MISUSE, reply->done.err);
    actor_reply_free(reply);
    assert_int_equal(ACTOR_ERR_MISUSE, actor_message_keep(NULL, &nobodys));
    assert_int_equal(ACTOR_ERR_MISUSE, actor_message_release(NULL, &nobodys));
}

/* From both ends and from the middle. */
static void test_many_are_kept(void **state)
{
    (void)state;
    char text[32];
    for (uint32_t i = 0; i < KEPT; i++) {
        (void)snprintf(text, sizeof text, "number %" PRIu32, i);
        send_note(i, KEEPER_DEED_KEEP, text);
    }
    for (uint32_t i = 0; i < KEPT; i++) {
        uint32_t number = i % 2 == 0 ? i * 7 % KEPT : i;
        (void)snprintf(text, sizeof text, "number %" PRIu32, number);
        if (strcmp(recall(number), "-") != 0) {
            assert_string_equal(text, recall(number));
            assert_int_equal(ACTOR_OK, release(number));
        }
    }
}

int main(void)
{
#define TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(test_a_kept_message_stays_as_it_was),
        TRIAL(test_requests_and_timers_messages_are_kept_too),
        TRIAL(test_replies_and_contexts_are_kept_too),
        TRIAL(test_what_a_failing_handler_keeps_is_not_kept),
        TRIAL(test_what_a_failing_handler_releases_is_kept),
        TRIAL(test_keeping_and_releasing_in_one_handler),
        TRIAL(test_the_stop_hook_may_still_read),
        TRIAL(test_only_what_the_handler_was_given_is_kept),
        TRIAL(test_many_are_kept),
    };
    return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
