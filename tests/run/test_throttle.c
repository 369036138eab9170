/* SPDX-License-Identifier: MIT */
/*
 * `throttle`: who sends past the bound of such a mailbox is suspended until there is room, and
 * what reaches it all the same. The till waits at a gate, so that its mailbox fills.
 */
#include "throttled.actor.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

/* Where the till waits before it handles a message, and where the test waits until it does. */
struct gate {
    sem_t open;
    sem_t arrived;
    atomic_uint next; /* number of the item that is to come */
    atomic_uint out_of_order;
    atomic_uint handled;
};

struct throttled_till {
    struct gate *gate;
};

struct throttled_store {
    struct gate *gate;
};

struct throttled_bystander {
    char unused;
};

struct throttled_porter {
    throttled_porter_args args;
    uint32_t number;
};

struct throttled_depot {
    char unused;
};

struct throttled_producer {
    throttled_store_ref store;
};

ACTOR_STATE(throttled_till);
ACTOR_STATE(throttled_store);
ACTOR_STATE(throttled_bystander);
ACTOR_STATE(throttled_porter);
ACTOR_STATE(throttled_depot);
ACTOR_STATE(throttled_producer);

enum { OPEN = 100000 }; /* times: for ever */

static struct gate gate;
static actor_system *host;
static throttled_till_ref till;
static throttled_bystander_ref bystander;
static throttled_depot_ref depot;
static throttled_porter_ref porter;

static sem_t carried; /* a handler of the porter has sent what it was to */
static sem_t marked;
static sem_t got;
static atomic_uint marks;
static atomic_uint accepted;
static atomic_uint refused;

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

static void open_gate(int times)
{
    for (int i = 0; i < times; i++) {
        (void)sem_post(&gate.open);
    }
}

/* ---- Actors -------------------------------------------------------------------------------- */

static void pass(struct gate *g)
{
    (void)sem_post(&g->arrived);
    wait_for(&g->open);
    atomic_fetch_add(&g->handled, 1);
}

actor_result throttled_till_at_start(throttled_till *self, const throttled_till_args *args)
{
    self->gate = args->gate;
    return ACTOR_CONTINUE;
}

