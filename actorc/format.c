/* SPDX-License-Identifier: MIT */
/*
 * format.c - see format.h.
 */
#include "format.h"

#include "format_layout.h"
#include "parse.h"

#include <string.h>

/* A text that was taken apart. */
struct work {
    struct intern intern;
    struct ast_file file;
    struct format_pieces pieces;
    struct format_items items;
};

static void work_fini(struct work *work)
{
    format_pieces_fini(&work->pieces);
    ast_file_fini(&work->file);
    intern_fini(&work->intern);
}

static bool work_init(
        struct work *work, struct source *source, struct arena *arena, struct diags *diags)
{
    size_t errors = diags->errors;
    memset(work, 0, sizeof *work);
    intern_init(&work->intern, arena);
    if (!parse(source, arena, &work->intern, diags, &work->file) || diags->errors > errors) {
        work_fini(work);
        return false;
    }
    format_pieces_init(&work->pieces, &work->file, arena, &work->intern, diags->sources);
    format_pieces_mark(&work->pieces, &work->file);
    format_items_init(&work->items, &work->pieces, arena);
    return true;
}

/* Appends one piece so that two that mean the same become the same: without white space at the
 * ends of its lines. */
static void put_piece(struct buf *out, const struct format_piece *piece)
{
    const char *line = piece->text;
    const char *end = piece->text + piece->len;
    while (piece->is_multiline && line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        const char *line_end = next == NULL ? end : next;
        while (line < line_end && strchr(" \t\r", *line) != NULL) {
            line++;
        }
        while (line_end > line && strchr(" \t\r", line_end[-1]) != NULL) {
            line_end--;
        }
        buf_put(out, line, (size_t)(line_end - line));
        buf_puts(out, "\n");
        line = next == NULL ? end : next + 1;
    }
    if (!piece->is_multiline) {
        buf_put(out, piece->text, piece->len);
    }
    buf_put(out, "", 1);
}

/* Appends all pieces that mean something. */
static void put_pieces(struct buf *out, const struct format_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        if (!pieces->items[i].is_optional) {
            put_piece(out, &pieces->items[i]);
        }
    }
}

/* Says whether `out` is the same schema with the same comments. */
static bool is_same(const struct work *work, const struct buf *out, struct arena *arena)
{
    struct sources sources = { 0 };
    struct diags diags;
    diags_init(&diags, arena, &sources);
    struct source *source = sources_add(&sources, work->file.source->path, out->data, out->len);
    struct work again;
    bool is_good = work_init(&again, source, arena, &diags);
    if (is_good) {
        struct buf was = { 0 };
        struct buf is = { 0 };
        put_pieces(&was, &work->pieces);
        put_pieces(&is, &again.pieces);
        is_good = was.len == is.len && memcmp(was.data, is.data, is.len) == 0;
        buf_fini(&was);
        buf_fini(&is);
        work_fini(&again);
    }
    sources_fini(&sources);
    return is_good;
}

bool format(struct source *source, struct arena *arena, struct diags *diags, struct buf *out)
{
    struct work work;
    if (!work_init(&work, source, arena, diags)) {
        return false;
    }
    struct format_lines lines = { .arena = arena, .pieces = &work.pieces };
    struct buf text = { 0 };
    format_layout(&work.items, &lines);
    format_lines_print(&lines, &text);
    bool fits = text.len <= SOURCE_SIZE_MAX;
    if (!fits) {
        diags_add_file(diags, DIAG_TOO_MANY, source->base,
                "the formatted schema would be larger than 16 MiB");
    } else if (!is_same(&work, &text, arena)) {
        base_bug("the layout of '%s' would not be the same schema", source->path);
    } else {
        buf_put(out, text.data, text.len);
    }
    buf_fini(&text);
    work_fini(&work);
    return fits;
}
