/* SPDX-License-Identifier: MIT */
/* test_kit.c - the test kit itself: what it says when something is not as expected, steps and time. */
#include "kit.h"

#include "oversell.actor.h"

#include <stdio.h>

static char said[1024];

static void note(const char *file, int line, const char *text)
{
    assert_non_null(strstr(file, "test_kit.c"));
    assert_true(line > 0);
    (void)snprintf(said, sizeof said, "%s", text);
}

struct bench {
    actor_test *test;
    actor_system *system;
    actor_probe *inventory;
    oversell_inventory_ref ref;
};

static struct bench begin(void)
{
    struct bench b = { .test = actor_test_new(&(actor_test_config){ .fail = note }) };
    assert_non_null(b.test);
    b.system = actor_test_system(b.test);
    b.inventory = actor_probe_new(b.test, &oversell_inventory__info);
    assert_non_null(b.inventory);
    b.ref = ACTOR_PROBE_REF(b.inventory, oversell_inventory);
    said[0] = '\0';
    return b;
}

static void tell(struct bench *b, uint32_t count)
{
    assert_int_equal(
            oversell_inventory_tell_buy(b->system, b->ref, &(oversell_buy){ .count = count }),
            ACTOR_OK);
}

static void test_messages_come_in_order_and_stay(void **state)
{
    struct bench b = begin();
    const oversell_buy *got[3];
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        tell(&b, i);
    }
    assert_int_equal(actor_test_settle(b.test), 3);
    assert_int_equal(actor_probe_count(b.inventory), 3);
    for (int i = 0; i < 3; i++) {
        got[i] = ACTOR_EXPECT(b.inventory, oversell_buy);
    }
    assert_int_equal(got[0]->count, 0);
    assert_int_equal(got[2]->count, 2);
    assert_string_equal(said, "");
    actor_test_free(b.test);
}

static void test_steps_are_single(void **state)
{
    struct bench b = begin();
    (void)state;
    tell(&b, 1);
    tell(&b, 2);
    assert_int_equal(actor_probe_count(b.inventory), 0);
    assert_true(actor_test_step(b.test));
    assert_int_equal(actor_probe_count(b.inventory), 1);
    assert_true(actor_test_step(b.test));
    assert_int_equal(actor_probe_count(b.inventory), 2);
    assert_false(actor_test_step(b.test));
    actor_test_free(b.test);
}

static void test_what_is_missing_is_told(void **state)
{
    struct bench b = begin();
    actor_duration before = actor_now();
    (void)state;
    (void)ACTOR_EXPECT(b.inventory, oversell_buy);
    assert_string_equal(said, "oversell.Inventory: expected oversell.Buy, got nothing");
    assert_true(actor_now() - before >= actor_seconds(1));
    actor_test_free(b.test);
}

static void test_what_is_too_much_is_told(void **state)
{
    struct bench b = begin();
    (void)state;
    tell(&b, 7);
    ACTOR_EXPECT_NOTHING(b.inventory, 0);
    assert_non_null(strstr(said, "oversell.Inventory: expected nothing, got "));
    assert_non_null(strstr(said, "{count: 7}"));
    (void)ACTOR_EXPECT(b.inventory, oversell_pay);
    assert_non_null(strstr(said, "expected oversell.Pay, got "));
    actor_test_free(b.test);
}

static void test_what_cannot_be_answered_is_told(void **state)
{
    struct bench b = begin();
    actor_future *sale;
    (void)state;
    ACTOR_ANSWER(b.inventory, oversell_sold, .left = 1);
    assert_string_equal(said, "oversell.Inventory: there is no request to be answered");
    assert_int_equal(oversell_inventory_ask_buy_async(b.system, b.ref,
                             &(oversell_buy){ .count = 1 }, actor_seconds(1), &sale),
            ACTOR_OK);
    (void)ACTOR_EXPECT(b.inventory, oversell_buy);
    ACTOR_ANSWER(b.inventory, oversell_paid, 0);
    assert_string_equal(said, "oversell.Inventory: oversell.Paid is no answer to oversell.Buy");
    ACTOR_ANSWER(b.inventory, oversell_sold, .left = 1);
    said[0] = '\0';
    ACTOR_ANSWER(b.inventory, oversell_sold, .left = 1);
    assert_non_null(strstr(said, "oversell.Inventory: cannot answer: "));
    oversell_buy_reply *reply = NULL;
    assert_int_equal(oversell_buy_await(sale, &reply), ACTOR_OK);
    assert_int_equal(reply->sold.left, 1);
    actor_reply_free(reply);
    actor_test_free(b.test);
}

static void test_scripts_answer_until_another_does(void **state)
{
    struct bench b = begin();
    oversell_buy_reply *reply = NULL;
    (void)state;
    for (uint32_t i = 1; i <= 2; i++) {
        ACTOR_SCRIPT(b.inventory, oversell_buy, oversell_sold, .left = i);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(oversell_inventory_ask_buy(b.system, b.ref,
                                     &(oversell_buy){ .count = 1 }, actor_seconds(1), &reply),
                    ACTOR_OK);
            assert_int_equal(reply->sold.left, i);
            actor_reply_free(reply);
        }
    }
    ACTOR_EXPECT_NOTHING(b.inventory, 0);
    ACTOR_SCRIPT(b.inventory, oversell_buy, oversell_paid, 0);
    assert_string_equal(said, "oversell.Inventory: oversell.Paid is no answer to oversell.Buy");
    actor_test_free(b.test);
}

static void test_a_probe_can_fail(void **state)
{
    struct bench b = begin();
    actor_future *sale;
    oversell_buy_reply *reply = NULL;
    (void)state;
    assert_int_equal(oversell_inventory_ask_buy_async(b.system, b.ref,
                             &(oversell_buy){ .count = 1 }, actor_seconds(1), &sale),
            ACTOR_OK);
    (void)ACTOR_EXPECT(b.inventory, oversell_buy);
    actor_probe_crash(b.inventory);
    assert_int_equal(oversell_buy_await(sale, &reply), ACTOR_ERR_FAILED);
    actor_test_free(b.test);
}

static void test_time_passes_only_when_it_is_told_to(void **state)
{
    struct bench b = begin();
    actor_duration before = actor_now();
    (void)state;
    (void)actor_test_settle(b.test);
    assert_int_equal(actor_now(), before);
    actor_test_advance(b.test, actor_seconds(3600));
    assert_true(actor_now() >= before + actor_seconds(3600));
    assert_true(actor_now() < before + actor_seconds(3601));
    actor_test_free(b.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_come_in_order_and_stay),
        cmocka_unit_test(test_steps_are_single),
        cmocka_unit_test(test_what_is_missing_is_told),
        cmocka_unit_test(test_what_is_too_much_is_told),
        cmocka_unit_test(test_what_cannot_be_answered_is_told),
        cmocka_unit_test(test_scripts_answer_until_another_does),
        cmocka_unit_test(test_a_probe_can_fail),
        cmocka_unit_test(test_time_passes_only_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
