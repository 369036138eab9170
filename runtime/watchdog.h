/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - one thread that looks whether handlers hold workers for too long, and gives memory back
 * when all have slept for a quarter of a second.
 *
 * It reads what workers count anyway: how many messages they have taken, and which of them sleep.
 * Only a worker that it has found in the same message for too long is asked, by a signal, where it
 * is. While all workers sleep it sleeps too. Threads of dedicated actors may block, and are not
 * looked at. Floor 10.
 */
#ifndef RT_WATCHDOG_H
#define RT_WATCHDOG_H

#include "local.h"

/* Starts the watchdog of a system whose workers run. False when memory or a thread is missing. */
bool watchdog_start(struct shared *s);
/* Ends it, before the workers do. */
void watchdog_stop(struct shared *s);

/* A worker has woken up. `idle` is s->idle as it was before the worker took its bit out. */
static inline void watchdog_resume(struct shared *s, uint64_t idle)
{
    /* relaxed: `idle` has been all ones since the watchdog saw it to be and before that said
     * here that it would doze; so whoever must wake it comes after that, by the order of `idle`. */
    if (RT_UNLIKELY(idle == UINT64_MAX >> (64 - s->worker_count)) &&
            load_rlx(&s->watchdog_dozes)) {
        parker_wake(&s->watchdog_parker);
    }
}

#endif
