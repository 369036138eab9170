/* SPDX-License-Identifier: MIT */
/*
 * Many messages round a ring, many actors born and gone. LOAD_HOPS and LOAD_ACTORS in the
 * environment say how many; the long tests ask for a hundred million and a million.
 */
#include "load.actor.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

/* ---- The ring ------------------------------------------------------------------------------ */

struct load_link {
    load_ring_ref ring;
    load_link_ref next;
};
ACTOR_STATE(load_link);

actor_result load_link_at_start(load_link *self, const load_link_args *args)
{
    self->ring = args->ring;
    return ACTOR_CONTINUE;
}

actor_result load_link_on_next(load_link *self, const load_next *msg)
{
    self->next = msg->next;
    return ACTOR_CONTINUE;
}

actor_result load_link_on_hop(load_link *self, const load_hop *msg)
{
    if (msg->left == 0) {
        load_link_tell_ring_hop(self, self->ring, msg);
    } else {
        load_link_tell_link_hop(self, self->next, &(load_hop){ .left = msg->left - 1 });
    }
    return ACTOR_CONTINUE;
}

struct load_ring {
    uint64_t hops;
    bool finished;
    bool asked;
    load_finished_call call;
};
ACTOR_STATE(load_ring);

actor_result load_ring_at_start(load_ring *self, const load_ring_args *args)
{
    load_link_ref first = { 0 };
    load_link_ref before = { 0 };
    self->hops = args->hops;
    for (uint32_t i = 0; i < args->links; i++) {
        load_link_ref link;
        if (load_ring_spawn_link(self, &(load_link_args){ load_ring_self(self) }, &link) !=
                ACTOR_OK) {
            return actor_fail(self, "cannot spawn a link");
        }
        if (i == 0) {
            first = link;
        } else {
            load_ring_tell_link_next(self, before, &(load_next){ link });
        }
        before = link;
    }
    load_ring_tell_link_next(self, before, &(load_next){ first });
    load_ring_tell_link_hop(self, first, &(load_hop){ .left = args->hops });
    return ACTOR_CONTINUE;
}

static void say_finished(load_ring *self)
{
    if (self->asked && self->finished) {
        load_finished_answer_laps(self->call, &(load_laps){ .hops = self->hops });
    }
}

actor_result load_ring_on_hop(load_ring *self, const load_hop *msg)
{
    (void)msg;
    self->finished = true;
    say_finished(self);
    return ACTOR_CONTINUE;
}

actor_result load_ring_on_finished(
        load_ring *self, const load_finished *msg, load_finished_call call)
{
    (void)msg;
    self->asked = true;
    self->call = call;
    load_finished_keep(call);
    say_finished(self);
    return ACTOR_CONTINUE;
}

/* ---- The swarm ----------------------------------------------------------------------------- */

struct load_mayfly {
    load_swarm_ref swarm;
};
ACTOR_STATE(load_mayfly);

actor_result load_mayfly_at_start(load_mayfly *self, const load_mayfly_args *args)
{
    load_mayfly_tell_swarm_ping(self, args->swarm, &(load_ping){ 0 });
    return ACTOR_CONTINUE;
}

actor_result load_mayfly_on_ping(load_mayfly *self, const load_ping *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

struct load_swarm {
    uint64_t count;
    uint64_t spawned;
    uint64_t born;
    bool asked;
    load_born_call call;
};
ACTOR_STATE(load_swarm);

actor_result load_swarm_at_start(load_swarm *self, const load_swarm_args *args)
{
    self->count = args->count;
    load_swarm_tell_swarm_more(self, load_swarm_self(self), &(load_more){ 0 });
    return ACTOR_CONTINUE;
}

actor_result load_swarm_on_more(load_swarm *self, const load_more *msg)
{
    for (int i = 0; i < 100 && self->spawned < self->count; i++) {
        load_mayfly_ref mayfly;
        if (load_swarm_spawn_mayfly(
                    self, &(load_mayfly_args){ load_swarm_self(self) }, &mayfly) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn a mayfly");
        }
        /* Waits in its mailbox until it has started. */
        load_swarm_tell_mayfly_ping(self, mayfly, &(load_ping){ 0 });
        self->spawned++;
    }
    if (self->spawned < self->count) {
        load_swarm_tell_swarm_more(self, load_swarm_self(self), msg);
    }
    return ACTOR_CONTINUE;
}

static void say_born(load_swarm *self)
{
    if (self->asked && self->born == self->count) {
        load_born_answer_laps(self->call, &(load_laps){ .hops = self->born });
    }
}

actor_result load_swarm_on_ping(load_swarm *self, const load_ping *msg)
{
    (void)msg;
    self->born++;
    say_born(self);
    return ACTOR_CONTINUE;
}

actor_result load_swarm_on_born(load_swarm *self, const load_born *msg, load_born_call call)
{
    (void)msg;
    self->asked = true;
    self->call = call;
    load_born_keep(call);
    say_born(self);
    return ACTOR_CONTINUE;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    (void)context;
    assert_int_equal(e->sent, e->handled);
    assert_int_equal(0, e->queued);
    assert_int_equal(0, e->dead_letters);
}

/* Stops the system and says how much memory it took at its peak. */
static void end(actor_system *system, const char *what, uint64_t count)
{
    assert_int_equal(ACTOR_OK, actor_system_stop(system, actor_seconds(60)).err);
    assert_int_equal(0, actor_system_actors(system));
    actor_system_ledger(system, check_entry, NULL);
    actor_system_free(system);
    struct rusage usage;
    assert_int_equal(0, getrusage(RUSAGE_SELF, &usage));
    print_message("%" PRIu64 " %s, peak memory %ld KiB\n", count, what, usage.ru_maxrss);
}

static void test_hops_round_a_ring(void **state)
{
    (void)state;
    uint64_t hops = number_from("LOAD_HOPS", 200000);
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2 });
    assert_non_null(system);
    load_ring_ref ring;
    load_finished_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            load_ring_start(system, &(load_ring_args){ .links = 100, .hops = hops }, &ring));
    assert_int_equal(
            ACTOR_OK, load_ring_ask_finished(system, ring, &(load_finished)LOAD_FINISHED_INIT,
                              actor_seconds(3600), &reply));
    assert_int_equal(hops, reply->laps.hops);
    actor_reply_free(reply);
    end(system, "hops", hops);
}

static void test_actors_are_born_and_gone(void **state)
{
    (void)state;
    uint64_t count = number_from("LOAD_ACTORS", 20000);
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2 });
    assert_non_null(system);
    load_swarm_ref swarm;
    load_born_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, load_swarm_start(system, &(load_swarm_args){ .count = count }, &swarm));
    assert_int_equal(ACTOR_OK, load_swarm_ask_born(system, swarm, &(load_born)LOAD_BORN_INIT,
                                       actor_seconds(3600), &reply));
    assert_int_equal(count, reply->laps.hops);
    actor_reply_free(reply);
    end(system, "actors", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hops_round_a_ring),
        cmocka_unit_test(test_actors_are_born_and_gone),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
