/* SPDX-License-Identifier: MIT */
/*
 * Behaviours: which handler a message reaches, when a mode changes, what is kept for later, and in
 * which order it comes back.
 *
 * What one thread tells and asks an actor arrives in that order, so an ask that is answered means
 * that all told before it has been looked at.
 */
#include "modes.actor.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORD_BYTES = 512 };

#define LONG actor_seconds(3600)

/* What an actor wrote down; read by the test after an answer. */
struct record {
    char text[RECORD_BYTES];
};

static actor_system *doors;
static struct record record;
static char letters[RECORD_BYTES]; /* dead letters; workers = 1, so one thread writes */

static void put(char *text, const char *format, ...) ACTOR_PRINTF(2, 3);

static void put(char *text, const char *format, ...)
{
    size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text + len, RECORD_BYTES - len, format, args);
    va_end(args);
}

/* ---- The door -------------------------------------------------------------------------------- */

struct modes_door {
    struct record *record;
};
ACTOR_STATE(modes_door);

struct modes_tight {
    struct record *record;
};
ACTOR_STATE(modes_tight);

struct modes_forgetful {
    struct record *record;
};
ACTOR_STATE(modes_forgetful);

actor_result modes_door_at_start(modes_door *self, const modes_door_args *args)
{
    self->record = args->record;
    put(self->record->text, " start");
    if (modes_door_become_ajar(self) != ACTOR_ERR_MISUSE) {
        put(self->record->text, " (became in its start hook)");
    }
    return ACTOR_CONTINUE;
}

void modes_door_at_stop(modes_door *self)
{
    put(self->record->text, " stop");
    if (modes_door_become_ajar(self) != ACTOR_ERR_MISUSE) {
        put(self->record->text, " (became in its stop hook)");
    }
}

