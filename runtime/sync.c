/* SPDX-License-Identifier: MIT */
/* sync.c - see sync.h. Linux futexes under the parker, pthreads under the rest. */
#define _GNU_SOURCE /* syscall, sched_getaffinity */
#include "sync.h"

#include "clock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void sync_yield(void)
{
    sched_yield();
}

unsigned sync_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

void mutex_init(struct mutex *m)
{
    RT_ASSERT(pthread_mutex_init(&m->os, NULL) == 0);
}

void mutex_fini(struct mutex *m)
{
    RT_ASSERT(pthread_mutex_destroy(&m->os) == 0);
}

void mutex_lock(struct mutex *m)
{
    RT_ASSERT(pthread_mutex_lock(&m->os) == 0);
}

void mutex_unlock(struct mutex *m)
{
    RT_ASSERT(pthread_mutex_unlock(&m->os) == 0);
}

void cond_init(struct cond *c)
{
    pthread_condattr_t attr;
    RT_ASSERT(pthread_condattr_init(&attr) == 0);
    RT_ASSERT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    RT_ASSERT(pthread_cond_init(&c->os, &attr) == 0);
    (void)pthread_condattr_destroy(&attr);
}

void cond_fini(struct cond *c)
{
    RT_ASSERT(pthread_cond_destroy(&c->os) == 0);
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000),
        .tv_nsec = (long)(ns % 1000000000) };
}

bool cond_wait_until(struct cond *c, struct mutex *m, int64_t deadline_ns)
{
    if (deadline_ns == INT64_MAX) {
        RT_ASSERT(pthread_cond_wait(&c->os, &m->os) == 0);
        return true;
    }
    struct timespec until = timespec_of(deadline_ns < 0 ? 0 : deadline_ns);
    int err = pthread_cond_timedwait(&c->os, &m->os, &until);
    RT_ASSERT(err == 0 || err == ETIMEDOUT);
    return err == 0;
}

void cond_broadcast(struct cond *c)
{
    RT_ASSERT(pthread_cond_broadcast(&c->os) == 0);
}

struct thread_body {
    void (*body)(void *arg);
    void *arg;
};

static void *run_thread(void *boxed)
{
    struct thread_body b = *(struct thread_body *)boxed;
    free(boxed);
    b.body(b.arg);
    return NULL;
}

bool thread_start(struct thread *ret_thread, void (*body)(void *arg), void *arg)
{
    struct thread_body *b = malloc(sizeof *b);
    if (b == NULL) {
        return false;
    }
    *b = (struct thread_body){ body, arg };
    if (pthread_create(&ret_thread->os, NULL, run_thread, b) != 0) {
        free(b);
        return false;
    }
    return true;
}

void thread_join(struct thread *t)
{
    RT_ASSERT(pthread_join(t->os, NULL) == 0);
}

void thread_detach(struct thread *t)
{
    RT_ASSERT(pthread_detach(t->os) == 0);
}

void thread_signal(struct thread *t, int number)
{
    (void)pthread_kill(t->os, number); /* it may have ended already */
}

void parker_init(struct parker *p)
{
    /* relaxed: not shared yet. */
    store_rlx(&p->state, PARKER_EMPTY);
}

bool parker_poll(struct parker *p)
{
    /* relaxed: only a hint that the exchange is worth its price. */
    if (load_rlx(&p->state) != PARKER_WOKEN) {
        return false;
    }
    /* acq_rel: the acquire half pairs with the release half in parker_wake(). */
    return xchg_acq_rel(&p->state, PARKER_EMPTY) == PARKER_WOKEN;
}

bool parker_spin(struct parker *p)
{
    for (int i = 0; i < SYNC_SPINS; i++) {
        if (parker_poll(p)) {
            return true;
        }
        sync_pause();
    }
    return false;
}

bool parker_wait_until(struct parker *p, int64_t deadline_ns)
{
    while (!parker_poll(p)) {
        if (deadline_ns != INT64_MAX && clock_now() >= deadline_ns) {
            return false;
        }
        struct timespec until = timespec_of(deadline_ns < 0 ? 0 : deadline_ns);
        uint32_t state = PARKER_EMPTY;
        /* relaxed: it comes before the wake or sees it, and then poll acquires. */
        if (!cas_rlx(&p->state, &state, PARKER_SLEEPS) && state == PARKER_WOKEN) {
            continue;
        }
        /* FUTEX_WAIT_BITSET takes an absolute monotonic time. Whatever it returns, look again. */
        (void)syscall(SYS_futex, &p->state, FUTEX_WAIT_BITSET_PRIVATE, PARKER_SLEEPS,
                deadline_ns == INT64_MAX ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY);
    }
    return true;
}

void parker_wake(struct parker *p)
{
    /*
     * acq_rel: the release half pairs with parker_poll(). After it the sleeper may return and
     * its memory be used for something else; a futex wake of such an address is at worst a
     * spurious wake there, which every futex user allows for.
     */
    if (xchg_acq_rel(&p->state, PARKER_WOKEN) == PARKER_SLEEPS) {
        (void)syscall(SYS_futex, &p->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}
