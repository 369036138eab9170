/* SPDX-License-Identifier: MIT */
/*
 * check_modes.h - that each mode can be entered, and that what a mode keeps for later is handled
 * in one that may follow.
 */
#ifndef CHECK_MODES_H
#define CHECK_MODES_H

#include "diag.h"
#include "model.h"

void check_modes(const struct model *model, struct diags *diags);

#endif
