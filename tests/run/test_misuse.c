/* SPDX-License-Identifier: MIT */
/*
 * What a handler may do, done elsewhere: outside, in a hook, for another actor. And with no room left for it in the
 * outbox. Each says so by its result, and nothing comes of it.
 */
#include "misuse.actor.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG actor_seconds(60)

enum deed {
    DEED_ANSWER,
    DEED_TRY_FOR_ANOTHER,
    DEED_TRY_OUTSIDE_FUNCTIONS,
    DEED_FILL,
    DEED_DELEGATE_TOO_MUCH,
    DEED_DELEGATE_TO_NOBODY,
    DEED_ASK_TOO_MUCH,
    DEED_CONTEXT_TOO_LARGE,
    DEED_ANSWER_TOO_MUCH,
    DEED_ANSWER_TOO_LARGE,
    DEED_STOP
};

enum { OUTBOX_BYTES = 4096, MESSAGE_BYTES = 3000 };

static actor_system *everybody;
static misuse_peer_ref peer;
static misuse_victim_ref victim;
static misuse_victim not_mine;
static atomic_uint notes;
static atomic_uint complaints;
static atomic_uint hook_calls;
static char long_text[2 * MESSAGE_BYTES];

/* ---- What may not be ------------------------------------------------------------------------ */

static void destroy_nothing(void *resource)
{
    (void)resource;
}

/* Tries all with a state that is not the running handler's. Returns what went wrong, or NULL. */
static const char *try_all(misuse_victim *self)
{
    misuse_peer_ref ref = { 42 };
    const actor_err misuse = ACTOR_ERR_MISUSE;
    int resource = 0;
    misuse_victim_ask_look(self, (misuse_go_call){ 0 }, peer, NULL, NULL);
#define EXPECT_MISUSE(call)                                                                    \
    if ((call) != misuse) {                                                                    \
        return #call;                                                                          \
    }
    EXPECT_MISUSE(misuse_victim_tell_peer_note(self, peer, NULL));
    EXPECT_MISUSE(misuse_victim_delegate_peer_go(self, (misuse_go_call){ 0 }, peer, NULL));
    EXPECT_MISUSE(misuse_victim_delegate_peer_go(self, (misuse_go_call){ 7 }, peer, NULL));
    EXPECT_MISUSE(misuse_victim_spawn_peer(self, &ref));
    EXPECT_MISUSE(misuse_victim_become_second(self));
    EXPECT_MISUSE(misuse_victim_start_later(self, 0, NULL));
    EXPECT_MISUSE(misuse_victim_cancel_later(self));
    EXPECT_MISUSE(misuse_victim_watch_peer(self, peer));
    EXPECT_MISUSE(misuse_victim_unwatch_peer(self, peer));
    EXPECT_MISUSE(misuse_victim_watch_ready(self, 0, ACTOR_FD_READ));
    EXPECT_MISUSE(misuse_victim_unwatch_ready(self, 0));
    EXPECT_MISUSE(misuse_victim_register(self, "me"));
    EXPECT_MISUSE(misuse_victim_unregister(self, "me"));
    EXPECT_MISUSE(actor_own(self, &resource, destroy_nothing));
    EXPECT_MISUSE(actor_message_keep(self, &resource));
    EXPECT_MISUSE(actor_message_release(self, &resource));
    EXPECT_MISUSE(actor_flush(self));
#undef EXPECT_MISUSE
    if (actor_disown(self, &resource)) {
        return "actor_disown";
    }
    if (misuse_victim_self(self).bits != 0 || misuse_victim_child_own(self).bits != 0) {
        return "self, child";
    }
    if (actor_backlog(self) != 0 || actor_fail(self, "of no effect") != ACTOR_FAILED) {
        return "backlog, fail";
    }
    actor_log(self, ACTOR_LOG_ERROR, "of no effect");
    return ref.bits == 42 ? NULL : "a reference was set";
}

/* Calls are of whoever runs: it has none of these. */
static const char *try_calls(actor_err expected)
{
    const misuse_go_call call = { 7 };
    return misuse_go_answer_done(call, &(misuse_done){ 0 }) != expected ? "answer"
           : misuse_go_fail(call, ACTOR_ERR_FAILED) != expected         ? "fail"
           : misuse_go_keep(call) != expected                           ? "keep"
                                                                        : NULL;
}

