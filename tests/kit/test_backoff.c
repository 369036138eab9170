/* SPDX-License-Identifier: MIT */
/* test_backoff.c - how long pauses before restarts are, which only virtual time can tell. */
#include "kit.h"

#include "pauses.actor.h"

enum { STARTS = 7 }; /* of which only the last succeeds */

static actor_duration starts[STARTS + 1];
static uint32_t start_count;

struct pauses_fragile {
    char unused;
};
ACTOR_STATE(pauses_fragile);

actor_result pauses_fragile_at_start(pauses_fragile *self)
{
    starts[start_count++] = actor_now();
    return start_count < STARTS ? actor_fail(self, "not yet") : ACTOR_CONTINUE;
}

actor_result pauses_fragile_on_fail(pauses_fragile *self, const pauses_fail *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

/* Each lasts as long as it should, and at most half as long again, as chance will have it. */
static void test_pauses_double_up_to_the_last(void **state)
{
    static const int pauses_ms[STARTS - 1] = { 10, 20, 40, 80, 100, 100 };
    enum { TICKS_MS = 3 /* of the timer, and the handlers */ };
    actor_test *test = kit_new();
    pauses_parent_ref parent;
    (void)state;
    assert_int_equal(ACTOR_OK, pauses_parent_start(actor_test_system(test), &parent));
    assert_int_equal(STARTS, start_count);
    for (int i = 0; i < STARTS - 1; i++) {
        actor_duration pause = starts[i + 1] - starts[i];
        int most_ms = pauses_ms[i] + pauses_ms[i] / 2;
        assert_true(pause >= actor_milliseconds(pauses_ms[i]));
        assert_true(pause <= actor_milliseconds((most_ms < 100 ? most_ms : 100) + TICKS_MS));
    }
    /* After all was well for longer than failures count, the first is the first again. */
    pauses_fragile_ref fragile;
    assert_int_equal(
            ACTOR_OK, pauses_parent_fragile(actor_test_system(test), parent, &fragile));
    actor_test_advance(test, actor_seconds(7200));
    actor_duration failed = actor_now();
    assert_int_equal(ACTOR_OK, pauses_fragile_tell_fail(actor_test_system(test), fragile,
                                       &(pauses_fail)PAUSES_FAIL_INIT));
    actor_test_advance(test, actor_seconds(1));
    assert_int_equal(STARTS + 1, start_count);
    assert_true(starts[STARTS] - failed <= actor_milliseconds(15 + TICKS_MS));
    actor_test_free(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pauses_double_up_to_the_last) };
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
