/* SPDX-License-Identifier: MIT */
/*
 * sync.h - the runtime's only door to atomics, mutexes, threads and sleeping.
 *
 * No other file includes <stdatomic.h>, <pthread.h> or calls futex. Two reasons: the memory
 * order is in the name, so a reader never counts arguments; and a simulated or a
 * model-checked build can turn every call below into a scheduling point.
 *
 * There are no stand-alone fences here, on purpose: ThreadSanitizer does not see them, and the
 * idle protocols written with them lose wake-ups under the C11 model.
 *
 * Lock order: system, then intake or depot, then reserve. No lock is held while a handler, a hook or a
 * callback of the application runs.
 *
 * Floor 1.
 */
#ifndef RT_SYNC_H
#define RT_SYNC_H

#include "base.h"

#include <pthread.h>
#include <stdatomic.h>

#define load_rlx(p) atomic_load_explicit((p), memory_order_relaxed)
#define load_acq(p) atomic_load_explicit((p), memory_order_acquire)
#define store_rlx(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define store_rel(p, v) atomic_store_explicit((p), (v), memory_order_release)
#define xchg_acq_rel(p, v) atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define add_rlx(p, v) atomic_fetch_add_explicit((p), (v), memory_order_relaxed)
#define sub_rlx(p, v) atomic_fetch_sub_explicit((p), (v), memory_order_relaxed)
#define or_acq_rel(p, v) atomic_fetch_or_explicit((p), (v), memory_order_acq_rel)
#define and_acq_rel(p, v) atomic_fetch_and_explicit((p), (v), memory_order_acq_rel)
/* Strong: may stand outside a loop. Failure order is acquire. */
#define cas_acq_rel(p, expected, desired)                                                      \
    atomic_compare_exchange_strong_explicit(                                                   \
            (p), (expected), (desired), memory_order_acq_rel, memory_order_acquire)

#define cas_rlx(p, expected, desired)                                                          \
    atomic_compare_exchange_strong_explicit(                                                   \
            (p), (expected), (desired), memory_order_relaxed, memory_order_relaxed)

/* A counter that one thread writes and any thread may read: a plain add, not a read-modify-write. */
#define count_up(p, n) store_rlx((p), load_rlx(p) + (n))

/* A thread's own variable. The model avoids a call for each access from the shared library. */
#define RT_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

/* How often a thread looks before it sleeps; a simulation, in which nobody else runs meanwhile, has its own
 * idea of that. */
#ifndef SYNC_SPINS
#define SYNC_SPINS 256 /* about 5 µs */
#endif

/* Tells the processor that this is a spin loop. */
static inline void sync_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Gives the processor to another thread, for a lock whose holder was interrupted. */
void sync_yield(void);

/* Cores that this process may use, at least 1. */
unsigned sync_cores(void);

struct mutex {
    pthread_mutex_t os;
};

struct cond {
    pthread_cond_t os; /* waits on the monotonic clock */
};

#define MUTEX_INITIALIZER                                                                      \
    {                                                                                          \
        PTHREAD_MUTEX_INITIALIZER                                                              \
    }

void mutex_init(struct mutex *m);
void mutex_fini(struct mutex *m);
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
void cond_init(struct cond *c);
void cond_fini(struct cond *c);
/* Waits until signalled (or for no reason); false once `deadline_ns` has passed, INT64_MAX = never. */
bool cond_wait_until(struct cond *c, struct mutex *m, int64_t deadline_ns);
void cond_broadcast(struct cond *c);

struct thread {
    pthread_t os;
};

/* Starts a thread; false if the system has no room for it. */
bool thread_start(struct thread *ret_thread, void (*body)(void *arg), void *arg);
void thread_join(struct thread *t);
void thread_detach(struct thread *t);
/* Sends a signal to a thread that has not been joined or detached. */
void thread_signal(struct thread *t, int number);

enum parker_state {
    PARKER_EMPTY,
    PARKER_WOKEN, /* a wake is there to be taken */
    PARKER_SLEEPS /* the owner sleeps, or has slept: only then a wake costs a call of the kernel */
};

/*
 * A place where one thread sleeps until another wakes it. A wake that comes first is kept, so
 * that none is lost; several count as one.
 */
struct parker {
    _Atomic uint32_t state; /* [A] enum parker_state */
};

void parker_init(struct parker *p);
/* Sleeps until woken and takes the wake: true. False when `deadline_ns` (monotonic; INT64_MAX =
 * never) comes first. Owner only. */
bool parker_wait_until(struct parker *p, int64_t deadline_ns);
/* Takes a wake if there is one, without sleeping. Owner only. */
bool parker_poll(struct parker *p);
/* Looks for a wake that must be near, without sleeping; false if it is not there in time. Owner only. */
bool parker_spin(struct parker *p);
/* Any thread. The parker may be gone as soon as the wake is taken; this is allowed for. */
void parker_wake(struct parker *p);

#endif
