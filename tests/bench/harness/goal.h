/* SPDX-License-Identifier: MIT */
/*
 * goal.h - what we want to reach: a file with a line a workload, "ping-pong 12 ns", or with a second
 * number for the p99. # begins a comment.
 */
#ifndef GOAL_H
#define GOAL_H

#include "workload.h"

struct goal {
    double value; /* in the workload's unit; 0: there is no goal */
    double p99;   /* 0: none */
};

struct goals {
    struct goal of[WORKLOAD_COUNT]; /* in the order of `workloads` */
};

/* Gives up, with the line, on a file that cannot be understood. */
void goals_read(struct goals *goals, const char *path);

struct goal goal_of(const struct goals *goals, const struct workload *workload);

#endif
