/* SPDX-License-Identifier: MIT */
/* Asks from outside that do not block: futures, callbacks, and callbacks in the loop of an application. */
#include "oracle.actor.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)
#define BRIEF actor_milliseconds(20)

enum { KEPT = 64 };

/* What a test and its actors share. */
struct play {
    actor_system *system;
    sem_t gate;           /* where narrow actors wait */
    sem_t arrived;        /* and say that they do */
    sem_t called;         /* posted by callbacks */
    actor_future *future; /* of which an actor tries what it must not */
    oracle_oracle_ref oracle;
    atomic_uint_fast32_t calls;
    atomic_uint_fast32_t sum;
    _Atomic actor_err err; /* of the last callback */
    pthread_t caller;      /* the thread of the last callback */
};

static struct play the_play;

/* ---- Actors ------------------------------------------------------------------------------ */

struct oracle_oracle {
    struct play *play;
    oracle_ask_call kept[KEPT];
    uint32_t kept_count;
};
ACTOR_STATE(oracle_oracle);

actor_result oracle_oracle_at_start(oracle_oracle *self, const oracle_oracle_args *args)
{
    self->play = args->play;
    return ACTOR_CONTINUE;
}

actor_result oracle_oracle_on_ask(
        oracle_oracle *self, const oracle_ask *msg, oracle_ask_call call)
{
    oracle_answer answer = { .number = msg->number + 1, .text = msg->text };
    switch (msg->way) {
    case ORACLE_WAY_ANSWER: oracle_ask_answer_answer(call, &answer); break;
    case ORACLE_WAY_REFUSE: oracle_ask_answer_refusal(call, NULL); break;
    case ORACLE_WAY_NOTHING: break;
    case ORACLE_WAY_FAIL: return actor_fail(self, "told to");
    case ORACLE_WAY_KEEP:
        self->kept[self->kept_count++] = call;
        (void)oracle_ask_keep(call);
        break;
    case ORACLE_WAY_STOP: return ACTOR_STOP;
    case ORACLE_WAY_CANNOT: oracle_ask_fail(call, ACTOR_ERR_UNHANDLED); break;
    }
    return ACTOR_CONTINUE;
}

actor_result oracle_oracle_on_release(
        oracle_oracle *self, const oracle_release *msg, oracle_release_call call)
{
    (void)msg;
    oracle_done done = { .kept = self->kept_count };
    while (self->kept_count > 0) {
        oracle_answer answer = { .number = self->kept_count };
        oracle_ask_answer_answer(self->kept[--self->kept_count], &answer);
    }
    oracle_release_answer_done(call, &done);
    return ACTOR_CONTINUE;
}

static void note_call(void *context, const oracle_ask_reply *reply)
{
    struct play *play = context;
    if (reply->kind == ORACLE_ASK_REPLY_ANSWER) {
        atomic_fetch_add(&play->sum, reply->answer.number);
    }
    atomic_store(&play->err, reply->error);
    play->caller = pthread_self();
    atomic_fetch_add(&play->calls, 1);
    (void)sem_post(&play->called);
}

/* Whatever is for threads outside. */
actor_result oracle_oracle_on_try(
        oracle_oracle *self, const oracle_try *msg, oracle_try_call call)
{
    (void)msg;
    struct play *play = self->play;
    actor_future *future = play->future;
    oracle_ask_reply *reply = NULL;
    size_t index;
    actor_err errs[] = { oracle_oracle_ask_ask_async(
                                 play->system, play->oracle, &(oracle_ask){ 0 }, LONG, &future),
        actor_future_wait(future, 0), actor_future_wait_all(&future, 1, 0),
        actor_future_wait_any(&future, 1, 0, &index), actor_future_cancel(future),
        oracle_ask_await(future, &reply), oracle_ask_then(future, note_call, play) };
    oracle_tried tried = { .err = ACTOR_ERR_MISUSE };
    for (size_t i = 0; i < sizeof errs / sizeof errs[0]; i++) {
        tried.err = errs[i] == ACTOR_ERR_MISUSE ? tried.err : (int32_t)i;
    }
    actor_future_free(future);
    tried.err = actor_system_fd(play->system) == -1 ? tried.err : -1;
    tried.err = actor_system_dispatch(play->system) == 0 ? tried.err : -2;
    oracle_try_answer_tried(call, &tried);
    return ACTOR_CONTINUE;
}

