/* SPDX-License-Identifier: MIT */
/*
 * burst.c - what memory is for, and what is left of it. 100,000 actors with nothing to do are the steady state; on top of
 * that comes a burst of messages that all wait at once, and one of actors that all live at once.
 *
 * usage: burst [burst [MESSAGES [WORKERS]]], see bench.h; the second burst has a quarter as many actors.
 *
 * Prints bytes for each idle actor, the CPU that these take from 100 ms to 1 s after the last message, bytes for
 * each message that waits, the peak, and how much is left 1 s after each burst, as a multiple of the steady
 * state. Ends with 1 if the CPU is 1 % or more, or more than twice the steady state is left.
 */
#include "cloud.actor.h"

#include "idle.h"

#include <sys/resource.h>

enum { SLEEPERS = 100000, MESSAGES_FOR_AN_ACTOR = 4 };

static const double CPU_MAX_PERCENT = 1;
static const double LEFT_MAX = 2;

struct cloud_mayfly {
    uint64_t number;
};
ACTOR_STATE(cloud_mayfly);

actor_result cloud_mayfly_on_end(cloud_mayfly *self, const cloud_end *msg)
{
    self->number = msg->number;
    return ACTOR_STOP;
}

struct cloud_cloud {
    uint64_t left;
    cloud_dry dry;
    cloud_rain_call call;
};
ACTOR_STATE(cloud_cloud);

actor_result cloud_cloud_on_rain(cloud_cloud *self, const cloud_rain *msg, cloud_rain_call call)
{
    self->left = msg->drops;
    self->call = call;
    cloud_rain_keep(call);
    for (uint64_t i = 1; i <= msg->drops; i++) {
        if (cloud_cloud_tell_cloud_drop(self, cloud_cloud_self(self), &(cloud_drop){ i }) !=
                ACTOR_OK) {
            return actor_fail(self, "cannot send another after %" PRIu64, i);
        }
        if (i % BENCH_FLUSH == 0) {
            (void)actor_flush(self);
        }
    }
    (void)actor_flush(self);
    self->dry.resident_bytes = bench_resident_bytes();
    return ACTOR_CONTINUE;
}

actor_result cloud_cloud_on_drop(cloud_cloud *self, const cloud_drop *msg)
{
    self->dry.sum += msg->number;
    if (--self->left == 0) {
        cloud_rain_answer_dry(self->call, &self->dry);
    }
    return ACTOR_CONTINUE;
}

actor_result cloud_cloud_on_hatch(
        cloud_cloud *self, const cloud_hatch *msg, cloud_hatch_call call)
{
    for (uint64_t i = 1; i <= msg->mayflies; i++) {
        cloud_mayfly_ref mayfly;
        if (cloud_cloud_spawn_mayfly(self, &mayfly) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn another after %" PRIu64, i);
        }
        cloud_cloud_tell_mayfly_end(self, mayfly, &(cloud_end){ i });
        if (i % BENCH_FLUSH == 0) {
            (void)actor_flush(self);
        }
    }
    cloud_hatch_answer_hatched(call, &(cloud_hatched){ msg->mayflies });
    return ACTOR_CONTINUE;
}

static void sleep_for(actor_duration time)
{
    struct timespec rest = { .tv_sec = (time_t)(time / ACTOR_SECOND),
        .tv_nsec = (long)(time % ACTOR_SECOND) };
    while (nanosleep(&rest, &rest) != 0) {
    }
}

static actor_duration cpu_time(void)
{
    struct timespec now;
    bench_expect(
            "the CPU's time can be read", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return actor_seconds(now.tv_sec) + now.tv_nsec;
}

/* Returns how busy the process is while it has nothing to do. */
static double idle_cpu_percent(void)
{
    sleep_for(actor_milliseconds(100));
    actor_duration before = cpu_time();
    sleep_for(actor_milliseconds(900));
    return (double)(cpu_time() - before) * 100 / (double)actor_milliseconds(900);
}

/* Returns how much memory the process has while `drops` messages wait. */
static uint64_t rain(actor_system *system, cloud_cloud_ref cloud, uint64_t drops)
{
    cloud_rain_reply *reply = NULL;
    bench_check("rain", cloud_cloud_ask_rain(
                                system, cloud, &(cloud_rain){ drops }, BENCH_PATIENCE, &reply));
    bench_expect("each drop has fallen", reply->dry.sum == drops * (drops + 1) / 2);
    uint64_t bytes = reply->dry.resident_bytes;
    actor_reply_free(reply);
    return bytes;
}

/* Returns when all are gone. */
static void hatch(actor_system *system, cloud_cloud_ref cloud, uint64_t mayflies)
{
    uint64_t before = actor_system_actors(system);
    cloud_hatch_reply *reply = NULL;
    bench_check("hatch", cloud_cloud_ask_hatch(system, cloud, &(cloud_hatch){ mayflies },
                                 BENCH_PATIENCE, &reply));
    actor_reply_free(reply);
    while (actor_system_actors(system) > before) {
        sleep_for(ACTOR_MILLISECOND);
    }
}

/* Prints how much is left a second after a burst, as a multiple of `steady_bytes`, and returns it. */
static double left_after(const char *burst, uint64_t steady_bytes)
{
    sleep_for(ACTOR_SECOND);
    double left = (double)bench_resident_bytes() / (double)steady_bytes;
    (void)printf("left-after-%s %.2f x\n", burst, left);
    return left;
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    bench_expect("the peak is known", getrusage(RUSAGE_SELF, &usage) == 0);
    return (uint64_t)usage.ru_maxrss * 1024;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "burst", 2000000);
    cloud_cloud_ref cloud;
    uint64_t empty_bytes = bench_resident_bytes();
    idle_fill_with(bench.system, SLEEPERS);
    uint64_t full_bytes = bench_resident_bytes();
    (void)printf(
            "idle-actor %.1f bytes\n", ((double)full_bytes - (double)empty_bytes) / SLEEPERS);
    double cpu_percent = idle_cpu_percent();
    (void)printf("idle-cpu %.3f %%\n", cpu_percent);

    bench_check("start the cloud", cloud_cloud_start(bench.system, &cloud));
    uint64_t steady_bytes = bench_resident_bytes();
    uint64_t waiting_bytes = rain(bench.system, cloud, bench.count);
    (void)printf("queued-message %.1f bytes\n",
            ((double)waiting_bytes - (double)steady_bytes) / (double)bench.count);
    double left_of_messages = left_after("messages", steady_bytes);
    hatch(bench.system, cloud, bench.count / MESSAGES_FOR_AN_ACTOR);
    double left_of_actors = left_after("actors", steady_bytes);
    (void)printf("steady %.1f MiB\npeak %.1f MiB\n", (double)steady_bytes / 1048576,
            (double)peak_bytes() / 1048576);
    bench_stop(bench.system);
    bench_expect("each mayfly has lived",
            bench_handled(bench.system, "cloud.End") == bench.count / MESSAGES_FOR_AN_ACTOR);
    actor_system_free(bench.system);
    bench_expect("who has nothing to do needs no CPU", cpu_percent < CPU_MAX_PERCENT);
    bench_expect("memory comes back after a burst",
            left_of_messages <= LEFT_MAX && left_of_actors <= LEFT_MAX);
    return EXIT_SUCCESS;
}
