/* SPDX-License-Identifier: MIT */
/*
 * kinds.c - sends one value that has a field of every shape. An argument says which of them is another than usual: the
 * history of each of these runs is another, or a simulation would take different states for the same.
 */
#include "types.actor.h"

#include <stdlib.h>

struct types_echo {
    uint32_t handled;
};
ACTOR_STATE(types_echo);

struct types_relay {
    char none;
};
ACTOR_STATE(types_relay);

actor_result types_echo_at_start(types_echo *self, const types_echo_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

actor_result types_echo_on_value(
        types_echo *self, const types_value *msg, types_value_call call)
{
    (void)msg;
    (void)call;
    self->handled++;
    return ACTOR_CONTINUE;
}

actor_result types_echo_on_get(types_echo *self, const types_get *msg, types_get_call call)
{
    (void)self;
    (void)msg;
    (void)call;
    return ACTOR_CONTINUE;
}

actor_result types_relay_at_start(types_relay *self, const types_relay_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

actor_result types_relay_on_value(
        types_relay *self, const types_value *msg, types_value_call call)
{
    (void)self;
    (void)msg;
    (void)call;
    return ACTOR_CONTINUE;
}

actor_result types_relay_got_echo(
        types_relay *self, const types_value_reply *reply, types_value_call call)
{
    (void)self;
    (void)reply;
    (void)call;
    return ACTOR_CONTINUE;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static const uint32_t numbers[] = { 1, 2 };
static const types_point points[] = { { 1, 2 }, { 3, 4 } };
static const types_line lines[] = { { ACTOR_STRING_INIT("a"), NULL },
    { ACTOR_STRING_INIT("a"), &points[0] }, { ACTOR_STRING_INIT("a"), &points[1] } };
static const actor_string names[] = { ACTOR_STRING_INIT("a"), ACTOR_STRING_INIT("b") };
static const types_tree leaf = { .name = ACTOR_STRING_INIT("leaf") };
static const types_payment card = { .kind = TYPES_PAYMENT_VOUCHER, .voucher = 1 };

#define COLOURS .colours = { TYPES_COLOUR_RED, TYPES_COLOUR_RED }
#define SIZE .size = TYPES_SIZE_SMALL
#define PAYMENT .payment = { .kind = TYPES_PAYMENT_VOUCHER, .voucher = 1 }
#define USUAL COLOURS, SIZE, PAYMENT

/* The usual one, and each that is another in one field. */
static const types_value values[] = {
    { USUAL },
    { USUAL, .numbers = { numbers, 1 } },
    { USUAL, .numbers = { numbers, 2 } },
    { USUAL, .numbers = { numbers + 1, 1 } },
    { USUAL, .points = { points, 1 } },
    { USUAL, .points = { points + 1, 1 } },
    { USUAL, .lines = { lines, 1 } },
    { USUAL, .lines = { lines + 1, 1 } },
    { USUAL, .lines = { lines + 2, 1 } },
    { USUAL, .names = { names, 1 } },
    { USUAL, .names = { names + 1, 1 } },
    { SIZE, PAYMENT, .colours = { TYPES_COLOUR_RED, TYPES_COLOUR_GREEN } },
    { USUAL, .pair = { [0] = ACTOR_STRING_INIT("a") } },
    { USUAL, .pair = { [1] = ACTOR_STRING_INIT("a") } },
    { USUAL, .has_count = true, .count = 0 },
    { USUAL, .has_count = true, .count = 1 },
    { USUAL, .has_maybe = true, .maybe = ACTOR_STRING_INIT("a") },
    { COLOURS, SIZE, .payment = { .kind = TYPES_PAYMENT_VOUCHER, .voucher = 2 } },
    { COLOURS, SIZE,
            .payment = { .kind = TYPES_PAYMENT_CODE, .code = ACTOR_STRING_INIT("a") } },
    { COLOURS, SIZE, .payment = { .kind = TYPES_PAYMENT_PIN, .pin = { 1, 2 } } },
    { USUAL, .tip = &card },
    { USUAL, .tree = &leaf },
    { COLOURS, PAYMENT, .size = TYPES_SIZE_LARGE },
    { USUAL, .blob = { (const uint8_t *)"x", 1 } },
    { USUAL, .pause = 1 },
    { USUAL, .half = 0.25 },
};

int main(int argc, char **argv)
{
    enum { VALUES = sizeof values / sizeof values[0] };
    unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    types_echo_ref echo;
    types_echo_args args = { .first = values[0] };
    if (system == NULL || types_echo_start(system, &args, &echo) != ACTOR_OK) {
        return 1;
    }
    if (n < VALUES && types_echo_tell_value(system, echo, &values[n]) != ACTOR_OK) {
        return 1;
    }
    (void)actor_system_stop(system, actor_seconds(1));
    actor_system_free(system);
    return n < VALUES ? 0 : 1;
}
