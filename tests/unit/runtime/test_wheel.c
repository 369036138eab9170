/* SPDX-License-Identifier: MIT */
/* Unit tests of wheel.c. The last ones compare it with a list that is searched. */
#include "wheel.h"

#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TIMERS = 300 };

#define TICKS(n) ((int64_t)(n)*WHEEL_TICK_NS)
#define FIRST_NOW TICKS(1000003)

struct alarm {
    struct timer timer;
    bool is_set;
    int64_t earliest; /* the tick at which it has to fire */
    uint64_t order;   /* of setting */
};

struct clockwork {
    struct wheel wheel;
    struct alarm alarms[TIMERS];
    int64_t now;
    uint64_t orders;
    struct alarm *fired[TIMERS];
    uint32_t fired_count;
};

static void note_fire(struct timer *t, void *context)
{
    struct clockwork *c = context;
    struct alarm *a = list_entry(t, struct alarm, timer);
    assert_true(a->is_set);
    a->is_set = false;
    assert_true(c->fired_count < TIMERS);
    c->fired[c->fired_count++] = a;
}

static int setup(void **state)
{
    struct clockwork *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return -1;
    }
    c->now = FIRST_NOW;
    wheel_init(&c->wheel, c->now);
    for (int i = 0; i < TIMERS; i++) {
        timer_init(&c->alarms[i].timer, note_fire);
    }
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void set(struct clockwork *c, struct alarm *a, int64_t deadline)
{
    int64_t tick = (deadline >> WHEEL_TICK_SHIFT) + 1;
    int64_t next = (c->now >> WHEEL_TICK_SHIFT) + 1;
    a->earliest = tick > next ? tick : next;
    a->is_set = true;
    a->order = c->orders++;
    wheel_set(&c->wheel, &a->timer, deadline);
}

static void clear(struct alarm *a)
{
    a->is_set = false;
    wheel_clear(&a->timer);
}

static void advance(struct clockwork *c, int64_t now)
{
    c->now = now;
    c->fired_count = 0;
    wheel_advance(&c->wheel, now, c);
}

static void test_an_empty_wheel_has_nothing_next(void **state)
{
    struct clockwork *c = *state;
    assert_true(wheel_next(&c->wheel) == INT64_MAX);
    advance(c, c->now + TICKS(100000000));
    assert_int_equal(0, c->fired_count);
    assert_true(wheel_next(&c->wheel) == INT64_MAX);
}

static void test_a_timer_fires_within_a_tick_and_never_early(void **state)
{
    struct clockwork *c = *state;
    int64_t deadline = FIRST_NOW + TICKS(5) + 7;
    set(c, &c->alarms[0], deadline);
    advance(c, deadline - 1);
    assert_int_equal(0, c->fired_count);
    advance(c, deadline + WHEEL_TICK_NS);
    assert_int_equal(1, c->fired_count);
    advance(c, deadline + TICKS(1000));
    assert_int_equal(0, c->fired_count);
}

static void test_a_deadline_that_has_passed_fires_next_time(void **state)
{
    struct clockwork *c = *state;
    set(c, &c->alarms[0], 0);
    set(c, &c->alarms[1], FIRST_NOW - 1);
    advance(c, FIRST_NOW + WHEEL_TICK_NS);
    assert_int_equal(2, c->fired_count);
}

static void test_a_cleared_timer_does_not_fire(void **state)
{
    struct clockwork *c = *state;
    set(c, &c->alarms[0], FIRST_NOW + TICKS(3));
    set(c, &c->alarms[1], FIRST_NOW + TICKS(500));
    clear(&c->alarms[0]);
    clear(&c->alarms[1]);
    clear(&c->alarms[1]);
    advance(c, FIRST_NOW + TICKS(10000));
    assert_int_equal(0, c->fired_count);
    assert_true(wheel_next(&c->wheel) == INT64_MAX);
}

static void test_equal_deadlines_fire_in_the_order_they_were_set(void **state)
{
    struct clockwork *c = *state;
    for (int i = 0; i < TIMERS; i++) {
        set(c, &c->alarms[TIMERS - 1 - i], FIRST_NOW + TICKS(200));
    }
    advance(c, FIRST_NOW + TICKS(300));
    assert_int_equal(TIMERS, c->fired_count);
    for (int i = 0; i < TIMERS; i++) {
        assert_ptr_equal(&c->alarms[TIMERS - 1 - i], c->fired[i]);
    }
}

