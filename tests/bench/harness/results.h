/* SPDX-License-Identifier: MIT */
/*
 * results.h - what was measured: a row for each workload, system and number of workers.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include "contender.h"
#include "goal.h"
#include "workload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUNDS_MAX = 99, WORKERS_MAX = 8 };

struct sample {
    double value; /* in the workload's unit */
    double p99;   /* 0: it has none */
    double wall_s;
    double cpu_s;
    uint64_t rss_bytes;
};

struct row {
    const struct workload *workload;
    const struct contender *contender;
    unsigned workers;
    uint64_t count;       /* how many units each round does */
    bool is_short_of_ram; /* the count is small because of the memory that it takes */
    char why[240];        /* why nothing was measured; "" if it was */
    struct sample samples[ROUNDS_MAX];
    size_t rounds;
    /* Of the samples; medians, but for these two and the memory, which is the most. */
    double min;
    double max;
    struct sample median;
    bool is_over; /* took more CPU time than its workers can have */
};

struct results {
    char date[24]; /* UTC, "2026-11-28T22:30:00Z" */
    char *machine; /* such as "AMD EPYC 7B13, 2 cores, Linux 6.1.0" */
    double load;   /* of the machine by others, before we began */
    size_t rounds; /* that were wanted */
    bool is_quick; /* too small to be believed */
    const struct contenders *contenders;
    const struct goals *goals;
    const struct workload *workloads[WORKLOAD_COUNT];
    size_t workload_count;
    unsigned workers[WORKERS_MAX]; /* ascending */
    size_t workers_count;
    struct row *rows;
    size_t row_count;
};

/* After all but the rows was set. */
void results_init(struct results *results);
void results_fini(struct results *results);

/* By the places in the lists above. */
struct row *results_row(
        const struct results *results, size_t workers, size_t workload, size_t contender);

bool row_is_measured(const struct row *row);

/* Fills in what is said of the samples. */
void row_summarise(struct row *row);

/* How many times ours this row's value is; 0 if one of them was not measured. */
double results_ratio(
        const struct results *results, size_t workers, size_t workload, size_t contender);

/* The place of the best peer that was measured; 0 if there is none. */
size_t results_best(const struct results *results, size_t workers, size_t workload);

/* Whether ours has reached its goal; false also if there is none, or no measurement. */
bool results_reached(const struct results *results, const struct row *row);

/* Fills `order` with the measured systems, ours too, fastest first, and returns how many. */
size_t results_order(const struct results *results, size_t workers, size_t workload,
        size_t order[CONTENDER_MAX]);

#endif
