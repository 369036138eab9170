/* SPDX-License-Identifier: MIT */
/*
 * puppet.h - the actors of puppet.actor, whose handlers a test brings along, and what such tests
 * share: a journal that handlers write and the test waits for, and gates where handlers wait for
 * the test. For the one source file of a test program that includes it.
 *
 * A handler that a test leaves out does the default: hooks and steps write a line into the journal;
 * a question is answered as its text says, see end_as_told().
 */
#ifndef PUPPET_H
#define PUPPET_H

#include "puppet.actor.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

struct body;

/* The handlers of an actor; NULL is the default. `self` is its state, of whatever type. Lives as long
 * as the system: actors use it until the test is torn down. */
struct play {
    actor_result (*start)(void *self);
    void (*stop)(void *self);
    actor_result (*step)(void *self, const puppet_step *msg);
    actor_result (*latest)(void *self, const puppet_latest *msg);
    actor_result (*question)(void *self, const puppet_question *msg, puppet_question_call call);
    actor_result (*got)(void *self, const char *ask, const puppet_question_reply *reply,
            puppet_question_call call);
};

/* The state of all of them. */
struct body {
    struct play *play;
    uint32_t id;
    uint32_t count; /* for the test's own use, as is all that follows */
    uint32_t limit;
    puppet_question_call kept;
    puppet_puppet_ref child;
};

static struct play defaults;
static actor_system *puppets;

/* ---- Journal ------------------------------------------------------------------------------- */

enum { JOURNAL_LINES = 4096, LINE_BYTES = 96, PATIENCE_S = 60 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t grown;
    uint32_t count;
    uint32_t read; /* by EXPECT */
    char lines[JOURNAL_LINES][LINE_BYTES];
} journal = { .lock = PTHREAD_MUTEX_INITIALIZER, .grown = PTHREAD_COND_INITIALIZER };

static inline void note(const char *format, ...) ACTOR_PRINTF(1, 2);

/* Writes a line into the journal. Any thread. */
static inline void note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&journal.lock);
    if (journal.count < JOURNAL_LINES) {
        (void)vsnprintf(journal.lines[journal.count++], LINE_BYTES, format, args);
    }
    pthread_cond_broadcast(&journal.grown);
    pthread_mutex_unlock(&journal.lock);
    va_end(args);
}

/* Waits until the journal has `count` lines; false when that takes a minute: it never will. */
static inline bool journal_grows_to(uint32_t count)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    int err = 0;
    pthread_mutex_lock(&journal.lock);
    while (journal.count < count && err == 0) {
        err = pthread_cond_timedwait(&journal.grown, &journal.lock, &until);
    }
    pthread_mutex_unlock(&journal.lock);
    return err == 0;
}

/* Waits for one more line for each text and compares them. */
static inline void expect_lines(const char *const *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!journal_grows_to(journal.read + 1)) {
            fail_msg("'%s' never came", texts[i]);
        }
        assert_string_equal(texts[i], journal.lines[journal.read]);
        journal.read++;
    }
}

#define EXPECT(...)                                                                            \
    expect_lines((const char *const[]){ __VA_ARGS__ },                                         \
            sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* Nothing was written that the test has not expected. */
static inline void expect_nothing(void)
{
    pthread_mutex_lock(&journal.lock);
    const char *more = journal.read < journal.count ? journal.lines[journal.read] : NULL;
    pthread_mutex_unlock(&journal.lock);
    if (more != NULL) {
        fail_msg("unexpected: '%s'", more);
    }
}

/* How many lines say `text`. The caller has the lock. */
static inline uint32_t matching_lines(const char *text)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < journal.count; i++) {
        n += strcmp(journal.lines[i], text) == 0 ? 1 : 0;
    }
    return n;
}

/* How many lines say `text` now. */
static inline uint32_t lines_that_say(const char *text)
{
    pthread_mutex_lock(&journal.lock);
    uint32_t n = matching_lines(text);
    pthread_mutex_unlock(&journal.lock);
    return n;
}

