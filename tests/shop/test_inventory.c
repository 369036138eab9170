/* SPDX-License-Identifier: MIT */
/* test_inventory.c - the inventory with its database, asked directly. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "books.h"
#include "shop.actor.h"

enum { TEAPOT = 1, KETTLE = 2, TOLD = 5000 };

struct fixture {
    char folder[40];
    char database[64];
    char warning[300]; /* what was logged last */
    actor_system *system;
    shop_inventory_ref inventory;
};

static void keep_line(void *context, actor_log_level level, const char *line)
{
    struct fixture *fixture = context;
    (void)level;
    (void)snprintf(fixture->warning, sizeof fixture->warning, "%s", line);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct store_why why;
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/shop-inventory-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->database, sizeof fixture->database, "%s/shop.db", fixture->folder);
    struct store *store = store_open(fixture->database, STORE_CREATE, &why);
    assert_non_null(store);
    assert_true(store_add_product(store, TEAPOT, "Teapot", 10));
    assert_true(store_add_product(store, KETTLE, "Kettle", 2 * TOLD));
    store_close(store);
    fixture->system = actor_system_new(
            &(actor_config){ .workers = 1, .log = keep_line, .hook_context = fixture });
    assert_non_null(fixture->system);
    shop_inventory_args args = { .database = actor_string_of(fixture->database), .group = 32 };
    assert_int_equal(
            shop_inventory_start(fixture->system, &args, &fixture->inventory), ACTOR_OK);
    *state = fixture;
    return 0;
}

/* Also checks what every test must leave: books that balance. */
static int teardown(void **state)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
    struct fixture *fixture = *state;
    struct store_why why;
    struct books books;
    assert_int_equal(actor_system_stop(fixture->system, actor_seconds(60)).err, ACTOR_OK);
    actor_system_free(fixture->system);
    struct store *store = store_open(fixture->database, STORE_MUST_EXIST, &why);
    assert_non_null(store);
    assert_true(books_check(store, NULL, 0, stdout, &books, &why));
    assert_int_equal(books.mismatches, 0);
    store_close(store);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", fixture->database, SUFFIXES[i]);
        (void)unlink(path);
    }
    int err = rmdir(fixture->folder);
    free(fixture);
    return err;
}

static shop_buy_product teapots(uint64_t order_id, uint32_t count)
{
    return (shop_buy_product){ .order_id = order_id,
        .product_id = TEAPOT,
        .count = count,
        .customer = ACTOR_STRING("Zo\xC3\xAB") };
}

/* Asks; how that ended, and the answer in `ret_left` and, if it was refused, `ret_why`. */
static actor_err ask(struct fixture *fixture, const shop_buy_product *request,
        uint32_t *ret_left, shop_refusal *ret_why)
{
    shop_buy_product_reply *reply;
    actor_err err = shop_inventory_ask_buy_product(
            fixture->system, fixture->inventory, request, actor_seconds(60), &reply);
    if (err != ACTOR_OK) {
        return err;
    }
    err = reply->error;
    *ret_why = (shop_refusal)0;
    if (reply->kind == SHOP_BUY_PRODUCT_REPLY_PURCHASE_SUCCESSFUL) {
        *ret_left = reply->purchase_successful.left;
        assert_true(reply->purchase_successful.order_id == request->order_id);
        assert_int_equal(reply->purchase_successful.product_id, request->product_id);
        assert_int_equal(reply->purchase_successful.count, request->count);
        assert_string_equal(reply->purchase_successful.customer.data, request->customer.data);
    } else if (reply->kind == SHOP_BUY_PRODUCT_REPLY_PURCHASE_FAILED) {
        *ret_left = reply->purchase_failed.in_stock;
        *ret_why = reply->purchase_failed.why;
    }
    actor_reply_free(reply);
    return err;
}

static void expect(
        struct fixture *fixture, shop_buy_product request, shop_refusal why, uint32_t left)
{
    uint32_t got_left;
    shop_refusal got_why;
    assert_int_equal(ask(fixture, &request, &got_left, &got_why), ACTOR_OK);
    assert_int_equal(got_why, why);
    assert_int_equal(got_left, left);
}

static void restock(struct fixture *fixture, uint32_t product_id, uint32_t count)
{
    assert_int_equal(shop_inventory_tell_restock(fixture->system, fixture->inventory,
                             &(shop_restock){ .product_id = product_id, .count = count }),
            ACTOR_OK);
}

static const shop_refusal SOLD = (shop_refusal)0;

static void test_each_answer_tells_what_is_left(void **state)
{
    struct fixture *fixture = *state;
    shop_buy_product unknown = { .order_id = 5, .product_id = 77, .count = 1 };
    expect(fixture, teapots(1, 4), SOLD, 6);
    expect(fixture, teapots(2, 7), SHOP_REFUSAL_INSUFFICIENT_STOCK, 6);
    expect(fixture, teapots(3, 0), SHOP_REFUSAL_INVALID_COUNT, 6);
    expect(fixture, teapots(4, 6), SOLD, 0);
    expect(fixture, unknown, SHOP_REFUSAL_UNKNOWN_PRODUCT, 0);
}

