/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - see watchdog.h.
 *
 * A worker is asked by SIGURG, which is ignored where nobody handles it, and which those who do must
 * expect at any time; what is not ours goes to who handled it before. The answer is written by the
 * worker itself, in the handler of the signal, and turned into a line of the log by the watchdog.
 */
#define _GNU_SOURCE /* SA_ONSTACK, SI_TKILL */
#include "watchdog.h"

#include "clock.h"
#include "contain.h"
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <execinfo.h>
#endif

enum { LOOKS = 4, LINE_BYTES = 4096, QUIET_NS = 250000000 };

/* What has been seen of one worker. */
struct look {
    uint64_t turn;  /* the message that it had at the last look */
    int64_t age_ns; /* for how long at least */
    bool reported;
    bool tried;     /* it was to fail at the last look */
    bool is_beyond; /* that it could not be made to is reported too */
};

struct watchdog {
    struct shared *shared;
    struct thread thread;
    _Atomic bool quit; /* [A] */
    int64_t slow_ns;
    int64_t limit_ns; /* INT64_MAX = none */
    bool asks;        /* if a worker takes too long */
    int64_t interval_ns;
    struct look looks[]; /* by worker */
};

/* Of the process. */
static struct {
    struct mutex lock;
    uint32_t users;          /* [L:lock] watchdogs */
    struct sigaction before; /* written before our handler is installed */
} process = { .lock = MUTEX_INITIALIZER };

/* ---- On the worker, in the handler of the signal ------------------------------------------ */

static uint32_t take_frames(void **frames, const void *context)
{
    void *pc = (void *)contain_pc(context);
#ifdef __GLIBC__
    int count = backtrace(frames, SIGHTING_FRAMES);
    for (int i = 0; i < count; i++) {
        if (frames[i] == pc) { /* before it are the frames of this handler */
            memmove(frames, frames + i, (size_t)(count - i) * sizeof frames[0]);
            return (uint32_t)(count - i);
        }
    }
    if (count > 0) {
        return (uint32_t)count; /* ThreadSanitizer calls us later, from elsewhere */
    }
#endif
    frames[0] = pc;
    return 1;
}

static void answer(struct local *l, const void *context)
{
    struct sighting *s = &l->sighting;
    /* acquire: pairs with the release in ask(): the watchdog has done with the last answer. */
    uint64_t turn = load_acq(&s->asked);
    /* relaxed: the thread's own stores. */
    if (turn != load_rlx(&l->turns)) {
        return; /* it came too late */
    }
    if (turn != load_rlx(&s->answered)) {
        s->info = l->tx.cell == NULL ? NULL : l->tx.cell->type->info;
        s->kind = l->tx.cell == NULL ? 0 : l->tx.event->kind;
        s->guest = l->guest;
        s->frame_count = take_frames(s->frames, context);
        /* release: pairs with the acquire in report(). */
        store_rel(&s->answered, turn);
    }
    /* relaxed: asked for with the signal, or with the next one. */
    if (load_rlx(&s->expire)) {
        contain_leave(l, "it ran past handler_limit", context);
    }
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    int err = errno;
    struct local *l = local_current;
    /* relaxed: never 0 again once the watchdog has asked. */
    if (info->si_code == SI_TKILL && l != NULL && load_rlx(&l->sighting.asked) != 0) {
        answer(l, context);
    } else if ((process.before.sa_flags & SA_SIGINFO) != 0) {
        process.before.sa_sigaction(number, info, context);
    } else if (process.before.sa_handler != SIG_DFL && process.before.sa_handler != SIG_IGN) {
        process.before.sa_handler(number);
    }
    errno = err;
}

static void open_signal(void)
{
    struct sigaction action = { .sa_sigaction = on_signal,
        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };
    sigemptyset(&action.sa_mask);
#ifdef __GLIBC__
    /* The first call loads a library, which a signal handler must not. */
    void *frame;
    (void)backtrace(&frame, 1);
#endif
    mutex_lock(&process.lock);
    if (process.users++ == 0) {
        (void)sigaction(SIGURG, NULL, &process.before);
        (void)sigaction(SIGURG, &action, NULL);
    }
    mutex_unlock(&process.lock);
}

