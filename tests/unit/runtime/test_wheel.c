/* SPDX-License-Identifier: MIT */
/* Unit tests of wheel.c: timers fire once, never early, in order, at all distances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rng.h"
#include "wheel.h"

struct alarm {
    struct timer timer;
    int64_t now; /* when it fired */
    int order;   /* the how-manieth it was */
    int fired;
};

struct watch {
    int64_t now;
    int count;
};

static void note(struct timer *t, void *context)
{
    struct alarm *a = list_entry(t, struct alarm, timer);
    struct watch *w = context;
    a->now = w->now;
    a->order = w->count++;
    a->fired++;
}

static void advance(struct wheel *wheel, struct watch *watch, int64_t now)
{
    watch->now = now;
    wheel_advance(wheel, now, watch);
}

static void test_a_timer_fires_at_its_deadline_and_not_before(void **state)
{
    (void)state;
    /* Around the borders of every level. */
    for (int64_t start = 0; start < 3; start++) {
        for (int shift = 0; shift < 50; shift++) {
            for (int64_t off = -1; off <= 1; off++) {
                struct wheel wheel;
                struct watch watch = { 0, 0 };
                struct alarm a = { .fired = 0 };
                int64_t origin = start * 12345678901;
                int64_t deadline = origin + (INT64_C(1) << shift) + off * WHEEL_TICK_NS;
                wheel_init(&wheel, origin);
                timer_init(&a.timer, note);
                wheel_set(&wheel, &a.timer, deadline);
                if (deadline > origin) {
                    advance(&wheel, &watch, deadline - 1);
                    assert_int_equal(0, a.fired);
                }
                advance(&wheel, &watch, deadline + 2 * WHEEL_TICK_NS + origin % 2);
                if (deadline + 2 * WHEEL_TICK_NS > origin + 2 * WHEEL_TICK_NS) {
                    assert_int_equal(1, a.fired);
                }
            }
        }
    }
}

static void test_next_is_never_after_the_first_timer_fires(void **state)
{
    (void)state;
    struct rng rng = { 7 };
    for (int round = 0; round < 300; round++) {
        struct wheel wheel;
        struct watch watch = { 0, 0 };
        struct alarm alarms[20];
        wheel_init(&wheel, 0);
        for (int i = 0; i < 20; i++) {
            alarms[i] = (struct alarm){ .fired = 0 };
            timer_init(&alarms[i].timer, note);
            wheel_set(&wheel, &alarms[i].timer,
                    (int64_t)(rng_next(&rng) >> (20 + rng_below(&rng, 30))));
        }
        /* Going from one wheel_next() to the next finds all of them, each in time. */
        while (watch.count < 20) {
            int64_t next = wheel_next(&wheel);
            assert_true(next != INT64_MAX);
            advance(&wheel, &watch, next);
        }
        for (int i = 0; i < 20; i++) {
            assert_int_equal(1, alarms[i].fired);
            assert_true(alarms[i].now >= alarms[i].timer.deadline);
            assert_true(alarms[i].now <= alarms[i].timer.deadline + 2 * WHEEL_TICK_NS);
        }
    }
}

static void test_timers_due_at_once_fire_by_deadline_then_by_setting(void **state)
{
    (void)state;
    struct wheel wheel;
    struct watch watch = { 0, 0 };
    struct alarm a[4];
    int64_t deadlines[4] = { 5000, 3000, 5000, 3000 };
    int order[4] = { 2, 0, 3, 1 };
    wheel_init(&wheel, 0);
    for (int i = 0; i < 4; i++) {
        a[i] = (struct alarm){ .fired = 0 };
        timer_init(&a[i].timer, note);
        wheel_set(&wheel, &a[i].timer, deadlines[i] * 1000000);
    }
    advance(&wheel, &watch, INT64_C(6000) * 1000000);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(order[i], a[i].order);
    }
}

static void test_a_cleared_timer_never_fires(void **state)
{
    (void)state;
    struct wheel wheel;
    struct watch watch = { 0, 0 };
    struct alarm a = { .fired = 0 };
    wheel_init(&wheel, 0);
    timer_init(&a.timer, note);
    wheel_clear(&a.timer); /* not set: a no-op */
    wheel_set(&wheel, &a.timer, 1000000);
    wheel_clear(&a.timer);
    advance(&wheel, &watch, 1000000000);
    assert_int_equal(0, a.fired);
    wheel_set(&wheel, &a.timer, 2000000000);
    advance(&wheel, &watch, 3000000000);
    assert_int_equal(1, a.fired);
}

static void test_a_deadline_that_has_passed_fires_with_the_next_tick(void **state)
{
    (void)state;
    struct wheel wheel;
    struct watch watch = { 0, 0 };
    struct alarm a = { .fired = 0 };
    wheel_init(&wheel, 1000000000);
    timer_init(&a.timer, note);
    wheel_set(&wheel, &a.timer, 5);
    advance(&wheel, &watch, 1000000000 + 2 * WHEEL_TICK_NS);
    assert_int_equal(1, a.fired);
}

static void test_an_endless_deadline_waits_for_ever(void **state)
{
    (void)state;
    struct wheel wheel;
    struct watch watch = { 0, 0 };
    struct alarm a = { .fired = 0 };
    wheel_init(&wheel, 0);
    timer_init(&a.timer, note);
    wheel_set(&wheel, &a.timer, INT64_MAX);
    advance(&wheel, &watch, INT64_C(1) << 60);
    assert_int_equal(0, a.fired);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_timer_fires_at_its_deadline_and_not_before),
        cmocka_unit_test(test_next_is_never_after_the_first_timer_fires),
        cmocka_unit_test(test_timers_due_at_once_fire_by_deadline_then_by_setting),
        cmocka_unit_test(test_a_cleared_timer_never_fires),
        cmocka_unit_test(test_a_deadline_that_has_passed_fires_with_the_next_tick),
        cmocka_unit_test(test_an_endless_deadline_waits_for_ever),
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
