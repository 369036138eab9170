/* SPDX-License-Identifier: MIT */
/* Unit tests of escape.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escape.h"

#define NONE "\xef\xbf\xbd" /* U+FFFD, for what cannot be */

static void expect(
        void (*escape)(struct buf *out, const char *text), const char *wanted, const char *text)
{
    struct buf out = { 0 };
    escape(&out, text);
    assert_string_equal(wanted, out.data == NULL ? "" : out.data);
    buf_fini(&out);
}

static void test_each_language_has_its_own_escapes(void **state)
{
    (void)state;
    static const char text[] = "a\"b\\c\n&<>'#`\td";
    expect(escape_json, "\"a\\\"b\\\\c\\n&<>'#`\\u0009d\"", text);
    expect(escape_html, "a&quot;b\\c\n&amp;&lt;&gt;&#39;#`\td", text);
    expect(escape_dot, "\"a\\\"b\\\\c\\n&amp;<>'#`\td\"", text);
    expect(escape_mermaid, "a#quot;b\\c<br/>#amp;#lt;#gt;'#35;#96;\td", text);
}

static void test_nothing_is_nothing(void **state)
{
    (void)state;
    expect(escape_json, "null", NULL);
    expect(escape_json, "\"\"", "");
    expect(escape_html, "", "");
    expect(escape_dot, "\"\"", "");
    expect(escape_mermaid, "", "");
}

static void test_control_characters_are_told_or_replaced(void **state)
{
    (void)state;
    expect(escape_json, "\"\\u0001\\u007f\"", "\x01\x7f");
    expect(escape_html, NONE NONE NONE, "\x01\x7f\r");
    expect(escape_dot, "\"" NONE "\"", "\x1f");
    expect(escape_mermaid, NONE, "\x1b");
}

static void test_characters_beyond_ascii_stay(void **state)
{
    (void)state;
    static const char text[] = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    expect(escape_html, text, text);
    expect(escape_mermaid, text, text);
    expect(escape_json, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", text);
}

/* What ends lines in JavaScript, is no character of XML, or is not UTF-8. */
static void test_characters_that_languages_cannot_have_are_replaced(void **state)
{
    (void)state;
    expect(escape_html, " | |", "\xe2\x80\xa8|\xe2\x80\xa9|");
    expect(escape_json, "\" | |\"", "\xe2\x80\xa8|\xe2\x80\xa9|");
    expect(escape_html, "\xe2\x80\xa7\xe2\x80\xaa",
            "\xe2\x80\xa7\xe2\x80\xaa"); /* neighbours */
    expect(escape_html, NONE NONE, "\xef\xbf\xbe\xef\xbf\xbf");
    expect(escape_html, "\xef\xbf\xbd\xef\xbf\xbc", "\xef\xbf\xbd\xef\xbf\xbc");
    expect(escape_html, "a" NONE "b",
            "a\x80"
            "b");
    expect(escape_html, NONE NONE, "\xc3\xff");
    expect(escape_html, NONE, "\xe2");
}

static void test_bytes_may_have_nul(void **state)
{
    (void)state;
    struct buf out = { 0 };
    escape_json_bytes(&out, "a\0b", 3);
    assert_string_equal("\"a\\u0000b\"", out.data);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_language_has_its_own_escapes),
        cmocka_unit_test(test_nothing_is_nothing),
        cmocka_unit_test(test_control_characters_are_told_or_replaced),
        cmocka_unit_test(test_characters_beyond_ascii_stay),
        cmocka_unit_test(test_characters_that_languages_cannot_have_are_replaced),
        cmocka_unit_test(test_bytes_may_have_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
