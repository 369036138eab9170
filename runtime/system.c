/* SPDX-License-Identifier: MIT */
/*
 * system.c - see system.h.
 *
 * Roots have no parent; the system itself starts, stops and buries them. What happens to them is
 * reported by upcall from the thread they run on. Stopping goes one root at a time, last started
 * first; system_step() tells the next one and is called whenever one has gone.
 */
#include "system.h"

#include "alarm.h"
#include "clock.h"
#include "contain.h"
#include "log.h"
#include "registry.h"
#include "spawn.h"
#include "watchdog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a stop that is past its deadline waits for handlers; and then for its threads to see the end. */
enum { WORKERS_MAX = 64, GRACE_NS = 900000000, WIND_UP_NS = 100000000 };

/* ---- Making ------------------------------------------------------------------------------ */

static actor_config config_of(const actor_config *given)
{
    actor_config c = given == NULL ? (actor_config){ 0 } : *given;
    c.workers = c.workers == 0 ? sync_cores() : c.workers;
    c.workers = c.workers > WORKERS_MAX ? WORKERS_MAX : c.workers;
    c.max_actors = c.max_actors == 0 ? 1u << 24 : c.max_actors;
    c.max_message_bytes = c.max_message_bytes == 0 ? 1u << 20 : c.max_message_bytes;
    c.outbox_bytes = c.outbox_bytes == 0 ? 1u << 24 : c.outbox_bytes;
    c.tell_timeout = c.tell_timeout <= 0 ? 5 * ACTOR_SECOND : c.tell_timeout;
    c.slow_handler = c.slow_handler == 0 ? 100 * ACTOR_MILLISECOND : c.slow_handler;
    c.slow_handler = c.slow_handler < 0 ? INT64_MAX : c.slow_handler;
    c.handler_limit = c.handler_limit <= 0 ? INT64_MAX : c.handler_limit;
    c.seed = c.seed == 0 ? 1 : c.seed;
    return c;
}

static void root_event(actor_system *system, struct child *child, int what, const char *text);

static bool shared_init(actor_system *system, const actor_config *config)
{
    struct shared *s = &system->shared;
    s->config = config_of(config);
    s->system = system;
    s->upcalls = (struct upcalls){ .timed_out = send_deliver, .root_event = root_event };
    s->worker_count = s->config.workers;
    depot_init(&s->depot);
    parker_init(&s->watchdog_parker);
    s->asks = asks_new();
    s->registry = registry_new();
    s->names = names_new();
    return cells_init(&s->cells, s->config.max_actors) && s->asks != NULL &&
           s->registry != NULL && s->names != NULL;
}

static void shared_fini(struct shared *s)
{
    cells_fini(&s->cells);
    asks_free(s->asks);
    names_free(s->names);
    registry_free(s->registry);
    depot_fini(&s->depot);
}

/* A descriptor is ready: from here on it is as if a thread outside had told the actor so. */
static void fd_ready(void *context, struct msg *m, uint32_t events)
{
    actor_system *system = context;
    mutex_lock(&system->outside_lock);
    alarm_ready(&system->outside, m, events);
    mutex_unlock(&system->outside_lock);
}

