/* SPDX-License-Identifier: MIT */
/*
 * mailbox.h - what waits for one actor: an inbox that any thread pushes to, and lanes that only
 * the actor's owner touches.
 *
 * Which calls may overlap ("-" = freely, "X" = the caller must serialise; all X are the owner):
 *
 *                      [push] [reserve,release] [drain] [put] [take] [park]
 *     [push]             -           -             -      -      -      -
 *     [reserve,release]  -           -             -      -      -      -
 *     [drain]            -           -             X      X      X      X
 *     [put]              -           -             X      X      X      X
 *     [take]             -           -             X      X      X      X
 *     [park]             -           -             X      X      X      X
 *
 * Floor 5.
 */
#ifndef RT_MAILBOX_H
#define RT_MAILBOX_H

#include "intake.h"
#include "seam.h"

#include <actorc/generated.h>

/*
 * How many messages a sender may still add: generation of the actor in the upper half, places
 * taken in the lower. A sender that is late and finds another generation changes nothing.
 */
typedef _Atomic uint64_t places;

/* Admission of one class. */
struct gate {
    places taken;          /* [A] for refuse and drop_newest */
    places reserved;       /* [A] taken of those that only this class can use */
    struct msg_queue lane; /* [owner] the class's own queue, for drop_oldest */
    uint32_t count;        /* [owner] in `lane` */
    uint32_t stashed;      /* [owner] of this class in the stash, with drop_oldest */
};

/*
 * Admission of a mailbox that has bounds. It belongs to the slot, not to the actor, and is freed
 * with the system: a sender may look at it while the actor goes.
 */
struct admission {
    struct admission *older; /* smaller ones that this one took the place of */
    places taken;            /* [A] of the mailbox, but for those that are reserved */
    uint32_t gate_count;     /* [I] */
    struct gate gates[];     /* by class */
};

/* What an actor with modes keeps for later. */
struct stash {
    struct msg_queue kept;     /* until the mode changes */
    struct msg_queue released; /* since it has changed; they come before all lanes */
    uint32_t bounded;          /* those in `kept` that count against the mailbox's bound */
};

/* What most mailboxes do without: it is part of the slot's annex, see cell.h. */
struct mailbox_annex {
    _Atomic(struct admission *) admission; /* [A] NULL if the slot never had bounds */
    _Atomic(struct intake *) intake;       /* [A] NULL if the actor drops nothing for room */
    places load;             /* [A] messages with MSG_IS_LOAD that have not been handled */
    struct msg_queue urgent; /* [owner] lane; of types that have urgent messages */
    struct msg_queue
            replies; /* [owner] lane; of an actor that is suspended, what reaches it all the same */
    /* [owner] replies to exclusive asks; they come before all lanes but events */
    struct msg_queue answers;
    struct stash *stash; /* [owner] NULL if the actor has no modes */
    uint64_t seq;        /* [owner] of the next message accepted */
    /* [owner] messages in gates, released, in `answers`: what is not in the lanes */
    uint32_t gated;
    /* [owner] exclusive asks whose reply has not been handled: while there are any, nothing is taken but
     * events and `answers` */
    uint32_t exclusive;
    bool suspended; /* [owner] only events and replies are taken, see mailbox_suspend() */
    struct intake *intakes; /* [owner] all that this slot has, the newest and largest first */
};

struct mailbox {
    _Atomic uintptr_t inbox; /* [A] newest message, 0, or MAILBOX_PARKED; see inbox_msg() */
    _Atomic(struct mailbox_annex *)
            annex; /* [A] store by the owner; never NULL: most have one that is empty for ever */
    struct msg_queue normal; /* [owner] the lane of most messages */
    struct msg_queue events; /* [owner] those that nothing holds up */
    _Atomic uint32_t
            queued; /* [A] store by the owner; tells and requests in lanes, in gates, and
                                released */
    _Atomic uint32_t
            longest; /* [A] store by the owner; what `queued` was at most when a turn began */
};

/* The inbox is empty and whoever pushes next must notify the owner. */
#define MAILBOX_PARKED ((uintptr_t)1)

/* The owner's view of the annex. */
static inline struct mailbox_annex *mailbox_annex(const struct mailbox *mb)
{
    return load_rlx(&mb->annex); /* relaxed: its own store */
}

