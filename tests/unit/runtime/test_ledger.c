/* SPDX-License-Identifier: MIT */
/* Unit tests of ledger.c. */
#include "ledger.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct ledger ledger;

static int setup(void **state)
{
    (void)state;
    ledger_init(&ledger);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ledger_fini(&ledger);
    return 0;
}

static void test_a_type_has_no_counts_until_opened(void **state)
{
    (void)state;
    assert_null(ledger_of_type(&ledger, 0));
    assert_null(ledger_of_type(&ledger, UINT16_MAX - 1));
    assert_true(ledger_open(&ledger, 5, 3));
    assert_non_null(ledger_of_type(&ledger, 5));
    assert_null(ledger_of_type(&ledger, 4));
    assert_null(ledger_of_type(&ledger, 5 + LEDGER_FAN));
}

static void test_counts_begin_at_zero(void **state)
{
    (void)state;
    assert_true(ledger_open(&ledger, 0, 2));
    struct counts *c = ledger_of_type(&ledger, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(load_rlx(&c[i].sent) == 0 && load_rlx(&c[i].arrived) == 0);
        assert_true(load_rlx(&c[i].left) == 0 && load_rlx(&c[i].handled) == 0);
        assert_true(load_rlx(&c[i].dead) == 0);
        for (int e = 0; e < ACTOR_ERR_COUNT; e++) {
            assert_true(load_rlx(&c[i].dropped[e]) == 0);
        }
    }
}

static void test_opening_again_keeps_the_counts(void **state)
{
    (void)state;
    assert_true(ledger_open(&ledger, 300, 2));
    struct counts *c = ledger_of_type(&ledger, 300);
    count_up(&c[1].sent, 4);
    assert_true(ledger_open(&ledger, 300, 2));
    assert_ptr_equal(c, ledger_of_type(&ledger, 300));
    assert_true(load_rlx(&c[1].sent) == 4);
    assert_true(load_rlx(&c[0].sent) == 0);
}

static void test_every_type_number_has_counts_of_its_own(void **state)
{
    (void)state;
    static const uint16_t types[] = { 0, 1, 255, 256, 257, 511, 512, 65534 };
    for (size_t i = 0; i < RT_COUNT(types); i++) {
        assert_true(ledger_open(&ledger, types[i], 1));
        count_up(&ledger_of_type(&ledger, types[i])->sent, i + 1);
    }
    for (size_t i = 0; i < RT_COUNT(types); i++) {
        assert_true(load_rlx(&ledger_of_type(&ledger, types[i])->sent) == i + 1);
    }
}

static void test_a_type_without_classes_can_be_opened(void **state)
{
    (void)state;
    assert_true(ledger_open(&ledger, 9, 0));
    assert_non_null(ledger_of_type(&ledger, 9));
}

/* ---- A reader on another thread ------------------------------------------------------------- */

enum { TYPES = 600, COUNT_TO = 50 };

struct reader {
    struct thread thread;
    _Atomic bool over;
    uint32_t went_back;
};

static void read_all(void *arg)
{
    struct reader *r = arg;
    uint64_t seen[TYPES] = { 0 };
    /* acquire: pairs with the release that ends the test. */
    while (!load_acq(&r->over)) {
        for (uint16_t t = 0; t < TYPES; t++) {
            struct counts *c = ledger_of_type(&ledger, t);
            uint64_t now = c == NULL ? 0 : load_rlx(&c->handled); /* relaxed: a number */
            r->went_back += now < seen[t];
            seen[t] = now;
        }
    }
}

static void test_a_reader_may_look_while_types_are_opened(void **state)
{
    (void)state;
    struct reader r = { .went_back = 0 };
    assert_true(thread_start(&r.thread, read_all, &r));
    for (uint16_t t = 0; t < TYPES; t++) {
        assert_true(ledger_open(&ledger, t, 1));
        for (int i = 0; i < COUNT_TO; i++) {
            count_up(&ledger_of_type(&ledger, t)->handled, 1);
        }
    }
    /* release: pairs with the acquire in read_all(). */
    store_rel(&r.over, true);
    thread_join(&r.thread);
    assert_int_equal(0, r.went_back);
}

#define LEDGER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(test_a_type_has_no_counts_until_opened),
        LEDGER_TEST(test_counts_begin_at_zero),
        LEDGER_TEST(test_opening_again_keeps_the_counts),
        LEDGER_TEST(test_every_type_number_has_counts_of_its_own),
        LEDGER_TEST(test_a_type_without_classes_can_be_opened),
        LEDGER_TEST(test_a_reader_may_look_while_types_are_opened),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