actor_system *actor_system_new(const actor_config *config)
{
    actor_system *system = calloc(1, sizeof *system);
    if (system == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    list_init(&system->roots);
    if (!shared_init(system, config)) {
        shared_fini(&system->shared);
        free(system);
        errno = ENOMEM;
        return NULL;
    }
    system->shared.contains = !system->shared.config.crashes_end_process && contain_open();
    mutex_init(&system->lock);
    mutex_init(&system->outside_lock);
    cond_init(&system->changed);
    local_init(&system->outside, &system->shared, LOCAL_OUTSIDE, UINT32_MAX);
    event_fill_reserve(&system->outside);
    fds_init(&system->shared.fds, fd_ready, system);
    bool started = sched_start(&system->shared);
    if (started && !watchdog_start(&system->shared)) {
        (void)sched_stop(&system->shared, INT64_MAX);
        started = false;
    }
    if (!started) {
        system->ended = system->reported = true;
        actor_system_free(system);
        errno = EAGAIN;
        return NULL;
    }
    return system;
}

/* ---- Stopping ---------------------------------------------------------------------------- */

static void tell_root(struct local *l, struct root *r, enum event_kind how)
{
    r->told = true;
    send_deliver(l, &event_new(l, r->child.ref, how, 0)->msg);
}

/* Tells the next root to stop, or all of them to die. [L:lock] */
static void system_step(actor_system *system, struct local *l)
{
    for (struct list *n = system->roots.prev; n != &system->roots; n = n->prev) {
        struct root *r = list_entry(n, struct root, link);
        if (r->state == ROOT_GONE) {
            continue;
        }
        if (system->killing) {
            tell_root(l, r, EVENT_KILL);
            continue;
        }
        if (!r->told) {
            tell_root(l, r, r->state == ROOT_UP ? EVENT_STOP : EVENT_KILL);
        }
        return;
    }
}

static void run_step(struct local *l, struct job *job)
{
    struct step_job *step = (struct step_job *)job;
    mutex_lock(&step->system->lock);
    system_step(step->system, l);
    mutex_unlock(&step->system->lock);
}

/* Has system_step() run on a worker. */
static void step_from_outside(actor_system *system, struct step_job *step)
{
    *step = (struct step_job){ .job.run = run_step, .system = system };
    sched_run_job(&system->shared, &step->job);
}

/* No more work is accepted from outside. */
static void close_door(actor_system *system)
{
    /* With the lock, so that no send from outside is half-way. */
    mutex_lock(&system->outside_lock);
    /* release: pairs with the acquire in system_open(). */
    store_rel(&system->shared.stopping, true);
    mutex_unlock(&system->outside_lock);
}

static bool all_gone(const actor_system *system)
{
    for (struct list *n = system->roots.next; n != &system->roots; n = n->next) {
        if (list_entry(n, struct root, link)->state != ROOT_GONE) {
            return false;
        }
    }
    return true;
}

/* Waits until all roots have gone; false if `deadline` comes first. [L:lock] */
static bool wait_all_gone(actor_system *system, int64_t deadline)
{
    while (!all_gone(system)) {
        if (!cond_wait_until(&system->changed, &system->lock, deadline) &&
                clock_now() >= deadline) {
            return all_gone(system);
        }
    }
    return true;
}

static void add_dead(void *context, const actor_ledger_entry *entry)
{
    *(uint64_t *)context += entry->dead_letters;
}

static uint64_t dead_letters(actor_system *system)
{
    uint64_t n = 0;
    actor_system_ledger(system, add_dead, &n);
    return n;
}

static actor_stop_report stop(actor_system *system, int64_t deadline)
{
    actor_stop_report report = { .err = ACTOR_OK };
    uint64_t dead_before = dead_letters(system);
    close_door(system);
    mutex_lock(&system->lock);
    step_from_outside(system, &system->steps[0]);
    if (!wait_all_gone(system, deadline)) {
        report.err = ACTOR_ERR_TIMEOUT;
        system->killing = true;
        step_from_outside(system, &system->steps[1]);
        (void)wait_all_gone(system, rt_add_time(clock_now(), GRACE_NS));
    }
    bool gone = all_gone(system);
    mutex_unlock(&system->lock);
    watchdog_stop(&system->shared);
    /* Whoever is still in a handler has had its grace; the others only need to be woken. */
    int64_t until = gone ? INT64_MAX : rt_add_time(clock_now(), WIND_UP_NS);
    system->threads_left = sched_stop(&system->shared, until);
    if (system->futures != NULL) {
        system->close_futures(system); /* the door is closed: there will be no others */
    }
    report.abandoned = (uint32_t)actor_system_actors(system);
    report.dead_letters = dead_letters(system) - dead_before;
    if (report.abandoned > 0) {
        log_line(&system->shared, ACTOR_LOG_ERROR,
                "%" PRIu32 " actors were abandoned, %" PRIu32
                " of them in handlers that do not return",
                report.abandoned, system->threads_left);
    }
    return report;
}

_Thread_local bool system_is_courier;

actor_stop_report actor_system_stop(actor_system *system, actor_duration deadline)
{
    if (system_inside() || system_is_courier) {
        return (actor_stop_report){ .err = ACTOR_ERR_MISUSE };
    }
    mutex_lock(&system->lock);
    bool first = !system->ended;
    system->ended = true;
    cond_broadcast(&system->changed); /* for actor_system_wait() */
    while (!first && !system->reported) {
        (void)cond_wait_until(&system->changed, &system->lock, INT64_MAX);
    }
    actor_stop_report report = system->report;
    mutex_unlock(&system->lock);
    if (first) {
        report = stop(system, rt_add_time(clock_now(), deadline < 0 ? 0 : deadline));
        mutex_lock(&system->lock);
        system->report = report;
        system->reported = true;
        cond_broadcast(&system->changed);
        mutex_unlock(&system->lock);
    }
    return report;
}

void actor_system_free(actor_system *system)
{
    if (system == NULL) {
        return;
    }
    (void)actor_system_stop(system, 0);
    if (system->close_signals != NULL) {
        system->close_signals(system);
    }
    if (system->threads_left > 0) {
        return; /* they may still use all of it */
    }
    if (system->futures != NULL) {
        system->free_futures(system);
    }
    struct list *n;
    while ((n = list_pop(&system->roots)) != NULL) {
        free(list_entry(n, struct root, link));
    }
    fds_fini(&system->shared.fds);
    if (!system->shared.config.crashes_end_process) {
        contain_close();
    }
    sched_fini(&system->shared);
    local_fini(&system->outside);
    shared_fini(&system->shared);
    cond_fini(&system->changed);
    mutex_fini(&system->outside_lock);
    mutex_fini(&system->lock);
    free(system);
}

actor_err actor_system_wait(actor_system *system, actor_duration timeout)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    int64_t deadline = rt_add_time(clock_now(), timeout < 0 ? 0 : timeout);
    mutex_lock(&system->lock);
    bool over;
    while (!(over = system->ended || (system->failed && all_gone(system)))) {
        if (!cond_wait_until(&system->changed, &system->lock, deadline) &&
                clock_now() >= deadline) {
            break;
        }
    }
    mutex_unlock(&system->lock);
    return over ? ACTOR_OK : ACTOR_ERR_TIMEOUT;
}

