/* SPDX-License-Identifier: MIT */
/*
 * hold.h - messages, replies and contexts that outlive their handler, as actor_message_keep() has it.
 *
 * Nothing is copied: the block of the message stays with the actor. It is marked as embedded, so that
 * whoever had it in hand does not free it, and a record remembers what it was. A reply that is part of
 * the record of its ask keeps that instead: the asker is done with it when the reply is released.
 * Floor 12.
 */
#ifndef RT_HOLD_H
#define RT_HOLD_H

#include "tx.h"

/* Releases all that the actor keeps. */
void hold_release_all(struct local *l, struct cell *c);

#endif
