/* SPDX-License-Identifier: MIT */
/*
 * histogram.c - see histogram.h.
 *
 * Values below 64 have a bucket each. Above, a value whose highest bit is bit `b` lies in one of
 * the 32 buckets into which its next five bits cut the range [2^b, 2^(b+1)).
 */
#include "histogram.h"

#include <assert.h>

static unsigned bucket_of(uint64_t value)
{
    unsigned shift = 0;
    while (value >> shift >= 64) {
        shift++;
    }
    return shift * 32 + (unsigned)(value >> shift);
}

/* Returns the largest value in a bucket. */
static int64_t bucket_top(unsigned bucket)
{
    unsigned shift = bucket < 64 ? 0 : bucket / 32 - 1;
    uint64_t lead = bucket - shift * 32;
    return (int64_t)(((lead + 1) << shift) - 1);
}

void histogram_add(struct histogram *histogram, int64_t duration_ns)
{
    unsigned bucket = bucket_of(duration_ns > 0 ? (uint64_t)duration_ns : 0);
    assert(bucket < HISTOGRAM_BUCKETS);
    histogram->buckets[bucket]++;
    histogram->total++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    histogram->total += other->total;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        histogram->buckets[i] += other->buckets[i];
    }
}

int64_t histogram_percentile(const struct histogram *histogram, double percent)
{
    double wanted = (double)histogram->total * percent / 100.0;
    uint64_t seen = 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > 0 && (double)seen >= wanted) {
            return bucket_top(i);
        }
    }
    return 0;
}
