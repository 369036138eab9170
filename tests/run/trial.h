/* SPDX-License-Identifier: MIT */
/*
 * trial.h - the actors of trial.actor, for the one source file of a test program that includes it,
 * and what such programs share. The actors do what they are told; see the schema.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "trial.actor.h"

#include <inttypes.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Where WAIT waits, and where it says that it does. */
static sem_t trial_gate;
static sem_t trial_arrived;
/* Resources destroyed so far, in order. */
static _Atomic uint64_t trial_destroyed[64];
static _Atomic uint32_t trial_destroyed_count;
/* How many more starts of Fragile fail. */
static _Atomic uint32_t trial_failing_starts;

static actor_system *trial_system;

/* ---- Recorder ---------------------------------------------------------------------------- */

enum { SENDERS = 64 };

struct trial_recorder {
    uint32_t count;
    uint32_t last;
    uint32_t disorder; /* notes that did not follow the one before of the same sender */
    uint32_t alarms;
    uint32_t first_alarm_after;
    uint32_t next[SENDERS];
    uint32_t log[256]; /* sender and seq of the first notes */
};
ACTOR_STATE(trial_recorder);

actor_result trial_recorder_on_note(trial_recorder *self, const trial_note *msg)
{
    uint32_t *next = &self->next[msg->sender % SENDERS];
    self->disorder += msg->seq < *next ? 1 : 0;
    *next = msg->seq + 1;
    if (self->count < 256) {
        self->log[self->count] = msg->sender << 16 | msg->seq;
    }
    self->count++;
    self->last = msg->seq;
    return ACTOR_CONTINUE;
}

actor_result trial_recorder_on_alarm(trial_recorder *self, const trial_alarm *msg)
{
    (void)msg;
    if (self->alarms++ == 0) {
        self->first_alarm_after = self->count;
    }
    return ACTOR_CONTINUE;
}

actor_result trial_recorder_on_tally(
        trial_recorder *self, const trial_tally *msg, trial_tally_call call)
{
    (void)msg;
    trial_tally_answer_notes(call, &(trial_notes){ .count = self->count,
                                           .last = self->last,
                                           .disorder = self->disorder,
                                           .alarms = self->alarms,
                                           .first_alarm_after = self->first_alarm_after });
    return ACTOR_CONTINUE;
}

/* Answers the note numbered `value`, or waits at the gate. */
actor_result trial_recorder_on_order(
        trial_recorder *self, const trial_order *msg, trial_order_call call)
{
    if (msg->deed == TRIAL_DEED_WAIT) {
        sem_post(&trial_arrived);
        while (sem_wait(&trial_gate) != 0) {
        }
    }
    uint64_t value = msg->value < 256 ? self->log[msg->value] : 0;
    trial_order_answer_done(call, &(trial_done){ .value = value });
    return ACTOR_CONTINUE;
}

/* ---- Worker ------------------------------------------------------------------------------- */

struct trial_worker {
    trial_recorder_ref recorder;
    uint64_t mark;
    uint32_t orders;
    uint32_t told;
    bool keeps;
    trial_order_call kept;
};
ACTOR_STATE(trial_worker);

actor_result trial_worker_at_start(trial_worker *self, const trial_worker_args *args)
{
    self->recorder = args->recorder;
    self->mark = args->mark;
    return ACTOR_CONTINUE;
}

static void worker_note(trial_worker *self)
{
    trial_worker_tell_recorder_note(
            self, self->recorder, &(trial_note){ .sender = 1, .seq = self->told++ });
}

/* The stop hook may still answer. */
void trial_worker_at_stop(trial_worker *self)
{
    if (self->keeps && self->mark == 99) {
        trial_order_answer_done(self->kept, &(trial_done){ .value = 99 });
    }
    trial_worker_tell_recorder_note(self, self->recorder, &(trial_note){ .sender = 2 });
}

static void destroy(void *resource)
{
    trial_destroyed[trial_destroyed_count++] = (uint64_t)(uintptr_t)resource;
}

static actor_result answer(trial_order_call call, uint64_t value, actor_string text)
{
    trial_order_answer_done(call, &(trial_done){ .value = value, .text = text });
    return ACTOR_CONTINUE;
}

