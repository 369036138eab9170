/* SPDX-License-Identifier: MIT */
/* test_inventory.c - the shop's inventory, alone, with a database in memory (tests/sim/shop_store.c). */
#include "kit.h"

#include "shop.actor.h"
#include "shop_store.h"

enum { ORDERS = 5, GROUP = 3 };

struct stock {
    actor_test *test;
    actor_system *system;
    shop_inventory_ref ref;
};

static struct stock open_stock(void)
{
    struct stock s = { .test = kit_new() };
    s.system = actor_test_system(s.test);
    disk = (struct disk){ .shelves = { { 4, 4 } } };
    disk_failures = 0;
    shop_inventory_args args = { .database = ACTOR_STRING("disk"), .group = GROUP };
    assert_int_equal(shop_inventory_start(s.system, &args, &s.ref), ACTOR_OK);
    return s;
}

static actor_future *order(struct stock *s, uint64_t order_id, uint32_t count)
{
    actor_future *future;
    shop_buy_product request = {
        .order_id = order_id, .product_id = 1, .count = count, .customer = ACTOR_STRING("Ada")
    };
    assert_int_equal(shop_inventory_ask_buy_product_async(
                             s->system, s->ref, &request, actor_seconds(5), &future),
            ACTOR_OK);
    return future;
}

/* Returns the kind of the reply, and what is left. */
static int hear(actor_future *future, uint32_t *ret_left)
{
    shop_buy_product_reply *reply = NULL;
    assert_int_equal(shop_buy_product_await(future, &reply), ACTOR_OK);
    int kind = (int)reply->kind;
    *ret_left = kind == SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL
                        ? reply->purchase_successful.left
                        : reply->purchase_failed.in_stock;
    actor_reply_free(reply);
    return kind;
}

static void test_nobody_hears_before_the_group_is_on_the_disk(void **state)
{
    struct stock s = open_stock();
    actor_future *sales[ORDERS];
    uint32_t left;
    (void)state;
    for (uint32_t i = 0; i < ORDERS; i++) {
        sales[i] = order(&s, i + 1, 1);
    }
    /* The first two join a group that is still open. */
    assert_true(actor_test_step(s.test));
    assert_true(actor_test_step(s.test));
    assert_int_equal(disk.record_count, 0);
    assert_int_equal(actor_future_wait(sales[0], 0), ACTOR_ERR_TIMEOUT);
    assert_true(actor_test_step(s.test));
    assert_int_equal(disk.record_count, GROUP);
    assert_int_equal(actor_future_wait(sales[2], 0), ACTOR_OK);
    (void)actor_test_settle(s.test);
    assert_int_equal(disk.record_count, ORDERS);
    for (uint32_t i = 0; i < ORDERS; i++) {
        int kind = hear(sales[i], &left);
        assert_int_equal(kind, i < 4 ? SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL
                                     : SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED);
        assert_int_equal(left, i < 4 ? 3 - i : 0);
    }
    actor_test_free(s.test);
}

static void test_the_same_order_is_answered_alike(void **state)
{
    struct stock s = open_stock();
    uint32_t left;
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
                hear(order(&s, 1, 3), &left), SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL);
        assert_int_equal(left, 1);
    }
    assert_int_equal(disk.shelves[0].left, 1);
    actor_test_free(s.test);
}

static void test_stock_that_comes_in_is_sold(void **state)
{
    struct stock s = open_stock();
    uint32_t left;
    (void)state;
    assert_int_equal(hear(order(&s, 1, 5), &left), SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED);
    assert_int_equal(shop_inventory_tell_restock(
                             s.system, s.ref, &(shop_restock){ .product_id = 1, .count = 2 }),
            ACTOR_OK);
    assert_int_equal(hear(order(&s, 2, 5), &left), SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL);
    assert_int_equal(left, 1);
    actor_test_free(s.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_hears_before_the_group_is_on_the_disk),
        cmocka_unit_test(test_the_same_order_is_answered_alike),
        cmocka_unit_test(test_stock_that_comes_in_is_sold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
