/* SPDX-License-Identifier: MIT */
/* Values of every shape travel whole, within their bounds; their equality, copies and texts. */
#include "types.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TIMEOUT actor_seconds(60)

/* ---- Actors ----------------------------------------------------------------------------- */

struct types_echo {
    types_value *first;
};
ACTOR_STATE(types_echo);

actor_result types_echo_at_start(types_echo *self, const types_echo_args *args)
{
    if (types_value_copy(&args->first, &self->first) != ACTOR_OK) {
        return actor_fail(self, "no copy");
    }
    actor_own(self, self->first, free);
    return ACTOR_CONTINUE;
}

actor_result types_echo_on_value(
        types_echo *self, const types_value *msg, types_value_call call)
{
    actor_err err = types_value_answer_value(call, msg);
    return err == ACTOR_OK ? ACTOR_CONTINUE : actor_fail(self, "%s", actor_err_text(err));
}

actor_result types_echo_on_get(types_echo *self, const types_get *msg, types_get_call call)
{
    (void)msg;
    types_get_answer_value(call, self->first);
    return ACTOR_CONTINUE;
}

struct types_relay {
    types_echo_ref echo;
};
ACTOR_STATE(types_relay);

actor_result types_relay_at_start(types_relay *self, const types_relay_args *args)
{
    self->echo = args->echo;
    return ACTOR_CONTINUE;
}

actor_result types_relay_on_value(
        types_relay *self, const types_value *msg, types_value_call call)
{
    types_relay_ask_echo(self, call, self->echo, msg);
    return ACTOR_CONTINUE;
}

