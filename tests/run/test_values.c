/* SPDX-License-Identifier: MIT */
/* Each kind of field by itself: what it is printed as, what makes it another, and the numbers of open enums. */
#include "values.actor.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct values_mute {
    char none;
};
ACTOR_STATE(values_mute);

actor_result values_mute_on_scalars(values_mute *self, const values_scalars *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Texts ------------------------------------------------------------------------------ */

static char text[4096];

/* Returns what stands behind this name, up to the next field. */
static const char *printed(const values_scalars *value, const char *name)
{
    char label[32];
    (void)values_scalars_print(text, sizeof text, value);
    (void)snprintf(label, sizeof label, " %s: ", name);
    *strchr(text, '{') = ' ';
    char *at = strstr(text, label);
    assert_non_null(at);
    at += strlen(label);
    at[strcspn(at, ",}")] = '\0';
    return at;
}

static void test_numbers_are_printed_in_full(void **state)
{
    (void)state;
    values_scalars v = VALUES_SCALARS_INIT;
    assert_string_equal("false", printed(&v, "truth"));
    v = (values_scalars){ .truth = true,
        .a = UINT8_MAX,
        .b = UINT16_MAX,
        .c = UINT32_MAX,
        .d = UINT64_MAX,
        .e = INT8_MIN,
        .f = INT16_MIN,
        .g = INT32_MIN,
        .h = INT64_MIN };
    assert_string_equal("true", printed(&v, "truth"));
    assert_string_equal("255", printed(&v, "a"));
    assert_string_equal("65535", printed(&v, "b"));
    assert_string_equal("4294967295", printed(&v, "c"));
    assert_string_equal("18446744073709551615", printed(&v, "d"));
    assert_string_equal("-128", printed(&v, "e"));
    assert_string_equal("-32768", printed(&v, "f"));
    assert_string_equal("-2147483648", printed(&v, "g"));
    assert_string_equal("-9223372036854775808", printed(&v, "h"));
}

static void test_floats_are_printed_as_short_as_can_be(void **state)
{
    (void)state;
    values_scalars v = { .single = 0.1F, .twice = 0.1 };
    assert_string_equal("0.1", printed(&v, "single"));
    assert_string_equal("0.1", printed(&v, "twice"));
    v = (values_scalars){ .single = FLT_MAX, .twice = 1.0 / 3 };
    assert_string_equal("3.4028235e+38", printed(&v, "single"));
    assert_string_equal("0.3333333333333333", printed(&v, "twice"));
    v = (values_scalars){ .single = (float)-INFINITY, .twice = NAN };
    assert_string_equal("-inf", printed(&v, "single"));
    assert_non_null(strstr(printed(&v, "twice"), "nan"));
}

static void test_durations_are_printed_in_their_largest_whole_unit(void **state)
{
    (void)state;
    values_scalars v = { .pause = 90 * ACTOR_SECOND, .when = 90 * ACTOR_SECOND };
    assert_string_equal("90s", printed(&v, "pause"));
    assert_string_equal("90000000000", printed(&v, "when"));
    v.pause = -1500 * ACTOR_MILLISECOND;
    assert_string_equal("-1500ms", printed(&v, "pause"));
    v.pause = 7 * ACTOR_MICROSECOND;
    assert_string_equal("7us", printed(&v, "pause"));
    v.pause = ACTOR_SECOND + 1;
    assert_string_equal("1000000001ns", printed(&v, "pause"));
}

static void test_texts_are_printed_so_that_a_line_stays_one(void **state)
{
    (void)state;
    values_scalars v = { .text = ACTOR_STRING("a\"b\\c\nd\te\rf\x01g\x7fh"),
        .data = { (const uint8_t *)"\x00\xff", 2 } };
    assert_string_equal("\"a\\\"b\\\\c\\nd\\te\\rf\\x01g\\x7fh\"", printed(&v, "text"));
    assert_string_equal("0x00ff", printed(&v, "data"));
    v = (values_scalars)VALUES_SCALARS_INIT;
    assert_string_equal("\"\"", printed(&v, "text"));
    assert_string_equal("0x", printed(&v, "data"));
}

static void test_references_and_enums_are_printed_by_name(void **state)
{
    (void)state;
    values_scalars v = { .who = { 0x2a }, .broad = VALUES_BROAD_O_ONE };
    assert_string_equal("ref 2a", printed(&v, "who"));
    assert_string_equal("O_ONE", printed(&v, "broad"));
    v = (values_scalars){ .broad = (values_broad)-5 };
    assert_string_equal("none", printed(&v, "who"));
    assert_string_equal("-5", printed(&v, "broad"));
}

static void test_what_leads_to_itself_is_printed_to_its_end(void **state)
{
    (void)state;
    values_loop loop = { .next = &loop };
    size_t len = values_loop_print(text, sizeof text, &loop);
    assert_int_equal(len, strlen(text));
    assert_non_null(strstr(text, "Loop{next: {next: {"));
    assert_non_null(strstr(text, "{next: ..., more: []}"));
}

/* ---- Equality --------------------------------------------------------------------------- */

static void test_floats_are_equal_by_value(void **state)
{
    (void)state;
    values_scalars a = { .single = 0.0F, .twice = 0.0 };
    values_scalars b = { .single = -0.0F, .twice = -0.0 };
    assert_true(values_scalars_equal(&a, &b));
    b.single = 1.0F;
    assert_false(values_scalars_equal(&a, &b));
    assert_false(values_scalars_equal(&b, &a));
    b = a;
    b.twice = -1.0;
    assert_false(values_scalars_equal(&a, &b));
    assert_false(values_scalars_equal(&b, &a));
    b.twice = a.twice = NAN;
    assert_false(values_scalars_equal(&a, &b));
    b.twice = a.twice = 0;
    b.single = a.single = NAN;
    assert_false(values_scalars_equal(&a, &b));
}

static void test_each_field_makes_a_difference(void **state)
{
    (void)state;
    values_scalars a = VALUES_SCALARS_INIT;
    values_scalars others[] = { { .truth = true }, { .a = 1 }, { .b = 1 }, { .c = 1 },
        { .d = 1 }, { .e = 1 }, { .f = 1 }, { .g = 1 }, { .h = 1 }, { .single = 1 },
        { .twice = 1 }, { .pause = 1 }, { .when = 1 }, { .text = ACTOR_STRING("a") },
        { .data = { (const uint8_t *)"a", 1 } }, { .broad = VALUES_BROAD_O_ONE },
        { .who = { 1 } } };
    a.broad = (values_broad)0;
    assert_true(values_scalars_equal(&a, &a));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(values_scalars_equal(&a, &others[i]));
        assert_true(values_scalars_equal(&others[i], &others[i]));
    }
    a.text = ACTOR_STRING("a");
    others[0] = a;
    others[0].text = ACTOR_STRING("b");
    assert_false(values_scalars_equal(&a, &others[0]));
}

