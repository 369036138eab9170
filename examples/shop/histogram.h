/* SPDX-License-Identifier: MIT */
/* histogram.h - durations, counted in buckets at most 1/32 wide, so that memory stays small and
 * percentiles are right within about 3 %. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 60 * 32 };

/* All zeros is an empty one. */
struct histogram {
    uint64_t total;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* Counts a duration; negative ones count as 0. */
void histogram_add(struct histogram *histogram, int64_t duration_ns);

/* Adds all of `other`. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/* Returns a duration that `percent` of the durations do not exceed; 0 if there are none. */
int64_t histogram_percentile(const struct histogram *histogram, double percent);

#endif
