/* SPDX-License-Identifier: MIT */
/*
 * attempt.h - one run of the program's main, from a seed or a list of choices, and what came of it.
 *
 * A run that fails leaves half a system behind, so the process ends with it: attempts are made in
 * processes of their own, which tell what they found in memory that they share with who started them.
 */
#ifndef RT_SIM_ATTEMPT_H
#define RT_SIM_ATTEMPT_H

#include "check.h"
#include "sim.h"

/* How a process ends whose run has failed. */
enum { EXIT_FOUND = 1 };

struct attempt {
    /* Asked for. */
    uint64_t seed;
    bool is_list;
    bool shows;       /* prints a diagram, and what the program prints */
    bool for_mermaid; /* the diagram */
    uint32_t list_count;
    uint32_t list[CHOICES_MAX];
    /* Told. */
    bool failed;
    char text[512]; /* what failed */
    uint64_t hash;
    uint64_t steps;
    uint64_t crashes;
    uint64_t refusals;
    actor_duration elapsed;
    uint32_t made; /* choices; the first CHOICES_MAX are in `log` */
    struct choice log[CHOICES_MAX];
    uint64_t reached[LABELS_MAX]; /* added up over all runs */
    struct explored {             /* by explore() */
        uint64_t states, runs, cut, steps;
        uint32_t deepest;
        bool is_all;
    } explored;
};

/* The program, as main was called. */
void attempt_program(int argc, char **argv);
/* Memory for attempts that processes share; NULL if there is none. Zeroed. */
struct attempt *attempt_new(void);

/* Runs main in this process. Does not return if it fails. */
void attempt_run(struct attempt *a);
/* Runs it in a process of its own; false if none could be made. */
bool attempt_fork(struct attempt *a);
/* Sends what the program prints nowhere. */
void attempt_be_silent(void);
/* Notes how a process ended that was to run `a`. */
void attempt_note_end(struct attempt *a, int status);

#endif
