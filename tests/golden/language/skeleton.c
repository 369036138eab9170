/*
 * The state and the functions of the actors of in.actor. This was written by "actorc skeleton"
 * and is yours now; in.actor.h says what each actor may do.
 */
#include "in.actor.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Inventory --------------------------------------------------------------------------- */

struct shop_inventory {
    char nothing_yet; /* C wants a member */
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
    (void)msg;
    /* In the end one of these is called:
     *     shop_buy_product_answer_purchase_successful(call, ...)
     *     shop_buy_product_answer_purchase_failed(call, ...)
     */
    shop_buy_product_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Audit ------------------------------------------------------------------------------- */

struct shop_audit {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(shop_audit);

actor_result shop_audit_on_sold(shop_audit *self, const shop_sold *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Purchase ---------------------------------------------------------------------------- */

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
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     shop_request_purchase_answer_purchase_successful(call, ...)
     *     shop_request_purchase_answer_purchase_failed(call, ...)
     */
    shop_request_purchase_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result shop_purchase_got_buy_product(shop_purchase *self,
        const shop_buy_product_reply *reply, shop_request_purchase_call call)
{
    (void)self;
    switch (reply->kind) {
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL:
        /* reply->purchase_successful */
        break;
    case SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED:
        /* reply->purchase_failed */
        break;
    case SHOP_BUY_PRODUCT_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    /* In the end one of these is called:
     *     shop_request_purchase_answer_purchase_successful(call, ...)
     *     shop_request_purchase_answer_purchase_failed(call, ...)
     */
    shop_request_purchase_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

/* ---- The program ------------------------------------------------------------------------- */

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    if (system == NULL) {
        fputs("no memory\n", stderr);
        return EXIT_FAILURE;
    }
    actor_err err = ACTOR_OK;
    if (err == ACTOR_OK) {
        shop_shop_args args = SHOP_SHOP_ARGS_INIT;
        shop_shop_ref ref;
        err = shop_shop_start(system, &args, &ref);
    }
    if (err != ACTOR_OK) {
        fprintf(stderr, "cannot start: %s\n", actor_err_text(err));
    }
    actor_system_stop(system, actor_seconds(10));
    actor_system_free(system);
    return err == ACTOR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