static void pass_gate(struct play *play)
{
    (void)sem_post(&play->arrived);
    while (sem_wait(&play->gate) != 0) {
    }
}

struct oracle_narrow {
    struct play *play;
};
ACTOR_STATE(oracle_narrow);

actor_result oracle_narrow_at_start(oracle_narrow *self, const oracle_narrow_args *args)
{
    self->play = args->play;
    return ACTOR_CONTINUE;
}

actor_result oracle_narrow_on_ask(
        oracle_narrow *self, const oracle_ask *msg, oracle_ask_call call)
{
    pass_gate(self->play);
    oracle_ask_answer_answer(call, &(oracle_answer){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct oracle_throttled {
    struct play *play;
};
ACTOR_STATE(oracle_throttled);

actor_result oracle_throttled_at_start(
        oracle_throttled *self, const oracle_throttled_args *args)
{
    self->play = args->play;
    return ACTOR_CONTINUE;
}

actor_result oracle_throttled_on_ask(
        oracle_throttled *self, const oracle_ask *msg, oracle_ask_call call)
{
    pass_gate(self->play);
    oracle_ask_answer_answer(call, &(oracle_answer){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct oracle_moody {
    char unused;
};
ACTOR_STATE(oracle_moody);

actor_result oracle_moody_silent_on_release(
        oracle_moody *self, const oracle_release *msg, oracle_release_call call)
{
    (void)self;
    (void)msg;
    oracle_release_answer_done(call, &(oracle_done){ 0 });
    return ACTOR_CONTINUE;
}

actor_result oracle_moody_talking_on_release(
        oracle_moody *self, const oracle_release *msg, oracle_release_call call)
{
    return oracle_moody_silent_on_release(self, msg, call);
}

actor_result oracle_moody_talking_on_ask(
        oracle_moody *self, const oracle_ask *msg, oracle_ask_call call)
{
    (void)self;
    (void)msg;
    oracle_ask_answer_refusal(call, NULL);
    return ACTOR_CONTINUE;
}

/* ---- Trials ------------------------------------------------------------------------------ */

static void ignore_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    struct play *play = &the_play;
    (void)state;
    memset(play, 0, sizeof *play);
    actor_config config = { .workers = 2, .survive_root_failure = true, .log = ignore_line };
    play->system = actor_system_new(&config);
    if (play->system == NULL || sem_init(&play->gate, 0, 0) != 0 ||
            sem_init(&play->arrived, 0, 0) != 0 || sem_init(&play->called, 0, 0) != 0) {
        return -1;
    }
    assert_int_equal(ACTOR_OK, oracle_oracle_start(play->system,
                                       &(oracle_oracle_args){ .play = play }, &play->oracle));
    return 0;
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    if (e->sent != e->handled + dropped + e->dead_letters) {
        fail_msg("%s %s does not add up", e->actor, e->message);
    }
}

static int teardown(void **state)
{
    struct play *play = &the_play;
    (void)state;
    assert_int_equal(0, actor_system_stop(play->system, actor_seconds(30)).abandoned);
    actor_system_ledger(play->system, check_entry, NULL);
    actor_system_free(play->system);
    assert_int_equal(0, sem_destroy(&play->gate));
    assert_int_equal(0, sem_destroy(&play->arrived));
    assert_int_equal(0, sem_destroy(&play->called));
    return 0;
}

static void await_call(struct play *play)
{
    while (sem_wait(&play->called) != 0) {
    }
}

static actor_future *ask_within(oracle_way way, uint32_t number, actor_duration timeout)
{
    actor_future *future = NULL;
    oracle_ask msg = { .way = way, .number = number, .text = ACTOR_STRING("text") };
    assert_int_equal(ACTOR_OK, oracle_oracle_ask_ask_async(the_play.system, the_play.oracle,
                                       &msg, timeout, &future));
    assert_non_null(future);
    return future;
}

static actor_future *ask(oracle_way way, uint32_t number)
{
    return ask_within(way, number, LONG);
}

static uint32_t release_kept(void)
{
    oracle_release_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            oracle_oracle_ask_release(the_play.system, the_play.oracle, NULL, LONG, &reply));
    uint32_t kept = reply->done.kept;
    actor_reply_free(reply);
    return kept;
}

/* How it ended: an error, or ACTOR_OK and the number of the answer, 0 for a refusal. */
static actor_err await_number(actor_future *future, uint32_t *ret_number)
{
    oracle_ask_reply *reply = NULL;
    actor_err err = oracle_ask_await(future, &reply);
    if (err == ACTOR_OK) {
        bool answered = reply->kind == ORACLE_ASK_REPLY_ANSWER;
        *ret_number = answered ? reply->answer.number : 0;
        if (answered && reply->answer.text.len > 0) {
            assert_string_equal("text", reply->answer.text.data);
        }
        actor_reply_free(reply);
    } else {
        assert_null(reply);
    }
    return err;
}

static void test_each_end(void **state)
{
    (void)state;
    uint32_t number = 77;
    assert_int_equal(ACTOR_OK, await_number(ask(ORACLE_WAY_ANSWER, 4), &number));
    assert_int_equal(5, number);
    assert_int_equal(ACTOR_OK, await_number(ask(ORACLE_WAY_REFUSE, 4), &number));
    assert_int_equal(0, number);
    assert_int_equal(ACTOR_ERR_NO_ANSWER, await_number(ask(ORACLE_WAY_NOTHING, 4), &number));
    assert_int_equal(ACTOR_ERR_UNHANDLED, await_number(ask(ORACLE_WAY_CANNOT, 4), &number));
    assert_int_equal(
            ACTOR_ERR_TIMEOUT, await_number(ask_within(ORACLE_WAY_KEEP, 4, BRIEF), &number));
    assert_int_equal(1, release_kept());
    actor_future *kept = ask(ORACLE_WAY_KEEP, 4);
    assert_int_equal(ACTOR_ERR_FAILED, await_number(ask(ORACLE_WAY_FAIL, 4), &number));
    assert_int_equal(ACTOR_ERR_FAILED, await_number(kept, &number));
    assert_int_equal(ACTOR_ERR_STOPPED, await_number(ask(ORACLE_WAY_ANSWER, 4), &number));
}

static void test_a_mode_that_does_not_answer(void **state)
{
    (void)state;
    uint32_t number = 0;
    oracle_moody_ref moody;
    actor_future *future;
    assert_int_equal(ACTOR_OK, oracle_moody_start(the_play.system, &moody));
    assert_int_equal(ACTOR_OK, oracle_moody_ask_ask_async(the_play.system, moody,
                                       &(oracle_ask){ 0 }, LONG, &future));
    assert_int_equal(ACTOR_ERR_UNHANDLED, await_number(future, &number));
}

static void test_what_is_refused_gives_no_future(void **state)
{
    (void)state;
    struct play *play = &the_play;
    oracle_narrow_ref narrow;
    oracle_throttled_ref throttled;
    actor_future *futures[4] = { 0 };
    oracle_ask msg = { .number = 1 };
    uint32_t number;
    assert_int_equal(ACTOR_OK,
            oracle_narrow_start(play->system, &(oracle_narrow_args){ .play = play }, &narrow));
    assert_int_equal(ACTOR_OK, oracle_throttled_start(play->system,
                                       &(oracle_throttled_args){ .play = play }, &throttled));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ACTOR_OK,
                oracle_narrow_ask_ask_async(play->system, narrow, &msg, LONG, &futures[i]));
        if (i == 0) {
            assert_int_equal(0, sem_wait(&play->arrived)); /* in hand, not in the mailbox */
        }
    }
    assert_int_equal(ACTOR_ERR_REFUSED,
            oracle_narrow_ask_ask_async(play->system, narrow, &msg, LONG, &futures[2]));
    assert_null(futures[2]);
    /* It does not wait for room: that would block. */
    assert_int_equal(ACTOR_OK,
            oracle_throttled_ask_ask_async(play->system, throttled, &msg, LONG, &futures[2]));
    assert_int_equal(0, sem_wait(&play->arrived));
    assert_int_equal(ACTOR_OK,
            oracle_throttled_ask_ask_async(play->system, throttled, &msg, LONG, &futures[3]));
    actor_future *none = NULL;
    assert_int_equal(ACTOR_ERR_REFUSED,
            oracle_throttled_ask_ask_async(play->system, throttled, &msg, LONG, &none));
    assert_null(none);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(0, sem_post(&play->gate));
    }
    assert_int_equal(ACTOR_OK, actor_future_wait_all(futures, 4, LONG));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(ACTOR_OK, await_number(futures[i], &number));
        assert_int_equal(1, number);
    }
}

