/* SPDX-License-Identifier: MIT */
/*
 * suggest.h - which of the known names did they mean? Counts Damerau-Levenshtein edits: a
 * character more, less, another, or two neighbours swapped.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* Longer names are not compared; nobody mistypes them by one letter alone. */
enum { SUGGEST_LEN_MAX = 64 };

struct suggest {
    const char *wanted;
    const char *best; /* NULL as long as none is near enough */
    unsigned distance;
    bool tied; /* another one is as near */
};

/* Returns the number of edits between the two, or `limit` + 1 if there are more than `limit`. */
unsigned suggest_distance(const char *a, const char *b, unsigned limit);

/* Looks for the name nearest to `wanted`: offer each candidate, then read `best`. Of equally
 * near ones the first stays. About a third of the letters may be wrong. */
void suggest_init(struct suggest *suggest, const char *wanted);
void suggest_offer(struct suggest *suggest, const char *candidate);

/* Says whether the best one can only have been meant: one letter is wrong, which in a short name may be
 * another name, and no other candidate is as near. */
bool suggest_certain(const struct suggest *suggest);

#endif
