/* SPDX-License-Identifier: MIT */
/*
 * layout.h - copying and checking messages and arguments by their generated layout.
 *
 * Floor 2.
 */
#ifndef RT_LAYOUT_H
#define RT_LAYOUT_H

#include "base.h"

#include <actorc/actor.h>

/*
 * Checks the fields of `body` against their bounds and adds up what its strings need behind
 * the struct.
 *
 * Returns: ACTOR_OK and `*ret_tail` in bytes; ACTOR_ERR_INVALID if a field is out of bounds.
 */
actor_err layout_measure(const actor_layout *l, const void *body, size_t *ret_tail);

/* Copies `body` to `to` and its strings to `tail`, which has the bytes that were measured. */
void layout_copy(const actor_layout *l, void *to, const void *body, char *tail);

#endif
