/* SPDX-License-Identifier: MIT */
/* Unit tests of local.h: the run queue of a thread. */
#include "local.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CELLS = 5 };

static struct cell *cells;
static struct run_queue queue;

/* A queue of the first three. */
static int setup(void **state)
{
    (void)state;
    cells = calloc(CELLS, sizeof *cells);
    if (cells == NULL) {
        return -1;
    }
    queue = (struct run_queue){ NULL, NULL };
    for (int i = 0; i < 3; i++) {
        run_queue_push(&queue, &cells[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(cells);
    return 0;
}

/* Pops all there is: it has to be these. */
static void expect_cells(struct run_queue *q, const int *expected, uint32_t count)
{
    assert_int_equal(count, run_queue_count(q));
    for (uint32_t i = 0; i < count; i++) {
        assert_ptr_equal(&cells[expected[i]], run_queue_pop(q));
    }
    assert_null(run_queue_pop(q));
}

#define EXPECT_CELLS(q, ...)                                                                   \
    expect_cells(q, (const int[]){ __VA_ARGS__ },                                              \
            sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static void test_the_first_to_come_is_the_first_to_run(void **state)
{
    (void)state;
    assert_ptr_equal(&cells[2], run_queue_last(&queue));
    assert_true(run_queue_has_two(&queue));
    EXPECT_CELLS(&queue, 0, 1, 2);
    assert_null(run_queue_last(&queue));
    assert_false(run_queue_has_two(&queue));
    run_queue_push(&queue, &cells[3]); /* a queue that was empty is as a new one */
    EXPECT_CELLS(&queue, 3);
}

static void test_both_halves_of_a_queue_that_is_split_go_on(void **state)
{
    (void)state;
    struct run_queue rest = run_queue_split(&queue, &cells[0]);
    run_queue_push(&queue, &cells[3]);
    run_queue_push(&rest, &cells[4]);
    EXPECT_CELLS(&queue, 0, 3);
    EXPECT_CELLS(&rest, 1, 2, 4);
}

static void test_all_of_a_queue_can_be_split_off(void **state)
{
    (void)state;
    struct run_queue all = run_queue_split(&queue, NULL);
    assert_null(run_queue_last(&queue));
    run_queue_push(&queue, &cells[3]);
    run_queue_push(&all, &cells[4]);
    EXPECT_CELLS(&queue, 3);
    EXPECT_CELLS(&all, 0, 1, 2, 4);
}

static void test_nothing_comes_after_the_last(void **state)
{
    (void)state;
    struct run_queue rest = run_queue_split(&queue, &cells[2]);
    assert_null(run_queue_last(&rest));
    run_queue_push(&queue, &cells[3]);
    EXPECT_CELLS(&queue, 0, 1, 2, 3);
}

#define QUEUE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUEUE_TEST(test_the_first_to_come_is_the_first_to_run),
        QUEUE_TEST(test_both_halves_of_a_queue_that_is_split_go_on),
        QUEUE_TEST(test_all_of_a_queue_can_be_split_off),
        QUEUE_TEST(test_nothing_comes_after_the_last),
    };
    return cmocka_run_group_tests_name("local", tests, NULL, NULL);
}
