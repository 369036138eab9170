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

#include <actorc/generated.h>

#include <string.h>

/* Messages and unions within each other, at most; what is deeper, or has no end, is an error. */
enum { LAYOUT_DEPTH_MAX = 100 };

/* So few bytes are copied in place. */
enum { LAYOUT_FEW = 64 };

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

/* What a bool, number, enum, reference, call or opaque pointer takes in memory, by its kind; 0 for all others. */
extern const uint8_t layout_scalar_sizes[ACTOR_FIELD_KEPT_LIST + 1];

static inline size_t layout_scalar_bytes(actor_field_kind kind)
{
    return layout_scalar_sizes[kind];
}

/* Copies `body` to `to` and all behind it to `tail`, which has the bytes that were measured. */
void layout_copy(const actor_layout *l, void *to, const void *body, char *tail);

/* Copies a few bytes without a call; the last eight, or four, may overlap those before. */
static inline void layout_copy_few(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;
    if (n >= 8) {
        for (size_t i = 0; i + 8 < n; i += 8) {
            memcpy(t + i, f + i, 8);
        }
        memcpy(t + n - 8, f + n - 8, 8);
    } else if (n >= 4) {
        memcpy(t, f, 4);
        memcpy(t + n - 4, f + n - 4, 4);
    } else {
        for (size_t i = 0; i < n; i++) {
            t[i] = f[i];
        }
    }
}

/* Copies `body` to `to` and all behind it to `tail`, which has the bytes that were measured. A message without
 * fields may be NULL. */
static inline void layout_copy_message(
        const actor_layout *l, void *to, const void *body, char *tail)
{
    if (!l->plain) {
        layout_copy(l, to, body, tail);
    } else if (l->size <= LAYOUT_FEW) {
        layout_copy_few(to, body, l->size);
    } else {
        memcpy(to, body, l->size);
    }
}

/* Returns the member that a union holds, or NULL if it is none. */
const actor_union_member *layout_member(const actor_union *u, const void *value);

#endif
