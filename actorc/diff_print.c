/* SPDX-License-Identifier: MIT */
/*
 * diff_print.c - see diff_print.h.
 */
#include "diff_print.h"

#include "diag.h"
#include "escape.h"

#include <stdlib.h>

static const struct {
    unsigned bit;
    const char *name;
} kinds[] = { { DIFF_WIRE, "wire" }, { DIFF_SOURCE, "source" }, { DIFF_PROTOCOL, "protocol" } };

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static bool breaks(const struct diff_change *change)
{
    return diff_rules[change->rule].breaks != DIFF_NONE;
}

/* ---- Order ------------------------------------------------------------------------------ */

struct entry {
    const struct diff_change *change;
    size_t order; /* in which it was found */
};

/* What breaks comes first; then by place in the new version. */
static int by_place(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (breaks(x->change) != breaks(y->change)) {
        return breaks(x->change) ? -1 : 1;
    }
    if (x->change->new.lo != y->change->new.lo) {
        return x->change->new.lo < y->change->new.lo ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Calls `put` for each change that is to be shown. */
static void for_each(const struct diff *diff, const struct diff_print *print, struct buf *out,
        void (*put)(const struct diff_print *print, const struct diff_change *change,
                struct buf *out))
{
    size_t count = 0;
    struct entry *entries =
            base_alloc((diff->breaking + diff->compatible + 1) * sizeof *entries);
    for (const struct diff_change *c = diff->first; c != NULL; c = c->next) {
        if (breaks(c) || print->verbose) {
            entries[count] = (struct entry){ c, count };
            count++;
        }
    }
    qsort(entries, count, sizeof *entries, by_place);
    for (size_t i = 0; i < count; i++) {
        put(print, entries[i].change, out);
    }
    free(entries);
}

/* ---- Text ------------------------------------------------------------------------------- */

/* Appends "breaks wire, source", or "compatible". */
static void put_verdict(enum diff_rule rule, struct buf *out)
{
    const char *before = "breaks ";
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if ((diff_rules[rule].breaks & kinds[i].bit) != 0) {
            buf_printf(out, "%s%s", before, kinds[i].name);
            before = ", ";
        }
    }
    buf_puts(out, diff_rules[rule].breaks == DIFF_NONE ? "compatible" : "");
}

static void put_text(
        const struct diff_print *print, const struct diff_change *change, struct buf *out)
{
    struct buf verdict = { 0 };
    put_verdict(change->rule, &verdict);
    struct diag_excerpt excerpt = { .span = change->new,
        .word = verdict.data,
        .text = change->text,
        .tag = diff_rules[change->rule].name,
        .is_error = breaks(change) };
    diag_excerpt(print->sources, &excerpt, print->colour, out);
    excerpt =
            (struct diag_excerpt){ .span = change->old, .word = "old", .text = "it was here" };
    diag_excerpt(print->sources, &excerpt, print->colour, out);
    if (change->hint != NULL) {
        buf_printf(out, "      = hint: %s\n", change->hint);
    }
    buf_fini(&verdict);
}

void diff_print_text(const struct diff *diff, const struct diff_print *print, struct buf *out)
{
    for_each(diff, print, out, put_text);
    size_t counts[KIND_COUNT] = { 0 };
    for (const struct diff_change *c = diff->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < KIND_COUNT; i++) {
            counts[i] += (diff_rules[c->rule].breaks & kinds[i].bit) != 0;
        }
    }
    buf_printf(out, "%zu breaking (wire %zu, source %zu, protocol %zu), %zu compatible\n",
            diff->breaking, counts[0], counts[1], counts[2], diff->compatible);
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void put_place(
        const struct diff_print *print, const char *name, struct span span, struct buf *out)
{
    struct place place = sources_place(print->sources, span.lo);
    struct place end = sources_place(print->sources, span.hi);
    uint32_t base = place.source->base;
    buf_printf(out, ",\"%s\":{\"file\":", name);
    escape_json(out, place.source->path);
    buf_printf(out,
            ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u,"
            "\"byte\":%u,\"end_byte\":%u}",
            (unsigned)place.line, (unsigned)place.column, (unsigned)end.line,
            (unsigned)end.column, (unsigned)(span.lo - base), (unsigned)(span.hi - base));
}

static void put_json(
        const struct diff_print *print, const struct diff_change *change, struct buf *out)
{
    buf_puts(out, "{\"rule\":");
    escape_json(out, diff_rules[change->rule].name);
    buf_puts(out, ",\"breaks\":[");
    const char *before = "";
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if ((diff_rules[change->rule].breaks & kinds[i].bit) != 0) {
            buf_printf(out, "%s\"%s\"", before, kinds[i].name);
            before = ",";
        }
    }
    buf_puts(out, "],\"text\":");
    escape_json(out, change->text);
    if (change->hint != NULL) {
        buf_puts(out, ",\"hint\":");
        escape_json(out, change->hint);
    }
    put_place(print, "old", change->old, out);
    put_place(print, "new", change->new, out);
    buf_puts(out, "}\n");
}

void diff_print_json(const struct diff *diff, const struct diff_print *print, struct buf *out)
{
    for_each(diff, print, out, put_json);
}
