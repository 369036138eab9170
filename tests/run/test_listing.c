/* SPDX-License-Identifier: MIT */
/* What can be seen of the actors of a running system. */
#include "listing.actor.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static actor_system *sys;
static listing_office_ref office;
static listing_clerk_ref clerk;
static sem_t arrived;
static sem_t gate;

/* ---- Actors ------------------------------------------------------------------------------- */

struct listing_clerk {
    bool night;
};
ACTOR_STATE(listing_clerk);

static void wait_at_gate(void)
{
    sem_post(&arrived);
    while (sem_wait(&gate) != 0) {
    }
}

actor_result listing_clerk_on_fail(listing_clerk *self, const listing_fail *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

actor_result listing_clerk_on_ping(
        listing_clerk *self, const listing_ping *msg, listing_ping_call call)
{
    (void)self;
    (void)msg;
    listing_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result listing_clerk_on_wait(
        listing_clerk *self, const listing_wait *msg, listing_wait_call call)
{
    (void)self;
    (void)msg;
    wait_at_gate();
    listing_wait_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result listing_clerk_day_on_turn(listing_clerk *self, const listing_turn *msg)
{
    (void)msg;
    listing_clerk_become_night(self);
    return ACTOR_CONTINUE;
}

actor_result listing_clerk_night_on_turn(listing_clerk *self, const listing_turn *msg)
{
    (void)msg;
    listing_clerk_become_day(self);
    return ACTOR_CONTINUE;
}

struct listing_guard {
    int unused;
};
ACTOR_STATE(listing_guard);

actor_result listing_guard_on_wait(
        listing_guard *self, const listing_wait *msg, listing_wait_call call)
{
    (void)self;
    (void)msg;
    wait_at_gate();
    listing_wait_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result listing_guard_on_ping(
        listing_guard *self, const listing_ping *msg, listing_ping_call call)
{
    (void)self;
    (void)msg;
    listing_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

/* ---- Looking ------------------------------------------------------------------------------ */

enum { ENTRIES = 32 };

struct seen {
    actor_listing_entry entries[ENTRIES];
    uint32_t count;
};

static void add(void *context, const actor_listing_entry *entry)
{
    struct seen *seen = context;
    if (seen->count < ENTRIES) {
        seen->entries[seen->count] = *entry;
    }
    seen->count++;
}

static struct seen look(void)
{
    struct seen seen = { .count = 0 };
    actor_system_listing(sys, add, &seen);
    return seen;
}

/* The entry of an actor, which must be there. */
static actor_listing_entry entry_of(uint64_t ref)
{
    struct seen seen = look();
    for (uint32_t i = 0; i < seen.count; i++) {
        if (seen.entries[i].ref == ref) {
            return seen.entries[i];
        }
    }
    fail();
    return (actor_listing_entry){ 0 };
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
    sem_init(&arrived, 0, 0);
    sem_init(&gate, 0, 0);
    sys = actor_system_new(&(actor_config){ .workers = 2, .log = ignore });
    if (sys == NULL || listing_office_start(sys, &office) != ACTOR_OK) {
        return -1;
    }
    return listing_office_clerk(sys, office, &clerk) == ACTOR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    actor_err err = actor_system_stop(sys, actor_seconds(60)).err;
    bool empty = look().count == 0;
    actor_system_free(sys);
    sem_destroy(&arrived);
    sem_destroy(&gate);
    return err == ACTOR_OK && empty ? 0 : -1;
}

static void ping(void)
{
    listing_ping_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, listing_clerk_ask_ping(sys, clerk, NULL, actor_seconds(60), &reply));
    actor_reply_free(reply);
}

/* ---- Tests -------------------------------------------------------------------------------- */

static void check_entry(const actor_listing_entry *e, const char *actor, const char *name)
{
    assert_string_equal(actor, e->actor);
    if (name == NULL) {
        assert_null(e->name);
    } else {
        assert_string_equal(name, e->name);
    }
    assert_string_equal("running", e->status);
    assert_null(e->message);
    assert_int_equal(0, e->queued);
    assert_int_equal(0, e->restarts);
}

static void test_all_actors_are_listed_in_order(void **state)
{
    (void)state;
    struct seen seen = look();
    const char *names[] = { "clerk", "guard", "desks", "desks" };
    assert_int_equal(5, seen.count);
    assert_int_equal(5, actor_system_actors(sys));
    for (uint32_t i = 0; i + 1 < seen.count; i++) {
        assert_true((uint32_t)seen.entries[i].ref < (uint32_t)seen.entries[i + 1].ref);
    }
    actor_listing_entry root = entry_of(office.bits);
    check_entry(&root, "listing.Office", NULL);
    assert_int_equal(0, root.parent);
    for (uint32_t i = 0, child = 0; i < seen.count; i++) {
        const actor_listing_entry *e = &seen.entries[i];
        if (e->ref != office.bits) {
            bool is_guard = strcmp(names[child], "guard") == 0;
            check_entry(e, is_guard ? "listing.Guard" : "listing.Clerk", names[child++]);
            assert_int_equal(office.bits, e->parent);
            assert_int_equal(is_guard, e->dedicated);
        }
    }
}

static void test_what_an_actor_is_at_and_what_waits_is_seen(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, listing_clerk_tell_wait(sys, clerk, NULL));
    sem_wait(&arrived);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ACTOR_OK, listing_clerk_tell_turn(sys, clerk, NULL));
    }
    actor_listing_entry e = entry_of(clerk.bits);
    assert_string_equal("listing.Wait", e.message);
    assert_int_equal(5, e.queued);
    assert_string_equal("Day", e.mode);
    sem_post(&gate);
    ping();
    ping(); /* the turn that answered the first one may not be over */
    e = entry_of(clerk.bits);
    assert_int_equal(0, e.queued);
    assert_string_equal("Night", e.mode);
}

static void test_a_dedicated_actor_is_seen_at_work(void **state)
{
    (void)state;
    listing_guard_ref guard;
    assert_int_equal(ACTOR_OK, listing_office_guard(sys, office, &guard));
    assert_int_equal(ACTOR_OK, listing_guard_tell_wait(sys, guard, NULL));
    sem_wait(&arrived);
    assert_string_equal("listing.Wait", entry_of(guard.bits).message);
    sem_post(&gate);
}

static void test_restarts_are_counted_and_the_reference_stays(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(ACTOR_OK, listing_clerk_tell_turn(sys, clerk, NULL));
        assert_int_equal(ACTOR_OK, listing_clerk_tell_fail(sys, clerk, NULL));
        ping();
        assert_int_equal(i, entry_of(clerk.bits).restarts);
        assert_string_equal("Day", entry_of(clerk.bits).mode);
    }
}