static void test_waiting_for_one(void **state)
{
    (void)state;
    uint32_t number;
    actor_future *future = ask(ORACLE_WAY_KEEP, 1);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_future_wait(future, 0));
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_future_wait(future, actor_milliseconds(2)));
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_future_wait(future, -5));
    while (release_kept() == 0) {
    }
    assert_int_equal(ACTOR_OK, actor_future_wait(future, LONG));
    assert_int_equal(ACTOR_OK, actor_future_wait(future, 0)); /* as often as one likes */
    assert_int_equal(ACTOR_OK, await_number(future, &number));
    assert_int_equal(1, number);
}

static void test_waiting_for_many(void **state)
{
    (void)state;
    enum { MANY = 40 };
    actor_future *futures[MANY + 1] = { 0 };
    size_t index = 99;
    uint32_t number;
    assert_int_equal(ACTOR_OK, actor_future_wait_all(NULL, 0, 0));
    assert_int_equal(ACTOR_OK, actor_future_wait_all(futures, MANY, 0));
    assert_int_equal(ACTOR_ERR_INVALID, actor_future_wait_any(NULL, 0, 0, &index));
    assert_int_equal(ACTOR_ERR_INVALID, actor_future_wait_any(futures, MANY, 0, &index));
    for (uint32_t i = 0; i < MANY; i++) {
        futures[i] = ask(i == 7 ? ORACLE_WAY_ANSWER : ORACLE_WAY_KEEP, i);
    }
    assert_int_equal(ACTOR_OK, actor_future_wait_any(futures, MANY + 1, LONG, &index));
    assert_int_equal(7, index);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_future_wait_all(futures, MANY + 1, 0));
    assert_int_equal(ACTOR_OK, await_number(futures[7], &number));
    assert_int_equal(8, number);
    futures[7] = NULL;
    assert_int_equal(ACTOR_ERR_TIMEOUT,
            actor_future_wait_any(futures, MANY + 1, actor_milliseconds(1), &index));
    assert_int_equal(MANY - 1, release_kept());
    assert_int_equal(ACTOR_OK, actor_future_wait_all(futures, MANY + 1, LONG));
    assert_int_equal(ACTOR_OK, actor_future_wait_any(futures, MANY + 1, 0, &index));
    assert_int_equal(0, index);
    for (uint32_t i = 0; i < MANY; i++) {
        if (futures[i] != NULL) {
            assert_int_equal(ACTOR_OK, await_number(futures[i], &number));
        }
    }
}

