/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - workers and dedicated threads.
 *
 * Each thread runs the actors that belong to it from a queue of its own; nobody else touches that
 * queue while the thread is awake. What others have for it comes through its mail: a stack of
 * cells to be looked at and jobs to be run, whose top word also tells whether the thread sleeps:
 *
 *     EMPTY  --idle()------> ASLEEP --push, by somebody--> items   (who pushed wakes it)
 *     EMPTY  --push--------> items  --take_mail()--------> EMPTY
 *     ASLEEP --lock_asleep()> LOCKED --unlock-----------> ASLEEP or EMPTY (and woken)
 *     ASLEEP --woken-------> EMPTY
 *
 * Because sleep and mail are one word there is no moment in which a push can be missed.
 *
 * LOCKED lets another worker act for one that sleeps, instead of waking it: it takes over an idle
 * actor that it has a message for (so that two actors that talk end up together), or it puts
 * half of its own queue into the sleeper's, and wakes it.
 */
#include "scheduler.h"

#include "alarm.h"
#include "contain.h"
#include "watchdog.h"

#include <stdlib.h>

enum { MAIL_EMPTY = 0, MAIL_ASLEEP = 2, MAIL_LOCKED = 4, MAIL_JOB = 1 };

enum {
    SPINS = 64,      /* looks at the mail before sleeping */
    LOCK_SPINS = 128 /* before giving the processor to the holder of LOCKED */
};

static uintptr_t *mail_link(uintptr_t item)
{
    if ((item & MAIL_JOB) != 0) {
        return &((struct job *)(item & ~(uintptr_t)MAIL_JOB))->mail_next;
    }
    return &((struct cell *)item)->mail_next;
}

/* The mail's top, once nobody holds it LOCKED. */
static uintptr_t unlocked_mail(struct local *l)
{
    uint32_t spins = 0;
    for (;;) {
        /* relaxed: whoever acts on it does so with a compare-and-swap. */
        uintptr_t now = load_rlx(&l->mail);
        if (now != MAIL_LOCKED) {
            return now;
        }
        if (++spins % LOCK_SPINS == 0) {
            sync_yield();
        } else {
            sync_pause();
        }
    }
}

static void mail_push(struct local *to, uintptr_t item)
{
    uintptr_t now;
    do {
        now = unlocked_mail(to);
        *mail_link(item) = now == MAIL_ASLEEP ? MAIL_EMPTY : now;
        /* acq_rel: the release half pairs with take_mail(). */
    } while (!cas_acq_rel(&to->mail, &now, item));
    if (now == MAIL_ASLEEP) {
        parker_wake(&to->parker);
    }
}

static bool lock_asleep(struct local *l)
{
    /* relaxed: a hint that saves a failing compare-and-swap. */
    uintptr_t now = load_rlx(&l->mail);
    /* acq_rel: acquire pairs with the release by which the sleeper went to sleep: what it owns is
     * ours to read and write until we unlock. */
    return now == MAIL_ASLEEP && cas_acq_rel(&l->mail, &now, MAIL_LOCKED);
}

static void unlock(struct local *l, uintptr_t next)
{
    /* release: what was done for the sleeper is there when it wakes. */
    store_rel(&l->mail, next);
}

/* ---- What lower floors call ------------------------------------------------------------- */

/* Takes an idle actor away from a worker that sleeps; false if that cannot be. */
static bool take_over(struct local *from, struct local *owner, struct cell *c)
{
    if (from->kind != LOCAL_WORKER || owner->kind != LOCAL_WORKER || !lock_asleep(owner)) {
        return false;
    }
    /* relaxed: under the lock only `owner` itself could have changed it, and it sleeps. */
    bool can = load_rlx(&c->owner) == owner && cell_status(c) != CELL_FREE;
    if (can) {
        RT_ASSERT((c->flags & CELL_SCHEDULED) == 0);
        c->flags |= CELL_NOTIFIED;
        alarm_move(c, from);
        cell_hand_over(c, from);
    }
    unlock(owner, MAIL_ASLEEP);
    if (can) {
        local_schedule(from, c);
    }
    return can;
}

void sched_notify(struct local *from, struct cell *c)
{
    /* acquire: pairs with the release of whoever handed the cell over. If it moves on before the
     * notification is read, the reader passes it on. */
    struct local *owner = load_acq(&c->owner);
    if (!take_over(from, owner, c)) {
        mail_push(owner, (uintptr_t)c);
    }
}

static struct local *next_worker(struct shared *s)
{
    /* relaxed: any worker will do. */
    return &s->workers[add_rlx(&s->next_worker, 1) % s->worker_count];
}

void sched_run_job(struct shared *s, struct job *job)
{
    mail_push(next_worker(s), (uintptr_t)job | MAIL_JOB);
}

/* ---- Threads ---------------------------------------------------------------------------- */

