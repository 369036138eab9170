/* SPDX-License-Identifier: MIT */
/*
 * Timers: what arrives, in which order, what never does, and that they go with their actor from
 * thread to thread.
 *
 * Nothing here depends on how fast anything is. That something never comes is shown by something
 * that is due later and has come; that time has passed, by a handler that looks at the clock
 * until it has.
 */
#include "timers.actor.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORD_BYTES = 1024, TICKS_MAX = 256 };

#define LONG actor_seconds(3600)

/* What an actor wrote down. A timer may come while the test reads. */
struct record {
    pthread_mutex_t lock;
    char text[RECORD_BYTES]; /* [L:lock] */
    /* Read by the test when no more ticks come. */
    uint32_t ticks;
    actor_duration ticked[TICKS_MAX];
};

static const timers_filler filler = { .again = false };
static actor_system *clocks;
static struct record record = { .lock = PTHREAD_MUTEX_INITIALIZER };
static sem_t gate;

static void put(struct record *r, const char *format, ...) ACTOR_PRINTF(2, 3);

static void put(struct record *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&r->lock);
    size_t len = strlen(r->text);
    (void)vsnprintf(r->text + len, sizeof r->text - len, format, args);
    pthread_mutex_unlock(&r->lock);
    va_end(args);
}

/* What is written now; valid until the next call. */
static const char *written(void)
{
    static char text[RECORD_BYTES];
    pthread_mutex_lock(&record.lock);
    memcpy(text, record.text, sizeof text);
    pthread_mutex_unlock(&record.lock);
    return text;
}

static bool has_written(const char *text)
{
    return strstr(written(), text) != NULL;
}

/* ---- The clock ------------------------------------------------------------------------------- */

struct timers_clock {
    struct record *record;
};
ACTOR_STATE(timers_clock);

actor_result timers_clock_at_start(timers_clock *self, const timers_clock_args *args)
{
    self->record = args->record;
    put(self->record, " start");
    return ACTOR_CONTINUE;
}

void timers_clock_at_stop(timers_clock *self)
{
    actor_err err = timers_clock_start_b(self, 0, &(timers_b){ 99 });
    put(self->record, " stop%s", err == ACTOR_ERR_SHUTDOWN ? "" : " (started a timer)");
}

actor_result timers_clock_on_sync(
        timers_clock *self, const timers_sync *msg, timers_sync_call call)
{
    (void)msg;
    timers_sync_answer_synced(call, &(timers_synced){ self->record->ticks });
    return ACTOR_CONTINUE;
}

actor_result timers_clock_on_filler(timers_clock *self, const timers_filler *msg)
{
    if (msg->again && !has_written("b1")) {
        (void)timers_clock_tell_clock_filler(self, timers_clock_self(self), msg);
    }
    return ACTOR_CONTINUE;
}

static actor_err start_one(timers_clock *self, char timer, const timers_order *o)
{
    switch (timer) {
    case 'a':
        return timers_clock_start_a(
                self, o->delay, &(timers_a){ .number = o->number, .text = o->text });
    case 'b': return timers_clock_start_b(self, o->delay, &(timers_b){ o->number });
    case 'c': return timers_clock_start_c(self, o->delay, &(timers_c){ o->number });
    case 'd': return timers_clock_start_d(self, o->delay, &(timers_d){ o->number });
    case 'e': return timers_clock_start_e(self, o->delay, &(timers_e){ o->number });
    case 'f': return timers_clock_start_f(self, o->delay, NULL);
    default: return timers_clock_start_urgent(self, o->delay, &(timers_urgent){ o->number });
    }
}

static actor_err cancel_one(timers_clock *self, char timer)
{
    switch (timer) {
    case 'a': return timers_clock_cancel_a(self);
    case 'b': return timers_clock_cancel_b(self);
    case 'c': return timers_clock_cancel_c(self);
    case 'd': return timers_clock_cancel_d(self);
    case 'e': return timers_clock_cancel_e(self);
    case 'f': return timers_clock_cancel_f(self);
    default: return timers_clock_cancel_urgent(self);
    }
}

static void spin(actor_duration for_ns)
{
    actor_duration until = actor_now() + for_ns;
    while (actor_now() < until) {
    }
}

static void wait_for_test(void)
{
    while (sem_wait(&gate) != 0) {
    }
}

