/* SPDX-License-Identifier: MIT */
/*
 * test_results.c - what is said of rows: medians, CPU time, goals, who is nearest.
 */
#include "results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct contenders contenders = {
    .items = { { .name = (char *)"actorc" }, { .name = (char *)"go", .built = (char *)"" },
            { .name = (char *)"caf", .built = (char *)"" } },
    .count = 3,
};
static struct goals goals;

static int setup(void **state)
{
    static struct results results;
    results = (struct results){ .contenders = &contenders,
        .goals = &goals,
        .workload_count = 2,
        .workers = { 1, 2 },
        .workers_count = 2 };
    results.workloads[0] = workload_find("ring");
    results.workloads[1] = workload_find("ask");
    results_init(&results);
    goals = (struct goals){ 0 };
    *state = &results;
    return 0;
}

static int teardown(void **state)
{
    results_fini(*state);
    return 0;
}

/* Gives a row a round. */
static void add(struct row *row, double value, double p99, double wall_s, double cpu_s)
{
    row->samples[row->rounds] = (struct sample){ .value = value,
        .p99 = p99,
        .wall_s = wall_s,
        .cpu_s = cpu_s,
        .rss_bytes = 1000 * (row->rounds + 1) };
    row->rounds++;
    row_summarise(row);
}

static void test_each_row_has_its_place(void **state)
{
    struct results *results = *state;
    assert_int_equal(results->row_count, 12);
    struct row *row = results_row(results, 1, 1, 2);
    assert_int_equal(row->workers, 2);
    assert_string_equal(row->workload->name, "ask");
    assert_string_equal(row->contender->name, "caf");
    assert_ptr_equal(row, &results->rows[11]);
}

static void test_a_row_has_medians_and_the_most_memory(void **state)
{
    struct row *row = results_row(*state, 0, 0, 0);
    add(row, 30, 0, 3, 1);
    add(row, 10, 0, 2, 2);
    add(row, 20, 0, 1, 0);
    assert_float_equal(row->median.value, 20, 0);
    assert_float_equal(row->min, 10, 0);
    assert_float_equal(row->max, 30, 0);
    assert_float_equal(row->median.wall_s, 2, 0);
    assert_float_equal(row->median.cpu_s, 1, 0);
    assert_int_equal(row->median.rss_bytes, 3000);
}

static void test_spinning_is_seen_in_any_round(void **state)
{
    struct row *row = results_row(*state, 0, 0, 0);
    add(row, 1, 0, 1, 1.02);
    assert_false(row->is_over);
    add(row, 1, 0, 1, 1.2);
    assert_true(row->is_over);
    add(row, 1, 0, 1, 0.5);
    assert_true(row->is_over);
    row = results_row(*state, 1, 0, 0);
    add(row, 1, 0, 1, 1.9);
    assert_false(row->is_over);
}

static void test_who_asks_has_a_thread_of_his_own(void **state)
{
    struct row *row = results_row(*state, 0, 1, 0);
    add(row, 1, 2, 1, 1.9);
    assert_false(row->is_over);
    add(row, 1, 2, 1, 2.3);
    assert_true(row->is_over);
}

static void test_the_nearest_peer_is_the_fastest_that_was_measured(void **state)
{
    struct results *results = *state;
    assert_int_equal(results_best(results, 0, 0), 0);
    add(results_row(results, 0, 0, 0), 10, 0, 1, 1);
    add(results_row(results, 0, 0, 1), 8, 0, 1, 1);
    add(results_row(results, 0, 0, 2), 40, 0, 1, 1);
    assert_int_equal(results_best(results, 0, 0), 1);
    assert_float_equal(results_ratio(results, 0, 0, 1), 0.8f, 1e-6f);
    strcpy(results_row(results, 0, 0, 1)->why, "crashed");
    assert_int_equal(results_best(results, 0, 0), 2);
    assert_float_equal(results_ratio(results, 0, 0, 1), 0, 0);
    assert_float_equal(results_ratio(results, 0, 0, 2), 4, 0);
}

static void test_systems_are_ordered_by_what_they_take(void **state)
{
    struct results *results = *state;
    size_t order[CONTENDER_MAX];
    add(results_row(results, 0, 0, 0), 10, 0, 1, 1);
    add(results_row(results, 0, 0, 2), 4, 0, 1, 1);
    assert_int_equal(results_order(results, 0, 0, order), 2);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 0);
}

static void test_a_goal_is_reached_with_its_p99_or_not_at_all(void **state)
{
    struct results *results = *state;
    struct row *ring = results_row(results, 0, 0, 0);
    struct row *ask = results_row(results, 0, 1, 0);
    add(ring, 12, 0, 1, 1);
    assert_false(results_reached(results, ring));
    goals.of[ring->workload - workloads] = (struct goal){ 12, 0 };
    assert_true(results_reached(results, ring));
    goals.of[ring->workload - workloads] = (struct goal){ 11.9, 0 };
    assert_false(results_reached(results, ring));
    goals.of[ask->workload - workloads] = (struct goal){ 0.6, 20 };
    add(ask, 0.5, 21, 1, 1);
    assert_false(results_reached(results, ask));
    ask->rounds = 0;
    add(ask, 0.5, 19, 1, 1);
    assert_true(results_reached(results, ask));
    ask->rounds = 0;
    add(ask, 0.5, 0, 1, 1);
    assert_false(results_reached(results, ask));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_row_has_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_row_has_medians_and_the_most_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_spinning_is_seen_in_any_round, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_asks_has_a_thread_of_his_own, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_the_nearest_peer_is_the_fastest_that_was_measured, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_systems_are_ordered_by_what_they_take, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_goal_is_reached_with_its_p99_or_not_at_all, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
