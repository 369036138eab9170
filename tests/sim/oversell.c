/* SPDX-License-Identifier: MIT */
/*
 * oversell.c - a planted fault that a simulation has to find: an inventory that looks whether there is
 * enough when somebody wants to buy, and takes it when that has been paid for. With an argument it looks
 * again, and all is well; a second one says how many buyers there are at most.
 */
#include "oversell.actor.h"

#include <actorc/sim.h>

#include <stdlib.h>

enum { STOCK = 2, BUYERS_MAX = 4 };

struct oversell_bank {
    char none;
};
ACTOR_STATE(oversell_bank);
ACTOR_STATE(oversell_inventory);

actor_result oversell_bank_on_pay(
        oversell_bank *self, const oversell_pay *msg, oversell_pay_call call)
{
    (void)self;
    (void)msg;
    oversell_pay_answer_paid(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result oversell_inventory_at_start(
        oversell_inventory *self, const oversell_inventory_args *args)
{
    self->stock = args->stock;
    self->bank = args->bank;
    self->checks_again = args->checks_again;
    return ACTOR_CONTINUE;
}

actor_result oversell_inventory_on_buy(
        oversell_inventory *self, const oversell_buy *msg, oversell_buy_call call)
{
    if (self->stock < msg->count) {
        oversell_buy_answer_refused(call, NULL);
    } else {
        oversell_inventory_ask_pay(self, call, self->bank, NULL, msg);
    }
    return ACTOR_CONTINUE;
}

actor_result oversell_inventory_got_pay(oversell_inventory *self,
        const oversell_pay_reply *reply, const oversell_buy *context, oversell_buy_call call)
{
    if (reply->kind != OVERSELL_PAY_REPLY_PAID) {
        oversell_buy_fail(call, reply->error);
    } else if (self->checks_again && self->stock < context->count) {
        ACTOR_SOMETIMES("somebody was quicker");
        oversell_buy_answer_refused(call, NULL);
    } else {
        self->stock -= context->count;
        oversell_buy_answer_sold(call, &(oversell_sold){ .left = (uint32_t)self->stock });
    }
    return ACTOR_CONTINUE;
}

/* ---- The scenario --------------------------------------------------------------------------- */

struct watched {
    actor_system *system;
    oversell_inventory_ref inventory;
};

static bool nothing_is_oversold(void *context)
{
    const struct watched *w = context;
    const oversell_inventory *inventory = actor_sim_state(w->system, w->inventory.bits);
    return inventory == NULL || inventory->stock >= 0;
}

static void buy(struct watched *w, uint32_t most)
{
    actor_future *futures[BUYERS_MAX] = { NULL };
    uint32_t buyers = 1 + actor_sim_choose(most);
    for (uint32_t i = 0; i < buyers; i++) {
        (void)oversell_inventory_ask_buy_async(w->system, w->inventory,
                &(oversell_buy){ .count = 1 + actor_sim_choose(STOCK) }, actor_seconds(5),
                &futures[i]);
    }
    (void)actor_future_wait_all(futures, buyers, actor_seconds(10));
    for (uint32_t i = 0; i < buyers; i++) {
        actor_future_free(futures[i]);
    }
}

int main(int argc, char **argv)
{
    uint32_t most = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : BUYERS_MAX;
    struct watched w = { .system = actor_system_new(&(actor_config){ 0 }) };
    oversell_shop_ref shop;
    oversell_shop_args args = { .stock = STOCK, .checks_again = argc > 1 };
    if (w.system == NULL || oversell_shop_start(w.system, &args, &shop) != ACTOR_OK ||
            oversell_shop_inventory(w.system, shop, &w.inventory) != ACTOR_OK ||
            !actor_sim_invariant("nothing is oversold", nothing_is_oversold, &w)) {
        return 1;
    }
    buy(&w, most <= BUYERS_MAX ? most : BUYERS_MAX);
    (void)actor_system_stop(w.system, actor_seconds(60));
    actor_system_free(w.system);
    return 0;
}
