/* SPDX-License-Identifier: MIT */
/* choice.c - see choice.h. */
#include "choice.h"

#include "memory.h"
#include "threads.h"

#include <string.h>

enum { DEPTH_MAX = 1 << 16, CHANGES = 3 };
#define NEVER UINT32_MAX

enum strategy { ANEW, PRIORITIES, SEARCH };

static enum strategy strategy;
static bool exploring;
static uint32_t steps;

/* ---- At random -------------------------------------------------------------------------------- */

static uint64_t state;
static uint32_t switch_of, stale_of, place_of; /* one in so many */
static uint8_t priority[THREADS_MAX];          /* the higher the sooner */
static uint32_t change_at[CHANGES];            /* steps at which one falls */

static uint64_t draw(void)
{
    /* splitmix64 */
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(draw() % n);
}

static void shuffle_priorities(void)
{
    for (uint8_t i = 0; i < THREADS_MAX; i++) {
        uint32_t k = below(i + 1u);
        priority[i] = priority[k];
        priority[k] = (uint8_t)(i + CHANGES);
    }
}

void choice_begin_random(uint64_t seed, uint32_t about)
{
    static const uint32_t rates[] = { 2, 3, 8, 32 };
    state = seed;
    strategy = seed % 2 == 0 ? ANEW : PRIORITIES;
    exploring = false;
    steps = 0;
    /* What one seed does often the next one does seldom: swarm testing. */
    switch_of = rates[below(4)];
    stale_of = rates[below(4)];
    place_of = rates[below(4)] * 2;
    shuffle_priorities();
    uint32_t changes = below(CHANGES + 1);
    for (uint32_t i = 0; i < CHANGES; i++) {
        change_at[i] = i < changes ? below(about) + 1 : NEVER;
    }
}

static uint32_t highest(uint32_t n, const uint8_t *threads)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++) {
        best = priority[threads[i]] > priority[threads[best]] ? i : best;
    }
    return best;
}

static uint32_t choose_thread(enum choice_kind kind, uint32_t n, const uint8_t *threads)
{
    if (strategy == ANEW) {
        return kind == CHOOSE_FREE || below(switch_of) == 0 ? below(n) : 0;
    }
    uint32_t best = highest(n, threads);
    for (uint8_t i = 0; i < CHANGES && kind == CHOOSE_THREAD; i++) {
        if (change_at[i] == steps) {
            priority[threads[best]] = i;
            best = highest(n, threads);
        }
    }
    return best;
}

static uint32_t choose_at_random(enum choice_kind kind, uint32_t n, const uint8_t *threads)
{
    switch (kind) {
    case CHOOSE_THREAD:
    case CHOOSE_FREE: return choose_thread(kind, n, threads);
    case CHOOSE_VALUE: return below(stale_of) == 0 ? below(n) : 0;
    case CHOOSE_PLACE: return below(place_of) == 0 ? below(n) : 0;
    case CHOOSE_TIME: return below(place_of * 4) == 0 ? 1 : 0;
    case CHOOSE_SPIN: break;
    }
    return below(2);
}

/* ---- One after the other ----------------------------------------------------------------------- */

struct decision {
    uint16_t taken;
    uint16_t of;
    bool free;
};

static struct decision path[DEPTH_MAX];
static uint32_t path_length; /* decided in the last run */
static uint32_t path_at;
static uint32_t search_bound;
static uint32_t deviations; /* in this run so far */

void choice_begin_search(uint32_t bound)
{
    strategy = SEARCH;
    search_bound = bound;
    path_length = path_at = 0;
    deviations = 0;
    exploring = false;
    steps = 0;
}

static uint32_t choose_next(enum choice_kind kind, uint32_t n)
{
    if (path_at == DEPTH_MAX) {
        threads_fail("too many decisions in one run");
    }
    struct decision *d = &path[path_at++];
    if (path_at > path_length) {
        *d = (struct decision){ .of = (uint16_t)n, .free = kind == CHOOSE_FREE };
        path_length = path_at;
    } else if (d->of != n) {
        threads_fail("a run did not repeat");
    }
    deviations += d->taken > 0 && !d->free ? 1 : 0;
    return d->taken;
}

bool choice_next(void)
{
    path_length = path_at;
    uint32_t used = 0;
    for (uint32_t i = 0; i < path_length; i++) {
        used += path[i].taken > 0 && !path[i].free ? 1 : 0;
    }
    while (path_length > 0) {
        struct decision *d = &path[path_length - 1];
        uint32_t without = used - (d->taken > 0 && !d->free ? 1 : 0);
        if (d->taken + 1 < d->of && (d->free || without < search_bound)) {
            d->taken++;
            path_at = 0;
            deviations = 0;
            exploring = false;
            steps = 0;
            return true;
        }
        used = without;
        path_length--;
    }
    return false;
}

/* ------------------------------------------------------------------------------------------------ */

uint32_t choose(enum choice_kind kind, uint32_t n, const uint8_t *threads)
{
    if (!exploring) {
        return 0;
    }
    steps += kind == CHOOSE_THREAD ? 1 : 0;
    if (n < 2) {
        return 0;
    }
    return strategy == SEARCH ? choose_next(kind, n) : choose_at_random(kind, n, threads);
}

void choice_explore(bool on)
{
    exploring = on;
}

uint32_t choice_steps(void)
{
    return steps;
}
