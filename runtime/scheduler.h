/* SPDX-License-Identifier: MIT */
/* scheduler.h - the threads of a system. What lower floors need of a scheduler is in local.h. Floor 17. */
#ifndef RT_SCHED_H
#define RT_SCHED_H

#include "run.h"

/* Starts the workers of `s`; false, with none left running, if there is no memory or thread. */
bool sched_start(struct shared *s);

/*
 * Ends all threads. Those that are in a handler at `deadline_ns` are left alone. INT64_MAX: all roots have gone,
 * and what is on its way somewhere is seen to.
 *
 * Returns: how many were left; then nothing of `s` may be freed.
 */
uint32_t sched_stop(struct shared *s, int64_t deadline_ns);

/* Releases what sched_start() and dedicated actors made. All threads have ended. */
void sched_fini(struct shared *s);

/* Calls `visit` for each thread's local. Any thread. */
void sched_each_local(
        struct shared *s, void (*visit)(void *context, struct local *l), void *context);

#endif
