/* SPDX-License-Identifier: MIT */
/*
 * outside.h - how a thread outside gets into a system: the local that all of them share, behind a
 * lock. Floor 19.
 */
#ifndef RT_OUTSIDE_H
#define RT_OUTSIDE_H

#include "compose.h"
#include "system.h"

/* The outside local, locked, or NULL if nothing more is accepted. */
struct local *outside_enter(actor_system *system);
void outside_leave(actor_system *system);

/*
 * Makes the message and counts it as sent, or as refused. Where it is to wait for room first it is
 * not made, and `*ret_wait` is not NULL; if `ret_wait` is, it is refused.
 */
actor_err outside_compose(struct local *l, struct compose *c, enum msg_kind kind, struct ask *a,
        struct msg **ret_msg, struct wait **ret_wait);

/* Makes the record of an ask whose reply goes to `w`; NULL when memory is out. */
struct ask *outside_ask(struct local *l, uint64_t ref, const actor_request *request,
        int64_t deadline, struct waiter *w);

/* Takes the reply's body for the caller, or its error. Takes `m`. */
actor_err outside_take(actor_system *system, struct msg *m, void **ret_reply);

#endif
