/* SPDX-License-Identifier: MIT */
/*
 * The program of the language's own example, as the manual shows it, with handlers for the two
 * actors that the manual leaves out. run.sh compiles it strictly, and links it.
 */
#include "in.actor.h"

struct shop_purchase { /* private state; zeroed before the start hook */
    shop_inventory_ref inventory;
    shop_audit_ref audit;
};
ACTOR_STATE(shop_purchase);

actor_result shop_purchase_at_start(shop_purchase *self, const shop_purchase_args *args)
{
    self->inventory = args->inventory;
    self->audit = args->audit;
    return ACTOR_CONTINUE;
}

actor_result shop_purchase_on_request_purchase(
        shop_purchase *self, const shop_request_purchase *msg, shop_request_purchase_call call)
{
    /* `call` travels in the pending ask; the continuation below gets it back. */
    shop_purchase_ask_buy_product(self, call, self->inventory,
            &(shop_buy_product){ .product_id = msg->product_id, .count = msg->count });
    return ACTOR_CONTINUE;
}

actor_result shop_purchase_got_buy_product(shop_purchase *self,
        const shop_buy_product_reply *reply, shop_request_purchase_call call)
{
    (void)self;
    switch (reply->kind) {
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL:
        shop_request_purchase_answer_purchase_successful(call, &reply->purchase_successful);
        break;
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED:
        shop_request_purchase_answer_purchase_failed(call, &reply->purchase_failed);
        break;
    case SHOP_BUY_PRODUCT_REPLY_ERROR: /* timed out, inventory stopped, mailbox full */
        shop_request_purchase_fail(call, reply->error);
        break;
    }
    return ACTOR_CONTINUE;
}

struct shop_inventory {
    uint32_t left;
};
ACTOR_STATE(shop_inventory);

actor_result shop_inventory_at_start(shop_inventory *self, const shop_inventory_args *args)
{
    self->left = args->database.len > 0 ? 10 : 0;
    return ACTOR_CONTINUE;
}

void shop_inventory_at_stop(shop_inventory *self)
{
    self->left = 0;
}

actor_result shop_inventory_on_buy_product(
        shop_inventory *self, const shop_buy_product *msg, shop_buy_product_call call)
{
    if (msg->count > self->left) {
        shop_buy_product_answer_purchase_failed(
                call, &(shop_purchase_failed){ SHOP_REFUSAL_INSUFFICIENT_STOCK, self->left });
        return ACTOR_CONTINUE;
    }
    self->left -= msg->count;
    shop_buy_product_answer_purchase_successful(
            call, &(shop_purchase_successful){ self->left });
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    self->left += msg->count;
    return ACTOR_CONTINUE;
}

struct shop_audit {
    uint64_t sold;
};
ACTOR_STATE(shop_audit);

actor_result shop_audit_on_sold(shop_audit *self, const shop_sold *msg)
{
    self->sold += msg->count;
    return ACTOR_CONTINUE;
}

/* Buys so many, and returns what the reply says is left; -1 for anything else. */
static int buy(actor_system *system, shop_purchase_ref desk, uint32_t count)
{
    shop_request_purchase order = SHOP_REQUEST_PURCHASE_INIT;
    order.product_id = 7;
    order.count = count;
    order.customer = actor_string_of("somebody");
    shop_request_purchase_reply *reply;
    if (shop_purchase_ask_request_purchase(system, desk, &order, actor_seconds(30), &reply) !=
            ACTOR_OK) {
        return -1;
    }
    int left = -1;
    if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL) {
        left = (int)reply->purchase_successful.left;
    } else if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED &&
               reply->purchase_failed.why == SHOP_REFUSAL_INSUFFICIENT_STOCK) {
        left = 100 + (int)reply->purchase_failed.in_stock;
    }
    actor_reply_free(reply);
    return left;
}

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    shop_shop_ref shop;
    if (system == NULL ||
            shop_shop_start(system, &(shop_shop_args){ .database = ACTOR_STRING("shop.db") },
                    &shop) != ACTOR_OK) {
        return 1;
    }
    shop_purchase_ref desk;
    if (shop_shop_desk(system, shop, &desk) != ACTOR_OK) {
        return 2;
    }
    int first = buy(system, desk, 6);
    int second = buy(system, desk, 5);
    int third = buy(system, desk, 4);
    actor_system_stop(system, actor_seconds(10));
    actor_system_free(system);
    return first == 4 && second == 104 && third == 0 ? 0 : 3;
}
