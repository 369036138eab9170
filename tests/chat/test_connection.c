/* SPDX-License-Identifier: MIT */
/* test_connection.c - the connection of a session: lines that come in parts, and what is written to
 * one who reads slowly, or not at all. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "connection.h"

struct ends {
    struct connection *connection;
    int other;
};

static int setup(void **state)
{
    struct ends *e = calloc(1, sizeof *e);
    int fds[2];
    (void)alarm(60); /* ends a test that hangs, and so fails it */
    assert_non_null(e);
    assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    e->connection = connection_new(fds[0]);
    e->other = fds[1];
    assert_non_null(e->connection);
    *state = e;
    return 0;
}

static int teardown(void **state)
{
    struct ends *e = *state;
    if (e->connection != NULL) {
        connection_free(e->connection);
    }
    (void)close(e->other);
    free(e);
    return 0;
}

static void arrive(struct ends *e, const char *bytes, size_t len)
{
    assert_int_equal(len, write(e->other, bytes, len));
    assert_true(connection_read(e->connection));
}

static void expect_line(struct ends *e, const char *text)
{
    const char *line = NULL;
    size_t len = 0;
    assert_int_equal(CONNECTION_LINE, connection_take_line(e->connection, &line, &len));
    assert_int_equal(strlen(text), len);
    assert_memory_equal(text, line, len);
}

static void expect(struct ends *e, enum connection_line what)
{
    const char *line = NULL;
    size_t len = 0;
    assert_int_equal(what, connection_take_line(e->connection, &line, &len));
}

/* ---- Reading ---------------------------------------------------------------------------- */

static void test_lines_are_whole_wherever_they_are_cut(void **state)
{
    static const char TEXT[] = "one\r\n\ntwo\n";
    struct ends *e = *state;
    for (size_t cut = 1; cut < sizeof TEXT - 1; cut++) {
        arrive(e, TEXT, cut);
        arrive(e, TEXT + cut, sizeof TEXT - 1 - cut);
        expect_line(e, "one");
        expect_line(e, "");
        expect_line(e, "two");
        expect(e, CONNECTION_NO_LINE);
    }
    assert_false(connection_read(e->connection));
}

static void test_a_nul_does_not_end_a_line(void **state)
{
    struct ends *e = *state;
    const char *line = NULL;
    size_t len = 0;
    arrive(e, "a\0b\n", 4);
    assert_int_equal(CONNECTION_LINE, connection_take_line(e->connection, &line, &len));
    assert_int_equal(3, len);
    assert_memory_equal("a\0b", line, 3);
}

static void test_a_long_line_is_said_once_wherever_it_is_cut(void **state)
{
    struct ends *e = *state;
    char text[CONNECTION_LINE_MAX + 3];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\n';
    for (size_t cut = 1; cut < sizeof text; cut++) {
        unsigned said = 0;
        const char *line = NULL;
        size_t len = 0;
        arrive(e, text, cut);
        said += connection_take_line(e->connection, &line, &len) == CONNECTION_LONG_LINE;
        arrive(e, text + cut, sizeof text - cut);
        arrive(e, "next\n", 5);
        if (said == 0) {
            expect(e, CONNECTION_LONG_LINE);
        }
        expect_line(e, "next");
        expect(e, CONNECTION_NO_LINE);
    }
}

static void test_a_longest_line_is_none_too_long(void **state)
{
    struct ends *e = *state;
    char text[CONNECTION_LINE_MAX + 2];
    memset(text, 'x', sizeof text);
    text[sizeof text - 2] = '\r';
    text[sizeof text - 1] = '\n';
    arrive(e, text, sizeof text - 1);
    expect(e, CONNECTION_NO_LINE);
    arrive(e, text + sizeof text - 1, 1);
    expect(e, CONNECTION_LINE);
    text[sizeof text - 2] = 'x';
    arrive(e, text, sizeof text);
    expect(e, CONNECTION_LONG_LINE);
}

static void test_the_end_makes_a_line_whole(void **state)
{
    struct ends *e = *state;
    arrive(e, "one\ntw", 6);
    assert_int_equal(0, shutdown(e->other, SHUT_WR));
    assert_true(connection_read(e->connection));
    assert_true(connection_has_ended(e->connection));
    assert_false(connection_is_broken(e->connection));
    expect_line(e, "one");
    expect_line(e, "tw");
    expect(e, CONNECTION_NO_LINE);
}

