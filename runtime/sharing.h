/* SPDX-License-Identifier: MIT */
/*
 * sharing.h - which worker an actor belongs to: work is given to those that sleep, actors are brought to those
 * that they talk to, and workers whose actors mostly talk to each other become one. Floor 16.
 */
#ifndef RT_SHARING_H
#define RT_SHARING_H

#include "mail.h"

/* Takes an idle actor away from a worker that sleeps; false if that cannot be. It is scheduled here then. */
bool sharing_take_over(struct local *from, struct local *owner, struct cell *c);

/* Gives half of what waits here to a worker that sleeps, if two or more wait. */
void sharing_give(struct local *l);

/* Looks, now and then, at how much of the work is talk between workers. It may leave this one without any. */
void sharing_look(struct local *l);

#endif
