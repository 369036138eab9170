/* SPDX-License-Identifier: MIT */
/* test_csv.c - csv.c and orders.c: what they read, and what they say of what they cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "csv.h"
#include "orders.h"
#include "utf8.h"

/* Returns a file that holds `len` bytes and is read from its start. */
static int file_of(const char *text, size_t len)
{
    char path[] = "/tmp/shop-csv-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Appends what a reader gives: "[a|b]" for a record, "!line:column text" for a malformed one. */
static void describe(struct csv *csv, char *out, size_t size)
{
    struct csv_record record;
    enum csv_result result;
    size_t len = 0;
    out[0] = '\0';
    while ((result = csv_next(csv, &record)) == CSV_RECORD || result == CSV_MALFORMED) {
        if (result == CSV_MALFORMED) {
            len += (size_t)snprintf(out + len, size - len, "!%zu:%zu %s\n", record.line,
                    record.column, record.problem);
            continue;
        }
        len += (size_t)snprintf(out + len, size - len, "%zu[", record.line);
        for (size_t i = 0; i < record.field_count && i < CSV_FIELDS_MAX; i++) {
            assert_int_equal(strlen(record.fields[i].text), record.fields[i].len);
            len += (size_t)snprintf(
                    out + len, size - len, "%s%s", i > 0 ? "|" : "", record.fields[i].text);
        }
        len += (size_t)snprintf(out + len, size - len, "]\n");
    }
    assert_int_equal(result, CSV_END);
}

static void expect_bytes(const char *text, size_t text_len, const char *wanted)
{
    char got[4096];
    int fd = file_of(text, text_len);
    struct csv *csv = csv_new(fd);
    assert_non_null(csv);
    describe(csv, got, sizeof got);
    assert_string_equal(got, wanted);
    assert_int_equal(csv_offset(csv), text_len);
    csv_free(csv);
    assert_int_equal(close(fd), 0);
}

static void expect(const char *text, const char *wanted)
{
    expect_bytes(text, strlen(text), wanted);
}

static void test_plain_records_and_line_ends(void **state)
{
    (void)state;
    expect("", "");
    expect("a,b\nc,d\n", "1[a|b]\n2[c|d]\n");
    expect("a,b\r\nc,d", "1[a|b]\n2[c|d]\n");
    expect("\n\r\na\n\n", "3[a]\n");
    expect(",\n", "1[|]\n");
    expect("\xEF\xBB\xBF"
           "a,b\n",
            "1[a|b]\n");
}

static void test_quoted_fields_hold_commas_quotes_and_line_ends(void **state)
{
    (void)state;
    expect("\"a,b\",c\n", "1[a,b|c]\n");
    expect("\"say \"\"hi\"\"\"\n", "1[say \"hi\"]\n");
    expect("\"two\nlines\",x\ny\n", "1[two\nlines|x]\n3[y]\n");
    expect("\"\",\"\"\r\n", "1[|]\n");
}

static void test_a_malformed_record_costs_one_line(void **state)
{
    (void)state;
    expect("a\"b,1\nc\n", "!1:2 a quote inside a field that is not quoted\n2[c]\n");
    expect("\"a\"b,1\nc\n", "!1:4 text behind the closing quote\n2[c]\n");
    expect("a\rb\nc\n", "!1:2 a carriage return without a line feed\n2[c]\n");
    expect("x\nab,\"c\nd,1\ne,2", "1[x]\n!2:4 this quote is never closed\n3[d|1]\n4[e|2]\n");
    /* The quote that closes it by accident belongs to a good record. */
    expect("\"a,1\nb,2\n\"c d\",3\n", "!3:2 text behind the closing quote\n2[b|2]\n3[c d|3]\n");
}

static void test_what_is_not_utf8_is_malformed(void **state)
{
    (void)state;
    expect("J\xFCrgen,1\n\xC3\xBC\n", "!1:1 this field is not UTF-8\n2[\xC3\xBC]\n");
    expect_bytes("a,b\0c\nd\n", 8, "!1:3 a NUL byte in this field\n2[d]\n");
}

static void test_more_fields_than_are_kept_are_counted(void **state)
{
    (void)state;
    char text[64];
    struct csv_record record;
    memset(text, ',', 40);
    int fd = file_of(text, 40);
    struct csv *csv = csv_new(fd);
    assert_int_equal(csv_next(csv, &record), CSV_RECORD);
    assert_int_equal(record.field_count, 41);
    csv_free(csv);
    assert_int_equal(close(fd), 0);
}

/* A record of `len` bytes between two short ones; `first` is its first byte. */
static void expect_long(char first, size_t len, const char *wanted)
{
    char *text = malloc(len + 5);
    assert_non_null(text);
    memset(text, 'x', len + 5);
    memcpy(text, "a\n", 2);
    text[2] = first;
    memcpy(text + 2 + len, "\nb\n", 3);
    expect_bytes(text, len + 5, wanted);
    free(text);
}

static void test_records_that_are_too_long_are_left_out(void **state)
{
    (void)state;
    expect_long('x', CSV_RECORD_MAX, "1[a]\n!2:65537 the record is longer than 64 KiB\n3[b]\n");
    expect_long('x', 1000000, "1[a]\n!2:65537 the record is longer than 64 KiB\n3[b]\n");
    expect_long('"', 1000000, "1[a]\n!2:1 this quote is never closed\n3[b]\n");
}

static void test_what_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    struct csv_record record;
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    struct csv *csv = csv_new(pipe_ends[1]); /* the end that cannot be read */
    assert_int_equal(csv_next(csv, &record), CSV_ERROR);
    assert_int_equal(csv_next(csv, &record), CSV_ERROR);
    csv_free(csv);
    assert_int_equal(close(pipe_ends[0]), 0);
    assert_int_equal(close(pipe_ends[1]), 0);
}