actor_result timers_clock_on_order(timers_clock *self, const timers_order *msg)
{
    char timer = msg->timer.len == 0 ? ' ' : msg->timer.data[0];
    switch (msg->deed) {
    case TIMERS_DEED_START: (void)start_one(self, timer, msg); break;
    case TIMERS_DEED_CANCEL: (void)cancel_one(self, timer); break;
    case TIMERS_DEED_START_ALL:
        for (size_t i = 0; i < msg->text.len; i++) {
            (void)start_one(self, msg->text.data[i], msg);
        }
        break;
    case TIMERS_DEED_START_THEN_CANCEL:
        (void)start_one(self, timer, msg);
        (void)cancel_one(self, timer);
        break;
    case TIMERS_DEED_START_THEN_FAIL:
        (void)start_one(self, timer, msg);
        return actor_fail(self, "told to");
    case TIMERS_DEED_START_FLUSH_FAIL:
        (void)start_one(self, timer, msg);
        actor_flush(self);
        return actor_fail(self, "told to");
    case TIMERS_DEED_START_WRONG: {
        timers_a a = { .text = ACTOR_STRING("longer than sixteen") };
        put(self->record, " %s", actor_err_text(timers_clock_start_a(self, 0, &a)));
        break;
    }
    case TIMERS_DEED_SPIN: spin(msg->delay); break;
    case TIMERS_DEED_WAIT: wait_for_test(); break;
    case TIMERS_DEED_STOP: return ACTOR_STOP;
    case TIMERS_DEED_PAUSE:
    case TIMERS_DEED_RESUME:
    case TIMERS_DEED_SLEEP:
    case TIMERS_DEED_DOZE:
    case TIMERS_DEED_WAKE: break;
    }
    return ACTOR_CONTINUE;
}

