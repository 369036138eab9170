/* SPDX-License-Identifier: MIT */
/*
 * diff_actor.h - an actor in two versions.
 */
#ifndef DIFF_ACTOR_H
#define DIFF_ACTOR_H

#include "diff_change.h"

/* Adds what changed from one to the other. */
void diff_actors(struct diff *diff, const struct actor *old, const struct actor *new);

#endif
