/* SPDX-License-Identifier: MIT */
/*
 * test_backoff.c - what askers see while the inventory is being started again, and when its
 * supervisor gives up: they wait, at most to their deadline, and none hangs.
 *
 * The inventory here fails when it is restocked, and while `broken` fails to start as well, each
 * time after it was let through `gate`: so a test decides when, and no clock does.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "shop.actor.h"

enum { ASKERS = 8, RESTARTS = 3 /* in shop.actor */, SHORT_MS = 30, PATIENCE_S = 120 };

struct shop_inventory {
    uint32_t sold;
};
ACTOR_STATE(shop_inventory);

static atomic_bool broken;
static sem_t gate;

actor_result shop_inventory_at_start(shop_inventory *self, const shop_inventory_args *args)
{
    (void)args;
    if (!atomic_load(&broken)) {
        return ACTOR_CONTINUE;
    }
    while (sem_wait(&gate) != 0) {
    }
    return actor_fail(self, "the warehouse is on fire");
}

void shop_inventory_at_stop(shop_inventory *self)
{
    (void)self;
}

actor_result shop_inventory_on_buy_product(
        shop_inventory *self, const shop_buy_product *msg, shop_buy_product_call call)
{
    self->sold += msg->count;
    shop_buy_product_answer_purchase_successful(
            call, &(shop_purchase_successful){ .left = self->sold, .customer = msg->customer });
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    (void)msg;
    return actor_fail(self, "the lorry hit the warehouse");
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

/* ---- A shop under test ---------------------------------------------------------------- */

struct fixture {
    actor_system *system;
    shop_shop_ref shop;
    shop_inventory_ref inventory;
    shop_purchase_ref desk;
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
    assert_non_null(fixture);
    /* Ends a test that hangs, and so fails it. */
    (void)alarm(PATIENCE_S);
    atomic_store(&broken, false);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    fixture->system = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = quiet });
    assert_non_null(fixture->system);
    *state = fixture;
    return 0;
}

static void open_shop(struct fixture *fixture)
{
    actor_system *system = fixture->system;
    assert_int_equal(shop_shop_start(system, &(shop_shop_args){ 0 }, &fixture->shop), ACTOR_OK);
    assert_int_equal(shop_shop_inventory(system, fixture->shop, &fixture->inventory), ACTOR_OK);
    assert_int_equal(shop_shop_desk_1(system, fixture->shop, &fixture->desk), ACTOR_OK);
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    actor_stop_report report = actor_system_stop(fixture->system, actor_seconds(60));
    actor_system_free(fixture->system);
    free(fixture);
    return sem_destroy(&gate) != 0 || report.err != ACTOR_OK;
}

/* Lets the inventory fail; from now on it stands at the gate. */
static void break_inventory(struct fixture *fixture)
{
    atomic_store(&broken, true);
    assert_int_equal(shop_inventory_tell_restock(
                             fixture->system, fixture->inventory, &(shop_restock){ 1, 1 }),
            ACTOR_OK);
}

/* Asks the desk or the inventory; gives how it ended. */
static actor_err ask(struct fixture *fixture, bool at_desk, actor_duration timeout)
{
    actor_err err;
    if (at_desk) {
        shop_request_purchase_reply *reply;
        err = shop_purchase_ask_request_purchase(fixture->system, fixture->desk,
                &(shop_request_purchase){ .product_id = 1, .count = 1 }, timeout, &reply);
        if (err == ACTOR_OK) {
            err = reply->error;
            actor_reply_free(reply);
        }
    } else {
        shop_buy_product_reply *reply;
        err = shop_inventory_ask_buy_product(fixture->system, fixture->inventory,
                &(shop_buy_product){ .product_id = 1, .count = 1 }, timeout, &reply);
        if (err == ACTOR_OK) {
            err = reply->error;
            actor_reply_free(reply);
        }
    }
    return err;
}

/* Those who wait are told before the last actor is gone. */
static void wait_until_nobody_lives(struct fixture *fixture)
{
    while (actor_system_actors(fixture->system) > 0) {
        (void)sched_yield();
    }
}

/* ---- Tests ---------------------------------------------------------------------------- */

static void test_asks_while_it_restarts_wait_to_their_deadline(void **state)
{
    struct fixture *fixture = *state;
    open_shop(fixture);
    break_inventory(fixture);
    for (int at_desk = 0; at_desk <= 1; at_desk++) {
        actor_duration began = actor_now();
        assert_int_equal(
                ask(fixture, at_desk != 0, actor_milliseconds(SHORT_MS)), ACTOR_ERR_TIMEOUT);
        assert_true(actor_now() - began >= actor_milliseconds(SHORT_MS));
    }
    atomic_store(&broken, false);
    assert_int_equal(sem_post(&gate), 0);
    assert_int_equal(ask(fixture, false, actor_seconds(60)), ACTOR_OK);
    assert_int_equal(ask(fixture, true, actor_seconds(60)), ACTOR_OK);
}

struct asker {
    pthread_t thread;
    struct fixture *fixture;
    bool at_desk;
    actor_err err;
};

static void *wait_for_answer(void *argument)
{
    struct asker *asker = argument;
    asker->err = ask(asker->fixture, asker->at_desk, actor_seconds(60));
    return NULL;
}

static void count_sent(void *context, const actor_ledger_entry *entry)
{
    uint64_t *sent = context;
    if (strcmp(entry->message, "shop.BuyProduct") == 0) {
        *sent += entry->sent;
    }
}

/* Were it a deadline that ended them, that of the desks or that of the askers, they would end
 * TIMEOUT. */
static void test_asks_end_stopped_when_the_supervisor_gives_up(void **state)
{
    struct fixture *fixture = *state;
    struct asker askers[ASKERS];
    open_shop(fixture);
    break_inventory(fixture);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){ .fixture = fixture, .at_desk = i % 2 == 1 };
        assert_int_equal(
                pthread_create(&askers[i].thread, NULL, wait_for_answer, &askers[i]), 0);
    }
    /* What was sent waits for the inventory: nothing is handled before it has started. */
    for (uint64_t sent = 0; sent < ASKERS;) {
        sent = 0;
        actor_system_ledger(fixture->system, count_sent, &sent);
        (void)sched_yield();
    }
    for (int i = 0; i < RESTARTS; i++) {
        assert_int_equal(sem_post(&gate), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
        assert_int_equal(askers[i].err, ACTOR_ERR_STOPPED);
    }
    assert_int_equal(ask(fixture, false, actor_seconds(60)), ACTOR_ERR_STOPPED);
    assert_int_equal(ask(fixture, true, actor_seconds(60)), ACTOR_ERR_STOPPED);
    wait_until_nobody_lives(fixture);
}

static void test_a_shop_that_cannot_start_says_so(void **state)
{
    struct fixture *fixture = *state;
    atomic_store(&broken, true);
    for (int i = 0; i <= RESTARTS; i++) {
        assert_int_equal(sem_post(&gate), 0);
    }
    assert_int_equal(shop_shop_start(fixture->system, &(shop_shop_args){ 0 }, &fixture->shop),
            ACTOR_ERR_FAILED);
    wait_until_nobody_lives(fixture);
    /* Each start that was due has been tried. */
    assert_int_not_equal(sem_trywait(&gate), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_asks_while_it_restarts_wait_to_their_deadline, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_asks_end_stopped_when_the_supervisor_gives_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_shop_that_cannot_start_says_so, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
