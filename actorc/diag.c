/* SPDX-License-Identifier: MIT */
/*
 * diag.c - see diag.h.
 */
#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What is known of everything that was reported, also of what is only counted. */
struct diag_report {
    uint32_t lo; /* of its span */
    uint16_t code;
    bool is_consequence; /* see diags_find_guesses() */
    bool is_gone;        /* is about to be taken back */
};

void diags_init(struct diags *diags, struct arena *arena, struct sources *sources)
{
    *diags = (struct diags){ .arena = arena, .sources = sources };
    diags->unseen = ARENA_NEW(arena, struct diag);
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

/* Names may have 255 bytes, and are shown whole. What is longer is not meant to be read. */
enum { WORD_MAX = 256, WORD_SHOWN = 64, TEXT_MAX = 1000 };

/* Appends as much of the text as `max` bytes hold, without half a character. */
static void put_beginning(struct buf *out, const char *text, size_t max)
{
    while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80) {
        max--;
    }
    buf_put(out, text, max);
    buf_puts(out, "…");
}

/* Returns the text with what is too long in it cut. */
static const char *shorten(struct diags *diags, const char *text)
{
    struct buf out = { 0 };
    while (*text != '\0' && out.len < TEXT_MAX) {
        size_t len = strcspn(text, " ");
        if (len > WORD_MAX) {
            put_beginning(&out, text, WORD_SHOWN);
            buf_puts(&out, text[len - 1] == '\'' ? "'" : "");
        } else {
            buf_put(&out, text, len);
        }
        text += len;
        len = strspn(text, " ");
        buf_puts(&out, len > 0 ? " " : "");
        text += len;
    }
    if (*text != '\0') {
        buf_puts(&out, "…");
    }
    const char *shortened = arena_strndup(diags->arena, out.data, out.len);
    buf_fini(&out);
    return shortened;
}

static const char *print(struct diags *diags, const char *format, va_list args)
{
    char brief[TEXT_MAX + 1];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(brief, sizeof brief, format, args);
    const char *text = NULL;
    if (len < 0) {
        base_bug("bad format '%s'", format);
    }
    if ((size_t)len < sizeof brief) {
        text = arena_strndup(diags->arena, brief, (size_t)len);
    } else {
        char *whole = base_alloc((size_t)len + 1);
        vsnprintf(whole, (size_t)len + 1, format, again);
        text = shorten(diags, whole);
        free(whole);
    }
    va_end(again);
    return text;
}

static bool is_error(enum diag_code code)
{
    return code < DIAG_TELL_LOOP;
}

/* ---- What is kept ------------------------------------------------------------------------ */

/*
 * However many errors there are, only the first of the text are shown, so only those that are among
 * the first when they are reported need texts. What takes reports back never lifts one that was not
 * among the first into their number: it takes the latest, or all behind a place, or consequences,
 * which are known when they are reported and are not counted among the first.
 */
static bool is_among_first(struct diags *diags, const struct diag_report *report)
{
    struct diag_places *first = &diags->places[is_error(report->code)];
    size_t at = first->count;
    while (at > 0 && first->lo[at - 1] > report->lo) {
        at--;
    }
    if (report->is_consequence || at == DIAG_SHOWN_MAX) {
        return false;
    }
    size_t moved = first->count - at - (first->count == DIAG_SHOWN_MAX);
    memmove(&first->lo[at + 1], &first->lo[at], moved * sizeof first->lo[0]);
    first->lo[at] = report->lo;
    first->count += first->count < DIAG_SHOWN_MAX;
    return true;
}

static void count(struct diags *diags, const struct diag_report *report)
{
    if (is_error(report->code)) {
        diags->errors++;
    } else {
        diags->warnings++;
    }
}

/* Counts what is left and finds the first of it, after some were taken back. */
static void count_anew(struct diags *diags)
{
    diags->errors = 0;
    diags->warnings = 0;
    memset(diags->places, 0, sizeof diags->places);
    for (size_t i = 0; i < diags->report_count; i++) {
        count(diags, &diags->reports[i]);
        (void)is_among_first(diags, &diags->reports[i]);
    }
}