/* Calls every function that is for outside threads; returns how many said so. */
static uint64_t misuse(trial_worker *self)
{
    trial_recorder_ref ref;
    trial_tally_reply *reply = NULL;
    trial_note note = { 0 };
    uint64_t n = 0;
    n += trial_recorder_start(trial_system, &ref) == ACTOR_ERR_MISUSE;
    n += trial_recorder_tell_note(trial_system, self->recorder, &note) == ACTOR_ERR_MISUSE;
    n += trial_recorder_ask_tally(trial_system, self->recorder, &(trial_tally)TRIAL_TALLY_INIT,
                 actor_seconds(1), &reply) == ACTOR_ERR_MISUSE;
    n += actor_system_stop(trial_system, 0).err == ACTOR_ERR_MISUSE;
    n += actor_system_wait(trial_system, 0) == ACTOR_ERR_MISUSE;
    return n;
}

/* Once the outbox is full it stays so: what is tried after that does not fit either. */
static uint64_t flood(trial_worker *self)
{
    uint64_t n = 0;
    for (int refused = 0; refused < 3;) {
        trial_note note = { .sender = 3, .seq = (uint32_t)n };
        if (trial_worker_tell_recorder_note(self, self->recorder, &note) == ACTOR_OK) {
            n++;
        } else {
            refused++;
        }
    }
    return n;
}

static actor_result act_then_fail(trial_worker *self, trial_order_call call)
{
    trial_leaf_ref leaf;
    worker_note(self);
    trial_order_keep(call);
    trial_worker_spawn_leaf(
            self, &(trial_leaf_args){ .recorder = self->recorder, .number = 7 }, &leaf);
    trial_worker_ask_tally_for_order(
            self, call, self->recorder, &(trial_tally)TRIAL_TALLY_INIT);
    return actor_fail(self, "as %s", "told");
}

actor_result trial_worker_on_order(
        trial_worker *self, const trial_order *msg, trial_order_call call)
{
    self->orders++;
    switch (msg->deed) {
    case TRIAL_DEED_DECLINE:
        trial_order_answer_declined(call, &(trial_declined){ .why = (uint32_t)msg->value });
        return ACTOR_CONTINUE;
    case TRIAL_DEED_SILENCE: return ACTOR_CONTINUE;
    case TRIAL_DEED_FAIL: return actor_fail(self, "told to");
    case TRIAL_DEED_KEEP:
        self->kept = call;
        self->keeps = true;
        trial_order_keep(call);
        return ACTOR_CONTINUE;
    case TRIAL_DEED_RELEASE:
        self->keeps = false;
        return answer(call,
                (uint64_t)trial_order_answer_done(
                        self->kept, &(trial_done){ .value = msg->value }),
                msg->text);
    case TRIAL_DEED_ANSWER_TWICE:
        trial_order_keep(call);
        trial_order_answer_done(call, &(trial_done){ .value = msg->value });
        worker_note(self);
        self->told = (uint32_t)trial_order_answer_declined(call, &(trial_declined){ .why = 1 });
        return ACTOR_CONTINUE;
    case TRIAL_DEED_ACT_THEN_FAIL: return act_then_fail(self, call);
    case TRIAL_DEED_FLUSH_THEN_FAIL:
        worker_note(self);
        actor_flush(self);
        worker_note(self);
        return actor_fail(self, "after the flush");
    case TRIAL_DEED_STOP:
        trial_order_answer_done(call, &(trial_done){ .value = msg->value });
        return ACTOR_STOP;
    case TRIAL_DEED_BACKLOG: return answer(call, actor_backlog(self), msg->text);
    case TRIAL_DEED_OWN:
        actor_own(self, (void *)(uintptr_t)msg->value, destroy);
        actor_own(self, (void *)(uintptr_t)(msg->value + 1), destroy);
        return answer(call, 0, msg->text);
    case TRIAL_DEED_DISOWN:
        return answer(call, actor_disown(self, (void *)(uintptr_t)msg->value), msg->text);
    case TRIAL_DEED_SPAWN: {
        trial_leaf_ref leaf = { 0 };
        actor_err err = trial_worker_spawn_leaf(self,
                &(trial_leaf_args){
                        .recorder = self->recorder, .number = (uint32_t)msg->value },
                &leaf);
        return err == ACTOR_OK ? answer(call, leaf.bits, msg->text)
                               : answer(call, 0, ACTOR_STRING("limit"));
    }
    case TRIAL_DEED_STATE: return answer(call, self->orders, msg->text);
    case TRIAL_DEED_MISUSE: return answer(call, misuse(self), msg->text);
    case TRIAL_DEED_LOG:
        actor_log(self, ACTOR_LOG_INFO, "%s", msg->text.data);
        return answer(call, 0, msg->text);
    case TRIAL_DEED_FLOOD: {
        uint64_t n = flood(self);
        actor_flush(self);
        return answer(call, n, msg->text);
    }
    case TRIAL_DEED_WAIT:
    case TRIAL_DEED_ANSWER: break;
    }
    return answer(call, msg->value + 1, msg->text);
}

