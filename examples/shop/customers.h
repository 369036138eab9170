/* SPDX-License-Identifier: MIT */
/* customers.h - a crowd of customers, each a thread that orders, waits for the answer, and orders
 * again until nobody has orders left. */
#ifndef CUSTOMERS_H
#define CUSTOMERS_H

#include "histogram.h"
#include "journal.h"
#include "orders.h"
#include "shop.actor.h"
#include "store.h"

struct customers_config {
    actor_system *system;
    const shop_purchase_ref *desks; /* customer i goes to desk i modulo `desk_count` */
    size_t desk_count;
    unsigned count;
    struct orders *orders;
    struct journal *journal; /* NULL: none is kept */
    /* Called now and then while they order, by the thread that called customers_serve(). */
    void (*progress)(void *context);
    void *context;
};

/* What customers were told. */
struct tally {
    uint64_t answered[OUTCOME_COUNT];
    uint64_t units_sold;
    uint64_t failed[ACTOR_ERR_COUNT]; /* orders without an answer, by reason */
    struct histogram latency;
    actor_duration elapsed;
    struct told *told; /* every answer */
    size_t told_count;
};

/* Lets them order until the orders end, or the shop closes. Returns 0, or an errno if there
 * could not be as many customers, or no memory for what they were told. `ret_tally` is to be
 * released with tally_fini() in either case. */
int customers_serve(const struct customers_config *config, struct tally *ret_tally);

void tally_fini(struct tally *tally);

/* Returns how many orders were answered, and how many ended without an answer. */
uint64_t tally_answered(const struct tally *tally);
uint64_t tally_failed(const struct tally *tally);

#endif
