/* SPDX-License-Identifier: MIT */
/*
 * ask.h - one ask between asker and callee: a record that both sides let go of.
 *
 * A call, as users see it, is one word that names the record: slot in the lower half, generation
 * in the upper. The record lives until the asker and the callee are both done with it, so
 * either may look at it without asking whether it is still there. `state` decides races:
 *
 *   DECIDED      set by whoever ends the ask first: the callee with its answer, the timer, or the
 *                asker that goes away. Only the one that sets it speaks.
 *   CALLEE_DONE  the callee has answered, failed or lost the request
 *   ASKER_DONE   the asker has had its reply, or is gone
 *
 * Who sets the second DONE gives the record back to the local that made it, its home, whose wheel
 * holds the timer. Legend: [callee] the thread of the actor that has the call now; [asker] the
 * thread of the asker; [I] set when the ask is made. Floor 9.
 */
#ifndef RT_ASK_H
#define RT_ASK_H

#include "local.h"

enum { ASK_DECIDED = 1, ASK_CALLEE_DONE = 2, ASK_ASKER_DONE = 4 };

enum ask_hold {
    HOLD_QUEUED, /* the request waits, or is in the hand of its handler */
    HOLD_KEPT,   /* kept by the callee */
    HOLD_CARRIED /* travels in asks that the callee made */
};

/* What the callee's running handler has done to the call; undone if it fails. */
enum ask_tx { TX_ENDS = 1, TX_KEEPS = 2, TX_CARRIES = 4, TX_DELEGATES = 8 };

/* Where the reply to an ask from outside arrives. */
struct waiter {
    struct msg *reply;                 /* written before the wake */
    void (*arrived)(struct waiter *w); /* instead of a wake, if it is not NULL */
    struct parker parker;
};

struct ask {
    _Atomic uint32_t state;  /* [A] */
    _Atomic uint32_t gen;    /* [A] of the call; 0 = never */
    uint32_t slot;           /* [I] for ever */
    uint16_t index;          /* [I] which of the asker's asks */
    uint8_t hold;            /* [callee] enum ask_hold */
    uint8_t tx;              /* [callee] enum ask_tx */
    uint32_t carriers;       /* [callee] its asks that carry the call and have not come back */
    bool abandoned;          /* [asker] it restarted: the reply is stale */
    bool refused;            /* [callee] it could not be handed on */
    bool reply_kept;         /* [asker] the asker is not done with it yet; see hold.h */
    bool exclusive;          /* [I] until the reply the asker handles nothing else */
    struct local *home;      /* [I] for ever */
    uint64_t asker;          /* [I] reference; 0 = an outside thread */
    _Atomic uint64_t callee; /* [A] reference; set when the ask is made */
    struct waiter *waiter;   /* [I] of an outside thread */
    const actor_request *request; /* [I] */
    int64_t deadline;             /* [I] ns */
    struct msg *context;          /* [asker] what `with` keeps; NULL = nothing */
    uint64_t carried;             /* [I] the asker's own call that waits for this; 0 = none */
    struct timer timer;           /* [home] */
    struct list pending;          /* [asker] among the asker's asks */
    struct list kept;             /* [callee] among the callee's kept calls */
    struct ask *next;             /* in a free list or returned_asks */
    struct {                      /* a reply that says an error: it never wants for memory */
        struct ask_msg head;
        actor_reply body;
    } error;
};

static_assert(offsetof(struct ask, error.body) - offsetof(struct ask, error.head) ==
                      sizeof(struct ask_msg),
        "msg_call_body() finds the body of the error reply");

struct asks *asks_new(void);
void asks_free(struct asks *table);

/* Makes the record of an ask; NULL when memory is out. */
struct ask *ask_new(struct local *l);
/* Gives a record back of which both sides are done, or that was never sent. */
void ask_free(struct local *l, struct ask *a);
/* Takes in the records that came back to `l` from other threads. */
void ask_collect(struct local *l);

static inline uint64_t ask_call(struct ask *a)
{
    /* relaxed: the caller holds the call, so nobody changes its generation. */
    return (uint64_t)load_rlx(&a->gen) << 32 | a->slot;
}

/* Makes all that know the call by its old word forget it, as somebody else has it from now on. */
void ask_rename(struct ask *a);

/* The record that `call` names if the call is still open and `holder` has it, else NULL. */
struct ask *ask_find(struct local *l, uint64_t call, uint64_t holder);

/*
 * Ends the ask for the asker, after it has had its reply or because it is going away; the record
 * may be gone afterwards.
 */
void ask_asker_done(struct local *l, struct ask *a);

/* The reply that says `err`, as part of the record. One for each ask, as it ends once. */
struct msg *ask_error_reply(struct ask *a, actor_err err);

#endif
