/* SPDX-License-Identifier: MIT */
/* client.c - a customer's program: it knows how to ask a desk and has no handler at all. */
#include <stdio.h>

#include "shop.actor.h"

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });
    shop_purchase_ref nobody = { 0 };
    shop_request_purchase order = SHOP_REQUEST_PURCHASE_INIT;
    shop_request_purchase_reply *reply;
    if (system == NULL) {
        return 1;
    }
    actor_err err = shop_purchase_ask_request_purchase(
            system, nobody, &order, actor_seconds(60), &reply);
    (void)printf("%lu wanted: %s\n", (unsigned long)order.count, actor_err_text(err));
    actor_system_free(system);
    return 0;
}
