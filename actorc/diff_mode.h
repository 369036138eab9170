/* SPDX-License-Identifier: MIT */
/*
 * diff_mode.h - the modes of an actor in two versions.
 */
#ifndef DIFF_MODE_H
#define DIFF_MODE_H

#include "diff_change.h"

/* Adds what changed in the modes of an actor, and in what its handlers may become. */
void diff_modes(struct diff *diff, const struct actor *old, const struct actor *new);

#endif