actor_result trial_worker_got_tally_for_order(
        trial_worker *self, const trial_tally_reply *reply, trial_order_call call)
{
    (void)reply;
    worker_note(self);
    return answer(call, 0, ACTOR_STRING(""));
}

/* ---- Blocker, Newest, Oldest ---------------------------------------------------------------- */

struct trial_blocker {
    trial_recorder_ref recorder;
};
ACTOR_STATE(trial_blocker);

static actor_result wait_if_told(
        const void *self, const trial_order *msg, trial_order_call call)
{
    if (msg->deed == TRIAL_DEED_FAIL) {
        return actor_fail(self, "told to");
    }
    if (msg->deed == TRIAL_DEED_WAIT) {
        sem_post(&trial_arrived);
        while (sem_wait(&trial_gate) != 0) {
        }
    }
    return answer(call, msg->value + 1, msg->text);
}

actor_result trial_blocker_at_start(trial_blocker *self, const trial_blocker_args *args)
{
    self->recorder = args->recorder;
    return ACTOR_CONTINUE;
}

actor_result trial_blocker_on_order(
        trial_blocker *self, const trial_order *msg, trial_order_call call)
{
    return wait_if_told(self, msg, call);
}

actor_result trial_blocker_on_note(trial_blocker *self, const trial_note *msg)
{
    trial_blocker_tell_recorder_note(self, self->recorder, msg);
    return ACTOR_CONTINUE;
}

