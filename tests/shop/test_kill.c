/* SPDX-License-Identifier: MIT */
/*
 * test_kill.c - kills the running shop again and again.
 *
 * The shop writes its journal, a line for each answer that a customer got, to a pipe that this
 * test reads. After a random number of lines it is killed; what it had written is still in the
 * pipe. Then the books must balance, and every answer in the journal must be in the database.
 * The next shop goes on with the same database.
 *
 * KILL_ROUNDS and KILL_SEED in the environment choose how often and when.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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

#include "books.h"
#include "spawn.h"

enum {
    DEFAULT_ROUNDS = 50,
    DEFAULT_SEED = 20240229,
    PRODUCTS = 240,
    LINES_MAX = 1500,
    PATIENCE_S = 120
};

struct fixture {
    char folder[32];
    char database[64];
    char catalogue[64];
    char journal[64]; /* a named pipe */
    char answers[64]; /* what was read from it */
};

static char shop[4096];

/* Returns a number from 0 to n - 1: the generator of Park and Miller. */
static uint32_t random_below(uint64_t *seed, uint32_t n)
{
    *seed = *seed * 48271 % 2147483647;
    return (uint32_t)(*seed % n);
}

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/shop-kill-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->database, sizeof fixture->database, "%s/shop.db", fixture->folder);
    (void)snprintf(
            fixture->catalogue, sizeof fixture->catalogue, "%s/catalogue", fixture->folder);
    (void)snprintf(fixture->journal, sizeof fixture->journal, "%s/journal", fixture->folder);
    (void)snprintf(fixture->answers, sizeof fixture->answers, "%s/answers", fixture->folder);
    /* So much of everything that there is still something to sell in the last round. */
    FILE *catalogue = fopen(fixture->catalogue, "w");
    assert_non_null(catalogue);
    for (int i = 1; i <= PRODUCTS; i++) {
        assert_true(fprintf(catalogue, "%d,Product %d,4000000\n", i, i) > 0);
    }
    assert_int_equal(fclose(catalogue), 0);
    assert_int_equal(mkfifo(fixture->journal, 0600), 0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const NAMES[] = { "shop.db", "shop.db-wal", "shop.db-shm", "catalogue",
        "journal", "answers" };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s/%s", fixture->folder, NAMES[i]);
        (void)unlink(path);
    }
    int err = rmdir(fixture->folder);
    free(fixture);
    return err;
}

static pid_t start_shop(struct fixture *fixture)
{
    char *argv[] = { shop, "--database", fixture->database, "--catalogue", fixture->catalogue,
        "--journal", fixture->journal, "examples/shop/data/orders.csv", NULL };
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(nowhere >= 0);
    pid_t child = spawn_shop(argv, nowhere, nowhere);
    assert_true(child > 0);
    assert_int_equal(close(nowhere), 0);
    return child;
}

/* Copies the journal to the file of answers, and kills the shop when it has `lines`. A shop that
 * ends before, because it cannot start, closes the pipe. Returns how many lines there were. */
static unsigned read_journal_and_kill(struct fixture *fixture, pid_t child, unsigned lines)
{
    int pipe_end = open(fixture->journal, O_RDONLY | O_CLOEXEC);
    int answers = open(fixture->answers, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(pipe_end >= 0);
    assert_true(answers >= 0);
    bool killed = false;
    unsigned seen = 0;
    for (ssize_t n = 1; n > 0;) {
        if (!killed && seen >= lines) {
            assert_int_equal(kill(child, SIGKILL), 0);
            killed = true;
        }
        char text[64];
        n = read(pipe_end, text, sizeof text);
        assert_true(n >= 0);
        assert_int_equal(write(answers, text, (size_t)n), n);
        for (ssize_t i = 0; i < n; i++) {
            seen += text[i] == '\n';
        }
    }
    assert_int_equal(close(pipe_end), 0);
    assert_int_equal(close(answers), 0);
    return seen;
}

/* Checks the books against the answers; returns how many were sales. */
static uint64_t expect_balance(struct fixture *fixture, unsigned lines)
{
    struct told *told;
    size_t count;
    size_t bad_line;
    struct store_why why;
    struct books books;
    assert_int_equal(journal_read(fixture->answers, &told, &count, &bad_line), JOURNAL_READ);
    assert_int_equal(count, lines);
    struct store *store = store_open(fixture->database, STORE_MUST_EXIST, &why);
    if (store == NULL) {
        fail_msg("%s", why.text);
    }
    assert_true(books_check(store, told, count, stdout, &books, &why));
    store_close(store);
    uint64_t sold = 0;
    for (size_t i = 0; i < count; i++) {
        sold += told[i].answer.outcome == OUTCOME_SOLD;
    }
    free(told);
    assert_int_equal(books.mismatches, 0);
    assert_true(books.orders >= count);
    return sold;
}

static void test_killed_at_any_moment_nothing_answered_is_lost(void **state)
{
    struct fixture *fixture = *state;
    uint64_t rounds = number_of("KILL_ROUNDS", DEFAULT_ROUNDS);
    uint64_t seed = number_of("KILL_SEED", DEFAULT_SEED);
    uint64_t answers = 0;
    uint64_t sold = 0;
    print_message("KILL_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t round = 0; round < rounds; round++) {
        (void)alarm(PATIENCE_S); /* ends a test that hangs, and so fails it */
        pid_t child = start_shop(fixture);
        unsigned lines = read_journal_and_kill(fixture, child, random_below(&seed, LINES_MAX));
        assert_int_equal(spawn_wait(child), 128 + SIGKILL);
        if (access(fixture->database, F_OK) == 0) {
            sold += expect_balance(fixture, lines);
        }
        answers += lines;
    }
    print_message("killed %llu times; %llu answers, %llu of them sales, all in the database\n",
            (unsigned long long)rounds, (unsigned long long)answers, (unsigned long long)sold);
    assert_true(sold > 0);
    assert_int_equal(access(fixture->database, F_OK), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_killed_at_any_moment_nothing_answered_is_lost, setup, teardown),
    };
    (void)argc;
    spawn_find_shop(argv[0], shop, sizeof shop);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