#define ON_LETTER(letter)                                                                      \
    actor_result timers_clock_on_##letter(timers_clock *self, const timers_##letter *msg)      \
    {                                                                                          \
        put(self->record, " " #letter "%" PRIu32, msg->number);                                \
        return ACTOR_CONTINUE;                                                                 \
    }
ON_LETTER(b)
ON_LETTER(c)
ON_LETTER(d)
ON_LETTER(e)
ON_LETTER(urgent)

actor_result timers_clock_on_a(timers_clock *self, const timers_a *msg)
{
    put(self->record, " a%" PRIu32 "%s", msg->number, msg->text.data);
    if (strcmp(msg->text.data, "fail") == 0) {
        return actor_fail(self, "told to");
    }
    if (strcmp(msg->text.data, "again") == 0 && msg->number > 0) {
        /* In its own handler it may be started again; the last one counts. */
        timers_a next = { .number = msg->number - 1, .text = msg->text };
        timers_a wrong = { .number = 77 };
        timers_clock_start_a(self, 0, &wrong);
        timers_clock_start_a(self, 0, &next);
    }
    return ACTOR_CONTINUE;
}

actor_result timers_clock_on_f(timers_clock *self, const timers_f *msg)
{
    (void)msg;
    put(self->record, " f");
    return ACTOR_CONTINUE;
}

/* ---- The metronome ---------------------------------------------------------------------------- */

struct timers_metronome {
    struct record *record;
};
ACTOR_STATE(timers_metronome);

actor_result timers_metronome_at_start(
        timers_metronome *self, const timers_metronome_args *args)
{
    self->record = args->record;
    put(self->record, " start");
    return ACTOR_CONTINUE;
}

actor_result timers_metronome_on_sync(
        timers_metronome *self, const timers_sync *msg, timers_sync_call call)
{
    (void)msg;
    timers_sync_answer_synced(call, &(timers_synced){ self->record->ticks });
    return ACTOR_CONTINUE;
}

actor_result timers_metronome_on_b(timers_metronome *self, const timers_b *msg)
{
    put(self->record, " b%" PRIu32 ":%" PRIu32, msg->number, self->record->ticks);
    return ACTOR_CONTINUE;
}

actor_result timers_metronome_on_order(timers_metronome *self, const timers_order *msg)
{
    switch (msg->deed) {
    case TIMERS_DEED_PAUSE: timers_metronome_cancel_tick(self); break;
    case TIMERS_DEED_RESUME: timers_metronome_start_tick(self); break;
    case TIMERS_DEED_SLEEP: timers_metronome_become_sleeping(self); break;
    case TIMERS_DEED_DOZE: timers_metronome_become_dozing(self); break;
    case TIMERS_DEED_WAKE: timers_metronome_become_awake(self); break;
    case TIMERS_DEED_SPIN: spin(msg->delay); break;
    case TIMERS_DEED_START:
        timers_metronome_start_b(self, msg->delay, &(timers_b){ msg->number });
        break;
    default: return actor_fail(self, "told to");
    }
    return ACTOR_CONTINUE;
}

actor_result timers_metronome_awake_on_tick(timers_metronome *self, const timers_tick *msg)
{
    struct record *r = self->record;
    if (msg->number != 7 || strcmp(msg->text.data, "tick") != 0) {
        put(r, " (not the defaults)");
    }
    if (r->ticks < TICKS_MAX) {
        r->ticked[r->ticks] = actor_now();
    }
    r->ticks++;
    return ACTOR_CONTINUE;
}

/* ---- The loner --------------------------------------------------------------------------------- */

struct timers_loner {
    struct record *record;
};
ACTOR_STATE(timers_loner);

actor_result timers_loner_at_start(timers_loner *self, const timers_loner_args *args)
{
    self->record = args->record;
    return ACTOR_CONTINUE;
}

actor_result timers_loner_on_sync(
        timers_loner *self, const timers_sync *msg, timers_sync_call call)
{
    (void)msg;
    timers_sync_answer_synced(call, &(timers_synced){ self->record->ticks });
    return ACTOR_CONTINUE;
}

actor_result timers_loner_on_order(timers_loner *self, const timers_order *msg)
{
    timers_loner_start_b(self, msg->delay, &(timers_b){ msg->number });
    return ACTOR_CONTINUE;
}

actor_result timers_loner_on_b(timers_loner *self, const timers_b *msg)
{
    put(self->record, " b%" PRIu32, msg->number);
    self->record->ticks++;
    return ACTOR_CONTINUE;
}

/* ---- Wanderers --------------------------------------------------------------------------------- */

enum { WANDERERS = 64, HOPS = 400 };

/* Where they meet. Each actor writes its own line only. */
struct field {
    timers_wanderer_ref refs[WANDERERS];
    struct {
        uint64_t started; /* rings */
        uint64_t arrived;
        uint64_t gongs_started;
        uint64_t gongs_cancelled; /* or replaced */
        uint64_t gongs_arrived;
        uint64_t wrong; /* what came and should not have */
        uint64_t moved;
        uint64_t running; /* number of the gong that is to come; 0 = none */
        pthread_t thread;
    } lines[WANDERERS];
};

struct timers_wanderer {
    struct field *field;
    uint32_t index;
    uint64_t expected;
    uint32_t hops;
    uint64_t random;
};
ACTOR_STATE(timers_wanderer);

actor_result timers_wanderer_at_start(timers_wanderer *self, const timers_wanderer_args *args)
{
    self->field = args->field;
    self->index = args->index;
    self->random = args->index * UINT64_C(0x9e3779b97f4a7c15) + 1;
    self->field->lines[self->index].thread = pthread_self();
    return ACTOR_CONTINUE;
}

static uint32_t wander(timers_wanderer *self, uint32_t below)
{
    self->random = self->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(self->random >> 33) % below;
}

static void note_thread(timers_wanderer *self)
{
    if (!pthread_equal(self->field->lines[self->index].thread, pthread_self())) {
        self->field->lines[self->index].thread = pthread_self();
        self->field->lines[self->index].moved++;
    }
}

/* Starts the ring that goes on, plays with the gong, and sends another one on. */
static void hop(timers_wanderer *self)
{
    struct field *f = self->field;
    note_thread(self);
    self->hops++;
    self->expected++;
    timers_wanderer_start_ring(self, (actor_duration)wander(self, 2) * ACTOR_MILLISECOND,
            &(timers_ring){ self->expected });
    f->lines[self->index].started++;
    switch (wander(self, 3)) {
    case 0:
        f->lines[self->index].gongs_cancelled += f->lines[self->index].running != 0;
        f->lines[self->index].running = ++f->lines[self->index].gongs_started;
        timers_wanderer_start_gong(self, (actor_duration)wander(self, 1500000),
                &(timers_gong){ f->lines[self->index].running });
        break;
    case 1:
        f->lines[self->index].gongs_cancelled += f->lines[self->index].running != 0;
        f->lines[self->index].running = 0;
        timers_wanderer_cancel_gong(self);
        break;
    default:
        timers_wanderer_tell_wanderer_go(
                self, f->refs[wander(self, WANDERERS)], &(timers_go){ wander(self, 4) });
        break;
    }
}

actor_result timers_wanderer_on_go(timers_wanderer *self, const timers_go *msg)
{
    note_thread(self);
    if (self->hops == 0) {
        hop(self); /* told by the test: the first of many */
    } else if (msg->hops > 0) {
        timers_wanderer_tell_wanderer_go(self, self->field->refs[wander(self, WANDERERS)],
                &(timers_go){ msg->hops - 1 });
    }
    return ACTOR_CONTINUE;
}

actor_result timers_wanderer_on_ring(timers_wanderer *self, const timers_ring *msg)
{
    self->field->lines[self->index].arrived++;
    self->field->lines[self->index].wrong += msg->number != self->expected;
    if (self->hops < HOPS) {
        hop(self);
    }
    return ACTOR_CONTINUE;
}

actor_result timers_wanderer_on_gong(timers_wanderer *self, const timers_gong *msg)
{
    note_thread(self);
    self->field->lines[self->index].wrong +=
            msg->number != self->field->lines[self->index].running;
    self->field->lines[self->index].gongs_arrived++;
    self->field->lines[self->index].running = 0;
    return ACTOR_CONTINUE;
}

/* ---- Setting up ------------------------------------------------------------------------------- */

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line; /* failures are part of these tests */
}