actor_result throttled_till_on_item(throttled_till *self, const throttled_item *msg)
{
    pass(self->gate);
    if (atomic_fetch_add(&self->gate->next, 1) != msg->number) {
        atomic_fetch_add(&self->gate->out_of_order, 1);
    }
    return msg->stops ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result throttled_till_on_close(throttled_till *self, const throttled_close *msg)
{
    (void)msg;
    pass(self->gate);
    return ACTOR_CONTINUE;
}

actor_result throttled_till_on_query(
        throttled_till *self, const throttled_query *msg, throttled_query_call call)
{
    (void)msg;
    pass(self->gate);
    (void)throttled_query_answer_found(call, &(throttled_found){ 0 });
    return ACTOR_CONTINUE;
}

actor_result throttled_store_at_start(throttled_store *self, const throttled_store_args *args)
{
    self->gate = args->gate;
    return ACTOR_CONTINUE;
}

actor_result throttled_store_on_item(throttled_store *self, const throttled_item *msg)
{
    (void)msg;
    atomic_fetch_add(&self->gate->handled, 1);
    return ACTOR_CONTINUE;
}

actor_result throttled_bystander_on_query(
        throttled_bystander *self, const throttled_query *msg, throttled_query_call call)
{
    (void)self;
    (void)msg;
    (void)throttled_query_answer_found(call, &(throttled_found){ 0 });
    return ACTOR_CONTINUE;
}

actor_result throttled_porter_at_start(
        throttled_porter *self, const throttled_porter_args *args)
{
    self->args = *args;
    return ACTOR_CONTINUE;
}

static void count(actor_err err)
{
    atomic_fetch_add(err == ACTOR_OK ? &accepted : &refused, 1);
}

actor_result throttled_porter_on_carry(throttled_porter *self, const throttled_carry *msg)
{
    uint32_t before = self->number;
    for (uint32_t i = 0; i < msg->items; i++) {
        throttled_item item = { .number = self->number };
        actor_err err = throttled_porter_tell_till_item(self, self->args.till, &item);
        self->number += err == ACTOR_OK ? 1 : 0;
        count(err);
    }
    for (uint32_t i = 0; i < msg->closes; i++) {
        count(throttled_porter_tell_till_close(self, self->args.till, &(throttled_close){ i }));
    }
    if (msg->asks) {
        throttled_porter_ask_query(self, self->args.bystander, &(throttled_query){ 0 });
    }
    (void)sem_post(&carried);
    if (msg->fails) {
        self->number = before;
        return actor_fail(self, "as told");
    }
    return ACTOR_CONTINUE;
}

actor_result throttled_porter_got_query(
        throttled_porter *self, const throttled_query_reply *reply)
{
    (void)self;
    (void)reply;
    (void)sem_post(&got);
    return ACTOR_CONTINUE;
}

actor_result throttled_porter_on_mark(throttled_porter *self, const throttled_mark *msg)
{
    (void)self;
    (void)msg;
    atomic_fetch_add(&marks, 1);
    (void)sem_post(&marked);
    return ACTOR_CONTINUE;
}

actor_result throttled_depot_on_fail(throttled_depot *self, const throttled_fail *msg)
{
    (void)msg;
    return actor_fail(self, "as told");
}

actor_result throttled_producer_at_start(
        throttled_producer *self, const throttled_producer_args *args)
{
    self->store = args->store;
    return ACTOR_CONTINUE;
}

actor_result throttled_producer_on_carry(throttled_producer *self, const throttled_carry *msg)
{
    for (uint32_t i = 0; i < msg->items; i++) {
        count(throttled_producer_tell_store_item(self, self->store, &(throttled_item){ 0 }));
    }
    return msg->fails ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

/* ---- What tests do ------------------------------------------------------------------------- */

static void carry(throttled_carry what)
{
    assert_int_equal(ACTOR_OK, throttled_porter_tell_carry(host, porter, &what));
    wait_for(&carried);
}

static void mark(void)
{
    assert_int_equal(
            ACTOR_OK, throttled_porter_tell_mark(host, porter, &(throttled_mark){ 0 }));
}

/* Whatever the one worker had to do before has been done when this returns. */
static void let_others_run(void)
{
    for (int i = 0; i < 3; i++) {
        throttled_query_reply *reply = NULL;
        assert_int_equal(ACTOR_OK, throttled_bystander_ask_query(host, bystander,
                                           &(throttled_query){ 0 }, actor_seconds(60), &reply));
        actor_reply_free(reply);
    }
}

static actor_err item_from_outside(uint32_t number, bool stops)
{
    throttled_item item = { .number = number, .stops = stops };
    return throttled_till_tell_item(host, till, &item);
}

static void ignore(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup_with(unsigned workers, actor_duration tell_timeout)
{
    gate.next = 0;
    gate.out_of_order = 0;
    gate.handled = 0;
    marks = 0;
    accepted = 0;
    refused = 0;
    sem_t *all[] = { &gate.open, &gate.arrived, &carried, &marked, &got };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (sem_init(all[i], 0, 0) != 0) {
            return -1;
        }
    }
    host = actor_system_new(&(actor_config){ .workers = workers,
            .log = ignore,
            .survive_root_failure = true,
            .tell_timeout = tell_timeout });
    throttled_till_args args = { .gate = &gate };
    if (host == NULL || throttled_till_start(host, &args, &till) != ACTOR_OK ||
            throttled_bystander_start(host, &bystander) != ACTOR_OK) {
        return -1;
    }
    throttled_depot_args of_depot = { .till = till, .bystander = bystander };
    return throttled_depot_start(host, &of_depot, &depot) == ACTOR_OK &&
                           throttled_depot_porter(host, depot, &porter) == ACTOR_OK
                   ? 0
                   : -1;
}

static int setup(void **state)
{
    (void)state;
    return setup_with(1, actor_seconds(60));
}

static int setup_impatient(void **state)
{
    (void)state;
    return setup_with(1, ACTOR_MILLISECOND);
}

static int setup_parallel(void **state)
{
    (void)state;
    return setup_with(4, actor_seconds(60));
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    assert_int_equal(0, e->queued + e->in_hand + e->stashed);
    assert_int_equal(e->sent, e->handled + dropped + e->dead_letters);
}

static int teardown(void **state)
{
    (void)state;
    open_gate(OPEN);
    assert_int_equal(0, actor_system_stop(host, actor_seconds(60)).abandoned);
    assert_int_equal(0, actor_system_actors(host));
    actor_system_ledger(host, check_entry, NULL);
    actor_system_free(host);
    return 0;
}

/* The till has item 0 in hand, and as many more wait as it has room for, and `more`. */
static void fill(uint32_t more)
{
    carry((throttled_carry){ .items = 1 });
    wait_for(&gate.arrived);
    carry((throttled_carry){ .items = 2 + more });
}

/* ---- Tests --------------------------------------------------------------------------------- */

static void test_who_fills_a_mailbox_is_not_suspended(void **state)
{
    (void)state;
    fill(0);
    mark();
    wait_for(&marked);
}

static void test_who_sends_past_the_bound_is_suspended_until_there_is_room(void **state)
{
    (void)state;
    fill(1);
    mark();
    let_others_run();
    assert_int_equal(0, marks);
    open_gate(1); /* item 0 is done and item 1 in hand: two wait */
    wait_for(&marked);
    assert_int_equal(1, gate.next);
}

static void test_past_twice_the_bound_sends_are_refused(void **state)
{
    (void)state;
    fill(5);
    assert_int_equal(5, accepted);
    assert_int_equal(3, refused);
    mark();
    let_others_run(); /* so that the till knows who waits before it goes on */
    open_gate(3);
    wait_for(&marked);
}

static void test_a_limit_suspends_as_well(void **state)
{
    (void)state;
    carry((throttled_carry){ .items = 1 });
    wait_for(&gate.arrived);
    carry((throttled_carry){ .closes = 2 });
    mark();
    let_others_run();
    assert_int_equal(0, marks);
    open_gate(1);
    wait_for(&marked);
}

static void test_a_failing_handler_has_sent_nothing_and_does_not_wait(void **state)
{
    (void)state;
    carry((throttled_carry){ .items = 1 });
    wait_for(&gate.arrived);
    carry((throttled_carry){ .items = 5, .fails = true });
    let_others_run();
    /* The depot has no supervision: its porter is gone, and all places are free again. */
    assert_int_equal(ACTOR_OK, item_from_outside(1, false));
    assert_int_equal(ACTOR_OK, item_from_outside(2, false));
    open_gate(3);
}

static void test_replies_reach_who_is_suspended(void **state)
{
    (void)state;
    carry((throttled_carry){ .items = 1 });
    wait_for(&gate.arrived);
    carry((throttled_carry){ .items = 3, .asks = true });
    mark();
    wait_for(&got);
    let_others_run();
    assert_int_equal(0, marks);
    open_gate(1);
    wait_for(&marked);
}

static void test_nothing_is_lost_and_order_is_kept(void **state)
{
    (void)state;
    open_gate(OPEN);
    for (int i = 0; i < 300; i++) {
        throttled_carry what = { .items = 2 };
        assert_int_equal(ACTOR_OK, throttled_porter_tell_carry(host, porter, &what));
    }
    for (int i = 0; i < 300; i++) {
        wait_for(&carried);
    }
    for (unsigned i = 0; i < accepted; i++) {
        wait_for(&gate.arrived);
    }
    assert_int_equal(600, accepted);
    assert_int_equal(0, refused);
    assert_int_equal(0, gate.out_of_order);
}

static void test_who_waits_for_an_actor_that_ends_goes_on(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, item_from_outside(0, true));
    wait_for(&gate.arrived);
    carry((throttled_carry){ .items = 4 });
    mark();
    let_others_run();
    assert_int_equal(0, marks);
    open_gate(1); /* and it stops */
    wait_for(&marked);
}

static void test_an_actor_may_end_while_it_is_suspended(void **state)
{
    (void)state;
    fill(1);
    mark();
    let_others_run();
    assert_int_equal(ACTOR_OK, throttled_depot_tell_fail(host, depot, &(throttled_fail){ 0 }));
    while (actor_system_actors(host) > 2) {
        let_others_run();
    }
    assert_int_equal(0, marks);
    open_gate(1);
    wait_for(&gate.arrived);
    open_gate(1);
    wait_for(&gate.arrived);
    /* Its places were given back as its items were handled. */
    assert_int_equal(ACTOR_OK, item_from_outside(4, false));
}

static void test_an_orderly_stop_waits_for_who_is_suspended(void **state)
{
    (void)state;
    fill(1);
    mark();
    assert_int_equal(ACTOR_OK, throttled_porter_stop(host, porter));
    let_others_run();
    assert_int_equal(0, marks);
    open_gate(1);
    wait_for(&marked);
}

static void test_an_outside_tell_gives_up_after_its_timeout(void **state)
{
    (void)state;
    fill(0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_ERR_TIMEOUT, item_from_outside(9, false));
    }
    open_gate(1);
    wait_for(&gate.arrived);
    assert_int_equal(ACTOR_OK, item_from_outside(3, false));
    assert_int_equal(ACTOR_ERR_TIMEOUT, item_from_outside(9, false));
}

