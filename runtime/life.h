/* SPDX-License-Identifier: MIT */
/*
 * life.h - an actor from its start to its end. See the diagram in cell.h. Floor 15.
 *
 * All functions run on the thread of the actor's owner, outside of its handlers.
 */
#ifndef RT_LIFE_H
#define RT_LIFE_H

#include "event.h"
#include "family.h"
#include "tx.h"

/* Starts a child of an actor of this thread that has just been spawned, if that is nothing that anybody could see.
 * False: it has to be told, and may fail. */
bool life_start_at_once(struct local *l, struct child *child);
/* The actor has failed; its supervisor decides. */
void life_fail(struct local *l, struct cell *c, const char *text);
/* The orderly stop has come to its turn: ends once the replies that it waits for have come. */
void life_drain(struct local *l, struct cell *c);
/* Tears the actor down, children first: for good, or keeping reference and mailbox. */
void life_leave(struct local *l, struct cell *c, bool keep);
/* A handler has crashed, and was left; its transaction ends. `l->tx.failure` says why. */
void life_crashed(struct local *l, struct cell *c);
/* Runs one event through the actor's dispatch as a transaction; `hand_ask` as of tx_begin(). ACTOR_FAILED: nothing took
 * effect, and `l->tx.failure` says why. */
actor_result life_dispatch(
        struct local *l, struct cell *c, const actor_event *event, struct ask *hand_ask);

/* Ends the transaction of a handler that returned `r`: as life_dispatch(). */
actor_result life_conclude(struct local *l, actor_result r);

/* Handles an event addressed to `c`. Takes `e`. */
void life_event(struct local *l, struct cell *c, struct event *e);

/* Notes the state as it is, to be put back if the running handler fails; for actors whose state the
 * schema declares. */
void life_keep_state(struct cell *c);

#endif
