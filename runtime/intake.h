/* SPDX-License-Identifier: MIT */
/*
 * intake.h - what other threads send to a mailbox that drops its oldest messages, until its owner
 * collects it: bounded while it waits, however long the owner is busy.
 *
 * Other mailboxes have none; what is sent to them goes straight to the inbox. Of those that have
 * one, all that other threads send goes through it, whatever it is, so that the messages of one
 * sender stay in order: each is stamped, and intake_collect() puts them in the order of their stamps.
 * The inbox then holds only the token, which says that there is something to collect.
 *
 * An intake belongs to the slot, not to the actor, and is freed with the system: a sender may look at
 * it while the actor goes. It is open for one actor at a time. Floor 4.
 */
#ifndef RT_INTAKE_H
#define RT_INTAKE_H

#include "msg.h"

#include <actorc/generated.h>

/* What waits, but for classes that make their own room. */
enum intake_lane {
    INTAKE_SYSTEM, /* what no bound counts */
    INTAKE_URGENT,
    INTAKE_NORMAL,
    INTAKE_LANES
};

struct intake_queue {
    struct msg_queue msgs;
    uint32_t count;
};

struct intake {
    struct intake *older; /* smaller ones that this one took the place of */
    uint32_t class_count; /* [I] queues for that many classes */
    struct mutex lock;
    /* What follows is [L:lock], but that `waiting` may be read without. */
    const actor_info *info;
    uint32_t gen;             /* of the actor it is open for; 0 = closed */
    uint32_t users;           /* tells and requests */
    uint64_t stamp;           /* of the next message */
    uint64_t target;          /* of all that is in it */
    struct msg token;         /* that goes to the inbox */
    bool signalled;           /* the token is in the inbox, or has been taken from there */
    _Atomic uint32_t waiting; /* messages */
    struct intake_queue lanes[INTAKE_LANES];
    struct intake_queue classes[]; /* those that make their own room */
};

/* True if mailboxes of this type have an intake. */
bool intake_is_for(const actor_info *info);

/* Makes one, closed; NULL when memory is out. */
struct intake *intake_new(uint32_t class_count);
void intake_free(struct intake *in);

/* Opens it for a new actor; it is empty. */
void intake_open(struct intake *in, const actor_info *info, uint32_t gen);

/*
 * Begins to add a message for the actor of generation `gen`. True: the caller calls intake_add() and
 * then intake_leave(). False: that actor has ended, and the intake is as before.
 *
 * Threads: any.
 */
bool intake_enter(struct intake *in, uint32_t gen);

/*
 * Adds a message. Returns the one that had to make room for it, or NULL. With `*ret_signal` the caller
 * pushes the token into the inbox before it leaves: else a message could be here and the inbox empty,
 * and who sent it could overtake it from the owner's thread.
 */
struct msg *intake_add(struct intake *in, struct msg *m, bool *ret_signal);

void intake_leave(struct intake *in);

/* Takes all that waits, in the order in which it came. Owner only. */
struct msg *intake_collect(struct intake *in);

/* Lets nothing in from now on, and takes what waits. Owner only. */
struct msg *intake_close(struct intake *in);

/* Whose token it is. No actor has its target, so who accepts messages finds it among those that are
 * for nobody, at no cost to the others. */
static inline struct intake *intake_of(struct msg *token)
{
    return (struct intake *)(void *)((char *)token - offsetof(struct intake, token));
}

#endif
