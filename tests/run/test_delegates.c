/* SPDX-License-Identifier: MIT */
/*
 * Calls that are handed on: whoever has the request last answers whoever asked first, once, whatever
 * becomes of those in between.
 */
#include "relay.actor.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

/* Where Tight waits, and where it says that it does, or a worker that it keeps a call. */
static sem_t gate;
static sem_t arrived;

/* ---- The actors -------------------------------------------------------------------------- */

struct relay_worker {
    uint32_t id;
    uint32_t finished; /* jobs that this one answered itself */
    relay_tight_ref tight;
    relay_job_call kept;
    relay_job_call former; /* of the job before it was sent to this actor itself */
    relay_step route[16];  /* of the job that is kept, or waits for a reply */
    size_t left;
    uint32_t number;
};
ACTOR_STATE(relay_worker);

actor_result relay_worker_at_start(relay_worker *self, const relay_worker_args *args)
{
    self->id = args->id;
    self->tight = args->tight;
    return ACTOR_CONTINUE;
}

/* What is left of the job after one step. */
static relay_job after(const relay_job *job)
{
    relay_job next = *job;
    next.route.items++;
    next.route.count--;
    return next;
}

static void remember(relay_worker *self, const relay_job *job)
{
    self->number = job->number;
    self->left = job->route.count;
    memcpy(self->route, job->route.items, job->route.count * sizeof job->route.items[0]);
}

static relay_job remembered(relay_worker *self)
{
    return (relay_job){ .number = self->number, .route = { self->route, self->left } };
}

static void answer(relay_worker *self, const relay_job *job, relay_job_call call, actor_err err)
{
    self->finished++;
    relay_job_answer_done(call, &(relay_done){ .number = job->number,
                                        .by = self->id,
                                        .err = (int32_t)err,
                                        .finished = self->finished });
}

static relay_member_ref member_of(relay_worker_ref ref)
{
    return (relay_member_ref){ ref.bits };
}

actor_result relay_worker_on_job(relay_worker *self, const relay_job *msg, relay_job_call call)
{
    if (msg->route.count == 0) {
        answer(self, msg, call, ACTOR_OK);
        return ACTOR_CONTINUE;
    }
    relay_worker_ref to = msg->route.items[0].to;
    relay_job next = after(msg);
    actor_err err = ACTOR_OK;
    switch (msg->route.items[0].deed) {
    case RELAY_DEED_HAND_ON: relay_worker_delegate_worker_job(self, call, to, &next); break;
    case RELAY_DEED_HAND_ON_TWICE:
        relay_worker_delegate_worker_job(self, call, to, &next);
        err = relay_worker_delegate_worker_job(self, call, to, &next);
        return err == ACTOR_ERR_GONE ? ACTOR_CONTINUE : actor_fail(self, "handed on twice");
    case RELAY_DEED_HAND_ON_AND_ANSWER:
        relay_worker_delegate_worker_job(self, call, to, &next);
        err = relay_job_answer_done(call, &(relay_done){ .number = 666 });
        return err == ACTOR_ERR_GONE && relay_job_keep(call) == ACTOR_ERR_GONE &&
                               relay_job_fail(call, ACTOR_ERR_FAILED) == ACTOR_ERR_GONE
                       ? ACTOR_CONTINUE
                       : actor_fail(self, "answered what was handed on");
    case RELAY_DEED_HAND_ON_AND_FAIL:
        relay_worker_delegate_worker_job(self, call, to, &next);
        return actor_fail(self, "told to");
    case RELAY_DEED_HAND_ON_AND_STOP:
        relay_worker_delegate_worker_job(self, call, to, &next);
        return ACTOR_STOP;
    case RELAY_DEED_KEEP:
        relay_job_keep(call);
        self->kept = call;
        remember(self, &next);
        sem_post(&arrived);
        break;
    case RELAY_DEED_KEEP_AND_HAND_ON:
        relay_job_keep(call);
        relay_worker_delegate_worker_job(self, call, to, &next);
        break;
    case RELAY_DEED_ASK_FIRST:
        remember(self, msg);
        relay_worker_ask_probe(self, call, to, &(relay_ping){ 0 });
        break;
    case RELAY_DEED_TRY_TIGHT:
        err = relay_worker_delegate_tight_job(self, call, self->tight, &next);
        if (err != ACTOR_OK) {
            answer(self, msg, call, err);
        }
        break;
    case RELAY_DEED_TO_TIGHT:
        relay_worker_delegate_tight_job(self, call, self->tight, &next);
        break;
    case RELAY_DEED_TO_POOL:
        relay_worker_delegate_member_job(self, call, member_of(to), &next);
        break;
    case RELAY_DEED_FAIL: return actor_fail(self, "told to");
    case RELAY_DEED_TO_MYSELF:
        self->former = call;
        relay_worker_delegate_worker_job(self, call, relay_worker_self(self), &next);
        break;
    case RELAY_DEED_ANSWER_BY_FORMER:
        err = relay_job_answer_done(self->former, &(relay_done){ .number = 666 });
        answer(self, msg, call, err);
        break;
    case RELAY_DEED_ANSWER: answer(self, msg, call, ACTOR_OK); break;
    case RELAY_DEED_NOTHING: break;
    }
    return ACTOR_CONTINUE;
}

