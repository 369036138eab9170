/* SPDX-License-Identifier: MIT */
/*
 * diag.c - see diag.h.
 */
#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct remark {
    struct remark *next;
    bool is_hint; /* a hint has no place */
    struct span span;
    const char *text;
};

struct diag {
    struct diag *next;
    enum diag_code code;
    bool is_error;
    bool whole_file;
    struct span span;
    size_t order; /* of creation; sorts those at one place */
    const char *text;
    struct remark *first;
    struct remark *last;
};

static const char *const codes[] = {
#define DIAG_CODE(id, code, ...) code,
    DIAG_ERRORS(DIAG_CODE) DIAG_WARNINGS(DIAG_CODE)
#undef DIAG_CODE
};

static const struct warning {
    enum diag_code code;
    const char *name;
    bool enabled;
} warnings[] = {
#define DIAG_WARNING(id, code, name, enabled, text) { id, name, enabled },
    DIAG_WARNINGS(DIAG_WARNING)
#undef DIAG_WARNING
};

enum { WARNING_COUNT = sizeof warnings / sizeof warnings[0] };

struct diag_entry diag_entry(enum diag_code code)
{
    static const struct diag_entry entries[] = {
#define DIAG_ERROR_ENTRY(id, code, title) { code, title, NULL, true },
#define DIAG_WARNING_ENTRY(id, code, name, enabled, title) { code, title, name, enabled },
        DIAG_ERRORS(DIAG_ERROR_ENTRY) DIAG_WARNINGS(DIAG_WARNING_ENTRY)
#undef DIAG_ERROR_ENTRY
#undef DIAG_WARNING_ENTRY
    };
    return entries[code];
}

void diags_init(struct diags *diags, struct arena *arena, struct sources *sources)
{
    *diags = (struct diags){ .arena = arena, .sources = sources };
    for (size_t i = 0; i < DIAG_CODE_COUNT; i++) {
        diags->enabled[i] = true;
    }
    for (size_t i = 0; i < WARNING_COUNT; i++) {
        diags->enabled[warnings[i].code] = warnings[i].enabled;
    }
}

bool diags_switch(struct diags *diags, const char *name)
{
    bool on = strncmp(name, "no-", 3) != 0;
    for (size_t i = 0; i < WARNING_COUNT; i++) {
        if (strcmp(warnings[i].name, on ? name : name + 3) == 0) {
            diags->enabled[warnings[i].code] = on;
            return true;
        }
    }
    return false;
}

