/* SPDX-License-Identifier: MIT */
/* local.c - see local.h. */
#include "local.h"

#include "clock.h"

#include <string.h>

/* Handlers between two looks at the clock; those of dedicated actors take their time. */
enum { CLOCK_EVERY = 32 };

RT_THREAD_LOCAL struct local *local_current;

void local_init(struct local *l, struct shared *shared, enum local_kind kind, uint32_t index)
{
    memset(l, 0, sizeof *l);
    l->shared = shared;
    l->kind = kind;
    l->index = index;
    l->clock_every = kind == LOCAL_DEDICATED ? 1 : CLOCK_EVERY;
    parker_init(&l->parker);
    pool_init(&l->pool, &shared->depot);
    ledger_init(&l->ledger);
    l->outbox_bytes = shared->config.outbox_bytes;
    l->tx.room = l->outbox_bytes;
    l->tx.plain_end = l->tx.plain;
    l->rng.state = shared->config.seed + index;
    l->now = clock_now();
    wheel_init(&l->wheel, l->now);
}

void local_fini(struct local *l)
{
    ledger_fini(&l->ledger);
}

struct counts *local_open_counts(struct local *l, uint16_t type)
{
    struct type *t = registry_at(l->shared->registry, type);
    if (ledger_open(&l->ledger, type, t->info->class_count)) {
        return ledger_of_type(&l->ledger, type);
    }
    l->shares_counts = true;
    return t->shared_counts;
}

int64_t local_clock(struct local *l)
{
    /* relaxed: the thread's own store. */
    l->clock_turn = load_rlx(&l->turns);
    l->now = clock_now();
    return l->now;
}