/* Takes back all reports that are gone. */
static void sweep(struct diags *diags)
{
    struct diag **kept = &diags->first;
    diags->last = NULL;
    size_t left = 0;
    for (size_t i = 0; i < diags->report_count; i++) {
        bool is_gone = diags->reports[i].is_gone;
        if (*kept != NULL && (*kept)->order == i) {
            struct diag *diag = *kept;
            diag->order = left;
            *kept = is_gone ? diag->next : diag;
            diags->last = is_gone ? diags->last : diag;
            kept = is_gone ? kept : &diag->next;
        }
        if (!is_gone) {
            diags->reports[left++] = diags->reports[i];
        }
    }
    if (left < diags->report_count) {
        diags->report_count = left;
        count_anew(diags);
    }
}

static struct diag_report *add_report(struct diags *diags)
{
    if (diags->report_count == diags->report_max) {
        size_t max = diags->report_max == 0 ? 2 * DIAG_SHOWN_MAX : 2 * diags->report_max;
        struct diag_report *grown = arena_alloc(diags->arena, max * sizeof *grown);
        if (diags->report_count > 0) {
            memcpy(grown, diags->reports, diags->report_count * sizeof *grown);
        }
        diags->reports = grown;
        diags->report_max = max;
    }
    return &diags->reports[diags->report_count++];
}

static bool is_consequence(const struct diags *diags, enum diag_code code, uint32_t lo)
{
    for (size_t i = 0; i < diags->guess_count && code >= DIAG_UNSUPPORTED; i++) {
        if (lo >= diags->guesses[i].lo && lo <= diags->guesses[i].hi) {
            return true;
        }
    }
    return false;
}

