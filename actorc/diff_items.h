/* SPDX-License-Identifier: MIT */
/*
 * diff_items.h - the things of two versions that belong together: those of one name, and after
 * them those that are alike but for their name.
 */
#ifndef DIFF_ITEMS_H
#define DIFF_ITEMS_H

#include "diff_change.h"

struct diff_item {
    struct diff_item *next;
    const char *name;
    int kind; /* only things of one kind can be renamed to each other */
    struct span span;
    const void *thing;
    size_t place;           /* in its list, from 0 */
    struct diff_item *peer; /* in the other version, or NULL */
};

/* In the order of the schema. All zero is empty. */
struct diff_items {
    struct diff_item *first;
    struct diff_item *last;
    size_t count;
};

void diff_items_add(struct diff *diff, struct diff_items *items, const char *name, int kind,
        struct span span, const void *thing);

/* Adds all of a chain; `item` is what `name_` and `span_` call one. */
#define DIFF_COLLECT(diff, items, type, first_, name_, span_)                                  \
    for (const struct type *item = (first_); item != NULL; item = item->next) {                \
        diff_items_add((diff), (items), (name_), 0, (span_), item);                            \
    }

/*
 * Finds the peers: by name, and then, unless `alike` is NULL, among those that are left by what
 * it says of two things. What has a peer keeps it, so that this can be done in steps.
 */
void diff_items_match(struct diff *diff, struct diff_items *old, struct diff_items *new,
        bool (*alike)(const struct diff *diff, const void *old, const void *new));

/* Returns the first of the new things that stands before one which it stood behind, or NULL. */
const struct diff_item *diff_items_moved(const struct diff_items *new);

/* Says whether a thing and its peer have different names. */
static inline bool diff_item_is_renamed(const struct diff_item *item)
{
    return item->peer != NULL && item->name != item->peer->name;
}

#endif
