/* SPDX-License-Identifier: MIT */
/* Unit tests of buf.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

static void test_an_empty_buffer_has_no_data(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    assert_null(buf.data);
    buf_fini(&buf);
}

static void test_texts_are_appended_and_terminated(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    buf_puts(&buf, "ab");
    buf_put(&buf, "cdef", 2);
    buf_fill(&buf, '-', 3);
    buf_printf(&buf, "%d", 42);
    assert_string_equal("abcd---42", buf.data);
    assert_int_equal(9, buf.len);
    buf_fini(&buf);
}

static void test_prints_of_every_length_fit(void **state)
{
    (void)state;
    char text[2001];
    memset(text, 'x', 2000);
    text[2000] = '\0';
    for (int len = 0; len <= 2000; len += 37) {
        struct buf buf = { 0 };
        buf_puts(&buf, "<");
        buf_printf(&buf, "%.*s>", len, text);
        assert_int_equal(len + 2, buf.len);
        assert_int_equal(buf.len, strlen(buf.data));
        assert_int_equal('>', buf.data[buf.len - 1]);
        buf_fini(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_buffer_has_no_data),
        cmocka_unit_test(test_texts_are_appended_and_terminated),
        cmocka_unit_test(test_prints_of_every_length_fit),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
