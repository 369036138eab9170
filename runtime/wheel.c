/* SPDX-License-Identifier: MIT */
/*
 * wheel.c - see wheel.h.
 *
 * Level l has 64 slots of 64^l ticks each. A timer stands in the lowest level whose range
 * reaches it; when the wheel turns past the beginning of a slot of a higher level, that slot's
 * timers are put in again, now closer. Invariant: a timer in slot s of level l > 0 has
 * (tick >> 6l) & 63 == s and that slot has not begun yet; level 0 holds the exact tick.
 * Timers beyond the last level wait in its farthest slot and are put in again from there.
 */
#include "wheel.h"

#include "seam.h"

void wheel_init(struct wheel *w, int64_t now_ns)
{
    w->tick = now_ns >> WHEEL_TICK_SHIFT;
    w->seq = 0;
    for (int l = 0; l < WHEEL_LEVELS; l++) {
        w->occupied[l] = 0;
        for (int i = 0; i < WHEEL_SLOTS; i++) {
            list_init(&w->slots[l][i]);
        }
    }
}

void timer_init(struct timer *t, void (*fire)(struct timer *t, void *context))
{
    list_init(&t->link);
    t->fire = fire;
}

/* The lowest level whose slots reach from `now` to `tick`: that of the length of the way or, as slots have begun, the
 * next. */
static inline int level_of(int64_t now, int64_t tick)
{
    uint64_t way = (uint64_t)(tick - now) | 1;
    int level = (63 - __builtin_clzll(way)) / WHEEL_SLOT_BITS;
    int shift = level * WHEEL_SLOT_BITS;
    return (tick >> shift) - (now >> shift) < WHEEL_SLOTS ? level : level + 1;
}

/* Puts `t` where it belongs, at tick `earliest` if its deadline has passed. */
static void put(struct wheel *w, struct timer *t, int64_t earliest)
{
    int64_t farthest = w->tick + (INT64_C(1) << (WHEEL_SLOT_BITS * WHEEL_LEVELS)) -
                       (INT64_C(1) << (WHEEL_SLOT_BITS * (WHEEL_LEVELS - 1)));
    int64_t tick = (t->deadline >> WHEEL_TICK_SHIFT) + 1;
    if (tick < earliest) {
        tick = earliest;
    } else if (tick > farthest) {
        tick = farthest;
    }
    int level = level_of(w->tick, tick);
    unsigned slot = (unsigned)(tick >> (WHEEL_SLOT_BITS * level)) & (WHEEL_SLOTS - 1);
    list_insert_before(&w->slots[level][slot], &t->link);
    w->occupied[level] |= UINT64_C(1) << slot;
}

void wheel_set(struct wheel *w, struct timer *t, int64_t deadline_ns)
{
    RT_ASSERT(list_empty(&t->link));
    seam_sets_timer(deadline_ns);
    t->deadline = deadline_ns;
    t->seq = w->seq++;
    put(w, t, w->tick + 1);
}

void wheel_clear(struct timer *t)
{
    /* The occupied bit stays; the turn that finds the slot empty clears it. */
    list_remove(&t->link);
}

static bool fires_before(const struct list *a, const struct list *b)
{
    const struct timer *x = list_entry(a, const struct timer, link);
    const struct timer *y = list_entry(b, const struct timer, link);
    return x->deadline < y->deadline || (x->deadline == y->deadline && x->seq < y->seq);
}

/* Merges two chains, linked by `next` alone and ended by NULL. */
static struct list *merge(struct list *a, struct list *b)
{
    struct list *first = NULL;
    struct list **end = &first;
    while (a != NULL && b != NULL) {
        struct list **lesser = fires_before(b, a) ? &b : &a;
        *end = *lesser;
        end = &(*lesser)->next;
        *lesser = *end;
    }
    *end = a != NULL ? a : b;
    return first;
}

/* Moves the timers of a slot to the end of `due`, in firing order. Those of one tick may have been
 * set in any order and be a million, so they are merged: runs[i] has 2^i of them. */
