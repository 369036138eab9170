/* SPDX-License-Identifier: MIT */
/*
 * tx.h - a handler is a transaction: what it does is noted in an outbox, in order, and takes
 * effect when the handler returns well, or never. Floor 11.
 */
#ifndef RT_TX_H
#define RT_TX_H

#include "send.h"

struct tx_entry;
typedef void tx_effect(struct local *l, struct tx_entry *entry);

/* An outbox entry with effects of its own: a spawn, a change of mode. Both callbacks take the entry. */
struct tx_entry {
    struct msg msg; /* kind MSG_EFFECT */
    tx_effect *commit;
    tx_effect *abort;
};

/* Begins the transaction of a handler of `c`; `hand_ask` is the call of the message in hand. */
static inline void tx_begin(struct local *l, struct cell *c, struct ask *hand_ask)
{
    RT_ASSERT(l->tx.cell == NULL);
    l->tx.cell = c;
    l->tx.hand_ask = hand_ask;
    l->tx.failure[0] = '\0';
}

/* The calling thread's local if it is in a handler of the actor whose state is `self`, else NULL. */
static inline struct local *handler_of(const void *self)
{
    struct local *l = local_current;
    return RT_LIKELY(l != NULL && l->tx.cell != NULL && l->tx.cell->state == self) ? l : NULL;
}

/* The record of a call that the running handler's actor has, else NULL: most often it is the one in hand. */
static inline struct ask *tx_find_call(struct local *l, uint64_t call)
{
    struct ask *a = l->tx.hand_ask;
    return RT_LIKELY(a != NULL && ask_call(a) == call)
                   ? a
                   : ask_find(l, call, cell_ref(l->tx.cell));
}

/* Moves the plain messages to the others, in order, and counts what they take. */
void tx_gather_plain(struct local *l);
static inline bool tx_has_plain(const struct local *l)
{
    return l->tx.plain_end != l->tx.plain;
}
/* Takes room, or all that is left: what is noted without asking may be more than that. Where not all plain messages
 * that the array holds would fit, each is to be held against it. */
static inline void tx_use_room(struct local *l, size_t bytes)
{
    l->tx.room -= rt_min_size(bytes, l->tx.room);
    if (RT_UNLIKELY(l->tx.room < TX_PLAIN_BYTES)) {
        l->tx.plain_limit = l->tx.plain;
    }
}
/* Notes an effect of `bytes`. Takes `m`. */
static inline void tx_add(struct local *l, struct msg *m, size_t bytes)
{
    if (RT_UNLIKELY(tx_has_plain(l))) {
        tx_gather_plain(l);
    }
    queue_push(&l->tx.outbox, m);
    tx_use_room(l, bytes);
}
/* True if there is room in the outbox for `bytes` more. */
static inline bool tx_has_room(struct local *l, size_t bytes)
{
    if (RT_UNLIKELY(tx_has_plain(l))) {
        tx_gather_plain(l);
    }
    return bytes <= l->tx.room;
}
/* True if tx_add_plain() may be called. */
static inline bool tx_has_plain_room(const struct local *l)
{
    return l->tx.plain_end < l->tx.plain_limit;
}
/* Notes a message with MSG_PLAIN to whoever is in `c`. Takes `m`. The few that fit are held against the limit of the
 * outbox only when there is something else in it. */
static inline void tx_add_plain(struct local *l, struct cell *c, struct msg *m)
{
    struct plain_entry *e = l->tx.plain_end++;
    e->cell = c;
    e->msg = m;
}
/*
 * Makes an entry of `size` bytes, which counts as `bytes` against the outbox, and notes it. The caller
 * fills in what follows in it.
 *
 * Returns: NULL, and in `*ret_err` why: ACTOR_ERR_LIMIT, ACTOR_ERR_NO_MEMORY; else that is ACTOR_OK.
 */
struct tx_entry *tx_note(struct local *l, size_t size, size_t bytes, tx_effect *commit,
        tx_effect *abort, actor_err *ret_err);
/* Lets all noted effects happen, in order. The transaction stays open, for actor_flush(). */
void tx_commit(struct local *l);
/* The same where all that was noted are plain messages. */
static RT_INLINE void tx_commit_plain(struct local *l)
{
    struct plain_entry *end = l->tx.plain_end;
    for (struct plain_entry *e = l->tx.plain; e != end; e++) {
        if (RT_UNLIKELY(!send_plain(l, e->cell, e->msg))) {
            send_plain_slowly(l, e->msg);
        }
    }
    l->tx.plain_end = l->tx.plain;
}
/* Forgets all noted effects. The transaction stays open. */
void tx_abort(struct local *l);
/* The message in hand has been handled, or, if not, has left. Before its effects are seen, so that who gets the
 * answer finds it counted. */
static inline void tx_end_hand(struct local *l, bool handled)
{
    struct counts *n = l->tx.counts;
    if (n != NULL) {
        l->tx.counts = NULL;
        tally(l, RT_LIKELY(handled) ? &n->handled : &n->left);
        store_rlx(&l->in_hand,
                0); /* relaxed: for the ledger, which is exact only when nothing runs. */
    }
}
/* The same for its load, so that who gets the answer finds the actor idle. */
static inline void tx_end_load(struct local *l, struct cell *c)
{
    if (RT_UNLIKELY(l->tx.is_load)) {
        l->tx.is_load = false;
        mailbox_release(&c->mb, 0, ref_gen(cell_ref(c)), MSG_IS_LOAD);
    }
}
/* Ends the call that is still in hand. */
void tx_end_call(struct local *l, actor_err err);
/* Ends the transaction, whose outbox is empty. A call still in hand ends with `err`. */
static inline void tx_end(struct local *l, actor_err err)
{
    if (RT_UNLIKELY(l->tx.hand_ask != NULL)) {
        tx_end_call(l, err);
    }
    l->tx.cell = NULL;
    l->tx.is_odd = false;
}

#endif
