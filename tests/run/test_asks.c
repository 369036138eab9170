/* SPDX-License-Identifier: MIT */
/* Every end of an ask, from outside and through a continuation; calls; deadlines. */
#include "trial.h"

#include <pthread.h>

#define OVER actor_seconds(20)

static trial_desk_ref start_desk(trial_worker_ref worker, trial_blocker_ref blocker)
{
    trial_desk_ref desk;
    trial_desk_args args = { .worker = worker, .blocker = blocker };
    assert_int_equal(ACTOR_OK, trial_desk_start(trial_system, &args, &desk));
    return desk;
}

/* How an order ends that goes through a desk to its worker. */
static actor_err through_desk(
        trial_desk_ref desk, trial_deed deed, const char *text, actor_duration timeout)
{
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = deed, .value = 1, .text = actor_string_of(text) };
    actor_err err = trial_desk_ask_order(trial_system, desk, &order, timeout, &reply);
    actor_reply_free(reply);
    return err;
}

static void test_an_ask_ends_with_the_answer_it_was_given(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    assert_int_equal(42, ask_worker(worker, TRIAL_DEED_ANSWER, 41, NULL));
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = TRIAL_DEED_DECLINE, .value = 7 };
    assert_int_equal(
            ACTOR_OK, trial_worker_ask_order(trial_system, worker, &order, OVER, &reply));
    assert_int_equal(TRIAL_ORDER_REPLY_DECLINED, reply->kind);
    assert_int_equal(7, reply->declined.why);
    actor_reply_free(reply);
}

static void test_ends_of_asks_reach_the_continuation(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    trial_desk_ref desk = start_desk(worker, start_blocker(recorder));
    assert_int_equal(ACTOR_OK, through_desk(desk, TRIAL_DEED_ANSWER, "", OVER));
    assert_int_equal(ACTOR_OK, through_desk(desk, TRIAL_DEED_DECLINE, "", OVER));
    assert_int_equal(ACTOR_ERR_NO_ANSWER, through_desk(desk, TRIAL_DEED_SILENCE, "", OVER));
    assert_int_equal(ACTOR_OK, through_desk(desk, TRIAL_DEED_STOP, "", OVER));
    actor_err err;
    do { /* until its end has been seen everywhere */
        err = through_desk(desk, TRIAL_DEED_ANSWER, "", OVER);
    } while (err == ACTOR_OK);
    assert_int_equal(ACTOR_ERR_STOPPED, err);
}

static void test_an_ask_of_nobody_ends_stopped(void **state)
{
    (void)state;
    trial_desk_ref desk = start_desk((trial_worker_ref){ 0 }, (trial_blocker_ref){ 0 });
    assert_int_equal(ACTOR_ERR_STOPPED, through_desk(desk, TRIAL_DEED_ANSWER, "", OVER));
}

static void test_an_ask_times_out_in_the_continuation(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_desk_ref desk = start_desk(start_worker(recorder), start_blocker(recorder));
    /* The blocker waits at the gate; the desk's ask of it is within 100 ms. */
    assert_int_equal(ACTOR_ERR_TIMEOUT, through_desk(desk, TRIAL_DEED_WAIT, "blocker", OVER));
    sem_post(&trial_gate);
    assert_int_equal(ACTOR_OK, through_desk(desk, TRIAL_DEED_ANSWER, "", OVER));
}

static void test_a_blocking_ask_times_out(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = TRIAL_DEED_KEEP };
    assert_int_equal(ACTOR_ERR_TIMEOUT, trial_worker_ask_order(trial_system, worker, &order,
                                                actor_milliseconds(2), &reply));
    /* The call is still open for its holder, whose answer is dropped. */
    assert_int_equal(ACTOR_OK, ask_worker(worker, TRIAL_DEED_RELEASE, 1, NULL));
}

static uint64_t expired;

/* Of the orders to this type of actors. */
static void count_expired(void *context, const actor_ledger_entry *entry)
{
    if (strcmp(entry->actor, context) == 0 && strcmp(entry->message, "trial.Order") == 0) {
        expired = entry->dropped[ACTOR_ERR_TIMEOUT];
    }
}

