/* SPDX-License-Identifier: MIT */
/*
 * check_state.h - whether what the states of actors hold has bounds, and how much it takes.
 */
#ifndef CHECK_STATE_H
#define CHECK_STATE_H

#include "arena.h"
#include "diag.h"
#include "model.h"

/* Reports what is unbounded or too large; lists the messages and unions that states keep in a form
 * of their own. The layouts have been checked. */
void check_state(struct model *model, struct arena *arena, struct diags *diags);

#endif
