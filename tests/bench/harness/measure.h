/* SPDX-License-Identifier: MIT */
/*
 * measure.h - runs the programs: finds how much each of them can do in a few seconds, then lets all take
 * turns, round after round, so that a mood of the machine meets them alike.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "results.h"

#include <stdbool.h>

struct measure {
    double limit_s;   /* who has not ended by then hangs */
    double target_s;  /* how long a run of a peer is to take */
    double ram_bytes; /* what a run may take */
    unsigned share; /* a run does this part of the workload's count, one in `share`, at most */
};

/* Fills all rows. False: interrupted. Says on stderr how it gets on. */
bool measure_all(const struct measure *measure, struct results *results);

#endif
