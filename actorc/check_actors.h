/* SPDX-License-Identifier: MIT */
/*
 * check_actors.h - actors as a whole: arguments that nobody reads, effects that nobody can cause,
 * and trees without end.
 */
#ifndef CHECK_ACTORS_H
#define CHECK_ACTORS_H

#include "diag.h"
#include "model.h"

void check_actors(const struct model *model, struct diags *diags);

#endif
