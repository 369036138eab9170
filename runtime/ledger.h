/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - what happened to the messages of each class, counted where it happens.
 *
 * Each thread counts for itself with plain stores; the sum over threads is the truth. What is
 * queued is what has arrived and has neither been handled nor left; what is in hand, each thread says in its
 * local, and until it is handled it counts as arrived. Promise: sent = handled + queued + stashed + in hand +
 * dropped + dead. Floor 4.
 */
#ifndef RT_LEDGER_H
#define RT_LEDGER_H

#include "sync.h"

#include <actorc/actor.h>

struct counts {
    _Atomic uint64_t sent;
    _Atomic uint64_t arrived; /* in a lane */
    _Atomic uint64_t
            passed; /* both at once: sent, and arrived, on the thread that it was sent from */
    _Atomic uint64_t left; /* a lane, for the stash or an end without having been handled */
    _Atomic uint64_t stashed;
    _Atomic uint64_t unstashed; /* to a lane, or for the end */
    _Atomic uint64_t handled;
    _Atomic uint64_t dead;
    _Atomic uint64_t dropped[ACTOR_ERR_COUNT];
};

enum { LEDGER_FAN = 256 };

/* The counts of one thread: by type index, then by class. Tables appear when first used. */
struct ledger {
    _Atomic(_Atomic(struct counts *) *) tables[LEDGER_FAN];
};

void ledger_init(struct ledger *l);
void ledger_fini(struct ledger *l);

/* Makes the counts of a type of `class_count` classes; false when memory is out. Owner only. */
bool ledger_open(struct ledger *l, uint16_t type, uint16_t class_count);

/* The counts of a type, NULL if this thread has none. */
static inline struct counts *ledger_of_type(struct ledger *l, uint16_t type)
{
    /* acquire: pairs with the release in ledger_open(), for readers on other threads. */
    _Atomic(struct counts *) *table = load_acq(&l->tables[type / LEDGER_FAN]);
    return table == NULL ? NULL : load_acq(&table[type % LEDGER_FAN]);
}

#endif