static int setup(void **state)
{
    (void)state;
    memset(record.text, 0, sizeof record.text);
    record.ticks = 0;
    if (sem_init(&gate, 0, 0) != 0) {
        return -1;
    }
    clocks = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = on_log });
    return clocks == NULL ? -1 : 0;
}

static void must_be_empty(void *context, const actor_ledger_entry *e)
{
    uint64_t sum = e->handled + e->dead_letters;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        sum += e->dropped[i];
    }
    if (e->sent != sum || e->queued + e->stashed + e->in_hand != 0) {
        fail_msg("%s %s: sent %" PRIu64 ", accounted for %" PRIu64, e->actor, e->message,
                e->sent, sum);
    }
}

static void end_system(void)
{
    actor_stop_report report = actor_system_stop(clocks, actor_seconds(60));
    assert_int_equal(ACTOR_OK, report.err);
}

static int teardown(void **state)
{
    (void)state;
    end_system();
    actor_system_ledger(clocks, must_be_empty, NULL);
    actor_system_free(clocks);
    assert_int_equal(0, sem_destroy(&gate));
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
    actor_system_ledger(clocks, look, &s);
    return s.found;
}

static timers_clock_ref start_clock(void)
{
    timers_keeper_ref keeper;
    timers_clock_ref clock;
    assert_int_equal(
            ACTOR_OK, timers_keeper_start(clocks, &(timers_keeper_args){ &record }, &keeper));
    assert_int_equal(ACTOR_OK, timers_keeper_clock(clocks, keeper, &clock));
    return clock;
}

static timers_metronome_ref start_metronome(void)
{
    timers_conductor_ref conductor;
    timers_metronome_ref metronome;
    assert_int_equal(ACTOR_OK,
            timers_conductor_start(clocks, &(timers_conductor_args){ &record }, &conductor));
    assert_int_equal(ACTOR_OK, timers_conductor_metronome(clocks, conductor, &metronome));
    return metronome;
}

static void order(timers_clock_ref clock, timers_deed deed, const char *timer, uint32_t number,
        actor_duration delay)
{
    timers_order o = {
        .deed = deed, .timer = actor_string_of(timer), .number = number, .delay = delay
    };
    assert_int_equal(ACTOR_OK, timers_clock_tell_order(clocks, clock, &o));
}

static void order_all(timers_clock_ref clock, const char *timers, actor_duration delay)
{
    timers_order o = { .deed = TIMERS_DEED_START_ALL,
        .text = actor_string_of(timers),
        .number = 1,
        .delay = delay };
    assert_int_equal(ACTOR_OK, timers_clock_tell_order(clocks, clock, &o));
}

static void sync_with(timers_clock_ref clock)
{
    timers_sync_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, timers_clock_ask_sync(clocks, clock, NULL, LONG, &reply));
    actor_reply_free(reply);
}

/* Waits until the clock has written so much, and compares. Too much is wrong at once. */
static void expect(timers_clock_ref clock, const char *text)
{
    do {
        sync_with(clock);
    } while (strlen(written()) < strlen(text));
    assert_string_equal(text, written());
}

static uint32_t ticks_of(timers_metronome_ref metronome)
{
    timers_sync_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, timers_metronome_ask_sync(clocks, metronome, NULL, LONG, &reply));
    uint32_t ticks = reply->synced.ticks;
    actor_reply_free(reply);
    return ticks;
}

static void await_ticks(timers_metronome_ref metronome, uint32_t count)
{
    while (ticks_of(metronome) < count) {
    }
}

static void direct(
        timers_metronome_ref metronome, timers_deed deed, uint32_t number, actor_duration delay)
{
    timers_order o = { .deed = deed, .number = number, .delay = delay };
    assert_int_equal(ACTOR_OK, timers_metronome_tell_order(clocks, metronome, &o));
}

/* ---- Once --------------------------------------------------------------------------------------- */

