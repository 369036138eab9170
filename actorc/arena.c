/* SPDX-License-Identifier: MIT */
/*
 * arena.c - see arena.h.
 */
#define _DEFAULT_SOURCE /* madvise() */
#include "arena.h"

#include "print.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_CHUNK_SIZE = 256 * 1024, ARENA_ALIGN = 8 };

struct arena_chunk {
    struct arena_chunk *next;
    uint64_t data[];
};

void arena_fini(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    *arena = (struct arena){ 0 };
}

void arena_clear(struct arena *arena)
{
    struct arena_chunk *kept = NULL;
    struct arena_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        if (arena->end != NULL && (char *)chunk->data + ARENA_CHUNK_SIZE == arena->end) {
            kept = chunk;
        } else {
            free(chunk);
        }
        chunk = next;
    }
    *arena = (struct arena){ .chunks = kept };
    if (kept != NULL) {
        kept->next = NULL;
        arena->at = (char *)kept->data;
        arena->end = arena->at + ARENA_CHUNK_SIZE;
    }
}

/* Has the pages of a chunk mapped at once, where the system can: to be asked for each of them took a sixth
 * of the time of a large schema. It is only a hint; who has one chunk alone may not need all of it. */
static void populate(struct arena_chunk *chunk)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = ((uintptr_t)chunk + page - 1) / page * page;
    uintptr_t to = ((uintptr_t)chunk->data + ARENA_CHUNK_SIZE) / page * page;
    if (chunk->next != NULL) {
        (void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
    }
#else
    (void)chunk;
#endif
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk = base_alloc(sizeof *chunk + size);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = (size + !size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    char *memory;
    if (size > ARENA_CHUNK_SIZE / 4) {
        /* A large one gets a chunk of its own; the rest of the current one stays in use. */
        memory = (char *)add_chunk(arena, size)->data;
    } else {
        if ((size_t)(arena->end - arena->at) < size) {
            struct arena_chunk *chunk = add_chunk(arena, ARENA_CHUNK_SIZE);
            populate(chunk);
            arena->at = (char *)chunk->data;
            arena->end = arena->at + ARENA_CHUNK_SIZE;
        }
        memory = arena->at;
        arena->at += size;
    }
    memset(memory, 0, size);
    return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    if (len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    /* Most texts are short; those are printed once. */
    char brief[256];
    va_list args;
    va_start(args, format);
    int len = print_va(brief, sizeof brief, format, args);
    va_end(args);
    if (len < 0) {
        base_bug("bad format '%s'", format);
    }
    if ((size_t)len < sizeof brief) {
        return arena_strndup(arena, brief, (size_t)len);
    }
    char *text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    print_va(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void arena_take(struct arena *arena, struct arena *from)
{
    struct arena_chunk **end = &from->chunks;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    /* Ours go behind theirs; which chunk has room left is known by `at` alone. */
    *end = arena->chunks;
    arena->chunks = from->chunks;
    *from = (struct arena){ 0 };
}
