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

/* long: a line for each way. Makes the value another one in its n-th; false if there are not so many. */
static bool change(types_value *v, unsigned long n)
{
    switch (n) {
    case 0: break;
    case 1:
        v->numbers.items = numbers;
        v->numbers.count = 1;
        break;
    case 2:
        v->numbers.items = numbers;
        v->numbers.count = 2;
        break;
    case 3:
        v->numbers.items = numbers + 1;
        v->numbers.count = 1;
        break;
    case 4:
        v->points.items = points;
        v->points.count = 1;
        break;
    case 5:
        v->points.items = points + 1;
        v->points.count = 1;
        break;
    case 6:
        v->lines.items = lines;
        v->lines.count = 1;
        break;
    case 7:
        v->lines.items = lines + 1;
        v->lines.count = 1;
        break;
    case 8:
        v->lines.items = lines + 2;
        v->lines.count = 1;
        break;
    case 9:
        v->names.items = names;
        v->names.count = 1;
        break;
    case 10:
        v->names.items = names + 1;
        v->names.count = 1;
        break;
    case 11: v->colours[1] = TYPES_COLOUR_GREEN; break;
    case 12: v->pair[0] = names[0]; break;
    case 13: v->pair[1] = names[0]; break;
    case 14:
        v->has_count = true;
        v->count = 0;
        break;
    case 15:
        v->has_count = true;
        v->count = 1;
        break;
    case 16:
        v->has_maybe = true;
        v->maybe = names[0];
        break;
    case 17: v->payment.voucher = 2; break;
    case 18:
        v->payment = (types_payment){ .kind = TYPES_PAYMENT_CODE, .code = names[0] };
        break;
    case 19: v->payment = (types_payment){ .kind = TYPES_PAYMENT_PIN, .pin = { 1, 2 } }; break;
    case 20: v->tip = &card; break;
    case 21: v->tree = &leaf; break;
    case 22: v->size = TYPES_SIZE_LARGE; break;
    case 23: v->blob = (actor_bytes){ (const uint8_t *)"x", 1 }; break;
    case 24: v->pause = 1; break;
    case 25: v->half = 0.25; break;
    default: return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    types_echo_ref echo;
    types_value value = { .payment = { .kind = TYPES_PAYMENT_VOUCHER, .voucher = 1 },
        .size = TYPES_SIZE_SMALL,
        .colours = { TYPES_COLOUR_RED, TYPES_COLOUR_RED } };
    types_echo_args args = { .first = value };
    bool is_known = change(&value, argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
    if (system == NULL || types_echo_start(system, &args, &echo) != ACTOR_OK) {
        return 1;
    }
    if (is_known && types_echo_tell_value(system, echo, &value) != ACTOR_OK) {
        return 1;
    }
    (void)actor_system_stop(system, actor_seconds(1));
    actor_system_free(system);
    return is_known ? 0 : 1;
}
