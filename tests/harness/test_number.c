/* SPDX-License-Identifier: MIT */
/*
 * test_number.c - numbers as tables and axes have them.
 */
#include "number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_three_digits_count(void **state)
{
    (void)state;
    assert_string_equal(number_of(0.3481).text, "0.348");
    assert_string_equal(number_of(1.555).text, "1.55");
    assert_string_equal(number_of(10.49).text, "10.5");
    assert_string_equal(number_of(164.6).text, "165");
    assert_string_equal(number_of(152997.2).text, "152,997");
    assert_string_equal(number_of(1e9).text, "1,000,000,000");
}

static void test_what_is_rounded_up_has_no_digit_more(void **state)
{
    (void)state;
    assert_string_equal(number_of(0.9996).text, "1.00");
    assert_string_equal(number_of(9.996).text, "10.0");
    assert_string_equal(number_of(99.96).text, "100");
    assert_string_equal(number_of(999.6).text, "1,000");
}

static void test_counts_have_commas(void **state)
{
    (void)state;
    assert_string_equal(number_of_count(0).text, "0");
    assert_string_equal(number_of_count(999).text, "999");
    assert_string_equal(number_of_count(20000000).text, "20,000,000");
    assert_string_equal(number_of_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
}

static void test_ticks_are_short(void **state)
{
    (void)state;
    assert_string_equal(number_of_tick(0.5).text, "0.5");
    assert_string_equal(number_of_tick(20).text, "20");
    assert_string_equal(number_of_tick(2000).text, "2,000");
    assert_string_equal(number_of_tick(10000).text, "10 k");
    assert_string_equal(number_of_tick(2e6).text, "2 M");
    assert_string_equal(number_of_tick(5e9).text, "5 G");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_digits_count),
        cmocka_unit_test(test_what_is_rounded_up_has_no_digit_more),
        cmocka_unit_test(test_counts_have_commas),
        cmocka_unit_test(test_ticks_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