/* What only those outside may call. */
static const char *try_outside_functions(actor_system *system)
{
    misuse_peer_ref ref = { 0 };
    misuse_go_reply *reply = NULL;
    actor_future *future = NULL;
    size_t index;
    const actor_err misuse = ACTOR_ERR_MISUSE;
#define EXPECT_MISUSE(call)                                                                    \
    if ((call) != misuse) {                                                                    \
        return #call;                                                                          \
    }
    EXPECT_MISUSE(misuse_peer_tell_note(system, peer, NULL));
    EXPECT_MISUSE(misuse_peer_ask_go(system, peer, NULL, LONG, &reply));
    EXPECT_MISUSE(misuse_peer_ask_go_async(system, peer, NULL, LONG, &future));
    EXPECT_MISUSE(misuse_peer_start(system, &ref));
    EXPECT_MISUSE(misuse_victim_own(system, victim, &ref));
    EXPECT_MISUSE(actor_system_wait(system, LONG));
    EXPECT_MISUSE(actor_system_stop(system, LONG).err);
    EXPECT_MISUSE(actor_system_signals(system, LONG, -1));
    EXPECT_MISUSE(actor_future_wait_any(&future, 1, LONG, &index));
    EXPECT_MISUSE(actor_future_wait_all(&future, 1, LONG));
#undef EXPECT_MISUSE
    return actor_system_fd(system) == -1 ? NULL : "actor_system_fd";
}

/* ---- With no room left ---------------------------------------------------------------------- */

/* Leaves room for no text of so many bytes. */
static void fill_up(misuse_victim *self, size_t bytes)
{
    misuse_note note = { .text = { long_text, bytes } };
    while (misuse_victim_tell_peer_note(self, peer, &note) == ACTOR_OK) {
    }
}

static const char *fill(misuse_victim *self)
{
    misuse_note note = MISUSE_NOTE_INIT;
    fill_up(self, 100);
    fill_up(self, 0);
    if (misuse_victim_tell_peer_note(self, peer, &note) != ACTOR_ERR_LIMIT) {
        return "tell";
    }
    misuse_later later = MISUSE_LATER_INIT;
    return misuse_victim_start_later(self, 0, &later) != ACTOR_ERR_LIMIT ? "start a timer"
           : misuse_victim_cancel_later(self) != ACTOR_ERR_LIMIT         ? "cancel a timer"
           : misuse_victim_watch_peer(self, peer) != ACTOR_ERR_LIMIT     ? "watch"
           : misuse_victim_unwatch_peer(self, peer) != ACTOR_ERR_LIMIT   ? "unwatch"
           : misuse_victim_watch_ready(self, 0, ACTOR_FD_READ) != ACTOR_ERR_LIMIT
                   ? "watch a descriptor"
           : misuse_victim_register(self, "me") != ACTOR_ERR_LIMIT   ? "register"
           : misuse_victim_unregister(self, "me") != ACTOR_ERR_LIMIT ? "unregister"
                                                                     : NULL;
}

/* ---- Actors ----------------------------------------------------------------------------------- */

struct misuse_peer {
    char none;
};
ACTOR_STATE(misuse_peer);

static actor_result answer_text(misuse_go_call call, uint32_t deed, const char *text)
{
    (void)misuse_go_answer_done(call,
            &(misuse_done){ .deed = deed, .text = actor_string_of(text == NULL ? "" : text) });
    return ACTOR_CONTINUE;
}

actor_result misuse_peer_on_go(misuse_peer *self, const misuse_go *msg, misuse_go_call call)
{
    (void)self;
    const char *wrong = NULL;
    if (msg->deed == DEED_TRY_FOR_ANOTHER) {
        wrong = try_all(&not_mine);
        wrong = wrong == NULL ? try_calls(ACTOR_ERR_GONE) : wrong;
    } else if (msg->deed == DEED_TRY_OUTSIDE_FUNCTIONS) {
        wrong = try_outside_functions(everybody);
    } else if (msg->deed == DEED_STOP) {
        return ACTOR_STOP;
    }
    return answer_text(call, msg->deed, wrong);
}

actor_result misuse_peer_on_note(misuse_peer *self, const misuse_note *msg)
{
    (void)self;
    (void)msg;
    atomic_fetch_add(&notes, 1);
    return ACTOR_CONTINUE;
}

