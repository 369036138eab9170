/* SPDX-License-Identifier: MIT */
/*
 * diag_json.h - what is wrong with a schema, for other programs: an object on a line for each.
 */
#ifndef DIAG_JSON_H
#define DIAG_JSON_H

#include "diag.h"

/* Appends all that was collected, by position, to `out`. */
void diags_json(const struct diags *diags, struct buf *out);

/* Appends that a fix was made. */
void diag_json_fixed(const struct diags *diags, const struct diag *diag,
        const struct diag_fix *fix, struct buf *out);

#endif
