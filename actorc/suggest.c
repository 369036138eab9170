/* SPDX-License-Identifier: MIT */
/*
 * suggest.c - see suggest.h.
 */
#include "suggest.h"

#include <string.h>

static unsigned min(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The optimal string alignment distance, three rows at a time. */
static unsigned align(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][SUGGEST_LEN_MAX + 1];
    for (unsigned j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (unsigned i = 1; i <= a_len; i++) {
        const unsigned *before = rows[(i + 1) % 3];
        const unsigned *above = rows[(i + 2) % 3];
        unsigned *row = rows[i % 3];
        row[0] = i;
        for (unsigned j = 1; j <= b_len; j++) {
            unsigned cost = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = min(min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                    lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = min(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

unsigned suggest_distance(const char *a, const char *b, unsigned limit)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t apart = a_len < b_len ? b_len - a_len : a_len - b_len;
    if (a_len > SUGGEST_LEN_MAX || b_len > SUGGEST_LEN_MAX || apart > limit) {
        return limit + 1;
    }
    return min(align(a, a_len, b, b_len), limit + 1);
}

void suggest_init(struct suggest *suggest, const char *wanted)
{
    size_t len = strlen(wanted);
    *suggest = (struct suggest){ .wanted = wanted, .distance = (unsigned)(len + 2) / 3 + 1 };
    if (len <= 2) {
        suggest->distance = 2;
    }
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    unsigned distance = suggest_distance(suggest->wanted, candidate, suggest->distance);
    /* Replacing every letter is not a slip of the finger. */
    if (distance > suggest->distance || distance >= strlen(candidate)) {
        return;
    }
    if (distance < suggest->distance) {
        suggest->distance = distance;
        suggest->best = candidate;
        suggest->tied = false;
    } else if (suggest->best != NULL && suggest->best != candidate) {
        suggest->tied = true;
    }
}

bool suggest_certain(const struct suggest *suggest)
{
    enum { LEN_MIN = 4 };
    return suggest->best != NULL && suggest->distance <= 1 && !suggest->tied &&
           strlen(suggest->wanted) >= LEN_MIN && strlen(suggest->best) >= LEN_MIN;
}