static void test_a_timer_brings_its_message_once(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    timers_order o = { .deed = TIMERS_DEED_START,
        .timer = ACTOR_STRING("a"),
        .number = 5,
        .text = ACTOR_STRING("hello") };
    assert_int_equal(ACTOR_OK, timers_clock_tell_order(clocks, clock, &o));
    expect(clock, " start a5hello");
    order(clock, TIMERS_DEED_START, "b", 6, ACTOR_MILLISECOND);
    expect(clock, " start a5hello b6");
    order(clock, TIMERS_DEED_START, "f", 0, -5); /* at once */
    expect(clock, " start a5hello b6 f");
    assert_int_equal(1, ledger_of("timers.Clock", "timers.A").sent);
    assert_int_equal(1, ledger_of("timers.Clock", "timers.A").handled);
}

static void test_timers_that_are_due_together_come_in_the_order_of_their_start(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order_all(clock, "abcdef", ACTOR_MILLISECOND);
    expect(clock, " start a1abcdef b1 c1 d1 e1 f");
    order_all(clock, "fdbeca", 0);
    expect(clock, " start a1abcdef b1 c1 d1 e1 f f d1 b1 e1 c1 a1fdbeca");
}

static void test_a_message_that_is_urgent_is_so_when_a_timer_brings_it(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_WAIT, "", 0, 0);
    order_all(clock, "cu", 0);
    order(clock, TIMERS_DEED_SPIN, "", 0, 5 * ACTOR_MILLISECOND);
    for (int i = 0; i < 2000; i++) { /* so many that both ring while these are handled */
        assert_int_equal(ACTOR_OK, timers_clock_tell_filler(clocks, clock, &filler));
    }
    order(clock, TIMERS_DEED_START, "e", 2, 0);
    assert_int_equal(0, sem_post(&gate));
    expect(clock, " start urgent1 c1 e2");
}

static void test_a_timer_that_is_started_again_is_replaced(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_START, "b", 1, LONG);
    order(clock, TIMERS_DEED_START, "b", 2, 0);
    order(clock, TIMERS_DEED_START, "c", 3, 0);
    expect(clock, " start b2 c3");
    order(clock, TIMERS_DEED_START, "b", 4, 0);
    order(clock, TIMERS_DEED_START, "b", 5, LONG);
    order(clock, TIMERS_DEED_START, "c", 6, 0);
    do {
        sync_with(clock);
    } while (!has_written("c6"));
    end_system();
    /* The fourth may have come before the fifth took its place; the fifth never did. */
    assert_false(has_written("b5"));
}

static void test_a_timer_may_be_started_again_by_its_own_handler(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    timers_order o = { .deed = TIMERS_DEED_START,
        .timer = ACTOR_STRING("a"),
        .number = 3,
        .text = ACTOR_STRING("again") };
    assert_int_equal(ACTOR_OK, timers_clock_tell_order(clocks, clock, &o));
    expect(clock, " start a3again a2again a1again a0again");
    assert_int_equal(4, ledger_of("timers.Clock", "timers.A").sent);
}

/* ---- Cancelled ---------------------------------------------------------------------------------- */

static void test_a_cancelled_timer_never_comes(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_START, "b", 1, 50 * ACTOR_MILLISECOND);
    order(clock, TIMERS_DEED_CANCEL, "b", 0, 0);
    order(clock, TIMERS_DEED_CANCEL, "d", 0, 0); /* which does not run */
    order(clock, TIMERS_DEED_START_THEN_CANCEL, "e", 3, 0);
    order(clock, TIMERS_DEED_START, "c", 2, 51 * ACTOR_MILLISECOND);
    expect(clock, " start c2");
    assert_int_equal(0, ledger_of("timers.Clock", "timers.B").sent);
    assert_int_equal(0, ledger_of("timers.Clock", "timers.E").sent);
}

/* Lets `b` ring while many messages are queued before it, of which a later one is `deed`. */
static void ring_then(timers_clock_ref clock, timers_deed deed)
{
    order(clock, TIMERS_DEED_WAIT, "", 0, 0);
    order(clock, TIMERS_DEED_START, "b", 1, 0);
    order(clock, TIMERS_DEED_SPIN, "", 0, 5 * ACTOR_MILLISECOND);
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(ACTOR_OK, timers_clock_tell_filler(clocks, clock, &filler));
    }
    order(clock, deed, "b", 2, 0);
    assert_int_equal(0, sem_post(&gate));
}

static void test_a_timer_that_is_cancelled_when_it_has_rung_never_comes(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    ring_then(clock, TIMERS_DEED_CANCEL);
    order(clock, TIMERS_DEED_START, "c", 3, 0);
    expect(clock, " start c3");
    /* It had rung: that is what this test is about. */
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").sent);
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").dropped[ACTOR_ERR_GONE]);
}

