/* SPDX-License-Identifier: MIT */
/*
 * pool.c - see pool.h.
 *
 * Slabs double from 64 KiB to 2 MiB and the large ones ask for huge pages: the first touch of a
 * small page costs over a microsecond, which a flooded mailbox would pay every few messages.
 */
#define _DEFAULT_SOURCE /* madvise */
#include "pool.h"

#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct slab {
    struct slab *next;
    size_t bytes;
};

enum {
    ALIGN = 16,
    CHUNK_BYTES = 16384, /* what travels through the depot at once */
    CHUNK_BLOCKS_MAX = 128,
    FIRST_SLAB_BYTES = 65536,
    LAST_SLAB_BYTES = 2 << 20,
    KEPT_CHUNKS = 128, /* of each class, 2 MiB at most, when memory goes back */
    PAGE_BYTES = 65536 /* or less: no machine has larger ones */
};

static_assert(
        sizeof(struct extent) <= sizeof(struct block), "all else of a free block is poisoned");

#ifdef RT_FAULTS
bool (*actor__fault)(void);
#endif

const uint16_t pool_class_bytes[POOL_CLASSES] = { 16, 32, 48, 64, 80, 96, 128, 192, 256, 384,
    512, 768, 1024, 1536, 2048, 3072, 4096, POOL_MAX_BYTES };

static uint32_t chunk_blocks(uint8_t class)
{
    uint32_t n = CHUNK_BYTES / pool_class_bytes[class];
    return n > CHUNK_BLOCKS_MAX ? CHUNK_BLOCKS_MAX : n;
}

uint8_t pool_class_of_many(size_t bytes)
{
    for (uint8_t c = 6; c < POOL_CLASSES; c++) {
        if (bytes <= pool_class_bytes[c]) {
            return c;
        }
    }
    return POOL_LARGE;
}

void depot_init(struct depot *d)
{
    memset(d, 0, sizeof *d);
    for (int c = 0; c < POOL_CLASSES; c++) {
        mutex_init(&d->classes[c].lock);
    }
    mutex_init(&d->slab_lock);
    d->next_slab_bytes = FIRST_SLAB_BYTES;
}

void depot_fini(struct depot *d)
{
    struct slab *s = d->slabs;
    while (s != NULL) {
        struct slab *next = s->next;
        size_t bytes = s->bytes;
        POOL_UNPOISON(s, bytes);
        pages_unmap(s, bytes);
        s = next;
    }
    d->slabs = NULL;
    for (int c = 0; c < POOL_CLASSES; c++) {
        mutex_fini(&d->classes[c].lock);
    }
    mutex_fini(&d->slab_lock);
}

void pool_init(struct pool *p, struct depot *d)
{
    memset(p, 0, sizeof *p);
    p->depot = d;
    for (uint8_t c = 0; c < POOL_CLASSES; c++) {
        p->magazines[c].room = chunk_blocks(c);
    }
}

/* Maps the next slab, aligned to its size where that helps huge pages. [L:slab_lock] */
static bool new_slab(struct depot *d)
{
    size_t bytes = d->next_slab_bytes;
    char *at = pages_map(bytes);
    if (at == NULL) {
        return false;
    }
#ifdef MADV_HUGEPAGE
    if (bytes == LAST_SLAB_BYTES) {
        (void)madvise(at, bytes, MADV_HUGEPAGE); /* a wish; nothing depends on it */
    }
#endif
    struct slab *s = (struct slab *)(void *)at;
    s->next = d->slabs;
    s->bytes = bytes;
    d->slabs = s;
    size_t head = (sizeof *s + ALIGN - 1) / ALIGN * ALIGN;
    d->carve = at + head;
    d->carve_bytes = bytes - head;
    if (d->next_slab_bytes < LAST_SLAB_BYTES) {
        d->next_slab_bytes *= 2;
    }
    return true;
}

/* Cuts a new chunk. What is left of a slab that is too short for one is given up. */
static struct block *carve_chunk(struct depot *d, uint8_t class)
{
    uint32_t n = chunk_blocks(class);
    size_t bytes = (size_t)n * pool_class_bytes[class];
    mutex_lock(&d->slab_lock);
    if (d->carve_bytes < bytes && !new_slab(d)) {
        mutex_unlock(&d->slab_lock);
        return NULL;
    }
    char *at = d->carve;
    d->carve += bytes;
    d->carve_bytes -= bytes;
    mutex_unlock(&d->slab_lock);
    struct block *first = NULL;
    for (uint32_t i = n; i-- > 0;) {
        struct block *b = (struct block *)(void *)(at + (size_t)i * pool_class_bytes[class]);
        b->next = first;
        first = b;
        POOL_POISON((char *)b + sizeof *b, pool_class_bytes[class] - sizeof *b);
    }
    return first;
}

/* A chunk of blocks from extents, if they have as many. [L] */
static struct block *take_from_extents(struct depot_class *c, uint8_t class)
{
    uint32_t n = chunk_blocks(class);
    struct block *first = NULL;
    if (c->extent_blocks < n) {
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct extent *e = c->extents;
        /* From its end, so that it stays where it is until nothing else is left. */
        struct block *b =
                (struct block *)(void *)((char *)e + --e->blocks * pool_class_bytes[class]);
        if (e->blocks == 0) {
            c->extents = e->next;
        }
        b->next = first;
        first = b;
    }
    c->extent_blocks -= n;
    return first;
}

static struct block *depot_take(struct depot *d, uint8_t class)
{
    struct depot_class *c = &d->classes[class];
    mutex_lock(&c->lock);
    struct block *chunk = c->chunks;
    if (chunk != NULL) {
        c->chunks = chunk->next_chunk;
        c->chunk_count--;
    } else {
        chunk = take_from_extents(c, class);
    }
    mutex_unlock(&c->lock);
    return chunk != NULL ? chunk : carve_chunk(d, class);
}

