/* SPDX-License-Identifier: MIT */
/*
 * send.h - from a message to its target's mailbox, or to wherever messages go that cannot be
 * delivered. The only delivery path. Floor 10.
 */
#ifndef RT_SEND_H
#define RT_SEND_H

#include "ask.h"

struct watch;
struct wait;

/* Delivers `m` to `m->target`. Takes `m`, always. */
void send_deliver(struct local *l, struct msg *m);

/*
 * Delivers a message that has MSG_PLAIN if its actor, which is or was in `c`, is here and there is nothing to
 * be considered. False: nothing has been done, and it is for send_plain_slowly().
 */
static inline bool send_plain(struct local *l, struct cell *c, struct msg *m)
{
    /* acquire: as in send_deliver(). */
    if (RT_UNLIKELY(load_acq(&c->owner) != l || cell_gen(c) != ref_gen(m->target) ||
                    mailbox_has_inbox(&c->mb) || !c->calm)) {
        return false;
    }
    seam_sends(l, m);
    count_up(&c->counts[m->index].passed, 1); /* relaxed: own counter */
    mailbox_put_plain(&c->mb, m);
    local_schedule(l, c);
    return true;
}

/* Counts a tell as sent and delivers it. Takes `m`. */
void send_plain_slowly(struct local *l, struct msg *m);

/* Moves what is in the inbox of `c`, which `l` owns, to its lanes. */
void send_drain(struct local *l, struct cell *c);
/* Puts a list of messages, oldest first, into the lanes of `c`. Takes them. */
void send_accept_all(struct local *l, struct cell *c, struct msg *list);

/*
 * Ends a message that nobody will handle: a request's asker is told `reason`, a tell or request
 * is a dead letter, a reply is stale. Takes `m`, which is in no lane.
 */
void send_dead(struct local *l, struct msg *m, actor_err reason);
/* The same for a tell, or a request whose call somebody else ends. */
void send_bury(struct local *l, struct msg *m, actor_err reason);
/* Counts a dead letter and shows it to the application. Leaves `m` to the caller. */
void send_note_dead(struct local *l, struct msg *m, actor_err reason);
/* Ends a tell or request that was taken out of its lane, or refused: counted, not a dead letter. */
void send_drop(struct local *l, struct msg *m, actor_err reason);

/*
 * Ends the callee's side of an ask with `reply`, a message for the asker. If the ask has been
 * decided by then the reply is stale. Takes `reply`. The record may be gone afterwards.
 */
void send_end_call(struct local *l, struct ask *a, struct msg *reply);
void send_end_call_error(struct local *l, struct ask *a, actor_err err);

/* Gives back the places of a message that will not be delivered, as `flags` say. Any thread. */
void send_give_back(struct local *l, uint64_t ref, uint16_t index, uint8_t flags);

/* Tells who waits that there is room, and lets go of the target's side. */
void send_room(struct local *l, struct wait *w);
/* Lets go of sides of a wait: enum wait_done. It may be gone afterwards. */
void send_wait_done(struct local *l, struct wait *w, uint32_t sides);

/* Tells a watcher that whom it watches has ended; ACTOR_ERR_GONE: it had before. */
void send_ended(struct local *l, struct watch *w, actor_err why);

#endif
