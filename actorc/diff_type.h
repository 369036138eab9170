/* SPDX-License-Identifier: MIT */
/*
 * diff_type.h - types, values and fields of two versions.
 */
#ifndef DIFF_TYPE_H
#define DIFF_TYPE_H

#include "diff_change.h"

/* Say whether the two are the same, declarations of both versions being paired already. */
bool diff_same_type(const struct diff *diff, const struct type *old, const struct type *new);
bool diff_same_value(const struct value *old, const struct value *new);

/* Say whether the two are written alike, whatever the names in them mean. */
bool diff_alike_types(const struct diff *diff, const struct type *old, const struct type *new);
bool diff_alike_fields(
        const struct diff *diff, const struct fields *old, const struct fields *new);

/* Returns the value as it is written in a schema; "0" or what is like it if there is none. */
const char *diff_value_text(struct arena *arena, const struct value *value);

/* Add what changed in the type of field `old`, which `what` calls "field 'x' of 'Y'". */
void diff_type(
        struct diff *diff, const char *what, const struct field *old, const struct field *new);

#endif