actor_result types_relay_got_echo(
        types_relay *self, const types_value_reply *reply, types_value_call call)
{
    (void)self;
    if (reply->kind == TYPES_VALUE_REPLY_VALUE) {
        types_value_answer_value(call, &reply->value);
    } else {
        types_value_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

/* ---- Values ----------------------------------------------------------------------------- */

static const uint32_t numbers[] = { 1, 2, 3 };
static const types_point points[] = { { 1, 2 }, { -3, 4 } };
static const types_line lines[] = { { { "12345678", 8 }, &points[1] }, { { "", 0 }, NULL },
    { { "c", 1 }, NULL } };
static const actor_string names[] = { { "a", 1 }, { "", 0 }, { "c\n\"", 3 } };
static const types_tree leaves[] = { { .name = { "left", 4 } }, { .name = { "right", 5 } } };
static const types_tree tree = {
    .name = { "root", 4 }, .children = { leaves, 2 }, .next = &leaves[0]
};
static const types_payment tip = { .kind = TYPES_PAYMENT_PIN, .pin = { 5, 6 } };

static types_value full_value(void)
{
    return (types_value){
        .numbers = { numbers, 3 },
        .points = { points, 2 },
        .lines = { lines, 3 },
        .names = { names, 3 },
        .colours = { TYPES_COLOUR_RED, TYPES_COLOUR_GREEN },
        .pair = { ACTOR_STRING_INIT("ab"), ACTOR_STRING_INIT("abcd") },
        .has_count = true,
        .count = 9,
        .has_maybe = true,
        .maybe = ACTOR_STRING_INIT("maybe"),
        .payment = { .kind = TYPES_PAYMENT_CARD, .card = { 4711, ACTOR_STRING_INIT("Ann") } },
        .tip = &tip,
        .tree = &tree,
        .size = (types_size)77,
        .blob = { (const uint8_t *)"\x00\xff", 2 },
        .pause = 5 * ACTOR_SECOND,
        .half = 0.5,
    };
}

static types_value least_value(void)
{
    return (types_value){ .payment = { .kind = TYPES_PAYMENT_VOUCHER, .voucher = 1 } };
}

static actor_system *quiet_system;

static types_relay_ref start_relay(const types_value *first, types_echo_ref *ret_echo)
{
    types_relay_ref relay;
    types_echo_args args = { .first = *first };
    assert_int_equal(ACTOR_OK, types_echo_start(quiet_system, &args, ret_echo));
    assert_int_equal(ACTOR_OK,
            types_relay_start(quiet_system, &(types_relay_args){ .echo = *ret_echo }, &relay));
    return relay;
}

/* ---- On the way ------------------------------------------------------------------------- */

static void expect_to_travel(const types_value *value)
{
    types_echo_ref echo;
    types_relay_ref relay = start_relay(value, &echo);
    types_value_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, types_relay_ask_value(quiet_system, relay, value, TIMEOUT, &reply));
    assert_int_equal(TYPES_VALUE_REPLY_VALUE, reply->kind);
    assert_true(types_value_equal(value, &reply->value));
    actor_reply_free(reply);
    assert_int_equal(ACTOR_OK, types_echo_tell_value(quiet_system, echo, value));
    types_get_reply *got = NULL;
    types_get get = TYPES_GET_INIT;
    assert_int_equal(ACTOR_OK, types_echo_ask_get(quiet_system, echo, &get, TIMEOUT, &got));
    assert_true(types_value_equal(value, &got->value));
    actor_reply_free(got);
}

static void test_a_value_with_everything_travels(void **state)
{
    (void)state;
    types_value value = full_value();
    expect_to_travel(&value);
}

static void test_a_value_with_nothing_travels(void **state)
{
    (void)state;
    types_value value = least_value();
    expect_to_travel(&value);
}

static void test_what_arrives_is_a_copy_with_nul_behind_its_texts(void **state)
{
    (void)state;
    char text[] = "name";
    uint32_t many[] = { 5, 6 };
    types_line line = { .text = { text, 4 } };
    types_value value = least_value();
    value.numbers.items = many;
    value.numbers.count = 2;
    value.lines.items = &line;
    value.lines.count = 1;
    value.maybe.data = "is not there";
    value.maybe.len = 3;
    types_echo_ref echo;
    start_relay(&value, &echo);
    memset(text, 'x', 4);
    many[0] = 99;
    types_get_reply *got = NULL;
    types_get get = TYPES_GET_INIT;
    assert_int_equal(ACTOR_OK, types_echo_ask_get(quiet_system, echo, &get, TIMEOUT, &got));
    assert_int_equal(5, got->value.numbers.items[0]);
    assert_string_equal("name", got->value.lines.items[0].text.data);
    assert_string_equal("", got->value.pair[1].data);
    assert_false(got->value.has_maybe);
    assert_null(got->value.maybe.data);
    assert_null(got->value.points.items);
    actor_reply_free(got);
}

static void test_a_long_list_travels(void **state)
{
    (void)state;
    enum { MANY = 200000 };
    uint32_t *many = calloc(MANY, sizeof *many);
    assert_non_null(many);
    many[MANY - 1] = 12345;
    types_value value = least_value();
    value.numbers.items = many;
    value.numbers.count = MANY;
    expect_to_travel(&value);
    free(many);
}

/* ---- Beyond the bounds ------------------------------------------------------------------ */

static void expect_refused(const types_value *value, actor_err err)
{
    types_echo_ref echo;
    types_value least = least_value();
    types_relay_ref relay = start_relay(&least, &echo);
    types_value_reply *reply = NULL;
    assert_int_equal(err, types_relay_ask_value(quiet_system, relay, value, TIMEOUT, &reply));
    assert_null(reply);
    assert_int_equal(err, types_echo_tell_value(quiet_system, echo, value));
    types_echo_args args = { .first = *value };
    assert_int_equal(err, types_echo_start(quiet_system, &args, &echo));
}

static void test_one_item_too_many_is_invalid(void **state)
{
    (void)state;
    types_point three[3] = { { 0, 0 } };
    types_value value = least_value();
    value.points.items = three;
    value.points.count = 3;
    expect_refused(&value, ACTOR_ERR_INVALID);
}

static void test_a_bound_holds_wherever_the_value_is(void **state)
{
    (void)state;
    types_value value = least_value();
    types_line line = { .text = ACTOR_STRING("123456789") };
    value.lines.items = &line;
    value.lines.count = 1;
    expect_refused(&value, ACTOR_ERR_INVALID);
    value = least_value();
    value.pair[1] = ACTOR_STRING("12345");
    expect_refused(&value, ACTOR_ERR_INVALID);
    value = least_value();
    value.colours[1] = (types_colour)256;
    expect_refused(&value, ACTOR_ERR_INVALID);
    value = least_value();
    value.payment =
            (types_payment){ .kind = TYPES_PAYMENT_CODE, .code = ACTOR_STRING("12345") };
    expect_refused(&value, ACTOR_ERR_INVALID);
    value = least_value();
    value.has_maybe = true;
    value.maybe = ACTOR_STRING("123456789");
    expect_refused(&value, ACTOR_ERR_INVALID);
    value.has_maybe = false; /* nobody looks at it then */
    expect_to_travel(&value);
}

static void test_a_union_without_a_member_is_invalid(void **state)
{
    (void)state;
    types_value value = least_value();
    memset(&value.payment, 0, sizeof value.payment);
    expect_refused(&value, ACTOR_ERR_INVALID);
}

static void test_a_list_of_null_is_invalid_unless_it_is_empty(void **state)
{
    (void)state;
    types_value value = least_value();
    value.numbers.count = 1;
    expect_refused(&value, ACTOR_ERR_INVALID);
}

static void test_what_leads_to_itself_is_beyond_a_limit(void **state)
{
    (void)state;
    types_tree loop = { .name = ACTOR_STRING("loop") };
    loop.next = &loop;
    types_value value = least_value();
    value.tree = &loop;
    expect_refused(&value, ACTOR_ERR_LIMIT);
    loop.next = NULL;
    loop.children.items = &loop;
    loop.children.count = 1;
    expect_refused(&value, ACTOR_ERR_LIMIT);
}

static void test_a_message_beyond_the_limit_of_bytes_is_refused(void **state)
{
    (void)state;
    types_value value = least_value();
    value.numbers.items = numbers;
    value.numbers.count = 1 << 20; /* which are not looked at */
    expect_refused(&value, ACTOR_ERR_LIMIT);
}

/* ---- Equality, copies, texts ------------------------------------------------------------ */

static void test_any_difference_makes_values_unequal(void **state)
{
    (void)state;
    types_value a = full_value();
    types_value b = full_value();
    assert_true(types_value_equal(&a, &b));
    b.numbers.count = 2;
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    b.has_count = false;
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    b.payment.card.owner = ACTOR_STRING("Bob");
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    b.payment.kind = TYPES_PAYMENT_VOUCHER;
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    b.tree = NULL;
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    b.half = 0.25;
    assert_false(types_value_equal(&a, &b));
    b = full_value();
    types_line other[3];
    memcpy(other, lines, sizeof other);
    other[0].at = &points[0];
    b.lines.items = other;
    assert_false(types_value_equal(&a, &b));
}

static void test_a_copy_is_equal_and_owns_what_it_leads_to(void **state)
{
    (void)state;
    types_value value = full_value();
    types_value *copy = NULL;
    assert_int_equal(ACTOR_OK, types_value_copy(&value, &copy));
    assert_true(types_value_equal(&value, copy));
    assert_ptr_not_equal(value.tree, copy->tree);
    assert_ptr_not_equal(value.lines.items[0].at, copy->lines.items[0].at);
    types_value_free(copy);
    types_value_free(NULL);
    value.points.count = 3;
    copy = NULL;
    assert_int_equal(ACTOR_ERR_INVALID, types_value_copy(&value, &copy));
    assert_null(copy);
}

static void test_a_value_is_printed_on_one_line(void **state)
{
    (void)state;
    static const char expected[] =
            "Value{numbers: [1, 2, 3], points: [{x: 1, y: 2}, {x: -3, y: 4}], "
            "lines: [{text: \"12345678\", at: {x: -3, y: 4}}, {text: \"\", at: none}, "
            "{text: \"c\", at: none}], names: [\"a\", \"\", \"c\\n\\\"\"], colours: [RED, "
            "GREEN], "
            "pair: [\"ab\", \"abcd\"], count: 9, maybe: \"maybe\", "
            "payment: card{number: 4711, owner: \"Ann\"}, tip: pin([5, 6]), "
            "tree: {name: \"root\", children: [{name: \"left\", children: [], next: none}, "
            "{name: \"right\", children: [], next: none}], "
            "next: {name: \"left\", children: [], next: none}}, "
            "size: 77, blob: 0x00ff, pause: 5s, half: 0.5, nothing: {}}";
    types_value value = full_value();
    char text[1024];
    assert_int_equal(sizeof expected - 1, types_value_print(text, sizeof text, &value));
    assert_string_equal(expected, text);
    char small[6];
    assert_int_equal(sizeof expected - 1, types_value_print(small, sizeof small, &value));
    assert_string_equal("Value", small);
    assert_int_equal(sizeof expected - 1, types_value_print(NULL, 0, &value));
}

static void test_enums_have_names_and_open_ones_numbers(void **state)
{
    (void)state;
    assert_string_equal("GREEN", types_colour_name(TYPES_COLOUR_GREEN));
    assert_string_equal("?", types_colour_name((types_colour)99));
    types_colour colour = TYPES_COLOUR_RED;
    assert_true(types_colour_parse("GREEN", &colour));
    assert_int_equal(TYPES_COLOUR_GREEN, colour);
    assert_false(types_colour_parse("green", &colour));
    assert_false(types_colour_parse("1", &colour));
    assert_int_equal(TYPES_COLOUR_GREEN, colour);
    types_size size = TYPES_SIZE_SMALL;
    assert_true(types_size_parse("LARGE", &size));
    assert_int_equal(TYPES_SIZE_LARGE, size);
    assert_true(types_size_parse("255", &size));
    assert_int_equal(255, size);
    assert_false(types_size_parse("256", &size));
    assert_false(types_size_parse("-1", &size));
    assert_false(types_size_parse("", &size));
}

static void test_defaults_and_largest_sizes(void **state)
{
    (void)state;
    types_value value = TYPES_VALUE_INIT;
    assert_true(value.has_count);
    assert_int_equal(7, value.count);
    assert_false(value.has_maybe);
    assert_int_equal(3, TYPES_LINES_MAX);
    assert_int_equal(sizeof(types_point), TYPES_POINT_MAX_SIZE);
    /* The text and its NUL, the points, the line and what is behind it; 7 bytes before each. */
    assert_int_equal(sizeof(types_bounded) + 9 + (2 * sizeof(types_point) + 7) +
                             (sizeof(types_line) + 7 + 9 + sizeof(types_point) + 7),
            TYPES_BOUNDED_MAX_SIZE);
}

static void drop_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int set_up(void **state)
{
    (void)state;
    quiet_system = actor_system_new(&(actor_config){ .workers = 2, .log = drop_line });
    return quiet_system == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    actor_system_stop(quiet_system, TIMEOUT);
    actor_system_free(quiet_system);
    return 0;
}

#define WITH_SYSTEM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SYSTEM(test_a_value_with_everything_travels),
        WITH_SYSTEM(test_a_value_with_nothing_travels),
        WITH_SYSTEM(test_what_arrives_is_a_copy_with_nul_behind_its_texts),
        WITH_SYSTEM(test_a_long_list_travels),
        WITH_SYSTEM(test_one_item_too_many_is_invalid),
        WITH_SYSTEM(test_a_bound_holds_wherever_the_value_is),
        WITH_SYSTEM(test_a_union_without_a_member_is_invalid),
        WITH_SYSTEM(test_a_list_of_null_is_invalid_unless_it_is_empty),
        WITH_SYSTEM(test_what_leads_to_itself_is_beyond_a_limit),
        WITH_SYSTEM(test_a_message_beyond_the_limit_of_bytes_is_refused),
        cmocka_unit_test(test_any_difference_makes_values_unequal),
        cmocka_unit_test(test_a_copy_is_equal_and_owns_what_it_leads_to),
        cmocka_unit_test(test_a_value_is_printed_on_one_line),
        cmocka_unit_test(test_enums_have_names_and_open_ones_numbers),
        cmocka_unit_test(test_defaults_and_largest_sizes),
    };
    return cmocka_run_group_tests_name("types", tests, NULL, NULL);
}