static void depot_give(struct depot *d, uint8_t class, struct block *chunk)
{
    struct depot_class *c = &d->classes[class];
    mutex_lock(&c->lock);
    chunk->next_chunk = c->chunks;
    c->chunks = chunk;
    c->chunk_count++;
    mutex_unlock(&c->lock);
}

/* ---- Back to the system ------------------------------------------------------------------- */

/* Chunks that are beyond what the depot keeps, as one list of blocks. */
static struct block *take_excess(struct depot_class *c)
{
    struct block *all = NULL;
    mutex_lock(&c->lock);
    while (c->chunk_count > KEPT_CHUNKS) {
        struct block *chunk = c->chunks;
        c->chunks = chunk->next_chunk;
        c->chunk_count--;
        struct block *last = chunk;
        while (last->next != NULL) {
            last = last->next;
        }
        last->next = all;
        all = chunk;
    }
    mutex_unlock(&c->lock);
    return all;
}

static struct block *merge(struct block *a, struct block *b)
{
    struct block *first = NULL;
    struct block **end = &first;
    while (a != NULL && b != NULL) {
        struct block **lesser = (uintptr_t)a < (uintptr_t)b ? &a : &b;
        *end = *lesser;
        end = &(*lesser)->next;
        *lesser = *end;
    }
    *end = a != NULL ? a : b;
    return first;
}

/* By address, without any memory: runs[i] has 2^i of them. */
static struct block *sort(struct block *list)
{
    enum { RUNS = 48 };
    struct block *runs[RUNS] = { NULL };
    while (list != NULL) {
        struct block *run = list;
        list = list->next;
        run->next = NULL;
        int i = 0;
        for (; runs[i] != NULL; i++) {
            run = merge(runs[i], run);
            runs[i] = NULL;
        }
        runs[i] = run;
    }
    for (int i = 0; i < RUNS; i++) {
        list = merge(runs[i], list);
    }
    return list;
}

/* The whole pages of an extent, but what its head is on. */
static size_t give_pages_back(struct extent *e, size_t block_bytes)
{
    uintptr_t from = ((uintptr_t)e + sizeof *e + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    uintptr_t to = ((uintptr_t)e + e->blocks * block_bytes) / PAGE_BYTES * PAGE_BYTES;
    if (from >= to || madvise((void *)from, to - from, MADV_DONTNEED) != 0) {
        return 0;
    }
    return to - from;
}

static void add_extent(struct depot_class *c, struct extent *e)
{
    mutex_lock(&c->lock);
    e->next = c->extents;
    c->extents = e;
    c->extent_blocks += e->blocks;
    mutex_unlock(&c->lock);
}

static size_t trim_class(struct depot_class *c, uint8_t class)
{
    size_t bytes = pool_class_bytes[class];
    size_t given = 0;
    struct block *list = sort(take_excess(c));
    while (list != NULL) {
        struct block *first = list;
        uint64_t blocks = 0;
        do {
            blocks++;
            list = list->next;
        } while ((char *)list == (char *)first + blocks * bytes);
        struct extent *e = (struct extent *)(void *)first;
        e->blocks = blocks;
        given += give_pages_back(e, bytes);
        add_extent(c, e);
    }
    return given;
}

size_t depot_trim(struct depot *d)
{
    size_t given = 0;
    for (uint8_t class = 0; class < POOL_CLASSES; class ++) {
        given += trim_class(&d->classes[class], class);
    }
    return given;
}

/* ---- Pools ---------------------------------------------------------------------------------- */

bool pool_refill(struct pool *p, uint8_t class)
{
    struct magazine *m = &p->magazines[class];
    if (POOL_FAULTY() || m->free != NULL) {
        return false; /* a test says what is to fail: that is for pool_take() */
    }
    m->free = m->spare != NULL ? m->spare : depot_take(p->depot, class);
    m->spare = NULL;
    m->room = 0;
    return m->free != NULL;
}

void *pool_take_slowly(struct pool *p, uint8_t class, size_t bytes)
{
    if (class == POOL_LARGE) {
        return malloc(bytes);
    }
    struct magazine *m = &p->magazines[class];
    m->free = m->spare != NULL ? m->spare : depot_take(p->depot, class);
    m->spare = NULL;
    m->room = 0;
    return m->free == NULL ? NULL : pool_take_from(m, class);
}

void pool_give_slowly(struct pool *p, uint8_t class, void *block)
{
    if (class == POOL_LARGE) {
        free(block);
        return;
    }
    struct magazine *m = &p->magazines[class];
    if (m->spare != NULL) {
        depot_give(p->depot, class, m->spare);
    }
    m->spare = m->free;
    m->free = NULL;
    m->room = chunk_blocks(class);
    pool_give(p, class, block);
}

void *pool_alloc(struct pool *p, size_t bytes)
{
    return pool_take(p, pool_class(bytes), bytes);
}

void *pool_take_larger(struct pool *p, uint8_t class, uint8_t *ret_class)
{
    for (uint8_t c = class; c < POOL_CLASSES; c++) {
        struct magazine *m = &p->magazines[c];
        if (m->free != NULL || m->spare != NULL) {
            *ret_class = c;
            return pool_take(p, c, pool_class_bytes[c]);
        }
    }
    return NULL;
}

void *pool_alloc_zero(struct pool *p, size_t bytes)
{
    void *block = pool_alloc(p, bytes);
    if (block != NULL) {
        memset(block, 0, bytes);
    }
    return block;
}

void pool_free(struct pool *p, void *block, size_t bytes)
{
    if (block != NULL) {
        pool_give(p, pool_class(bytes), block);
    }
}