/* Of several with deadlines the one that comes first, though nobody answers. */
static void test_a_deadline_ends_a_wait_for_any(void **state)
{
    (void)state;
    actor_future *futures[2] = { ask(ORACLE_WAY_KEEP, 1),
        ask_within(ORACLE_WAY_KEEP, 2, BRIEF) };
    size_t index = 9;
    uint32_t number;
    assert_int_equal(ACTOR_OK, actor_future_wait_any(futures, 2, LONG, &index));
    assert_int_equal(1, index);
    assert_int_equal(ACTOR_ERR_TIMEOUT, await_number(futures[1], &number));
    actor_future_free(futures[0]);
}

static void test_a_cancelled_ask_is_over(void **state)
{
    (void)state;
    uint32_t number;
    actor_future *future = ask(ORACLE_WAY_KEEP, 1);
    assert_int_equal(ACTOR_OK, actor_future_cancel(future));
    assert_int_equal(ACTOR_ERR_GONE, actor_future_cancel(future));
    assert_int_equal(ACTOR_OK, actor_future_wait(future, 0));
    assert_int_equal(ACTOR_ERR_GONE, await_number(future, &number));
    future = ask(ORACLE_WAY_ANSWER, 1);
    assert_int_equal(ACTOR_OK, actor_future_wait(future, LONG));
    assert_int_equal(ACTOR_ERR_GONE, actor_future_cancel(future));
    assert_int_equal(ACTOR_OK, await_number(future, &number));
    /* Its answer comes to nobody, and is no error for who answers. */
    actor_future_free(ask(ORACLE_WAY_KEEP, 1));
    actor_future_free(NULL);
    (void)release_kept();
}