static void test_what_is_restocked_can_be_sold(void **state)
{
    struct fixture *fixture = *state;
    expect(fixture, teapots(1, 10), SOLD, 0);
    restock(fixture, TEAPOT, 5);
    expect(fixture, teapots(2, 3), SOLD, 2);
    restock(fixture, 77, 5);
    expect(fixture, teapots(3, 2), SOLD, 0);
    assert_non_null(strstr(fixture->warning, "cannot add 5 units to product 77"));
}

static void test_an_order_asked_again_is_answered_again_and_sold_once(void **state)
{
    struct fixture *fixture = *state;
    uint32_t left;
    shop_refusal why;
    shop_buy_product other = teapots(1, 5);
    expect(fixture, teapots(1, 4), SOLD, 6);
    expect(fixture, teapots(2, 1), SOLD, 5);
    expect(fixture, teapots(1, 4), SOLD, 6);
    expect(fixture, teapots(3, 1), SOLD, 4);
    assert_int_equal(ask(fixture, &other, &left, &why), ACTOR_ERR_INVALID);
    expect(fixture, teapots(4, 4), SOLD, 0);
}

static void test_order_ids_go_on_where_they_ended(void **state)
{
    struct fixture *fixture = *state;
    shop_first_free_order_reply *reply = NULL;
    expect(fixture, teapots(41, 1), SOLD, 9);
    assert_int_equal(shop_inventory_ask_first_free_order(fixture->system, fixture->inventory,
                             &(shop_first_free_order)SHOP_FIRST_FREE_ORDER_INIT,
                             actor_seconds(60), &reply),
            ACTOR_OK);
    assert_int_equal(reply->kind, SHOP_FIRST_FREE_ORDER_REPLY_ORDER_NUMBER);
    assert_int_equal(reply->order_number.order_id, 42);
    actor_reply_free(reply);
}

/* Nobody waits for the answers of these, and they make up groups all the same. */
static void tell_many(struct fixture *fixture)
{
    for (uint64_t i = 1; i <= TOLD; i++) {
        shop_buy_product request = { .order_id = i, .product_id = KETTLE, .count = 1 };
        assert_int_equal(
                shop_inventory_tell_buy_product(fixture->system, fixture->inventory, &request),
                ACTOR_OK);
    }
}

static void test_requests_that_are_told_are_sold(void **state)
{
    struct fixture *fixture = *state;
    tell_many(fixture);
    shop_buy_product last = {
        .order_id = TOLD + 1, .product_id = KETTLE, .count = 1, .customer = ACTOR_STRING("")
    };
    expect(fixture, last, SOLD, TOLD - 1);
}

/* ---- A group whose last member does not come ------------------------------------------ */

struct patient {
    pthread_t thread;
    struct fixture *fixture;
    actor_err err;
};

static void *wait_for_teapot(void *argument)
{
    struct patient *patient = argument;
    shop_buy_product request = teapots(TOLD + 1, 1);
    uint32_t left;
    shop_refusal why;
    patient->err = ask(patient->fixture, &request, &left, &why);
    return NULL;
}

static void count_sent(void *context, const actor_ledger_entry *entry)
{
    uint64_t *sent = context;
    if (strcmp(entry->message, "shop.BuyProduct") == 0) {
        *sent += entry->sent;
    }
}

/* The last request of the queue expires before its turn. Those before it, who were kept because
 * it was waiting, must not wait for it. */
static void test_a_request_that_expires_holds_nobody_up(void **state)
{
    struct fixture *fixture = *state;
    struct patient patient = { .fixture = fixture };
    shop_buy_product hasty = teapots(TOLD + 2, 1);
    shop_buy_product_reply *reply;
    tell_many(fixture);
    assert_int_equal(pthread_create(&patient.thread, NULL, wait_for_teapot, &patient), 0);
    for (uint64_t sent = 0; sent < TOLD + 1;) {
        sent = 0;
        actor_system_ledger(fixture->system, count_sent, &sent);
        (void)sched_yield();
    }
    actor_err err = shop_inventory_ask_buy_product(
            fixture->system, fixture->inventory, &hasty, actor_milliseconds(1), &reply);
    assert_int_equal(pthread_join(patient.thread, NULL), 0);
    assert_int_equal(patient.err, ACTOR_OK);
    print_message("the hasty one: %s\n", actor_err_text(err));
    if (err == ACTOR_OK) {
        actor_reply_free(reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_answer_tells_what_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_restocked_can_be_sold, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_an_order_asked_again_is_answered_again_and_sold_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order_ids_go_on_where_they_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_requests_that_are_told_are_sold, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_request_that_expires_holds_nobody_up, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