actor_result relay_worker_got_probe(
        relay_worker *self, const relay_ping_reply *reply, relay_job_call call)
{
    (void)reply;
    relay_job job = remembered(self);
    relay_job next = after(&job);
    relay_worker_delegate_worker_job(self, call, job.route.items[0].to, &next);
    return ACTOR_CONTINUE;
}

actor_result relay_worker_on_release(
        relay_worker *self, const relay_release *msg, relay_release_call call)
{
    relay_job job = remembered(self);
    actor_err err = relay_worker_delegate_worker_job(self, self->kept, msg->to, &job);
    relay_release_answer_done(call, &(relay_done){ .by = self->id, .err = (int32_t)err });
    return ACTOR_CONTINUE;
}

actor_result relay_worker_on_ping(
        relay_worker *self, const relay_ping *msg, relay_ping_call call)
{
    (void)msg;
    relay_ping_answer_done(call, &(relay_done){ .by = self->id, .finished = self->finished });
    return ACTOR_CONTINUE;
}

struct relay_tight {
    uint32_t count;
};
ACTOR_STATE(relay_tight);

actor_result relay_tight_on_job(relay_tight *self, const relay_job *msg, relay_job_call call)
{
    self->count++;
    relay_job_answer_done(call, &(relay_done){ .number = msg->number, .by = 100 });
    return ACTOR_CONTINUE;
}

actor_result relay_tight_on_fill(relay_tight *self, const relay_fill *msg)
{
    (void)self;
    (void)msg;
    sem_post(&arrived);
    while (sem_wait(&gate) != 0) {
    }
    return ACTOR_CONTINUE;
}

struct relay_member {
    uint32_t count;
};
ACTOR_STATE(relay_member);

actor_result relay_member_on_job(relay_member *self, const relay_job *msg, relay_job_call call)
{
    relay_job_answer_done(
            call, &(relay_done){ .number = msg->number, .by = 200, .finished = ++self->count });
    return ACTOR_CONTINUE;
}

/* ---- Around each test --------------------------------------------------------------------- */

static actor_system *relays;
static relay_tight_ref tight;
static relay_worker_ref first, second, third;
static relay_member_ref members;

static void swallow(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int set_up(void **state)
{
    (void)state;
    relay_team_ref team;
    sem_init(&gate, 0, 0);
    sem_init(&arrived, 0, 0);
    relays = actor_system_new(&(actor_config){ .workers = 2, .log = swallow });
    assert_non_null(relays);
    assert_int_equal(ACTOR_OK, relay_tight_start(relays, &tight));
    assert_int_equal(
            ACTOR_OK, relay_team_start(relays, &(relay_team_args){ .tight = tight }, &team));
    assert_int_equal(ACTOR_OK, relay_team_first(relays, team, &first));
    assert_int_equal(ACTOR_OK, relay_team_second(relays, team, &second));
    assert_int_equal(ACTOR_OK, relay_team_third(relays, team, &third));
    assert_int_equal(ACTOR_OK, relay_team_members(relays, team, &members));
    return 0;
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    (void)context;
    uint64_t ended = e->handled + e->queued + e->in_hand + e->stashed + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    assert_int_equal(e->sent, ended);
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, actor_system_stop(relays, actor_seconds(60)).err);
    actor_system_ledger(relays, check_entry, NULL);
    actor_system_free(relays);
    sem_destroy(&gate);
    sem_destroy(&arrived);
    return 0;
}

/* A job that takes this route, of `count` steps. */
static relay_job job_of(uint32_t number, const relay_step *route, size_t count)
{
    return (relay_job){ .number = number, .route = { route, count } };
}

#define ROUTE(...)                                                                             \
    (relay_step[]){ __VA_ARGS__ }, sizeof((relay_step[]){ __VA_ARGS__ }) / sizeof(relay_step)

