/* SPDX-License-Identifier: MIT */
/*
 * test_axis.c - logarithmic axes.
 */
#include "axis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_an_axis_ends_with_ticks_around_its_values(void **state)
{
    (void)state;
    struct axis axis = axis_of(0.62, 3400, 0, 100);
    assert_float_equal(axis.low, 0.5, 1e-12);
    assert_float_equal(axis.high, 5000, 1e-6);
    axis = axis_of(10, 1000, 0, 100);
    assert_float_equal(axis.low, 10, 1e-9);
    assert_float_equal(axis.high, 1000, 1e-6);
}

static void test_a_single_value_has_an_axis(void **state)
{
    (void)state;
    struct axis axis = axis_of(1, 1, 0, 100);
    assert_float_equal(axis.low, 1, 1e-9);
    assert_float_equal(axis.high, 5, 1e-9);
}

static void test_equal_ratios_are_equally_far_apart(void **state)
{
    (void)state;
    struct axis axis = axis_of(1, 100, 200, 400);
    assert_float_equal(axis_place(&axis, 1), 200, 1e-9);
    assert_float_equal(axis_place(&axis, 10), 300, 1e-9);
    assert_float_equal(axis_place(&axis, 100), 400, 1e-9);
}

static void test_an_axis_may_go_up(void **state)
{
    (void)state;
    struct axis axis = axis_of(1, 100, 400, 200);
    assert_float_equal(axis_place(&axis, 10), 300, 1e-9);
}

static void test_ticks_are_one_two_and_five(void **state)
{
    (void)state;
    static const double wanted[] = { 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100 };
    double tick = wanted[0];
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_float_equal(tick, wanted[i], (float)(wanted[i] * 1e-9));
        assert_int_equal(axis_is_decade(tick), i == 1 || i == 4 || i == 7 || i == 10);
        tick = axis_next_tick(tick);
    }
}

static void test_labels_thin_out_when_there_is_no_room(void **state)
{
    (void)state;
    struct axis roomy = axis_of(1, 100, 0, 400);
    assert_true(axis_has_label(&roomy, 2));
    struct axis narrow = axis_of(1, 100, 0, 100);
    assert_false(axis_has_label(&narrow, 2));
    assert_true(axis_has_label(&narrow, 10));
    struct axis crowded = axis_of(1, 1e8, 0, 160);
    assert_false(axis_has_label(&crowded, 10));
    assert_true(axis_has_label(&crowded, 100));
}

static void test_there_is_more_than_one_label(void **state)
{
    (void)state;
    struct axis axis = axis_of(200, 5000, 0, 138);
    assert_true(axis_has_label(&axis, 200));
    assert_false(axis_has_label(&axis, 500));
    assert_true(axis_has_label(&axis, 1000));
    assert_true(axis_has_label(&axis, 5000));
    struct axis longer = axis_of(200, 20000, 0, 138);
    assert_false(axis_has_label(&longer, 200));
    assert_true(axis_has_label(&longer, 10000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_axis_ends_with_ticks_around_its_values),
        cmocka_unit_test(test_a_single_value_has_an_axis),
        cmocka_unit_test(test_equal_ratios_are_equally_far_apart),
        cmocka_unit_test(test_an_axis_may_go_up),
        cmocka_unit_test(test_ticks_are_one_two_and_five),
        cmocka_unit_test(test_there_is_more_than_one_label),
        cmocka_unit_test(test_labels_thin_out_when_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
