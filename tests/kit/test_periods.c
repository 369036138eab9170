/* SPDX-License-Identifier: MIT */
/* test_periods.c - when what comes every period comes, which only virtual time can tell. */
#include "kit.h"

#include "periods.actor.h"

enum { TICKS = 200, PERIOD_MS = 10 };

static actor_duration ticks[TICKS];
static uint32_t tick_count;

struct periods_clock {
    char unused;
};
ACTOR_STATE(periods_clock);

actor_result periods_clock_on_tick(periods_clock *self, const periods_tick *msg)
{
    (void)self;
    (void)msg;
    if (tick_count < TICKS) {
        ticks[tick_count++] = actor_now();
    }
    return ACTOR_CONTINUE;
}

/* Each is late by what timers may be, and by none of what those before it were. */
static void test_lateness_does_not_add_up(void **state)
{
    enum { LATE_MS = 3 };
    actor_test *test = kit_new();
    actor_system *system = actor_test_system(test);
    actor_duration began = actor_now();
    periods_clock_ref clock;
    (void)state;
    assert_int_equal(ACTOR_OK, periods_clock_start(system, &clock));
    while (tick_count < TICKS) {
        actor_test_advance(test, actor_milliseconds(PERIOD_MS));
    }
    for (int i = 0; i < TICKS; i++) {
        actor_duration due = began + actor_milliseconds((i + 1) * PERIOD_MS);
        assert_true(ticks[i] >= due);
        assert_true(ticks[i] <= due + actor_milliseconds(LATE_MS));
    }
    actor_test_free(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_lateness_does_not_add_up) };
    return cmocka_run_group_tests_name("periods", tests, NULL, NULL);
}
