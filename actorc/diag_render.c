/* SPDX-License-Identifier: MIT */
/*
 * diag_render.c - errors and warnings as a reader of a terminal gets them: by place, with the line and what is wrong in it.
 * See diag.h.
 */
#include "diag.h"

#include <stdlib.h>

struct style {
    const char *bold, *error, *warning, *note, *caret, *plain;
};

static const struct style no_style = { "", "", "", "", "", "" };
static const struct style colours = { "\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m",
    "\033[1;32m", "\033[0m" };

/* The part of a long line that is shown, in columns before and behind the caret. */
enum { WINDOW_BEFORE = 60, WINDOW_BEHIND = 80 };

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Returns the number of bytes of the character at `text`; a stray byte counts as one. */
static uint32_t character_size(const char *text, uint32_t len)
{
    size_t size = source_utf8(text, len);
    return size > 0 ? (uint32_t)size : 1;
}

/* Appends the character, or something harmless: what it prints must not steer the terminal. */
static void put_character(struct buf *out, const char *text, uint32_t size)
{
    if (size == 1 && (*text == '\t' || is_control(*text))) {
        buf_puts(out, *text == '\t' ? " " : "?");
    } else if (size == 1 && (unsigned char)*text >= 0x80) {
        buf_puts(out, "?");
    } else {
        buf_put(out, text, size);
    }
}

/* Appends the source line of `span` and the carets below it. Lines may be long: only what is shown
 * is looked at. */
static void render_line(
        const struct place *place, struct span span, const struct style *style, struct buf *out)
{
    const char *text = place->source->text;
    uint32_t lo = span.lo - place->source->base;
    uint32_t hi = span.hi - place->source->base;
    uint32_t at = lo < place->line_hi ? lo : place->line_hi;
    for (unsigned i = 0; i < WINDOW_BEFORE && at > place->line_lo; i++) {
        at = source_before(place->source, at, place->line_lo);
    }
    bool is_cut = at > place->line_lo;
    struct buf carets = { 0 };
    buf_printf(out, "%5u | %s", (unsigned)place->line, is_cut ? "..." : "");
    buf_printf(&carets, "      | %s", is_cut ? "   " : "");
    for (unsigned behind = 0; at < place->line_hi && behind <= WINDOW_BEHIND;) {
        uint32_t size = character_size(text + at, place->line_hi - at);
        put_character(out, text + at, size);
        if (at < lo) {
            buf_puts(&carets, " ");
        } else if (at == lo) {
            buf_printf(&carets, "%s^", style->caret);
        } else if (at < hi) {
            buf_puts(&carets, "~");
        }
        behind += at >= lo;
        at += size;
    }
    if (lo >= at) {
        buf_printf(&carets, "%s^", style->caret);
    }
    buf_puts(out, at < place->line_hi ? "...\n" : "\n");
    buf_printf(out, "%s%s\n", carets.data, style->plain);
    buf_fini(&carets);
}

static void render_place(const struct place *place, const struct style *style, struct buf *out)
{
    buf_printf(out, "%s%s:%u:%u:%s ", style->bold, place->source->path, (unsigned)place->line,
            (unsigned)place->column, style->plain);
}

static void render_diag(const struct diags *diags, const struct diag *diag,
        const struct style *style, struct buf *out)
{
    bool is_error = diag->is_error || diags->warnings_are_errors;
    struct diag_entry entry = diag_entry(diag->code);
    struct place place = sources_place(diags->sources, diag->span.lo);
    if (diag->whole_file) {
        buf_printf(out, "%s%s:%s ", style->bold, place.source->path, style->plain);
    } else {
        render_place(&place, style, out);
    }
    buf_printf(out, "%s%s:%s %s%s%s [%s%s%s]\n", is_error ? style->error : style->warning,
            is_error ? "error" : "warning", style->plain, style->bold, diag->text, style->plain,
            entry.code, entry.warning == NULL ? "" : ", -W",
            entry.warning == NULL ? "" : entry.warning);
    if (!diag->whole_file) {
        render_line(&place, diag->span, style, out);
    }
    for (const struct diag_remark *r = diag->first; r != NULL; r = r->next) {
        if (r->is_hint) {
            buf_printf(out, "      = %shint:%s %s\n", style->note, style->plain, r->text);
            continue;
        }
        place = sources_place(diags->sources, r->span.lo);
        render_place(&place, style, out);
        buf_printf(out, "%snote:%s %s\n", style->note, style->plain, r->text);
        render_line(&place, r->span, style, out);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct diag *x = *(const struct diag *const *)a;
    const struct diag *y = *(const struct diag *const *)b;
    if (x->span.lo != y->span.lo) {
        return x->span.lo < y->span.lo ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

const struct diag **diags_sorted(const struct diags *diags, size_t *ret_count)
{
    size_t kept = 0;
    for (const struct diag *d = diags->first; d != NULL; d = d->next) {
        kept++;
    }
    const struct diag **sorted = base_alloc((kept + 1) * sizeof(struct diag *));
    size_t n = 0;
    for (const struct diag *d = diags->first; d != NULL; d = d->next) {
        sorted[n++] = d;
    }
    qsort(sorted, kept, sizeof(struct diag *), by_place);
    *ret_count = kept;
    return sorted;
}

/* Appends those that are kept, by position. */
static void render_kept(struct diags *diags, const struct style *style, struct buf *out)
{
    size_t kept = 0;
    const struct diag **sorted = diags_sorted(diags, &kept);
    size_t shown[2] = { 0, 0 }; /* warnings, errors */
    for (size_t i = 0; i < kept; i++) {
        if (shown[sorted[i]->is_error]++ < DIAG_SHOWN_MAX) {
            render_diag(diags, sorted[i], style, out);
        }
    }
    free(sorted);
}

void diags_render(struct diags *diags, bool colour, struct buf *out)
{
    if (diags->report_count == 0) {
        return;
    }
    render_kept(diags, colour ? &colours : &no_style, out);
    if (diags->errors > DIAG_SHOWN_MAX) {
        buf_printf(out, "%zu more errors\n", diags->errors - DIAG_SHOWN_MAX);
    }
    if (diags->warnings > DIAG_SHOWN_MAX) {
        buf_printf(out, "%zu more warnings\n", diags->warnings - DIAG_SHOWN_MAX);
    }
}

void diag_excerpt(const struct sources *sources, const struct diag_excerpt *excerpt,
        bool colour, struct buf *out)
{
    const struct style *style = colour ? &colours : &no_style;
    struct place place = sources_place(sources, excerpt->span.lo);
    render_place(&place, style, out);
    buf_printf(out, "%s%s:%s %s", excerpt->is_error ? style->error : style->note, excerpt->word,
            style->plain, excerpt->text);
    if (excerpt->tag != NULL) {
        buf_printf(out, " [%s]", excerpt->tag);
    }
    buf_puts(out, "\n");
    render_line(&place, excerpt->span, style, out);
}
