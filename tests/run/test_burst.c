/* SPDX-License-Identifier: MIT */
/* test_burst.c - what a burst of messages took goes back to the system when that has been quiet for a while. */
#include "burst.actor.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

/* Sanitizers keep memory of their own for each byte that was ever used. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
static const bool is_measured = false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
static const bool is_measured = false;
#else
static const bool is_measured = true;
#endif
#else
static const bool is_measured = true;
#endif

enum { DROPS = 200000, BLOCK_BYTES = 64, BURSTS = 2 };

struct burst_pond {
    burst_rain_call rain;
    uint64_t sum;
    uint32_t left;
};
ACTOR_STATE(burst_pond);

actor_result burst_pond_on_rain(burst_pond *self, const burst_rain *msg, burst_rain_call call)
{
    self->sum = 0;
    self->left = msg->drops;
    self->rain = call;
    burst_rain_keep(call);
    for (uint32_t i = 1; i <= msg->drops; i++) {
        if (burst_pond_tell_pond_drop(
                    self, burst_pond_self(self), &(burst_drop){ .number = i }) != ACTOR_OK) {
            return actor_fail(self, "drop %u", (unsigned)i);
        }
        if (i % 1024 == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_CONTINUE;
}

actor_result burst_pond_on_drop(burst_pond *self, const burst_drop *msg)
{
    self->sum += msg->number;
    if (--self->left == 0) {
        burst_rain_answer_dry(self->rain, &(burst_dry){ .sum = self->sum });
    }
    return ACTOR_CONTINUE;
}

static size_t resident_bytes(void)
{
    size_t all = 0;
    size_t resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%zu %zu", &all, &resident), 2);
    (void)fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void rain(actor_system *system, burst_pond_ref pond)
{
    burst_rain_reply *reply = NULL;
    assert_int_equal(burst_pond_ask_rain(system, pond, &(burst_rain){ .drops = DROPS },
                             actor_seconds(600), &reply),
            ACTOR_OK);
    assert_int_equal(reply->dry.sum, (uint64_t)DROPS * (DROPS + 1) / 2);
    actor_reply_free(reply);
}

/* Whoever waits here waits for the watchdog, which looks every second; if it never does the whole test is ended. */
static void test_memory_of_a_burst_goes_back(void **state)
{
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2 });
    burst_pond_ref pond;
    (void)state;
    assert_non_null(system);
    assert_int_equal(burst_pond_start(system, &pond), ACTOR_OK);
    size_t before = resident_bytes();
    for (int i = 0; i < BURSTS; i++) {
        rain(system, pond);
        size_t peak = resident_bytes();
        assert_true(peak - before > (size_t)DROPS * BLOCK_BYTES * 7 / 10);
        while (is_measured && resident_bytes() - before > (peak - before) / 2) {
            (void)sched_yield();
        }
    }
    (void)actor_system_stop(system, actor_seconds(600));
    actor_system_free(system);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_of_a_burst_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
