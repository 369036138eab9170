/* SPDX-License-Identifier: MIT */
/*
 * format_items.c - see format_items.h. The text was parsed without errors, so braces match and
 * every statement has its end.
 */
#include "format_items.h"

#include "syntax.h"

#include "parser.h"

struct reader {
    struct format_pieces *pieces;
    struct arena *arena;
    size_t at;
};

static struct format_piece *piece_at(const struct reader *reader, size_t at)
{
    return &reader->pieces->items[at];
}

static bool is_end(const struct format_piece *piece)
{
    return piece->token == '}' || piece->token == TOK_END;
}

/* Returns the place of the first token at or behind `at`. */
static size_t skip_comments(const struct reader *reader, size_t at)
{
    while (format_is_comment(piece_at(reader, at))) {
        at++;
    }
    return at;
}

/*
 * Reads the comments that go on with the line of the piece before, if nothing else does. In
 * "a; [x] b;" the comment is taken to be of b.
 */
static struct format_range read_trailing(struct reader *reader, bool behind_brace)
{
    struct format_range range = { reader->at, reader->at };
    size_t end = reader->at;
    while (format_is_comment(piece_at(reader, end)) && piece_at(reader, end)->line_ends == 0) {
        end++;
    }
    const struct format_piece *next = piece_at(reader, end);
    if (next->line_ends > 0 || next->token == TOK_END || (is_end(next) && !behind_brace)) {
        range.end = reader->at = end;
    }
    return range;
}

/* Reads "=> A | B", of which the ';' behind may be missing. */
static void read_modes(struct reader *reader, struct format_item *item)
{
    reader->at = skip_comments(reader, reader->at + 1) + 1;
    for (;;) {
        size_t next = skip_comments(reader, reader->at);
        if (piece_at(reader, next)->token != '|') {
            break;
        }
        reader->at = skip_comments(reader, next + 1) + 1;
    }
    size_t next = skip_comments(reader, reader->at);
    item->lacks_semicolon = piece_at(reader, next)->token != ';';
    if (!item->lacks_semicolon) {
        piece_at(reader, next)->is_optional = true;
        reader->at = next + 1;
    }
}

/* Reads what follows the '}' of a statement. */
static void read_tail(struct reader *reader, struct format_item *item)
{
    item->tail.begin = reader->at++;
    size_t next = skip_comments(reader, reader->at);
    switch (piece_at(reader, next)->token) {
    case TOK_ARROW:
        while (piece_at(reader, next)->token != ';') {
            next++;
        }
        reader->at = next + 1;
        break;
    case TOK_BECOMES:
        reader->at = next;
        read_modes(reader, item);
        break;
    case ';':
        piece_at(reader, next)->is_optional = next == reader->at;
        reader->at = next + 1;
        break;
    }
    item->tail.end = reader->at;
}

static void read_items(struct reader *reader, struct format_items *items);

static struct format_item *read_item(struct reader *reader)
{
    struct format_item *item = ARENA_NEW(reader->arena, struct format_item);
    item->before.begin = reader->at;
    size_t first = skip_comments(reader, reader->at);
    size_t token = first;
    while (first > reader->at && piece_at(reader, first)->line_ends == 0) {
        first--;
    }
    item->before.end = item->head.begin = first;
    while (piece_at(reader, token)->token != ';' && piece_at(reader, token)->token != '{') {
        token++;
    }
    item->has_block = piece_at(reader, token)->token == '{';
    item->head.end = reader->at = token + 1;
    if (item->has_block) {
        item->behind_brace = read_trailing(reader, true);
        read_items(reader, &item->items);
        read_tail(reader, item);
    }
    item->trailing = read_trailing(reader, false);
    return item;
}

static void read_items(struct reader *reader, struct format_items *items)
{
    for (;;) {
        size_t next = skip_comments(reader, reader->at);
        if (is_end(piece_at(reader, next))) {
            items->hanging = (struct format_range){ reader->at, next };
            reader->at = next;
            return;
        }
        struct format_item *item = read_item(reader);
        AST_APPEND(items, item);
    }
}

void format_items_init(
        struct format_items *items, struct format_pieces *pieces, struct arena *arena)
{
    struct reader reader = { .pieces = pieces, .arena = arena };
    *items = (struct format_items){ 0 };
    read_items(&reader, items);
}
