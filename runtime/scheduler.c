/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - workers and dedicated threads.
 *
 * Each thread runs the actors that belong to it from a queue of its own; nobody else touches that
 * queue while the thread is awake. What others have for it comes through its mail, see mail.c; how actors move
 * from one worker to another is in sharing.c.
 */
#include "scheduler.h"

#include "contain.h"
#include "sharing.h"
#include "watchdog.h"

#include <stdlib.h>

enum {
    SPINS = 64,    /* looks at the mail before sleeping */
    DEPTH_MAX = 8, /* of handlers in the middle of others */
    BREATH_MOST =
            4096, /* messages that each of those has handled then: all of a flood, or it would grow */
    BREATH_TURNS = 4,   /* that each of those may have, to catch up */
    BREATH_NS = 1000000 /* what others wait for one that takes long, at least */
};

/* ---- What lower floors call ------------------------------------------------------------- */

void sched_notify(struct local *from, struct cell *c)
{
    /* acquire: pairs with the release of whoever handed the cell over. If it moves on before the
     * notification is read, the reader passes it on. */
    struct local *owner = load_acq(&c->owner);
    if (!sharing_take_over(from, owner, c)) {
        mail_push(owner, mail_of_cell(c));
    }
}

static struct local *next_worker(struct shared *s)
{
    /* relaxed: any worker will do. */
    return &s->workers[add_rlx(&s->next_worker, 1) % s->worker_count];
}

void sched_run_job(struct shared *s, struct job *job)
{
    mail_push(next_worker(s), mail_of_job(job));
}

/* ---- Threads ---------------------------------------------------------------------------- */

static void take_mail(struct local *l)
{
    uintptr_t next;
    for (uintptr_t item = mail_take(l); item != MAIL_EMPTY; item = next) {
        next = mail_next(item);
        struct job *job = mail_job(item);
        if (job != NULL) {
            job->run(l, job);
            continue;
        }
        struct cell *c = mail_cell(item);
        /* acquire: as in sched_notify(). */
        if (load_acq(&c->owner) == l) {
            run_notified(l, c);
        } else {
            sched_notify(l, c);
        }
    }
}

static void sleep_until_woken(struct local *l)
{
    /* Read before others may take timers from the wheel, or put some there and wake us. */
    int64_t until = wheel_next(&l->wheel);
    if (!mail_fall_asleep(l)) {
        return;
    }
    /* acquire: pairs with the release in sched_stop(), which wakes us after it. */
    if (!load_acq(&l->shared->quit)) {
        (void)parker_wait_until(&l->parker, until);
    }
    mail_wake_up(l);
}

static void idle(struct local *l)
{
    local_look_at_clock(l, NULL);
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
    /* acq_rel, both: a hint for sharing_give(); and see watchdog_resume(). */
    or_acq_rel(&l->shared->idle, bit);
    sleep_until_woken(l);
    watchdog_resume(l->shared, and_acq_rel(&l->shared->idle, ~bit));
    local_look_at_clock(l, NULL);
}

/* What a handler is in, while others run in its middle. */
struct inhale {
    struct cell *cell;
    const actor_event *event;
    struct counts *counts;
    struct ask *hand_ask;
    struct msg *hand;
    uint32_t in_hand;
    bool is_load;
};

static struct inhale inhale(struct local *l)
{
    struct inhale in = { l->tx.cell, l->tx.event, l->tx.counts, l->tx.hand_ask, l->hand,
        load_rlx(&l->in_hand), l->tx.is_load }; /* relaxed: own store */
    l->tx.cell = NULL;
    l->tx.counts = NULL;
    l->tx.hand_ask = NULL;
    l->tx.is_load = false;
    l->hand = NULL;
    return in;
}

static void exhale(struct local *l, const struct inhale *in)
{
    l->tx.cell = in->cell;
    l->tx.event = in->event;
    l->tx.counts = in->counts;
    l->tx.hand_ask = in->hand_ask;
    l->tx.is_load = in->is_load;
    l->tx.failure[0] = '\0';
    l->hand = in->hand;
    /* relaxed, both: for the ledger and the listing */
    store_rlx(&l->in_hand, in->in_hand);
    store_rlx(&l->running, in->cell);
}

/* What is left of the queue, as the one before has crashed, waits on. */
static void run_each(void *context)
{
    run_queue(local_current, context, BREATH_MOST);
}

static void run_in_between(struct local *l, struct run_queue *q)
{
    struct inhale in = inhale(l);
    l->depth++;
    if (!contain_call(l, run_each, q)) {
        run_crashed(l);
    }
    l->depth--;
    struct cell *c;
    while ((c = run_queue_pop(q)) != NULL) {
        run_queue_push(&l->runnable, c);
    }
    exhale(l, &in);
    /* relaxed: own counter. The rest of the handler is a turn of its own for the watchdog: what the others took is
     * not its fault. */
    count_up(&l->turns, 1);
}

void sched_breathe(struct local *l, struct cell *last)
{
    if (l->kind != LOCAL_WORKER || l->depth == DEPTH_MAX) {
        return;
    }
    /* At the second breath of a handler those that the first one has left unfinished wait behind its `last`. relaxed:
     * own counter. */
    if (l->breath_turn == load_rlx(&l->turns)) {
        last = l->breath_last;
    }
    local_look_at_clock(l, NULL); /* or their turns would begin in the past, and end at once */
    struct run_queue q;
    for (int i = 0; i < BREATH_TURNS && (q = run_queue_split(&l->runnable, last)).head != NULL;
            i++) {
        int64_t breathed = l->breathed;
        run_in_between(l, &q);
        if (l->breathed != breathed) {
            last = NULL; /* one of them has let all have their turns that waited, `last` as well */
        }
    }
    if (l->now - l->breathed > BREATH_NS) {
        /* After those, who would else wait behind the others while these send them more. */
        l->breathed = l->now;
        take_mail(l);
        sharing_look(l);
        sharing_give(l);
        last = NULL;
        q = run_queue_split(&l->runnable, NULL);
        if (q.head != NULL) {
            run_in_between(l, &q);
        }
    }
    l->breath_last = last;
    l->breath_turn = load_rlx(&l->turns); /* relaxed: as above */
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
        if (load_rlx(&l->turns) - l->look_turn >= TYPE_LOOK_EVERY) {
            local_look_at_clock(l, NULL);
        }
        if (l->kind == LOCAL_WORKER) {
            sharing_look(l);
            if (run_queue_has_two(&l->runnable)) {
                sharing_give(l);
            }
        }
        if (l->runnable.head == NULL) {
            idle(l);
        } else {
            run_queue(l, &l->runnable, 0);
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
    if (running == 0 && deadline_ns == INT64_MAX) {
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
