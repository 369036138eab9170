/* SPDX-License-Identifier: MIT */
/*
 * shop.c - the example shop under simulation: its inventory and its desks as they are, on a disk in
 * memory. Customers ask, some ask again with the same order when they were told nothing, stock comes in.
 *
 * What must hold: nothing is oversold; what came in is what is left and what was sold; who was told of a
 * sale finds it on the disk. An argument says how often each customer orders.
 */
#include "shop.actor.h"
#include "shop_store.h"

#include <actorc/sim.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS_MAX = 6, ROUNDS = 2, PATIENCE_S = 5 };

struct customer {
    uint64_t order_id;
    uint32_t product_id;
    uint32_t count;
    actor_future *future;
    bool was_told;
    struct answer told;
};

/* ---- What must hold ------------------------------------------------------------------------ */

static bool books_balance(void *context)
{
    (void)context;
    for (uint32_t p = 0; p < STORE_PRODUCTS; p++) {
        uint32_t sold = 0;
        for (uint32_t i = 0; i < disk.record_count; i++) {
            const struct record *r = &disk.records[i];
            sold += r->product_id == p + 1 && r->answer.outcome == OUTCOME_SOLD ? r->count : 0;
        }
        if (disk.shelves[p].stocked != disk.shelves[p].left + sold) {
            return false;
        }
    }
    return true;
}

static bool orders_are_unique(void *context)
{
    (void)context;
    for (uint32_t i = 0; i < disk.record_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (disk.records[i].order_id == disk.records[k].order_id) {
                return false;
            }
        }
    }
    return true;
}

static void check_told(const struct customer *c)
{
    for (uint32_t i = 0; i < disk.record_count; i++) {
        const struct record *r = &disk.records[i];
        if (r->order_id == c->order_id) {
            if (r->answer.outcome != c->told.outcome || r->answer.left != c->told.left) {
                actor_sim_fail("customer %u was told another answer than the disk has",
                        (unsigned)c->order_id);
            }
            return;
        }
    }
    actor_sim_fail("customer %u was told of an order that the disk does not have",
            (unsigned)c->order_id);
}

/* ---- Customers ------------------------------------------------------------------------------ */

static void take(struct customer *c, const shop_request_purchase_reply *reply)
{
    struct answer told;
    if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL) {
        told = (struct answer){ OUTCOME_SOLD, reply->purchase_successful.left };
    } else if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED) {
        told = (struct answer){ (enum outcome)reply->purchase_failed.why,
            reply->purchase_failed.in_stock };
    } else {
        return;
    }
    if (c->was_told && (c->told.outcome != told.outcome || c->told.left != told.left)) {
        actor_sim_fail("customer %u was told two things", (unsigned)c->order_id);
    }
    if (c->was_told) {
        ACTOR_SOMETIMES("an order is answered again");
    }
    c->was_told = true;
    c->told = told;
    check_told(c);
}

static void order(actor_system *system, shop_purchase_ref desk, struct customer *c)
{
    shop_request_purchase request = {
        .order_id = c->order_id,
        .product_id = c->product_id,
        .count = c->count,
        .customer = ACTOR_STRING("Ada"),
    };
    c->future = NULL;
    (void)shop_purchase_ask_request_purchase_async(
            system, desk, &request, actor_seconds(PATIENCE_S), &c->future);
}

static void hear(struct customer *c)
{
    shop_request_purchase_reply *reply;
    if (c->future == NULL) {
        return;
    }
    actor_err err = shop_request_purchase_await(c->future, &reply);
    if (err == ACTOR_OK) {
        take(c, reply);
        actor_reply_free(reply);
    } else if (err == ACTOR_ERR_TIMEOUT) {
        ACTOR_SOMETIMES("a customer loses patience");
    } else if (err == ACTOR_ERR_FAILED) {
        ACTOR_SOMETIMES("a crash ends an ask");
    }
}

static void trade(actor_system *system, shop_shop_ref shop, unsigned long rounds)
{
    shop_purchase_ref desks[2];
    shop_inventory_ref inventory;
    struct customer customers[CUSTOMERS_MAX];
    uint32_t count = 1 + actor_sim_choose(CUSTOMERS_MAX);
    if (shop_shop_desk_1(system, shop, &desks[0]) != ACTOR_OK ||
            shop_shop_desk_2(system, shop, &desks[1]) != ACTOR_OK ||
            shop_shop_inventory(system, shop, &inventory) != ACTOR_OK) {
        return; /* it has escalated by now */
    }
    for (uint32_t i = 0; i < count; i++) {
        customers[i] = (struct customer){ .order_id = i + 1,
            .product_id = 1 + actor_sim_choose(2),
            .count = 1 + actor_sim_choose(3) };
    }
    for (unsigned long round = 0; round < rounds; round++) {
        for (uint32_t i = 0; i < count; i++) {
            order(system, desks[actor_sim_choose(2)], &customers[i]);
        }
        (void)shop_inventory_tell_restock(
                system, inventory, &(shop_restock){ .product_id = 1, .count = 1 });
        for (uint32_t i = 0; i < count; i++) {
            hear(&customers[i]);
        }
    }
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS;
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    shop_shop_ref shop;
    disk = (struct disk){ .shelves = { { 3, 3 }, { 5, 5 } } };
    disk_failures = argc > 1 ? 0 : 32; /* which would end it long before that */
    if (system == NULL || !actor_sim_invariant("the books balance", books_balance, NULL) ||
            !actor_sim_invariant("each order is on the disk once", orders_are_unique, NULL)) {
        return 1;
    }
    actor_err err = shop_shop_start(
            system, &(shop_shop_args){ .database = ACTOR_STRING("disk"), .group = 2 }, &shop);
    if (err == ACTOR_OK) {
        trade(system, shop, rounds);
    }
    if (actor_system_failure(system) != NULL) {
        ACTOR_SOMETIMES("the shop gives up");
    }
    actor_stop_report report = actor_system_stop(system, actor_seconds(60));
    if (report.abandoned > 0) {
        actor_sim_fail("%u actors were abandoned", (unsigned)report.abandoned);
    }
    actor_system_free(system);
    return 0;
}
