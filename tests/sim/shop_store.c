/* SPDX-License-Identifier: MIT */
/* shop_store.c - see shop_store.h. */
#include "shop_store.h"

#include <actorc/sim.h>

#include <stdio.h>
#include <stdlib.h>

struct disk disk;
uint32_t disk_failures;

struct store {
    struct disk working; /* the transaction's */
    const char *why;
};

struct store *store_open(const char *path, enum store_mode mode, struct store_why *ret_why)
{
    (void)path;
    (void)mode;
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        (void)snprintf(ret_why->text, sizeof ret_why->text, "out of memory");
    }
    return store;
}

void store_close(struct store *store)
{
    free(store);
}

const char *store_why(const struct store *store)
{
    return store->why;
}

bool store_begin(struct store *store)
{
    store->working = disk;
    return true;
}

bool store_commit(struct store *store)
{
    if (disk_failures > 0 && actor_sim_choose(disk_failures) == disk_failures - 1) {
        store->why = "the disk is full";
        return false;
    }
    disk = store->working;
    return true;
}

bool store_add_product(
        struct store *store, uint32_t product_id, const char *name, uint32_t stock)
{
    (void)store;
    (void)product_id;
    (void)name;
    (void)stock;
    return true;
}

bool store_restock(struct store *store, uint32_t product_id, uint32_t count, bool *ret_known)
{
    *ret_known = product_id >= 1 && product_id <= STORE_PRODUCTS;
    if (*ret_known) {
        store->working.shelves[product_id - 1].stocked += count;
        store->working.shelves[product_id - 1].left += count;
    }
    return true;
}

static struct answer decide(struct disk *d, const struct order *order)
{
    if (order->product_id < 1 || order->product_id > STORE_PRODUCTS) {
        return (struct answer){ OUTCOME_UNKNOWN_PRODUCT, 0 };
    }
    struct shelf *shelf = &d->shelves[order->product_id - 1];
    if (order->count == 0) {
        return (struct answer){ OUTCOME_INVALID_COUNT, shelf->left };
    }
    if (shelf->left < order->count) {
        return (struct answer){ OUTCOME_INSUFFICIENT_STOCK, shelf->left };
    }
    shelf->left -= order->count;
    return (struct answer){ OUTCOME_SOLD, shelf->left };
}

enum sell_result store_sell(
        struct store *store, const struct order *order, struct answer *ret_answer)
{
    struct disk *d = &store->working;
    for (uint32_t i = 0; i < d->record_count; i++) {
        const struct record *r = &d->records[i];
        if (r->order_id == order->id) {
            *ret_answer = r->answer;
            return r->product_id == order->product_id && r->count == order->count
                           ? SELL_ANSWERED
                           : SELL_OTHER_ORDER;
        }
    }
    if (d->record_count == STORE_ORDERS) {
        store->why = "too many orders";
        return SELL_ERROR;
    }
    *ret_answer = decide(d, order);
    d->records[d->record_count++] =
            (struct record){ order->id, order->product_id, order->count, *ret_answer };
    return SELL_ANSWERED;
}

bool store_first_free_order(struct store *store, uint64_t *ret_order_id)
{
    (void)store;
    *ret_order_id = 1;
    for (uint32_t i = 0; i < disk.record_count; i++) {
        *ret_order_id = disk.records[i].order_id >= *ret_order_id ? disk.records[i].order_id + 1
                                                                  : *ret_order_id;
    }
    return true;
}
