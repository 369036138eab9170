/* SPDX-License-Identifier: MIT */
/*
 * test.c - the kit of actorc/test.h. A probe is an actor like any other, of a type that is made when the
 * test runs: a copy of the one it stands in for, with a dispatch that records.
 */
#include <actorc/test.h>

#include "../life.h"
#include "../system.h"
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One message that a probe has got. */
struct record {
    struct record *next;
    uint32_t class_index;
    uint64_t call;
    void *message; /* a copy; NULL if it has no fields */
};

struct script {
    uint32_t class_index;
    uint16_t kind;
    void *message;
    struct script *next;
};

/* What the test has the probe do, in its own name. */
enum deed { DEED_NONE, DEED_ANSWER, DEED_FAIL_CALL, DEED_STOP, DEED_CRASH };

struct actor_probe {
    actor_info info; /* what the runtime sees */
    actor_type type;
    actor_test *test;
    actor_probe *next;
    uint64_t ref;
    struct record *records; /* oldest first, expected or not */
    struct record **end;
    struct record *unread;  /* the first that was not expected yet */
    struct record *current; /* the last that was */
    struct script *scripts; /* newest first */
    struct {
        enum deed deed;
        uint32_t class_index;
        uint64_t call;
        uint16_t kind;
        const void *message;
        actor_err err;
        actor_err result;
    } act;
};

struct actor_test {
    actor_system *system;
    actor_probe *probes;
    actor_duration patience;
    void (*fail)(const char *file, int line, const char *text);
};

/* What a probe handles that is none of its messages: the deed that is noted in it. */
enum { PROBE_ACTS = ACTOR_EVENT_STOP + 1 };

static ACTOR_PRINTF(4, 5) void fail(
        const actor_test *test, const char *file, int line, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    test->fail(file, line, text);
}

static void fail_by_default(const char *file, int line, const char *text)
{
    (void)fprintf(stderr, "%s:%d: %s\n", file, line, text);
    abort();
}

/* ---- The test -------------------------------------------------------------------------------- */

actor_test *actor_test_new(const actor_test_config *config)
{
    static const actor_test_config defaults;
    const actor_test_config *c = config == NULL ? &defaults : config;
    actor_test *test = calloc(1, sizeof *test);
    if (test == NULL) {
        return NULL;
    }
    test->patience = c->patience <= 0 ? ACTOR_SECOND : c->patience;
    test->fail = c->fail == NULL ? fail_by_default : c->fail;
    test->system = actor_system_new(&c->system);
    if (test->system == NULL) {
        free(test);
        return NULL;
    }
    return test;
}

static void probe_free(actor_probe *probe)
{
    while (probe->records != NULL) {
        struct record *r = probe->records;
        probe->records = r->next;
        actor__free(r->message);
        free(r);
    }
    while (probe->scripts != NULL) {
        struct script *s = probe->scripts;
        probe->scripts = s->next;
        actor__free(s->message);
        free(s);
    }
    free(probe);
}

void actor_test_free(actor_test *test)
{
    if (test == NULL) {
        return;
    }
    actor_system_free(test->system);
    while (test->probes != NULL) {
        actor_probe *probe = test->probes;
        test->probes = probe->next;
        probe_free(probe);
    }
    free(test);
}

actor_system *actor_test_system(actor_test *test)
{
    return test->system;
}

bool actor_test_step(actor_test *test)
{
    uint64_t before = run.steps;
    (void)test;
    /* What only passes something on is no step to whoever counts messages. */
    while (run.steps == before) {
        if (!sim_step(run.now)) {
            return false;
        }
    }
    return true;
}

uint64_t actor_test_settle(actor_test *test)
{
    uint64_t steps = 0;
    while (actor_test_step(test)) {
        steps++;
    }
    return steps;
}

void actor_test_advance(actor_test *test, actor_duration duration)
{
    int64_t until = rt_add_time(run.now, duration < 0 ? 0 : duration);
    (void)actor_test_settle(test);
    while (run.now < until && sim_step(until)) {
    }
    run.now = run.now < until ? until : run.now;
    (void)actor_test_settle(test);
}

void actor_test_pass(actor_test *test, actor_duration duration)
{
    (void)test;
    run.now = rt_add_time(run.now, duration < 0 ? 0 : duration);
}

/* ---- In the probe ------------------------------------------------------------------------------ */

static const struct script *script_of(const actor_probe *probe, uint32_t class_index)
{
    const struct script *s = probe->scripts;
    while (s != NULL && s->class_index != class_index) {
        s = s->next;
    }
    return s;
}

