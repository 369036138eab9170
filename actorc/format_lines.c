/* SPDX-License-Identifier: MIT */
/*
 * format_lines.c - see format_lines.h.
 */
#include "format_lines.h"

#include <string.h>

enum {
    COMMENT_COLUMN = 42, /* where comments behind a line begin, if it ends before */
    CODE_MAX = 60        /* lines longer than this do not move the comments of others */
};

void format_lines_add(struct format_lines *lines, bool blank_before, const struct buf *text,
        struct format_range trailing)
{
    struct format_line *line = ARENA_NEW(lines->arena, struct format_line);
    const char *last = text->data;
    for (const char *c = strchr(last, '\n'); c != NULL; c = strchr(last, '\n')) {
        last = c + 1;
    }
    *line = (struct format_line){ .blank_before = blank_before && lines->first != NULL &&
                                                  !lines->after_brace,
        .text = arena_strndup(lines->arena, text->data, text->len),
        .end = format_width(last, strlen(last)),
        .trailing = trailing };
    AST_APPEND(lines, line);
    lines->after_brace = false;
}

static bool has_comment(const struct format_line *line)
{
    return line->trailing.end > line->trailing.begin;
}

static bool is_aligned(const struct format_line *line)
{
    return has_comment(line) && line->end <= CODE_MAX;
}

/* Returns the width of the comments, up to the first line end in them. */
static size_t comment_width(const struct format_lines *lines, const struct format_line *line)
{
    size_t width = 0;
    for (size_t i = line->trailing.begin; i < line->trailing.end; i++) {
        const struct format_piece *piece = &lines->pieces->items[i];
        if (piece->is_multiline) {
            return width;
        }
        width += format_width(piece->text, piece->len) + 1;
    }
    return width - 1;
}

/* Returns the column of the comments of lines that follow each other. */
static size_t comment_column(const struct format_lines *lines, const struct format_line *first)
{
    size_t least = 0;
    size_t widest = 0;
    for (const struct format_line *line = first;
            line != NULL && (line == first || !line->blank_before); line = line->next) {
        if (is_aligned(line)) {
            size_t width = comment_width(lines, line);
            least = line->end + 1 > least ? line->end + 1 : least;
            widest = width > widest ? width : widest;
        }
    }
    size_t column = least > COMMENT_COLUMN ? least : COMMENT_COLUMN;
    return column + widest > FORMAT_COLUMNS ? least : column;
}

void format_lines_print(const struct format_lines *lines, struct buf *out)
{
    size_t column = 0;
    for (const struct format_line *line = lines->first; line != NULL; line = line->next) {
        buf_puts(out, line->blank_before ? "\n" : "");
        if (line == lines->first || line->blank_before) {
            column = comment_column(lines, line);
        }
        buf_puts(out, line->text);
        if (has_comment(line)) {
            struct format_text text;
            format_text_init(&text, lines->pieces, out, line->end);
            format_text_pad(&text, is_aligned(line) ? column : 0);
            format_text_put(&text, line->trailing);
        }
        buf_puts(out, "\n");
    }
}
