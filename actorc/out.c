/* SPDX-License-Identifier: MIT */
/*
 * out.c - see out.h.
 */
#include "out.h"

#include <string.h>

static const char *value_of(const struct out_var *vars, const char *name, size_t len)
{
    for (; vars->name != NULL; vars++) {
        if (strncmp(vars->name, name, len) == 0 && vars->name[len] == '\0') {
            return vars->value;
        }
    }
    base_bug("template name $%.*s$ is not bound", (int)len, name);
}

void out_emit(struct buf *out, const struct out_var *vars, const char *text)
{
    for (;;) {
        const char *hole = strchr(text, '$');
        if (hole == NULL) {
            buf_puts(out, text);
            return;
        }
        buf_put(out, text, (size_t)(hole - text));
        const char *end = strchr(hole + 1, '$');
        if (end == NULL) {
            base_bug("template has an unclosed $ in '%s'", text);
        }
        if (end == hole + 1) {
            buf_puts(out, "$");
        } else {
            buf_puts(out, value_of(vars, hole + 1, (size_t)(end - hole - 1)));
        }
        text = end + 1;
    }
}

/* The width of `text` up to its first line end. */
static size_t first_line(const char *text)
{
    return strcspn(text, "\n");
}

static size_t line_width(const struct buf *out)
{
    size_t width = 0;
    while (width < out->len && out->data[out->len - width - 1] != '\n') {
        width++;
    }
    return width;
}

static void put_all(struct buf *out, const char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        buf_puts(out, items[i]);
    }
}

/* Puts as many items on each line as it takes. */
static void put_filled(struct buf *out, const char *const *items, size_t count, size_t indent,
        const char *tail)
{
    for (size_t i = 0; i < count; i++) {
        size_t behind = i + 1 < count ? 1 : first_line(tail);
        size_t space = i > 0;
        buf_puts(out, i > 0 ? "," : "");
        if (line_width(out) + space + strlen(items[i]) + behind > OUT_COLUMNS) {
            buf_puts(out, "\n");
            buf_fill(out, ' ', indent);
        } else {
            buf_fill(out, ' ', space);
        }
        buf_puts(out, items[i]);
    }
}

void out_list(struct buf *out, const char *head, const char *const *items, size_t count,
        const char *tail)
{
    buf_puts(out, head);
    size_t start = line_width(out);
    const char *line = start > 0 ? out->data + out->len - start : "";
    size_t indent = strspn(line, " ") + OUT_CONTINUATION;
    size_t width = first_line(tail);
    for (size_t i = 0; i < count; i++) {
        width += strlen(items[i]) + (i > 0 ? 2 : 0);
    }
    if (start + width <= OUT_COLUMNS) {
        put_all(out, items, count);
    } else if (indent + width <= OUT_COLUMNS) {
        buf_puts(out, "\n");
        buf_fill(out, ' ', indent);
        put_all(out, items, count);
    } else {
        put_filled(out, items, count, indent, tail);
    }
    buf_puts(out, tail);
}
