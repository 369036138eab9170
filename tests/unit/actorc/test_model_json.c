/* SPDX-License-Identifier: MIT */
/*
 * test_model_json.c - whatever a schema says, its model and its graph are JSON by the letter of
 * RFC 8259, in UTF-8.
 */
#include "escape.h"
#include "flow_print.h"
#include "json.h"
#include "model_json.h"
#include "session.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- A reader that is as strict as the standard ------------------------------------------ */

/* Each reader returns what follows, or NULL if it is wrong. */
static const char *read_value(const char *at, unsigned depth);

static const char *skip_space(const char *at)
{
    return at == NULL ? NULL : at + strspn(at, " \t\r\n");
}

static const char *read_escape(const char *at)
{
    if (*at == 'u') {
        return strspn(at + 1, "0123456789abcdefABCDEF") >= 4 ? at + 5 : NULL;
    }
    return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
}

static const char *read_string(const char *at)
{
    if (*at++ != '"') {
        return NULL;
    }
    while (at != NULL && *at != '"') {
        size_t size = source_utf8(at, strlen(at));
        if ((unsigned char)*at < 0x20 || size == 0) {
            return NULL;
        }
        at = *at == '\\' ? read_escape(at + 1) : at + size;
    }
    return at == NULL ? NULL : at + 1;
}

static const char *read_digits(const char *at)
{
    size_t count = strspn(at, "0123456789");
    return count == 0 ? NULL : at + count;
}

static const char *read_number(const char *at)
{
    at += *at == '-';
    at = *at == '0' ? at + 1 : read_digits(at);
    if (at != NULL && *at == '.') {
        at = read_digits(at + 1);
    }
    if (at != NULL && (*at == 'e' || *at == 'E')) {
        at += at[1] == '+' || at[1] == '-' ? 2 : 1;
        at = read_digits(at);
    }
    return at;
}

static const char *read_member(const char *at, unsigned depth)
{
    at = skip_space(read_string(at));
    return at == NULL || *at != ':' ? NULL : read_value(skip_space(at + 1), depth);
}

static const char *read_items(const char *at, char end, unsigned depth)
{
    at = skip_space(at + 1);
    if (*at == end) {
        return at + 1;
    }
    for (;;) {
        at = end == '}' ? read_member(at, depth) : read_value(at, depth);
        at = skip_space(at);
        if (at == NULL || *at == end) {
            return at == NULL ? NULL : at + 1;
        }
        if (*at != ',') {
            return NULL;
        }
        at = skip_space(at + 1);
    }
}

static const char *read_word(const char *at)
{
    static const char *const words[] = { "true", "false", "null" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(at, words[i], strlen(words[i])) == 0) {
            return at + strlen(words[i]);
        }
    }
    return NULL;
}

static const char *read_value(const char *at, unsigned depth)
{
    if (at == NULL || depth == 0) {
        return NULL;
    }
    switch (*at) {
    case '{': return read_items(at, '}', depth - 1);
    case '[': return read_items(at, ']', depth - 1);
    case '"': return read_string(at);
    case 't':
    case 'f':
    case 'n': return read_word(at);
    default: return read_number(at);
    }
}

static bool is_json(const struct buf *text)
{
    const char *end = skip_space(read_value(skip_space(text->data), 100));
    return end != NULL && end == text->data + text->len;
}

/* ---- Tests ------------------------------------------------------------------------------ */

static void test_the_reader_refuses_what_is_no_json(void **state)
{
    static const char *const wrong[] = { "", "{", "[1,]", "{\"a\":1,}", "\"\n\"", "01", "+1",
        "1.", "\"\\x\"", "\"\\u12\"", "nul", "[1 2]", "{a:1}", "\"\xff\"", "[] []" };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct buf text = { 0 };
        buf_puts(&text, wrong[i]);
        if (text.data != NULL) {
            assert_false(is_json(&text));
        }
        buf_fini(&text);
    }
}

static void check_schema(const char *path)
{
    struct session session;
    session_init(&session);
    const struct model *model = session_check(&session, path);
    assert_non_null(model);
    struct buf text = { 0 };
    model_json(model, &session.sources, &session.arena, &text);
    if (!is_json(&text)) {
        fail_msg("the model of %s is no JSON", path);
    }
    buf_fini(&text);
    struct flow flow;
    flow_init(&flow, &session.arena, &model, 1);
    flow_print_json(&flow, model->schema, &text);
    if (!is_json(&text)) {
        fail_msg("the graph of %s is no JSON", path);
    }
    buf_fini(&text);
    flow_fini(&flow);
    session_fini(&session);
}

static void test_the_model_of_every_schema_is_json(void **state)
{
    static const char *const patterns[] = { "schemas/*.actor", "tests/schemas/*.actor",
        "tests/golden/*/in.actor" };
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob_t files;
        assert_int_equal(glob(patterns[i], 0, NULL, &files), 0);
        for (size_t j = 0; j < files.gl_pathc; j++) {
            check_schema(files.gl_pathv[j]);
        }
        globfree(&files);
    }
}

static void test_any_bytes_become_a_string(void **state)
{
    char bytes[256];
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned i = 0; i < sizeof bytes; i++) {
            bytes[i] = (char)(first + i * 37);
        }
        struct buf text = { 0 };
        escape_json_bytes(&text, bytes, sizeof bytes);
        assert_true(is_json(&text));
        buf_fini(&text);
    }
}

static void test_what_a_double_cannot_hold_is_a_string(void **state)
{
    struct buf text = { 0 };
    struct json json = { .out = &text };
    (void)state;
    json_open(&json, NULL, '[');
    json_magnitude(&json, NULL, UINT64_MAX, false);
    json_integer(&json, NULL, INT64_MIN);
    json_integer(&json, NULL, -(INT64_C(1) << 53) + 1);
    json_close(&json);
    assert_string_equal(text.data,
            "[\n  \"18446744073709551615\",\n  \"-9223372036854775808\",\n"
            "  -9007199254740991\n]\n");
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_reader_refuses_what_is_no_json),
        cmocka_unit_test(test_the_model_of_every_schema_is_json),
        cmocka_unit_test(test_any_bytes_become_a_string),
        cmocka_unit_test(test_what_a_double_cannot_hold_is_a_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
