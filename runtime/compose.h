/* SPDX-License-Identifier: MIT */
/*
 * compose.h - from a user's struct to a message that can be sent: checks it, takes a place in its
 * target's mailbox, copies it into one block. Floor 12.
 */
#ifndef RT_COMPOSE_H
#define RT_COMPOSE_H

#include "ask.h"
#include "layout.h"

struct compose {
    /* Given by the caller. */
    uint64_t ref;
    const actor_info *target;
    uint16_t index;
    const void *message;
    /* Found on the way. */
    size_t tail;    /* bytes of its strings */
    size_t bytes;   /* of the body with its strings */
    uint16_t type;
    uint8_t flags;  /* places taken */
    bool admitted;
};

/* Checks the message against its layout. ACTOR_ERR_INVALID, ACTOR_ERR_LIMIT. */
actor_err compose_measure(struct local *l, struct compose *c);

/*
 * Finds the target and takes the places that the message needs.
 *
 * Returns: ACTOR_OK; ACTOR_ERR_STOPPED if the target has ended (the message may still be made; it
 * becomes a dead letter); ACTOR_ERR_REFUSED; ACTOR_ERR_NO_MEMORY.
 */
actor_err compose_admit(struct local *l, struct compose *c);
/* Gives the places back. */
void compose_forget(struct local *l, struct compose *c);

/* Makes the message; for a request, of ask `a`. NULL, places given back, when memory is out. */
struct msg *compose_make(struct local *l, struct compose *c, enum msg_kind kind, struct ask *a);
/* A request without a body, for an ask that ends before there is a message. */
struct msg *compose_bare(struct local *l, struct ask *a);

/* Counts a message that was refused when it was sent. */
void compose_count_refused(struct local *l, const struct compose *c);

#endif
