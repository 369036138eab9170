/* SPDX-License-Identifier: MIT */
/*
 * shop.c - 1,000 buyers ask one inventory, each for one thing at a time and within five seconds; a purchase is one ask
 * and its answer. See bench.h for how it is called.
 */
#include "stock.actor.h"

#include "bench.h"

struct stock_inventory {
    uint32_t left[STOCK_PRODUCTS];
};
ACTOR_STATE(stock_inventory);

actor_result stock_inventory_at_start(stock_inventory *self)
{
    for (uint32_t i = 0; i < STOCK_PRODUCTS; i++) {
        self->left[i] = UINT32_MAX;
    }
    return ACTOR_CONTINUE;
}

actor_result stock_inventory_on_buy(
        stock_inventory *self, const stock_buy *msg, stock_buy_call call)
{
    if (msg->product >= STOCK_PRODUCTS || self->left[msg->product] < msg->count) {
        stock_buy_answer_refused(call, &(stock_refused){ 0 });
        return ACTOR_CONTINUE;
    }
    self->left[msg->product] -= msg->count;
    stock_buy_answer_sold(call, &(stock_sold){ self->left[msg->product] });
    return ACTOR_CONTINUE;
}

struct stock_buyer {
    stock_market_ref market;
    stock_inventory_ref inventory;
    uint32_t product;
    uint64_t to_buy;
    stock_home home;
};
ACTOR_STATE(stock_buyer);

actor_result stock_buyer_at_start(stock_buyer *self, const stock_buyer_args *args)
{
    self->market = args->market;
    self->inventory = args->inventory;
    self->product = args->product;
    return ACTOR_CONTINUE;
}

static void buy(stock_buyer *self)
{
    if (self->to_buy == 0) {
        stock_buyer_tell_market_home(self, self->market, &self->home);
        return;
    }
    self->to_buy--;
    self->product = (self->product + 7) % STOCK_PRODUCTS;
    stock_buyer_ask_buy(
            self, self->inventory, &(stock_buy){ .product = self->product, .count = 1 });
}

actor_result stock_buyer_on_go_shopping(stock_buyer *self, const stock_go_shopping *msg)
{
    self->to_buy = msg->purchases;
    buy(self);
    return ACTOR_CONTINUE;
}

actor_result stock_buyer_got_buy(stock_buyer *self, const stock_buy_reply *reply)
{
    switch (reply->kind) {
    case STOCK_BUY_REPLY_SOLD: self->home.sold++; break;
    case STOCK_BUY_REPLY_REFUSED: self->home.refused++; break;
    default: return actor_fail(self, "cannot buy: %s", actor_err_text(reply->error));
    }
    buy(self);
    return ACTOR_CONTINUE;
}

struct stock_market {
    stock_buyer_ref buyers[STOCK_BUYERS];
    stock_open_call call;
    uint32_t home;
    stock_closed closed;
};
ACTOR_STATE(stock_market);

actor_result stock_market_at_start(stock_market *self, const stock_market_args *args)
{
    for (uint32_t i = 0; i < STOCK_BUYERS; i++) {
        stock_buyer_args buyer = { .market = stock_market_self(self),
            .inventory = args->inventory,
            .product = i % STOCK_PRODUCTS };
        if (stock_market_spawn_buyer(self, &buyer, &self->buyers[i]) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn a buyer");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result stock_market_on_open(
        stock_market *self, const stock_open *msg, stock_open_call call)
{
    self->call = call;
    stock_open_keep(call);
    for (uint32_t i = 0; i < STOCK_BUYERS; i++) {
        stock_market_tell_buyer_go_shopping(
                self, self->buyers[i], &(stock_go_shopping){ msg->purchases_each });
    }
    return ACTOR_CONTINUE;
}

actor_result stock_market_on_home(stock_market *self, const stock_home *msg)
{
    self->closed.sold += msg->sold;
    self->closed.refused += msg->refused;
    if (++self->home == STOCK_BUYERS) {
        stock_open_answer_closed(self->call, &self->closed);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "shop", 1000000);
    uint64_t each = (bench.count + STOCK_BUYERS - 1) / STOCK_BUYERS;
    uint64_t purchases = each * STOCK_BUYERS;
    stock_inventory_ref inventory;
    stock_market_ref market;
    stock_open_reply *reply = NULL;
    bench_check("start the inventory", stock_inventory_start(bench.system, &inventory));
    bench_check("start the market",
            stock_market_start(bench.system, &(stock_market_args){ inventory }, &market));
    bench_begin(&bench);
    bench_check("go shopping", stock_market_ask_open(bench.system, market,
                                       &(stock_open){ each }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each purchase was made",
            reply->closed.sold == purchases && reply->closed.refused == 0);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, purchases);
}
