/* SPDX-License-Identifier: MIT */
/* desk.c - a program that has only Purchase, with the shop's own handlers, and stands in for the
 * rest: its inventory has one of everything left, and there is no audit. */
#include <stdio.h>

#include "shop.actor.h"

struct shop_inventory {
    char unused;
};
ACTOR_STATE(shop_inventory);

actor_result shop_inventory_at_start(shop_inventory *self, const shop_inventory_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

void shop_inventory_at_stop(shop_inventory *self)
{
    (void)self;
}

actor_result shop_inventory_on_buy_product(
        shop_inventory *self, const shop_buy_product *msg, shop_buy_product_call call)
{
    (void)self;
    shop_buy_product_answer_purchase_successful(
            call, &(shop_purchase_successful){ .product_id = msg->product_id,
                          .count = msg->count,
                          .left = 1,
                          .customer = msg->customer });
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_first_free_order(
        shop_inventory *self, const shop_first_free_order *msg, shop_first_free_order_call call)
{
    (void)self;
    (void)msg;
    (void)call;
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_commit_group(shop_inventory *self, const shop_commit_group *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });
    shop_purchase_args args = { .audit = { 0 } };
    shop_inventory_args stock = { .group = 1 };
    shop_purchase_ref desk;
    shop_request_purchase order = {
        .product_id = 3, .count = 2, .customer = ACTOR_STRING("Ann")
    };
    shop_request_purchase_reply *reply;
    if (system == NULL || shop_inventory_start(system, &stock, &args.inventory) != ACTOR_OK ||
            shop_purchase_start(system, &args, &desk) != ACTOR_OK ||
            shop_purchase_ask_request_purchase(
                    system, desk, &order, actor_seconds(60), &reply) != ACTOR_OK ||
            reply->kind != SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL) {
        return 1;
    }
    (void)printf("sold, %lu left\n", (unsigned long)reply->purchase_successful.left);
    actor_reply_free(reply);
    actor_system_free(system);
    return 0;
}
