/* SPDX-License-Identifier: MIT */
/*
 * wheel.h - timers of one thread: a hierarchical timing wheel.
 *
 * After Varghese and Lauck, Hashed and Hierarchical Timing Wheels (1987), scheme 7: setting and
 * clearing a timer is O(1), which matters because nearly every ask sets a timer and nearly none
 * fires. A timer fires at its deadline or up to WHEEL_TICK_NS later, never earlier; those due at
 * once fire in order of deadline, then of setting.
 *
 * Not thread-safe: each thread has its own. Floor 3.
 */
#ifndef RT_WHEEL_H
#define RT_WHEEL_H

#include "list.h"

enum {
    WHEEL_TICK_SHIFT = 19, /* 2^19 ns = 0.52 ms */
    WHEEL_LEVELS = 6,
    WHEEL_SLOT_BITS = 6,
    WHEEL_SLOTS = 1 << WHEEL_SLOT_BITS
};
#define WHEEL_TICK_NS (INT64_C(1) << WHEEL_TICK_SHIFT)

struct timer {
    struct list link;
    int64_t deadline; /* ns */
    uint64_t seq;
    void (*fire)(struct timer *t, void *context); /* may set and clear timers, also `t` */
};

struct wheel {
    int64_t tick; /* all earlier ones have fired */
    uint64_t seq;
    uint64_t occupied[WHEEL_LEVELS]; /* bit i = slots[level][i] may hold timers */
    struct list slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

/* The first time of the grid of `due` and `period` that is still to come at `now`. */
static inline int64_t wheel_next_due(int64_t due, int64_t period, int64_t now)
{
    int64_t next = rt_add_time(due, period);
    return next > now ? next : due + ((now - due) / period + 1) * period;
}

void wheel_init(struct wheel *w, int64_t now_ns);
/* Makes a timer that is not set. */
void timer_init(struct timer *t, void (*fire)(struct timer *t, void *context));
/* Sets `t`, which must not be set, to fire at `deadline_ns`. Never fails. */
void wheel_set(struct wheel *w, struct timer *t, int64_t deadline_ns);
/* Clears `t`; it does not fire afterwards. A timer that is not set is left alone. */
void wheel_clear(struct timer *t);
/* Fires what is due at `now_ns`. */
void wheel_advance(struct wheel *w, int64_t now_ns, void *context);
/* When to call wheel_advance() next, at the latest: INT64_MAX if nothing is set. */
int64_t wheel_next(const struct wheel *w);

#endif
