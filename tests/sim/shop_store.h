/* SPDX-License-Identifier: MIT */
/*
 * shop_store.h - a database in memory, under the interface of the shop's: what was committed survives
 * the inventory's crashes, what was not does not. Whether a commit succeeds is a choice of the simulation.
 */
#ifndef SHOP_STORE_H
#define SHOP_STORE_H

#include "store.h"

enum { STORE_PRODUCTS = 4, STORE_ORDERS = 64 };

struct shelf {
    uint32_t stocked; /* all that ever came in */
    uint32_t left;
};

struct record {
    uint64_t order_id; /* 0 = none */
    uint32_t product_id;
    uint32_t count;
    struct answer answer;
};

/* What the disk has. */
struct disk {
    struct shelf shelves[STORE_PRODUCTS]; /* by product, from 1 */
    struct record records[STORE_ORDERS];
    uint32_t record_count;
};

extern struct disk disk;
/* One commit in so many fails; 0 = none. */
extern uint32_t disk_failures;

#endif
