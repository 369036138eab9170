/* SPDX-License-Identifier: MIT */
/*
 * test_workload.c - what programs answer, and how much they are asked to do.
 */
#include "workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *workload, const char *text, double value, double p99)
{
    struct answer answer;
    char why[200] = "";
    assert_true(workload_read(workload_find(workload), text, &answer, why, sizeof why));
    assert_float_equal(answer.value, value, (float)(value * 1e-9));
    assert_int_equal(answer.has_p99, p99 > 0);
    assert_float_equal(answer.p99, p99, 1e-9);
}

static void test_an_answer_is_a_name_a_value_and_a_unit(void **state)
{
    (void)state;
    expect("ping-pong", "ping-pong 10.52 ns\n", 10.52, 0);
    expect("memory", "memory 241 bytes\n", 241, 0);
    expect("ask", "ask 0.35 us 0.42\n", 0.35, 0.42);
    expect("ring", "ring 1e1 ns", 10, 0);
    expect("ring", "ring 10 ns  \n", 10, 0);
}

static void test_an_answer_may_have_another_unit_of_time(void **state)
{
    (void)state;
    expect("ping-pong", "ping-pong 34.7 us\n", 34700, 0);
    expect("create", "create 0.15 ms\n", 150000, 0);
    expect("ask", "ask 350 ns 420\n", 0.35, 0.42);
    expect("ask", "ask 0.35 µs 0.42\n", 0.35, 0.42);
}

static void test_anything_else_is_refused_and_shown(void **state)
{
    (void)state;
    static const char *const others[] = { "", "\n", "ping-pong\n", "ping-pong 10\n",
        "ring 10 ns\n", "ping-pong ten ns\n", "ping-pong 10x ns\n", "ping-pong 0 ns\n",
        "ping-pong -3 ns\n", "ping-pong nan ns\n", "ping-pong inf ns\n", "ping-pong 10 bytes\n",
        "ping-pong 10 fortnights\n", "ping-pong 10 ns fast\n", "ping-pong 10 ns 12 13\n",
        "warming up\nping-pong 10 ns\n", "ping-pong 10 ns\nping-pong 11 ns\n" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct answer answer;
        char why[200] = "";
        if (workload_read(workload_find("ping-pong"), others[i], &answer, why, sizeof why)) {
            fail_msg("'%s' was taken", others[i]);
        }
        assert_non_null(strstr(why, "not 'ping-pong VALUE ns [P99]'"));
    }
}

static void test_memory_is_not_measured_in_time(void **state)
{
    (void)state;
    struct answer answer;
    char why[200];
    assert_false(
            workload_read(workload_find("memory"), "memory 3 ns\n", &answer, why, sizeof why));
    assert_float_equal(workload_seconds("bytes"), 0, 0);
    assert_float_equal(workload_seconds("us"), 1e-6, 1e-18);
}

static void test_counts_are_shared_out_evenly(void **state)
{
    (void)state;
    const struct workload *big = workload_find("big");
    assert_int_equal(workload_round(big, 1000), 960);
    assert_int_equal(workload_round(big, 3), 240);
    assert_int_equal(workload_round(big, 480), 480);
    for (size_t i = 0; i < WORKLOAD_COUNT; i++) {
        assert_int_equal(
                workload_round(&workloads[i], (double)workloads[i].count), workloads[i].count);
    }
}

static void test_there_is_no_other_workload(void **state)
{
    (void)state;
    assert_null(workload_find("ping_pong"));
    assert_ptr_equal(workload_find("ask"), &workloads[WORKLOAD_COUNT - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_is_a_name_a_value_and_a_unit),
        cmocka_unit_test(test_an_answer_may_have_another_unit_of_time),
        cmocka_unit_test(test_anything_else_is_refused_and_shown),
        cmocka_unit_test(test_memory_is_not_measured_in_time),
        cmocka_unit_test(test_counts_are_shared_out_evenly),
        cmocka_unit_test(test_there_is_no_other_workload),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
