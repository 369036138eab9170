/* SPDX-License-Identifier: MIT */
/*
 * check_loops.h - tells that may multiply without end.
 */
#ifndef CHECK_LOOPS_H
#define CHECK_LOOPS_H

#include "diag.h"
#include "model.h"

void check_loops(const struct model *model, struct diags *diags);

#endif
