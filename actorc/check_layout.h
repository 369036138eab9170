/* SPDX-License-Identifier: MIT */
/*
 * check_layout.h - what structs take in memory, and the order in which they can be written.
 */
#ifndef CHECK_LAYOUT_H
#define CHECK_LAYOUT_H

#include "arena.h"
#include "diag.h"
#include "model.h"

/* Reports what contains itself or is too large; computes all measures, and the order of blocks. */
void check_layout(struct model *model, struct arena *arena, struct diags *diags);

#endif
