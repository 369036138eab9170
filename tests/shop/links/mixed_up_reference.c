/* SPDX-License-Identifier: MIT */
/* mixed_up_reference.c - does not compile: the reference of an audit is not that of a desk. */
#include "shop.actor.h"

actor_err mixed_up_reference(actor_system *system, shop_audit_ref audit);

actor_err mixed_up_reference(actor_system *system, shop_audit_ref audit)
{
    return shop_purchase_tell_request_purchase(
            system, audit, &(shop_request_purchase){ .product_id = 1 });
}