static void test_a_future_is_of_its_message(void **state)
{
    (void)state;
    uint32_t number;
    oracle_release_reply *reply = NULL;
    actor_future *future = ask(ORACLE_WAY_ANSWER, 1);
    assert_int_equal(ACTOR_ERR_MISUSE, oracle_release_await(future, &reply));
    assert_null(reply);
    assert_int_equal(ACTOR_OK, await_number(future, &number));
}

static void test_nothing_of_it_is_for_handlers(void **state)
{
    (void)state;
    struct play *play = &the_play;
    oracle_try_reply *reply = NULL;
    uint32_t number;
    play->future = ask(ORACLE_WAY_KEEP, 1);
    assert_int_equal(
            ACTOR_OK, oracle_oracle_ask_try(play->system, play->oracle, NULL, LONG, &reply));
    assert_int_equal(ACTOR_ERR_MISUSE, reply->tried.err);
    actor_reply_free(reply);
    assert_int_equal(1, release_kept());
    assert_int_equal(ACTOR_OK, await_number(play->future, &number));
}

/* ---- Callbacks --------------------------------------------------------------------------- */

static void test_a_callback_is_called_once(void **state)
{
    (void)state;
    struct play *play = &the_play;
    assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_ANSWER, 4), note_call, play));
    await_call(play);
    assert_int_equal(5, atomic_load(&play->sum));
    assert_false(pthread_equal(pthread_self(), play->caller));
    actor_future *done = ask(ORACLE_WAY_ANSWER, 9);
    assert_int_equal(ACTOR_OK, actor_future_wait(done, LONG));
    assert_int_equal(ACTOR_OK, oracle_ask_then(done, note_call, play));
    await_call(play);
    assert_int_equal(15, atomic_load(&play->sum));
    assert_int_equal(2, atomic_load(&play->calls));
}

static void test_a_callback_hears_of_errors(void **state)
{
    (void)state;
    struct play *play = &the_play;
    assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_NOTHING, 1), note_call, play));
    await_call(play);
    assert_int_equal(ACTOR_ERR_NO_ANSWER, atomic_load(&play->err));
    assert_int_equal(
            ACTOR_OK, oracle_ask_then(ask_within(ORACLE_WAY_KEEP, 1, BRIEF), note_call, play));
    await_call(play);
    assert_int_equal(ACTOR_ERR_TIMEOUT, atomic_load(&play->err));
    actor_future *cancelled = ask(ORACLE_WAY_KEEP, 1);
    assert_int_equal(ACTOR_OK, actor_future_cancel(cancelled));
    assert_int_equal(ACTOR_OK, oracle_ask_then(cancelled, note_call, play));
    await_call(play);
    assert_int_equal(ACTOR_ERR_GONE, atomic_load(&play->err));
    assert_int_equal(2, release_kept());
    assert_int_equal(3, atomic_load(&play->calls));
}

