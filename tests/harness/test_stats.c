/* SPDX-License-Identifier: MIT */
/*
 * test_stats.c - medians and means of what the harness measures.
 */
#include "stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const double *numbers, size_t count, double median, double min, double max)
{
    struct stats stats = stats_of(numbers, count);
    assert_float_equal(stats.median, median, 1e-9);
    assert_float_equal(stats.min, min, 1e-9);
    assert_float_equal(stats.max, max, 1e-9);
}

static void test_the_median_of_an_odd_count_is_the_one_in_the_middle(void **state)
{
    (void)state;
    expect((const double[]){ 9, 1, 5, 100, 7 }, 5, 7, 1, 100);
}

static void test_the_median_of_an_even_count_is_between_the_two_in_the_middle(void **state)
{
    (void)state;
    expect((const double[]){ 4, 1, 3, 1000 }, 4, 3.5, 1, 1000);
}

static void test_one_number_is_all_of_them(void **state)
{
    (void)state;
    expect((const double[]){ 0.25 }, 1, 0.25, 0.25, 0.25);
}

static void test_the_numbers_stay_in_their_order(void **state)
{
    (void)state;
    const double numbers[] = { 3, 1, 2 };
    (void)stats_of(numbers, 3);
    assert_float_equal(numbers[0], 3, 0);
    assert_float_equal(numbers[1], 1, 0);
    assert_float_equal(numbers[2], 2, 0);
}

static void test_a_ratio_and_its_inverse_have_the_mean_one(void **state)
{
    (void)state;
    assert_float_equal(stats_geometric_mean((const double[]){ 8, 0.125 }, 2), 1, 1e-9);
    assert_float_equal(stats_geometric_mean((const double[]){ 2, 4, 8 }, 3), 4, 1e-9);
    assert_float_equal(stats_geometric_mean(NULL, 0), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_median_of_an_odd_count_is_the_one_in_the_middle),
        cmocka_unit_test(test_the_median_of_an_even_count_is_between_the_two_in_the_middle),
        cmocka_unit_test(test_one_number_is_all_of_them),
        cmocka_unit_test(test_the_numbers_stay_in_their_order),
        cmocka_unit_test(test_a_ratio_and_its_inverse_have_the_mean_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
