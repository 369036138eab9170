/* SPDX-License-Identifier: MIT */
/* Unit tests of literal.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "literal.h"

static struct ast_literal good(const char *text)
{
    struct ast_literal literal = { .kind = AST_POISON };
    const char *wrong = literal_number(text, strlen(text), &literal);
    if (wrong != NULL) {
        fail_msg("'%s': %s", text, wrong);
    }
    return literal;
}

static void assert_integer(const char *text, uint64_t magnitude, bool negative)
{
    struct ast_literal literal = good(text);
    assert_int_equal(AST_INTEGER, literal.kind);
    assert_true(magnitude == literal.integer.magnitude);
    assert_int_equal(negative, literal.integer.negative);
}

static void test_integers_of_all_bases(void **state)
{
    (void)state;
    assert_integer("0", 0, false);
    assert_integer("1_000", 1000, false);
    assert_integer("-5", 5, true);
    assert_integer("0xFf", 255, false);
    assert_integer("0xffff_ffff", UINT32_MAX, false);
    assert_integer("-0b101", 5, true);
    assert_integer("18446744073709551615", UINT64_MAX, false);
    assert_integer("-9223372036854775808", UINT64_C(1) << 63, true);
    assert_integer("64", 64, false);
    assert_integer("4KiB", 4096, false);
    assert_integer("2MiB", 2097152, false);
    assert_integer("0x1e5", 0x1e5, false);
}

static void test_durations_of_all_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } durations[] = { { "10us", 10000 }, { "5ms", 5000000 }, { "2s", 2000000000 },
        { "1m", INT64_C(60000000000) }, { "1h", INT64_C(3600000000000) },
        { "-3s", -3000000000 }, { "1_000ms", 1000000000 }, { "7ns", 7 }, { "0s", 0 } };
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        struct ast_literal literal = good(durations[i].text);
        assert_int_equal(AST_DURATION, literal.kind);
        assert_true(durations[i].ns == literal.duration_ns);
    }
}

static void test_floats(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number;
    } floats[] = { { "1.5", 1.5 }, { "-0.5e10", -0.5e10 }, { "1e3", 1000 }, { "2E-2", 0.02 },
        { "0.0", 0 }, { "1e+2", 100 } };
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++) {
        struct ast_literal literal = good(floats[i].text);
        assert_int_equal(AST_FLOAT, literal.kind);
        assert_true(floats[i].number == literal.number);
    }
}

static void test_malformed_numbers_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "0x", "0b", "0b2", "1__0", "1_", "0x_1", "007", "1x",
        "1kib", "1S", "1.5s", "1.5KiB", "1.5.5", "1e999", "1e", "18446744073709551616",
        "-9223372036854775809", "0x10000000000000000", "300000000h", "99999999999999999GiB",
        "9223372036854775808ns", "1.5e", "0xg" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ast_literal literal = { .kind = AST_POISON };
        if (literal_number(bad[i], strlen(bad[i]), &literal) == NULL) {
            fail_msg("'%s' was accepted", bad[i]);
        }
        assert_int_equal(AST_POISON, literal.kind);
    }
}

static void assert_escape(const char *escape, const char *meaning, size_t len)
{
    struct buf string = { 0 };
    assert_int_equal(strlen(escape), literal_escape(escape, strlen(escape), &string));
    assert_int_equal(len, string.len);
    assert_memory_equal(meaning, string.data, len);
    buf_fini(&string);
}

static void test_escapes(void **state)
{
    (void)state;
    assert_escape("\\n", "\n", 1);
    assert_escape("\\\\", "\\", 1);
    assert_escape("\\\"", "\"", 1);
    assert_escape("\\0", "\0", 1);
    assert_escape("\\101", "A", 1);
    assert_escape("\\x41", "A", 1);
    assert_escape("\\xf", "\x0f", 1);
    assert_escape("\\u0041", "A", 1);
    assert_escape("\\u00e9", "\xc3\xa9", 2);
    assert_escape("\\u20ac", "\xe2\x82\xac", 3);
    assert_escape("\\U0001f600", "\xf0\x9f\x98\x80", 4);
}

static void test_unknown_escapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "\\q", "\\x", "\\u12", "\\ud800", "\\udfff",
        "\\U00110000", "\\777", "\\", "\\8", "\\N" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf string = { 0 };
        assert_int_equal(0, literal_escape(bad[i], strlen(bad[i]), &string));
        assert_int_equal(0, string.len);
        buf_fini(&string);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers_of_all_bases),
        cmocka_unit_test(test_durations_of_all_units),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_malformed_numbers_are_refused),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_unknown_escapes_are_refused),
    };
    return cmocka_run_group_tests_name("literal", tests, NULL, NULL);
}
