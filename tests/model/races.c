/* SPDX-License-Identifier: MIT */
/*
 * races.c - see races.h.
 *
 * The memory of a run comes from an arena at a fixed place, so that a run can be repeated, and what
 * is known of it lies in a table beside it. The program's own variables have a table, too.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_FIXED_NOREPLACE, madvise */
#include "races.h"

#include "threads.h"

#include <string.h>
#include <sys/mman.h>

enum { LARGE = 16384, LARGES_MAX = 64, GRANULE = 8, STACK_BYTES = 1 << 18 };

static const size_t arena_bytes = (size_t)64 << 20;
static const size_t small_bytes = (size_t)16 << 20; /* what is below is for small blocks */

/* What is known of eight bytes. */
struct granule {
    uint32_t run; /* of which it is known; else it is as new */
    bool freed;
    bool split; /* else the eight have been used as one, and only the first is noted */
    uint8_t writer[GRANULE];
    uint16_t written[GRANULE]; /* epoch of the writer */
    uint16_t read[THREADS_MAX][GRANULE];
    uint16_t location[GRANULE]; /* that begins here */
    /* Bytes that one thread has read and written in its epoch, and nobody else since: most accesses are by who was
     * there last, and need no further look. */
    uint8_t last_thread;
    uint16_t last_epoch;
    uint8_t last_read;
    uint8_t last_written;
};

struct region {
    char *from;
    char *to;
    struct granule *granules;
};

/* Large blocks are not noted byte by byte: whoever meets one for the first time looks here. */
struct large {
    char *from;
    char *to;
    uint16_t epoch;
    uint8_t thread;
};

/* Stands before each block. */
struct head {
    size_t bytes;
    size_t pad; /* keeps blocks aligned to 16 */
};

static struct region arena;
static struct region globals;
static char *stacks;
static char *next_small;
static char *next_large;
static struct large larges[LARGES_MAX];
static uint32_t large_count;
static uint32_t run;

extern char __data_start[]; /* by the linker: the program's variables … */
extern char _end[];         /* … end here */

static void *map(void *at, size_t bytes)
{
    void *p = mmap(at, bytes, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        __builtin_trap();
    }
    return p;
}

static struct region region_of(char *from, char *to)
{
    size_t granules = (size_t)(to - from) / GRANULE + 1;
    return (struct region){ from, to, map(NULL, granules * sizeof(struct granule)) };
}

void races_init(void)
{
    char *at = map((void *)0x200000000000, arena_bytes);
    arena = region_of(at, at + arena_bytes);
    globals = region_of((char *)((uintptr_t)__data_start & ~(uintptr_t)(GRANULE - 1)), _end);
    stacks = at + arena_bytes - (size_t)STACK_BYTES * THREADS_MAX;
    next_small = at;
    next_large = at + small_bytes;
}

void races_reset(void)
{
    run++;
    memset(arena.from, 0, (size_t)(next_small - arena.from));
    if (large_count > 0) {
        (void)madvise(arena.from + small_bytes, (size_t)(next_large - arena.from) - small_bytes,
                MADV_DONTNEED);
    }
    next_small = arena.from;
    next_large = arena.from + small_bytes;
    large_count = 0;
}

void races_settle(void)
{
    run++;
    for (uint32_t i = 0; i < large_count; i++) {
        larges[i].epoch = 0;
    }
}

void *races_stack(uint32_t thread, size_t *ret_bytes)
{
    *ret_bytes = STACK_BYTES;
    return stacks + (size_t)thread * STACK_BYTES;
}

/* ---- What is known of an address -------------------------------------------------------------- */

static void renew(struct granule *g, const char *p)
{
    memset(g, 0, sizeof *g);
    g->run = run;
    for (uint32_t i = 0; i < large_count && p >= arena.from + small_bytes; i++) {
        if (p >= larges[i].from && p < larges[i].to) {
            g->writer[0] = larges[i].thread;
            g->written[0] = larges[i].epoch;
        }
    }
}

/* NULL if the memory is not the test's: constants, or the stack of the program. */
static struct granule *granule_of(const volatile void *at)
{
    char *p = (char *)(uintptr_t)at;
    const struct region *r = p >= arena.from && p < arena.to ? &arena : &globals;
    if (p < r->from || p >= r->to) {
        return NULL;
    }
    struct granule *g = &r->granules[(size_t)(p - r->from) / GRANULE];
    if (g->run != run) {
        renew(g, p);
    }
    if (g->freed) {
        threads_fail("memory is used after it was freed");
    }
    return g;
}

static _Noreturn void race(struct actor_at at, const char *p, bool is_write)
{
    threads_note(at.pc, is_write ? "write" : "read", p, 0);
    threads_fail("data race");
}

static bool before(const struct clock *now, uint32_t thread, uint16_t epoch)
{
    return epoch <= now->at[thread];
}

/* Looks at the bytes [from, to) of a granule, whose address is `p`. */
static void look(struct actor_at at, struct granule *g, char *p, uint32_t from, uint32_t to,
        bool is_write)
{
    const struct clock *now = &at.memory->now.clock;
    for (uint32_t b = from; b < to; b++) {
        bool ordered = before(now, g->writer[b], g->written[b]);
        for (uint32_t i = 0; is_write && i < THREADS_MAX; i++) {
            ordered = ordered && (i == at.thread || before(now, i, g->read[i][b]));
        }
        if (!ordered) {
            race(at, p + b, is_write);
        }
    }
}

static uint8_t mask_of(uint32_t from, uint32_t to)
{
    return (uint8_t)((1u << to) - (1u << from));
}

