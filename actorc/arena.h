/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that lives as long as one compilation and is given back all at once. Trees,
 * names and texts lie here; nothing in them is ever freed alone.
 */
#ifndef ARENA_H
#define ARENA_H

#include "base.h"

struct arena_chunk;

/* All zero is an empty arena. */
struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *at;                   /* free part of the newest chunk */
    char *end;
};

/* Releases all that was allocated. The arena is empty then and can be used again. */
void arena_fini(struct arena *arena);

/* Releases what was allocated but keeps room for the next allocations. */
void arena_clear(struct arena *arena);

/* Returns `size` zero bytes, aligned for any of our structs. */
void *arena_alloc(struct arena *arena, size_t size) BASE_MUST_USE;

/* Returns a NUL-terminated copy of `len` bytes. */
char *arena_strndup(struct arena *arena, const char *text, size_t len) BASE_MUST_USE;

/* Returns the printed text. */
char *arena_printf(struct arena *arena, const char *format, ...)
        BASE_PRINTF(2, 3) BASE_MUST_USE;

/* Moves all that `from` holds to `arena`; `from` is empty then. */
void arena_take(struct arena *arena, struct arena *from);

#define ARENA_NEW(arena, type) ((type *)arena_alloc(arena, sizeof(type)))

#endif
