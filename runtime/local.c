/* SPDX-License-Identifier: MIT */
/* local.c - see local.h. */
#include "local.h"

#include "clock.h"

#include <string.h>

/* How far apart two looks at the clock are to be. */
enum { LOOK_SOON_NS = 20000, LOOK_LATE_NS = 80000 };

RT_THREAD_LOCAL struct local *local_current;

void local_init(struct local *l, struct shared *shared, enum local_kind kind, uint32_t index)
{
    memset(l, 0, sizeof *l);
    l->shared = shared;
    l->kind = kind;
    l->index = index;
    parker_init(&l->parker);
    pool_init(&l->pool, &shared->depot);
    ledger_init(&l->ledger);
    l->outbox_bytes = shared->config.outbox_bytes;
    tx_clear(&l->tx, l->outbox_bytes);
    l->tx.plain_end = l->tx.plain;
    l->rng.state = shared->config.seed + index;
    l->now = clock_now();
    l->looked = l->now;
    l->sharing.since = l->now;
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

bool local_is_calm(struct local *l, struct cell *c)
{
    const uint16_t needed = TRAIT_OPEN | TRAIT_STEADY;
    /* relaxed: the owner's own store */
    uint64_t ident = load_rlx(&c->ident);
    if ((ident & needed) != needed || cell_status(c) != CELL_RUNNING ||
            !mailbox_is_simple(&c->mb)) {
        return false;
    }
    if (c->counts == NULL && c->type->info->class_count > 0) {
        struct counts *n = local_counts(l, c->type->index, 0);
        c->counts = l->shares_counts ? NULL : n;
    }
    return c->counts != NULL;
}

/* So many cycles take less than 0.1 ms, on any processor of 0.7 GHz or more. */
enum { CYCLES_RECENT = 65536 };

/* The count of the processor's cycles; 0 where that is not known. */
static uint64_t cycles(void)
{
#if defined(__x86_64__) && !defined(RT_FAULTS)
    return __builtin_ia32_rdtsc();
#else
    return 0;
#endif
}

int64_t local_clock(struct local *l)
{
    l->now = clock_now();
    l->now_cycles = cycles();
    return l->now;
}

int64_t local_recent(struct local *l)
{
    uint64_t now = cycles();
    return now != 0 && now - l->now_cycles < CYCLES_RECENT ? l->now : local_clock(l);
}

/* Handlers of this type have taken so long, `n` of them: how many may run between two looks? One that seems to be quick
 * need not be, as others may have been among them. */
static void learn(struct type *type, uint64_t n, int64_t ns)
{
    uint8_t every =
            load_rlx(&type->look_every); /* relaxed, all: a guess that any thread makes */
    if (ns > LOOK_LATE_NS) {
        uint64_t fit = n * LOOK_SOON_NS / (uint64_t)ns;
        store_rlx(&type->look_every, fit < 1 ? 1 : fit > every ? every : (uint8_t)fit);
    } else if (ns < LOOK_SOON_NS && every < TYPE_LOOK_EVERY && !type->info->dedicated) {
        store_rlx(&type->look_every, (uint8_t)(every * 2));
    }
}

void local_look_at_clock(struct local *l, struct type *type)
{
    int64_t before = l->looked;
    /* relaxed: the thread's own store. */
    uint64_t turns = load_rlx(&l->turns);
    l->looked = local_clock(l);
    if (type != NULL) {
        learn(type, turns - l->look_turn, l->looked - before);
    }
    l->look_turn = turns;
    wheel_advance(&l->wheel, l->now, l);
}
