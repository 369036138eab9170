/* SPDX-License-Identifier: MIT */
/* run.h - one turn of one actor: handles what waits for it, up to a budget. Floor 16. */
#ifndef RT_RUN_H
#define RT_RUN_H

#include "life.h"

/*
 * Runs `c`, which `l` owns and which is scheduled but in no queue. Afterwards it is in the run
 * queue again, or idle, or ended. Called by one thread at a time: that is promise 1.
 * It handles at most `most` messages; 0 = as many as a fair share.
 */
void run_turn(struct local *l, struct cell *c, uint32_t most);
/* The same for all in a queue. That of `l` it leaves early if there is something else to be seen to. */
void run_queue(struct local *l, struct run_queue *q, uint32_t most);

/* A handler on this thread has crashed and was left: does what comes after it, as run_turn()
 * would have. */
void run_crashed(struct local *l);

/* The notification of `c`, which `l` owns, has arrived: sees to what is in its inbox. */
void run_notified(struct local *l, struct cell *c);

#endif
