/* SPDX-License-Identifier: MIT */
/*
 * check_admission.h - places that a mailbox keeps for one message: that it has them, and that
 * something is left for the others. Floor 7.
 */
#ifndef ACTORC_CHECK_ADMISSION_H
#define ACTORC_CHECK_ADMISSION_H

#include "diag.h"
#include "model.h"

void check_admission(const struct model *model, struct diags *diags);

#endif