/* A slot that is used again is another actor: other reference, no restarts, no name. */
static void test_who_comes_later_is_somebody_else(void **state)
{
    (void)state;
    listing_clerk_ref one;
    assert_int_equal(ACTOR_OK, listing_clerk_start(sys, &one));
    for (int i = 0; i < 200; i++) {
        listing_clerk_ref next;
        assert_int_equal(ACTOR_OK, listing_clerk_start(sys, &next));
        assert_int_equal(ACTOR_OK, listing_clerk_stop(sys, one));
        actor_listing_entry e = entry_of(next.bits);
        assert_null(e.name);
        assert_int_equal(0, e.parent);
        assert_int_equal(0, e.restarts);
        one = next;
    }
}

/* Numbers are approximate while all is in motion, but who lives throughout is always there. */
static void test_it_can_be_looked_at_while_it_runs(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        listing_clerk_ref brief;
        assert_int_equal(ACTOR_OK, listing_clerk_start(sys, &brief));
        listing_clerk_tell_turn(sys, clerk, NULL);
        listing_clerk_tell_fail(sys, clerk, NULL);
        listing_clerk_stop(sys, brief);
        actor_listing_entry e = entry_of(clerk.bits);
        assert_string_equal("clerk", e.name);
        assert_true(e.queued <= 2 * ((uint64_t)i + 1));
        assert_int_equal(office.bits, e.parent);
    }
}

#define LISTING(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LISTING(test_all_actors_are_listed_in_order),
        LISTING(test_what_an_actor_is_at_and_what_waits_is_seen),
        LISTING(test_a_dedicated_actor_is_seen_at_work),
        LISTING(test_restarts_are_counted_and_the_reference_stays),
        LISTING(test_who_comes_later_is_somebody_else),
        LISTING(test_it_can_be_looked_at_while_it_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
