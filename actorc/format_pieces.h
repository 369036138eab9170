/* SPDX-License-Identifier: MIT */
/*
 * format_pieces.h - a schema as the formatter sees it: all its tokens and comments, in order, with
 * the line ends between them. What it prints are these, each once; so nothing can get lost.
 */
#ifndef FORMAT_PIECES_H
#define FORMAT_PIECES_H

#include "ast.h"
#include "intern.h"

enum format_piece_kind {
    FORMAT_TOKEN,
    FORMAT_LINE_COMMENT, /* to the end of its line */
    FORMAT_BLOCK_COMMENT
};

/* Columns that begin at a piece; those of neighbouring lines are put below each other. */
enum format_column { FORMAT_NO_COLUMN, FORMAT_TYPE_COLUMN, FORMAT_NAME_COLUMN };

struct format_piece {
    enum format_piece_kind kind;
    int token;        /* as the scanner numbers them; 0 for a comment */
    const char *text; /* without white space behind it */
    size_t len;
    uint32_t lo;        /* offset in the common range */
    unsigned line_ends; /* between the piece before and this one */
    bool is_multiline;  /* a comment with line ends in it */
    bool is_optional;   /* a ';' that means nothing */
    enum format_column column;
};

struct format_pieces {
    struct format_piece *items; /* the last one is the end of the file, without text */
    size_t count;               /* ... which is counted */
    size_t cap;
};

/* Takes a source apart that was parsed without errors. */
void format_pieces_init(struct format_pieces *pieces, const struct ast_file *file,
        struct arena *arena, struct intern *intern, struct sources *sources);
void format_pieces_fini(struct format_pieces *pieces);

/* Marks where columns begin. */
void format_pieces_mark(struct format_pieces *pieces, const struct ast_file *file);

static inline bool format_is_comment(const struct format_piece *piece)
{
    return piece->kind != FORMAT_TOKEN;
}

#endif