/* Waits until `count` lines say `text`, among whatever others. */
static inline void await_lines(const char *text, uint32_t count)
{
    uint32_t size = 0;
    while (lines_that_say(text) < count) {
        pthread_mutex_lock(&journal.lock);
        size = journal.count;
        bool enough = matching_lines(text) >= count;
        pthread_mutex_unlock(&journal.lock);
        if (!enough && !journal_grows_to(size + 1)) {
            fail_msg("'%s' never came %" PRIu32 " times", text, count);
        }
    }
}

/* ---- Gates --------------------------------------------------------------------------------- */

/* Where a handler waits for the test, and where the test waits until it does. */
static sem_t gate;
static sem_t arrived;

static inline void pass_gate(void)
{
    (void)sem_post(&arrived);
    while (sem_wait(&gate) != 0) {
    }
}

static inline void await_arrival(void)
{
    while (sem_wait(&arrived) != 0) {
    }
}

static inline void open_gate(void)
{
    (void)sem_post(&gate);
}

/* ---- Defaults ------------------------------------------------------------------------------ */

static inline bool is(actor_string text, const char *expected)
{
    return strcmp(text.data, expected) == 0;
}

/* What a reply says, such as "answer 5" or "timed out". */
static inline const char *reply_text(
        const puppet_question_reply *reply, char *buffer, size_t bytes)
{
    switch (reply->kind) {
    case PUPPET_QUESTION_REPLY_ANSWER:
        (void)snprintf(buffer, bytes, "answer %" PRIu64, reply->answer.value);
        break;
    case PUPPET_QUESTION_REPLY_REFUSAL:
        (void)snprintf(buffer, bytes, "refusal %" PRIu32, reply->refusal.why);
        break;
    case PUPPET_QUESTION_REPLY_ERROR: return actor_err_text(reply->error);
    }
    return buffer;
}

/* Ends a call as the text says: "refuse", "silent", "fail", "keep", "stop", "cannot", or "wait" at
 * the gate first; any other is answered by the number and the text. */
static inline actor_result end_as_told(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    if (is(msg->text, "silent")) {
        return ACTOR_CONTINUE;
    }
    if (is(msg->text, "fail")) {
        return actor_fail(self, "told to, by %" PRIu32, msg->number);
    }
    if (is(msg->text, "refuse")) {
        puppet_question_answer_refusal(call, &(puppet_refusal){ msg->number });
        return ACTOR_CONTINUE;
    }
    if (is(msg->text, "cannot")) {
        puppet_question_fail(call, ACTOR_ERR_UNHANDLED);
        return ACTOR_CONTINUE;
    }
    if (is(msg->text, "keep")) {
        b->kept = call;
        puppet_question_keep(call);
        note("kept %" PRIu32, msg->number);
        return ACTOR_CONTINUE;
    }
    if (is(msg->text, "wait")) {
        pass_gate();
    }
    puppet_question_answer_answer(
            call, &(puppet_answer){ .value = msg->number, .text = msg->text });
    return is(msg->text, "stop") ? ACTOR_STOP : ACTOR_CONTINUE;
}

static inline actor_result puppet_begin(void *self, struct play *play, uint32_t id)
{
    struct body *b = self;
    b->play = play == NULL ? &defaults : play;
    b->id = id;
    if (b->play->start != NULL) {
        return b->play->start(self);
    }
    note("start %" PRIu32, id);
    return ACTOR_CONTINUE;
}

static inline void puppet_end(void *self)
{
    struct body *b = self;
    if (b->play->stop != NULL) {
        b->play->stop(self);
    } else {
        note("stop %" PRIu32, b->id);
    }
}

static inline actor_result puppet_step_on(void *self, const puppet_step *msg)
{
    struct body *b = self;
    if (b->play->step != NULL) {
        return b->play->step(self, msg);
    }
    if (is(msg->text, "wait")) {
        pass_gate();
    }
    if (is(msg->text, "fail")) {
        return actor_fail(self, "told to, by %" PRIu32, msg->number);
    }
    note("step %" PRIu32 ".%" PRIu32, b->id, msg->number);
    return is(msg->text, "stop") ? ACTOR_STOP : ACTOR_CONTINUE;
}

static inline actor_result puppet_question_on(
        void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    return b->play->question != NULL ? b->play->question(self, msg, call)
                                     : end_as_told(self, msg, call);
}