static void test_an_outside_ask_gives_up_after_its_timeout(void **state)
{
    (void)state;
    throttled_query_reply *reply = NULL;
    fill(0);
    assert_int_equal(ACTOR_ERR_TIMEOUT,
            throttled_till_ask_query(host, till, &(throttled_query){ 0 }, 1000, &reply));
    open_gate(OPEN);
    assert_int_equal(ACTOR_OK, throttled_till_ask_query(host, till, &(throttled_query){ 0 },
                                       actor_seconds(60), &reply));
    actor_reply_free(reply);
}

static atomic_bool told;

static void *tell_one(void *unused)
{
    (void)unused;
    actor_err err = item_from_outside(3, false);
    atomic_store(&told, err == ACTOR_OK);
    return NULL;
}

static void test_an_outside_tell_blocks_until_there_is_room(void **state)
{
    (void)state;
    pthread_t thread;
    atomic_store(&told, false);
    fill(0);
    assert_int_equal(0, pthread_create(&thread, NULL, tell_one, NULL));
    let_others_run();
    assert_false(atomic_load(&told)); /* it has not begun, or it waits */
    open_gate(OPEN);                  /* the till hears of it when its turn is over */
    assert_int_equal(0, pthread_join(thread, NULL));
    assert_true(atomic_load(&told));
}

