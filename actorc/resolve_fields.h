/* SPDX-License-Identifier: MIT */
/*
 * resolve_fields.h - the fields of a message and the arguments of an actor.
 */
#ifndef RESOLVE_FIELDS_H
#define RESOLVE_FIELDS_H

#include "values.h"

/* Resolves types, defaults, numbers and reservations, and gives the fields names in C. */
void resolve_fields(struct scope *scope, const struct ast_fields *written,
        enum values_place place, struct fields *fields);

#endif
