/* SPDX-License-Identifier: MIT */
/* test_desk.c - the shop's desk, alone: between a customer, an inventory and an audit that are probes. */
#include "kit.h"

#include "shop.actor.h"

struct desk {
    actor_test *test;
    actor_system *system;
    actor_probe *inventory;
    actor_probe *audit;
    shop_purchase_ref ref;
    actor_future *sale;
};

static struct desk open_desk(void)
{
    struct desk d = { .test = kit_new() };
    d.system = actor_test_system(d.test);
    d.inventory = actor_probe_new(d.test, &shop_inventory__info);
    d.audit = actor_probe_new(d.test, &shop_audit__info);
    shop_purchase_args args = { .inventory = ACTOR_PROBE_REF(d.inventory, shop_inventory),
        .audit = ACTOR_PROBE_REF(d.audit, shop_audit) };
    assert_int_equal(shop_purchase_start(d.system, &args, &d.ref), ACTOR_OK);
    return d;
}

static void order(struct desk *d)
{
    shop_request_purchase request = {
        .order_id = 17, .product_id = 3, .count = 2, .customer = ACTOR_STRING("Ada")
    };
    assert_int_equal(shop_purchase_ask_request_purchase_async(
                             d->system, d->ref, &request, actor_seconds(5), &d->sale),
            ACTOR_OK);
}

/* Returns the end of the customer's ask; the reply, if there is one, is the caller's. */
static actor_err hear(struct desk *d, shop_request_purchase_reply **ret_reply)
{
    return shop_request_purchase_await(d->sale, ret_reply);
}

static void test_a_sale_is_told_to_the_audit_and_the_customer(void **state)
{
    struct desk d = open_desk();
    shop_request_purchase_reply *reply = NULL;
    (void)state;
    order(&d);
    const shop_buy_product *asked = ACTOR_EXPECT(d.inventory, shop_buy_product);
    assert_int_equal(asked->order_id, 17);
    assert_int_equal(asked->product_id, 3);
    assert_int_equal(asked->count, 2);
    assert_string_equal(asked->customer.data, "Ada");
    ACTOR_EXPECT_NOTHING(d.audit, 0);
    ACTOR_ANSWER(d.inventory, shop_purchase_successful, .order_id = 17, .product_id = 3,
            .count = 2, .left = 5, .customer = ACTOR_STRING("Ada"));
    const shop_sold *sold = ACTOR_EXPECT(d.audit, shop_sold);
    assert_int_equal(sold->order_id, 17);
    assert_string_equal(sold->customer.data, "Ada");
    assert_int_equal(hear(&d, &reply), ACTOR_OK);
    assert_int_equal(reply->kind, SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL);
    assert_int_equal(reply->purchase_successful.left, 5);
    actor_reply_free(reply);
    actor_test_free(d.test);
}

static void test_a_refusal_is_not_told_to_the_audit(void **state)
{
    struct desk d = open_desk();
    shop_request_purchase_reply *reply = NULL;
    (void)state;
    ACTOR_SCRIPT(d.inventory, shop_buy_product, shop_purchase_failed,
            .why = SHOP_REFUSAL_INSUFFICIENT_STOCK, .in_stock = 1);
    order(&d);
    assert_int_equal(hear(&d, &reply), ACTOR_OK);
    assert_int_equal(reply->kind, SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED);
    assert_int_equal(reply->purchase_failed.why, SHOP_REFUSAL_INSUFFICIENT_STOCK);
    actor_reply_free(reply);
    ACTOR_EXPECT_NOTHING(d.audit, actor_seconds(1));
    ACTOR_EXPECT_NOTHING(d.inventory, 0);
    actor_test_free(d.test);
}

static void test_an_inventory_that_does_not_answer_in_time(void **state)
{
    struct desk d = open_desk();
    shop_request_purchase_reply *reply = NULL;
    actor_duration before;
    (void)state;
    order(&d);
    (void)ACTOR_EXPECT(d.inventory, shop_buy_product);
    before = actor_now();
    assert_int_equal(hear(&d, &reply), ACTOR_ERR_TIMEOUT);
    /* `within 2s`, in virtual time, and not the 5 s of the customer. */
    assert_true(actor_now() - before >= actor_milliseconds(1990));
    assert_true(actor_now() - before < actor_milliseconds(2100));
    actor_test_free(d.test);
}

static void test_an_inventory_that_fails_or_has_gone(void **state)
{
    struct desk d = open_desk();
    shop_request_purchase_reply *reply = NULL;
    (void)state;
    order(&d);
    (void)ACTOR_EXPECT(d.inventory, shop_buy_product);
    ACTOR_ANSWER_ERROR(d.inventory, ACTOR_ERR_FAILED);
    assert_int_equal(hear(&d, &reply), ACTOR_ERR_FAILED);
    order(&d);
    (void)ACTOR_EXPECT(d.inventory, shop_buy_product);
    actor_probe_stop(d.inventory);
    assert_int_equal(hear(&d, &reply), ACTOR_ERR_STOPPED);
    order(&d);
    assert_int_equal(hear(&d, &reply), ACTOR_ERR_STOPPED);
    ACTOR_EXPECT_NOTHING(d.audit, actor_seconds(1));
    actor_test_free(d.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sale_is_told_to_the_audit_and_the_customer),
        cmocka_unit_test(test_a_refusal_is_not_told_to_the_audit),
        cmocka_unit_test(test_an_inventory_that_does_not_answer_in_time),
        cmocka_unit_test(test_an_inventory_that_fails_or_has_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
