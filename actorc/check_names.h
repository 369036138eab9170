/* SPDX-License-Identifier: MIT */
/*
 * check_names.h - no two things get one name in C.
 */
#ifndef CHECK_NAMES_H
#define CHECK_NAMES_H

#include "diag.h"
#include "intern.h"
#include "model.h"

/* Reports every pair of things whose names in C are the same, with both places. */
void check_names(const struct model *model, struct arena *arena, struct intern *intern,
        struct diags *diags);

#endif
