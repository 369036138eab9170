/* SPDX-License-Identifier: MIT */
/*
 * timers.c - a million timers at once: what starting and ringing costs, and how much memory they
 * take. usage: timers [SLEEPERS], which have eight timers each.
 */
#include "bench_timers.actor.h"

#include <inttypes.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMERS_EACH = 8 };

struct bench_timers_sleeper {
    uint64_t rung;
};
ACTOR_STATE(bench_timers_sleeper);

struct bench_timers_dormitory {
    uint32_t random;
};
ACTOR_STATE(bench_timers_dormitory);

static _Atomic uint32_t asleep; /* sleepers that have started all their timers */

#define ON(letter)                                                                             \
    actor_result bench_timers_sleeper_on_##letter(                                             \
            bench_timers_sleeper *self, const bench_timers_##letter *msg)                      \
    {                                                                                          \
        (void)msg;                                                                             \
        self->rung++;                                                                          \
        return ACTOR_CONTINUE;                                                                 \
    }
ON(a)
ON(b)
ON(c)
ON(d)
ON(e)
ON(f)
ON(g)
ON(h)

actor_result bench_timers_sleeper_at_start(
        bench_timers_sleeper *self, const bench_timers_sleeper_args *args)
{
    actor_duration step = args->spread / TIMERS_EACH;
    actor_duration at = args->from;
    bench_timers_sleeper_start_a(self, at += step, NULL);
    bench_timers_sleeper_start_b(self, at += step, NULL);
    bench_timers_sleeper_start_c(self, at += step, NULL);
    bench_timers_sleeper_start_d(self, at += step, NULL);
    bench_timers_sleeper_start_e(self, at += step, &(bench_timers_e){ 1 });
    bench_timers_sleeper_start_f(self, at += step, &(bench_timers_f){ 2 });
    bench_timers_sleeper_start_g(self, at += step, &(bench_timers_g){ 3 });
    bench_timers_sleeper_start_h(self, at += step, &(bench_timers_h){ 4 });
    atomic_fetch_add(&asleep, 1);
    return ACTOR_CONTINUE;
}

actor_result bench_timers_dormitory_on_fill(
        bench_timers_dormitory *self, const bench_timers_fill *msg)
{
    for (uint32_t i = 0; i < msg->count; i++) {
        bench_timers_sleeper_ref ref;
        self->random = self->random * 1664525u + 1013904223u;
        bench_timers_sleeper_args args = { .from = msg->from + self->random % 1000000,
            .spread = msg->spread };
        if (bench_timers_dormitory_spawn_sleeper(self, &args, &ref) != ACTOR_OK) {
            return actor_fail(self, "no sleeper");
        }
        if (i % 1000 == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_CONTINUE;
}

static void add_handled(void *context, const actor_ledger_entry *e)
{
    if (strcmp(e->actor, "bench_timers.Sleeper") == 0) {
        *(uint64_t *)context += e->handled;
    }
}

static uint64_t rung(actor_system *system)
{
    uint64_t n = 0;
    actor_system_ledger(system, add_handled, &n);
    return n;
}

static uint64_t resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f != NULL) {
        if (fscanf(f, "%*s %lu", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(f);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Fills a dormitory and waits until `timers` have rung; prints how long both took. */
static int run(uint32_t sleepers, actor_duration from, actor_duration spread)
{
    uint64_t timers = (uint64_t)sleepers * TIMERS_EACH;
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });
    bench_timers_dormitory_ref dormitory;
    if (system == NULL || bench_timers_dormitory_start(system, &dormitory) != ACTOR_OK) {
        return 1;
    }
    uint64_t bytes = resident_bytes();
    atomic_store(&asleep, 0);
    actor_duration began = actor_now();
    bench_timers_fill fill = { .count = sleepers, .from = from, .spread = spread };
    (void)bench_timers_dormitory_tell_fill(system, dormitory, &fill);
    while (atomic_load(&asleep) < sleepers) {
        (void)sched_yield();
    }
    actor_duration filled = actor_now();
    while (from < actor_seconds(60) && rung(system) < timers) {
        (void)sched_yield();
    }
    actor_duration ended = actor_now();
    printf("%" PRIu64 " timers: actors and timers started in %.2f s", timers,
            (double)(filled - began) / 1e9);
    if (from < actor_seconds(60)) {
        printf(", all rung %.2f s after the last was due\n",
                (double)(ended - filled - from - spread) / 1e9);
    } else {
        printf(", %.0f bytes a timer with an eighth of its actor\n",
                (double)(resident_bytes() - bytes) / (double)timers);
    }
    (void)actor_system_stop(system, actor_seconds(60));
    actor_system_free(system);
    return 0;
}

int main(int argc, char **argv)
{
    uint32_t sleepers = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 125000;
    return run(sleepers, actor_seconds(3600), actor_seconds(3600)) +
           run(sleepers, actor_seconds(2), actor_seconds(1)) +
           run(sleepers, actor_seconds(2), 0);
}
