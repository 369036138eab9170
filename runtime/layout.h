/* SPDX-License-Identifier: MIT */
/*
 * layout.h - copying and checking messages and arguments by their generated layout.
 *
 * A copy is one block: the C struct, and behind it all that its pointers lead to, which is called
 * its tail. A tail begins aligned to 8 bytes: a struct that has one has a pointer in it.
 *
 * Floor 2.
 */
#ifndef RT_LAYOUT_H
#define RT_LAYOUT_H

#include "base.h"

#include <actorc/actor.h>

/* Messages and unions within each other, at most; what is deeper, or has no end, is an error. */
enum { LAYOUT_DEPTH_MAX = 100 };

/*
 * Checks the fields of `body` against their bounds and adds up its tail.
 *
 * Returns: ACTOR_OK and `*ret_tail` in bytes; ACTOR_ERR_INVALID if a field is out of bounds;
 * ACTOR_ERR_LIMIT if it is nested too deeply or the tail would have more than `limit` bytes.
 */
actor_err layout_measure(
        const actor_layout *l, const void *body, size_t limit, size_t *ret_tail);

/* Likewise checks a value that `f` describes, at its offset from `base`. */
actor_err layout_check(const actor_field *f, const void *base);

/* Returns what a bool, number, enum, reference, call or opaque pointer takes in memory. */
size_t layout_scalar_bytes(actor_field_kind kind);

/* Copies `body` to `to` and all behind it to `tail`, which has the bytes that were measured. */
void layout_copy(const actor_layout *l, void *to, const void *body, char *tail);

/* Returns the member that a union holds, or NULL if it is none. */
const actor_union_member *layout_member(const actor_union *u, const void *value);

#endif