static inline actor_result puppet_got(void *self, const char *ask,
        const puppet_question_reply *reply, puppet_question_call call)
{
    struct body *b = self;
    if (b->play->got != NULL) {
        return b->play->got(self, ask, reply, call);
    }
    char buffer[64];
    note("%s: %s", ask, reply_text(reply, buffer, sizeof buffer));
    return ACTOR_CONTINUE;
}

/* ---- Actors -------------------------------------------------------------------------------- */

#define PUPPET(kind)                                                                           \
    struct puppet_##kind {                                                                     \
        struct body body;                                                                      \
    };                                                                                         \
    ACTOR_STATE(puppet_##kind);                                                                \
    actor_result puppet_##kind##_at_start(                                                     \
            puppet_##kind *self, const puppet_##kind##_args *args)                             \
    {                                                                                          \
        return puppet_begin(self, args->play, args->id);                                       \
    }                                                                                          \
    void puppet_##kind##_at_stop(puppet_##kind *self)                                          \
    {                                                                                          \
        puppet_end(self);                                                                      \
    }                                                                                          \
    actor_result puppet_##kind##_on_step(puppet_##kind *self, const puppet_step *msg)          \
    {                                                                                          \
        return puppet_step_on(self, msg);                                                      \
    }                                                                                          \
    actor_result puppet_##kind##_on_question(                                                  \
            puppet_##kind *self, const puppet_question *msg, puppet_question_call call)        \
    {                                                                                          \
        return puppet_question_on(self, msg, call);                                            \
    }

/* A continuation of an ask that carries a call, and of one that carries none. */
#define GOT(kind, name)                                                                        \
    actor_result puppet_##kind##_got_##name(puppet_##kind *self,                               \
            const puppet_question_reply *reply, puppet_question_call call)                     \
    {                                                                                          \
        return puppet_got(self, #name, reply, call);                                           \
    }
#define GOT_ALONE(kind, name)                                                                  \
    actor_result puppet_##kind##_got_##name(                                                   \
            puppet_##kind *self, const puppet_question_reply *reply)                           \
    {                                                                                          \
        return puppet_got(self, #name, reply, (puppet_question_call){ 0 });                    \
    }

PUPPET(puppet)
PUPPET(loner)
PUPPET(tight)
PUPPET(oldest)
PUPPET(boss)
PUPPET(nursery)
GOT(puppet, relay)
GOT(puppet, relay_briefly)
GOT(puppet, relay_loner)
GOT_ALONE(puppet, wonder)
GOT_ALONE(puppet, wonder_briefly)
GOT_ALONE(puppet, ask_tight)
GOT_ALONE(puppet, ask_oldest)
GOT_ALONE(puppet, ask_boss)
GOT_ALONE(loner, consult)
GOT_ALONE(loner, report)
GOT_ALONE(boss, delegate_to_first)

actor_result puppet_puppet_on_shout(puppet_puppet *self, const puppet_shout *msg)
{
    note("shout %" PRIu32 ".%" PRIu32, self->body.id, msg->number);
    return ACTOR_CONTINUE;
}

actor_result puppet_puppet_on_few(puppet_puppet *self, const puppet_few *msg)
{
    note("few %" PRIu32 ".%" PRIu32, self->body.id, msg->number);
    return ACTOR_CONTINUE;
}

actor_result puppet_puppet_on_latest(puppet_puppet *self, const puppet_latest *msg)
{
    if (self->body.play->latest != NULL) {
        return self->body.play->latest(self, msg);
    }
    note("latest %" PRIu32 ".%" PRIu32, self->body.id, msg->number);
    return ACTOR_CONTINUE;
}

/* The byte at `i` of every load. */
static inline uint8_t byte_of_load(size_t i)
{
    return (uint8_t)(i * 7 + i / 251);
}

/* A load of `len` bytes, in a buffer that the caller lends. */
static inline puppet_load load_of(uint8_t *buffer, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        buffer[i] = byte_of_load(i);
    }
    return (puppet_load){ .content = { buffer, len } };
}

actor_result puppet_puppet_on_load(puppet_puppet *self, const puppet_load *msg)
{
    (void)self;
    for (size_t i = 0; i < msg->content.len; i++) {
        if (msg->content.data[i] != byte_of_load(i)) {
            note("broken load of %zu", msg->content.len);
            return ACTOR_CONTINUE;
        }
    }
    note("load of %zu", msg->content.len);
    return ACTOR_CONTINUE;
}

/* ---- Hooks --------------------------------------------------------------------------------- */

/* What the hooks have seen, under the journal's lock. */
static struct {
    uint32_t dead_letters;
    char letter[LINE_BYTES]; /* the last one */
    uint32_t dead_step;      /* the number of the last step among them */
    uint32_t lines;
    actor_log_level level; /* of the last line */
    char line[1024];
} seen;

static inline void on_dead_letter(void *context, const actor_dead_letter *letter)
{
    (void)context;
    pthread_mutex_lock(&journal.lock);
    seen.dead_letters++;
    if (strcmp(letter->message, "puppet.Step") == 0) {
        seen.dead_step = ((const puppet_step *)letter->body)->number;
    }
    (void)snprintf(seen.letter, sizeof seen.letter, "%s %s: %s", letter->actor, letter->message,
            actor_err_text(letter->reason));
    pthread_mutex_unlock(&journal.lock);
}

static inline void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    pthread_mutex_lock(&journal.lock);
    seen.lines++;
    seen.level = level;
    (void)snprintf(seen.line, sizeof seen.line, "%s", line);
    pthread_mutex_unlock(&journal.lock);
}

