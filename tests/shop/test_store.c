/* SPDX-License-Identifier: MIT */
/* test_store.c - store.c, catalogue.c, books.c, journal.c and histogram.c, without any actors. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "books.h"
#include "catalogue.h"
#include "histogram.h"
#include "number.h"

struct fixture {
    char folder[32];
    char database[64];
    char other[64]; /* a file that a test may make */
    struct store *store;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct store_why why;
    bool known;
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/shop-store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->database, sizeof fixture->database, "%s/shop.db", fixture->folder);
    (void)snprintf(fixture->other, sizeof fixture->other, "%s/other", fixture->folder);
    fixture->store = store_open(fixture->database, STORE_CREATE, &why);
    assert_non_null(fixture->store);
    assert_true(store_add_product(fixture->store, 7, "Teapot, 3\" wide", 10));
    assert_true(store_add_product(fixture->store, 7, "a second teapot", 99));
    assert_true(store_add_product(fixture->store, 8, "Kettle", 0));
    assert_true(store_restock(fixture->store, 8, 5, &known));
    assert_true(known);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-shm", "-journal" };
    struct fixture *fixture = *state;
    store_close(fixture->store);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", fixture->database, SUFFIXES[i]);
        (void)unlink(path);
    }
    (void)unlink(fixture->other);
    int err = rmdir(fixture->folder);
    free(fixture);
    return err;
}

static struct answer sell(struct store *store, uint64_t id, uint32_t product_id, uint32_t count)
{
    struct order order = {
        .id = id, .product_id = product_id, .count = count, .customer = "Ann"
    };
    struct answer answer;
    assert_int_equal(store_sell(store, &order, &answer), SELL_ANSWERED);
    return answer;
}

static void expect_answer(struct answer answer, enum outcome outcome, uint32_t left)
{
    assert_int_equal(answer.outcome, outcome);
    assert_int_equal(answer.left, left);
}

static void alter(struct fixture *fixture, const char *sql)
{
    assert_int_equal(sqlite3_exec(store_connection(fixture->store), sql, NULL, NULL, NULL), 0);
}

/* Checks the books, and that what they say of mismatches is `wanted`. */
static void expect_books(
        struct fixture *fixture, const struct told *told, size_t count, const char *wanted)
{
    char said[2048] = "";
    struct books books;
    struct store_why why;
    FILE *out = fmemopen(said, sizeof said, "w");
    assert_non_null(out);
    assert_true(books_check(fixture->store, told, count, out, &books, &why));
    assert_int_equal(fclose(out), 0);
    assert_string_equal(said, wanted);
    assert_int_equal(books.mismatches > 0, *wanted != '\0');
}

static void test_orders_are_sold_or_refused(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    expect_answer(sell(store, 1, 7, 4), OUTCOME_SOLD, 6);
    expect_answer(sell(store, 2, 7, 7), OUTCOME_INSUFFICIENT_STOCK, 6);
    expect_answer(sell(store, 3, 7, UINT32_MAX), OUTCOME_INSUFFICIENT_STOCK, 6);
    expect_answer(sell(store, 4, 7, 0), OUTCOME_INVALID_COUNT, 6);
    expect_answer(sell(store, 5, 9, 1), OUTCOME_UNKNOWN_PRODUCT, 0);
    expect_answer(sell(store, 6, 7, 6), OUTCOME_SOLD, 0);
    expect_answer(sell(store, 7, 8, 5), OUTCOME_SOLD, 0);
    expect_books(fixture, NULL, 0, "");
}

static void test_an_order_that_was_answered_gets_the_same_answer(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    expect_answer(sell(store, 1, 7, 4), OUTCOME_SOLD, 6);
    expect_answer(sell(store, 2, 7, 1), OUTCOME_SOLD, 5);
    expect_answer(sell(store, 1, 7, 4), OUTCOME_SOLD, 6);
    expect_answer(sell(store, 3, 7, 1), OUTCOME_SOLD, 4);
    struct order other = { .id = 1, .product_id = 7, .count = 4, .customer = "Bob" };
    struct answer answer;
    assert_int_equal(store_sell(store, &other, &answer), SELL_OTHER_ORDER);
    other = (struct order){ .id = 1, .product_id = 7, .count = 3, .customer = "Ann" };
    assert_int_equal(store_sell(store, &other, &answer), SELL_OTHER_ORDER);
    other = (struct order){ .id = 1, .product_id = 8, .count = 4, .customer = "Ann" };
    assert_int_equal(store_sell(store, &other, &answer), SELL_OTHER_ORDER);
    expect_books(fixture, NULL, 0, "");
}

