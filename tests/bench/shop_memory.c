/* SPDX-License-Identifier: MIT */
/*
 * shop_memory.c - how fast purchases go through a desk to a stock in memory: for each, a buyer
 * asks a desk, the desk asks the inventory, and the answers come back, four messages in all.
 *
 * usage: shop_memory [PURCHASES [BUYERS [DESKS [WORKERS]]]]
 */
#include "bench_shop.actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCTS = 240, BUYERS_MAX = 1024, DESKS_MAX = 64, PATIENCE_S = 600 };

/* ---- Inventory ------------------------------------------------------------------------ */

struct bench_shop_inventory {
    uint32_t *stock;
    uint32_t products;
};
ACTOR_STATE(bench_shop_inventory);

actor_result bench_shop_inventory_at_start(
        bench_shop_inventory *self, const bench_shop_inventory_args *args)
{
    self->products = args->products;
    self->stock = malloc(args->products * sizeof *self->stock);
    if (self->stock == NULL || actor_own(self, self->stock, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    for (uint32_t i = 0; i < args->products; i++) {
        self->stock[i] = args->stock;
    }
    return ACTOR_CONTINUE;
}

actor_result bench_shop_inventory_on_buy_product(bench_shop_inventory *self,
        const bench_shop_buy_product *msg, bench_shop_buy_product_call call)
{
    if (msg->product_id >= self->products) {
        bench_shop_buy_product_answer_purchase_failed(call,
                &(bench_shop_purchase_failed){ .why = BENCH_SHOP_REFUSAL_UNKNOWN_PRODUCT });
        return ACTOR_CONTINUE;
    }
    uint32_t *stock = &self->stock[msg->product_id];
    if (msg->count > *stock) {
        bench_shop_buy_product_answer_purchase_failed(call,
                &(bench_shop_purchase_failed){
                        .why = BENCH_SHOP_REFUSAL_INSUFFICIENT_STOCK, .in_stock = *stock });
        return ACTOR_CONTINUE;
    }
    *stock -= msg->count;
    bench_shop_buy_product_answer_purchase_successful(
            call, &(bench_shop_purchase_successful){ .left = *stock });
    return ACTOR_CONTINUE;
}

/* ---- Purchase ------------------------------------------------------------------------- */

struct bench_shop_purchase {
    bench_shop_inventory_ref inventory;
};
ACTOR_STATE(bench_shop_purchase);

actor_result bench_shop_purchase_at_start(
        bench_shop_purchase *self, const bench_shop_purchase_args *args)
{
    self->inventory = args->inventory;
    return ACTOR_CONTINUE;
}

actor_result bench_shop_purchase_on_request_purchase(bench_shop_purchase *self,
        const bench_shop_request_purchase *msg, bench_shop_request_purchase_call call)
{
    bench_shop_purchase_ask_buy_product(self, call, self->inventory,
            &(bench_shop_buy_product){ .product_id = msg->product_id, .count = msg->count });
    return ACTOR_CONTINUE;
}

actor_result bench_shop_purchase_got_buy_product(bench_shop_purchase *self,
        const bench_shop_buy_product_reply *reply, bench_shop_request_purchase_call call)
{
    (void)self;
    switch (reply->kind) {
    case BENCH_SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL:
        bench_shop_request_purchase_answer_purchase_successful(
                call, &reply->purchase_successful);
        break;
    case BENCH_SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED:
        bench_shop_request_purchase_answer_purchase_failed(call, &reply->purchase_failed);
        break;
    case BENCH_SHOP_BUY_PRODUCT_REPLY_ERROR:
        bench_shop_request_purchase_fail(call, reply->error);
        break;
    }
    return ACTOR_CONTINUE;
}

/* ---- Buyer ---------------------------------------------------------------------------- */

struct bench_shop_buyer {
    bench_shop_purchase_ref desk;
    uint32_t product_id;
    uint32_t to_buy;
    bench_shop_home so_far;
};
ACTOR_STATE(bench_shop_buyer);

actor_result bench_shop_buyer_at_start(
        bench_shop_buyer *self, const bench_shop_buyer_args *args)
{
    self->desk = args->desk;
    self->product_id = args->product_id;
    return ACTOR_CONTINUE;
}

static void buy(bench_shop_buyer *self, bench_shop_go_shopping_call call)
{
    if (self->to_buy == 0) {
        bench_shop_go_shopping_answer_home(call, &self->so_far);
        return;
    }
    self->to_buy--;
    self->product_id = (self->product_id + 7) % PRODUCTS;
    bench_shop_buyer_ask_request_purchase(self, call, self->desk,
            &(bench_shop_request_purchase){ .product_id = self->product_id,
                    .count = 1,
                    .customer = ACTOR_STRING("Ada Lovelace") });
}

actor_result bench_shop_buyer_on_go_shopping(bench_shop_buyer *self,
        const bench_shop_go_shopping *msg, bench_shop_go_shopping_call call)
{
    self->to_buy = msg->purchases;
    buy(self, call);
    return ACTOR_CONTINUE;
}

actor_result bench_shop_buyer_got_request_purchase(bench_shop_buyer *self,
        const bench_shop_request_purchase_reply *reply, bench_shop_go_shopping_call call)
{
    switch (reply->kind) {
    case BENCH_SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL: self->so_far.sold++; break;
    case BENCH_SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED: self->so_far.refused++; break;
    case BENCH_SHOP_REQUEST_PURCHASE_REPLY_ERROR:
        bench_shop_go_shopping_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    buy(self, call);
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

struct trip {
    actor_system *system;
    bench_shop_buyer_ref buyer;
    actor_future *future;
    uint32_t purchases;
    actor_err err;
    bench_shop_home home;
};

static void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "shop_memory: cannot %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void check(const char *what, actor_err err)
{
    if (err != ACTOR_OK) {
        give_up(what, actor_err_text(err));
    }
}

/* Starts the inventory, the desks, and the buyers, who spread over the desks. */
static void open_shop(actor_system *system, unsigned desks, struct trip *trips, unsigned buyers)
{
    bench_shop_inventory_ref inventory;
    bench_shop_purchase_ref refs[DESKS_MAX];
    bench_shop_inventory_args stock = { .products = PRODUCTS, .stock = UINT32_MAX };
    check("start the inventory", bench_shop_inventory_start(system, &stock, &inventory));
    for (unsigned i = 0; i < desks; i++) {
        bench_shop_purchase_args args = { .inventory = inventory };
        check("start a desk", bench_shop_purchase_start(system, &args, &refs[i]));
    }
    for (unsigned i = 0; i < buyers; i++) {
        bench_shop_buyer_args args = { .desk = refs[i % desks], .product_id = i % PRODUCTS };
        trips[i].system = system;
        check("start a buyer", bench_shop_buyer_start(system, &args, &trips[i].buyer));
    }
}

/* Waits until a buyer is home. */
static void await(struct trip *trip)
{
    bench_shop_go_shopping_reply *reply;
    trip->err = bench_shop_go_shopping_await(trip->future, &reply);
    if (trip->err == ACTOR_OK) {
        trip->err = reply->error;
        trip->home = reply->home;
        actor_reply_free(reply);
    }
}

/* Lets all buy; returns how long it took. */
static actor_duration shop(struct trip *trips, unsigned buyers)
{
    actor_duration began = actor_now();
    for (unsigned i = 0; i < buyers; i++) {
        check("send a buyer shopping",
                bench_shop_buyer_ask_go_shopping_async(trips[i].system, trips[i].buyer,
                        &(bench_shop_go_shopping){ .purchases = trips[i].purchases },
                        actor_seconds(PATIENCE_S), &trips[i].future));
    }
    for (unsigned i = 0; i < buyers; i++) {
        await(&trips[i]);
    }
    return actor_now() - began;
}

/* Returns argument `i`, or `otherwise` if it is not given. */
static uint32_t argument(int argc, char **argv, int i, uint32_t otherwise, uint32_t max)
{
    char *end;
    if (i >= argc) {
        return otherwise;
    }
    unsigned long number = strtoul(argv[i], &end, 10);
    if (*end != '\0' || number < 1 || number > max) {
        give_up("use", argv[i]);
    }
    return (uint32_t)number;
}

int main(int argc, char **argv)
{
    static struct trip trips[BUYERS_MAX];
    uint32_t purchases = argument(argc, argv, 1, 1000000, UINT32_MAX);
    unsigned buyers = argument(argc, argv, 2, 64, BUYERS_MAX);
    unsigned desks = argument(argc, argv, 3, 4, DESKS_MAX);
    unsigned workers = argument(argc, argv, 4, 0, 64);
    actor_system *system = actor_system_new(&(actor_config){ .workers = workers });
    if (system == NULL) {
        give_up("start the actors", "no memory or no threads");
    }
    for (unsigned i = 0; i < buyers; i++) {
        trips[i].purchases = purchases / buyers + (i < purchases % buyers);
    }
    open_shop(system, desks, trips, buyers);
    actor_duration took = shop(trips, buyers);
    uint64_t sold = 0;
    for (unsigned i = 0; i < buyers; i++) {
        check("buy", trips[i].err);
        sold += trips[i].home.sold;
    }
    check("stop", actor_system_stop(system, actor_seconds(PATIENCE_S)).err);
    actor_system_free(system);
    if (sold != purchases) {
        give_up("buy", "some were refused");
    }
    (void)printf("%lu purchases by %u buyers at %u desks: %.0f ns each, %.0f per second\n",
            (unsigned long)sold, buyers, desks, (double)took / (double)sold,
            (double)sold * (double)ACTOR_SECOND / (double)took);
    return EXIT_SUCCESS;
}