actor_result trial_blocker_on_alarm(trial_blocker *self, const trial_alarm *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

struct trial_newest {
    uint32_t last;
};
ACTOR_STATE(trial_newest);

actor_result trial_newest_on_order(
        trial_newest *self, const trial_order *msg, trial_order_call call)
{
    return msg->deed == TRIAL_DEED_STATE ? answer(call, self->last, msg->text)
                                         : wait_if_told(self, msg, call);
}

actor_result trial_newest_on_note(trial_newest *self, const trial_note *msg)
{
    self->last = msg->seq;
    return ACTOR_CONTINUE;
}

struct trial_oldest {
    trial_recorder_ref recorder;
};
ACTOR_STATE(trial_oldest);

actor_result trial_oldest_at_start(trial_oldest *self, const trial_oldest_args *args)
{
    self->recorder = args->recorder;
    return ACTOR_CONTINUE;
}

actor_result trial_oldest_on_order(
        trial_oldest *self, const trial_order *msg, trial_order_call call)
{
    return wait_if_told(self, msg, call);
}

actor_result trial_oldest_on_note(trial_oldest *self, const trial_note *msg)
{
    trial_oldest_tell_recorder_note(self, self->recorder, msg);
    return ACTOR_CONTINUE;
}

/* ---- Desk ----------------------------------------------------------------------------------- */

struct trial_desk {
    trial_worker_ref worker;
    trial_blocker_ref blocker;
};
ACTOR_STATE(trial_desk);

actor_result trial_desk_at_start(trial_desk *self, const trial_desk_args *args)
{
    self->worker = args->worker;
    self->blocker = args->blocker;
    return ACTOR_CONTINUE;
}

/* Orders with the text "blocker" go to the blocker. */
actor_result trial_desk_on_order(
        trial_desk *self, const trial_order *msg, trial_order_call call)
{
    if (strcmp(msg->text.data, "blocker") == 0) {
        trial_desk_ask_ask_blocker(self, call, self->blocker, msg);
    } else {
        trial_desk_ask_ask_worker(self, call, self->worker, msg);
    }
    return ACTOR_CONTINUE;
}

static actor_result pass_on(const trial_order_reply *reply, trial_order_call call)
{
    switch (reply->kind) {
    case TRIAL_ORDER_REPLY_DONE: trial_order_answer_done(call, &reply->done); break;
    case TRIAL_ORDER_REPLY_DECLINED: trial_order_answer_declined(call, &reply->declined); break;
    case TRIAL_ORDER_REPLY_ERROR: trial_order_fail(call, reply->error); break;
    }
    return ACTOR_CONTINUE;
}

actor_result trial_desk_got_ask_worker(
        trial_desk *self, const trial_order_reply *reply, trial_order_call call)
{
    (void)self;
    return pass_on(reply, call);
}

actor_result trial_desk_got_ask_blocker(
        trial_desk *self, const trial_order_reply *reply, trial_order_call call)
{
    (void)self;
    return pass_on(reply, call);
}

actor_result trial_desk_on_note(trial_desk *self, const trial_note *msg)
{
    trial_desk_tell_blocker_note(self, self->blocker, msg);
    return ACTOR_CONTINUE;
}

/* ---- Leaf, Sender, Fragile -------------------------------------------------------------------- */

struct trial_leaf {
    trial_recorder_ref recorder;
    uint32_t number;
    uint32_t orders;
};
ACTOR_STATE(trial_leaf);

/* Senders of a leaf's notes: its number when it starts, and 32 more when it stops. */
enum { LEAF_STOPPED = 32 };

actor_result trial_leaf_at_start(trial_leaf *self, const trial_leaf_args *args)
{
    self->recorder = args->recorder;
    self->number = args->number;
    trial_leaf_tell_recorder_note(
            self, self->recorder, &(trial_note){ .sender = self->number });
    return ACTOR_CONTINUE;
}

void trial_leaf_at_stop(trial_leaf *self)
{
    trial_leaf_tell_recorder_note(
            self, self->recorder, &(trial_note){ .sender = self->number + LEAF_STOPPED });
}

actor_result trial_leaf_on_note(trial_leaf *self, const trial_note *msg)
{
    trial_leaf_tell_recorder_note(self, self->recorder, msg);
    return ACTOR_CONTINUE;
}

actor_result trial_leaf_on_order(
        trial_leaf *self, const trial_order *msg, trial_order_call call)
{
    self->orders++;
    if (msg->deed == TRIAL_DEED_FAIL) {
        return actor_fail(self, "told to");
    }
    if (msg->deed == TRIAL_DEED_STOP) {
        answer(call, 0, msg->text);
        return ACTOR_STOP;
    }
    return answer(call, self->orders, msg->text);
}

struct trial_sender {
    trial_recorder_ref recorder;
    uint32_t number;
    uint32_t count;
    uint32_t sent;
};
ACTOR_STATE(trial_sender);

actor_result trial_sender_at_start(trial_sender *self, const trial_sender_args *args)
{
    self->recorder = args->recorder;
    self->number = args->number;
    self->count = args->count;
    trial_sender_tell_sender_note(self, trial_sender_self(self), &(trial_note){ 0 });
    return ACTOR_CONTINUE;
}

actor_result trial_sender_on_note(trial_sender *self, const trial_note *msg)
{
    for (int i = 0; i < 3 && self->sent < self->count; i++) {
        trial_sender_tell_recorder_note(self, self->recorder,
                &(trial_note){ .sender = self->number, .seq = ++self->sent });
    }
    if (self->sent < self->count) {
        trial_sender_tell_sender_note(self, trial_sender_self(self), msg);
    }
    return ACTOR_CONTINUE;
}

struct trial_fragile {
    trial_recorder_ref recorder;
};
ACTOR_STATE(trial_fragile);

actor_result trial_fragile_at_start(trial_fragile *self, const trial_fragile_args *args)
{
    if (trial_failing_starts > 0) {
        trial_failing_starts--;
        return actor_fail(self, "not yet");
    }
    trial_fragile_tell_recorder_note(self, args->recorder, &(trial_note){ .sender = 9 });
    return ACTOR_CONTINUE;
}

/* FAIL makes the next four starts fail as well: more than the supervisor allows. */
actor_result trial_fragile_on_order(
        trial_fragile *self, const trial_order *msg, trial_order_call call)
{
    if (msg->deed == TRIAL_DEED_FAIL) {
        trial_failing_starts = (uint32_t)msg->value;
        return actor_fail(self, "told to");
    }
    return answer(call, msg->value, msg->text);
}

/* ---- For the tests --------------------------------------------------------------------------- */

static _Atomic uint32_t trial_dead_letters;
static _Atomic int trial_last_reason;
static _Atomic uint32_t trial_lines;
static char trial_line[256]; /* the last line logged at level info */

static void trial_on_dead_letter(void *context, const actor_dead_letter *letter)
{
    (void)context;
    trial_dead_letters++;
    trial_last_reason = (int)letter->reason;
}

static void trial_on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    trial_lines++;
    if (level == ACTOR_LOG_INFO) {
        (void)snprintf(trial_line, sizeof trial_line, "%s", line);
    }
}

