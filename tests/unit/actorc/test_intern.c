/* SPDX-License-Identifier: MIT */
/* Unit tests of intern.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "intern.h"

#include <stdio.h>

static void test_equal_texts_give_one_pointer(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct intern intern;
    intern_init(&intern, &arena);
    char other[] = "xname";
    const char *name = intern_put(&intern, "name", 4);
    assert_ptr_equal(name, intern_put(&intern, other + 1, 4));
    assert_string_equal("name", name);
    intern_fini(&intern);
    arena_fini(&arena);
}

static void test_different_texts_give_different_pointers(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct intern intern;
    intern_init(&intern, &arena);
    assert_ptr_not_equal(intern_put(&intern, "name", 4), intern_put(&intern, "name", 3));
    assert_ptr_not_equal(intern_put(&intern, "a\0b", 3), intern_put(&intern, "a\0c", 3));
    assert_string_equal("", intern_put(&intern, "", 0));
    intern_fini(&intern);
    arena_fini(&arena);
}

static void test_names_stay_when_the_table_grows(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct arena arena = { 0 };
    struct intern intern;
    intern_init(&intern, &arena);
    const char **names = calloc(COUNT, sizeof(char *));
    assert_non_null(names);
    char text[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            int len = snprintf(text, sizeof text, "name%d", i);
            const char *name = intern_put(&intern, text, (size_t)len);
            assert_true(round == 0 || name == names[i]);
            names[i] = name;
        }
    }
    assert_int_equal(COUNT, intern.count);
    free(names);
    intern_fini(&intern);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_texts_give_one_pointer),
        cmocka_unit_test(test_different_texts_give_different_pointers),
        cmocka_unit_test(test_names_stay_when_the_table_grows),
    };
    return cmocka_run_group_tests_name("intern", tests, NULL, NULL);
}