static void test_a_request_past_its_deadline_is_not_handled(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_blocker_ref blocker = start_blocker(recorder);
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_order_reply *reply = NULL;
    trial_blocker_tell_order(trial_system, blocker, &order);
    sem_wait(&trial_arrived);
    /* If it were handled it would fail its actor. */
    order.deed = TRIAL_DEED_FAIL;
    assert_int_equal(ACTOR_ERR_TIMEOUT, trial_blocker_ask_order(trial_system, blocker, &order,
                                                actor_milliseconds(1), &reply));
    sem_post(&trial_gate);
    order.deed = TRIAL_DEED_ANSWER;
    assert_int_equal(
            ACTOR_OK, trial_blocker_ask_order(trial_system, blocker, &order, OVER, &reply));
    actor_reply_free(reply);
    actor_system_ledger(trial_system, count_expired, "trial.Blocker");
    assert_int_equal(1, expired);
}

/* The recorder shares its thread, whose clock is read between turns: so there have to be some. */
static void test_a_request_to_a_workers_actor_is_not_handled_past_its_deadline(void **state)
{
    (void)state;
    enum { NOTES = 200 };
    trial_recorder_ref recorder = start_recorder();
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_order_reply *reply = NULL;
    trial_recorder_tell_order(trial_system, recorder, &order);
    sem_wait(&trial_arrived);
    for (uint32_t i = 1; i <= NOTES; i++) {
        trial_recorder_tell_note(
                trial_system, recorder, &(trial_note){ .sender = 1, .seq = i });
    }
    order.deed = TRIAL_DEED_ANSWER;
    assert_int_equal(ACTOR_ERR_TIMEOUT, trial_recorder_ask_order(trial_system, recorder, &order,
                                                actor_milliseconds(1), &reply));
    sem_post(&trial_gate);
    assert_int_equal(
            ACTOR_OK, trial_recorder_ask_order(trial_system, recorder, &order, OVER, &reply));
    actor_reply_free(reply);
    actor_system_ledger(trial_system, count_expired, "trial.Recorder");
    assert_int_equal(1, expired);
}

/* The caller has 1 ms left when the desk asks the worker within 5 s: the ask inherits that. */
static void test_an_ask_inherits_what_is_left_of_its_callers_time(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    trial_desk_ref desk = start_desk(worker, start_blocker(recorder));
    actor_duration before = actor_now();
    assert_int_equal(
            ACTOR_ERR_TIMEOUT, through_desk(desk, TRIAL_DEED_KEEP, "", actor_milliseconds(1)));
    /* The desk's own ask of the worker has ended too when the desk can stop: a stop waits for the
     * replies that are due, and would take 5 s if the deadline were not inherited. */
    trial_desk_stop(trial_system, desk);
    while (through_desk(desk, TRIAL_DEED_ANSWER, "", OVER) == ACTOR_OK) {
    }
    while (actor_system_actors(trial_system) > 3) {
        (void)tally(recorder);
    }
    assert_true(actor_now() - before < actor_seconds(4));
}

static void test_a_kept_call_is_answered_by_a_later_handler(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    trial_desk_ref desk = start_desk(worker, (trial_blocker_ref){ 0 });
    trial_order keep = { .deed = TRIAL_DEED_KEEP };
    /* Told through the desk: the desk's ask has a call that the worker keeps. */
    assert_int_equal(ACTOR_OK, trial_desk_tell_order(trial_system, desk, &keep));
    /* The worker counts orders: once it counts more than we asked, the desk's has come. */
    for (uint64_t asked = 1; ask_worker(worker, TRIAL_DEED_STATE, 0, NULL) == asked; asked++) {
    }
    assert_int_equal(ACTOR_OK, ask_worker(worker, TRIAL_DEED_RELEASE, 5, NULL));
    /* Ended: releasing it once more is an error. */
    assert_int_equal(ACTOR_ERR_GONE, ask_worker(worker, TRIAL_DEED_RELEASE, 5, NULL));
}

