/* SPDX-License-Identifier: MIT */
/*
 * test_race.c - the classic race. Of each product there are 10; two buyers at once ask for 6 and
 * for 5. Exactly one may succeed, and the other must be told what is truly left.
 *
 * The desks are the shop's own. The inventory is one that remembers its stock in memory, so that
 * 10,000 rounds take a moment; its handlers take the place of the shop's when this is linked.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shop.actor.h"

enum { ROUNDS = 10000, STOCK = 10, BUYERS = 2 };

static const uint32_t COUNTS[BUYERS] = { 6, 5 };

struct shop_inventory {
    uint32_t *stock; /* of product i, in round i */
};
ACTOR_STATE(shop_inventory);

actor_result shop_inventory_at_start(shop_inventory *self, const shop_inventory_args *args)
{
    (void)args;
    self->stock = malloc(ROUNDS * sizeof *self->stock);
    if (self->stock == NULL || actor_own(self, self->stock, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    for (int i = 0; i < ROUNDS; i++) {
        self->stock[i] = STOCK;
    }
    return ACTOR_CONTINUE;
}

void shop_inventory_at_stop(shop_inventory *self)
{
    (void)self;
}

actor_result shop_inventory_on_buy_product(
        shop_inventory *self, const shop_buy_product *msg, shop_buy_product_call call)
{
    uint32_t *stock = &self->stock[msg->product_id];
    if (msg->count > *stock) {
        shop_buy_product_answer_purchase_failed(call,
                &(shop_purchase_failed){ SHOP_REFUSAL_INSUFFICIENT_STOCK, .in_stock = *stock });
        return ACTOR_CONTINUE;
    }
    *stock -= msg->count;
    shop_buy_product_answer_purchase_successful(call, &(shop_purchase_successful){
                                                              .order_id = msg->order_id,
                                                              .product_id = msg->product_id,
                                                              .count = msg->count,
                                                              .left = *stock,
                                                              .customer = msg->customer,
                                                      });
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    self->stock[msg->product_id] += msg->count;
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

struct buyer {
    pthread_t thread;
    pthread_barrier_t *barrier;
    actor_system *system;
    shop_purchase_ref desk;
    uint32_t count;
    struct {
        actor_err err;
        shop_request_purchase_reply_kind kind;
        shop_refusal why;
        uint32_t left;
    } told[ROUNDS];
};

static void ask(struct buyer *buyer, uint32_t round)
{
    shop_request_purchase_reply *reply;
    shop_request_purchase request = {
        .product_id = round, .count = buyer->count, .customer = ACTOR_STRING("buyer")
    };
    buyer->told[round].err = shop_purchase_ask_request_purchase(
            buyer->system, buyer->desk, &request, actor_seconds(60), &reply);
    if (buyer->told[round].err != ACTOR_OK) {
        return;
    }
    buyer->told[round].kind = reply->kind;
    if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL) {
        buyer->told[round].left = reply->purchase_successful.left;
    } else if (reply->kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED) {
        buyer->told[round].why = reply->purchase_failed.why;
        buyer->told[round].left = reply->purchase_failed.in_stock;
    }
    actor_reply_free(reply);
}

static void *buy(void *argument)
{
    struct buyer *buyer = argument;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        (void)pthread_barrier_wait(buyer->barrier);
        ask(buyer, round);
    }
    return NULL;
}

static struct buyer buyers[BUYERS];

/* Lets both buy in every round, each at a desk of its own or both at one. */
static void race(bool one_desk)
{
    pthread_barrier_t barrier;
    shop_shop_ref shop;
    shop_purchase_ref desks[BUYERS];
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2 });
    assert_non_null(system);
    assert_int_equal(shop_shop_start(system, &(shop_shop_args){ .group = 1 }, &shop), ACTOR_OK);
    assert_int_equal(shop_shop_desk_1(system, shop, &desks[0]), ACTOR_OK);
    assert_int_equal(shop_shop_desk_2(system, shop, &desks[1]), ACTOR_OK);
    assert_int_equal(pthread_barrier_init(&barrier, NULL, BUYERS), 0);
    for (int i = 0; i < BUYERS; i++) {
        buyers[i].barrier = &barrier;
        buyers[i].system = system;
        buyers[i].desk = desks[one_desk ? 0 : i];
        buyers[i].count = COUNTS[i];
        assert_int_equal(pthread_create(&buyers[i].thread, NULL, buy, &buyers[i]), 0);
    }
    for (int i = 0; i < BUYERS; i++) {
        assert_int_equal(pthread_join(buyers[i].thread, NULL), 0);
    }
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
    assert_int_equal(actor_system_stop(system, actor_seconds(60)).err, ACTOR_OK);
    actor_system_free(system);
}

static void expect_one_winner(void)
{
    int wins[BUYERS] = { 0 };
    for (int round = 0; round < ROUNDS; round++) {
        int winner =
                buyers[0].told[round].kind == SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL
                        ? 0
                        : 1;
        int loser = 1 - winner;
        uint32_t left = STOCK - COUNTS[winner];
        assert_int_equal(buyers[winner].told[round].err, ACTOR_OK);
        assert_int_equal(buyers[loser].told[round].err, ACTOR_OK);
        assert_int_equal(buyers[winner].told[round].kind,
                SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL);
        assert_int_equal(
                buyers[loser].told[round].kind, SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED);
        assert_int_equal(buyers[loser].told[round].why, SHOP_REFUSAL_INSUFFICIENT_STOCK);
        assert_int_equal(buyers[winner].told[round].left, left);
        assert_int_equal(buyers[loser].told[round].left, left);
        wins[winner]++;
    }
    print_message("6 were sold in %d rounds, 5 in %d\n", wins[0], wins[1]);
}

static void test_two_buyers_at_two_desks_one_succeeds(void **state)
{
    (void)state;
    race(false);
    expect_one_winner();
}

static void test_two_buyers_at_one_desk_one_succeeds(void **state)
{
    (void)state;
    race(true);
    expect_one_winner();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_buyers_at_two_desks_one_succeeds),
        cmocka_unit_test(test_two_buyers_at_one_desk_one_succeeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
