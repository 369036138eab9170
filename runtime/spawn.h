/* SPDX-License-Identifier: MIT */
/*
 * spawn.h - from an actor type to a cell that can be started, and from an ended cell back to its
 * home. Floor 12.
 */
#ifndef RT_SPAWN_H
#define RT_SPAWN_H

#include "send.h"

/* An actor that is to be made. */
struct birth {
    const actor_type *code;
    const void *args;     /* copied */
    uint64_t parent;      /* reference; 0 = a root */
    struct child *record; /* the parent's note of it */
    const char
            *name; /* of a static child, which has an annex: it may be in a pool; else NULL */
};

/*
 * Makes an actor of status NEW; it starts with EVENT_START.
 *
 * Returns: ACTOR_OK and its reference; ACTOR_ERR_NO_MEMORY, LIMIT, INVALID, OS.
 */
actor_err spawn_actor(struct local *l, const struct birth *birth, uint64_t *ret_ref);

/* Releases the copy of an actor's arguments. NULL is a no-op. */
void spawn_free_args(struct local *l, void *copy);

/* Gives a cell whose actor has ended, and that nothing refers to any more, back to its home. */
void spawn_recycle(struct local *l, struct cell *c);

#endif
