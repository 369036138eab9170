/* SPDX-License-Identifier: MIT */
/*
 * check_deadlines.h - that nobody asks for longer than the request lasts that it asks for.
 */
#ifndef CHECK_DEADLINES_H
#define CHECK_DEADLINES_H

#include "diag.h"
#include "model.h"

void check_deadlines(const struct model *model, struct diags *diags);

#endif
