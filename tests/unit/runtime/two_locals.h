/* SPDX-License-Identifier: MIT */
/* two_locals.h - what tests of asks begin with: two threads' locals of one system, without its threads. */
#ifndef TWO_LOCALS_H
#define TWO_LOCALS_H

#include "ask.h"

#include <stdlib.h>

struct two_locals {
    struct shared shared;
    struct local home; /* where an ask is made */
    struct local away; /* where it is answered */
};

/* False: no memory. */
static inline bool two_locals_init(struct two_locals *t)
{
    depot_init(&t->shared.depot);
    t->shared.asks = asks_new();
    local_init(&t->home, &t->shared, LOCAL_WORKER, 0);
    local_init(&t->away, &t->shared, LOCAL_WORKER, 1);
    return t->shared.asks != NULL;
}

static inline void two_locals_fini(struct two_locals *t)
{
    local_fini(&t->home);
    local_fini(&t->away);
    asks_free(t->shared.asks);
    depot_fini(&t->shared.depot);
}

#endif
