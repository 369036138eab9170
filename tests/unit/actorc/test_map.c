/* SPDX-License-Identifier: MIT */
/* Unit tests of map.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "map.h"

static int values[10000];

static void test_an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct map map = { 0 };
    assert_null(map_get(&map, 0));
    assert_null(map_get(&map, 7));
    map_clear(&map);
    map_fini(&map);
}

static void test_the_first_value_of_a_key_stays(void **state)
{
    (void)state;
    struct map map = { 0 };
    assert_null(map_add(&map, 0, &values[0]));
    assert_ptr_equal(&values[0], map_add(&map, 0, &values[1]));
    assert_ptr_equal(&values[0], map_get(&map, 0));
    map_set(&map, 0, &values[2]);
    map_set(&map, 1, &values[3]);
    assert_ptr_equal(&values[2], map_get(&map, 0));
    assert_ptr_equal(&values[3], map_get(&map, 1));
    map_fini(&map);
}

static void test_many_keys_are_found_after_growth(void **state)
{
    (void)state;
    enum { COUNT = sizeof values / sizeof values[0] };
    struct map map = { 0 };
    /* Pointers, neighbours, and numbers that agree in their low bits. */
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_null(map_add(&map, map_key(&values[i]), &values[i]));
        assert_null(map_add(&map, i << 32, &values[i]));
    }
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(&values[i], map_get(&map, map_key(&values[i])));
        assert_ptr_equal(&values[i], map_get(&map, i << 32));
    }
    assert_null(map_get(&map, map_key(&values[COUNT - 1] + 1)));
    map_clear(&map);
    assert_null(map_get(&map, map_key(&values[0])));
    assert_null(map_add(&map, map_key(&values[0]), &values[1]));
    map_clear(&map);
    assert_null(map_get(&map, map_key(&values[0])));
    map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_map_has_nothing),
        cmocka_unit_test(test_the_first_value_of_a_key_stays),
        cmocka_unit_test(test_many_keys_are_found_after_growth),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
