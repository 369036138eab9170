/* SPDX-License-Identifier: MIT */
/*
 * choice.h - all decisions of a run. 0 is always what would happen if nothing special did: the thread goes
 * on, the load gets the newest value.
 *
 * Runs are made at random from seeds, by two strategies in turn: one that decides each time anew, and PCT
 * (Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010);
 * or one after the other, all that deviate from 0 at most so many times, as CHESS does with preemptions (Musuvathi
 * and Qadeer, PLDI 2007).
 */
#ifndef MODEL_CHOICE_H
#define MODEL_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

enum choice_kind {
    CHOOSE_THREAD, /* to go on; 0 = the one that runs */
    CHOOSE_FREE,   /* the same when that one waits: no deviation */
    CHOOSE_VALUE,  /* of a load; 0 = the newest */
    CHOOSE_PLACE,  /* of a store in modification order; 0 = the end */
    CHOOSE_SPIN,   /* 0 = waits for a change, 1 = spins on */
    CHOOSE_TIME /* 1 = it passes until the next deadline, though somebody has something to do */
};

/* Begins a run at random. `steps` is about how many decisions on threads a run has. */
void choice_begin_random(uint64_t seed, uint32_t steps);
/* Begins the search of all runs within a bound. */
void choice_begin_search(uint32_t bound);
/* The next run of the search; false if there is none. */
bool choice_next(void);

/* One of n. Of threads, `threads` says which these are. */
uint32_t choose(enum choice_kind kind, uint32_t n, const uint8_t *threads);

/* While it is off, all decisions are 0. */
void choice_explore(bool on);
/* Decisions on threads in this run so far. */
uint32_t choice_steps(void);

#endif