static void test_a_timer_that_is_replaced_when_it_has_rung_comes_once(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    ring_then(clock, TIMERS_DEED_START);
    order(clock, TIMERS_DEED_START, "c", 3, 0);
    expect(clock, " start b2 c3");
    assert_int_equal(2, ledger_of("timers.Clock", "timers.B").sent);
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").handled);
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").dropped[ACTOR_ERR_GONE]);
}

static void test_a_handler_that_fails_starts_no_timer(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_START_THEN_FAIL, "b", 1, 0);
    order(clock, TIMERS_DEED_START, "c", 2, 0);
    expect(clock, " start stop start c2");
    assert_int_equal(0, ledger_of("timers.Clock", "timers.B").sent);
}

static void test_a_restart_cancels_timers(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_START_FLUSH_FAIL, "b", 1, 50 * ACTOR_MILLISECOND);
    order(clock, TIMERS_DEED_START, "c", 2, 51 * ACTOR_MILLISECOND);
    expect(clock, " start stop start c2");
    assert_int_equal(0, ledger_of("timers.Clock", "timers.B").sent);
}

static void test_a_restart_cancels_a_timer_that_has_rung(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    ring_then(clock, TIMERS_DEED_START_THEN_FAIL);
    order(clock, TIMERS_DEED_START, "c", 3, 0);
    expect(clock, " start stop start c3");
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").dropped[ACTOR_ERR_GONE]);
}

static void test_a_message_of_a_timer_whose_handler_fails_is_a_dead_letter(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    timers_order o = { .deed = TIMERS_DEED_START,
        .timer = ACTOR_STRING("a"),
        .number = 1,
        .text = ACTOR_STRING("fail") };
    assert_int_equal(ACTOR_OK, timers_clock_tell_order(clocks, clock, &o));
    expect(clock, " start a1fail stop start");
    assert_int_equal(1, ledger_of("timers.Clock", "timers.A").dead_letters);
    order(clock, TIMERS_DEED_START, "a", 2, 0);
    expect(clock, " start a1fail stop start a2");
}

static void test_a_stop_cancels_timers(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order_all(clock, "abcdefu", LONG);
    ring_then(clock, TIMERS_DEED_STOP);
    end_system();
    assert_string_equal(" start stop", written());
    assert_int_equal(1, ledger_of("timers.Clock", "timers.B").dropped[ACTOR_ERR_GONE]);
    assert_int_equal(0, ledger_of("timers.Clock", "timers.C").sent);
}

static void test_an_orderly_stop_does_not_wait_for_timers(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order_all(clock, "abcdefu", LONG);
    sync_with(clock);
    end_system();
    assert_string_equal(" start stop", written());
}

static void test_timers_are_for_their_own_handlers_and_for_good_messages(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    struct timers_clock other = { .record = &record };
    assert_int_equal(ACTOR_ERR_MISUSE, timers_clock_start_b(&other, 0, &(timers_b){ 1 }));
    assert_int_equal(ACTOR_ERR_MISUSE, timers_clock_cancel_b(&other));
    order(clock, TIMERS_DEED_START_WRONG, "a", 1, 0);
    expect(clock, " start a field is outside the bounds of its schema");
}

/* Each filler puts another one into its place, so the mailbox is full until the timer has come. */
static void test_a_timer_needs_no_place_in_the_mailbox(void **state)
{
    (void)state;
    timers_clock_ref clock = start_clock();
    order(clock, TIMERS_DEED_WAIT, "", 0, 0);
    order(clock, TIMERS_DEED_START, "b", 1, 5 * ACTOR_MILLISECOND);
    while (timers_clock_tell_filler(clocks, clock, &(timers_filler){ .again = true }) ==
            ACTOR_OK) {
    }
    assert_int_equal(0, sem_post(&gate));
    while (ledger_of("timers.Clock", "timers.B").handled == 0) {
        (void)sched_yield();
    }
    while (ledger_of("timers.Clock", "timers.Filler").queued > 0) {
        (void)sched_yield();
    }
    expect(clock, " start b1");
    assert_int_equal(0, ledger_of("timers.Clock", "timers.B").dropped[ACTOR_ERR_REFUSED]);
}

/* ---- Periods ------------------------------------------------------------------------------------ */

static void test_ticks_come_from_the_start_on_and_never_too_early(void **state)
{
    (void)state;
    actor_duration before = actor_now();
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 20);
    direct(metronome, TIMERS_DEED_PAUSE, 0, 0);
    uint32_t count = ticks_of(metronome);
    for (uint32_t i = 0; i < count && i < TICKS_MAX; i++) {
        assert_true(
                record.ticked[i] - before >= (actor_duration)(i + 1) * 2 * ACTOR_MILLISECOND);
    }
    assert_string_equal(" start", written());
}