static inline uint32_t dead_letters(void)
{
    pthread_mutex_lock(&journal.lock);
    uint32_t n = seen.dead_letters;
    pthread_mutex_unlock(&journal.lock);
    return n;
}

/* ---- Setting up and tearing down ------------------------------------------------------------- */

/* The ledger adds up, and nothing is left. */
static inline void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    if (e->queued != 0 || e->stashed != 0 || e->in_hand != 0 ||
            e->sent != e->handled + dropped + e->dead_letters) {
        fail_msg("%s %s: sent %" PRIu64 " handled %" PRIu64 " queued %" PRIu64
                 " in hand %" PRIu64 " dropped %" PRIu64 " dead %" PRIu64,
                e->actor, e->message, e->sent, e->handled, e->queued, e->in_hand, dropped,
                e->dead_letters);
    }
}

static inline int setup_with(actor_config config)
{
    /* They wait for each other, which is not to be in the log that tests look at. */
    config.slow_handler = config.slow_handler == 0 ? -1 : config.slow_handler;
    config.log = on_log;
    config.dead_letter = on_dead_letter;
    journal.count = 0;
    journal.read = 0;
    memset(&seen, 0, sizeof seen);
    if (sem_init(&gate, 0, 0) != 0 || sem_init(&arrived, 0, 0) != 0) {
        return -1;
    }
    puppets = actor_system_new(&config);
    return puppets == NULL ? -1 : 0;
}

static inline int setup(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 2, .survive_root_failure = true });
}

static inline int teardown(void **state)
{
    (void)state;
    actor_stop_report report = actor_system_stop(puppets, actor_seconds(30));
    assert_int_equal(0, report.abandoned);
    assert_int_equal(0, actor_system_actors(puppets));
    actor_system_ledger(puppets, check_entry, NULL);
    actor_system_free(puppets);
    assert_int_equal(0, sem_destroy(&gate));
    assert_int_equal(0, sem_destroy(&arrived));
    return 0;
}

#define PUPPET_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- The ledger ------------------------------------------------------------------------------ */

/* One class of the ledger, looked up by name. */
struct ledger_query {
    const char *actor;
    const char *message;
    actor_ledger_entry found;
};

static inline void match_entry(void *context, const actor_ledger_entry *e)
{
    struct ledger_query *q = context;
    if (strcmp(e->actor, q->actor) == 0 && strcmp(e->message, q->message) == 0) {
        q->found = *e;
    }
}

/* What the ledger says of a class, such as "puppet.Tight" and "puppet.Step"; zeros if nothing. */
static inline actor_ledger_entry ledger_of(const char *actor, const char *message)
{
    struct ledger_query q = { .actor = actor, .message = message };
    actor_system_ledger(puppets, match_entry, &q);
    return q.found;
}