static void test_those_due_at_once_fire_by_deadline(void **state)
{
    struct clockwork *c = *state;
    /* All within one tick, or far apart, set in the wrong order. */
    static const int64_t after[] = { TICKS(5000), 900, TICKS(70), 20, TICKS(2), 10 };
    for (int i = 0; i < 6; i++) {
        set(c, &c->alarms[i], FIRST_NOW + after[i]);
    }
    advance(c, FIRST_NOW + TICKS(6000));
    static const int expected[] = { 5, 3, 1, 4, 2, 0 };
    assert_int_equal(6, c->fired_count);
    for (int i = 0; i < 6; i++) {
        assert_ptr_equal(&c->alarms[expected[i]], c->fired[i]);
    }
}

/* When its callback runs it clears the next alarm and sets itself again. */
static void fire_and_clear(struct timer *t, void *context)
{
    struct clockwork *c = context;
    struct alarm *a = list_entry(t, struct alarm, timer);
    clear(a + 1);
    set(c, a, c->now + TICKS(10));
    c->fired[c->fired_count++] = a;
}

static void test_a_callback_may_set_and_clear_timers(void **state)
{
    struct clockwork *c = *state;
    timer_init(&c->alarms[0].timer, fire_and_clear);
    set(c, &c->alarms[0], FIRST_NOW + 1);
    set(c, &c->alarms[1], FIRST_NOW + 2);
    advance(c, FIRST_NOW + TICKS(2));
    assert_int_equal(1, c->fired_count);
    advance(c, FIRST_NOW + TICKS(20));
    assert_int_equal(1, c->fired_count);
    assert_ptr_equal(&c->alarms[0], c->fired[0]);
}

static void test_timers_beyond_the_last_level_wait(void **state)
{
    struct clockwork *c = *state;
    const int64_t range = TICKS(1) << (WHEEL_SLOT_BITS * WHEEL_LEVELS);
    set(c, &c->alarms[0], FIRST_NOW + 3 * range);
    set(c, &c->alarms[1], INT64_MAX);
    advance(c, FIRST_NOW + 3 * range - TICKS(1));
    assert_int_equal(0, c->fired_count);
    advance(c, FIRST_NOW + 3 * range + TICKS(1));
    assert_int_equal(1, c->fired_count);
    assert_ptr_equal(&c->alarms[0], c->fired[0]);
    assert_true(c->alarms[1].is_set);
}

/* Around the borders of every level, from several origins. */
static void test_all_distances_are_kept(void **state)
{
    struct clockwork *c = *state;
    for (int64_t origin = 0; origin < 3 * INT64_C(12345678901);
            origin += INT64_C(12345678901)) {
        for (int shift = 0; shift < 55; shift++) {
            for (int64_t off = -1; off <= 1; off++) {
                c->now = origin;
                wheel_init(&c->wheel, origin);
                timer_init(&c->alarms[0].timer, note_fire);
                set(c, &c->alarms[0], origin + (INT64_C(1) << shift) + TICKS(off));
                advance(c, (c->alarms[0].earliest << WHEEL_TICK_SHIFT) - 1);
                assert_int_equal(0, c->fired_count);
                advance(c, c->alarms[0].earliest << WHEEL_TICK_SHIFT);
                assert_int_equal(1, c->fired_count);
            }
        }
    }
}

/* Timers that are set in the middle of a round, and come after its end. */
static void test_wheel_next_looks_past_the_end_of_a_round(void **state)
{
    struct clockwork *c = *state;
    for (int i = 0; i < 3 * WHEEL_SLOTS; i++) {
        set(c, &c->alarms[i], c->now + TICKS(20));
        assert_true(wheel_next(&c->wheel) <= c->now + TICKS(21));
        advance(c, c->now + TICKS(21));
        assert_int_equal(1, c->fired_count);
    }
}

/* Who calls wheel_advance() just when wheel_next() says is never late, however long that takes. */
static void test_wheel_next_is_never_too_late(void **state)
{
    struct clockwork *c = *state;
    struct rng rng = { 11 };
    for (int i = 0; i < TIMERS; i++) {
        set(c, &c->alarms[i], FIRST_NOW + (int64_t)(rng_next(&rng) >> (12 + i % 40)));
    }
    int fired = 0;
    while (fired < TIMERS) {
        int64_t next = wheel_next(&c->wheel);
        assert_true(next > c->now && next < INT64_MAX);
        advance(c, next);
        for (uint32_t i = 0; i < c->fired_count; i++) {
            assert_true(c->fired[i]->timer.deadline <= next);
            assert_true(next <= c->fired[i]->timer.deadline + WHEEL_TICK_NS);
        }
        fired += (int)c->fired_count;
    }
    assert_true(wheel_next(&c->wheel) == INT64_MAX);
}

