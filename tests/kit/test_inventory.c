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

static actor_future *order_within(
        struct stock *s, uint64_t order_id, uint32_t count, actor_duration timeout)
{
    actor_future *future;
    shop_buy_product request = {
        .order_id = order_id, .product_id = 1, .count = count, .customer = ACTOR_STRING("Ada")
    };
    assert_int_equal(
            shop_inventory_ask_buy_product_async(s->system, s->ref, &request, timeout, &future),
            ACTOR_OK);
    return future;
}

static actor_future *order(struct stock *s, uint64_t order_id, uint32_t count)
{
    return order_within(s, order_id, count, actor_seconds(5));
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

/* A group that was full has left its message in the queue. */
static void test_a_group_is_ended_by_no_message_of_an_earlier_one(void **state)
{
    struct stock s = open_stock();
    uint64_t next = 0;
    (void)state;
    while (next < ORDERS) {
        actor_future_free(order(&s, ++next, 1));
    }
    /* The first opens a group; its message gets behind all five, and before the sixth. */
    assert_true(actor_test_step(s.test));
    actor_future_free(order(&s, ++next, 1));
    while (disk.record_count == 0) {
        assert_true(actor_test_step(s.test));
    }
    assert_int_equal(disk.record_count, GROUP);
    /* The fourth, the fifth, that message: the group has room for the sixth. */
    for (int i = 0; i < 3; i++) {
        assert_true(actor_test_step(s.test));
        assert_int_equal(disk.record_count, GROUP);
    }
    assert_true(actor_test_step(s.test));
    assert_int_equal(disk.record_count, 2 * GROUP);
    actor_test_free(s.test);
}

static void count_commits(void *context, const actor_ledger_entry *entry)
{
    uint64_t *sent = context;
    *sent += strcmp(entry->message, "shop.CommitGroup") == 0 ? entry->sent : 0;
}

static void test_a_group_has_one_message_that_ends_it(void **state)
{
    struct stock s = open_stock();
    uint64_t sent = 0;
    (void)state;
    for (uint32_t i = 0; i < ORDERS; i++) {
        actor_future_free(order(&s, i + 1, 1));
    }
    (void)actor_test_settle(s.test);
    actor_system_ledger(s.system, count_commits, &sent);
    assert_int_equal(sent, (ORDERS + GROUP - 1) / GROUP);
    actor_test_free(s.test);
}

/* Whom it waited for will not come; and each group has a number of its own, or the second would wait for ever. */
static void test_a_group_ends_when_the_rest_of_it_has_expired(void **state)
{
    struct stock s = open_stock();
    shop_buy_product_reply *reply = NULL;
    uint32_t left;
    (void)state;
    for (uint32_t i = 1; i <= 2; i++) {
        actor_future *patient = order(&s, i, 1);
        actor_future *hasty = order_within(&s, 10 + i, 1, actor_milliseconds(1));
        assert_true(actor_test_step(s.test));
        assert_int_equal(disk.record_count, i - 1);
        actor_test_pass(s.test, actor_milliseconds(2));
        (void)actor_test_settle(s.test);
        assert_int_equal(disk.record_count, i);
        assert_int_equal(hear(patient, &left), SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL);
        assert_int_equal(shop_buy_product_await(hasty, &reply), ACTOR_ERR_TIMEOUT);
    }
    actor_test_free(s.test);
}

extern bool (*actor__fault)(void);

static int allocations; /* until one fails; once */

static bool fails(void)
{
    return allocations-- == 1;
}

/* As above, but the given allocation of the handler that opens the group fails. False if there were not so many. */
static bool end_without(int allocation)
{
    struct stock s = open_stock();
    actor_future *patient = order(&s, 1, 1);
    actor_future *hasty = order_within(&s, 2, 1, actor_milliseconds(1));
    allocations = allocation;
    actor__fault = fails;
    assert_true(actor_test_step(s.test));
    actor__fault = NULL;
    actor_test_pass(s.test, actor_milliseconds(2));
    (void)actor_test_settle(s.test);
    assert_int_equal(actor_future_wait(patient, 0), ACTOR_OK);
    actor_future_free(patient);
    actor_future_free(hasty);
    actor_test_free(s.test);
    return allocations <= 0;
}

static void test_a_group_ends_when_there_is_no_memory_for_its_message(void **state)
{
    int tried = 1;
    (void)state;
    while (end_without(tried)) {
        tried++;
    }
    assert_true(tried > 1);
}

static void test_who_is_stopped_commits_the_group_that_is_open(void **state)
{
    struct stock s = open_stock();
    shop_buy_product_reply *reply = NULL;
    uint32_t left;
    (void)state;
    actor_future *joined = order(&s, 1, 1);
    actor_future *waited = order(&s, 2, 1);
    assert_true(actor_test_step(s.test));
    assert_int_equal(disk.record_count, 0);
    assert_int_equal(shop_inventory_kill(s.system, s.ref), ACTOR_OK);
    (void)actor_test_settle(s.test);
    assert_int_equal(disk.record_count, 1);
    assert_int_equal(hear(joined, &left), SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL);
    assert_int_equal(shop_buy_product_await(waited, &reply), ACTOR_ERR_STOPPED);
    actor_test_free(s.test);
}

static void test_a_failure_leaves_nothing_of_its_group_on_the_disk(void **state)
{
    struct stock s = open_stock();
    shop_buy_product_reply *reply = NULL;
    (void)state;
    disk.record_count = STORE_ORDERS - 1;
    actor_future *fits = order(&s, 1, 1);
    actor_future *fails = order(&s, 2, 1);
    (void)actor_test_settle(s.test);
    assert_string_equal(
            actor_system_failure(s.system), "shop.Inventory failed: too many orders");
    assert_int_equal(disk.record_count, STORE_ORDERS - 1);
    assert_int_equal(disk.shelves[0].left, 4);
    assert_int_equal(shop_buy_product_await(fits, &reply), ACTOR_ERR_FAILED);
    assert_int_equal(shop_buy_product_await(fails, &reply), ACTOR_ERR_FAILED);
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
        cmocka_unit_test(test_a_group_is_ended_by_no_message_of_an_earlier_one),
        cmocka_unit_test(test_a_group_has_one_message_that_ends_it),
        cmocka_unit_test(test_a_group_ends_when_the_rest_of_it_has_expired),
        cmocka_unit_test(test_a_group_ends_when_there_is_no_memory_for_its_message),
        cmocka_unit_test(test_who_is_stopped_commits_the_group_that_is_open),
        cmocka_unit_test(test_a_failure_leaves_nothing_of_its_group_on_the_disk),
        cmocka_unit_test(test_the_same_order_is_answered_alike),
        cmocka_unit_test(test_stock_that_comes_in_is_sold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
