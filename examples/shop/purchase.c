/* SPDX-License-Identifier: MIT */
/* purchase.c - a desk: customers ask it, it asks the inventory and tells the audit. */
#include "shop.actor.h"

struct shop_purchase {
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
    shop_purchase_ask_buy_product(self, call, self->inventory,
            &(shop_buy_product){
                    .order_id = msg->order_id,
                    .product_id = msg->product_id,
                    .count = msg->count,
                    .customer = msg->customer,
            });
    return ACTOR_CONTINUE;
}

actor_result shop_purchase_got_buy_product(shop_purchase *self,
        const shop_buy_product_reply *reply, shop_request_purchase_call call)
{
    switch (reply->kind) {
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL: {
        const shop_purchase_successful *sale = &reply->purchase_successful;
        shop_purchase_tell_audit_sold(self, self->audit,
                &(shop_sold){
                        .order_id = sale->order_id,
                        .product_id = sale->product_id,
                        .count = sale->count,
                        .customer = sale->customer,
                });
        shop_request_purchase_answer_purchase_successful(call, sale);
        break;
    }
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED:
        shop_request_purchase_answer_purchase_failed(call, &reply->purchase_failed);
        break;
    case SHOP_BUY_PRODUCT_REPLY_ERROR: shop_request_purchase_fail(call, reply->error); break;
    }
    return ACTOR_CONTINUE;
}
