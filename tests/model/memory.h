/* SPDX-License-Identifier: MIT */
/*
 * memory.h - C11 atomics as a program may see them: each location has all that was ever stored to it,
 * in modification order, and a load may get any of it that the standard allows.
 *
 * The form is that of views: each thread knows, for each location, the oldest store that it may still
 * read; a store takes with it what who acquires it gets to know. This is the promise-free part of the
 * promising semantics (Kang et al., A Promising Semantics for Relaxed-Memory Concurrency, POPL 2017),
 * which is C11 as repaired by Lahav et al. (RC11, PLDI 2017), but for one thing: a load never gets a value
 * that is stored later in the run (load buffering). A store may go before others in modification order,
 * and an update right behind any store that no other update has read. A release sequence is
 * the store and the updates behind it, as of C++20 and C23; C11 had in it also later stores of the same thread.
 */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { THREADS_MAX = 6, LOCATIONS_MAX = 1024, MESSAGES_MAX = 32768 };

/* What happened before: by thread, how many of its epochs. */
struct clock {
    uint16_t at[THREADS_MAX];
};

/* By location the store that must not be missed any more; 0 = the first. */
struct view {
    uint32_t count; /* locations in `seen`; all others are 0 */
    uint16_t seen[LOCATIONS_MAX];
    struct clock clock;
};

/* What memory is to one thread. */
struct memory_thread {
    struct view now;
    struct view acquired; /* by a fence, if one comes: what relaxed loads have read */
    struct view released; /* by the last fence that releases */
};

/* Who does something, and where: the place in the program. */
struct actor_at {
    struct memory_thread *memory;
    uint32_t thread;
    const void *pc;
};

void memory_init(void);
/* Forgets all that was: what is in memory is what everybody sees. Fences cost time even where there are none, so they are an error unless said. */
void memory_reset(bool with_fences);
/* A thread that knows all that was until now, and of which the others know so, too. */
void memory_thread_init(struct memory_thread *t, uint32_t thread);
void memory_view_clear(struct view *v);

/* What it read the last time. */
uint64_t memory_load_again(struct actor_at at, const volatile void *p);
/* With `newest` it gets no other. */
uint64_t memory_load(
        struct actor_at at, const volatile void *p, uint32_t bytes, int order, bool newest);
void memory_store(
        struct actor_at at, volatile void *p, uint32_t bytes, uint64_t value, int order);
/* An update: `change` makes the new value of the old one. Returns: the old one. */
uint64_t memory_update(struct actor_at at, volatile void *p, uint32_t bytes,
        uint64_t (*change)(uint64_t old, uint64_t operand), uint64_t operand, int order);
bool memory_exchange_if(struct actor_at at, volatile void *p, uint32_t bytes,
        uint64_t *expected, uint64_t desired, int order, int failure);
void memory_fence(struct actor_at at, int order);

/* Locks and threads hand over all that one thread knows: from it, and to it. */
void memory_release(struct memory_thread *t, uint32_t thread, struct view *to);
void memory_acquire(struct memory_thread *t, const struct view *from);

/* The newest value, and a store that is known to all at once: while nothing is explored. */
uint64_t memory_value(const volatile void *p, uint32_t bytes);
void memory_set(volatile void *p, uint32_t bytes, uint64_t value);

/* A plain write has ended what was there: the location's history, not its value. */
void memory_forget(uint16_t location);
/* True if what `other` did to this location, last as `is_write` says, did not happen before. */
bool memory_atomic_races(
        uint16_t location, const struct clock *clock, uint32_t thread, bool with_loads);

#endif