enum { PRODUCERS = 12, ROUNDS = 200, CLIENTS = 3 };

static throttled_store_ref store;
static throttled_producer_ref producers[PRODUCERS];

static void *be_client(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        count(throttled_store_tell_item(host, store, &(throttled_item){ 0 }));
    }
    return NULL;
}

static void test_many_producers_lose_nothing(void **state)
{
    (void)state;
    pthread_t clients[CLIENTS];
    assert_int_equal(ACTOR_OK,
            throttled_store_start(host, &(throttled_store_args){ .gate = &gate }, &store));
    for (int i = 0; i < PRODUCERS; i++) {
        assert_int_equal(
                ACTOR_OK, throttled_producer_start(host,
                                  &(throttled_producer_args){ .store = store }, &producers[i]));
    }
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(0, pthread_create(&clients[i], NULL, be_client, NULL));
    }
    for (int i = 0; i < PRODUCERS * ROUNDS; i++) {
        throttled_carry what = { .items = 1 + (uint32_t)i % 5 };
        assert_int_equal(
                ACTOR_OK, throttled_producer_tell_carry(host, producers[i % PRODUCERS], &what));
    }
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(0, pthread_join(clients[i], NULL));
    }
    for (int i = 0; i < PRODUCERS; i++) {
        assert_int_equal(ACTOR_OK, throttled_producer_stop(host, producers[i]));
    }
    while (actor_system_actors(host) > 5) {
        let_others_run();
    }
    assert_int_equal(ACTOR_OK, throttled_store_stop(host, store));
    while (actor_system_actors(host) > 4) {
        let_others_run();
    }
    assert_true(accepted > CLIENTS * ROUNDS);
    assert_int_equal(accepted, gate.handled);
    assert_int_equal(CLIENTS * ROUNDS + PRODUCERS * ROUNDS * 3, accepted + refused);
}

#define THROTTLE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        THROTTLE_TEST(test_who_fills_a_mailbox_is_not_suspended),
        THROTTLE_TEST(test_who_sends_past_the_bound_is_suspended_until_there_is_room),
        THROTTLE_TEST(test_past_twice_the_bound_sends_are_refused),
        THROTTLE_TEST(test_a_limit_suspends_as_well),
        THROTTLE_TEST(test_a_failing_handler_has_sent_nothing_and_does_not_wait),
        THROTTLE_TEST(test_replies_reach_who_is_suspended),
        THROTTLE_TEST(test_nothing_is_lost_and_order_is_kept),
        THROTTLE_TEST(test_who_waits_for_an_actor_that_ends_goes_on),
        THROTTLE_TEST(test_an_actor_may_end_while_it_is_suspended),
        THROTTLE_TEST(test_an_orderly_stop_waits_for_who_is_suspended),
        cmocka_unit_test_setup_teardown(
                test_an_outside_tell_gives_up_after_its_timeout, setup_impatient, teardown),
        THROTTLE_TEST(test_an_outside_ask_gives_up_after_its_timeout),
        THROTTLE_TEST(test_an_outside_tell_blocks_until_there_is_room),
        cmocka_unit_test_setup_teardown(
                test_many_producers_lose_nothing, setup_parallel, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
