/* SPDX-License-Identifier: MIT */
/*
 * crew.h - the members of a pool, and which of them gets a message.
 *
 * A pool is not an actor: nothing runs and nothing waits there. It has a slot of its own, so that its
 * reference ends like others; the slot has a crew, which senders on any thread read while the parent
 * of the members, who owns it, may change or end it. So it stays with the slot until the system ends,
 * its parts are atomic, and a reader looks at the generation again when it has read. Floor 10.
 */
#ifndef RT_CREW_H
#define RT_CREW_H

#include "slot.h"

/* Opens a pool without members in a free slot. NULL when memory is out. */
struct cell *crew_open(struct local *l, const actor_pool *pool, uint64_t parent);
/* Notes who member `index` is. */
void crew_set(struct cell *c, uint32_t index, uint64_t member);
/* The pool's reference is dead from here on. */
void crew_close(struct local *l, struct cell *c);

/*
 * Chooses who gets `message`, of that class, which is sent to the pool `ref`. Any thread.
 *
 * Returns: 0 if the pool has ended; else a member, alive or not. `*ret_is_load` says whether what
 * is sent to it must be counted as its load.
 */
uint64_t crew_route(struct local *l, uint64_t ref, const actor_class *class, uint16_t index,
        const void *message, bool *ret_is_load);

/* Return the pool's parent, and its member `index`; 0 if there is none or the pool has ended. */
uint64_t crew_parent(struct local *l, uint64_t ref);
uint64_t crew_member(struct local *l, uint64_t ref, uint32_t index);

#endif