static bool is_known(struct actor_at at, const struct granule *g, uint8_t mask, bool is_write)
{
    uint8_t known = is_write ? g->last_written : g->last_read | g->last_written;
    return (known & mask) == mask && g->last_thread == at.thread &&
           g->last_epoch == at.memory->now.clock.at[at.thread];
}

static void note(
        struct actor_at at, struct granule *g, uint32_t from, uint32_t to, bool is_write)
{
    uint16_t epoch = at.memory->now.clock.at[at.thread];
    if (g->last_thread != at.thread || g->last_epoch != epoch) {
        g->last_thread = (uint8_t)at.thread;
        g->last_epoch = epoch;
        g->last_read = g->last_written = 0;
    }
    for (uint32_t b = from; b < to; b++) {
        if (is_write) {
            g->writer[b] = (uint8_t)at.thread;
            g->written[b] = epoch;
        } else {
            g->read[at.thread][b] = epoch;
        }
    }
}

/* A plain access meets atomics; a write ends them. */
static void look_at_atomics(struct actor_at at, struct granule *g, char *p, uint32_t from,
        uint32_t to, bool is_write)
{
    for (uint32_t b = from; b < to; b++) {
        if (g->location[b] == 0) {
            continue;
        }
        if (memory_atomic_races(g->location[b], &at.memory->now.clock, at.thread, is_write)) {
            race(at, p + b, is_write);
        }
        if (is_write) {
            memory_forget(g->location[b]);
            g->location[b] = 0;
        }
    }
}

/* What is noted of the bytes [from, *to): all of them, or the first for all. */
static void narrow(struct granule *g, uint32_t from, uint32_t *to)
{
    if (g->split) {
        return;
    }
    if (from == 0 && *to == GRANULE) {
        *to = 1;
        return;
    }
    g->split = true;
    for (uint32_t b = 1; b < GRANULE; b++) {
        g->writer[b] = g->writer[0];
        g->written[b] = g->written[0];
        for (uint32_t i = 0; i < THREADS_MAX; i++) {
            g->read[i][b] = g->read[i][0];
        }
    }
}

void races_access(struct actor_at at, const volatile void *p, size_t bytes, bool is_write)
{
    char *next = (char *)(uintptr_t)p;
    char *end = threads_checked() ? next + bytes : next;
    while (next < end) {
        uint32_t from = (uint32_t)((uintptr_t)next % GRANULE);
        char *base = next - from;
        uint32_t to = end - base < GRANULE ? (uint32_t)(end - base) : GRANULE;
        struct granule *g = granule_of(next);
        if (g == NULL) {
            return;
        }
        next = base + GRANULE;
        if (is_known(at, g, mask_of(from, to), is_write)) {
            continue;
        }
        uint8_t mask = mask_of(from, to);
        narrow(g, from, &to);
        look(at, g, base, from, to, is_write);
        uint64_t any[2];
        memcpy(any, g->location, sizeof any);
        if ((any[0] | any[1]) != 0) {
            look_at_atomics(at, g, base, from, g->split ? to : GRANULE, is_write);
        }
        note(at, g, from, to, is_write);
        *(is_write ? &g->last_written : &g->last_read) |= mask;
    }
}

uint16_t *races_location(const volatile void *p)
{
    struct granule *g = granule_of(p);
    return g == NULL ? NULL : &g->location[(uintptr_t)p % GRANULE];
}

uint16_t *races_atomic(
        struct actor_at at, const volatile void *p, uint32_t bytes, bool is_write)
{
    struct granule *g = granule_of(p);
    if (g == NULL) {
        threads_fail("an atomic that is not in the test's memory");
    }
    uint32_t from = (uint32_t)((uintptr_t)p % GRANULE);
    if (from + bytes > GRANULE) {
        threads_fail("an atomic that is not aligned");
    }
    uint32_t to = from + bytes;
    narrow(g, from, &to);
    look(at, g, (char *)(uintptr_t)p - from, from, to, is_write);
    g->last_read = g->last_written = 0; /* the next plain access has to look at this */
    return &g->location[from];
}

/* ---- Blocks ----------------------------------------------------------------------------------- */

void *races_alloc(struct actor_at at, size_t bytes, size_t align)
{
    bool large = bytes >= LARGE;
    char **next = large ? &next_large : &next_small;
    char *limit = large ? stacks : arena.from + small_bytes;
    align = align < 16 ? 16 : align;
    char *p = (char *)(((uintptr_t)*next + sizeof(struct head) + align - 1) / align * align);
    if (p + bytes > limit || (large && large_count == LARGES_MAX)) {
        threads_fail("too much memory in one run");
    }
    ((struct head *)(void *)p)[-1].bytes = bytes;
    *next = p + (bytes + 15) / 16 * 16;
    if (large) {
        larges[large_count++] = (struct large){ .from = p,
            .to = p + bytes,
            .epoch = threads_checked() ? at.memory->now.clock.at[at.thread] : 0,
            .thread = (uint8_t)at.thread };
    } else {
        races_access(at, p, bytes, true);
    }
    return p;
}

size_t races_bytes_of(const void *p)
{
    return ((const struct head *)p)[-1].bytes;
}

void races_free(struct actor_at at, void *p)
{
    size_t bytes = races_bytes_of(p);
    if (bytes >= LARGE || !threads_checked()) {
        return; /* it would take too long to note each byte */
    }
    races_access(at, p, bytes, true);
    for (size_t i = 0; i < bytes; i += GRANULE) {
        granule_of((char *)p + i)->freed = true;
    }
}