static actor_err give(relay_worker_ref to, actor_duration timeout, relay_done *ret_done,
        const relay_step *route, size_t count)
{
    relay_job job = job_of(7, route, count);
    relay_job_reply *reply = NULL;
    actor_err err = relay_worker_ask_job(relays, to, &job, timeout, &reply);
    if (err == ACTOR_OK) {
        *ret_done = reply->done;
        assert_int_equal(7, reply->done.number);
    }
    actor_reply_free(reply);
    return err;
}

static actor_err release(relay_worker_ref who, relay_worker_ref to)
{
    relay_release_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            relay_worker_ask_release(relays, who, &(relay_release){ .to = to }, LONG, &reply));
    actor_err err = (actor_err)reply->done.err;
    actor_reply_free(reply);
    return err;
}

static uint32_t finished(relay_worker_ref who)
{
    relay_ping_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, relay_worker_ask_ping(relays, who, &(relay_ping){ 0 }, LONG, &reply));
    uint32_t n = reply->done.finished;
    actor_reply_free(reply);
    return n;
}

/* ---- Tests ------------------------------------------------------------------------------- */

static void test_who_has_it_last_answers(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_OK,
            give(first, LONG, &done,
                    ROUTE({ RELAY_DEED_HAND_ON, second }, { RELAY_DEED_HAND_ON, third })));
    assert_int_equal(3, done.by);
    assert_int_equal(ACTOR_OK,
            give(first, LONG, &done,
                    ROUTE({ RELAY_DEED_HAND_ON, second }, { RELAY_DEED_HAND_ON, first },
                            { RELAY_DEED_TO_MYSELF, first })));
    assert_int_equal(1, done.by);
    assert_int_equal(0, finished(second));
}

static void test_what_is_handed_on_is_gone(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_OK, give(first, LONG, &done,
                                       ROUTE({ RELAY_DEED_HAND_ON_TWICE, second },
                                               { RELAY_DEED_HAND_ON_AND_ANSWER, third })));
    assert_int_equal(3, done.by);
    assert_int_equal(1, done.finished); /* it came once */
}

/* Who has it again has another call. */
static void test_what_comes_back_is_another_call(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_OK, give(first, LONG, &done,
                                       ROUTE({ RELAY_DEED_TO_MYSELF, first },
                                               { RELAY_DEED_ANSWER_BY_FORMER, first })));
    assert_int_equal(ACTOR_ERR_GONE, done.err);
}

static void test_a_handler_that_fails_has_handed_nothing_on(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_ERR_FAILED,
            give(first, LONG, &done, ROUTE({ RELAY_DEED_HAND_ON_AND_FAIL, second })));
    assert_int_equal(0, finished(second));
}

static void test_who_has_handed_on_may_end(void **state)
{
    (void)state;
    relay_done done;
    relay_worker_ref lone;
    relay_worker_args args = { .id = 9 };
    assert_int_equal(ACTOR_OK, relay_worker_start(relays, &args, &lone));
    assert_int_equal(ACTOR_OK, give(lone, LONG, &done,
                                       ROUTE({ RELAY_DEED_HAND_ON_AND_STOP, first },
                                               { RELAY_DEED_KEEP_AND_HAND_ON, second })));
    assert_int_equal(2, done.by);
}

static void test_a_continuation_may_hand_on(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_OK,
            give(first, LONG, &done,
                    ROUTE({ RELAY_DEED_ASK_FIRST, second }, { RELAY_DEED_HAND_ON, third })));
    assert_int_equal(3, done.by);
}

static void *have_it_kept(void *ret_done)
{
    actor_err err = give(first, LONG, ret_done, ROUTE({ RELAY_DEED_KEEP, second }));
    return err == ACTOR_OK ? ret_done : NULL;
}

static void test_a_kept_call_may_be_handed_on(void **state)
{
    (void)state;
    relay_done done;
    pthread_t asker;
    void *came;
    assert_int_equal(0, pthread_create(&asker, NULL, have_it_kept, &done));
    while (sem_wait(&arrived) != 0) {
    }
    assert_int_equal(ACTOR_OK, release(first, second));
    assert_int_equal(ACTOR_ERR_GONE, release(first, second));
    assert_int_equal(0, pthread_join(asker, &came));
    assert_ptr_equal(&done, came);
    assert_int_equal(2, done.by);
}

