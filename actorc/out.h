/* SPDX-License-Identifier: MIT */
/*
 * out.h - text made from templates: "$name$" in one is replaced by the value bound to that name,
 * "$$" is a dollar.
 *
 *     out_emit(&out, VARS({ "type", "uint32_t" }, { "name", "count" }), "$type$ $name$;\n");
 */
#ifndef OUT_H
#define OUT_H

#include "buf.h"

struct out_var {
    const char *name; /* NULL ends the list */
    const char *value;
};

#define VARS(...) ((const struct out_var[]){ __VA_ARGS__, { NULL, NULL } })

/* Appends the template. A name that is not bound is a mistake in the compiler and ends it. */
void out_emit(struct buf *out, const struct out_var *vars, const char *text);

/* What does not fit into a line of this many columns is broken. */
enum { OUT_COLUMNS = 96, OUT_CONTINUATION = 8 };

/*
 * Appends `head`, the items with commas between them, and `tail`, as our formatter lays out
 * parameters: on one line; or else the items together on the next; or else filled. The line of
 * `head` begins at its last line end, or where the text in `out` begins a line.
 */
void out_list(struct buf *out, const char *head, const char *const *items, size_t count,
        const char *tail);

#endif