const char *actor_system_failure(actor_system *system)
{
    mutex_lock(&system->lock);
    const char *text = system->failed ? system->failure : NULL;
    mutex_unlock(&system->lock);
    return text;
}

/* ---- Roots ------------------------------------------------------------------------------- */

static const char *root_name(actor_system *system, const struct root *r)
{
    struct cell *c = cells_find(&system->shared.cells, r->child.ref);
    /* acquire: as every read of a cell's type. */
    return registry_at(system->shared.registry, ident_type(load_acq(&c->ident)))->info->name;
}

/* A root has failed: it goes, and the system with it unless the application wants otherwise. */
static void root_failed(actor_system *system, struct local *l, struct root *r, const char *text)
{
    r->state = ROOT_FAILED;
    r->err = ACTOR_ERR_FAILED;
    if (!system->shared.config.survive_root_failure && !system->failed) {
        (void)snprintf(system->failure, sizeof system->failure, "%s failed: %s",
                root_name(system, r), text);
        system->failed = true;
        /* release: pairs with the acquire in system_open(). Unlike in close_door() a send from outside
         * may be half-way; it ends as any send to an actor that stops. */
        store_rel(&system->shared.stopping, true);
    }
    tell_root(l, r, EVENT_KILL);
    if (system->failed) {
        system_step(system, l);
    }
}

