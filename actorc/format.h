/* SPDX-License-Identifier: MIT */
/*
 * format.h - the one layout of a schema.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include "diag.h"

/*
 * Appends the text of `source` in the canonical layout to `out`, with every comment where it was.
 * What is formatted already is not changed. The result is compared with the source before it
 * is handed out: it has the same tokens and comments in the same order, or the program ends.
 *
 * Returns: false if the source has errors of syntax or the result would be too large to be read
 * again; that is reported and nothing is appended.
 */
bool format(struct source *source, struct arena *arena, struct diags *diags, struct buf *out);

#endif
