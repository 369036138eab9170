/* SPDX-License-Identifier: MIT */
/*
 * test_series.c - the lines of which line plots are made.
 */
#include "series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct series_set set;

static void test_points_are_sorted_into_their_series(void **state)
{
    (void)state;
    assert_int_equal(
            series_read(&set, "== series\nseriesly no point\nseries\tactors\t100 5e6 msg/s\n"
                              "series payload 8 7 msg/s\nseries actors 10 9e6 msg/s\n"),
            0);
    assert_int_equal(set.count, 2);
    assert_string_equal(set.items[0].name, "actors");
    assert_string_equal(set.items[0].unit, "msg/s");
    assert_int_equal(set.items[0].count, 2);
    assert_float_equal(set.items[0].x[0], 10, 0);
    assert_float_equal(set.items[0].value[0], 9e6, 0);
    assert_float_equal(set.items[0].value[1], 5e6, 0);
    assert_int_equal(set.items[1].count, 1);
}

static void test_what_no_log_axis_has_is_left_out_and_counted(void **state)
{
    (void)state;
    assert_int_equal(series_read(&set, "series a 0 1 ns\nseries a 1 -1 ns\nseries a 1 nan ns\n"
                                       "series a 1 2\nseries a 1 2 ns"),
            4);
    assert_int_equal(set.count, 1);
    assert_int_equal(set.items[0].count, 1);
}

static void test_there_is_an_end_to_points_and_to_series(void **state)
{
    (void)state;
    static char text[1 << 14];
    size_t length = 0;
    for (int i = 0; i < SERIES_POINTS_MAX + 3; i++) {
        length += (size_t)snprintf(
                text + length, sizeof text - length, "series a %d 1 ns\n", i + 1);
    }
    for (int i = 0; i < SERIES_MAX; i++) {
        length +=
                (size_t)snprintf(text + length, sizeof text - length, "series b%d 1 1 ns\n", i);
    }
    assert_int_equal(series_read(&set, text), 4);
    assert_int_equal(set.count, SERIES_MAX);
    assert_int_equal(set.items[0].count, SERIES_POINTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_are_sorted_into_their_series),
        cmocka_unit_test(test_what_no_log_axis_has_is_left_out_and_counted),
        cmocka_unit_test(test_there_is_an_end_to_points_and_to_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