static actor_result record(actor_probe *probe, void *self, const actor_event *event)
{
    const actor_class *class = &probe->info.classes[event->kind];
    const struct script *s = script_of(probe, event->kind);
    if (s != NULL && event->call != 0) {
        (void)actor__answer(event->call, class->request, s->kind, s->message);
        return ACTOR_CONTINUE;
    }
    struct record *r = calloc(1, sizeof *r);
    if (r == NULL || (class->message->size > 0 && actor__copy(class->message, event->body,
                                                          &r->message) != ACTOR_OK)) {
        free(r);
        return actor_fail(self, "out of memory");
    }
    r->class_index = event->kind;
    r->call = event->call;
    (void)actor__keep_call(event->call);
    *probe->end = r;
    probe->end = &r->next;
    probe->unread = probe->unread == NULL ? r : probe->unread;
    return ACTOR_CONTINUE;
}

static actor_result act(actor_probe *probe, void *self)
{
    const actor_class *class = &probe->info.classes[probe->act.class_index];
    switch (probe->act.deed) {
    case DEED_ANSWER:
        probe->act.result = actor__answer(
                probe->act.call, class->request, probe->act.kind, probe->act.message);
        break;
    case DEED_FAIL_CALL:
        probe->act.result = actor__fail_call(probe->act.call, probe->act.err);
        break;
    case DEED_STOP: return ACTOR_STOP;
    case DEED_CRASH: return actor_fail(self, "the test wants it to");
    case DEED_NONE: break;
    }
    return ACTOR_CONTINUE;
}

static actor_probe *probe_of(const actor_info *info)
{
    return (actor_probe *)(void *)((char *)(uintptr_t)info - offsetof(actor_probe, info));
}

static actor_result dispatch(void *self, const actor_event *event)
{
    actor_probe *probe = probe_of(local_current->tx.cell->type->info);
    if (event->kind == PROBE_ACTS) {
        return act(probe, self);
    }
    return event->kind < ACTOR_EVENT_START ? record(probe, self, event) : ACTOR_CONTINUE;
}

struct act_job {
    struct job job;
    actor_probe *probe;
};

static void run_act(struct local *l, struct job *job)
{
    actor_probe *probe = ((struct act_job *)job)->probe;
    struct cell *c = cells_alive(&l->shared->cells, probe->ref);
    actor_event event = { .kind = PROBE_ACTS };
    if (c == NULL || cell_status(c) != CELL_RUNNING) {
        probe->act.result = ACTOR_ERR_STOPPED;
        return;
    }
    l->hand = NULL;
    actor_result r = life_dispatch(l, c, &event, NULL);
    if (r == ACTOR_FAILED) {
        life_fail(l, c, l->tx.failure);
    } else if (r == ACTOR_STOP) {
        life_leave(l, c, false);
    }
}

/* Has the probe do what is noted, as a handler of its own would. */
static actor_err perform(actor_probe *probe)
{
    struct act_job act = { .job.run = run_act, .probe = probe };
    probe->act.result = ACTOR_OK;
    sched_run_job(&probe->test->system->shared, &act.job);
    (void)sim_step(run.now);
    probe->act.deed = DEED_NONE;
    return probe->act.result;
}

/* ---- From the test ------------------------------------------------------------------------------ */

actor_probe *actor_probe_new(actor_test *test, const actor_info *info)
{
    actor_probe *probe = calloc(1, sizeof *probe);
    if (probe == NULL) {
        return NULL;
    }
    probe->info = *info;
    probe->info.args = NULL;
    probe->info.state = NULL;
    probe->info.asks = NULL;
    probe->info.modes = NULL;
    probe->info.timers = NULL;
    probe->info.ask_count = probe->info.child_count = 0;
    probe->info.mode_count = probe->info.timer_count = probe->info.fd = 0;
    probe->info.has_start = probe->info.has_stop = false;
    probe->info.supervision = (actor_supervision){ .strategy = ACTOR_NO_SUPERVISION };
    probe->type = (actor_type){ .info = &probe->info, .state_size = 1, .dispatch = dispatch };
    probe->test = test;
    probe->end = &probe->records;
    if (actor__start(test->system, &probe->type, NULL, &probe->ref) != ACTOR_OK) {
        free(probe);
        return NULL;
    }
    probe->next = test->probes;
    test->probes = probe;
    return probe;
}

uint64_t actor_probe_ref(const actor_probe *probe)
{
    return probe->ref;
}

size_t actor_probe_count(const actor_probe *probe)
{
    size_t count = 0;
    for (const struct record *r = probe->unread; r != NULL; r = r->next) {
        count++;
    }
    return count;
}

void actor_probe_stop(actor_probe *probe)
{
    probe->act.deed = DEED_STOP;
    (void)perform(probe);
}

void actor_probe_crash(actor_probe *probe)
{
    probe->act.deed = DEED_CRASH;
    (void)perform(probe);
}

