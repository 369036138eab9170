/* SPDX-License-Identifier: MIT */
/*
 * stats.h - what is said of a handful of measurements. Means are not: one disturbed round would move
 * them, and with five rounds there is no way to tell which.
 */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

struct stats {
    double median;
    double min;
    double max;
};

/* Of `count` numbers, at least one, in any order, which stays. Of an even count the median is the
 * mean of the two in the middle. */
struct stats stats_of(const double *numbers, size_t count);

/* The geometric mean of numbers above zero, which is what ratios have; 1 when there are none. */
double stats_geometric_mean(const double *numbers, size_t count);

#endif
