/* SPDX-License-Identifier: MIT */
/*
 * state.h - the hash of a state, kept up to date as it changes: for each actor what has arrived, what it has
 * handled and the timers that it has set, in order, and what the starting thread has seen when. See explore.c.
 */
#ifndef RT_SIM_STATE_H
#define RT_SIM_STATE_H

#include "sim.h"

/* Begins a run; `is_kept` says that anybody wants to know. */
void state_begin(bool is_kept);
/* A message gets into the mailbox of `c`. */
void state_arrival(struct cell *c, struct msg *m);
/* An event with this hash is about to be handled. */
void state_handled(struct cell *c, uint64_t hash);
/* A timer is set to ring at `at`, by the actor in `c`, or by none if it is NULL. */
void state_timer(struct cell *c, int64_t at);
/* The starting thread looks at the system, or touches it. */
void state_outside(void);
/* Something was chosen that is no actor's turn, which would show by itself. */
void state_chosen(uint64_t value);
uint64_t state_now(void);

#endif