static void append_sorted(struct list *due, struct list *slot)
{
    enum { RUNS = 48 };
    struct list *runs[RUNS] = { NULL };
    struct list *node;
    while ((node = list_pop(slot)) != NULL) {
        node->next = NULL;
        int i = 0;
        for (; runs[i] != NULL; i++) {
            node = merge(runs[i], node);
            runs[i] = NULL;
        }
        runs[i] = node;
    }
    struct list *sorted = NULL;
    for (int i = 0; i < RUNS; i++) {
        sorted = merge(runs[i], sorted);
    }
    while (sorted != NULL) {
        node = sorted;
        sorted = node->next;
        list_insert_before(due, node);
    }
}

/* Puts the timers of a slot whose time has come into a lower level. */
static void cascade(struct wheel *w, int level)
{
    unsigned slot = (unsigned)(w->tick >> (WHEEL_SLOT_BITS * level)) & (WHEEL_SLOTS - 1);
    struct list moving;
    list_init(&moving);
    struct list *node;
    while ((node = list_pop(&w->slots[level][slot])) != NULL) {
        list_insert_before(&moving, node);
    }
    w->occupied[level] &= ~(UINT64_C(1) << slot);
    while ((node = list_pop(&moving)) != NULL) {
        /* This very tick is still to be looked at: wheel_advance() does so after the turn. */
        put(w, list_entry(node, struct timer, link), w->tick);
    }
}

/* Goes to the next tick, or as far as `target` where the levels below are empty. */
static void turn(struct wheel *w, int64_t target)
{
    int64_t step = 1;
    for (int l = 0; l < WHEEL_LEVELS && w->occupied[l] == 0; l++) {
        step = INT64_C(1) << (WHEEL_SLOT_BITS * (l + 1));
    }
    /* To the end of the block of `step`, where a higher level may have something. */
    int64_t next = (w->tick / step + 1) * step;
    w->tick = step == 1 ? w->tick + 1 : rt_min_i64(next, target);
    for (int l = WHEEL_LEVELS - 1; l > 0; l--) {
        if ((w->tick & ((INT64_C(1) << (WHEEL_SLOT_BITS * l)) - 1)) == 0) {
            cascade(w, l);
        }
    }
}

void wheel_advance(struct wheel *w, int64_t now_ns, void *context)
{
    int64_t target = now_ns >> WHEEL_TICK_SHIFT;
    struct list due;
    list_init(&due);
    while (w->tick < target) {
        turn(w, target);
        unsigned slot = (unsigned)w->tick & (WHEEL_SLOTS - 1);
        if (!list_empty(&w->slots[0][slot])) {
            append_sorted(&due, &w->slots[0][slot]);
        }
        w->occupied[0] &= ~(UINT64_C(1) << slot);
    }
    /* Popped one at a time: a timer may clear one that is due together with it. */
    struct list *node;
    while ((node = list_pop(&due)) != NULL) {
        struct timer *t = list_entry(node, struct timer, link);
        t->fire(t, context);
    }
}

int64_t wheel_next(const struct wheel *w)
{
    int64_t best = INT64_MAX;
    for (int l = 0; l < WHEEL_LEVELS; l++) {
        if (w->occupied[l] == 0) {
            continue;
        }
        int64_t base = w->tick >> (WHEEL_SLOT_BITS * l);
        unsigned from = (unsigned)(base + 1) & (WHEEL_SLOTS - 1);
        /* Rotated so that bit 0 is the next slot. */
        uint64_t bits = w->occupied[l] >> from;
        if (from != 0) {
            bits |= w->occupied[l] << (WHEEL_SLOTS - from);
        }
        int64_t at = (base + 1 + __builtin_ctzll(bits)) << (WHEEL_SLOT_BITS * l);
        best = rt_min_i64(best, at);
    }
    return best == INT64_MAX ? best : best << WHEEL_TICK_SHIFT;
}
