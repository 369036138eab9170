/* SPDX-License-Identifier: MIT */
/*
 * check_types.h - enums, fields and answers: names and numbers that are used twice or reserved,
 * and limits. Also numbers the fields that are not, and orders the messages for the emitter.
 */
#ifndef CHECK_TYPES_H
#define CHECK_TYPES_H

#include "diag.h"
#include "model.h"

void check_types(struct model *model, struct diags *diags);

#endif