static void close_signal(void)
{
    struct sigaction now;
    mutex_lock(&process.lock);
    /* What the application has put in our place since stays. */
    if (--process.users == 0 && sigaction(SIGURG, NULL, &now) == 0 &&
            (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_signal) {
        (void)sigaction(SIGURG, &process.before, NULL);
    }
    mutex_unlock(&process.lock);
}

/* ---- Reports ------------------------------------------------------------------------------ */

struct line {
    char text[LINE_BYTES];
    size_t used;
};

static ACTOR_PRINTF(2, 3) void put(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof line->text - line->used;
    int n = vsnprintf(line->text + line->used, room, format, args);
    va_end(args);
    line->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* What the actor has in hand. */
static void put_event(struct line *line, const actor_info *info, uint32_t kind)
{
    if (kind < info->class_count) {
        put(line, "%s", info->classes[kind].message->name);
    } else if (kind == ACTOR_EVENT_START) {
        put(line, "its start hook");
    } else if (kind == ACTOR_EVENT_STOP) {
        put(line, "its stop hook");
    } else if (kind >= ACTOR_EVENT_ENDED) {
        put(line, "the end of an actor that it watches");
    } else {
        put(line, "the reply to its ask %s", info->asks[kind - ACTOR_EVENT_REPLY].name);
    }
}

/* "program(function+0x1a)", or "program(+0x1234)", which addr2line understands. */
static void put_frame(struct line *line, const char *before, const char *symbol)
{
    const char *brace = strchr(symbol, '(');
    size_t length = brace == NULL ? strlen(symbol) : strcspn(symbol, " ");
    const char *name = symbol;
    for (const char *at = symbol; at < (brace == NULL ? symbol : brace); at++) {
        name = *at == '/' ? at + 1 : name;
    }
    put(line, "%s%.*s", before, (int)(length - (size_t)(name - symbol)), name);
}

/* From where it is down to the handler; what called that is ours, and always the same. */
static void put_frames(struct line *line, struct sighting *s)
{
    bool seen = false;
    const char *before = ", at ";
#ifdef __GLIBC__
    char **symbols = backtrace_symbols(s->frames, (int)s->frame_count);
#endif
    for (uint32_t i = 0; i < s->frame_count; i++) {
        bool is_ours = contain_is_runtime(s->frames[i]);
        if (is_ours && seen) {
            break;
        }
        seen |= contain_is_application(s->frames[i]);
#ifdef __GLIBC__
        if (symbols != NULL) {
            put_frame(line, before, symbols[i]);
            before = " < ";
            continue;
        }
#endif
        put(line, "%s%p", before, s->frames[i]);
        before = " < ";
    }
#ifdef __GLIBC__
    free(symbols);
#endif
}

/* Who has what, as far as the worker has said so itself. */
static void put_hand(struct line *line, const struct sighting *s)
{
    if (s->info == NULL) {
        put(line, "an actor, which destroys a resource, ");
    } else {
        put(line, "%s, which handles ", s->info->name);
        put_event(line, s->info, s->kind);
        put(line, ", ");
    }
}

/* The worker has not said so: it may hold the signal back, or sleep deep in the kernel. */
static void put_class(struct line *line, struct shared *s, struct local *l)
{
    /* relaxed: whatever it has now is what it had when it was asked, or it is not slow any more. */
    uint32_t class = load_rlx(&l->in_hand);
    if (class == 0) {
        put(line, "an actor ");
    } else {
        const actor_info *info = registry_at(s->registry, local_class_type(class))->info;
        const actor_class *c = &info->classes[local_class_index(class)];
        put(line, "%s, which handles %s, ", info->name, c->message->name);
    }
}

static void log_slow(
        struct watchdog *w, struct local *l, int64_t age_ns, bool answered, const char *more)
{
    struct line *line = malloc(sizeof *line);
    if (line == NULL) {
        return; /* there will be others */
    }
    line->used = 0;
    if (answered) {
        put_hand(line, &l->sighting);
    } else {
        put_class(line, w->shared, l);
    }
    put(line, "has held a worker for more than %" PRId64 " ms%s", age_ns / ACTOR_MILLISECOND,
            more);
    if (answered) {
        put_frames(line, &l->sighting);
    }
    log_text(w->shared, ACTOR_LOG_WARNING, line->text);
    free(line);
}

/* ---- Looking ------------------------------------------------------------------------------ */

static void ask(struct local *l, uint64_t turn, bool expire)
{
    struct sighting *s = &l->sighting;
    /* relaxed, then release: pairs with the acquire in answer(). */
    store_rlx(&s->expire, expire);
    store_rel(&s->asked, turn);
    thread_signal(&l->thread, SIGURG);
}

/* Reports the turn in `k`, once, if the worker has said where it is, or does not say so. What is no
 * code of the application, such as the end of an actor with a million timers, is not. */
static void report(struct watchdog *w, struct local *l, struct look *k)
{
    struct sighting *s = &l->sighting;
    /* relaxed: our own store. */
    bool asked = load_rlx(&s->asked) == k->turn;
    /* acquire: pairs with the release in answer(). */
    bool answered = asked && load_acq(&s->answered) == k->turn;
    bool is_known = answered ? s->info != NULL || s->guest : k->age_ns / 2 >= w->slow_ns;
    if (is_known && !k->reported && k->age_ns >= w->slow_ns) {
        k->reported = true;
        log_slow(w, l, k->age_ns, answered, "");
    }
    if (is_known && !k->is_beyond && k->tried) {
        k->is_beyond = true;
        log_slow(w, l, k->age_ns, answered, ", and cannot be made to fail where it is");
    }
}

/* The worker has had the same message for too long. */
static void examine(struct watchdog *w, struct local *l, struct look *k)
{
    report(w, l, k);
    k->tried = k->age_ns >= w->limit_ns;
    /* relaxed: our own store. Past the limit it may be somewhere else each time. */
    if (k->tried || load_rlx(&l->sighting.asked) != k->turn) {
        ask(l, k->turn, k->tried);
    }
}

static void look_at(struct watchdog *w, uint32_t index, bool sleeps, int64_t elapsed_ns)
{
    struct local *l = &w->shared->workers[index];
    struct look *k = &w->looks[index];
    /* relaxed: only whether it changes matters. */
    uint64_t turn = load_rlx(&l->turns);
    if (!sleeps && turn == k->turn) {
        k->age_ns += elapsed_ns;
        if (k->age_ns >= rt_min_i64(w->slow_ns, w->limit_ns)) {
            examine(w, l, k);
        }
        return;
    }
    if (k->age_ns >= w->slow_ns) {
        k->tried = false; /* it is over */
        report(w, l, k);
    }
    *k = (struct look){ .turn = turn };
}

/* Sleeps as long as all workers do, and tidies up. */
static void doze(struct watchdog *w)
{
    struct shared *s = w->shared;
    /* relaxed: see watchdog_resume(). */
    store_rlx(&s->watchdog_dozes, true);
    /* acq_rel: the release half carries the store above to who changes `idle` after this. */
    uint64_t idle = or_acq_rel(&s->idle, 0);
    if (idle == UINT64_MAX >> (64 - s->worker_count)) {
        /* Memory that nobody has needed for so long goes back. */
        if (!parker_wait_until(&s->watchdog_parker, rt_add_time(clock_now(), QUIET_NS))) {
            (void)depot_trim(&s->depot);
            (void)parker_wait_until(&s->watchdog_parker, INT64_MAX);
        }
    }
    store_rlx(&s->watchdog_dozes, false); /* relaxed: one wake too many does no harm */
}

static void watch(void *arg)
{
    struct watchdog *w = arg;
    struct shared *s = w->shared;
    /* acquire: pairs with the release in watchdog_stop(). */
    while (!load_acq(&w->quit)) {
        doze(w);
        int64_t before = clock_now();
        (void)parker_wait_until(&s->watchdog_parker, rt_add_time(before, w->interval_ns));
        /* When the whole process was stopped in between, that is not the handlers' fault. */
        int64_t elapsed = rt_min_i64(clock_now() - before, 2 * w->interval_ns);
        /* acquire: whoever sleeps had counted what it took before. */
        uint64_t idle = load_acq(&s->idle);
        for (uint32_t i = 0; i < s->worker_count; i++) {
            look_at(w, i, (idle >> i & 1) != 0, elapsed);
        }
    }
}

static void forget(struct watchdog *w)
{
    if (w->asks) {
        close_signal();
    }
    free(w);
}

bool watchdog_start(struct shared *s)
{
    int64_t slow = s->config.slow_handler;
    int64_t limit = s->config.handler_limit;
    struct watchdog *w = calloc(1, sizeof *w + s->worker_count * sizeof w->looks[0]);
    if (w == NULL) {
        return false;
    }
    w->shared = s;
    w->slow_ns = slow;
    w->limit_ns = limit;
    w->interval_ns = rt_min_i64(rt_min_i64(slow, limit) / LOOKS, QUIET_NS) + 1;
    w->asks = slow != INT64_MAX || limit != INT64_MAX;
    if (w->asks) {
        open_signal();
    }
    if (!thread_start(&w->thread, watch, w)) {
        forget(w);
        return false;
    }
    s->watchdog = w;
    return true;
}

void watchdog_stop(struct shared *s)
{
    struct watchdog *w = s->watchdog;
    if (w == NULL) {
        return;
    }
    /* release: pairs with the acquire in watch(). */
    store_rel(&w->quit, true);
    parker_wake(&s->watchdog_parker);
    thread_join(&w->thread);
    forget(w);
    s->watchdog = NULL;
}