static void test_ticks_that_were_missed_are_not_made_up_for(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    for (uint32_t i = 0; i < 3; i++) {
        await_ticks(metronome, 3 * i + 3);
        direct(metronome, TIMERS_DEED_SPIN, 0, 30 * ACTOR_MILLISECOND);
    }
    await_ticks(metronome, 15);
    direct(metronome, TIMERS_DEED_PAUSE, 0, 0);
    uint32_t count = ticks_of(metronome);
    /* The second after any tick is due more than a period after it was handled. */
    for (uint32_t i = 2; i < count && i < TICKS_MAX; i++) {
        assert_true(record.ticked[i] - record.ticked[i - 2] > 2 * ACTOR_MILLISECOND);
    }
}

static void note_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    put(&record, "%s;", line);
}

static void test_an_actor_whose_ticks_cannot_be_sent_does_not_start(void **state)
{
    (void)state;
    actor_system *small = actor_system_new(&(actor_config){ .workers = 1,
            .max_message_bytes = 8,
            .survive_root_failure = true,
            .log = note_log });
    assert_non_null(small);
    timers_metronome_ref metronome;
    assert_int_equal(ACTOR_ERR_FAILED,
            timers_metronome_start(small, &(timers_metronome_args){ &record }, &metronome));
    assert_string_equal("timers.Metronome failed: a configured limit is reached;", written());
    (void)actor_system_stop(small, actor_seconds(60));
    actor_system_free(small);
}

static void test_ticks_can_be_paused(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 2);
    direct(metronome, TIMERS_DEED_PAUSE, 0, 0);
    uint32_t count = ticks_of(metronome);
    direct(metronome, TIMERS_DEED_START, 1, 10 * ACTOR_MILLISECOND);
    char expected[64];
    (void)snprintf(expected, sizeof expected, " start b1:%" PRIu32, count);
    while (ticks_of(metronome) == count && strlen(written()) < strlen(expected)) {
    }
    assert_string_equal(expected, written());
    direct(metronome, TIMERS_DEED_RESUME, 0, 0);
    await_ticks(metronome, count + 3);
}

static void test_ticks_begin_anew_with_a_restart(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 2);
    direct(metronome, TIMERS_DEED_PAUSE, 0, 0);
    direct(metronome, TIMERS_DEED_STOP, 0, 0); /* for a metronome, to fail */
    uint32_t count = ticks_of(metronome);
    await_ticks(metronome, count + 3);
    assert_string_equal(" start start", written());
}

static void test_ticks_go_on_in_a_mode_that_does_not_handle_them(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 2);
    direct(metronome, TIMERS_DEED_SLEEP, 0, 0);
    uint32_t count = ticks_of(metronome);
    while (ledger_of("timers.Metronome", "timers.Tick").dead_letters < 3) {
        (void)sched_yield();
    }
    assert_int_equal(count, ticks_of(metronome));
    direct(metronome, TIMERS_DEED_WAKE, 0, 0);
    await_ticks(metronome, count + 3);
}

static void test_of_ticks_that_are_kept_there_is_one(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 2);
    direct(metronome, TIMERS_DEED_DOZE, 0, 0);
    uint32_t count = ticks_of(metronome);
    while (ledger_of("timers.Metronome", "timers.Tick").stashed == 0) {
        (void)sched_yield();
    }
    /* Several would have been due by the time this comes. */
    direct(metronome, TIMERS_DEED_START, 1, 10 * ACTOR_MILLISECOND);
    while (!has_written("b1")) {
        (void)ticks_of(metronome);
    }
    assert_int_equal(1, ledger_of("timers.Metronome", "timers.Tick").stashed);
    assert_int_equal(count, ticks_of(metronome));
    direct(metronome, TIMERS_DEED_WAKE, 0, 0);
    await_ticks(metronome, count + 3);
}

static void test_a_kept_tick_that_is_cancelled_does_not_come_back(void **state)
{
    (void)state;
    timers_metronome_ref metronome = start_metronome();
    await_ticks(metronome, 2);
    direct(metronome, TIMERS_DEED_DOZE, 0, 0);
    uint32_t count = ticks_of(metronome);
    while (ledger_of("timers.Metronome", "timers.Tick").stashed == 0) {
        (void)sched_yield();
    }
    direct(metronome, TIMERS_DEED_PAUSE, 0, 0);
    direct(metronome, TIMERS_DEED_WAKE, 0, 0);
    assert_int_equal(count, ticks_of(metronome));
    assert_int_equal(1, ledger_of("timers.Metronome", "timers.Tick").dropped[ACTOR_ERR_GONE]);
    assert_int_equal(0, ledger_of("timers.Metronome", "timers.Tick").stashed);
}

/* ---- Threads ------------------------------------------------------------------------------------ */