static void test_what_was_not_committed_is_undone_by_closing(void **state)
{
    struct fixture *fixture = *state;
    struct store_why why;
    uint64_t first_free;
    expect_answer(sell(fixture->store, 41, 7, 4), OUTCOME_SOLD, 6);
    assert_true(store_begin(fixture->store));
    expect_answer(sell(fixture->store, 42, 7, 4), OUTCOME_SOLD, 2);
    store_close(fixture->store);
    fixture->store = store_open(fixture->database, STORE_MUST_EXIST, &why);
    assert_non_null(fixture->store);
    assert_true(store_first_free_order(fixture->store, &first_free));
    assert_int_equal(first_free, 42);
    expect_answer(sell(fixture->store, 42, 7, 6), OUTCOME_SOLD, 0);
}

static void test_a_store_in_use_is_locked(void **state)
{
    struct fixture *fixture = *state;
    struct store_why why;
    char wanted[200];
    (void)snprintf(wanted, sizeof wanted, "cannot open the database '%s': database is locked",
            fixture->database);
    assert_null(store_open(fixture->database, STORE_MUST_EXIST, &why));
    assert_string_equal(why.text, wanted);
}

static void test_restocking_has_limits(void **state)
{
    struct fixture *fixture = *state;
    bool known = true;
    assert_true(store_restock(fixture->store, 9, 1, &known));
    assert_false(known);
    assert_true(store_restock(fixture->store, 7, UINT32_MAX, &known));
    assert_false(known);
    assert_true(store_restock(fixture->store, 7, UINT32_MAX - 10, &known));
    assert_true(known);
    expect_answer(sell(fixture->store, 1, 7, UINT32_MAX), OUTCOME_SOLD, 0);
    expect_books(fixture, NULL, 0, "");
}

static void test_books_name_what_does_not_add_up(void **state)
{
    struct fixture *fixture = *state;
    (void)sell(fixture->store, 1, 7, 4);
    alter(fixture, "UPDATE product SET stock = 7 WHERE product_id = 7");
    expect_books(fixture, NULL, 0,
            "product 7 (Teapot, 3\" wide): 10 units came in, but 7 are left and 4 were sold\n");
    alter(fixture, "UPDATE product SET stock = 6 WHERE product_id = 7;"
                   "PRAGMA ignore_check_constraints = ON;"
                   "UPDATE product SET stock = -1, stocked = -1 WHERE product_id = 8");
    expect_books(fixture, NULL, 0, "product 8 (Kettle): the stock is -1\n");
    alter(fixture, "UPDATE product SET stock = 5, stocked = 5 WHERE product_id = 8;"
                   "INSERT INTO answer VALUES (2, 'Ann', 9, 1, 0, 0)");
    expect_books(
            fixture, NULL, 0, "order 2: product 9 was sold, and is not in the catalogue\n");
    alter(fixture, "DELETE FROM answer WHERE order_id = 2");
    expect_books(fixture, NULL, 0, "");
}

static void test_books_name_what_customers_were_told_otherwise(void **state)
{
    struct fixture *fixture = *state;
    (void)sell(fixture->store, 1, 7, 4);
    (void)sell(fixture->store, 2, 7, 40);
    struct told told[] = { { 1, { OUTCOME_SOLD, 6 } },
        { 2, { OUTCOME_INSUFFICIENT_STOCK, 6 } } };
    expect_books(fixture, told, 2, "");
    told[1].answer.left = 5;
    expect_books(fixture, told, 2,
            "order 2: the customer was told \"insufficient stock\", 5 left; the database says"
            " \"insufficient stock\", 6 left\n");
    told[1] = (struct told){ 2, { OUTCOME_SOLD, 6 } };
    expect_books(fixture, told, 2,
            "order 2: the customer was told \"sold\", 6 left; the database says"
            " \"insufficient stock\", 6 left\n");
    told[1].order_id = 3;
    expect_books(fixture, told, 2,
            "order 3: the customer was told \"sold\", the database has no answer\n");
    told[1] = told[0];
    expect_books(fixture, told, 2, "order 1: answered 2 times\n");
}