/* Called without locks, on the thread that owns the root. */
static void root_event(actor_system *system, struct child *child, int what, const char *text)
{
    struct root *r = list_entry(child, struct root, child);
    struct local *l = local_current;
    mutex_lock(&system->lock);
    if (what == EVENT_CHILD_UP) {
        r->state = ROOT_UP;
    } else if (what == EVENT_CHILD_FAILED) {
        root_failed(system, l, r, text);
    } else if (what == EVENT_CHILD_GONE) {
        if (r->state == ROOT_PENDING) {
            /* The system was stopped before it was up, or it was killed. acquire: as below. */
            bool stopping = load_acq(&system->shared.stopping);
            r->err = stopping ? ACTOR_ERR_SHUTDOWN : ACTOR_ERR_STOPPED;
        }
        r->state = ROOT_GONE;
        /* relaxed, in effect: only whether to go on matters. */
        if (load_acq(&system->shared.stopping)) {
            system_step(system, l);
        }
        if (!r->awaited) {
            list_remove(&r->link);
            free(r);
        }
    }
    cond_broadcast(&system->changed);
    mutex_unlock(&system->lock);
}

struct start_job {
    struct job job; /* on the stack of actor__start(), which waits */
    actor_system *system;
    const actor_type *type;
    const void *args;
    struct root *root;
};

static void run_start(struct local *l, struct job *job)
{
    struct start_job *start = (struct start_job *)job;
    actor_system *system = start->system;
    struct root *r = start->root;
    struct birth birth = { start->type, start->args, 0, &r->child, NULL };
    /*
     * acquire, both: pair with the releases of `stopping`. It came in before the door closed, but who stops the
     * system may have found no roots to wait for, and does alone what its threads have left: that is no
     * time for new threads, nor a place to call a start hook.
     */
    bool is_late = load_acq(&system->shared.stopping);
    actor_err err = is_late ? ACTOR_ERR_SHUTDOWN : spawn_actor(l, &birth, &r->child.ref);
    mutex_lock(&system->lock);
    r->err = err;
    if (err == ACTOR_OK) {
        list_insert_before(&system->roots, &r->link);
        if (load_acq(&system->shared.stopping)) {
            system_step(system, l); /* it is the last root, and goes without having started */
        } else {
            send_deliver(l, &event_new(l, r->child.ref, EVENT_START, 0)->msg);
        }
    } else {
        r->state = ROOT_GONE;
    }
    cond_broadcast(&system->changed);
    mutex_unlock(&system->lock);
}

/* True once a root is up, or has failed and gone. */
static bool settled(const struct root *r)
{
    return r->state == ROOT_UP || r->state == ROOT_GONE;
}

actor_err actor__start(
        actor_system *system, const actor_type *type, const void *args, uint64_t *ret_ref)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    struct root *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    list_init(&r->link);
    r->awaited = true;
    struct start_job start = {
        .job.run = run_start, .system = system, .type = type, .args = args, .root = r
    };
    mutex_lock(&system->outside_lock);
    bool open = !load_rlx(
            &system->shared.stopping); /* relaxed: under the lock that closes the door */
    if (open) {
        sched_run_job(&system->shared, &start.job);
    }
    mutex_unlock(&system->outside_lock);
    if (!open) {
        free(r);
        return ACTOR_ERR_SHUTDOWN;
    }
    mutex_lock(&system->lock);
    /* After a stop that was cut short nobody is left who could start it. */
    while (!settled(r) && !system->reported) {
        (void)cond_wait_until(&system->changed, &system->lock, INT64_MAX);
    }
    actor_err err = settled(r) ? r->err : ACTOR_ERR_SHUTDOWN;
    if (err == ACTOR_OK && r->child.ref == 0) {
        err = ACTOR_ERR_SHUTDOWN;
    }
    *ret_ref = err == ACTOR_OK ? r->child.ref : 0;
    r->awaited = false;
    if (r->state == ROOT_GONE || list_empty(&r->link)) {
        list_remove(&r->link);
        free(r);
    }
    mutex_unlock(&system->lock);
    return err;
}