/* Looks until so many of a class have been sent, for messages that others send. */
static inline void await_sent(const char *actor, const char *message, uint64_t count)
{
    while (ledger_of(actor, message).sent < count) {
        (void)sched_yield();
    }
}

/* ---- Starting and asking ----------------------------------------------------------------------- */

/* Starts a root `kind` with this play and id. */
#define STARTER(kind)                                                                          \
    static inline puppet_##kind##_ref start_##kind(struct play *play, uint32_t id)             \
    {                                                                                          \
        puppet_##kind##_ref ref = { 0 };                                                       \
        puppet_##kind##_args args = { .play = play, .id = id };                                \
        assert_int_equal(ACTOR_OK, puppet_##kind##_start(puppets, &args, &ref));               \
        return ref;                                                                            \
    }

/* Asks a `kind` from outside; how the ask ended, as reply_text() says it. */
#define ASKER(kind)                                                                            \
    static inline const char *ask_##kind(                                                      \
            puppet_##kind##_ref ref, uint32_t number, const char *text)                        \
    {                                                                                          \
        static _Thread_local char buffer[64];                                                  \
        puppet_question question = { .number = number, .text = actor_string_of(text) };        \
        puppet_question_reply *reply = NULL;                                                   \
        actor_err err = puppet_##kind##_ask_question(puppets, ref, &question, LONG, &reply);   \
        const char *ended = err == ACTOR_OK ? reply_text(reply, buffer, sizeof buffer)         \
                                            : actor_err_text(err);                             \
        actor_reply_free(reply);                                                               \
        return ended;                                                                          \
    }

/* Tells a `kind` from outside. */
#define TELLER(kind)                                                                           \
    static inline actor_err step_##kind(                                                       \
            puppet_##kind##_ref ref, uint32_t number, const char *text)                        \
    {                                                                                          \
        puppet_step step = { .number = number, .text = actor_string_of(text) };                \
        return puppet_##kind##_tell_step(puppets, ref, &step);                                 \
    }

STARTER(puppet)
STARTER(loner)
STARTER(tight)
STARTER(oldest)
STARTER(boss)
STARTER(nursery)
ASKER(puppet)
ASKER(loner)
ASKER(tight)
ASKER(oldest)
ASKER(boss)
ASKER(nursery)
TELLER(puppet)
TELLER(loner)
TELLER(tight)
TELLER(oldest)
TELLER(boss)
TELLER(nursery)

/* Waits until only `count` actors are alive: asks somebody again and again, each a step of the
 * system. */
static inline void await_actors(uint64_t count, puppet_puppet_ref somebody)
{
    while (actor_system_actors(puppets) > count) {
        (void)ask_puppet(somebody, 0, "");
    }
}

/* ---- Askers on threads of their own -------------------------------------------------------------- */

/* Asks a puppet, or a boss, from a thread of its own; how that ended is there after
 * join_asker(). */
struct asker {
    pthread_t thread;
    puppet_puppet_ref puppet;
    puppet_boss_ref boss;
    bool asks_boss;
    uint32_t number;
    const char *text;
    char ended[64];
};

static inline void *asker_main(void *arg)
{
    struct asker *a = arg;
    const char *ended = a->asks_boss ? ask_boss(a->boss, a->number, a->text)
                                     : ask_puppet(a->puppet, a->number, a->text);
    (void)snprintf(a->ended, sizeof a->ended, "%s", ended);
    return NULL;
}

static inline void begin_asker(
        struct asker *a, puppet_puppet_ref ref, uint32_t number, const char *text)
{
    *a = (struct asker){ .puppet = ref, .number = number, .text = text };
    assert_int_equal(0, pthread_create(&a->thread, NULL, asker_main, a));
}

static inline void begin_boss_asker(
        struct asker *a, puppet_boss_ref ref, uint32_t number, const char *text)
{
    *a = (struct asker){ .boss = ref, .asks_boss = true, .number = number, .text = text };
    assert_int_equal(0, pthread_create(&a->thread, NULL, asker_main, a));
}

static inline const char *join_asker(struct asker *a)
{
    assert_int_equal(0, pthread_join(a->thread, NULL));
    return a->ended;
}

#endif
