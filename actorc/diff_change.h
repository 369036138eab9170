/* SPDX-License-Identifier: MIT */
/*
 * diff_change.h - the list of changes between two versions of a schema. Which change breaks what
 * is said in diff_rules.h.
 */
#ifndef DIFF_CHANGE_H
#define DIFF_CHANGE_H

#include "arena.h"
#include "diff_rules.h"
#include "map.h"
#include "model.h"

/* One difference. Both places are always there: what is only in one version is shown with what it
 * was, or is now, a part of. */
struct diff_change {
    struct diff_change *next;
    enum diff_rule rule;
    const char *text;
    const char *hint; /* what to write instead, or NULL */
    struct span old;
    struct span new;
};

/* All zero but the arena is an empty one. */
struct diff {
    struct arena *arena; /* holds the changes */
    struct diff_change *first;
    struct diff_change *last;
    size_t breaking;
    size_t compatible;
    struct map pairs; /* a declaration of the old model to its new version */
};

void diff_fini(struct diff *diff);

/* Adds a change. Texts are as those of diagnostics. */
struct diff_change *diff_add(struct diff *diff, enum diff_rule rule, struct span old,
        struct span new, const char *format, ...) BASE_PRINTF(5, 6);
void diff_hint(struct diff *diff, struct diff_change *change, const char *format, ...)
        BASE_PRINTF(3, 4);

/* Notes that one declaration is the other's new version; says whether it is. Both are of the
 * same kind. */
void diff_pair(struct diff *diff, const void *old, const void *new);
bool diff_is_pair(const struct diff *diff, const void *old, const void *new);

#endif
