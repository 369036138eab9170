/* SPDX-License-Identifier: MIT */
/* undeclared_answer.c - does not compile: a purchase is not answered with a Sold. */
#include "shop.actor.h"

actor_err undeclared_answer(shop_request_purchase_call call);

actor_err undeclared_answer(shop_request_purchase_call call)
{
    return shop_request_purchase_answer_sold(call, &(shop_sold){ .order_id = 1 });
}
