/* SPDX-License-Identifier: MIT */
/*
 * check_closed.h - messages and actors that nobody uses, if the schemas of a run are the whole
 * program.
 */
#ifndef CHECK_CLOSED_H
#define CHECK_CLOSED_H

#include "diag.h"
#include "model.h"

void check_closed(const struct model *const *models, size_t count, struct diags *diags);

#endif