static const char *print(struct diags *diags, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0) {
        base_bug("bad format '%s'", format);
    }
    char *text = arena_alloc(diags->arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

static void append(struct diags *diags, struct diag *diag)
{
    if (diags->last == NULL) {
        diags->first = diag;
    } else {
        diags->last->next = diag;
    }
    diags->last = diag;
    if (diag->is_error) {
        diags->errors++;
    } else {
        diags->warnings++;
    }
}

static struct diag *add(struct diags *diags, enum diag_code code, struct span span,
        const char *format, va_list args)
{
    struct diag *diag = ARENA_NEW(diags->arena, struct diag);
    bool is_error = codes[code][0] == 'E';
    *diag = (struct diag){ .code = code, .is_error = is_error, .span = span };
    if (!diags->enabled[code]) {
        return diag;
    }
    diag->order = diags->errors + diags->warnings;
    diag->text = print(diags, format, args);
    append(diags, diag);
    return diag;
}

struct diag *diags_add(
        struct diags *diags, enum diag_code code, struct span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct diag *diag = add(diags, code, span, format, args);
    va_end(args);
    return diag;
}

struct diag *diags_add_file(
        struct diags *diags, enum diag_code code, uint32_t at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct diag *diag = add(diags, code, (struct span){ at, at }, format, args);
    va_end(args);
    diag->whole_file = true;
    return diag;
}

static void add_remark(struct diags *diags, struct diag *diag, struct remark remark)
{
    struct remark *added = ARENA_NEW(diags->arena, struct remark);
    *added = remark;
    if (diag->last == NULL) {
        diag->first = added;
    } else {
        diag->last->next = added;
    }
    diag->last = added;
}

void diag_note(
        struct diags *diags, struct diag *diag, struct span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_remark(
            diags, diag, (struct remark){ .span = span, .text = print(diags, format, args) });
    va_end(args);
}

void diag_hint(struct diags *diags, struct diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_remark(diags, diag,
            (struct remark){ .is_hint = true, .text = print(diags, format, args) });
    va_end(args);
}

void diags_forget(struct diags *diags, uint32_t offset)
{
    struct diag *all = diags->first;
    diags->first = NULL;
    diags->last = NULL;
    diags->errors = 0;
    diags->warnings = 0;
    while (all != NULL) {
        struct diag *diag = all;
        all = diag->next;
        diag->next = NULL;
        if (diag->span.lo < offset) {
            append(diags, diag);
        }
    }
}

/* Returns the statement, or what is left of it, around a place: between two of ';', '{' and '}'. */
static struct span statement_around(const struct diags *diags, struct span span)
{
    struct place place = sources_place(diags->sources, span.lo);
    const struct source *source = place.source;
    uint32_t lo = span.lo - source->base;
    uint32_t hi = lo;
    while (lo > 0 && strchr(";{}", source->text[lo - 1]) == NULL) {
        lo--;
    }
    hi += (uint32_t)strcspn(source->text + hi, ";{}");
    return (struct span){ source->base + lo, source->base + hi };
}

/* Says whether it is about a repair that was a guess, or about text that was not read. */
static bool is_guess(const struct diag *diag)
{
    return diag->code == DIAG_SYNTAX || diag->code == DIAG_CHARACTER;
}

/* More statements than these are not looked after. */
enum { GUESSES_MAX = 2 * DIAG_SHOWN_MAX };

void diags_drop_consequences(struct diags *diags)
{
    struct span spans[GUESSES_MAX];
    size_t count = 0;
    for (const struct diag *d = diags->first; d != NULL && count < GUESSES_MAX; d = d->next) {
        if (is_guess(d)) {
            spans[count++] = statement_around(diags, d->span);
        }
    }
    struct diag *all = diags->first;
    diags->first = NULL;
    diags->last = NULL;
    diags->errors = 0;
    diags->warnings = 0;
    while (all != NULL) {
        struct diag *diag = all;
        all = diag->next;
        diag->next = NULL;
        bool is_dropped = false;
        for (size_t i = 0; i < count && diag->code >= DIAG_UNSUPPORTED; i++) {
            is_dropped |= diag->span.lo >= spans[i].lo && diag->span.lo <= spans[i].hi;
        }
        if (!is_dropped) {
            append(diags, diag);
        }
    }
}

size_t diags_mark(const struct diags *diags)
{
    return diags->errors + diags->warnings;
}

void diags_cut(struct diags *diags, size_t mark)
{
    if (mark == diags_mark(diags)) {
        return; /* as it mostly is: a walk each time would be long when much is wrong */
    }
    struct diag *kept = diags->first;
    diags->first = NULL;
    diags->last = NULL;
    diags->errors = 0;
    diags->warnings = 0;
    for (size_t i = 0; i < mark; i++) {
        struct diag *next = kept->next;
        kept->next = NULL;
        append(diags, kept);
        kept = next;
    }
}

bool diags_full(const struct diags *diags)
{
    return diags->errors >= DIAG_SHOWN_MAX;
}

/* ---- Rendering -------------------------------------------------------------------------- */

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

/* Appends the source line of `span` and the carets below it. */
static void render_line(
        const struct place *place, struct span span, const struct style *style, struct buf *out)
{
    const char *text = place->source->text;
    uint32_t lo = span.lo - place->source->base;
    uint32_t hi = span.hi - place->source->base;
    uint32_t first = place->column > WINDOW_BEFORE ? place->column - WINDOW_BEFORE : 1;
    uint32_t last = place->column + WINDOW_BEHIND;
    struct buf carets = { 0 };
    buf_printf(out, "%5u | %s", (unsigned)place->line, first > 1 ? "..." : "");
    buf_printf(&carets, "      | %s", first > 1 ? "   " : "");
    uint32_t column = 1;
    uint32_t at = place->line_lo;
    while (at < place->line_hi && column <= last) {
        uint32_t size = character_size(text + at, place->line_hi - at);
        if (column >= first) {
            put_character(out, text + at, size);
            if (at < lo) {
                buf_puts(&carets, " ");
            } else if (at == lo) {
                buf_printf(&carets, "%s^", style->caret);
            } else if (at < hi) {
                buf_puts(&carets, "~");
            }
        }
        at += size;
        column++;
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

/* What -W calls it; "" if it is an error. */
static const char *warning_name(enum diag_code code)
{
    for (size_t i = 0; i < WARNING_COUNT; i++) {
        if (warnings[i].code == code) {
            return warnings[i].name;
        }
    }
    return "";
}

static void render_diag(const struct diags *diags, const struct diag *diag,
        const struct style *style, struct buf *out)
{
    bool is_error = diag->is_error || diags->warnings_are_errors;
    struct place place = sources_place(diags->sources, diag->span.lo);
    if (diag->whole_file) {
        buf_printf(out, "%s%s:%s ", style->bold, place.source->path, style->plain);
    } else {
        render_place(&place, style, out);
    }
    buf_printf(out, "%s%s:%s %s%s%s [%s%s%s]\n", is_error ? style->error : style->warning,
            is_error ? "error" : "warning", style->plain, style->bold, diag->text, style->plain,
            codes[diag->code], diag->is_error ? "" : ", -W", warning_name(diag->code));
    if (!diag->whole_file) {
        render_line(&place, diag->span, style, out);
    }
    for (const struct remark *r = diag->first; r != NULL; r = r->next) {
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

void diags_render(struct diags *diags, bool colour, struct buf *out)
{
    size_t count = diags->errors + diags->warnings;
    if (count == 0) {
        return;
    }
    const struct diag **sorted = base_alloc(count * sizeof(struct diag *));
    size_t n = 0;
    for (const struct diag *d = diags->first; d != NULL; d = d->next) {
        sorted[n++] = d;
    }
    qsort(sorted, count, sizeof(struct diag *), by_place);
    size_t shown[2] = { 0, 0 }; /* warnings, errors */
    for (size_t i = 0; i < count; i++) {
        if (shown[sorted[i]->is_error]++ < DIAG_SHOWN_MAX) {
            render_diag(diags, sorted[i], colour ? &colours : &no_style, out);
        }
    }
    free(sorted);
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
