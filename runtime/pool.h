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
 * checks of actors and asks rely on. Floor 2.
 */
#ifndef RT_POOL_H
#define RT_POOL_H

#include "sync.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define POOL_ASAN
#endif

/* Under AddressSanitizer a free block is poisoned, so that a use after free is found. */
#ifdef POOL_ASAN
#include <sanitizer/asan_interface.h>
#define POOL_POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define POOL_UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POOL_POISON(p, n) ((void)(p), (void)(n))
#define POOL_UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    POOL_CLASSES = 18,
    POOL_MAX_BYTES = 8192, /* larger blocks come from malloc */
    POOL_LARGE = 255       /* their class */
};

/* A free block. */
struct block {
    struct block *next;
    struct block *next_chunk; /* of the first block of a chunk in the depot */
};

/* Free blocks that lie one behind the other; their pages may have been given back to the system, but for
 * the first one's. It is written into the first of them. */
struct extent {
    struct extent *next;
    uint64_t blocks;
};

struct depot_class {
    struct mutex lock;
    struct block *chunks;   /* [L:lock] full chunks, linked */
    uint32_t chunk_count;   /* [L:lock] */
    struct extent *extents; /* [L:lock] what was not needed for a while, see depot_trim() */
    uint64_t extent_blocks; /* [L:lock] in all of them */
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
    uint32_t room; /* blocks that may still be given before the chunk is full */
    struct block
            *spare; /* one full chunk, so that a thread at the border does not go to and fro */
};

struct pool {
    struct depot *depot;
    struct magazine magazines[POOL_CLASSES];
};

void depot_init(struct depot *d);
/*
 * Gives memory that lies unused in the depot back to the system, but for a few MiB, whole pages of it; the
 * blocks can be taken as before. It may take a second for a GiB; nobody waits for it meanwhile. Any thread, one at
 * a time.
 *
 * Returns: the bytes that the system has got.
 */
size_t depot_trim(struct depot *d);
/* Releases all memory; nothing from any of its pools may be in use any more. */
void depot_fini(struct depot *d);

void pool_init(struct pool *p, struct depot *d);

/* Bytes and blocks of a chunk, by class. */
extern const uint16_t pool_class_bytes[POOL_CLASSES];

/* The class of more than 96 bytes; POOL_LARGE if there is none. */
uint8_t pool_class_of_many(size_t bytes);

/* The class whose blocks hold `bytes`; POOL_LARGE if none does. */
static inline uint8_t pool_class(size_t bytes)
{
    /* The first classes are 16, 32, … 96 bytes. */
    if (RT_LIKELY(bytes <= 96)) {
        return bytes == 0 ? 0 : (uint8_t)((bytes + 15) / 16 - 1);
    }
    return pool_class_of_many(bytes);
}

/* Takes a block of that class or a larger one that is at hand, for what cannot do without. NULL if there is
 * none. */
void *pool_take_larger(struct pool *p, uint8_t class, uint8_t *ret_class);

/* Sees to it that pool_take_at_hand() finds one; false when memory is out. */
bool pool_refill(struct pool *p, uint8_t class);

/* The slow halves of taking and giving: trade with the depot, use malloc. */
void *pool_take_slowly(struct pool *p, uint8_t class, size_t bytes);
void pool_give_slowly(struct pool *p, uint8_t class, void *block);

/* In builds for tests one of them may say which allocations fail. */
#ifdef RT_FAULTS
extern bool (*actor__fault)(void);
#define POOL_FAULTY() (actor__fault != NULL)
#define POOL_FAULT() (POOL_FAULTY() && actor__fault())
#else
#define POOL_FAULTY() false
#define POOL_FAULT() false
#endif

/* There must be one. */
static inline void *pool_take_from(struct magazine *m, uint8_t class)
{
    struct block *b = m->free;
    m->free = b->next;
    m->room++;
    POOL_UNPOISON(b, pool_class_bytes[class]);
    return b;
}

/* Takes a block of `class` if one is at hand, else NULL: then it is for pool_take(). */
static inline void *pool_take_at_hand(struct pool *p, uint8_t class)
{
    struct magazine *m = &p->magazines[class];
    if (RT_UNLIKELY(m->free == NULL || POOL_FAULTY())) {
        return NULL;
    }
    return pool_take_from(m, class);
}

/* Takes a block of `class` (for POOL_LARGE: `bytes` from malloc). NULL when memory is out. */
static inline void *pool_take(struct pool *p, uint8_t class, size_t bytes)
{
    if (POOL_FAULT()) {
        return NULL;
    }
    if (RT_UNLIKELY(class >= POOL_CLASSES || p->magazines[class].free == NULL)) {
        return pool_take_slowly(p, class, bytes);
    }
    return pool_take_from(&p->magazines[class], class);
}

/* Gives back a block of that class, to any pool of the same depot. */
static inline void pool_give(struct pool *p, uint8_t class, void *block)
{
    if (RT_UNLIKELY(class >= POOL_CLASSES || p->magazines[class].room == 0)) {
        pool_give_slowly(p, class, block);
        return;
    }
    struct magazine *m = &p->magazines[class];
    struct block *b = (struct block *)block;
    b->next = m->free;
    m->free = b;
    m->room--;
    POOL_POISON((char *)b + sizeof *b, pool_class_bytes[class] - sizeof *b);
}

/* The same for who knows the size anyway. pool_free() of NULL is a no-op. */
void *pool_alloc(struct pool *p, size_t bytes);
void *pool_alloc_zero(struct pool *p, size_t bytes);
void pool_free(struct pool *p, void *block, size_t bytes);

#endif
