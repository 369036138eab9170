/* SPDX-License-Identifier: MIT */
/*
 * model.h - what a test of the weak-memory checker uses; CONTRIBUTING.md says how to write one.
 *
 * A test is a small program of two or three threads, begun with thread_start() of runtime/sync.h as
 * anywhere else. It is run again and again, each time with other decisions: which thread goes on, and
 * which of the values that the C11 memory model allows a load gets. Whatever is wrong ends a run: a
 * check that does not hold, a data race, a use after free, threads that all wait for each other, a
 * crash, a broken invariant of the runtime.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum model_kind {
    MODEL_HOLDS,  /* nothing may be found */
    MODEL_BROKEN, /* a planted bug: something must be found */
    MODEL_LITMUS  /* says which outcomes there are, of all runs: model_outcome() */
};

struct model_test {
    const char *name; /* as a sentence, with _ */
    void (*body)(void);
    enum model_kind kind;
    uint32_t runs;  /* at random, 0 = as many as usual */
    uint32_t bound; /* of MODEL_HOLDS: all runs with at most so many deviations are made, too */
    uint64_t expect; /* of MODEL_LITMUS: the set of outcomes, bit by bit */
};

/* Tests by file; each ends with one that has no name. */
extern const struct model_test model_litmus[];
extern const struct model_test model_planted[];
extern const struct model_test model_parts[];
extern const struct model_test model_calls[];
extern const struct model_test model_systems[];

/* Ends the run as failed. */
#define MODEL_CHECK(x) ((x) ? (void)0 : model_fail("check: " #x))
_Noreturn void model_fail(const char *what);

/* An outcome of a litmus test: a number below 64. */
void model_outcome(uint32_t number);

/*
 * Until it is called with true the calling thread goes on for as long as it can, and loads get the
 * newest value: for what has to be set up first and is not what the test is about.
 */
void model_explore(bool on);

/* Waits until no other thread can go on. */
void model_settle(void);

#endif
