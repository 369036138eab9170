/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - the scheduler of a simulation: one worker, on the thread that waits for it.
 *
 * Messages between actors are causal, as they are in a process: a mailbox has them in the order in
 * which they were sent. So what is there to choose is who runs next, for one message; how time
 * passes meanwhile; and what goes wrong. The choice is one of all that can run, in the order in which
 * they came to be able to, 0 being the one that has waited longest.
 */
#include "../scheduler.h"

#include "../alarm.h"
#include "check.h"
#include "fds.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    MAIL_JOB = 1,
    STEP_NS = 1000, /* what a handler takes */
    DELAYS = 24     /* a long one takes up to 2^24 µs, as late as timers can be */
};

enum { SYSTEMS_MAX = 16 };

struct run run;
uint64_t sim_steps_max = 100000000;

/* One simulated system. Others only add to its run queue, at its end, so who can run is counted as they come. */
struct simulated {
    struct local *local; /* its one worker */
    uint32_t runnable;   /* that have been counted … */
    struct cell *last;   /* … up to this one; NULL = none */
};

/* Those of this run, in the order in which they were made. */
static struct simulated systems[SYSTEMS_MAX];
static struct simulated *systems_end = systems;

void sim_begin(void)
{
    enum { BEGIN_NS = 1000000000 };
    run = (struct run){ .now = BEGIN_NS, .begun = BEGIN_NS };
    systems_end = systems;
}

/* ---- What lower floors call ------------------------------------------------------------------ */

static uintptr_t *mail_link(uintptr_t item)
{
    if ((item & MAIL_JOB) != 0) {
        return &((struct job *)(item & ~(uintptr_t)MAIL_JOB))->mail_next;
    }
    return &((struct cell *)item)->mail_next;
}

/* Newest first, as there. relaxed, as all here: there is one thread. */
static void mail_push(struct local *to, uintptr_t item)
{
    *mail_link(item) = load_rlx(&to->mail);
    store_rlx(&to->mail, item);
}

void sched_notify(struct local *from, struct cell *c)
{
    (void)from;
    mail_push(load_rlx(&c->owner), (uintptr_t)c);
}

void sched_run_job(struct shared *s, struct job *job)
{
    mail_push(&s->workers[0], (uintptr_t)job | MAIL_JOB);
}

void sched_breathe(struct local *l, struct cell *last)
{
    (void)l, (void)last; /* one handler is one step */
}

struct local *sched_place(struct local *from, const struct type *type)
{
    (void)type;
    return &from->shared->workers[0];
}

static __attribute__((noinline)) void take_mail(struct local *l)
{
    uintptr_t item = load_rlx(&l->mail);
    store_rlx(&l->mail, 0);
    uintptr_t list = 0;
    while (item != 0) { /* oldest first */
        uintptr_t next = *mail_link(item);
        *mail_link(item) = list;
        list = item;
        item = next;
    }
    while (list != 0) {
        item = list;
        list = *mail_link(item);
        if ((item & MAIL_JOB) != 0) {
            struct job *job = (struct job *)(item & ~(uintptr_t)MAIL_JOB);
            job->run(l, job);
        } else {
            run_notified(l, (struct cell *)item);
        }
    }
}

/* ---- Steps ------------------------------------------------------------------------------------ */

/* Counts those that can run since the last time. */
static void count_runnable(struct simulated *s)
{
    const struct run_queue *q = &s->local->runnable;
    struct cell *c = s->last == NULL ? q->head : s->last->run_next;
    for (; c != NULL; c = c->run_next) {
        s->runnable++;
        s->last = c;
    }
}

/* Takes out one of those that can run, which have all been counted. */
static struct cell *take_at(struct simulated *s, uint32_t index)
{
    struct run_queue *q = &s->local->runnable;
    struct cell *before = NULL;
    struct cell **at = &q->head;
    for (; index > 0; index--) {
        before = *at;
        at = &before->run_next;
    }
    struct cell *c = *at;
    *at = c->run_next;
    if (s->last == c) {
        q->tail = s->last = before;
    }
    s->runnable--;
    return c;
}

static int64_t delay(enum choice_kind kind)
{
    uint32_t power = choose(kind, DELAYS + 1);
    return power == 0 ? 0 : (INT64_C(1) << power) * 1000;
}

/* Whose turn it is: of all that can run, in all systems. */
static RT_INLINE void run_one(uint32_t runnable)
{
    uint32_t index = choose(CHOICE_ACTOR, runnable);
    struct simulated *s = systems;
    for (; RT_UNLIKELY(index >= s->runnable); s++) {
        index -= s->runnable;
    }
    struct local *l = s->local;
    struct cell *c = take_at(s, index);
    local_current = l;
    l->now = run.now;
    run_turn(l, c, 1);
    run.now += STEP_NS + delay(CHOICE_STALL);
    local_current = NULL;
}

