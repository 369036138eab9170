/* SPDX-License-Identifier: MIT */
/*
 * diff_print.h - changes as people and programs read them.
 */
#ifndef DIFF_PRINT_H
#define DIFF_PRINT_H

#include "buf.h"
#include "diff_change.h"

struct diff_print {
    const struct sources *sources;
    bool verbose; /* also what is compatible */
    bool colour;
};

/* Appends each change with both its places, in the order of the new version, and a last line that
 * counts them. */
void diff_print_text(const struct diff *diff, const struct diff_print *print, struct buf *out);

/* Appends each change as a JSON object on a line of its own. */
void diff_print_json(const struct diff *diff, const struct diff_print *print, struct buf *out);

#endif
