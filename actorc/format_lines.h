/* SPDX-License-Identifier: MIT */
/*
 * format_lines.h - the lines that were laid out. They are printed at the end, when it is known
 * which comments stand below each other.
 */
#ifndef FORMAT_LINES_H
#define FORMAT_LINES_H

#include "format_text.h"

/* A line, or several that belong together. */
struct format_line {
    struct format_line *next;
    bool blank_before;
    const char *text; /* with its indentation */
    size_t end;       /* column behind the last line of it */
    struct format_range trailing;
};

struct format_lines {
    struct arena *arena;
    const struct format_pieces *pieces;
    struct format_line *first;
    struct format_line *last;
    bool after_brace; /* the last line opened a block: no empty one follows */
};

/* Adds a line, and comments to stand at its end. */
void format_lines_add(struct format_lines *lines, bool blank_before, const struct buf *text,
        struct format_range trailing);

/* Appends all lines. */
void format_lines_print(const struct format_lines *lines, struct buf *out);

#endif
