/* SPDX-License-Identifier: MIT */
/*
 * format_text.h - pieces become text: the space between two of them, and the line breaks in what
 * does not fit into a line.
 */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include "buf.h"
#include "format_items.h"

/* Lines are as long as this where they can be; blocks are indented, what is broken hangs. */
enum { FORMAT_COLUMNS = 96, FORMAT_INDENT = 4, FORMAT_HANG = 8, FORMAT_PARENS = 8 };

struct format_text {
    const struct format_pieces *pieces;
    struct buf *out;
    size_t column;                   /* of what comes next */
    size_t indent;                   /* of the statement */
    bool spaced_colon;               /* what a ':' has before it in "enum A : u8" */
    int last_token;                  /* 0 at first */
    const struct format_piece *last; /* on this line or before; NULL at first */
    size_t parens[FORMAT_PARENS];    /* columns behind the open ones */
    size_t depth;
};

/* Begins a statement; the line is indented already. */
void format_text_init(struct format_text *text, const struct format_pieces *pieces,
        struct buf *out, size_t indent);

/* Appends the pieces, and breaks lines where it must. */
void format_text_put(struct format_text *text, struct format_range range);

/* Appends text that is no piece of the file. */
void format_text_puts(struct format_text *text, const char *added);

/* Appends spaces up to the column, one at least. */
void format_text_pad(struct format_text *text, size_t column);

/* Says whether the pieces can stand on one line, however long. */
bool format_text_is_flat(const struct format_pieces *pieces, struct format_range range);

/* Returns the number of characters. */
size_t format_width(const char *text, size_t len);

#endif
