/* SPDX-License-Identifier: MIT */
/* Unit tests of cname.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cname.h"

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct arena));
    return *state == NULL;
}

static int teardown(void **state)
{
    arena_fini(*state);
    free(*state);
    return 0;
}

static void test_names_become_snake_case(void **state)
{
    static const struct {
        const char *schema, *snake;
    } names[] = {
        { "BuyProduct", "buy_product" },
        { "HTTPGet", "http_get" },
        { "HTTP", "http" },
        { "getHTTP", "get_http" },
        { "A", "a" },
        { "AB", "ab" },
        { "ABc", "a_bc" },
        { "Utf8Text", "utf8_text" },
        { "already_snake", "already_snake" },
        { "Mixed_Case", "mixed_case" },
        { "A_B", "a_b" },
        { "x1Y2", "x1_y2" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(names[i].snake, cname_snake(*state, names[i].schema));
    }
}

static void test_names_become_upper_case(void **state)
{
    assert_string_equal("BUY_PRODUCT", cname_upper(*state, "BuyProduct"));
    assert_string_equal("UNKNOWN_PRODUCT", cname_upper(*state, "UNKNOWN_PRODUCT"));
    assert_string_equal("A1B2", cname_upper(*state, "A1B2"));
    assert_string_equal("LOWER", cname_upper(*state, "lower"));
}

static void test_words_of_c_and_its_headers_are_reserved(void **state)
{
    (void)state;
    static const char *const reserved[] = { "int", "restrict", "inline", "alignas", "constexpr",
        "class", "namespace", "co_await", "char8_t", "requires", "xor_eq", "asm", "typeof",
        "bool", "true", "NULL", "errno", "stdin", "EOF", "EINVAL", "INT_MAX", "UINT64_C",
        "PRIu64", "SIGKILL", "LC_ALL", "I", "NAN", "assert", "unix", "size_t", "uint8_t",
        "static_assert", "while", "BUFSIZ", "xor", "actor_string" };
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        assert_true(cname_is_reserved(reserved[i]));
    }
}

static void test_other_words_are_free(void **state)
{
    static const char *const others[] = { "self", "call", "msg", "kind", "count", "Int", "INTO",
        "E", "Everything", "PRINT", "signal_strength", "log", "message", "actor", "null",
        "inty", "in", "a" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(cname_is_reserved(others[i]));
        assert_ptr_equal(others[i], cname_safe(*state, others[i]));
    }
}

static void test_all_names_of_a_declaration(void **state)
{
    struct cname name = cname_make(*state, "shop", "BuyProduct");
    assert_string_equal("BuyProduct", name.schema);
    assert_string_equal("buy_product", name.stem);
    assert_string_equal("BUY_PRODUCT", name.upper);
    assert_string_equal("shop_buy_product", name.c);
    assert_string_equal("SHOP_BUY_PRODUCT", name.macro);
}

static void test_a_prefix_and_a_name_that_together_are_reserved(void **state)
{
    assert_string_equal("size_t_", cname_make(*state, "size", "T").c);
    assert_string_equal("static_assert_", cname_make(*state, "static", "Assert").c);
    assert_string_equal("int_", cname_safe(*state, "int"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_names_become_snake_case),
        TEST(test_names_become_upper_case),
        TEST(test_words_of_c_and_its_headers_are_reserved),
        TEST(test_other_words_are_free),
        TEST(test_all_names_of_a_declaration),
        TEST(test_a_prefix_and_a_name_that_together_are_reserved),
    };
    return cmocka_run_group_tests_name("cname", tests, NULL, NULL);
}
