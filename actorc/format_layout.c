/* SPDX-License-Identifier: MIT */
/*
 * format_layout.c - see format_layout.h.
 *
 * A block stands on one line if its author wrote it so and it fits; else each statement has a line
 * of its own. Everything else is decided here and not by how it was written, save that an empty
 * line stays where one was.
 */
#include "format_layout.h"

#include "syntax.h"

#include "parser.h"

#include <string.h>

struct layout {
    const struct format_pieces *pieces;
    struct format_lines *lines;
    size_t indent;
};

/* The cells of one statement, whose widths are those of the widest below and above it. */
struct cells {
    size_t widths[2]; /* of what stands before a type and before a name */
    size_t brace;     /* ... before the '{' of a message on one line */
};

/* Cells that are wider do not move others. */
enum { CELL_MAX = 28 };

static const struct format_piece *piece_at(const struct layout *layout, size_t at)
{
    return &layout->pieces->items[at];
}

static bool is_empty(struct format_range range)
{
    return range.begin == range.end;
}

/* Returns the first token of the statement. */
static int first_token(const struct layout *layout, const struct format_item *item)
{
    size_t at = item->head.begin;
    while (format_is_comment(piece_at(layout, at))) {
        at++;
    }
    return piece_at(layout, at)->token;
}

/* ---- On one line ------------------------------------------------------------------------- */

static void put_item(
        struct format_text *text, const struct format_item *item, const struct cells *cells);

static void put_block(struct format_text *text, const struct format_item *item)
{
    for (const struct format_item *i = item->items.first; i != NULL; i = i->next) {
        put_item(text, i, NULL);
        format_text_put(text, i->trailing);
    }
    format_text_put(text, item->tail);
    format_text_puts(text, item->lacks_semicolon ? ";" : "");
}

/* Puts the beginning of a statement, in columns if there are cells. */
static void put_head(
        struct format_text *text, struct format_range head, const struct cells *cells)
{
    size_t end = text->indent;
    for (size_t i = head.begin; i < head.end; i++) {
        enum format_column column = text->pieces->items[i].column;
        if (cells != NULL && column != FORMAT_NO_COLUMN && i > head.begin) {
            end += cells->widths[column - 1] + 1;
            format_text_put(text, (struct format_range){ head.begin, i });
            format_text_pad(text, end);
            head.begin = i;
        }
    }
    format_text_put(text, head);
}

/* Puts a statement that can stand on one line. */
static void put_item(
        struct format_text *text, const struct format_item *item, const struct cells *cells)
{
    if (!item->has_block) {
        put_head(text, item->head, cells);
        return;
    }
    struct format_range head = item->head;
    if (cells != NULL && cells->brace > 0) {
        head.end--;
        format_text_put(text, head);
        format_text_pad(text, text->indent + cells->brace + 1);
        head.begin = head.end++;
    }
    format_text_put(text, head);
    put_block(text, item);
}

/* Returns the column behind the statement if it stands on one line. */
static size_t flat_end(
        const struct layout *layout, const struct format_item *item, const struct cells *cells)
{
    struct buf scratch = { 0 };
    struct format_text text;
    format_text_init(&text, layout->pieces, &scratch, layout->indent);
    put_item(&text, item, cells);
    bool is_broken = memchr(scratch.data, '\n', scratch.len) != NULL;
    buf_fini(&scratch);
    return is_broken ? FORMAT_COLUMNS + 1 : text.column;
}

static bool is_flat_block(const struct layout *layout, const struct format_item *item)
{
    const struct format_piece *inner = piece_at(layout, item->head.end);
    if (inner->line_ends > 0 || !is_empty(item->behind_brace) ||
            !is_empty(item->items.hanging)) {
        return item->items.first == NULL && is_empty(item->behind_brace) &&
               is_empty(item->items.hanging);
    }
    for (const struct format_item *i = item->items.first; i != NULL; i = i->next) {
        bool is_flat = is_empty(i->before) && i->items.first == NULL &&
                       format_text_is_flat(layout->pieces, i->head) &&
                       format_text_is_flat(layout->pieces, i->tail) &&
                       format_text_is_flat(layout->pieces, i->trailing) &&
                       is_empty(i->behind_brace) && is_empty(i->items.hanging);
        if (!is_flat) {
            return false;
        }
    }
    return true;
}

/* Says whether the whole statement stands on one line. */
static bool is_flat(const struct layout *layout, const struct format_item *item)
{
    if (!format_text_is_flat(layout->pieces, item->head) ||
            !format_text_is_flat(layout->pieces, item->tail)) {
        return false;
    }
    if (item->has_block && !is_flat_block(layout, item)) {
        return false;
    }
    return flat_end(layout, item, NULL) <= FORMAT_COLUMNS;
}

/* ---- Columns ---------------------------------------------------------------------------- */

static void widen(size_t *width, size_t by)
{
    if (by <= CELL_MAX && by > *width) {
        *width = by;
    }
}

static size_t width_of(const struct layout *layout, struct format_range range)
{
    struct buf scratch = { 0 };
    struct format_text text;
    format_text_init(&text, layout->pieces, &scratch, 0);
    format_text_put(&text, range);
    buf_fini(&scratch);
    return text.column;
}

/* Makes room in the cells for one more statement. */
static void measure(
        const struct layout *layout, const struct format_item *item, struct cells *cells)
{
    struct format_range cell = item->head;
    if (item->has_block) {
        if (first_token(layout, item) == TOK_MESSAGE) {
            cell.end--;
            widen(&cells->brace, width_of(layout, cell));
        }
        return;
    }
    for (size_t i = item->head.begin + 1; i < item->head.end; i++) {
        enum format_column column = piece_at(layout, i)->column;
        if (column != FORMAT_NO_COLUMN) {
            cell.end = i;
            widen(&cells->widths[column - 1], width_of(layout, cell));
            cell.begin = i;
        }
    }
}