static inline void ring_timers(struct local *l)
{
    if (RT_UNLIKELY(l->wheel.tick < run.now >> WHEEL_TICK_SHIFT)) {
        local_current = l;
        l->now = run.now;
        wheel_advance(&l->wheel, run.now, l);
        local_current = NULL;
    }
}

/* Lets happen what is due, in each system. Returns how many can run; true in `ret_took` if there was mail. */
static RT_INLINE uint32_t make_runnable(bool *ret_took)
{
    uint32_t runnable = 0;
    for (struct simulated *s = systems; s != systems_end; s++) {
        struct local *l = s->local;
        ring_timers(l);
        if (RT_UNLIKELY(load_rlx(&l->mail) != 0)) {
            local_current = l;
            take_mail(l);
            local_current = NULL;
            *ret_took = true;
        }
        count_runnable(s);
        runnable += s->runnable;
    }
    return runnable;
}

static int64_t next_timer(void)
{
    int64_t next = INT64_MAX;
    for (struct simulated *s = systems; s != systems_end; s++) {
        next = rt_min_i64(next, wheel_next(&s->local->wheel));
    }
    return next;
}

/* As if another thread did: nobody else goes first meanwhile. */
static bool look_at_fds(void)
{
    run.locks_held++;
    bool any = sim_look_at_fds();
    run.locks_held--;
    return any;
}

/* Nobody can run: lets come what descriptors have, or else the time of the next timer. False if it is past `limit`. */
static __attribute__((noinline)) bool pass_time(int64_t limit)
{
    if (look_at_fds()) {
        return true;
    }
    int64_t next = next_timer();
    if (next > limit || next == INT64_MAX) {
        return false;
    }
    run.now = next > run.now ? next : run.now;
    run.now += delay(CHOICE_SLIP);
    return true;
}

static RT_INLINE bool step(int64_t limit)
{
    RT_ASSERT(local_current == NULL && !run.in_step);
    run.in_step = true;
    bool stepped = false;
    uint32_t runnable = make_runnable(&stepped);
    if (RT_LIKELY(runnable > 0)) {
        stepped = true;
        run_one(runnable);
        check_invariants();
        if (RT_UNLIKELY(run.steps > sim_steps_max)) {
            check_failed("no end: %" PRIu64 " steps", run.steps - 1);
        }
    } else if (!stepped) {
        stepped = pass_time(limit);
    }
    run.in_step = false;
    return stepped;
}

bool sim_step(int64_t limit)
{
    return step(limit);
}

void sim_steps(const bool *done, int64_t limit)
{
    while (!*done && run.now < limit && step(limit)) {
    }
}

/* ---- Begin and end ---------------------------------------------------------------------------- */

bool sched_start(struct shared *s)
{
    if (systems_end == systems + SYSTEMS_MAX) {
        return false;
    }
    s->worker_count = 1;
    s->workers = aligned_alloc(RT_CACHE_LINE,
            (sizeof s->workers[0] + RT_CACHE_LINE - 1) / RT_CACHE_LINE * RT_CACHE_LINE);
    if (s->workers == NULL) {
        return false;
    }
    local_init(&s->workers[0], s, LOCAL_WORKER, 0);
    event_fill_reserve(&s->workers[0]);
    s->workers_started = 1;
    *systems_end++ = (struct simulated){ .local = &s->workers[0] };
    return true;
}

void sched_each_local(
        struct shared *s, void (*visit)(void *context, struct local *l), void *context)
{
    if (s->workers_started > 0) {
        visit(context, &s->workers[0]);
    }
}

/* Messages that reached an inbox just as its actor ended are dead letters. */
static void finish(struct local *l)
{
    local_current = l;
    struct cell *c;
    do {
        take_mail(l);
        while ((c = run_queue_pop(&l->runnable)) != NULL) {
            run_turn(l, c, 0);
        }
    } while (load_rlx(&l->mail) != 0);
    local_current = NULL;
}

uint32_t sched_stop(struct shared *s, int64_t deadline_ns)
{
    if (deadline_ns == INT64_MAX) {
        finish(&s->workers[0]);
    }
    struct simulated *to = systems;
    for (struct simulated *from = systems; from != systems_end; from++) {
        if (from->local->shared != s) {
            *to++ = *from;
        }
    }
    systems_end = to;
    return 0;
}

void sched_fini(struct shared *s)
{
    if (s->workers != NULL) {
        local_fini(&s->workers[0]);
    }
    free(s->workers);
}