static void trial_check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    if (e->sent != e->handled + e->queued + e->stashed + e->in_hand + dropped +
                            e->dead_letters ||
            e->queued != 0 || e->stashed != 0 || e->in_hand != 0) {
        fail_msg("%s %s: sent %" PRIu64 " handled %" PRIu64 " queued %" PRIu64
                 " in hand %" PRIu64 " dropped %" PRIu64 " dead %" PRIu64,
                e->actor, e->message, e->sent, e->handled, e->queued, e->in_hand, dropped,
                e->dead_letters);
    }
}

static int trial_setup_with(void **state, actor_config config)
{
    (void)state;
    config.log = trial_on_log;
    config.dead_letter = trial_on_dead_letter;
    trial_dead_letters = 0;
    trial_destroyed_count = 0;
    trial_failing_starts = 0;
    trial_lines = 0;
    if (sem_init(&trial_gate, 0, 0) != 0 || sem_init(&trial_arrived, 0, 0) != 0) {
        return -1;
    }
    trial_system = actor_system_new(&config);
    return trial_system == NULL ? -1 : 0;
}

static inline int trial_setup(void **state)
{
    return trial_setup_with(
            state, (actor_config){ .workers = 2, .survive_root_failure = true });
}

/* After every test: all has stopped, nobody is left, and the ledger adds up. */
static inline int trial_teardown(void **state)
{
    (void)state;
    (void)actor_system_stop(trial_system, actor_seconds(20));
    assert_int_equal(0, actor_system_actors(trial_system));
    actor_system_ledger(trial_system, trial_check_entry, NULL);
    actor_system_free(trial_system);
    sem_destroy(&trial_gate);
    sem_destroy(&trial_arrived);
    return 0;
}

static inline trial_recorder_ref start_recorder(void)
{
    trial_recorder_ref ref;
    assert_int_equal(ACTOR_OK, trial_recorder_start(trial_system, &ref));
    return ref;
}

static inline trial_worker_ref start_worker(trial_recorder_ref recorder)
{
    trial_worker_ref ref;
    trial_worker_args args = { .recorder = recorder };
    assert_int_equal(ACTOR_OK, trial_worker_start(trial_system, &args, &ref));
    return ref;
}

static inline trial_blocker_ref start_blocker(trial_recorder_ref recorder)
{
    trial_blocker_ref ref;
    assert_int_equal(ACTOR_OK, trial_blocker_start(trial_system,
                                       &(trial_blocker_args){ .recorder = recorder }, &ref));
    return ref;
}

static inline trial_notes tally(trial_recorder_ref recorder)
{
    trial_tally_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, trial_recorder_ask_tally(trial_system, recorder,
                              &(trial_tally)TRIAL_TALLY_INIT, actor_seconds(20), &reply));
    trial_notes notes = reply->notes;
    actor_reply_free(reply);
    return notes;
}

/* Waits until the recorder has `count` notes: asks again and again, each ask a step of the system. */
static inline trial_notes tally_of(trial_recorder_ref recorder, uint32_t count)
{
    trial_notes notes;
    do {
        notes = tally(recorder);
    } while (notes.count < count);
    return notes;
}

/* The note numbered `index`: sender in the upper half, seq in the lower. */
static inline uint32_t note_at(trial_recorder_ref recorder, uint32_t index)
{
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = TRIAL_DEED_ANSWER, .value = index };
    assert_int_equal(ACTOR_OK, trial_recorder_ask_order(trial_system, recorder, &order,
                                       actor_seconds(20), &reply));
    uint32_t note = (uint32_t)reply->done.value;
    actor_reply_free(reply);
    return note;
}

/* Asks a worker, takes the value of its answer; `*ret_err` is how the ask ended. */
static inline uint64_t ask_worker(
        trial_worker_ref worker, trial_deed deed, uint64_t value, actor_err *ret_err)
{
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = deed, .value = value };
    actor_err err =
            trial_worker_ask_order(trial_system, worker, &order, actor_seconds(20), &reply);
    uint64_t got =
            err == ACTOR_OK && reply->kind == TRIAL_ORDER_REPLY_DONE ? reply->done.value : 0;
    actor_reply_free(reply);
    if (ret_err != NULL) {
        *ret_err = err;
    } else {
        assert_int_equal(ACTOR_OK, err);
    }
    return got;
}

#endif