static void test_a_dedicated_actor_has_timers(void **state)
{
    (void)state;
    timers_loner_ref loner;
    assert_int_equal(
            ACTOR_OK, timers_loner_start(clocks, &(timers_loner_args){ &record }, &loner));
    for (uint32_t i = 1; i <= 3; i++) {
        timers_order o = { .number = i, .delay = ACTOR_MILLISECOND };
        o.deed = TIMERS_DEED_START;
        assert_int_equal(ACTOR_OK, timers_loner_tell_order(clocks, loner, &o));
        timers_sync_reply *reply = NULL;
        uint32_t rung = 0;
        while (rung < i) {
            assert_int_equal(
                    ACTOR_OK, timers_loner_ask_sync(clocks, loner, NULL, LONG, &reply));
            rung = reply->synced.ticks;
            actor_reply_free(reply);
        }
    }
    assert_string_equal(" b1 b2 b3", written());
}

static void test_timers_go_with_their_actor(void **state)
{
    (void)state;
    struct field *field = calloc(1, sizeof *field);
    assert_non_null(field);
    for (uint32_t i = 0; i < WANDERERS; i++) {
        timers_wanderer_args args = { .field = field, .index = i };
        assert_int_equal(ACTOR_OK, timers_wanderer_start(clocks, &args, &field->refs[i]));
    }
    for (uint32_t i = 0; i < WANDERERS; i++) {
        assert_int_equal(
                ACTOR_OK, timers_wanderer_tell_go(clocks, field->refs[i], &(timers_go){ 0 }));
    }
    while (ledger_of("timers.Wanderer", "timers.Ring").handled < WANDERERS * HOPS) {
        (void)sched_yield();
    }
    end_system();
    uint64_t moved = 0;
    for (uint32_t i = 0; i < WANDERERS; i++) {
        assert_int_equal(HOPS, field->lines[i].started);
        assert_int_equal(HOPS, field->lines[i].arrived);
        assert_int_equal(0, field->lines[i].wrong);
        uint64_t ended = field->lines[i].gongs_cancelled + field->lines[i].gongs_arrived;
        uint64_t left = field->lines[i].running != 0 ? 1 : 0; /* when the system stopped */
        assert_int_equal(field->lines[i].gongs_started, ended + left);
        moved += field->lines[i].moved;
    }
    assert_true(moved > 0);
    free(field);
}

/* ------------------------------------------------------------------------------------------------ */

#define TIMERS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TIMERS_TEST(test_a_timer_brings_its_message_once),
        TIMERS_TEST(test_timers_that_are_due_together_come_in_the_order_of_their_start),
        TIMERS_TEST(test_a_message_that_is_urgent_is_so_when_a_timer_brings_it),
        TIMERS_TEST(test_a_timer_that_is_started_again_is_replaced),
        TIMERS_TEST(test_a_timer_may_be_started_again_by_its_own_handler),
        TIMERS_TEST(test_a_cancelled_timer_never_comes),
        TIMERS_TEST(test_a_timer_that_is_cancelled_when_it_has_rung_never_comes),
        TIMERS_TEST(test_a_timer_that_is_replaced_when_it_has_rung_comes_once),
        TIMERS_TEST(test_a_handler_that_fails_starts_no_timer),
        TIMERS_TEST(test_a_restart_cancels_timers),
        TIMERS_TEST(test_a_restart_cancels_a_timer_that_has_rung),
        TIMERS_TEST(test_a_message_of_a_timer_whose_handler_fails_is_a_dead_letter),
        TIMERS_TEST(test_a_stop_cancels_timers),
        TIMERS_TEST(test_an_orderly_stop_does_not_wait_for_timers),
        TIMERS_TEST(test_timers_are_for_their_own_handlers_and_for_good_messages),
        TIMERS_TEST(test_a_timer_needs_no_place_in_the_mailbox),
        TIMERS_TEST(test_ticks_come_from_the_start_on_and_never_too_early),
        TIMERS_TEST(test_ticks_that_were_missed_are_not_made_up_for),
        TIMERS_TEST(test_an_actor_whose_ticks_cannot_be_sent_does_not_start),
        TIMERS_TEST(test_ticks_can_be_paused),
        TIMERS_TEST(test_ticks_begin_anew_with_a_restart),
        TIMERS_TEST(test_ticks_go_on_in_a_mode_that_does_not_handle_them),
        TIMERS_TEST(test_of_ticks_that_are_kept_there_is_one),
        TIMERS_TEST(test_a_kept_tick_that_is_cancelled_does_not_come_back),
        TIMERS_TEST(test_a_dedicated_actor_has_timers),
        TIMERS_TEST(test_timers_go_with_their_actor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
