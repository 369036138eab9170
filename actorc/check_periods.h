/* SPDX-License-Identifier: MIT */
/*
 * check_periods.h - what "every" may send, and to whom.
 */
#ifndef CHECK_PERIODS_H
#define CHECK_PERIODS_H

#include "diag.h"
#include "model.h"

void check_periods(const struct model *model, struct diags *diags);

#endif