static void test_a_second_answer_is_gone(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref worker = start_worker(recorder);
    assert_int_equal(3, ask_worker(worker, TRIAL_DEED_ANSWER_TWICE, 3, NULL));
    /* The error of the second answer numbers the worker's next note. */
    actor_err err;
    ask_worker(worker, TRIAL_DEED_FLUSH_THEN_FAIL, 0, &err);
    assert_int_equal(ACTOR_ERR_FAILED, err);
    (void)tally_of(recorder, 2);
    assert_int_equal(1 << 16 | ACTOR_ERR_GONE, note_at(recorder, 1));
}

static void test_the_answer_to_a_told_request_is_discarded(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    assert_int_equal(ACTOR_OK, trial_worker_tell_order(trial_system, worker, &order));
    assert_int_equal(2, ask_worker(worker, TRIAL_DEED_STATE, 0, NULL));
}

/* A customer on a thread of its own, whose order is kept. */
struct customer {
    trial_worker_ref worker;
    actor_err err;
    uint64_t value;
};

static void *be_customer(void *arg)
{
    struct customer *c = arg;
    trial_order_reply *reply = NULL;
    trial_order keep = { .deed = TRIAL_DEED_KEEP };
    c->err = trial_worker_ask_order(trial_system, c->worker, &keep, OVER, &reply);
    c->value = c->err == ACTOR_OK ? reply->done.value : 0;
    actor_reply_free(reply);
    return NULL;
}

/* How a kept call ends when its holder, a worker of this mark, ends by that deed. */
static struct customer kept_until(uint64_t mark, trial_deed deed)
{
    struct customer c = { .err = ACTOR_OK };
    trial_worker_args args = { .recorder = start_recorder(), .mark = mark };
    assert_int_equal(ACTOR_OK, trial_worker_start(trial_system, &args, &c.worker));
    pthread_t thread;
    assert_int_equal(0, pthread_create(&thread, NULL, be_customer, &c));
    /* The worker counts orders: once it counts more than we asked, the customer's has come. */
    for (uint64_t asked = 1; ask_worker(c.worker, TRIAL_DEED_STATE, 0, NULL) == asked;
            asked++) {
    }
    actor_err err;
    (void)ask_worker(c.worker, deed, 0, &err);
    assert_int_equal(0, pthread_join(thread, NULL));
    return c;
}

static void test_a_kept_call_ends_stopped_with_its_holder(void **state)
{
    (void)state;
    struct customer c = kept_until(0, TRIAL_DEED_STOP);
    assert_int_equal(ACTOR_ERR_STOPPED, c.err);
}

static void test_the_stop_hook_may_still_answer(void **state)
{
    (void)state;
    struct customer c = kept_until(99, TRIAL_DEED_STOP);
    assert_int_equal(ACTOR_OK, c.err);
    assert_int_equal(99, c.value);
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_setup, trial_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_an_ask_ends_with_the_answer_it_was_given),
        TRIAL(test_ends_of_asks_reach_the_continuation),
        TRIAL(test_an_ask_of_nobody_ends_stopped),
        TRIAL(test_an_ask_times_out_in_the_continuation),
        TRIAL(test_a_blocking_ask_times_out),
        TRIAL(test_a_request_past_its_deadline_is_not_handled),
        TRIAL(test_a_request_to_a_workers_actor_is_not_handled_past_its_deadline),
        TRIAL(test_an_ask_inherits_what_is_left_of_its_callers_time),
        TRIAL(test_a_kept_call_is_answered_by_a_later_handler),
        TRIAL(test_a_second_answer_is_gone),
        TRIAL(test_the_answer_to_a_told_request_is_discarded),
        TRIAL(test_a_kept_call_ends_stopped_with_its_holder),
        TRIAL(test_the_stop_hook_may_still_answer),
    };
    return cmocka_run_group_tests_name("asks", tests, NULL, NULL);
}