/* What should have fired has, in order, and nothing else. */
static void check_fired(struct clockwork *c)
{
    for (uint32_t i = 0; i < c->fired_count; i++) {
        assert_true(c->fired[i]->earliest <= c->now >> WHEEL_TICK_SHIFT);
        assert_true(c->fired[i]->timer.deadline <= c->now);
        const struct alarm *before = i == 0 ? NULL : c->fired[i - 1];
        assert_true(before == NULL || before->timer.deadline < c->fired[i]->timer.deadline ||
                    (before->timer.deadline == c->fired[i]->timer.deadline &&
                            before->order < c->fired[i]->order));
    }
    for (int i = 0; i < TIMERS; i++) {
        const struct alarm *a = &c->alarms[i];
        assert_true(!a->is_set || a->earliest > c->now >> WHEEL_TICK_SHIFT);
    }
}

static void run_at_random(struct clockwork *c, uint64_t seed)
{
    struct rng rng = { seed };
    for (int step = 0; step < 4000; step++) {
        struct alarm *a = &c->alarms[rng_below(&rng, TIMERS)];
        if (a->is_set) {
            clear(a);
        }
        if (rng_below(&rng, 4) != 0) {
            /* From "due already" to months away, all scales alike. */
            uint64_t after = rng_next(&rng) >> (10 + rng_below(&rng, 50));
            set(c, a, c->now - WHEEL_TICK_NS + (int64_t)after);
        }
        if (rng_below(&rng, 3) == 0) {
            uint64_t step_ns = rng_next(&rng) >> (12 + rng_below(&rng, 48));
            advance(c, c->now + (int64_t)step_ns);
            check_fired(c);
        }
    }
}

static void test_a_wheel_does_what_a_sorted_list_would(void **state)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        run_at_random(*state, seed);
        assert_int_equal(0, teardown(state));
        assert_int_equal(0, setup(state));
    }
}

/* ---- Crowds ------------------------------------------------------------------------------- */

enum { CROWD = 200000 };

struct crowd {
    struct wheel wheel;
    int64_t last_deadline;
    uint64_t last_seq;
    uint32_t fired;
    bool disorder;
    struct timer timers[CROWD];
};

static void count_fire(struct timer *t, void *context)
{
    struct crowd *c = context;
    c->disorder = c->disorder || t->deadline < c->last_deadline ||
                  (t->deadline == c->last_deadline && t->seq < c->last_seq);
    c->last_deadline = t->deadline;
    c->last_seq = t->seq;
    c->fired++;
}

/* One after the other would take minutes. */
static void test_a_crowd_within_one_tick_is_sorted_at_once(void **state)
{
    struct crowd *c = calloc(1, sizeof *c);
    (void)state;
    assert_non_null(c);
    wheel_init(&c->wheel, FIRST_NOW);
    struct rng rng = { .state = 1 };
    int64_t span = WHEEL_TICK_NS / 1000; /* so that many are due together */
    for (int i = 0; i < CROWD; i++) {
        timer_init(&c->timers[i], count_fire);
        wheel_set(&c->wheel, &c->timers[i],
                FIRST_NOW + TICKS(3) + (int64_t)(rng_next(&rng) % (uint64_t)span));
    }
    wheel_advance(&c->wheel, FIRST_NOW + TICKS(5), c);
    assert_int_equal(CROWD, c->fired);
    assert_false(c->disorder);
    free(c);
}

static void test_a_period_keeps_to_its_grid(void **state)
{
    (void)state;
    assert_int_equal(110, wheel_next_due(100, 10, 100));
    assert_int_equal(110, wheel_next_due(100, 10, 109));
    assert_int_equal(120, wheel_next_due(100, 10, 110)); /* of two only one */
    assert_int_equal(120, wheel_next_due(100, 10, 119));
    assert_int_equal(1000010, wheel_next_due(100, 10, 1000005));
    assert_true(wheel_next_due(100, INT64_MAX, 200) == INT64_MAX);
}

#define WHEEL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WHEEL_TEST(test_a_crowd_within_one_tick_is_sorted_at_once),
        WHEEL_TEST(test_a_period_keeps_to_its_grid),
        WHEEL_TEST(test_an_empty_wheel_has_nothing_next),
        WHEEL_TEST(test_a_timer_fires_within_a_tick_and_never_early),
        WHEEL_TEST(test_a_deadline_that_has_passed_fires_next_time),
        WHEEL_TEST(test_a_cleared_timer_does_not_fire),
        WHEEL_TEST(test_equal_deadlines_fire_in_the_order_they_were_set),
        WHEEL_TEST(test_those_due_at_once_fire_by_deadline),
        WHEEL_TEST(test_a_callback_may_set_and_clear_timers),
        WHEEL_TEST(test_timers_beyond_the_last_level_wait),
        WHEEL_TEST(test_all_distances_are_kept),
        WHEEL_TEST(test_wheel_next_looks_past_the_end_of_a_round),
        WHEEL_TEST(test_wheel_next_is_never_too_late),
        WHEEL_TEST(test_a_wheel_does_what_a_sorted_list_would),
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