static struct diag *add(struct diags *diags, enum diag_code code, struct span span,
        const char *format, va_list args)
{
    if (!diags->enabled[code]) {
        return diags->unseen;
    }
    struct diag_report *report = add_report(diags);
    *report = (struct diag_report){ .lo = span.lo,
        .code = (uint16_t)code,
        .is_consequence = is_consequence(diags, code, span.lo) };
    count(diags, report);
    if (!is_among_first(diags, report)) {
        return diags->unseen;
    }
    struct diag *diag = ARENA_NEW(diags->arena, struct diag);
    *diag = (struct diag){ .code = code, .is_error = is_error(code), .span = span };
    diag->order = diags->report_count - 1;
    diag->text = print(diags, format, args);
    if (diags->last == NULL) {
        diags->first = diag;
    } else {
        diags->last->next = diag;
    }
    diags->last = diag;
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

bool diags_only_counts(const struct diags *diags, uint32_t lo)
{
    const struct diag_places *first = &diags->places[true];
    return first->count == DIAG_SHOWN_MAX && first->lo[DIAG_SHOWN_MAX - 1] <= lo;
}

bool diags_shows(const struct diags *diags, const struct diag *diag)
{
    return diag != diags->unseen;
}

/* Nobody reads more of one mistake. */
enum { NOTES_SHOWN_MAX = 12 };

/* Makes room for one more note in the place of the last: what stands there is left out. */
static void leave_out(struct diags *diags, struct diag *diag)
{
    enum { TEXT_BYTES = 48 };
    if (diag->omission == NULL) {
        struct diag_remark *last = ARENA_NEW(diags->arena, struct diag_remark);
        diag->omission = arena_alloc(diags->arena, TEXT_BYTES);
        diag->last->text = diag->omission;
        diag->last->next = last;
        *last = (struct diag_remark){ 0 };
        diag->last = last;
    }
    (void)snprintf(diag->omission, TEXT_BYTES, "... and %zu more steps",
            diag->note_count - NOTES_SHOWN_MAX);
}

static void add_remark(struct diags *diags, struct diag *diag, struct diag_remark remark,
        const char *format, va_list args)
{
    if (!diags_shows(diags, diag)) {
        return;
    }
    if (!remark.is_hint && diag->note_count++ >= NOTES_SHOWN_MAX && !diag->last->is_hint) {
        leave_out(diags, diag);
        diag->last->span = remark.span;
        diag->last->text = print(diags, format, args);
        return;
    }
    struct diag_remark *added = ARENA_NEW(diags->arena, struct diag_remark);
    *added = remark;
    added->text = print(diags, format, args);
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
    add_remark(diags, diag, (struct diag_remark){ .span = span }, format, args);
    va_end(args);
}

void diag_hint(struct diags *diags, struct diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_remark(diags, diag, (struct diag_remark){ .is_hint = true }, format, args);
    va_end(args);
}

void diag_fix(struct diags *diags, struct diag *diag, struct span span, const char *text,
        enum diag_trust trust)
{
    if (!diags_shows(diags, diag)) {
        return;
    }
    struct diag_fix **end = &diag->fixes;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = ARENA_NEW(diags->arena, struct diag_fix);
    **end = (struct diag_fix){ .span = span, .text = text, .certain = trust == DIAG_CERTAIN };
}

bool diag_meant(
        struct diags *diags, struct diag *diag, struct span span, const struct suggest *suggest)
{
    if (suggest->best == NULL) {
        return false;
    }
    /* A name with a qualifier is more than was compared. */
    bool is_name = span.hi - span.lo == strlen(suggest->wanted);
    diag_hint(diags, diag, "did you mean '%s'?", suggest->best);
    if (is_name) {
        diag_fix(diags, diag, span, suggest->best,
                suggest_certain(suggest) ? DIAG_CERTAIN : DIAG_GUESSED);
    }
    return true;
}

void diags_forget(struct diags *diags, uint32_t offset)
{
    for (size_t i = 0; i < diags->report_count; i++) {
        diags->reports[i].is_gone = diags->reports[i].lo >= offset;
    }
    sweep(diags);
}

static bool ends_statement(char c)
{
    return c == ';' || c == '{' || c == '}';
}

/* A statement that is longer is not looked at as a whole. */
enum { STATEMENT_MAX = 16384 };

/* Returns the statement, or what is left of it, around a place: between two of ';', '{' and '}'. */
static struct span statement_around(const struct diags *diags, uint32_t offset)
{
    const struct source *source = sources_place(diags->sources, offset).source;
    uint32_t at = offset - source->base;
    uint32_t lo = at;
    uint32_t hi = at;
    while (lo > 0 && at - lo < STATEMENT_MAX && !ends_statement(source->text[lo - 1])) {
        lo--;
    }
    while (hi < source->size && hi - at < STATEMENT_MAX && !ends_statement(source->text[hi])) {
        hi++;
    }
    return (struct span){ source->base + lo, source->base + hi };
}

/* Says whether it is about a repair that was a guess, or about text that was not read. */
static bool is_guess(const struct diag_report *report)
{
    return report->code == DIAG_SYNTAX || report->code == DIAG_CHARACTER;
}

void diags_find_guesses(struct diags *diags)
{
    diags->guess_count = 0;
    for (size_t i = 0; i < diags->report_count && diags->guess_count < DIAG_GUESSES_MAX; i++) {
        if (is_guess(&diags->reports[i])) {
            diags->guesses[diags->guess_count++] =
                    statement_around(diags, diags->reports[i].lo);
        }
    }
}

void diags_drop_consequences(struct diags *diags)
{
    for (size_t i = 0; i < diags->report_count; i++) {
        diags->reports[i].is_gone = diags->reports[i].is_consequence;
    }
    sweep(diags);
}

size_t diags_mark(const struct diags *diags)
{
    return diags->report_count;
}

void diags_cut(struct diags *diags, size_t mark)
{
    bool is_kept = diags->last != NULL && diags->last->order >= mark;
    for (size_t i = mark; i < diags->report_count; i++) {
        diags->reports[i].is_gone = true;
    }
    if (is_kept) {
        sweep(diags);
    }
    /* The others are not among the first: it is enough not to count them any more. */
    while (diags->report_count > mark) {
        diags->report_count--;
        if (is_error(diags->reports[diags->report_count].code)) {
            diags->errors--;
        } else {
            diags->warnings--;
        }
    }
}

bool diags_full(const struct diags *diags)
{
    return diags->errors >= DIAG_SHOWN_MAX;
}
