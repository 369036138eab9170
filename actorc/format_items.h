/* SPDX-License-Identifier: MIT */
/*
 * format_items.h - the pieces of a schema as a tree of statements: which of them begin and end one,
 * what stands in its braces, and to whom each comment belongs.
 */
#ifndef FORMAT_ITEMS_H
#define FORMAT_ITEMS_H

#include "arena.h"
#include "format_pieces.h"

/* From the first piece to behind the last. */
struct format_range {
    size_t begin;
    size_t end;
};

struct format_items {
    struct format_item *first;
    struct format_item *last;
    struct format_range hanging; /* comments behind the last of them */
};

/* A declaration, statement, effect, field or member. */
struct format_item {
    struct format_item *next;
    struct format_range before; /* comments above it, on lines of their own */
    struct format_range head;   /* up to its '{' or, without braces, its end */
    bool has_block;
    struct format_range
            behind_brace; /* comments on the line of its '{', which nothing follows */
    struct format_items items;
    struct format_range tail;     /* from its '}' to its end */
    bool lacks_semicolon;         /* which may be left out, but is written */
    struct format_range trailing; /* comments on its last line */
};

/* Makes the tree of a whole file. */
void format_items_init(
        struct format_items *items, struct format_pieces *pieces, struct arena *arena);

#endif
