/* SPDX-License-Identifier: MIT */
/*
 * broken.c - a program that goes wrong in the way that its argument says, for a simulation to say so:
 * deadlock, forever, static, crash, assert, exit, code, leave, fail, basket, doors.
 */
#include "oversell.actor.h"

#include <actorc/sim.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct oversell_bank {
    char none;
};
ACTOR_STATE(oversell_bank);

static const char *how = "";

actor_result oversell_bank_on_pay(
        oversell_bank *self, const oversell_pay *msg, oversell_pay_call call)
{
    static int paid; /* which outlives the run */
    (void)self;
    (void)msg;
    if (strcmp(how, "crash") == 0) {
        *(volatile int *)NULL = 1;
    }
    if (strcmp(how, "assert") == 0) {
        assert(self == NULL);
    }
    if (strcmp(how, "exit") == 0) {
        exit(3);
    }
    if (strcmp(how, "fail") == 0) {
        actor_sim_fail("given up at %d of %s", 1, "1");
    }
    if (strcmp(how, "static") == 0 && paid++ > 0) {
        return actor_fail(self, "paid twice");
    }
    oversell_pay_answer_paid(call, NULL);
    return ACTOR_CONTINUE;
}

static void pay(actor_system *system)
{
    oversell_bank_ref bank;
    oversell_pay_reply *reply = NULL;
    if (oversell_bank_start(system, &bank) == ACTOR_OK &&
            oversell_bank_ask_pay(system, bank, NULL, actor_seconds(1), &reply) == ACTOR_OK) {
        actor_reply_free(reply);
    }
}

/* Two faults: smaller numbers lead to another than the one that is looked for. */
static void fill_basket(void)
{
    uint32_t eggs = actor_sim_choose(100);
    if (eggs >= 10) {
        actor_sim_fail("the basket is full");
    }
    actor_sim_fail("the basket is light");
}

/* What was behind the doors before the one that counts does not matter. */
static void open_doors(void)
{
    enum { DOORS = 200, PRIZE = 15 };
    for (int i = 0; i < DOORS; i++) {
        if (actor_sim_choose(PRIZE + 1) == PRIZE) {
            actor_sim_fail("the prize is found");
        }
    }
}

int main(int argc, char **argv)
{
    how = argc > 1 ? argv[1] : "";
    if (strcmp(how, "code") == 0) {
        return 7;
    }
    if (strcmp(how, "leave") == 0) {
        exit(3);
    }
    if (strcmp(how, "basket") == 0) {
        fill_basket();
    }
    if (strcmp(how, "doors") == 0) {
        open_doors();
    }
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    if (system == NULL) {
        return 1;
    }
    pay(system);
    while (strcmp(how, "forever") == 0) {
        pay(system);
    }
    if (strcmp(how, "deadlock") == 0) {
        (void)actor_system_wait(system, INT64_MAX);
    }
    actor_system_free(system);
    return 0;
}
