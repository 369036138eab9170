/* SPDX-License-Identifier: MIT */
/*
 * `reserve N`: places of a mailbox that only one message can use, and which of them come back when
 * a message leaves.
 */
#include "gated.actor.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Where the desk waits before it handles a message, and where the test waits until it does. */
struct desk_gate {
    sem_t open;
    sem_t arrived;
};

struct gated_desk {
    struct desk_gate *gate;
};

struct gated_clerk {
    gated_desk_ref desk;
    actor_err item_err; /* of the last that was told */
    actor_err close_err;
};

ACTOR_STATE(gated_desk);
ACTOR_STATE(gated_clerk);

static struct desk_gate gate;
static actor_system *host;
static gated_desk_ref desk;

/* What the clerk's last handler was told. */
static struct gated_clerk last;
static sem_t sent;

/* ---- Actors -------------------------------------------------------------------------------- */

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

static actor_result pass(const gated_desk *self)
{
    (void)sem_post(&self->gate->arrived);
    wait_for(&self->gate->open);
    return ACTOR_CONTINUE;
}

actor_result gated_desk_at_start(gated_desk *self, const gated_desk_args *args)
{
    self->gate = args->gate;
    return ACTOR_CONTINUE;
}

actor_result gated_desk_on_item(gated_desk *self, const gated_item *msg)
{
    (void)msg;
    return pass(self);
}

actor_result gated_desk_on_close(gated_desk *self, const gated_close *msg)
{
    (void)msg;
    return pass(self);
}

actor_result gated_desk_on_query(
        gated_desk *self, const gated_query *msg, gated_query_call call)
{
    (void)gated_query_answer_found(call, &(gated_found){ .number = msg->number });
    return pass(self);
}

actor_result gated_clerk_at_start(gated_clerk *self, const gated_clerk_args *args)
{
    self->desk = args->desk;
    return ACTOR_CONTINUE;
}

actor_result gated_clerk_on_send(gated_clerk *self, const gated_send *msg)
{
    for (uint32_t i = 0; i < msg->items; i++) {
        self->item_err = gated_clerk_tell_desk_item(self, self->desk, &(gated_item){ i });
    }
    for (uint32_t i = 0; i < msg->closes; i++) {
        self->close_err = gated_clerk_tell_desk_close(self, self->desk, &(gated_close){ i });
    }
    last = *self;
    (void)sem_post(&sent);
    return msg->fails ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

/* ---- What tests do ------------------------------------------------------------------------- */

static actor_err item(void)
{
    return gated_desk_tell_item(host, desk, &(gated_item){ 0 });
}

static actor_err close_one(void)
{
    return gated_desk_tell_close(host, desk, &(gated_close){ 0 });
}

static actor_err query(void)
{
    return gated_desk_tell_query(host, desk, &(gated_query){ 0 });
}

/* Lets the desk finish its message; waits until it has the next one in hand, whose place is free. */
static void next_message(void)
{
    (void)sem_post(&gate.open);
    wait_for(&gate.arrived);
}

static void ignore(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    (void)state;
    if (sem_init(&gate.open, 0, 0) != 0 || sem_init(&gate.arrived, 0, 0) != 0 ||
            sem_init(&sent, 0, 0) != 0) {
        return -1;
    }
    host = actor_system_new(&(actor_config){ .workers = 2, .log = ignore });
    if (host == NULL ||
            gated_desk_start(host, &(gated_desk_args){ .gate = &gate }, &desk) != ACTOR_OK ||
            item() != ACTOR_OK) {
        return -1;
    }
    wait_for(&gate.arrived); /* in hand: the mailbox is empty */
    return 0;
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
    for (int i = 0; i < 100; i++) {
        (void)sem_post(&gate.open);
    }
    assert_int_equal(0, actor_system_stop(host, actor_seconds(30)).abandoned);
    actor_system_ledger(host, check_entry, NULL);
    actor_system_free(host);
    (void)sem_destroy(&gate.open);
    (void)sem_destroy(&gate.arrived);
    (void)sem_destroy(&sent);
    return 0;
}

/* ---- Tests --------------------------------------------------------------------------------- */

static void test_others_cannot_use_reserved_places(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, item());
    assert_int_equal(ACTOR_ERR_REFUSED, item());
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_ERR_REFUSED, close_one());
    assert_int_equal(ACTOR_OK, query());
    assert_int_equal(ACTOR_OK, query());
    assert_int_equal(ACTOR_ERR_REFUSED, query());
}

static void test_who_has_reserved_places_may_use_the_others_too(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_ERR_REFUSED, close_one());
    assert_int_equal(ACTOR_ERR_REFUSED, item());
}

static void test_a_limit_holds_for_reserved_places_too(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, query());
    assert_int_equal(ACTOR_OK, query());
    assert_int_equal(ACTOR_ERR_REFUSED, query());
    assert_int_equal(ACTOR_OK, item());
}

/* The first close has the place of its own, the second the one for all. */
static void test_each_message_gives_back_the_place_it_had(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_OK, close_one());
    next_message();
    assert_int_equal(ACTOR_ERR_REFUSED, item());
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_ERR_REFUSED, close_one());
    next_message();
    assert_int_equal(ACTOR_OK, item());
    assert_int_equal(ACTOR_ERR_REFUSED, item());
    next_message();
    assert_int_equal(ACTOR_OK, close_one());
    assert_int_equal(ACTOR_ERR_REFUSED, close_one());
}

/* If a failing handler kept its places, or gave back others, the second round would differ. */
static void test_a_failing_handler_gives_reserved_places_back(void **state)
{
    (void)state;
    gated_office_ref office;
    gated_clerk_ref clerk;
    assert_int_equal(
            ACTOR_OK, gated_office_start(host, &(gated_office_args){ .desk = desk }, &office));
    assert_int_equal(ACTOR_OK, gated_office_clerk(host, office, &clerk));
    for (int i = 0; i < 3; i++) {
        gated_send send = { .items = 1, .closes = 1, .fails = true };
        assert_int_equal(ACTOR_OK, gated_clerk_tell_send(host, clerk, &send));
        wait_for(&sent);
        assert_int_equal(ACTOR_OK, last.item_err);
        assert_int_equal(ACTOR_OK, last.close_err);
    }
    gated_send send = { .items = 2, .closes = 2 };
    assert_int_equal(ACTOR_OK, gated_clerk_tell_send(host, clerk, &send));
    wait_for(&sent);
    assert_int_equal(ACTOR_ERR_REFUSED, last.item_err);
    assert_int_equal(ACTOR_ERR_REFUSED, last.close_err);
}

#define GATED_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATED_TEST(test_others_cannot_use_reserved_places),
        GATED_TEST(test_who_has_reserved_places_may_use_the_others_too),
        GATED_TEST(test_a_limit_holds_for_reserved_places_too),
        GATED_TEST(test_each_message_gives_back_the_place_it_had),
        GATED_TEST(test_a_failing_handler_gives_reserved_places_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