/* Lets time pass until the probe has got something, or `duration` is over. */
static bool await(actor_probe *probe, actor_duration duration)
{
    int64_t until = rt_add_time(run.now, duration);
    while (probe->unread == NULL && run.now <= until && sim_step(until)) {
    }
    if (probe->unread == NULL && run.now < until) {
        run.now = until;
    }
    return probe->unread != NULL;
}

static void describe(const actor_probe *probe, const struct record *r, char *text, size_t size)
{
    const actor_layout *layout = probe->info.classes[r->class_index].message;
    if (r->message != NULL) {
        (void)actor__print(layout, text, size, r->message);
    } else {
        (void)snprintf(text, size, "%s", layout->name);
    }
}

const void *actor_probe_expect(
        actor_probe *probe, const actor_layout *message, const char *file, int line)
{
    static const uint64_t nothing[512]; /* for who goes on after a failure */
    char text[512];
    if (!await(probe, probe->test->patience)) {
        fail(probe->test, file, line, "%s: expected %s, got nothing", probe->info.name,
                message->name);
        return nothing;
    }
    struct record *r = probe->unread;
    if (probe->info.classes[r->class_index].message != message) {
        describe(probe, r, text, sizeof text);
        fail(probe->test, file, line, "%s: expected %s, got %s", probe->info.name,
                message->name, text);
        return nothing;
    }
    probe->unread = r->next;
    probe->current = r;
    return r->message == NULL ? nothing : r->message;
}

void actor_probe_expect_nothing(
        actor_probe *probe, actor_duration duration, const char *file, int line)
{
    char text[512];
    if (await(probe, duration < 0 ? 0 : duration)) {
        describe(probe, probe->unread, text, sizeof text);
        fail(probe->test, file, line, "%s: expected nothing, got %s", probe->info.name, text);
    }
}

/* The kind of an answer in replies to a request; 0 if it is none. */
static uint16_t kind_of(const actor_request *request, const actor_layout *answer)
{
    for (uint16_t i = 0; request != NULL && i < request->answer_count; i++) {
        if (request->answers[i] == answer) {
            return (uint16_t)(i + 1);
        }
    }
    return 0;
}

/* Notes that the call of the last expected request is to end; false, told, if it cannot. */
static bool note_end(actor_probe *probe, const char *file, int line)
{
    const struct record *r = probe->current;
    if (r == NULL || r->call == 0) {
        fail(probe->test, file, line, "%s: there is no request to be answered",
                probe->info.name);
        return false;
    }
    probe->act.call = r->call;
    probe->act.class_index = r->class_index;
    return true;
}

static void tell_result(actor_probe *probe, actor_err err, const char *file, int line)
{
    if (err != ACTOR_OK) {
        fail(probe->test, file, line, "%s: cannot answer: %s", probe->info.name,
                actor_err_text(err));
    }
}

void actor_probe_answer(actor_probe *probe, const actor_layout *answer, const void *message,
        const char *file, int line)
{
    if (!note_end(probe, file, line)) {
        return;
    }
    const actor_class *class = &probe->info.classes[probe->act.class_index];
    probe->act.kind = kind_of(class->request, answer);
    if (probe->act.kind == 0) {
        fail(probe->test, file, line, "%s: %s is no answer to %s", probe->info.name,
                answer->name, class->message->name);
        return;
    }
    probe->act.deed = DEED_ANSWER;
    probe->act.message = message;
    tell_result(probe, perform(probe), file, line);
}

void actor_probe_answer_error(actor_probe *probe, actor_err error, const char *file, int line)
{
    if (note_end(probe, file, line)) {
        probe->act.deed = DEED_FAIL_CALL;
        probe->act.err = error;
        tell_result(probe, perform(probe), file, line);
    }
}

void actor_probe_script(actor_probe *probe, const actor_layout *request,
        const actor_layout *answer, const void *message, const char *file, int line)
{
    for (uint32_t i = 0; i < probe->info.class_count; i++) {
        const actor_class *class = &probe->info.classes[i];
        uint16_t kind = class->message == request ? kind_of(class->request, answer) : 0;
        if (kind == 0) {
            continue;
        }
        struct script *s = calloc(1, sizeof *s);
        if (s == NULL ||
                (answer->size > 0 && actor__copy(answer, message, &s->message) != ACTOR_OK)) {
            free(s);
            fail(probe->test, file, line, "%s: cannot keep the answer", probe->info.name);
            return;
        }
        s->class_index = i;
        s->kind = kind;
        s->next = probe->scripts;
        probe->scripts = s;
        return;
    }
    fail(probe->test, file, line, "%s: %s is no answer to %s", probe->info.name, answer->name,
            request->name);
}