ACTOR_STATE(misuse_victim);

/* Hands the call on, or says why not. */
static actor_result delegate(misuse_victim *self, misuse_go_call call, misuse_peer_ref to)
{
    misuse_go go = { .deed = DEED_ANSWER, .text = { long_text, 50 } };
    actor_err err = misuse_victim_delegate_peer_go(self, call, to, &go);
    if (err != ACTOR_OK) {
        (void)misuse_go_fail(call, err); /* which needs no room */
    }
    return ACTOR_CONTINUE;
}

static actor_result answer_more(misuse_go_call call, size_t bytes)
{
    misuse_done done = { .text = { long_text, bytes } };
    (void)misuse_go_fail(call, misuse_go_answer_done(call, &done));
    return ACTOR_CONTINUE;
}

actor_result misuse_victim_on_go(misuse_victim *self, const misuse_go *msg, misuse_go_call call)
{
    misuse_go go = { .deed = DEED_ANSWER, .text = { long_text, 50 } };
    misuse_note context = { .text = { long_text, MESSAGE_BYTES - 1 } };
    const char *wrong;
    switch ((enum deed)msg->deed) {
    case DEED_FILL:
        wrong = fill(self);
        return actor_fail(self, "%s", wrong == NULL ? "as full as can be" : wrong);
    case DEED_DELEGATE_TOO_MUCH: fill_up(self, 40); return delegate(self, call, peer);
    case DEED_DELEGATE_TO_NOBODY: return delegate(self, call, (misuse_peer_ref){ 0 });
    case DEED_ASK_TOO_MUCH:
        fill_up(self, 40);
        misuse_victim_ask_look_briefly(self, call, peer, &go);
        return ACTOR_CONTINUE;
    case DEED_CONTEXT_TOO_LARGE:
        misuse_victim_ask_look(self, call, peer, &go, &context);
        return ACTOR_CONTINUE;
    case DEED_ANSWER_TOO_MUCH: fill_up(self, 1400); return answer_more(call, 1300);
    case DEED_ANSWER_TOO_LARGE: return answer_more(call, MESSAGE_BYTES + 1);
    default: return answer_text(call, msg->deed, NULL);
    }
}