/* It reads no more than it has room for; what is left comes when there is some again. */
static void test_more_than_there_is_room_for_waits(void **state)
{
    struct ends *e = *state;
    unsigned lines = 0;
    const char *line = NULL;
    size_t len = 0;
    static char text[4 * CONNECTION_INPUT_MAX];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = "abc\n"[i % 4];
    }
    assert_int_equal(sizeof text, write(e->other, text, sizeof text));
    while (connection_read(e->connection)) {
        while (connection_take_line(e->connection, &line, &len) == CONNECTION_LINE) {
            assert_int_equal(3, len);
            assert_memory_equal("abc", line, 3);
            lines++;
        }
    }
    assert_int_equal(CONNECTION_INPUT_MAX, lines);
}

/* ---- Writing ---------------------------------------------------------------------------- */

/* Puts numbered lines until there is no room; returns how many there were. */
static unsigned fill(struct ends *e)
{
    char line[100];
    for (unsigned i = 0;; i++) {
        (void)snprintf(line, sizeof line, "%090u", i);
        if (!connection_put_line(e->connection, line, strlen(line))) {
            return i;
        }
        connection_write(e->connection);
    }
}

static void test_what_cannot_be_written_waits_up_to_a_bound(void **state)
{
    struct ends *e = *state;
    unsigned lines = fill(e);
    unsigned read_lines = 0;
    char line[92] = { 0 };
    size_t len = 0;
    assert_true(connection_unwritten(e->connection) > CONNECTION_OUTPUT_MAX - 100);
    assert_int_equal(0, fcntl(e->other, F_SETFL, O_NONBLOCK));
    while (read_lines < lines) {
        ssize_t n = read(e->other, line + len, 91 - len);
        if (n < 0) { /* there is nothing; the rest is still to be written */
            assert_true(connection_unwritten(e->connection) > 0);
            connection_write(e->connection);
            continue;
        }
        assert_true(n > 0);
        len += (size_t)n;
        if (len == 91) {
            assert_int_equal(read_lines, strtoul(line, NULL, 10));
            assert_int_equal('\n', line[90]);
            read_lines++;
            len = 0;
        }
    }
    assert_int_equal(0, connection_unwritten(e->connection));
}

static void test_who_is_gone_breaks_the_connection(void **state)
{
    struct ends *e = *state;
    arrive(e, "last\n", 5);
    assert_true(connection_put_line(e->connection, "one", 3));
    (void)close(e->other);
    e->other = -1;
    connection_write(e->connection);
    assert_true(connection_is_broken(e->connection));
    assert_int_equal(0, connection_unwritten(e->connection));
    assert_true(connection_put_line(e->connection, "two", 3));
    assert_int_equal(0, connection_unwritten(e->connection));
    expect_line(e, "last");
}

/* Also if it has been sent something that it did not read. */
static void test_freeing_writes_what_can_be_written(void **state)
{
    struct ends *e = *state;
    char text[8] = { 0 };
    assert_int_equal(8, write(e->other, "not read", 8));
    assert_true(connection_put_line(e->connection, "bye", 3));
    connection_free(e->connection);
    e->connection = NULL;
    assert_int_equal(4, read(e->other, text, sizeof text));
    assert_string_equal("bye\n", text);
    assert_int_equal(0, read(e->other, text, sizeof text));
}

#define ENDS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENDS_TEST(test_lines_are_whole_wherever_they_are_cut),
        ENDS_TEST(test_a_nul_does_not_end_a_line),
        ENDS_TEST(test_a_long_line_is_said_once_wherever_it_is_cut),
        ENDS_TEST(test_a_longest_line_is_none_too_long),
        ENDS_TEST(test_the_end_makes_a_line_whole),
        ENDS_TEST(test_more_than_there_is_room_for_waits),
        ENDS_TEST(test_what_cannot_be_written_waits_up_to_a_bound),
        ENDS_TEST(test_who_is_gone_breaks_the_connection),
        ENDS_TEST(test_freeing_writes_what_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