/* Asks again until the number is used up. */
static void ask_again(void *context, const oracle_ask_reply *reply)
{
    struct play *play = context;
    assert_int_equal(ORACLE_ASK_REPLY_ANSWER, (int)reply->kind);
    if (reply->answer.number >= 1000) {
        /* It cannot wait for its own end. */
        actor_stop_report report = actor_system_stop(play->system, 0);
        atomic_store(&play->err, report.err);
        (void)sem_post(&play->called);
        return;
    }
    actor_future *future;
    oracle_ask msg = { .number = reply->answer.number };
    assert_int_equal(ACTOR_OK,
            oracle_oracle_ask_ask_async(play->system, play->oracle, &msg, LONG, &future));
    assert_int_equal(ACTOR_OK, oracle_ask_then(future, ask_again, play));
}

static void test_a_callback_may_ask_again(void **state)
{
    (void)state;
    struct play *play = &the_play;
    assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_ANSWER, 0), ask_again, play));
    await_call(play);
    assert_int_equal(ACTOR_ERR_MISUSE, atomic_load(&play->err));
}

static void test_a_stop_ends_what_is_open(void **state)
{
    (void)state;
    struct play *play = &the_play;
    uint32_t number;
    actor_future *left = ask(ORACLE_WAY_KEEP, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_KEEP, 1), note_call, play));
    }
    assert_int_equal(0, actor_system_stop(play->system, LONG).abandoned);
    assert_int_equal(3, atomic_load(&play->calls)); /* all of them by now */
    assert_int_equal(ACTOR_ERR_STOPPED, atomic_load(&play->err));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, oracle_ask_then(left, note_call, play));
    assert_int_equal(ACTOR_ERR_STOPPED, await_number(left, &number));
    actor_future *none = NULL;
    assert_int_equal(ACTOR_ERR_SHUTDOWN, oracle_oracle_ask_ask_async(play->system, play->oracle,
                                                 &(oracle_ask){ 0 }, LONG, &none));
    assert_null(none);
}

/* ---- In the application's loop ------------------------------------------------------------- */

static void test_callbacks_in_a_loop(void **state)
{
    (void)state;
    struct play *play = &the_play;
    struct pollfd waits = { .fd = actor_system_fd(play->system), .events = POLLIN };
    assert_true(waits.fd >= 0);
    assert_int_equal(waits.fd, actor_system_fd(play->system));
    assert_int_equal(0, poll(&waits, 1, 0));
    assert_int_equal(0, actor_system_dispatch(play->system));
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_ANSWER, i), note_call, play));
    }
    assert_int_equal(
            ACTOR_OK, oracle_ask_then(ask_within(ORACLE_WAY_KEEP, 1, BRIEF), note_call, play));
    while (atomic_load(&play->calls) < 11) {
        assert_int_equal(1, poll(&waits, 1, 60000));
        assert_true(actor_system_dispatch(play->system) > 0);
    }
    assert_true(pthread_equal(pthread_self(), play->caller));
    assert_int_equal(55, atomic_load(&play->sum));
    assert_int_equal(0, poll(&waits, 1, 0));
    /* After the stop, too; and what is never called is released. */
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_KEEP, i), note_call, play));
    }
    assert_int_equal(0, actor_system_stop(play->system, LONG).abandoned);
    assert_int_equal(1, poll(&waits, 1, 0));
}

/* Holds the thread of the callbacks. */
static void wait_at_gate(void *context, const oracle_ask_reply *reply)
{
    (void)reply;
    pass_gate(context);
    (void)sem_post(&((struct play *)context)->called);
}

