/* SPDX-License-Identifier: MIT */
/* Unit tests of suggest.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "suggest.h"

static void test_each_kind_of_edit_counts_one(void **state)
{
    (void)state;
    assert_int_equal(0, suggest_distance("message", "message", 5));
    assert_int_equal(1, suggest_distance("mesage", "message", 5));
    assert_int_equal(1, suggest_distance("messsage", "message", 5));
    assert_int_equal(1, suggest_distance("messaga", "message", 5));
    assert_int_equal(1, suggest_distance("messaeg", "message", 5));
    assert_int_equal(1, suggest_distance("emssage", "message", 5));
    assert_int_equal(3, suggest_distance("kitten", "sitting", 5));
    assert_int_equal(7, suggest_distance("", "message", 9));
    assert_int_equal(0, suggest_distance("", "", 3));
}

static void test_upper_and_lower_case_do_not_matter(void **state)
{
    (void)state;
    assert_int_equal(0, suggest_distance("BuyProduct", "buyproduct", 5));
}

static void test_distances_are_the_same_both_ways(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("Inventory", "Invntroy", 9),
            suggest_distance("Invntroy", "Inventory", 9));
}

static void test_more_than_the_limit_is_one_more(void **state)
{
    (void)state;
    assert_int_equal(3, suggest_distance("abcdef", "uvwxyz", 2));
    assert_int_equal(3, suggest_distance("a", "abcdef", 2));
    char long_name[SUGGEST_LEN_MAX + 2];
    memset(long_name, 'x', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    assert_int_equal(3, suggest_distance(long_name, long_name, 2));
    long_name[SUGGEST_LEN_MAX] = '\0';
    assert_int_equal(0, suggest_distance(long_name, long_name, 2));
}

static void test_the_nearest_is_suggested_and_the_first_of_equals(void **state)
{
    (void)state;
    struct suggest suggest;
    suggest_init(&suggest, "BuyProdct");
    suggest_offer(&suggest, "BuyProducts");
    suggest_offer(&suggest, "BuyProduct");
    suggest_offer(&suggest, "BuyProdact");
    assert_string_equal("BuyProduct", suggest.best);
}

static void test_nothing_near_gives_no_suggestion(void **state)
{
    (void)state;
    struct suggest suggest;
    suggest_init(&suggest, "Refund");
    suggest_offer(&suggest, "BuyProduct");
    suggest_offer(&suggest, "Order");
    assert_null(suggest.best);
    suggest_init(&suggest, "a");
    suggest_offer(&suggest, "b");
    assert_null(suggest.best);
}

static void test_one_wrong_letter_is_certain_if_no_other_name_is_as_near(void **state)
{
    (void)state;
    struct suggest suggest;
    suggest_init(&suggest, "mesage");
    suggest_offer(&suggest, "message");
    suggest_offer(&suggest, "mode");
    assert_true(suggest_certain(&suggest));
    suggest_offer(&suggest, "mesaga");
    assert_true(suggest.tied);
    assert_false(suggest_certain(&suggest));
    suggest_init(&suggest, "u23");
    suggest_offer(&suggest, "u32");
    assert_false(suggest_certain(&suggest));
    suggest_init(&suggest, "mesge");
    suggest_offer(&suggest, "message");
    assert_false(suggest_certain(&suggest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_of_edit_counts_one),
        cmocka_unit_test(test_upper_and_lower_case_do_not_matter),
        cmocka_unit_test(test_distances_are_the_same_both_ways),
        cmocka_unit_test(test_more_than_the_limit_is_one_more),
        cmocka_unit_test(test_the_nearest_is_suggested_and_the_first_of_equals),
        cmocka_unit_test(test_nothing_near_gives_no_suggestion),
        cmocka_unit_test(test_one_wrong_letter_is_certain_if_no_other_name_is_as_near),
    };
    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
