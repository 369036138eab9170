/* SPDX-License-Identifier: MIT */
/* Unit tests of source.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source.h"

static void assert_place(
        const struct sources *sources, uint32_t offset, uint32_t line, uint32_t column)
{
    struct place place = sources_place(sources, offset);
    assert_int_equal(line, place.line);
    assert_int_equal(column, place.column);
}

static void test_lines_and_columns_count_from_one(void **state)
{
    (void)state;
    struct sources sources = { 0 };
    sources_add(&sources, "a", "ab\n\ncd", 6);
    assert_place(&sources, 0, 1, 1);
    assert_place(&sources, 1, 1, 2);
    assert_place(&sources, 2, 1, 3);
    assert_place(&sources, 3, 2, 1);
    assert_place(&sources, 4, 3, 1);
    assert_place(&sources, 6, 3, 3);
    sources_fini(&sources);
}

static void test_columns_count_characters(void **state)
{
    (void)state;
    struct sources sources = { 0 };
    sources_add(&sources, "a", "\xc3\xa9\xe2\x82\xacx", 6);
    assert_place(&sources, 2, 1, 2);
    assert_place(&sources, 5, 1, 3);
    sources_fini(&sources);
}

static void test_a_byte_order_mark_is_no_column_and_a_carriage_return_no_part_of_the_line(
        void **state)
{
    (void)state;
    struct sources sources = { 0 };
    struct source *source = sources_add(&sources, "a",
            "\xef\xbb\xbf"
            "ab\r\ncd\r\n",
            11);
    assert_int_equal(3, source->start);
    assert_place(&sources, 3, 1, 1);
    assert_place(&sources, 7, 2, 1);
    struct place place = sources_place(&sources, 3);
    assert_int_equal(3, place.line_lo);
    assert_int_equal(5, place.line_hi);
    sources_fini(&sources);
}

static void test_offsets_of_several_sources_are_told_apart(void **state)
{
    (void)state;
    struct sources sources = { 0 };
    struct source *empty = sources_add(&sources, "empty", "", 0);
    struct source *first = sources_add(&sources, "first", "abc", 3);
    struct source *second = sources_add(&sources, "second", "de", 2);
    assert_ptr_equal(empty, sources_place(&sources, empty->base).source);
    assert_ptr_equal(first, sources_place(&sources, first->base).source);
    assert_ptr_equal(first, sources_place(&sources, first->base + 3).source);
    assert_ptr_equal(second, sources_place(&sources, second->base).source);
    assert_ptr_equal(second, sources_place(&sources, second->base + 2).source);
    struct span span = { second->base + 1, second->base + 2 };
    assert_int_equal('e', *sources_text(&sources, span));
    sources_fini(&sources);
}

static void test_white_space_alone_does_not_begin_a_line(void **state)
{
    (void)state;
    struct sources sources = { 0 };
    struct source *source = sources_add(&sources, "a", "a b\n \t c", 8);
    assert_true(source_starts_line(source, 0));
    assert_false(source_starts_line(source, 2));
    assert_true(source_starts_line(source, 7));
    sources_fini(&sources);
}

static void test_a_missing_file_and_a_folder_are_reported(void **state)
{
    (void)state;
    struct sources sources = { 0 };
    const char *why = NULL;
    assert_non_null(sources_load(&sources, "/nowhere/at all", &why));
    assert_string_equal("No such file or directory", why);
    assert_non_null(sources_load(&sources, "/", &why));
    assert_string_equal("it is a directory", why);
    sources_fini(&sources);
}

static void test_utf8_is_told_from_what_is_not(void **state)
{
    (void)state;
    assert_int_equal(1, source_utf8("a", 1));
    assert_int_equal(2, source_utf8("\xc3\xa9", 2));
    assert_int_equal(3, source_utf8("\xe2\x82\xac", 3));
    assert_int_equal(4, source_utf8("\xf0\x9f\x98\x80", 4));
    static const char *const bad[] = { "\x80", "\xbf", "\xc3", "\xc3(", "\xc0\x80", "\xc1\xbf",
        "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xf0\x9f\x98" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(0, source_utf8(bad[i], strlen(bad[i])));
    }
    assert_int_equal(0, source_utf8("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_columns_count_from_one),
        cmocka_unit_test(test_columns_count_characters),
        cmocka_unit_test(
                test_a_byte_order_mark_is_no_column_and_a_carriage_return_no_part_of_the_line),
        cmocka_unit_test(test_offsets_of_several_sources_are_told_apart),
        cmocka_unit_test(test_white_space_alone_does_not_begin_a_line),
        cmocka_unit_test(test_a_missing_file_and_a_folder_are_reported),
        cmocka_unit_test(test_utf8_is_told_from_what_is_not),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