/* The same text in pieces of every size gives the same records. */
static void test_a_record_may_arrive_in_pieces(void **state)
{
    (void)state;
    static const char TEXT[] = "\xEF\xBB\xBF"
                               "a,\"b\"\"\r\nc\"\r\nd\"e\r\nf,\xC3\xBC\n";
    for (size_t piece = 1; piece < sizeof TEXT; piece++) {
        char got[256];
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], TEXT, piece), piece);
        struct csv *csv = csv_new(ends[0]);
        struct csv_record record;
        if (piece >= 15) {
            assert_int_equal(csv_next(csv, &record), CSV_RECORD);
            assert_string_equal(record.fields[1].text, "b\"\r\nc");
        }
        assert_int_equal(
                write(ends[1], TEXT + piece, sizeof TEXT - 1 - piece), sizeof TEXT - 1 - piece);
        assert_int_equal(close(ends[1]), 0);
        describe(csv, got, sizeof got);
        assert_string_equal(got + (piece >= 15 ? 0 : strlen("1[a|b\"\r\nc]\n")),
                "!3:2 a quote inside a field that is not quoted\n4[f|\xC3\xBC]\n");
        csv_free(csv);
        assert_int_equal(close(ends[0]), 0);
    }
}

static void test_utf8_accepts_what_rfc_3629_does(void **state)
{
    (void)state;
    static const char *const GOOD[] = { "", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF" };
    static const char *const BAD[] = { "\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF",
        "\xED\xA0\x80", "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xF0\x90\x80z", "\xFF" };
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        assert_true(utf8_valid(GOOD[i], strlen(GOOD[i])));
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_false(utf8_valid(BAD[i], strlen(BAD[i])));
    }
    assert_false(utf8_valid("a\0b", 3));
}

static void test_orders_are_numbered_and_malformed_ones_named(void **state)
{
    (void)state;
    static const char TEXT[] = "customer,product_id,count\n"
                               "Ann,1,2\n"
                               "customer,product_id,count\n"
                               "Ann,1\n"
                               "Ann,1,-2\n"
                               ",1,2\n"
                               "Ann,4294967296,2\n"
                               "\"A\nB\",4294967295,0\n";
    char path[] = "/tmp/shop-orders-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, TEXT, sizeof TEXT - 1), sizeof TEXT - 1);
    assert_int_equal(close(fd), 0);
    struct orders *orders = orders_open(path, 10);
    assert_non_null(orders);
    orders_number_from(orders, 100);
    struct order order;
    assert_true(orders_next(orders, &order));
    assert_int_equal(order.id, 100);
    assert_string_equal(order.customer, "Ann");
    assert_int_equal(order.count, 2);
    assert_true(orders_next(orders, &order));
    assert_int_equal(order.id, 101);
    assert_string_equal(order.customer, "A\nB");
    assert_int_equal(order.product_id, UINT32_MAX);
    assert_false(orders_next(orders, &order));
    assert_int_equal(orders_progress(orders).malformed, 5);
    static const char *const PROBLEMS[] = { "3:1: product_id is not a number",
        "4:1: an order has 3 fields: customer,product_id,count", "5:1: count is not a number",
        "6:1: the customer has no name", "7:1: product_id is larger than 4294967295" };
    for (size_t i = 0; i < 5; i++) {
        assert_memory_equal(orders_problem(orders, i), path, strlen(path));
        assert_string_equal(orders_problem(orders, i) + strlen(path) + 1, PROBLEMS[i]);
    }
    assert_null(orders_problem(orders, 5));
    assert_int_equal(orders_errno(orders), 0);
    orders_close(orders);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_records_and_line_ends),
        cmocka_unit_test(test_quoted_fields_hold_commas_quotes_and_line_ends),
        cmocka_unit_test(test_a_malformed_record_costs_one_line),
        cmocka_unit_test(test_what_is_not_utf8_is_malformed),
        cmocka_unit_test(test_more_fields_than_are_kept_are_counted),
        cmocka_unit_test(test_records_that_are_too_long_are_left_out),
        cmocka_unit_test(test_what_cannot_be_read_is_an_error),
        cmocka_unit_test(test_a_record_may_arrive_in_pieces),
        cmocka_unit_test(test_utf8_accepts_what_rfc_3629_does),
        cmocka_unit_test(test_orders_are_numbered_and_malformed_ones_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
