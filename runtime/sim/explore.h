/* SPDX-License-Identifier: MIT */
/* explore.h - all schedules of a small program, each state once. */
#ifndef RT_SIM_EXPLORE_H
#define RT_SIM_EXPLORE_H

#include "attempt.h"

/* Runs all of them, as far as `runs_max` goes, in this process, and counts in a->explored what there was. Does not
 * return if one fails. */
void explore(struct attempt *a, uint64_t runs_max);

#endif