static void test_a_loop_takes_over_what_is_due(void **state)
{
    (void)state;
    struct play *play = &the_play;
    assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_ANSWER, 0), wait_at_gate, play));
    while (sem_wait(&play->arrived) != 0) {
    }
    actor_future *done = ask(ORACLE_WAY_ANSWER, 6);
    assert_int_equal(ACTOR_OK, actor_future_wait(done, LONG));
    assert_int_equal(ACTOR_OK, oracle_ask_then(done, note_call, play));
    struct pollfd waits = { .fd = actor_system_fd(play->system), .events = POLLIN };
    assert_int_equal(1, poll(&waits, 1, 0));
    assert_int_equal(1, actor_system_dispatch(play->system));
    assert_int_equal(7, atomic_load(&play->sum));
    assert_true(pthread_equal(pthread_self(), play->caller));
    assert_int_equal(0, poll(&waits, 1, 0));
    (void)sem_post(&play->gate);
    await_call(play);
}

static void test_a_loop_dispatches_after_the_stop(void **state)
{
    (void)state;
    struct play *play = &the_play;
    assert_true(actor_system_fd(play->system) >= 0);
    assert_int_equal(ACTOR_OK, oracle_ask_then(ask(ORACLE_WAY_KEEP, 1), note_call, play));
    assert_int_equal(0, actor_system_stop(play->system, LONG).abandoned);
    assert_int_equal(1, actor_system_dispatch(play->system));
    assert_int_equal(ACTOR_ERR_STOPPED, atomic_load(&play->err));
}

/* ---- Many -------------------------------------------------------------------------------- */

enum { THREADS = 3, ASKS = 3000 };

/* Awaits, cancels, frees and calls back at random, against answers that come at the same time. */
static void *ask_at_random(void *arg)
{
    struct play *play = &the_play;
    uint64_t dice = (uintptr_t)arg * 7919;
    for (uint32_t i = 0; i < ASKS; i++) {
        dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
        actor_future *future;
        oracle_ask msg = { .number = i, .text = ACTOR_STRING("text") };
        actor_duration timeout = dice >> 60 == 0 ? 0 : LONG;
        if (oracle_oracle_ask_ask_async(play->system, play->oracle, &msg, timeout, &future) !=
                ACTOR_OK) {
            abort();
        }
        oracle_ask_reply *reply = NULL;
        switch ((dice >> 32) % 4) {
        case 0: actor_future_free(future); break;
        case 1:
            (void)actor_future_cancel(future);
            (void)oracle_ask_await(future, &reply);
            actor_reply_free(reply);
            break;
        case 2: (void)oracle_ask_then(future, note_call, play); break;
        default:
            (void)oracle_ask_await(future, &reply);
            actor_reply_free(reply);
            break;
        }
    }
    return NULL;
}

static void test_many_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        assert_int_equal(0, pthread_create(&threads[i], NULL, ask_at_random, (void *)(i + 1)));
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
    }
    assert_int_equal(0, actor_system_stop(the_play.system, LONG).abandoned);
    assert_true(atomic_load(&the_play.calls) > 0);
}

int main(void)
{
#define TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(test_each_end),
        TRIAL(test_a_mode_that_does_not_answer),
        TRIAL(test_what_is_refused_gives_no_future),
        TRIAL(test_waiting_for_one),
        TRIAL(test_waiting_for_many),
        TRIAL(test_a_deadline_ends_a_wait_for_any),
        TRIAL(test_a_cancelled_ask_is_over),
        TRIAL(test_a_future_is_of_its_message),
        TRIAL(test_nothing_of_it_is_for_handlers),
        TRIAL(test_a_callback_is_called_once),
        TRIAL(test_a_callback_hears_of_errors),
        TRIAL(test_a_callback_may_ask_again),
        TRIAL(test_a_stop_ends_what_is_open),
        TRIAL(test_callbacks_in_a_loop),
        TRIAL(test_a_loop_takes_over_what_is_due),
        TRIAL(test_a_loop_dispatches_after_the_stop),
        TRIAL(test_many_threads),
    };
    return cmocka_run_group_tests_name("futures", tests, NULL, NULL);
}
