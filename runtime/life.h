/* SPDX-License-Identifier: MIT */
/*
 * life.h - an actor from spawn to end. See the diagram in cell.h. Floor 12.
 *
 * All functions run on the thread of the actor's owner, outside of its handlers, but for
 * life_spawn(), which runs on the spawner's.
 */
#ifndef RT_LIFE_H
#define RT_LIFE_H

#include "event.h"
#include "family.h"
#include "tx.h"

/*
 * Makes an actor of status NEW that belongs to `parent` (0 = a root); it starts with EVENT_START.
 * `args` is copied.
 *
 * Returns: ACTOR_OK and its reference; ACTOR_ERR_NO_MEMORY, LIMIT, INVALID, OS.
 */
actor_err life_spawn(struct local *l, const actor_type *code, const void *args, uint64_t parent,
        struct child *record, uint64_t *ret_ref);

/* Takes back an actor that was spawned and never started. */
void life_unspawn(struct local *l, uint64_t ref);

void life_start(struct local *l, struct cell *c);
/* Its static children are up: it handles messages from now on. */
void life_up(struct local *l, struct cell *c);
/* The actor has failed; its supervisor decides. */
void life_fail(struct local *l, struct cell *c, const char *text);
/* The orderly stop has come to its turn: ends once the replies that it waits for have come. */
void life_drain(struct local *l, struct cell *c);
/* Tears the actor down, children first: for good, or keeping reference and mailbox. */
void life_leave(struct local *l, struct cell *c, bool keep);
/* No child is left: the rest of leaving. */
void life_left(struct local *l, struct cell *c);
/* Ends the requests that wait in the mailbox with STOPPED. */
void life_flush(struct local *l, struct cell *c);

/* Runs one event through the actor's dispatch as a transaction. ACTOR_FAILED: nothing took effect,
 * and `l->tx.failure` says why. */
actor_result life_dispatch(
        struct local *l, struct cell *c, const actor_event *event, uint64_t hand_call);

/* Gives a cell whose actor has ended, and that nothing refers to any more, back to its home. */
void life_cell_ended(struct local *l, struct cell *c);

/* Handles an event addressed to `c`. Takes `e`. */
void life_event(struct local *l, struct cell *c, struct event *e);

#endif