static void take_mail(struct local *l)
{
    if (RT_LIKELY(!local_has_mail(l))) {
        return;
    }
    /* acq_rel: the acquire half pairs with mail_push(). */
    uintptr_t item = xchg_acq_rel(&l->mail, MAIL_EMPTY);
    uintptr_t list = MAIL_EMPTY;
    while (item != MAIL_EMPTY) { /* oldest first */
        uintptr_t next = *mail_link(item);
        *mail_link(item) = list;
        list = item;
        item = next;
    }
    while (list != MAIL_EMPTY) {
        item = list;
        list = *mail_link(item);
        if ((item & MAIL_JOB) != 0) {
            struct job *job = (struct job *)(item & ~(uintptr_t)MAIL_JOB);
            job->run(l, job);
            continue;
        }
        struct cell *c = (struct cell *)item;
        /* acquire: as in sched_notify(). */
        if (load_acq(&c->owner) == l) {
            run_notified(l, c);
        } else {
            sched_notify(l, c);
        }
    }
}

static void look_at_clock(struct local *l)
{
    wheel_advance(&l->wheel, local_clock(l), l);
}

/* Gives half of what waits here to a worker that sleeps, if two or more wait. */
static void share(struct local *l)
{
    struct shared *s = l->shared;
    /* relaxed: a hint; lock_asleep() decides. */
    uint64_t idle = load_rlx(&s->idle);
    if (RT_LIKELY(idle == 0)) {
        return;
    }
    struct local *to = &s->workers[__builtin_ctzll(idle)];
    if (!lock_asleep(to)) {
        return;
    }
    for (uint32_t n = run_queue_count(&l->runnable) / 2; n > 0; n--) {
        struct cell *c = run_queue_pop(&l->runnable);
        run_queue_push(&to->runnable, c);
        alarm_move(c, to);
        cell_hand_over(c, to);
    }
    /* acq_rel: nothing depends on the order; there is no weaker one by that name. */
    and_acq_rel(&s->idle, ~(UINT64_C(1) << to->index));
    unlock(to, MAIL_EMPTY);
    parker_wake(&to->parker);
}

static void sleep_until_woken(struct local *l)
{
    uintptr_t now = MAIL_EMPTY;
    /* Read before others may take timers from the wheel, or put some there and wake us. */
    int64_t until = wheel_next(&l->wheel);
    /* acq_rel: release pairs with lock_asleep(). Fails if there is mail. */
    if (!cas_acq_rel(&l->mail, &now, MAIL_ASLEEP)) {
        return;
    }
    /* acquire: pairs with the release in sched_stop(), which wakes us after it. */
    if (!load_acq(&l->shared->quit)) {
        (void)parker_wait_until(&l->parker, until);
    }
    do {
        now = unlocked_mail(l);
        /* acq_rel: acquire pairs with unlock(). */
    } while (now == MAIL_ASLEEP && !cas_acq_rel(&l->mail, &now, MAIL_EMPTY));
    /* acquire: the same, if somebody else has set EMPTY. */
    (void)load_acq(&l->mail);
}

static void idle(struct local *l)
{
    look_at_clock(l);
    for (int i = 0; i < SPINS && l->runnable.head == NULL; i++) {
        if (local_has_mail(l)) {
            return;
        }
        sync_pause();
    }
    if (l->runnable.head != NULL) {
        return;
    }
    uint64_t bit = l->kind == LOCAL_WORKER ? UINT64_C(1) << l->index : 0;
    /* acq_rel, both: a hint for share(); and see watchdog_resume(). */
    or_acq_rel(&l->shared->idle, bit);
    sleep_until_woken(l);
    watchdog_resume(l->shared, and_acq_rel(&l->shared->idle, ~bit));
    look_at_clock(l);
}

/* A dedicated thread whose actor has ended is there for the next one. */
static void become_spare(struct local *l)
{
    struct shared *s = l->shared;
    l->vacant = false;
    mutex_lock(&s->dedicated_lock);
    l->next_spare = s->spare;
    s->spare = l;
    mutex_unlock(&s->dedicated_lock);
}

static void work(struct local *l)
{
    /* acquire: pairs with the release in sched_stop(). */
    while (!load_acq(&l->shared->quit)) {
        if (l->kind == LOCAL_DEDICATED && l->vacant) {
            become_spare(l);
        }
        take_mail(l);
        /* relaxed: the thread's own store. */
        if (load_rlx(&l->turns) - l->clock_turn >= l->clock_every) {
            look_at_clock(l);
        }
        if (run_queue_has_two(&l->runnable) && l->kind == LOCAL_WORKER) {
            share(l);
        }
        if (l->runnable.head == NULL) {
            idle(l);
        } else {
            run_some(l);
        }
    }
}

static void thread_main(void *arg)
{
    struct local *l = arg;
    local_current = l;
    if (l->shared->contains) {
        contain_thread(l, work, run_crashed);
    } else {
        work(l);
    }
    local_current = NULL;
    /* release: pairs with the acquire in sched_stop(); the last thing this thread does to `l`. */
    store_rel(&l->done, true);
    parker_wake(&l->shared->exited);
}