static void test_many_mismatches_are_counted(void **state)
{
    struct fixture *fixture = *state;
    char said[4096] = "";
    struct books books;
    struct store_why why;
    struct told told[50];
    for (uint64_t i = 0; i < 50; i++) {
        told[i] = (struct told){ 100 + i, { OUTCOME_SOLD, 0 } };
    }
    FILE *out = fmemopen(said, sizeof said, "w");
    assert_true(books_check(fixture->store, told, 50, out, &books, &why));
    assert_int_equal(fclose(out), 0);
    assert_int_equal(books.mismatches, 50);
    assert_non_null(strstr(said, "… and 30 more mismatches\n"));
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_a_catalogue_is_loaded_but_for_its_malformed_lines(void **state)
{
    struct fixture *fixture = *state;
    struct catalogue_result result;
    char wanted[200];
    write_file(fixture->other, "id,name,stock\n"
                               "20,\"Lamp, 3\"\" \xC3\xB8\",4\n"
                               "21,,4\n"
                               "x,Lamp,4\n"
                               "7,not new,1\n"
                               "22,Lamp\n"
                               "23,Lamp,5000000000\n");
    assert_true(catalogue_load(fixture->other, fixture->store, &result));
    assert_int_equal(result.products, 2);
    assert_int_equal(result.malformed, 4);
    (void)snprintf(wanted, sizeof wanted, "%s:3:1: the name is empty or longer than 200 bytes",
            fixture->other);
    assert_string_equal(result.problem, wanted);
    expect_answer(sell(fixture->store, 1, 20, 1), OUTCOME_SOLD, 3);
    expect_answer(sell(fixture->store, 2, 7, 1), OUTCOME_SOLD, 9);
    assert_false(catalogue_load("/nowhere/at/all.csv", fixture->store, &result));
    assert_string_equal(result.problem,
            "cannot read the catalogue '/nowhere/at/all.csv': No such file or directory");
    assert_false(catalogue_load("/", fixture->store, &result));
    assert_string_equal(result.problem, "cannot read the catalogue '/': Is a directory");
}

static void test_a_journal_gives_back_what_was_told(void **state)
{
    struct fixture *fixture = *state;
    struct told *told;
    size_t count;
    size_t line;
    struct journal *journal = journal_open(fixture->other);
    assert_non_null(journal);
    for (uint64_t i = 0; i < 3000; i++) {
        if (i == 1000) { /* another shop goes on where the first has ended */
            assert_int_equal(journal_close(journal), 0);
            journal = journal_open(fixture->other);
            assert_non_null(journal);
        }
        struct told one = { i << 40, { (enum outcome)(i % OUTCOME_COUNT), (uint32_t)i } };
        assert_int_equal(journal_write(journal, &one), 0);
    }
    assert_int_equal(journal_close(journal), 0);
    assert_int_equal(journal_read(fixture->other, &told, &count, &line), JOURNAL_READ);
    assert_int_equal(count, 3000);
    for (uint64_t i = 0; i < 3000; i++) {
        assert_int_equal(told[i].order_id, i << 40);
        expect_answer(told[i].answer, (enum outcome)(i % OUTCOME_COUNT), (uint32_t)i);
    }
    free(told);
}

static void test_a_line_of_a_journal_is_whole_or_malformed(void **state)
{
    struct fixture *fixture = *state;
    struct told *told;
    size_t count;
    size_t line;
    write_file(fixture->other, "1,sold,10\n2,sold,1");
    assert_int_equal(journal_read(fixture->other, &told, &count, &line), JOURNAL_READ);
    assert_int_equal(count, 1);
    free(told);
    static const char *const BAD[] = { "1,sold\n", "1,stolen,3\n", "1,sold,3 \n", "1,sold,03\n",
        "\n", "1,sold,3,4\n" };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        write_file(fixture->other, BAD[i]);
        assert_int_equal(journal_read(fixture->other, &told, &count, &line), JOURNAL_MALFORMED);
        assert_int_equal(line, 1);
    }
    assert_int_equal(journal_read("/nowhere/at/all", &told, &count, &line), JOURNAL_ERROR);
    struct journal *full = journal_open("/dev/full");
    assert_non_null(full);
    struct told one = { 1, { OUTCOME_SOLD, 1 } };
    assert_int_not_equal(journal_write(full, &one), 0);
    assert_int_not_equal(journal_close(full), 0);
}

