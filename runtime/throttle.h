/* SPDX-License-Identifier: MIT */
/*
 * throttle.h - senders that wait for room in a mailbox whose bound says `throttle`.
 *
 * An actor that has sent past such a bound is suspended when its handler returns well: it handles
 * replies and events only, until all whom it sent too much have room again. A failing handler
 * has sent nothing and waits for nothing; a restart does not end a wait, as what was sent is still
 * there. Who waits asks the target's owner, who alone knows when messages leave: so room that comes up
 * while that question is under way is not missed. Floor 11.
 */
#ifndef RT_THROTTLE_H
#define RT_THROTTLE_H

#include "send.h"

/* ---- The sender's side ---- */

/* Notes that the running handler has sent past a bound of `ref`, for class `index`; nothing to do
 * outside of handlers. False when memory is out. */
bool throttle_note(struct local *l, uint64_t ref, uint16_t index);
/* The handler has returned well, or not. */
void throttle_commit(struct local *l);
void throttle_abort(struct local *l);
/* There is room for what `w` waits for. */
void throttle_go_on(struct local *l, struct cell *c, struct wait *w);
/* The actor has ended: it waits for nothing any more. */
void throttle_leave(struct local *l, struct cell *c);

/* A wait of an outside thread: at the target from now on; NULL when memory is out. The thread waits on its
 * parker, without `l`, and then lets go of it. */
struct wait *throttle_begin(struct local *l, uint64_t ref, uint16_t index);
void throttle_end(struct local *l, struct wait *w, bool woken);

/* ---- The side of the target, whose owner calls ---- */

/* Somebody begins to wait, or waits no longer. */
void throttle_add(struct local *l, struct cell *c, struct wait *w);
void throttle_remove(struct local *l, struct wait *w);
/* Lets the first who waits go on if there is room; the others follow with the next places. */
void throttle_look(struct local *l, struct cell *c);
/* Lets all go on for whom there is room: nothing is left to be handled. */
void throttle_look_at_all(struct local *l, struct cell *c);
/* Lets all go on: the actor goes for good. */
void throttle_release_all(struct local *l, struct cell *c);

#endif
