/* SPDX-License-Identifier: MIT */
/*
 * format_text.c - see format_text.h.
 */
#include "format_text.h"

#include "syntax.h"

#include "parser.h"

#include <string.h>

size_t format_width(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len; i++) {
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return width;
}

void format_text_init(struct format_text *text, const struct format_pieces *pieces,
        struct buf *out, size_t indent)
{
    *text = (struct format_text){
        .pieces = pieces, .out = out, .column = indent, .indent = indent
    };
}

void format_text_puts(struct format_text *text, const char *added)
{
    buf_puts(text->out, added);
    text->column += strlen(added);
}

void format_text_pad(struct format_text *text, size_t column)
{
    size_t count = column > text->column ? column - text->column : 1;
    buf_fill(text->out, ' ', count);
    text->column += count;
    text->last = NULL;
}

/* ---- White space ------------------------------------------------------------------------- */

static bool wants_space(
        const struct format_piece *before, const struct format_piece *after, bool spaced_colon)
{
    if (format_is_comment(before)) {
        return after->token != ';' && after->token != ',' && after->token != ')';
    }
    switch (before->token) {
    case '(':
    case '<':
    case '[':
    case '.':
    case TOK_DOTS: return false;
    }
    switch (after->token) {
    case ';':
    case ',':
    case ')':
    case ']':
    case '>':
    case '<':
    case '[':
    case '?':
    case '(':
    case '.':
    case TOK_DOTS: return false;
    case ':': return spaced_colon;
    case '}': return before->token != '{';
    default: return true;
    }
}

/* ---- Line breaks ------------------------------------------------------------------------- */

static bool must_break(const struct format_piece *before, const struct format_piece *after)
{
    return before->kind == FORMAT_LINE_COMMENT ||
           (format_is_comment(after) && after->line_ends > 0);
}

/* Comments stay with what they follow: one that began a line would be taken to have been written
 * there. */
static bool may_break(const struct format_pieces *pieces, size_t at)
{
    switch (pieces->items[at].token) {
    case 0: return false;
    case TOK_ARROW:
    case TOK_BECOMES:
    case '|':
    case '*':
    case TOK_AS:
    case TOK_WITHIN:
    case TOK_WITH:
    case TOK_RESERVE:
    case TOK_LIMIT: return true;
    }
    while (at > 0 && format_is_comment(&pieces->items[at - 1])) {
        at--;
    }
    return at > 0 && pieces->items[at - 1].token == ',';
}

/* Returns the width of what stands between the piece and the next possible break. */
static size_t chunk(const struct format_text *text, struct format_range range)
{
    const struct format_piece *items = text->pieces->items;
    size_t width = items[range.begin].is_multiline
                           ? 0
                           : format_width(items[range.begin].text, items[range.begin].len);
    for (size_t i = range.begin + 1; i < range.end; i++) {
        const struct format_piece *piece = &items[i];
        if (may_break(text->pieces, i) || must_break(piece - 1, piece)) {
            break;
        }
        width += wants_space(piece - 1, piece, text->spaced_colon);
        width += piece->is_multiline ? 0 : format_width(piece->text, piece->len);
    }
    return width;
}

/* Goes on in the next line: below what follows the innermost '(', unless that is far out. */
static void break_line(struct format_text *text)
{
    size_t column = text->indent + FORMAT_HANG;
    if (text->depth > 0 && text->depth <= FORMAT_PARENS &&
            text->parens[text->depth - 1] <= FORMAT_COLUMNS / 2) {
        column = text->parens[text->depth - 1];
    }
    buf_puts(text->out, "\n");
    buf_fill(text->out, ' ', column);
    text->column = column;
}

/* ---- Pieces ------------------------------------------------------------------------------ */

/* Appends a comment of several lines. Lines that begin with a star are put below the first one;
 * what others are aligned to only their author knows. */
static void put_lines(struct format_text *text, const struct format_piece *piece)
{
    size_t column = text->column;
    const char *line = piece->text;
    const char *end = piece->text + piece->len;
    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        const char *next = line_end == NULL ? end : line_end + 1;
        line_end = line_end == NULL ? end : line_end;
        const char *first = line;
        while (first < line_end && strchr(" \t\r", *first) != NULL) {
            first++;
        }
        while (line_end > first && strchr(" \t\r", line_end[-1]) != NULL) {
            line_end--;
        }
        if (line > piece->text) {
            buf_puts(text->out, "\n");
            text->column = 0;
            if (first < line_end && *first == '*') {
                buf_fill(text->out, ' ', column + 1);
                text->column = column + 1;
                line = first;
            }
        }
        if (first < line_end) {
            buf_put(text->out, line, (size_t)(line_end - line));
            text->column += format_width(line, (size_t)(line_end - line));
        }
        line = next;
    }
}

static void put_piece(struct format_text *text, const struct format_piece *piece)
{
    if (piece->is_multiline) {
        put_lines(text, piece);
    } else {
        buf_put(text->out, piece->text, piece->len);
        text->column += format_width(piece->text, piece->len);
    }
    if (piece->token == '(') {
        text->depth++;
        if (text->depth <= FORMAT_PARENS) {
            text->parens[text->depth - 1] = text->column;
        }
    } else if (piece->token == ')') {
        text->depth--;
    }
    if (piece->token != 0) {
        text->spaced_colon = text->last_token == TOK_ENUM && piece->token == TOK_IDENT;
        text->last_token = piece->token;
    }
    text->last = piece;
}

void format_text_put(struct format_text *text, struct format_range range)
{
    for (size_t i = range.begin; i < range.end; i++) {
        const struct format_piece *piece = &text->pieces->items[i];
        const struct format_piece *last = text->last;
        if (piece->is_optional && last != NULL && last->token == '}') {
            continue;
        }
        if (last != NULL && must_break(last, piece)) {
            break_line(text);
        } else if (last != NULL) {
            size_t space = wants_space(last, piece, text->spaced_colon);
            struct format_range rest = { i, range.end };
            if (may_break(text->pieces, i) &&
                    text->column + space + chunk(text, rest) > FORMAT_COLUMNS) {
                break_line(text);
            } else {
                buf_fill(text->out, ' ', space);
                text->column += space;
            }
        }
        put_piece(text, piece);
    }
}

bool format_text_is_flat(const struct format_pieces *pieces, struct format_range range)
{
    for (size_t i = range.begin; i < range.end; i++) {
        const struct format_piece *piece = &pieces->items[i];
        if (piece->is_multiline || piece->kind == FORMAT_LINE_COMMENT ||
                (format_is_comment(piece) && i > range.begin && piece->line_ends > 0)) {
            return false;
        }
    }
    return true;
}