static void test_what_leads_to_itself_is_equal_to_nothing(void **state)
{
    (void)state;
    values_loop loop = { .next = &loop };
    assert_false(values_loop_equal(&loop, &loop));
    values_loop wide = { .more = { &wide, 1 } };
    assert_false(values_loop_equal(&wide, &wide));
    values_chain chain;
    values_turn turn = { .kind = VALUES_TURN_CHAIN };
    turn.chain.turn = &turn;
    chain.turn = &turn;
    assert_false(values_chain_equal(&chain, &chain));
}

static void test_unions_without_a_member_are_equal(void **state)
{
    (void)state;
    values_turn none = { .kind = (values_turn_kind)0 };
    values_turn end = { .kind = VALUES_TURN_END, .end = 0 };
    values_chain a = { &none };
    values_chain b = { &end };
    assert_true(values_chain_equal(&a, &a));
    assert_false(values_chain_equal(&a, &b));
    assert_true(values_chain_equal(&b, &b));
    (void)values_chain_print(text, sizeof text, &a);
    assert_string_equal("Chain{turn: none}", text);
    (void)values_chain_print(text, sizeof text, &b);
    assert_string_equal("Chain{turn: end(0)}", text);
}

/* ---- Open enums ------------------------------------------------------------------------- */

/* These texts are numbers of the enum, or are not. */
static void expect_range(const actor_enum *e, const char *least, const char *below,
        const char *most, const char *above)
{
    int64_t value = 42;
    assert_true(actor__enum_parse(e, least, &value));
    assert_true(actor__enum_parse(e, most, &value));
    assert_true(value > 0);
    value = 42;
    assert_false(actor__enum_parse(e, below, &value));
    assert_false(actor__enum_parse(e, above, &value));
    assert_int_equal(42, value);
}

static void test_numbers_of_open_enums_fit_their_width(void **state)
{
    (void)state;
    expect_range(&values_byte__enum, "0", "-1", "255", "256");
    expect_range(&values_word__enum, "0", "-1", "65535", "65536");
    expect_range(&values_long__enum, "0", "-1", "2147483647", "2147483648");
    expect_range(&values_wide__enum, "0", "-1", "2147483647", "2147483648");
    expect_range(&values_tiny__enum, "-128", "-129", "127", "128");
    expect_range(&values_small__enum, "-32768", "-32769", "32767", "32768");
    expect_range(&values_whole__enum, "-2147483648", "-2147483649", "2147483647", "2147483648");
    expect_range(&values_broad__enum, "-2147483648", "-2147483649", "2147483647", "2147483648");
}

static void test_other_texts_are_no_numbers(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "-", "+1", " 1", "1 ", "0x1", "1e2", "one", "--1",
        "99999999999999999999999999" };
    values_whole value = VALUES_WHOLE_I_ONE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(values_whole_parse(wrong[i], &value));
    }
    assert_int_equal(VALUES_WHOLE_I_ONE, value);
    assert_true(values_whole_parse("-7", &value));
    assert_true(value == (values_whole)-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_printed_in_full),
        cmocka_unit_test(test_floats_are_printed_as_short_as_can_be),
        cmocka_unit_test(test_durations_are_printed_in_their_largest_whole_unit),
        cmocka_unit_test(test_texts_are_printed_so_that_a_line_stays_one),
        cmocka_unit_test(test_references_and_enums_are_printed_by_name),
        cmocka_unit_test(test_what_leads_to_itself_is_printed_to_its_end),
        cmocka_unit_test(test_floats_are_equal_by_value),
        cmocka_unit_test(test_each_field_makes_a_difference),
        cmocka_unit_test(test_what_leads_to_itself_is_equal_to_nothing),
        cmocka_unit_test(test_unions_without_a_member_are_equal),
        cmocka_unit_test(test_numbers_of_open_enums_fit_their_width),
        cmocka_unit_test(test_other_texts_are_no_numbers),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
