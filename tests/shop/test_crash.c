/* SPDX-License-Identifier: MIT */
/*
 * test_crash.c - an inventory that fails in the middle of a transaction.
 *
 * A trigger in the database strikes when 7 units of a product are taken at once: by then the
 * answer is recorded and the stock is not, in a transaction that is open. The shop's own
 * inventory runs here, unchanged; that it can start again shows that its handle, and with it
 * the lock on the file, was released.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "books.h"
#include "shop.actor.h"

enum { PRODUCT = 1, STOCK = 1000000, BUYERS = 16, ROUNDS = 40, FATAL_COUNT = 7 };

static const char TRIGGER[] =
        "CREATE TRIGGER lightning BEFORE UPDATE ON product WHEN NEW.stock = OLD.stock - 7"
        " BEGIN SELECT RAISE(ABORT, 'struck by lightning'); END";

struct fixture {
    char folder[32];
    char database[64];
    actor_system *system;
    shop_shop_ref shop;
    shop_purchase_ref desks[2];
};

static void quiet(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct store_why why;
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/shop-crash-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->database, sizeof fixture->database, "%s/shop.db", fixture->folder);
    struct store *store = store_open(fixture->database, STORE_CREATE, &why);
    assert_non_null(store);
    assert_true(store_add_product(store, PRODUCT, "Lightning rod", STOCK));
    assert_int_equal(
            sqlite3_exec(store_connection(store), TRIGGER, NULL, NULL, NULL), SQLITE_OK);
    store_close(store);
    fixture->system = actor_system_new(&(actor_config){ .workers = 2, .log = quiet });
    assert_non_null(fixture->system);
    shop_shop_args args = { .database = actor_string_of(fixture->database), .group = 256 };
    assert_int_equal(shop_shop_start(fixture->system, &args, &fixture->shop), ACTOR_OK);
    assert_int_equal(
            shop_shop_desk_1(fixture->system, fixture->shop, &fixture->desks[0]), ACTOR_OK);
    assert_int_equal(
            shop_shop_desk_2(fixture->system, fixture->shop, &fixture->desks[1]), ACTOR_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
    struct fixture *fixture = *state;
    actor_system_free(fixture->system);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", fixture->database, SUFFIXES[i]);
        (void)unlink(path);
    }
    int err = rmdir(fixture->folder);
    free(fixture);
    return err;
}

/* Orders, and gives what the customer was told. */
static actor_err order(struct fixture *fixture, int desk, uint64_t order_id, uint32_t count,
        struct told *ret_told)
{
    shop_request_purchase_reply *reply;
    actor_err err = shop_purchase_ask_request_purchase(fixture->system, fixture->desks[desk],
            &(shop_request_purchase){
                    .order_id = order_id,
                    .product_id = PRODUCT,
                    .count = count,
                    .customer = ACTOR_STRING("Ann"),
            },
            actor_seconds(60), &reply);
    if (err != ACTOR_OK) {
        return err;
    }
    err = reply->error;
    if (err == ACTOR_OK) {
        assert_int_equal(reply->kind, SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL);
        *ret_told = (struct told){
            .order_id = order_id,
            .answer = { OUTCOME_SOLD, reply->purchase_successful.left },
        };
    }
    actor_reply_free(reply);
    return err;
}

/* Closes the shop and checks what it leaves. */
static void expect_balance(
        struct fixture *fixture, const struct told *told, size_t count, uint64_t units_left)
{
    struct store_why why;
    struct books books;
    assert_int_equal(actor_system_stop(fixture->system, actor_seconds(60)).err, ACTOR_OK);
    struct store *store = store_open(fixture->database, STORE_MUST_EXIST, &why);
    assert_non_null(store);
    assert_true(books_check(store, told, count, stdout, &books, &why));
    store_close(store);
    assert_int_equal(books.mismatches, 0);
    assert_int_equal(books.units_left, units_left);
}

static void test_a_failure_in_a_transaction_undoes_it_and_the_shop_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct told told[3];
    struct told none;
    assert_int_equal(order(fixture, 0, 1, 1, &told[0]), ACTOR_OK);
    assert_int_equal(order(fixture, 0, 2, FATAL_COUNT, &none), ACTOR_ERR_FAILED);
    assert_int_equal(order(fixture, 1, 3, 2, &told[1]), ACTOR_OK);
    assert_int_equal(order(fixture, 1, 2, 3, &told[2]), ACTOR_OK);
    assert_int_equal(told[2].answer.left, STOCK - 6);
    expect_balance(fixture, told, 3, STOCK - 6);
}

/* ---- Many at once --------------------------------------------------------------------- */

struct buyer {
    pthread_t thread;
    struct fixture *fixture;
    int number;
    unsigned failed;
    struct told told[ROUNDS];
};

/* Buys one unit in each round, asking again, with the same order id, when the inventory failed. */
static void *buy(void *argument)
{
    struct buyer *buyer = argument;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t order_id = 1000 + round * BUYERS + (unsigned)buyer->number;
        actor_err err;
        do {
            err = order(buyer->fixture, buyer->number % 2, order_id, 1, &buyer->told[round]);
            buyer->failed += err == ACTOR_ERR_FAILED;
        } while (err == ACTOR_ERR_FAILED);
        if (err != ACTOR_OK) {
            return buyer; /* not NULL: for the join to see */
        }
    }
    return NULL;
}

static void test_who_shared_the_transaction_may_ask_again(void **state)
{
    struct fixture *fixture = *state;
    static struct buyer buyers[BUYERS];
    static struct told told[BUYERS * ROUNDS];
    struct told none;
    for (int i = 0; i < BUYERS; i++) {
        buyers[i] = (struct buyer){ .fixture = fixture, .number = i };
        assert_int_equal(pthread_create(&buyers[i].thread, NULL, buy, &buyers[i]), 0);
    }
    assert_int_equal(order(fixture, 0, 1, FATAL_COUNT, &none), ACTOR_ERR_FAILED);
    assert_int_equal(order(fixture, 1, 2, FATAL_COUNT, &none), ACTOR_ERR_FAILED);
    unsigned failed = 0;
    for (int i = 0; i < BUYERS; i++) {
        void *result;
        assert_int_equal(pthread_join(buyers[i].thread, &result), 0);
        assert_null(result);
        failed += buyers[i].failed;
        memcpy(&told[i * ROUNDS], buyers[i].told, sizeof buyers[i].told);
    }
    print_message("%u orders failed with the two that were struck\n", failed);
    expect_balance(fixture, told, BUYERS * ROUNDS, STOCK - BUYERS * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_a_failure_in_a_transaction_undoes_it_and_the_shop_goes_on, setup,
                teardown),
        cmocka_unit_test_setup_teardown(
                test_who_shared_the_transaction_may_ask_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
