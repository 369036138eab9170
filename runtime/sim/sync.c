/* SPDX-License-Identifier: MIT */
/*
 * sync.c - sync.h for one thread: locks are only counted, and whoever waits steps the simulation
 * until what it waits for has happened.
 *
 * Threads cannot be started; whoever would start one is told so as if the system had none left.
 */
#include "../sync.h"

#include "check.h"
#include "state.h"

/* What the starting thread waits for, and whether somebody has said that it has come. */
static struct {
    const void *what; /* NULL = it does not wait */
    bool has_come;
} waiting;

void sync_yield(void)
{
}

unsigned sync_cores(void)
{
    return 1;
}

/* ---- Locks ---------------------------------------------------------------------------------- */

void mutex_init(struct mutex *m)
{
    (void)m;
}

void mutex_fini(struct mutex *m)
{
    (void)m;
}

/* The starting thread is about to look at the system, or to touch it: actors may have gone on before. */
static void let_others_go_first(void)
{
    enum { MOST = 8 };
    for (uint32_t n = choose(CHOICE_OUTSIDE, MOST); n > 0 && sim_step(run.now); n--) {
    }
}

void mutex_lock(struct mutex *m)
{
    (void)m;
    if (local_current == NULL && run.locks_held++ == 0) {
        state_outside();
        let_others_go_first();
    }
}

void mutex_unlock(struct mutex *m)
{
    (void)m;
    if (local_current == NULL) {
        run.locks_held--;
    }
}

/* ---- Waiting ---------------------------------------------------------------------------------- */

void cond_init(struct cond *c)
{
    (void)c;
}

void cond_fini(struct cond *c)
{
    (void)c;
}

/* Lets the simulation go on until `what` has come, or the deadline, and false. */
static bool wait_until(const void *what, int64_t deadline)
{
    RT_ASSERT(waiting.what == NULL); /* nobody else waits: there is one thread */
    waiting.what = what;
    waiting.has_come = false;
    sim_steps(&waiting.has_come, deadline);
    waiting.what = NULL;
    if (!waiting.has_come) {
        if (deadline == INT64_MAX) {
            check_failed("deadlock: the starting thread waits, and nothing is left that could "
                         "wake it");
        }
        run.now = deadline > run.now ? deadline : run.now;
    }
    return waiting.has_come;
}

/* What somebody may wait for has come. */
static void come(const void *what)
{
    if (waiting.what == what) {
        waiting.has_come = true;
    }
}

bool cond_wait_until(struct cond *c, struct mutex *m, int64_t deadline_ns)
{
    (void)m;
    uint32_t held = run.locks_held;
    run.locks_held = 0;
    bool in_time = wait_until(c, deadline_ns);
    run.locks_held = held;
    return in_time;
}

void cond_broadcast(struct cond *c)
{
    come(c);
}

void parker_init(struct parker *p)
{
    store_rlx(&p->state, PARKER_EMPTY); /* relaxed, as all here: there is one thread */
}

bool parker_poll(struct parker *p)
{
    bool woken = load_rlx(&p->state) == PARKER_WOKEN;
    store_rlx(&p->state, PARKER_EMPTY);
    return woken;
}

bool parker_spin(struct parker *p)
{
    return parker_poll(p);
}

bool parker_wait_until(struct parker *p, int64_t deadline_ns)
{
    return parker_poll(p) || (wait_until(p, deadline_ns) && parker_poll(p));
}

void parker_wake(struct parker *p)
{
    store_rlx(&p->state, PARKER_WOKEN);
    come(p);
}

/* ---- Threads ---------------------------------------------------------------------------------- */

bool thread_start(struct thread *ret_thread, void (*body)(void *arg), void *arg)
{
    (void)ret_thread;
    (void)body;
    (void)arg;
    return false;
}

void thread_join(struct thread *t)
{
    (void)t;
}

void thread_detach(struct thread *t)
{
    (void)t;
}

void thread_signal(struct thread *t, int number)
{
    (void)t;
    (void)number;
}
