/* SPDX-License-Identifier: MIT */
/*
 * values.h - types and values: what was written becomes what it means, or an error.
 */
#ifndef VALUES_H
#define VALUES_H

#include "scope.h"

/* Where a type stands; some may be only in one of them. */
enum values_place { VALUES_IN_MESSAGE, VALUES_IN_UNION, VALUES_IN_ARGUMENTS, VALUES_IN_STATE };

/* Resolves a type; TYPE_POISON if it was reported. */
struct type values_type(
        struct scope *scope, const struct ast_type *written, enum values_place place);

/* Returns what a literal is worth as a `type`; VALUE_POISON if it was reported. */
struct value values_literal(
        struct scope *scope, const struct ast_literal *literal, const struct type *type);

/* Read a number from 1 to `max`, or a duration above 0, that is called `what` in errors; 1 if
 * that was reported. */
uint32_t values_count(
        struct scope *scope, const struct ast_literal *literal, const char *what, uint32_t max);
int64_t values_duration(
        struct scope *scope, const struct ast_literal *literal, const char *what);

/* Likewise, with "a" or "an" before it. */
const char *values_described(struct arena *arena, const struct type *type);

/* Says whether an integer type, or the width of an enum, holds the number. */
bool values_fits(enum type_kind kind, uint64_t magnitude, bool negative);

/* Returns the range of an integer type as text, "0 to 255". */
const char *values_range(struct arena *arena, enum type_kind kind);

#endif
