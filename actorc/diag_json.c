/* SPDX-License-Identifier: MIT */
/*
 * diag_json.c - see diag_json.h. The keys are explained in actorc(1); a new one may come, those that
 * are there stay.
 */
#include "diag_json.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>

static void put_point(
        struct json *json, const struct sources *sources, const char *key, uint32_t offset)
{
    struct place place = sources_place(sources, offset);
    json_open(json, key, '{');
    json_integer(json, "byte", offset - place.source->base);
    json_integer(json, "line", place.line);
    json_integer(json, "column", place.column);
    json_close(json);
}

static void put_span(struct json *json, const struct sources *sources, struct span span)
{
    json_open(json, "span", '{');
    put_point(json, sources, "start", span.lo);
    put_point(json, sources, "end", span.hi);
    json_close(json);
}

static void put_file(struct json *json, const struct sources *sources, struct span span)
{
    json_text(json, "file", sources_place(sources, span.lo).source->path);
}

static void put_remarks(
        struct json *json, const struct sources *sources, const struct diag *diag)
{
    json_open(json, "notes", '[');
    for (const struct diag_remark *r = diag->first; r != NULL; r = r->next) {
        if (!r->is_hint) {
            json_open(json, NULL, '{');
            json_text(json, "message", r->text);
            put_file(json, sources, r->span);
            put_span(json, sources, r->span);
            json_close(json);
        }
    }
    json_close(json);
    json_open(json, "hints", '[');
    for (const struct diag_remark *r = diag->first; r != NULL; r = r->next) {
        if (r->is_hint) {
            json_text(json, NULL, r->text);
        }
    }
    json_close(json);
}

static void put_fixes(struct json *json, const struct sources *sources, const struct diag *diag)
{
    json_open(json, "fixes", '[');
    for (const struct diag_fix *f = diag->fixes; f != NULL; f = f->next) {
        json_open(json, NULL, '{');
        json_bool(json, "certain", f->certain);
        put_file(json, sources, f->span);
        put_span(json, sources, f->span);
        json_text(json, "replacement", f->text);
        json_close(json);
    }
    json_close(json);
}

static void put_diag(const struct diags *diags, const struct diag *diag, struct buf *out)
{
    struct json json = { .out = out, .in_line = true };
    struct diag_entry entry = diag_entry(diag->code);
    bool is_error = diag->is_error || diags->warnings_are_errors;
    json_open(&json, NULL, '{');
    json_text(&json, "severity", is_error ? "error" : "warning");
    json_text(&json, "code", entry.code);
    if (entry.warning != NULL) {
        json_text(&json, "warning", entry.warning);
    }
    json_text(&json, "message", diag->text);
    put_file(&json, diags->sources, diag->span);
    if (!diag->whole_file) {
        put_span(&json, diags->sources, diag->span);
    }
    put_remarks(&json, diags->sources, diag);
    put_fixes(&json, diags->sources, diag);
    json_close(&json);
}

void diag_json_fixed(const struct diags *diags, const struct diag *diag,
        const struct diag_fix *fix, struct buf *out)
{
    struct json json = { .out = out, .in_line = true };
    json_open(&json, NULL, '{');
    json_text(&json, "severity", "fixed");
    json_text(&json, "code", diag_entry(diag->code).code);
    json_text(&json, "message", diag->text);
    put_file(&json, diags->sources, fix->span);
    put_span(&json, diags->sources, fix->span);
    json_text(&json, "replacement", fix->text);
    json_close(&json);
}

static void put_more(const char *severity, size_t count, struct buf *out)
{
    if (count <= DIAG_SHOWN_MAX) {
        return;
    }
    size_t more = count - DIAG_SHOWN_MAX;
    char text[64];
    snprintf(text, sizeof text, "%zu more %ss", more, severity);
    struct json json = { .out = out, .in_line = true };
    json_open(&json, NULL, '{');
    json_text(&json, "severity", severity);
    json_text(&json, "message", text);
    json_magnitude(&json, "more", more, false);
    json_close(&json);
}

void diags_json(const struct diags *diags, struct buf *out)
{
    size_t count = 0;
    const struct diag **sorted = diags_sorted(diags, &count);
    size_t shown[2] = { 0, 0 }; /* warnings, errors */
    for (size_t i = 0; i < count; i++) {
        if (shown[sorted[i]->is_error]++ < DIAG_SHOWN_MAX) {
            put_diag(diags, sorted[i], out);
        }
    }
    free(sorted);
    put_more("error", diags->errors, out);
    put_more("warning", diags->warnings, out);
}
