/* SPDX-License-Identifier: MIT */
/*
 * resolve_state.h - "state { fields }": what an actor has to itself, declared in the schema.
 */
#ifndef RESOLVE_STATE_H
#define RESOLVE_STATE_H

#include "scope.h"

/* Returns the fields; what cannot be copied as one piece of memory is reported. */
struct fields *resolve_state(struct scope *scope, const struct ast_fields *written);

#endif