/* `annex` is one that is empty and stays so. */
void mailbox_init(struct mailbox *mb, struct mailbox_annex *annex);

/* True if actors of this type need an annex of their own from the start. */
bool mailbox_needs_annex(const actor_info *info);

/* Prepares an annex for a new actor; false when memory is out. */
bool mailbox_open(struct mailbox_annex *annex, const actor_info *info, uint32_t gen);
/* Frees what mailbox_open() ever made. Only at the end of the system. */
void mailbox_fini(struct mailbox_annex *annex);
/*
 * Takes the places that a message of class `index` needs, by the rules of `info`.
 *
 * Threads: any. Returns: ACTOR_OK with the flags to be set on the message; ACTOR_ERR_REFUSED;
 * ACTOR_ERR_STOPPED if the actor of generation `gen` is gone. With MSG_IS_BEYOND, which may come with
 * a refusal too, the sender is to wait until mailbox_has_room().
 */
actor_err mailbox_reserve_places(struct mailbox *mb, const actor_info *info, uint16_t index,
        uint32_t gen, uint8_t *ret_flags);

static inline actor_err mailbox_reserve(struct mailbox *mb, const actor_info *info,
        uint16_t index, uint32_t gen, uint8_t *ret_flags)
{
    *ret_flags = 0;
    if (RT_LIKELY(info->mailbox == 0 && info->classes[index].limit == 0)) {
        return ACTOR_OK;
    }
    return mailbox_reserve_places(mb, info, index, gen, ret_flags);
}

/* True if all that counts against the bounds of a throttled message fits them, and `more` besides.
 * Owner only. */
bool mailbox_has_room(
        const struct mailbox *mb, const actor_info *info, uint16_t index, uint32_t more);

/* Counts a message as load of the actor of generation `gen`; sets the flag by which that ends. */
void mailbox_add_load(struct mailbox *mb, uint32_t gen, uint8_t *flags);
/* How many of these the actor of generation `gen` has not yet handled. Any thread. */
uint64_t mailbox_load(struct mailbox *mb, uint32_t gen);

/* Gives back what `flags` say was taken. Any thread. */
void mailbox_release_places(struct mailbox *mb, uint16_t index, uint32_t gen, uint8_t flags);

static inline void mailbox_release(
        struct mailbox *mb, uint16_t index, uint32_t gen, uint8_t flags)
{
    if (RT_UNLIKELY((flags & (MSG_HAS_CLASS_PLACE | MSG_HAS_MAILBOX_PLACE |
                                     MSG_HAS_RESERVED_PLACE | MSG_IS_LOAD)) != 0)) {
        mailbox_release_places(mb, index, gen, flags);
    }
}

/* Pushes into the inbox; any thread. True if the caller, and only the caller, must notify the
 * actor's owner. */
bool mailbox_push(struct mailbox *mb, struct msg *m);

/* How many tells and requests wait, but for those in the inbox. Exact for the owner. */
static inline uint32_t mailbox_queued(const struct mailbox *mb)
{
    return load_rlx(&mb->queued); /* relaxed: others than the owner only look */
}

/* About how many messages wait, whoever asks. */
uint32_t mailbox_length(const struct mailbox *mb);

bool mailbox_push_bounded(
        struct mailbox *mb, struct intake *in, struct msg *m, struct msg **ret_dropped);

/* Sends from another thread: into the intake if there is one, else into the inbox. `*ret_dropped` is the
 * message that had to make room, or NULL. Returns: as mailbox_push(). */
static inline bool mailbox_send(struct mailbox *mb, struct msg *m, struct msg **ret_dropped)
{
    /* acquire: pairs with the release in mailbox_open(). */
    struct intake *in = load_acq(&load_acq(&mb->annex)->intake);
    *ret_dropped = NULL;
    return RT_LIKELY(in == NULL) ? mailbox_push(mb, m)
                                 : mailbox_push_bounded(mb, in, m, ret_dropped);
}

/* The actor has ended: what waits in its intake. What is sent from now on goes to the inbox. */
struct msg *mailbox_close(struct mailbox *mb);

/* True if the inbox has messages. Owner only. */
static inline bool mailbox_has_inbox(struct mailbox *mb)
{
    /* acquire: a message that this thread must see (promise 2) was pushed before the event that
     * brought us here; pairs with the release half of the push. */
    return load_acq(&mb->inbox) > MAILBOX_PARKED;
}