static void test_each_end_of_the_last_reaches_the_first(void **state)
{
    (void)state;
    relay_done done;
    relay_worker_ref nobody = { 0 };
    assert_int_equal(ACTOR_ERR_FAILED,
            give(first, LONG, &done,
                    ROUTE({ RELAY_DEED_HAND_ON, second }, { RELAY_DEED_FAIL, first })));
    assert_int_equal(ACTOR_ERR_NO_ANSWER,
            give(first, LONG, &done,
                    ROUTE({ RELAY_DEED_HAND_ON, second }, { RELAY_DEED_NOTHING, first })));
    assert_int_equal(
            ACTOR_ERR_STOPPED, give(first, LONG, &done, ROUTE({ RELAY_DEED_HAND_ON, nobody })));
    assert_int_equal(ACTOR_ERR_NO_ANSWER,
            give(first, LONG, &done, ROUTE({ RELAY_DEED_NOTHING, nobody })));
}

static void test_admission_is_the_last_ones(void **state)
{
    (void)state;
    relay_done done;
    assert_int_equal(ACTOR_OK, relay_tight_tell_fill(relays, tight, &(relay_fill){ 0 }));
    while (sem_wait(&arrived) != 0) {
    }
    assert_int_equal(ACTOR_OK, relay_tight_tell_fill(relays, tight, &(relay_fill){ 0 }));
    assert_int_equal(
            ACTOR_OK, give(first, LONG, &done, ROUTE({ RELAY_DEED_TRY_TIGHT, first })));
    assert_int_equal(ACTOR_ERR_REFUSED, done.err);
    assert_int_equal(
            ACTOR_ERR_REFUSED, give(first, LONG, &done, ROUTE({ RELAY_DEED_TO_TIGHT, first })));
    sem_post(&gate);
    sem_post(&gate);
    while (sem_wait(&arrived) != 0) {
    }
    assert_int_equal(ACTOR_OK, give(first, LONG, &done, ROUTE({ RELAY_DEED_TO_TIGHT, first })));
    assert_int_equal(100, done.by);
}

static void test_a_pool_takes_it(void **state)
{
    (void)state;
    relay_done done;
    relay_worker_ref pool = { members.bits };
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(
                ACTOR_OK, give(first, LONG, &done, ROUTE({ RELAY_DEED_TO_POOL, pool })));
        assert_int_equal(200, done.by);
    }
}

static void test_a_told_request_is_told_on(void **state)
{
    (void)state;
    relay_job job = job_of(7, ROUTE({ RELAY_DEED_HAND_ON, second }));
    assert_int_equal(ACTOR_OK, relay_worker_tell_job(relays, first, &job));
    while (finished(second) == 0) {
        (void)finished(first); /* behind the job, and then behind what it was told on */
    }
    assert_int_equal(0, finished(first));
}

/* Workers that hand on, fail and are restarted: each ask ends once, as its route says. */
static void test_many_ways(void **state)
{
    (void)state;
    static const relay_deed deeds[] = { RELAY_DEED_HAND_ON, RELAY_DEED_TO_MYSELF,
        RELAY_DEED_HAND_ON_TWICE, RELAY_DEED_HAND_ON_AND_ANSWER, RELAY_DEED_KEEP_AND_HAND_ON,
        RELAY_DEED_HAND_ON_AND_FAIL, RELAY_DEED_FAIL, RELAY_DEED_NOTHING };
    const relay_worker_ref team[] = { first, second, third };
    uint32_t random = 1;
    for (uint32_t i = 0; i < 800; i++) {
        relay_step route[16];
        relay_done done;
        actor_err expected = ACTOR_OK;
        size_t count = 0;
        for (; count < 16 && expected == ACTOR_OK; count++) {
            random = random * 1664525u + 1013904223u;
            relay_deed deed = deeds[(random >> 16) % 40 < 8 ? (random >> 16) % 40 : 0];
            route[count] = (relay_step){ deed, team[(random >> 24) % 3] };
            bool fails = deed == RELAY_DEED_HAND_ON_AND_FAIL || deed == RELAY_DEED_FAIL;
            expected = fails                        ? ACTOR_ERR_FAILED
                       : deed == RELAY_DEED_NOTHING ? ACTOR_ERR_NO_ANSWER
                                                    : ACTOR_OK;
        }
        assert_int_equal(expected, give(first, LONG, &done, route, count));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_who_has_it_last_answers),
        TEST(test_what_is_handed_on_is_gone),
        TEST(test_what_comes_back_is_another_call),
        TEST(test_a_handler_that_fails_has_handed_nothing_on),
        TEST(test_who_has_handed_on_may_end),
        TEST(test_a_continuation_may_hand_on),
        TEST(test_a_kept_call_may_be_handed_on),
        TEST(test_each_end_of_the_last_reaches_the_first),
        TEST(test_admission_is_the_last_ones),
        TEST(test_a_pool_takes_it),
        TEST(test_a_told_request_is_told_on),
        TEST(test_many_ways),
    };
    return cmocka_run_group_tests_name("delegates", tests, NULL, NULL);
}
