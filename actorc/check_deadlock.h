/* SPDX-License-Identifier: MIT */
/*
 * check_deadlock.h - that no actor waits for itself: neither through asks that let nothing else in
 * until their reply, nor through mailboxes that make their senders wait for room.
 */
#ifndef CHECK_DEADLOCK_H
#define CHECK_DEADLOCK_H

#include "diag.h"
#include "model.h"

/* Reports each way in which an actor may come to wait for itself, with all its steps. */
void check_deadlock(const struct model *model, struct diags *diags);

#endif
