/* SPDX-License-Identifier: MIT */
/*
 * diff_fields.h - fields of messages, members of unions, arguments and state in two versions.
 */
#ifndef DIFF_FIELDS_H
#define DIFF_FIELDS_H

#include "diff_change.h"

/* The thing whose fields they are, in both versions. */
struct diff_owner {
    const char *name; /* "'BuyProduct'" */
    struct span old;
    struct span new;
};

/* Add what changed among fields that have numbers. */
void diff_message_fields(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new);
void diff_union_members(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new);

/* Add what changed among fields that only C sees. */
void diff_arguments(struct diff *diff, const struct diff_owner *owner, const struct fields *old,
        const struct fields *new);
void diff_state(struct diff *diff, const struct diff_owner *owner, const struct fields *old,
        const struct fields *new);

#endif