/* True if the inbox is parked, and so empty. Owner only. */
static inline bool mailbox_is_parked(const struct mailbox *mb)
{
    /* relaxed: whoever pushes from then on notifies the owner, so a late look loses nothing. */
    return load_rlx(&mb->inbox) == MAILBOX_PARKED;
}

/* Takes all of the inbox out, oldest first; the list ends with NULL. The inbox stays unparked. */
struct msg *mailbox_drain(struct mailbox *mb);

/*
 * Declares the inbox parked. Call only after the notification of the last unparking has
 * arrived; otherwise the actor would be notified twice at once.
 *
 * Returns: what was pushed before that, oldest first, or NULL. Parked in either case.
 */
struct msg *mailbox_park(struct mailbox *mb);

/* Puts a message with MSG_PLAIN into its lane, of a mailbox without bounds. */
static inline void mailbox_put_plain(struct mailbox *mb, struct msg *m)
{
    seam_arrives(mb, m);
    queue_push(&mb->normal, m);
    count_up(&mb->queued, 1); /* relaxed: the owner's own counter */
}

/* The same for a reply, to an ask that is not exclusive. */
static inline void mailbox_put_reply(struct mailbox *mb, struct msg *m)
{
    seam_arrives(mb, m);
    queue_push(&mb->normal, m);
}

/*
 * Puts a message into its lane. Returns the message that had to make room for it
 * (drop_oldest), or NULL.
 */
struct msg *mailbox_put(struct mailbox *mb, const actor_info *info, struct msg *m);

/* Takes the next event, or NULL. */
static inline struct msg *mailbox_take_event(struct mailbox *mb)
{
    return queue_pop(&mb->events);
}

/* Takes the next reply to an exclusive ask, or NULL. */
static inline struct msg *mailbox_take_exclusive(struct mailbox *mb)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg *m = queue_pop(&x->answers);
    if (m != NULL) {
        x->gated--;
    }
    return m;
}

/* Takes the next tell, request, reply or stop: urgent ones first. NULL if there is none. */
struct msg *mailbox_take(struct mailbox *mb, const actor_info *info);

/* Takes `m`, the first message of the normal lane. */
static inline void mailbox_take_first(struct mailbox *mb, struct msg *m)
{
    mb->normal.head = m->next;
    if (m->kind <= MSG_REQUEST) {
        store_rlx(&mb->queued, load_rlx(&mb->queued) - 1); /* relaxed: as above */
    }
}

/* From now on replies go to a lane of their own, also those that wait already. */
void mailbox_suspend(struct mailbox *mb);
/* Ends that; the replies that are left come before the other messages. */
void mailbox_resume(struct mailbox *mb);

/* True if the actor is not to handle what mailbox_take() would give it. */
static inline bool mailbox_is_shut(const struct mailbox *mb)
{
    const struct mailbox_annex *x = mailbox_annex(mb);
    return x->exclusive > 0 || x->suspended;
}

/* True if all that waits is in the normal lane, and may be taken. */
static inline bool mailbox_is_simple(const struct mailbox *mb)
{
    const struct mailbox_annex *x = mailbox_annex(mb);
    return mb->events.head == NULL && x->urgent.head == NULL && x->gated == 0 &&
           !mailbox_is_shut(mb);
}

/* Takes the next reply that an actor which is shut is to have all the same, or NULL. */
static inline struct msg *mailbox_take_reply(struct mailbox *mb)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    return x->exclusive > 0 ? mailbox_take_exclusive(mb) : queue_pop(&x->replies);
}

/* Keeps a message that was taken until mailbox_unstash(). It keeps its places. */
void mailbox_stash(struct mailbox *mb, const actor_info *info, struct msg *m);

/* Lets what is kept be taken again, in order, before all that waits. */
void mailbox_unstash(struct mailbox *mb);

/* True if a take would find something, or, if it is shut, mailbox_take_reply(). */
static inline bool mailbox_waiting(const struct mailbox *mb)
{
    const struct mailbox_annex *x = mailbox_annex(mb);
    if (RT_UNLIKELY(mailbox_is_shut(mb))) {
        return x->exclusive > 0 ? x->answers.head != NULL : x->replies.head != NULL;
    }
    return mb->normal.head != NULL || x->urgent.head != NULL || x->gated > 0;
}

#endif