/* Returns whether the item begins a new group of lines. */
static bool is_apart(const struct layout *layout, const struct format_item *item)
{
    size_t first = is_empty(item->before) ? item->head.begin : item->before.begin;
    return piece_at(layout, first)->line_ends > 1 || !is_flat(layout, item);
}

/* Returns the cells of the group that begins with the item. */
static struct cells group_cells(const struct layout *layout, const struct format_item *first)
{
    struct cells cells = { .brace = 0 };
    for (const struct format_item *i = first; i != NULL && (i == first || !is_apart(layout, i));
            i = i->next) {
        if (is_flat(layout, i)) {
            measure(layout, i, &cells);
        }
    }
    return cells;
}

/* ---- Lines ------------------------------------------------------------------------------- */

/* Adds comments that have lines of their own. */
static void add_comments(struct layout *layout, struct format_range range, bool blank_before)
{
    for (size_t i = range.begin; i < range.end; i++) {
        struct buf line = { 0 };
        struct format_text text;
        size_t end = i + 1;
        while (end < range.end && piece_at(layout, end)->line_ends == 0) {
            end++;
        }
        buf_fill(&line, ' ', layout->indent);
        format_text_init(&text, layout->pieces, &line, layout->indent);
        format_text_put(&text, (struct format_range){ i, end });
        bool is_blank = piece_at(layout, i)->line_ends > 1 || blank_before;
        format_lines_add(layout->lines, is_blank, &line, (struct format_range){ 0, 0 });
        buf_fini(&line);
        blank_before = false;
        i = end - 1;
    }
}

static void add_items(struct layout *layout, const struct format_items *items);

static void add_block(struct layout *layout, const struct format_item *item, bool blank_before)
{
    struct buf line = { 0 };
    struct format_text text;
    buf_fill(&line, ' ', layout->indent);
    format_text_init(&text, layout->pieces, &line, layout->indent);
    format_text_put(&text, item->head);
    format_lines_add(layout->lines, blank_before, &line, item->behind_brace);
    buf_fini(&line);
    layout->lines->after_brace = true;
    layout->indent += FORMAT_INDENT;
    add_items(layout, &item->items);
    layout->indent -= FORMAT_INDENT;
    buf_fill(&line, ' ', layout->indent);
    format_text_init(&text, layout->pieces, &line, layout->indent);
    format_text_put(&text, item->tail);
    format_text_puts(&text, item->lacks_semicolon ? ";" : "");
    format_lines_add(layout->lines, false, &line, item->trailing);
    buf_fini(&line);
}

static void add_flat(struct layout *layout, const struct format_item *item, bool blank_before,
        const struct cells *cells)
{
    struct buf line = { 0 };
    struct format_text text;
    bool in_columns = !item->has_block || first_token(layout, item) == TOK_MESSAGE;
    if (cells != NULL && (!in_columns || flat_end(layout, item, cells) > FORMAT_COLUMNS)) {
        cells = NULL;
    }
    buf_fill(&line, ' ', layout->indent);
    format_text_init(&text, layout->pieces, &line, layout->indent);
    put_item(&text, item, cells);
    format_lines_add(layout->lines, blank_before, &line, item->trailing);
    buf_fini(&line);
}

/* Says whether an empty line stands between the two, whether or not there was one. */
static bool is_set_apart(const struct layout *layout, const struct format_item *before,
        const struct format_item *item)
{
    if (layout->indent > 0 || before == NULL) {
        return false;
    }
    int first = first_token(layout, before);
    int second = first_token(layout, item);
    if (first == TOK_SCHEMA || first == TOK_IMPORT) {
        return first != second;
    }
    return (first == TOK_ACTOR && !is_flat(layout, before)) ||
           (second == TOK_ACTOR && !is_flat(layout, item));
}

static bool has_blank(const struct layout *layout, struct format_range range)
{
    for (size_t i = range.begin; i < range.end; i++) {
        if (piece_at(layout, i)->line_ends > 1) {
            return true;
        }
    }
    return false;
}

static void add_item(struct layout *layout, const struct format_item *before,
        const struct format_item *item, const struct cells *cells)
{
    bool is_blank = piece_at(layout, item->head.begin)->line_ends > 1;
    if (is_set_apart(layout, before, item) && !is_blank && !has_blank(layout, item->before)) {
        add_comments(layout, item->before, true);
        is_blank = is_empty(item->before);
    } else {
        add_comments(layout, item->before, false);
    }
    if (is_flat(layout, item)) {
        add_flat(layout, item, is_blank, cells);
    } else if (item->has_block) {
        add_block(layout, item, is_blank);
    } else {
        add_flat(layout, item, is_blank, NULL);
    }
}

static void add_items(struct layout *layout, const struct format_items *items)
{
    const struct format_item *before = NULL;
    struct cells cells = { .brace = 0 };
    for (const struct format_item *item = items->first; item != NULL; item = item->next) {
        if (before == NULL || is_apart(layout, item)) {
            cells = group_cells(layout, item);
        }
        add_item(layout, before, item, &cells);
        before = item;
    }
    add_comments(layout, items->hanging, false);
}

void format_layout(const struct format_items *file, struct format_lines *lines)
{
    struct layout layout = { .pieces = lines->pieces, .lines = lines };
    add_items(&layout, file);
}
