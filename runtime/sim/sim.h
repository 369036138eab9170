/* SPDX-License-Identifier: MIT */
/*
 * sim.h - what the files of a simulation share. libactorc_sim is libactorc with the doors to the
 * machine replaced: clock, locks, threads, descriptors and the scheduler. One thread runs all;
 * time is a number; whatever could have gone another way is asked of choose().
 *
 * There is one simulation in a process, and one run of it at a time.
 */
#ifndef RT_SIM_H
#define RT_SIM_H

#include "../local.h"

#include <actorc/sim.h>

/* ---- Choices ------------------------------------------------------------------------------ */

/* What a choice is about. In every one 0 is what would happen if nothing special did. */
enum choice_kind {
    CHOICE_ACTOR,   /* which of those that can run does */
    CHOICE_OUTSIDE, /* how many steps are made before an outside thread goes on */
    CHOICE_STALL,   /* a handler takes 2^n µs */
    CHOICE_SLIP,    /* timers are late by 2^n µs */
    CHOICE_CRASH,   /* before the handler, after it */
    CHOICE_REFUSE,  /* a mailbox has no room */
    CHOICE_ALLOC,   /* memory is out, for this one time */
    CHOICE_USER,    /* actor_sim_choose() */
    CHOICE_KINDS
};

/* Where choices come from. */
enum choice_source {
    SOURCE_NONE, /* no run has begun, as in the tests of one actor: 0 always */
    SOURCE_SEED, /* a generator */
    SOURCE_LIST  /* those that are given, and 0 after the last */
};

struct choice {
    uint32_t value;
    uint32_t of : 24; /* was less than this, or than its lower bits */
    uint32_t kind : 8;
};

enum { CHOICES_MAX = 1 << 20 };

/* How often each kind may happen, see choice_set_rate(). */
extern uint32_t choice_faults[CHOICE_KINDS];

static inline bool choice_is_possible(enum choice_kind kind)
{
    return choice_faults[kind] > 0;
}

/* For choose(). */
uint32_t choice_take(enum choice_kind kind, uint32_t of);

/* Begins a run that draws from a seed, … */
void choice_begin_seed(uint64_t seed);
/* … or from a list, which is kept by the caller. */
void choice_begin_list(const uint32_t *values, uint32_t count);
/* A number in [0, of). Of how likely it is not to be 0 the run's rates decide. */
static inline uint32_t choose(enum choice_kind kind, uint32_t of)
{
    /* What this run might do is noted even where it does not, so that a list has it in the same place. */
    return of > 1 && choice_is_possible(kind) ? choice_take(kind, of) : 0;
}
/* What has been chosen in this run, its first CHOICES_MAX; lent. */
struct choice *choice_log(uint32_t *ret_count);
/* Has the log kept in memory of the caller's, with room for CHOICES_MAX. */
void choice_log_into(struct choice *log);
/* Sets how often faults of a kind happen, in so many of 65,536 places; a seed may use less. */
void choice_set_rate(enum choice_kind kind, uint32_t rate);
/* From now on choices are those that explore.c enumerates: who runs next, what a scenario chooses, and, if they are
 * possible, faults, one in a run. Beyond the list, `is_new` is asked for each state in which there is a choice; one
 * that is not new has no more of them. NULL: the same choices, but nobody is asked. */
void choice_explore(bool (*is_new)(uint64_t state));
/* True while runs are explored. */
bool choice_explores(void);
/* True if this run has come to a state that was not new. */
bool choice_was_cut(void);

/* ---- Time and steps ----------------------------------------------------------------------- */

/* What a run is at. */
struct run {
    int64_t now;         /* ns */
    uint64_t steps;      /* handlers, hooks and replies that ran */
    uint64_t hash;       /* over all of them */
    uint32_t locks_held; /* by the starting thread, outside of steps */
    bool in_step;
    int64_t begun;    /* ns, when `now` began */
    uint64_t crashes; /* that were injected */
    uint64_t refusals;
};

extern struct run run;

/* A run that has so many steps does not end. */
extern uint64_t sim_steps_max;

/* Lets one actor handle one message, or time pass to the next timer but not past `limit`. False if there is nothing
 * that can happen before it. */
bool sim_step(int64_t limit);
/* The same again and again until `*done`, or there is nothing left that can happen before `limit`. */
void sim_steps(const bool *done, int64_t limit);

/* Begins a run: time, and nothing that an earlier one has left. */
void sim_begin(void);

/* ---- Hashes ------------------------------------------------------------------------------- */

static inline uint64_t fold(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* The hash of a value by its layout, whatever lies between its fields. */
uint64_t hash_value(const actor_layout *layout, const void *value, uint64_t hash);

#endif
