/* SPDX-License-Identifier: MIT */
/*
 * diff_effect.h - what an actor may do in two versions: whom it tells, asks, hands calls on to,
 * watches and starts, and which timers it has.
 */
#ifndef DIFF_EFFECT_H
#define DIFF_EFFECT_H

#include "diff_change.h"

/* Adds what changed. */
void diff_effects(struct diff *diff, const struct actor *old, const struct actor *new);

#endif