/* As a disk that gets full does: the line before has all of its bytes, this one has five. */
static void test_a_line_that_is_not_written_whole_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct told one = { 1, { OUTCOME_SOLD, 10 } };
    struct told *told;
    struct rlimit before;
    size_t count;
    size_t line;
    struct journal *journal = journal_open(fixture->other);
    assert_non_null(journal);
    assert_int_equal(journal_write(journal, &one), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit little = { .rlim_cur = strlen("1,sold,10\n") + 5,
        .rlim_max = before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    int err = journal_write(journal, &one);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(err, EFBIG);
    /* Nothing is written behind it, though there is room again. */
    assert_int_equal(journal_write(journal, &one), EFBIG);
    assert_int_equal(journal_close(journal), EFBIG);
    assert_int_equal(journal_read(fixture->other, &told, &count, &line), JOURNAL_READ);
    assert_int_equal(count, 1);
    free(told);
}

static void test_percentiles_are_right_within_three_percent(void **state)
{
    (void)state;
    static struct histogram histogram;
    static struct histogram sum;
    assert_int_equal(histogram_percentile(&histogram, 50), 0);
    for (int64_t i = 1; i <= 100000; i++) {
        histogram_add(&histogram, i * 1000);
    }
    histogram_add(&sum, INT64_MAX);
    histogram_add(&sum, -5);
    histogram_merge(&sum, &histogram);
    assert_int_equal(sum.total, 100002);
    assert_in_range(histogram_percentile(&sum, 50), 50000 * 1000, 51600 * 1000);
    assert_in_range(histogram_percentile(&sum, 99), 99000 * 1000, 102100 * 1000);
    assert_int_equal(histogram_percentile(&sum, 0), 0);
    assert_int_equal(histogram_percentile(&sum, 100), INT64_MAX);
}

static void test_numbers_are_read_strictly(void **state)
{
    (void)state;
    static const char *const NOT_ONE[] = { "", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1e3" };
    uint64_t number = 77;
    for (size_t i = 0; i < sizeof NOT_ONE / sizeof NOT_ONE[0]; i++) {
        assert_int_equal(number_read(NOT_ONE[i], UINT64_MAX, &number), NUMBER_NOT_ONE);
    }
    assert_int_equal(
            number_read("18446744073709551616", UINT64_MAX, &number), NUMBER_TOO_LARGE);
    assert_int_equal(number_read("10", 9, &number), NUMBER_TOO_LARGE);
    assert_int_equal(number_read("7", 5, &number), NUMBER_TOO_LARGE);
    assert_int_equal(number, 77);
    assert_int_equal(number_read("18446744073709551615", UINT64_MAX, &number), NUMBER_OK);
    assert_true(number == UINT64_MAX);
    assert_int_equal(number_read("0009", 9, &number), NUMBER_OK);
    assert_int_equal(number, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_orders_are_sold_or_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_an_order_that_was_answered_gets_the_same_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_what_was_not_committed_is_undone_by_closing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_in_use_is_locked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_restocking_has_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_books_name_what_does_not_add_up, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_books_name_what_customers_were_told_otherwise, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_mismatches_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_catalogue_is_loaded_but_for_its_malformed_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_journal_gives_back_what_was_told, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_line_of_a_journal_is_whole_or_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_line_that_is_not_written_whole_is_an_error, setup, teardown),
        cmocka_unit_test(test_percentiles_are_right_within_three_percent),
        cmocka_unit_test(test_numbers_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