actor_result modes_door_on_sync(modes_door *self, const modes_sync *msg, modes_sync_call call)
{
    (void)self;
    (void)msg;
    modes_sync_answer_synced(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result modes_door_on_fail(modes_door *self, const modes_fail *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

actor_result modes_door_on_leave(modes_door *self, const modes_leave *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

actor_result modes_door_on_knock(modes_door *self, const modes_knock *msg)
{
    (void)msg;
    put(self->record->text, " knock");
    return ACTOR_CONTINUE;
}

actor_result modes_door_on_loud(modes_door *self, const modes_loud *msg)
{
    put(self->record->text, " loud%" PRIu32, msg->number);
    return ACTOR_CONTINUE;
}

actor_result modes_door_on_recent(modes_door *self, const modes_recent *msg)
{
    put(self->record->text, " recent%" PRIu32, msg->number);
    return ACTOR_CONTINUE;
}

actor_result modes_door_shut_on_open(modes_door *self, const modes_open *msg)
{
    put(self->record->text, " open");
    switch (msg->way) {
    case MODES_WAY_BECOME: modes_door_become_ajar(self); break;
    case MODES_WAY_BECOME_THEN_FAIL:
        modes_door_become_ajar(self);
        return actor_fail(self, "told to");
    case MODES_WAY_BECOME_WRONG:
        put(self->record->text, " %s", actor_err_text(modes_door_become_locked(self)));
        break;
    case MODES_WAY_BECOME_BEHIND:
        modes_door_tell_door_item(self, modes_door_self(self), &(modes_item){ 8 });
        modes_door_tell_door_loud(self, modes_door_self(self), &(modes_loud){ 7 });
        modes_door_become_ajar(self);
        modes_door_tell_door_item(self, modes_door_self(self), &(modes_item){ 9 });
        break;
    case MODES_WAY_BECOME_TWICE:
        modes_door_become_ajar(self);
        modes_door_become_shut(self);
        break;
    case MODES_WAY_FLUSH_THEN_FAIL:
        modes_door_become_ajar(self);
        actor_flush(self);
        return actor_fail(self, "told to");
    case MODES_WAY_ASK: modes_door_ask_rest(self, modes_door_self(self), NULL); break;
    }
    return ACTOR_CONTINUE;
}

actor_result modes_door_got_rest(modes_door *self, const modes_sync_reply *reply)
{
    put(self->record->text, " rested%d", reply->kind);
    put(self->record->text, " %s", actor_err_text(modes_door_become_locked(self)));
    modes_door_become_ajar(self);
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_item(modes_door *self, const modes_item *msg)
{
    put(self->record->text, " %" PRIu32, msg->number);
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_query(
        modes_door *self, const modes_query *msg, modes_query_call call)
{
    put(self->record->text, " query%" PRIu32, msg->number);
    modes_query_answer_found(call, &(modes_found){ msg->number });
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_peek(
        modes_door *self, const modes_peek *msg, modes_peek_call call)
{
    (void)self;
    (void)msg;
    modes_peek_answer_synced(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_close(modes_door *self, const modes_close *msg)
{
    (void)msg;
    put(self->record->text, " close");
    modes_door_become_shut(self);
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_lock(modes_door *self, const modes_lock *msg)
{
    (void)msg;
    put(self->record->text, " lock");
    modes_door_become_locked(self);
    return ACTOR_CONTINUE;
}

actor_result modes_door_ajar_on_knock(modes_door *self, const modes_knock *msg)
{
    (void)msg;
    put(self->record->text, " knock-ajar");
    return ACTOR_CONTINUE;
}

actor_result modes_door_locked_on_open(modes_door *self, const modes_open *msg)
{
    (void)msg;
    put(self->record->text, " unlock");
    modes_door_become_ajar(self);
    return ACTOR_CONTINUE;
}

actor_result modes_door_locked_on_close(modes_door *self, const modes_close *msg)
{
    (void)msg;
    put(self->record->text, " unlock-shut");
    modes_door_become_shut(self);
    return ACTOR_CONTINUE;
}

/* ---- The bounded ones ------------------------------------------------------------------------ */

actor_result modes_tight_at_start(modes_tight *self, const modes_tight_args *args)
{
    self->record = args->record;
    return ACTOR_CONTINUE;
}

actor_result modes_tight_shut_on_open(modes_tight *self, const modes_open *msg)
{
    (void)msg;
    modes_tight_become_ajar(self);
    return ACTOR_CONTINUE;
}

actor_result modes_tight_ajar_on_item(modes_tight *self, const modes_item *msg)
{
    put(self->record->text, " %" PRIu32, msg->number);
    return ACTOR_CONTINUE;
}

actor_result modes_forgetful_at_start(modes_forgetful *self, const modes_forgetful_args *args)
{
    self->record = args->record;
    return ACTOR_CONTINUE;
}

actor_result modes_forgetful_shut_on_open(modes_forgetful *self, const modes_open *msg)
{
    (void)msg;
    modes_forgetful_become_ajar(self);
    return ACTOR_CONTINUE;
}

actor_result modes_forgetful_ajar_on_item(modes_forgetful *self, const modes_item *msg)
{
    put(self->record->text, " %" PRIu32, msg->number);
    return ACTOR_CONTINUE;
}

/* ---- Setting up ------------------------------------------------------------------------------- */

static void on_letter(void *context, const actor_dead_letter *letter)
{
    (void)context;
    put(letters, " %s: %s;", letter->message, actor_err_text(letter->reason));
}

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line; /* failures are part of these tests */
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t sum = e->handled + e->queued + e->stashed + e->in_hand + e->dead_letters;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        sum += e->dropped[i];
    }
    if (e->sent != sum) {
        fail_msg("%s %s: sent %" PRIu64 ", accounted for %" PRIu64, e->actor, e->message,
                e->sent, sum);
    }
}

static int setup(void **state)
{
    (void)state;
    memset(&record, 0, sizeof record);
    memset(letters, 0, sizeof letters);
    doors = actor_system_new(&(actor_config){ .workers = 1,
            .survive_root_failure = true,
            .log = on_log,
            .dead_letter = on_letter });
    return doors == NULL ? -1 : 0;
}

static void must_be_empty(void *context, const actor_ledger_entry *e)
{
    check_entry(context, e);
    if (e->queued + e->stashed + e->in_hand != 0) {
        fail_msg("%s %s is still there", e->actor, e->message);
    }
}

static int teardown(void **state)
{
    (void)state;
    actor_stop_report report = actor_system_stop(doors, actor_seconds(30));
    assert_int_equal(ACTOR_OK, report.err);
    actor_system_ledger(doors, must_be_empty, NULL);
    actor_system_free(doors);
    return 0;
}

struct search {
    const char *actor;
    const char *message;
    actor_ledger_entry found;
};

static void look(void *context, const actor_ledger_entry *e)
{
    struct search *s = context;
    if (strcmp(e->actor, s->actor) == 0 && strcmp(e->message, s->message) == 0) {
        s->found = *e;
    }
}

static actor_ledger_entry ledger_of(const char *actor, const char *message)
{
    struct search s = { .actor = actor, .message = message };
    actor_system_ledger(doors, look, &s);
    return s.found;
}

static modes_door_ref start_door(void)
{
    modes_door_ref door;
    assert_int_equal(ACTOR_OK, modes_door_start(doors, &(modes_door_args){ &record }, &door));
    return door;
}

static modes_door_ref start_watched_door(void)
{
    modes_porter_ref porter;
    modes_door_ref door;
    assert_int_equal(
            ACTOR_OK, modes_porter_start(doors, &(modes_porter_args){ &record }, &porter));
    assert_int_equal(ACTOR_OK, modes_porter_door(doors, porter, &door));
    return door;
}

static void open_door(modes_door_ref door, modes_way way)
{
    assert_int_equal(ACTOR_OK, modes_door_tell_open(doors, door, &(modes_open){ way }));
}

static void send_items(modes_door_ref door, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i <= to; i++) {
        assert_int_equal(ACTOR_OK, modes_door_tell_item(doors, door, &(modes_item){ i }));
    }
}

/* Waits until the door has looked at all that was sent to it. */
static void sync_with(modes_door_ref door)
{
    modes_sync_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, modes_door_ask_sync(doors, door, NULL, LONG, &reply));
    actor_reply_free(reply);
}

/* Waits likewise, and compares what it wrote. */
static void expect(modes_door_ref door, const char *text)
{
    sync_with(door);
    assert_string_equal(text, record.text);
}

/* ---- Which handler ----------------------------------------------------------------------------- */

static void test_a_mode_overrides_what_holds_in_all(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    modes_door_tell_knock(doors, door, NULL);
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_knock(doors, door, NULL);
    modes_door_tell_close(doors, door, &(modes_close){ MODES_WAY_BECOME });
    modes_door_tell_knock(doors, door, NULL);
    expect(door, " start knock open knock-ajar close knock");
}

static void test_what_a_mode_neither_handles_nor_keeps_is_a_dead_letter(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    modes_door_tell_lock(doors, door, NULL);
    open_door(door, MODES_WAY_BECOME);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open");
    assert_string_equal(" modes.Lock: the actor does not handle this message in its mode;"
                        " modes.Open: the actor does not handle this message in its mode;",
            letters);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Lock").dead_letters);
    assert_int_equal(0, ledger_of("modes.Door", "modes.Lock").handled);
}

static void test_who_asks_in_the_wrong_mode_is_told_so(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    modes_peek_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_UNHANDLED, modes_door_ask_peek(doors, door, NULL, LONG, &reply));
    open_door(door, MODES_WAY_BECOME);
    assert_int_equal(ACTOR_OK, modes_door_ask_peek(doors, door, NULL, LONG, &reply));
    actor_reply_free(reply);
    sync_with(door); /* an answer may be here before its handler is counted */
    assert_int_equal(1, ledger_of("modes.Door", "modes.Peek").dead_letters);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Peek").handled);
}

static void test_only_the_modes_behind_the_arrow_can_be_become(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    open_door(door, MODES_WAY_BECOME_WRONG);
    send_items(door, 1, 1);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open not allowed here open 1");
    modes_door_tell_leave(doors, door, NULL);
}

static void test_a_mode_cannot_be_changed_from_outside(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    struct modes_door other = { &record };
    assert_int_equal(ACTOR_ERR_MISUSE, modes_door_become_ajar(&other));
    send_items(door, 1, 1);
    expect(door, " start");
}

static void test_a_continuation_may_become_what_its_handler_may(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    send_items(door, 1, 2);
    open_door(door, MODES_WAY_ASK);
    sync_with(door); /* the door has asked itself */
    sync_with(door); /* and answered itself; the reply comes before the next one */
    expect(door, " start open rested1 not allowed here 1 2");
}

static void test_the_last_mode_of_a_handler_counts(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    send_items(door, 1, 1);
    open_door(door, MODES_WAY_BECOME_TWICE);
    expect(door, " start open");
    assert_int_equal(1, ledger_of("modes.Door", "modes.Item").stashed);
}

/* ---- What is kept ------------------------------------------------------------------------------ */

static void test_what_is_kept_comes_in_order_when_the_mode_changes(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    send_items(door, 1, 5);
    sync_with(door);
    assert_int_equal(5, ledger_of("modes.Door", "modes.Item").stashed);
    assert_int_equal(0, ledger_of("modes.Door", "modes.Item").queued);
    actor_system_ledger(doors, check_entry, NULL);
    open_door(door, MODES_WAY_BECOME);
    send_items(door, 6, 7);
    expect(door, " start open 1 2 3 4 5 6 7");
    assert_int_equal(0, ledger_of("modes.Door", "modes.Item").stashed);
    assert_int_equal(7, ledger_of("modes.Door", "modes.Item").handled);
}

static void test_what_is_kept_comes_before_what_is_queued(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    modes_door_tell_loud(doors, door, &(modes_loud){ 3 });
    send_items(door, 1, 2);
    open_door(door, MODES_WAY_BECOME_BEHIND);
    sync_with(door); /* what it told itself comes before the next one */
    expect(door, " start open loud3 1 2 loud7 8 9");
}

static void test_what_the_next_mode_keeps_too_stays_in_order(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_lock(doors, door, NULL);
    send_items(door, 1, 3);
    modes_door_tell_close(doors, door, &(modes_close){ MODES_WAY_BECOME });
    send_items(door, 4, 5);
    open_door(door, MODES_WAY_BECOME_TWICE);
    send_items(door, 6, 6);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open lock unlock-shut open open 1 2 3 4 5 6");
}

static void test_a_mode_that_changes_while_the_kept_come_keeps_their_order(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_lock(doors, door, NULL);
    /* Released by the opening, the lock comes from outside behind them; then all again. */
    send_items(door, 1, 2);
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_lock(doors, door, NULL);
    send_items(door, 3, 4);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open lock unlock 1 2 lock unlock 3 4");
}

static void test_what_is_kept_and_then_not_handled_is_a_dead_letter(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_lock(doors, door, NULL);
    modes_door_tell_peek(doors, door, NULL);
    send_items(door, 1, 1);
    sync_with(door);
    assert_string_equal("", letters);
    modes_door_tell_close(doors, door, &(modes_close){ MODES_WAY_BECOME });
    expect(door, " start open lock unlock-shut");
    assert_string_equal(
            " modes.Peek: the actor does not handle this message in its mode;", letters);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Item").stashed);
}

static void test_a_kept_request_is_answered_later(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    modes_query_reply *reply = NULL;
    /* Told, its answer is nobody's. */
    assert_int_equal(ACTOR_OK, modes_door_tell_query(doors, door, &(modes_query){ 1 }));
    /* Asked, it waits; so nobody can open the door meanwhile but another thread. Its time passes. */
    assert_int_equal(ACTOR_ERR_TIMEOUT,
            modes_door_ask_query(doors, door, &(modes_query){ 2 }, ACTOR_MILLISECOND, &reply));
    sync_with(door);
    assert_int_equal(2, ledger_of("modes.Door", "modes.Query").stashed);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open query1");
    assert_int_equal(1, ledger_of("modes.Door", "modes.Query").dropped[ACTOR_ERR_TIMEOUT]);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Query").handled);
}

/* ---- Failing, restarting, stopping ------------------------------------------------------------- */

static void test_a_handler_that_fails_changes_no_mode_and_a_restart_keeps_what_is_kept(
        void **state)
{
    (void)state;
    modes_door_ref door = start_watched_door();
    send_items(door, 1, 3);
    open_door(door, MODES_WAY_BECOME_THEN_FAIL);
    send_items(door, 4, 4);
    expect(door, " start open stop start");
    assert_int_equal(4, ledger_of("modes.Door", "modes.Item").stashed);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open stop start open 1 2 3 4");
}

static void test_a_restart_returns_to_the_first_mode(void **state)
{
    (void)state;
    modes_door_ref door = start_watched_door();
    open_door(door, MODES_WAY_BECOME);
    modes_door_tell_lock(doors, door, NULL);
    send_items(door, 1, 2);
    modes_door_tell_fail(doors, door, NULL);
    send_items(door, 3, 3);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open lock stop start open 1 2 3");
    /* What is flushed has happened, but a restart comes after it. */
    modes_door_tell_close(doors, door, &(modes_close){ MODES_WAY_BECOME });
    send_items(door, 4, 4);
    open_door(door, MODES_WAY_FLUSH_THEN_FAIL);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open lock stop start open 1 2 3 close open stop start open 4");
}

static void test_what_is_kept_at_the_end_is_dead_letters(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    send_items(door, 1, 2);
    modes_door_tell_query(doors, door, &(modes_query){ 1 });
    modes_door_tell_recent(doors, door, &(modes_recent){ 1 });
    sync_with(door);
    modes_door_tell_leave(doors, door, NULL);
    actor_stop_report report = actor_system_stop(doors, actor_seconds(30));
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(2, ledger_of("modes.Door", "modes.Item").dead_letters);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Query").dead_letters);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Recent").dead_letters);
    assert_string_equal(" modes.Item: the actor has stopped; modes.Item: the actor has stopped;"
                        " modes.Query: the actor has stopped;"
                        " modes.Recent: the actor has stopped;",
            letters);
}

static void *ask_in_vain(void *arg)
{
    modes_door_ref *door = arg;
    modes_query_reply *reply = NULL;
    actor_err *err = malloc(sizeof *err);
    if (err != NULL) {
        *err = modes_door_ask_query(doors, *door, &(modes_query){ 1 }, LONG, &reply);
    }
    return err;
}

static void test_who_waits_for_a_kept_request_is_told_when_its_actor_is_given_up(void **state)
{
    (void)state;
    modes_door_ref door = start_watched_door();
    pthread_t asker;
    assert_int_equal(0, pthread_create(&asker, NULL, ask_in_vain, &door));
    while (ledger_of("modes.Door", "modes.Query").stashed == 0) {
        (void)sched_yield();
    }
    for (int i = 0; i < 5; i++) {
        modes_door_tell_fail(doors, door, NULL);
        sync_with(door); /* restarted, and still waiting */
        assert_int_equal(1, ledger_of("modes.Door", "modes.Query").stashed);
    }
    modes_door_tell_fail(doors, door, NULL); /* one too many for the supervisor */
    void *err = NULL;
    assert_int_equal(0, pthread_join(asker, &err));
    assert_non_null(err);
    assert_int_equal(ACTOR_ERR_STOPPED, *(actor_err *)err);
    free(err);
}

static void test_an_orderly_end_leaves_nothing_kept(void **state)
{
    (void)state;
    modes_door_ref door = start_watched_door();
    send_items(door, 1, 100);
    sync_with(door);
    assert_int_equal(100, ledger_of("modes.Door", "modes.Item").stashed);
    actor_stop_report report = actor_system_stop(doors, actor_seconds(30));
    assert_int_equal(100, report.dead_letters);
}

/* ---- Bounds ------------------------------------------------------------------------------------ */

static void test_what_is_kept_fills_the_mailbox(void **state)
{
    (void)state;
    modes_tight_ref tight;
    assert_int_equal(
            ACTOR_OK, modes_tight_start(doors, &(modes_tight_args){ &record }, &tight));
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(ACTOR_OK, modes_tight_tell_item(doors, tight, &(modes_item){ i }));
    }
    assert_int_equal(
            ACTOR_ERR_REFUSED, modes_tight_tell_item(doors, tight, &(modes_item){ 4 }));
    while (ledger_of("modes.Tight", "modes.Item").stashed < 3) {
        (void)sched_yield();
    }
    assert_int_equal(
            ACTOR_ERR_REFUSED, modes_tight_tell_item(doors, tight, &(modes_item){ 5 }));
    /* Nobody can let them out any more: a mailbox that is to do so needs a place for that. */
    assert_int_equal(ACTOR_ERR_REFUSED,
            modes_tight_tell_open(doors, tight, &(modes_open){ MODES_WAY_BECOME }));
    assert_int_equal(2, ledger_of("modes.Tight", "modes.Item").dropped[ACTOR_ERR_REFUSED]);
}

static void test_a_forgetful_mailbox_forgets_what_it_has_kept_longest(void **state)
{
    (void)state;
    modes_forgetful_ref door;
    assert_int_equal(
            ACTOR_OK, modes_forgetful_start(doors, &(modes_forgetful_args){ &record }, &door));
    for (uint32_t i = 1; i <= 5; i++) {
        assert_int_equal(ACTOR_OK, modes_forgetful_tell_item(doors, door, &(modes_item){ i }));
    }
    modes_forgetful_tell_open(doors, door, &(modes_open){ MODES_WAY_BECOME });
    while (ledger_of("modes.Forgetful", "modes.Item").handled < 2) {
        (void)sched_yield();
    }
    actor_stop_report report = actor_system_stop(doors, actor_seconds(30));
    assert_int_equal(0, report.dead_letters);
    /* The opening needed a place, too. */
    assert_string_equal(" 4 5", record.text);
    assert_int_equal(3, ledger_of("modes.Forgetful", "modes.Item").dropped[ACTOR_ERR_REFUSED]);
}

static void test_a_class_forgets_what_it_has_kept_longest(void **state)
{
    (void)state;
    modes_door_ref door = start_door();
    for (uint32_t i = 1; i <= 3; i++) {
        modes_door_tell_recent(doors, door, &(modes_recent){ i });
        sync_with(door);
    }
    assert_int_equal(2, ledger_of("modes.Door", "modes.Recent").stashed);
    assert_int_equal(1, ledger_of("modes.Door", "modes.Recent").dropped[ACTOR_ERR_REFUSED]);
    send_items(door, 1, 1);
    open_door(door, MODES_WAY_BECOME);
    expect(door, " start open recent2 recent3 1");
}

/* ------------------------------------------------------------------------------------------------ */

#define MODES_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODES_TEST(test_a_mode_overrides_what_holds_in_all),
        MODES_TEST(test_what_a_mode_neither_handles_nor_keeps_is_a_dead_letter),
        MODES_TEST(test_who_asks_in_the_wrong_mode_is_told_so),
        MODES_TEST(test_only_the_modes_behind_the_arrow_can_be_become),
        MODES_TEST(test_a_mode_cannot_be_changed_from_outside),
        MODES_TEST(test_a_continuation_may_become_what_its_handler_may),
        MODES_TEST(test_the_last_mode_of_a_handler_counts),
        MODES_TEST(test_what_is_kept_comes_in_order_when_the_mode_changes),
        MODES_TEST(test_what_is_kept_comes_before_what_is_queued),
        MODES_TEST(test_what_the_next_mode_keeps_too_stays_in_order),
        MODES_TEST(test_a_mode_that_changes_while_the_kept_come_keeps_their_order),
        MODES_TEST(test_what_is_kept_and_then_not_handled_is_a_dead_letter),
        MODES_TEST(test_a_kept_request_is_answered_later),
        MODES_TEST(test_a_handler_that_fails_changes_no_mode_and_a_restart_keeps_what_is_kept),
        MODES_TEST(test_a_restart_returns_to_the_first_mode),
        MODES_TEST(test_what_is_kept_at_the_end_is_dead_letters),
        MODES_TEST(test_who_waits_for_a_kept_request_is_told_when_its_actor_is_given_up),
        MODES_TEST(test_an_orderly_end_leaves_nothing_kept),
        MODES_TEST(test_what_is_kept_fills_the_mailbox),
        MODES_TEST(test_a_forgetful_mailbox_forgets_what_it_has_kept_longest),
        MODES_TEST(test_a_class_forgets_what_it_has_kept_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
