/* SPDX-License-Identifier: MIT */
/*
 * diff_child.h - the children of an actor in two versions, and how it supervises them.
 */
#ifndef DIFF_CHILD_H
#define DIFF_CHILD_H

#include "diff_change.h"

/* Adds what changed. */
void diff_children(struct diff *diff, const struct actor *old, const struct actor *new);

#endif