static struct local *new_dedicated(struct shared *s)
{
    struct local *l = aligned_alloc(
            RT_CACHE_LINE, (sizeof *l + RT_CACHE_LINE - 1) / RT_CACHE_LINE * RT_CACHE_LINE);
    if (l == NULL) {
        return NULL;
    }
    /* Numbered after the workers, which seeds its generator; s->dedicated_count [L:dedicated_lock] */
    local_init(l, s, LOCAL_DEDICATED, s->worker_count + s->dedicated_count);
    event_fill_reserve(l);
    if (!thread_start(&l->thread, thread_main, l)) {
        free(l);
        return NULL;
    }
    s->dedicated_count++;
    l->next = s->dedicated;
    s->dedicated = l;
    return l;
}

struct local *sched_place(struct local *from, const struct type *type)
{
    struct shared *s = from->shared;
    if (!type->info->dedicated) {
        return from->kind == LOCAL_WORKER ? from : next_worker(s);
    }
    mutex_lock(&s->dedicated_lock);
    struct local *l = s->spare;
    if (l != NULL) {
        s->spare = l->next_spare;
    } else {
        l = new_dedicated(s);
    }
    mutex_unlock(&s->dedicated_lock);
    return l;
}

bool sched_start(struct shared *s)
{
    mutex_init(&s->dedicated_lock);
    parker_init(&s->exited);
    size_t bytes = s->worker_count * sizeof s->workers[0];
    s->workers = aligned_alloc(
            RT_CACHE_LINE, (bytes + RT_CACHE_LINE - 1) / RT_CACHE_LINE * RT_CACHE_LINE);
    if (s->workers == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < s->worker_count; i++) {
        local_init(&s->workers[i], s, LOCAL_WORKER, i);
        event_fill_reserve(&s->workers[i]);
    }
    for (uint32_t i = 0; i < s->worker_count; i++) {
        if (!thread_start(&s->workers[i].thread, thread_main, &s->workers[i])) {
            s->workers_started = i;
            (void)sched_stop(s, INT64_MAX);
            return false;
        }
    }
    s->workers_started = s->worker_count;
    return true;
}

void sched_each_local(
        struct shared *s, void (*visit)(void *context, struct local *l), void *context)
{
    for (uint32_t i = 0; i < s->workers_started; i++) {
        visit(context, &s->workers[i]);
    }
    mutex_lock(&s->dedicated_lock);
    for (struct local *l = s->dedicated; l != NULL; l = l->next) {
        visit(context, l);
    }
    mutex_unlock(&s->dedicated_lock);
}

static void wake_local(void *context, struct local *l)
{
    (void)context;
    parker_wake(&l->parker);
}

static void count_running(void *context, struct local *l)
{
    uint32_t *running = context;
    /* acquire: pairs with the release in thread_main(). */
    *running += load_acq(&l->done) ? 0 : 1;
}

static void end_thread(void *context, struct local *l)
{
    (void)context;
    /* acquire: pairs with the release in thread_main(). */
    if (load_acq(&l->done)) {
        thread_join(&l->thread);
    } else {
        thread_detach(&l->thread);
    }
}

static void finish_local(void *context, struct local *l)
{
    bool *busy = context;
    local_current = l;
    take_mail(l);
    struct cell *c;
    while ((c = run_queue_pop(&l->runnable)) != NULL) {
        *busy = true;
        run_turn(l, c, 0);
    }
    *busy = *busy || local_has_mail(l);
    local_current = NULL;
}

/* Does, alone, what threads have left to each other when they ended: messages that reached the
 * inbox of an actor just as that ended are dead letters like any others. */
static void finish(struct shared *s)
{
    bool busy;
    do {
        busy = false;
        sched_each_local(s, finish_local, &busy);
    } while (busy);
}

uint32_t sched_stop(struct shared *s, int64_t deadline_ns)
{
    /* release: pairs with the acquire in thread_main() and sleep_until_woken(). */
    store_rel(&s->quit, true);
    sched_each_local(s, wake_local, NULL);
    uint32_t running;
    bool in_time = true;
    for (;;) {
        running = 0;
        sched_each_local(s, count_running, &running);
        if (running == 0 || !in_time) {
            break;
        }
        in_time = parker_wait_until(&s->exited, deadline_ns);
    }
    sched_each_local(s, end_thread, NULL);
    /* relaxed: no other thread is left. */
    if (running == 0 && load_rlx(&s->cells.alive) == 0) {
        finish(s);
    }
    return running;
}

void sched_fini(struct shared *s)
{
    for (uint32_t i = 0; i < s->worker_count && s->workers != NULL; i++) {
        local_fini(&s->workers[i]);
    }
    free(s->workers);
    while (s->dedicated != NULL) {
        struct local *l = s->dedicated;
        s->dedicated = l->next;
        local_fini(l);
        free(l);
    }
    mutex_fini(&s->dedicated_lock);
}