actor_result misuse_victim_on_later(misuse_victim *self, const misuse_later *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result misuse_victim_on_ready(misuse_victim *self, const misuse_ready *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result misuse_victim_got_look(misuse_victim *self, const misuse_go_reply *reply,
        const misuse_note *context, misuse_go_call call)
{
    (void)self;
    bool is_error = reply->kind == MISUSE_GO_REPLY_ERROR && context == NULL;
    return answer_text(call, 0, is_error ? actor_err_text(reply->error) : "no error");
}

actor_result misuse_victim_got_look_briefly(
        misuse_victim *self, const misuse_go_reply *reply, misuse_go_call call)
{
    (void)self;
    bool is_error = reply->kind == MISUSE_GO_REPLY_ERROR;
    return answer_text(call, 0, is_error ? actor_err_text(reply->error) : "no error");
}

actor_result misuse_victim_saw_peer_stop(
        misuse_victim *self, misuse_peer_ref ref, actor_err why)
{
    (void)self;
    (void)ref;
    (void)why;
    return ACTOR_CONTINUE;
}

actor_result misuse_victim_first_on_note(misuse_victim *self, const misuse_note *msg)
{
    (void)msg;
    return misuse_victim_become_second(self) == ACTOR_OK ? ACTOR_CONTINUE
                                                         : actor_fail(self, "no such mode");
}

actor_result misuse_victim_second_on_note(misuse_victim *self, const misuse_note *msg)
{
    return misuse_victim_first_on_note(self, msg);
}

/* ---- Hooks ------------------------------------------------------------------------------------ */

static void look_at_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    atomic_fetch_add(
            &complaints, strstr(line, "an ask was made outside of its handler") != NULL);
}

static const char *in_hook = "the hook was not called";

static void try_in_hook(void *context, const actor_dead_letter *letter)
{
    (void)context;
    (void)letter;
    in_hook = try_all(&not_mine);
    atomic_fetch_add(&hook_calls, 1);
}

/* ---- Tests ------------------------------------------------------------------------------------ */

/* What the actor has answered, or how it has failed the call, must be this text. */
static void expect_answer(const char *expected, bool of_peer, enum deed deed)
{
    misuse_go go = { .deed = deed };
    misuse_go_reply *reply = NULL;
    actor_err err = of_peer ? misuse_peer_ask_go(everybody, peer, &go, LONG, &reply)
                            : misuse_victim_ask_go(everybody, victim, &go, LONG, &reply);
    if (err == ACTOR_OK) {
        assert_string_equal(expected, reply->done.text.data);
        actor_reply_free(reply);
    } else {
        assert_string_equal(expected, actor_err_text(err));
    }
}

static void expect_nothing_wrong(const char *wrong)
{
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
}

static void test_outside_of_handlers(void **state)
{
    (void)state;
    expect_nothing_wrong(try_all(&not_mine));
    expect_nothing_wrong(try_all(NULL));
    expect_nothing_wrong(try_calls(ACTOR_ERR_MISUSE));
    assert_int_equal(0, atomic_load(&complaints)); /* there is no system that could tell */
}

static void test_in_the_handler_of_another(void **state)
{
    (void)state;
    expect_answer("", true, DEED_TRY_FOR_ANOTHER);
    assert_int_equal(1, atomic_load(&complaints));
    expect_answer("", true, DEED_TRY_OUTSIDE_FUNCTIONS);
    assert_int_equal(0, atomic_load(&notes));
}

static void test_in_a_hook(void **state)
{
    (void)state;
    misuse_go_reply *reply = NULL;
    /* One that it does not take any more becomes a dead letter. */
    assert_int_equal(
            ACTOR_ERR_NO_ANSWER, misuse_peer_ask_go(everybody, peer,
                                         &(misuse_go){ .deed = DEED_STOP }, LONG, &reply));
    misuse_go go = { .deed = DEED_DELEGATE_TO_NOBODY };
    (void)misuse_victim_ask_go(everybody, victim, &go, LONG, &reply);
    while (atomic_load(&hook_calls) == 0) {
        (void)sched_yield();
    }
    expect_nothing_wrong(in_hook);
}

static void test_with_a_full_outbox(void **state)
{
    (void)state;
    misuse_go_reply *reply = NULL;
    misuse_go go = { .deed = DEED_FILL };
    assert_int_equal(
            ACTOR_ERR_FAILED, misuse_victim_ask_go(everybody, victim, &go, LONG, &reply));
    assert_int_equal(ACTOR_OK, actor_system_wait(everybody, LONG));
    assert_string_equal(
            "misuse.Victim failed: as full as can be", actor_system_failure(everybody));
    assert_int_equal(0, atomic_load(&notes)); /* the handler failed */
}

static void test_calls_and_a_full_outbox(void **state)
{
    (void)state;
    const char *limit = actor_err_text(ACTOR_ERR_LIMIT);
    expect_answer(limit, false, DEED_DELEGATE_TOO_MUCH);
    expect_answer(limit, false, DEED_ASK_TOO_MUCH);
    expect_answer(limit, false, DEED_ANSWER_TOO_MUCH);
    expect_answer(limit, false, DEED_ANSWER_TOO_LARGE);
    expect_answer(limit, false, DEED_CONTEXT_TOO_LARGE);
    expect_answer("", false, DEED_ANSWER);
}

static int set_up(void **state)
{
    (void)state;
    atomic_store(&notes, 0);
    atomic_store(&complaints, 0);
    atomic_store(&hook_calls, 0);
    memset(long_text, 'x', sizeof long_text);
    everybody = actor_system_new(&(actor_config){ .workers = 2,
            .outbox_bytes = OUTBOX_BYTES,
            .max_message_bytes = MESSAGE_BYTES,
            .log = look_at_line,
            .dead_letter = try_in_hook });
    return everybody == NULL || misuse_peer_start(everybody, &peer) != ACTOR_OK ||
                           misuse_victim_start(everybody, &victim) != ACTOR_OK
                   ? -1
                   : 0;
}

static int tear_down(void **state)
{
    (void)state;
    actor_system_free(everybody);
    return 0;
}

#define WITH_SYSTEM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SYSTEM(test_outside_of_handlers),
        WITH_SYSTEM(test_in_the_handler_of_another),
        WITH_SYSTEM(test_in_a_hook),
        WITH_SYSTEM(test_with_a_full_outbox),
        WITH_SYSTEM(test_calls_and_a_full_outbox),
    };
    return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
