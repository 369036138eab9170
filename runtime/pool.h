/* SPDX-License-Identifier: MIT */
/*
 * pool.h - memory of messages, actors' state and small records: free lists by size class.
 *
 * Each thread of the system has its own `struct pool` and takes and gives blocks there without
 * any atomic. Where one thread mostly allocates and another mostly frees (a producer and its
 * consumer) whole chunks of blocks travel through the system's shared depot. The scheme is
 * Bonwick's magazines (Magazines and Vmem, 2001).
 *
 * Blocks are aligned to 16 bytes and stay mapped until the depot ends, which the generation
 * checks of actors and asks rely on. Floor 3.
 */
#ifndef RT_POOL_H
#define RT_POOL_H

#include "sync.h"

enum {
    POOL_CLASSES = 17,
    POOL_MAX_BYTES = 8192, /* larger blocks come from malloc */
    POOL_LARGE = 255       /* their class */
};

struct block; /* a free block */

struct depot_class {
    struct mutex lock;
    struct block *chunks; /* [L:lock] full chunks, linked */
};

struct depot {
    struct depot_class classes[POOL_CLASSES];
    struct mutex slab_lock;
    struct slab *slabs;     /* [L:slab_lock] all memory, for the end */
    char *carve;            /* [L:slab_lock] what is left of the newest slab */
    size_t carve_bytes;     /* [L:slab_lock] */
    size_t next_slab_bytes; /* [L:slab_lock] */
};

struct magazine {
    struct block *free;
    uint32_t count;
    struct block *spare; /* one full chunk, so that a thread at the border does not go to and fro */
};

struct pool {
    struct depot *depot;
    struct magazine magazines[POOL_CLASSES];
};

void depot_init(struct depot *d);
/* Releases all memory; nothing from any of its pools may be in use any more. */
void depot_fini(struct depot *d);

void pool_init(struct pool *p, struct depot *d);

/* The class whose blocks hold `bytes`; POOL_LARGE if none does. */
uint8_t pool_class(size_t bytes);

/* Takes a block of `class` (for POOL_LARGE: `bytes` from malloc). NULL when memory is out. */
void *pool_take(struct pool *p, uint8_t class, size_t bytes);
/* Gives back a block of that class, to any pool of the same depot. */
void pool_give(struct pool *p, uint8_t class, void *block);

/* The same for who knows the size anyway. pool_free() of NULL is a no-op. */
void *pool_alloc(struct pool *p, size_t bytes);
void *pool_alloc_zero(struct pool *p, size_t bytes);
void pool_free(struct pool *p, void *block, size_t bytes);

#endif
