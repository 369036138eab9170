/* SPDX-License-Identifier: MIT */
/*
 * parse.c - see parse.h.
 */
#include "parse.h"

#include "filter.h"

#include <string.h>

/* Says whether there are bytes that no text has. */
static bool has_control_characters(const struct source *source)
{
    for (uint32_t i = 0; i < source->size; i++) {
        unsigned char c = (unsigned char)source->text[i];
        if (c < 0x20 && strchr("\t\n\r\f\v\033", c) == NULL) {
            return true;
        }
    }
    return false;
}

static void report_bytes(struct source *source, uint32_t at, struct diags *diags)
{
    uint32_t len = 1;
    while (len < 4 && at + len < source->size &&
            ((unsigned char)source->text[at + len] & 0xc0) == 0x80) {
        len++;
    }
    struct buf bytes = { 0 };
    for (uint32_t i = 0; i < len; i++) {
        buf_printf(&bytes, " 0x%02X", (unsigned char)source->text[at + i]);
    }
    struct span span = { source->base + at, source->base + at + len };
    struct diag *diag = diags_add(diags, DIAG_UTF8, span, "invalid UTF-8 at byte offset %u:%s",
            (unsigned)at, bytes.data);
    diag_hint(diags, diag, "schemas are UTF-8");
    buf_fini(&bytes);
}

/* Says whether there is nothing in the text but what the lexer skips. */
static bool is_blank(const struct source *source)
{
    const char *text = source->text + source->start;
    return strspn(text, " \t\r\n\f\v") == source->size - source->start;
}

/* Reports the first byte that is not UTF-8; one usually is the first of many. */
static bool check_text(struct source *source, struct diags *diags)
{
    uint32_t base = source->base;
    if (is_blank(source)) {
        struct diag *diag = diags_add_file(diags, DIAG_EMPTY, base, "the file is empty");
        diag_hint(diags, diag, "a schema begins with 'schema NAME;'");
        return false;
    }
    const char *nul = memchr(source->text, '\0', source->size);
    if (nul != NULL) {
        diags_add_file(diags, DIAG_NOT_TEXT, base, "not a text file: NUL at byte offset %u",
                (unsigned)(nul - source->text));
        return false;
    }
    for (uint32_t i = 0; i < source->size;) {
        size_t len = source_utf8(source->text + i, source->size - i);
        if (len == 0) {
            if (has_control_characters(source)) {
                diags_add_file(diags, DIAG_NOT_TEXT, base,
                        "not a text file: byte 0x%02X at byte offset %u",
                        (unsigned char)source->text[i], (unsigned)i);
                return false;
            }
            report_bytes(source, i, diags);
            return true;
        }
        i += (uint32_t)len;
    }
    return true;
}

bool parse(struct source *source, struct arena *arena, struct intern *intern,
        struct diags *diags, struct ast_file *file)
{
    size_t errors = diags->errors;
    *file = (struct ast_file){ .source = source };
    if (!check_text(source, diags)) {
        return false;
    }
    struct syntax syntax = {
        .arena = arena, .intern = intern, .diags = diags, .source = source, .file = file
    };
    if (filter_parse(&syntax) && diags->errors == errors) {
        base_bug("a mistake in '%s' was put right and not reported", source->path);
    }
    return true;
}
