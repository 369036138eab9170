/* SPDX-License-Identifier: MIT */
/*
 * workload.h - the workloads that all systems are compared on.
 *
 * A program is called as PROGRAM WORKLOAD COUNT WORKERS and prints one line, WORKLOAD VALUE UNIT [P99].
 * It ends with 0, or with 77 and a reason on stderr if it cannot express the workload.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workload {
    const char *name;
    const char *unit;
    const char *per;    /* what the unit is counted for */
    uint64_t count;     /* how many of these a run does, unless that takes too long */
    uint64_t grain;     /* counts are a multiple of this, so that every actor gets as many */
    unsigned outsiders; /* threads that work beside the workers, and take CPU time */
};

enum { WORKLOAD_COUNT = 11 };

extern const struct workload workloads[WORKLOAD_COUNT];

/* NULL if there is none of this name. */
const struct workload *workload_find(const char *name);

/* Seconds of one `unit`, 0 if it does not measure time. */
double workload_seconds(const char *unit);

/* `count`, or what is left of it after rounding down to the grain, but at least one grain. */
uint64_t workload_round(const struct workload *workload, double count);

/* Reads the line that a program has printed. On failure says in `ret_why` what is wrong with it. */
struct answer {
    double value; /* in the workload's unit */
    double p99;   /* likewise */
    bool has_p99;
};
bool workload_read(const struct workload *workload, const char *text, struct answer *ret_answer,
        char *ret_why, size_t why_size);

#endif
