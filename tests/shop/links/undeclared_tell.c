/* SPDX-License-Identifier: MIT */
/* undeclared_tell.c - does not compile: the schema lets a desk tell the audit what was sold, and
 * not the inventory to restock. */
#include "shop.actor.h"

actor_err undeclared_tell(shop_purchase *self, shop_inventory_ref inventory);

actor_err undeclared_tell(shop_purchase *self, shop_inventory_ref inventory)
{
    return shop_purchase_tell_inventory_restock(
            self, inventory, &(shop_restock){ .product_id = 1, .count = 1 });
}
