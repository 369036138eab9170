/* SPDX-License-Identifier: MIT */
/*
 * test_open.c - databases that cannot be opened. The shop tries again, gives up, says why in
 * words, ends with status 1, and does not hang.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "spawn.h"

enum { PATIENCE_S = 120, SAID_SIZE = 16384 };

struct fixture {
    char folder[32];
    char database[64];
    char said[SAID_SIZE]; /* what the shop wrote to both of its outputs */
    size_t said_len;
    int output;
    pid_t child;
};

static char shop[4096];

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/shop-open-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->database, sizeof fixture->database, "%s/shop.db", fixture->folder);
    /* Ends a test that hangs, and so fails it. */
    (void)alarm(PATIENCE_S);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", fixture->database, SUFFIXES[i]);
        (void)unlink(path);
    }
    int err = rmdir(fixture->folder);
    free(fixture);
    return err;
}

static void start_shop(struct fixture *fixture, const char *database)
{
    int ends[2];
    char path[256];
    (void)snprintf(path, sizeof path, "%s", database);
    char *argv[] = { shop, "--limit", "500", "--database", path, NULL };
    assert_int_equal(pipe(ends), 0);
    assert_int_not_equal(fcntl(ends[0], F_SETFD, FD_CLOEXEC), -1);
    assert_int_not_equal(fcntl(ends[1], F_SETFD, FD_CLOEXEC), -1);
    fixture->said_len = 0;
    fixture->child = spawn_shop(argv, ends[1], ends[1]);
    fixture->output = ends[0];
    assert_true(fixture->child > 0);
    assert_int_equal(close(ends[1]), 0);
}

/* Reads what it says until that holds `text`, or it has ended; says whether it does. */
static bool hear(struct fixture *fixture, const char *text)
{
    while (text == NULL || strstr(fixture->said, text) == NULL) {
        size_t room = SAID_SIZE - 1 - fixture->said_len;
        assert_true(room > 0);
        ssize_t n = read(fixture->output, fixture->said + fixture->said_len, room);
        assert_true(n >= 0);
        fixture->said_len += (size_t)n;
        fixture->said[fixture->said_len] = '\0';
        if (n == 0) {
            return false;
        }
    }
    return true;
}

/* Waits for its end; checks how it ended and that `text` was said. */
static void expect_end(struct fixture *fixture, int status, const char *text)
{
    (void)hear(fixture, NULL);
    assert_int_equal(close(fixture->output), 0);
    int got = spawn_wait(fixture->child);
    if (got != status || strstr(fixture->said, text) == NULL) {
        fail_msg("ended with %d, said:\n%s", got, fixture->said);
    }
}

/* Returns "shop: cannot open: … cannot open the database 'PATH': WHY" as far as it is ours. */
static const char *complaint(const char *database, const char *why)
{
    static char text[300];
    (void)snprintf(text, sizeof text, "cannot open the database '%s': %s", database, why);
    return text;
}

static void expect_cannot_open(struct fixture *fixture, const char *database, const char *why)
{
    start_shop(fixture, database);
    expect_end(fixture, 1, complaint(database, why));
    assert_non_null(strstr(fixture->said, "shop: cannot open: "));
    assert_null(strstr(fixture->said, "books balance"));
}

static void write_database(struct fixture *fixture, long offset, const char *text)
{
    int fd = open(fixture->database, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    for (int i = 0; i < 200; i++) {
        ssize_t len = (ssize_t)strlen(text);
        assert_int_equal(pwrite(fd, text, (size_t)len, offset + i * len), len);
    }
    assert_int_equal(close(fd), 0);
}

/* ---- Tests ---------------------------------------------------------------------------- */

static void test_a_folder_is_not_a_database(void **state)
{
    struct fixture *fixture = *state;
    expect_cannot_open(fixture, fixture->folder, "unable to open database file");
}

static void test_nothing_can_be_made_in_a_folder_that_is_none(void **state)
{
    expect_cannot_open(
            *state, "/dev/null/shop.db", "unable to open database file (Not a directory)");
}

static void test_nothing_can_be_made_in_a_read_only_folder(void **state)
{
    /* Read-only for everybody, root too, is the folder of the processes. */
    expect_cannot_open(*state, "/proc/shop.db",
            "unable to open database file (No such file or directory)");
    struct fixture *fixture = *state;
    if (geteuid() != 0) {
        assert_int_equal(chmod(fixture->folder, 0500), 0);
        /* SQLite then tries to open a file to read, so the reason it gives is that there is none. */
        expect_cannot_open(fixture, fixture->database, "unable to open database file");
        assert_int_equal(chmod(fixture->folder, 0700), 0);
    }
}

static void test_a_file_of_something_else_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    char text[32] = "";
    write_database(fixture, 0, "This is a letter to my aunt.");
    expect_cannot_open(fixture, fixture->database, "file is not a database");
    int fd = open(fixture->database, O_RDONLY);
    assert_int_equal(read(fd, text, 28), 28);
    assert_int_equal(close(fd), 0);
    assert_string_equal(text, "This is a letter to my aunt.");
}

static void test_a_damaged_database_is_not_sold_from(void **state)
{
    struct fixture *fixture = *state;
    start_shop(fixture, fixture->database);
    expect_end(fixture, 0, "books balance");
    write_database(fixture, 4096, "\xFF garbage");
    start_shop(fixture, fixture->database);
    expect_end(fixture, 1, "malformed");
}

static struct sqlite3 *lock(struct fixture *fixture)
{
    struct sqlite3 *other;
    assert_int_equal(sqlite3_open(fixture->database, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    return other;
}

static void test_a_locked_database_is_given_up(void **state)
{
    struct fixture *fixture = *state;
    struct sqlite3 *other = lock(fixture);
    expect_cannot_open(fixture, fixture->database, "database is locked");
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void test_a_lock_released_during_backoff_is_recovered_from(void **state)
{
    struct fixture *fixture = *state;
    struct sqlite3 *other = lock(fixture);
    start_shop(fixture, fixture->database);
    /* The first failure is logged before the first restart. */
    assert_true(hear(fixture, "database is locked"));
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    expect_end(fixture, 0, "books balance");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_folder_is_not_a_database, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_nothing_can_be_made_in_a_folder_that_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_nothing_can_be_made_in_a_read_only_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_file_of_something_else_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_damaged_database_is_not_sold_from, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_locked_database_is_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_lock_released_during_backoff_is_recovered_from, setup, teardown),
    };
    (void)argc;
    spawn_find_shop(argv[0], shop, sizeof shop);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
