/* SPDX-License-Identifier: MIT */
/*
 * How much of a processor a system takes that has nothing to do: so many actors that are sent nothing, and who waits
 * for the system to end. The actors answer before and after that. See idle.sh.
 * usage: idle ACTORS SECONDS      ends with 1 if it is one per cent or more
 */
#include "dormant.actor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { SPAWNED_AT_ONCE = 1000 };

struct dormant_sleeper {
    uint32_t nudged;
};
ACTOR_STATE(dormant_sleeper);

actor_result dormant_sleeper_on_nudge(
        dormant_sleeper *self, const dormant_nudge *msg, dormant_nudge_call call)
{
    (void)msg;
    self->nudged++;
    (void)dormant_nudge_answer_awake(call, &(dormant_awake){ 1 });
    return ACTOR_CONTINUE;
}

struct dormant_dormitory {
    uint64_t count;
    uint64_t spawned;
    dormant_sleeper_ref last;
};
ACTOR_STATE(dormant_dormitory);

actor_result dormant_dormitory_at_start(
        dormant_dormitory *self, const dormant_dormitory_args *args)
{
    self->count = args->count;
    (void)dormant_dormitory_tell_dormitory_more(self, dormant_dormitory_self(self), NULL);
    return ACTOR_CONTINUE;
}

actor_result dormant_dormitory_on_more(dormant_dormitory *self, const dormant_more *msg)
{
    (void)msg;
    for (int i = 0; i < SPAWNED_AT_ONCE && self->spawned < self->count; i++) {
        if (dormant_dormitory_spawn_sleeper(self, &self->last) != ACTOR_OK) {
            return actor_fail(self, "no sleeper");
        }
        self->spawned++;
    }
    if (self->spawned < self->count) {
        (void)dormant_dormitory_tell_dormitory_more(self, dormant_dormitory_self(self), NULL);
    }
    return ACTOR_CONTINUE;
}

/* Asks the last one, so that what is answered is that all have started. */
actor_result dormant_dormitory_on_nudge(
        dormant_dormitory *self, const dormant_nudge *msg, dormant_nudge_call call)
{
    dormant_dormitory_ask_wake(self, call, self->last, msg);
    return ACTOR_CONTINUE;
}

actor_result dormant_dormitory_got_wake(
        dormant_dormitory *self, const dormant_nudge_reply *reply, dormant_nudge_call call)
{
    uint64_t awake = reply->kind == DORMANT_NUDGE_REPLY_AWAKE ? self->spawned : 0;
    (void)dormant_nudge_answer_awake(call, &(dormant_awake){ awake });
    return ACTOR_CONTINUE;
}

/* How many it says are there. */
static uint64_t nudge(actor_system *system, dormant_dormitory_ref dormitory)
{
    dormant_nudge_reply *reply = NULL;
    (void)dormant_dormitory_ask_nudge(system, dormitory, NULL, actor_seconds(60), &reply);
    uint64_t sleepers = reply == NULL ? 0 : reply->awake.sleepers;
    actor_reply_free(reply);
    return sleepers;
}

static int64_t processor_time(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * ACTOR_SECOND +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * ACTOR_MICROSECOND;
}

int main(int argc, char **argv)
{
    uint64_t count = argc < 3 ? 0 : strtoull(argv[1], NULL, 10);
    int64_t seconds = argc < 3 ? 0 : strtoll(argv[2], NULL, 10);
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2 });
    dormant_dormitory_ref dormitory;
    if (count == 0 || seconds <= 0 || system == NULL ||
            dormant_dormitory_start(system, &(dormant_dormitory_args){ count }, &dormitory) !=
                    ACTOR_OK) {
        fprintf(stderr, "usage: idle ACTORS SECONDS\n");
        return 2;
    }
    while (nudge(system, dormitory) < count) {
    }
    int64_t cpu = processor_time();
    actor_duration begun = actor_now();
    actor_err waited = actor_system_wait(system, actor_seconds(seconds));
    actor_duration lasted = actor_now() - begun;
    cpu = processor_time() - cpu;
    bool is_well = waited == ACTOR_ERR_TIMEOUT && actor_system_actors(system) == count + 1 &&
                   nudge(system, dormitory) == count;
    printf("%" PRIu64 " actors, %.3f s of processor in %.1f s: %.3f %%\n", count,
            (double)cpu / ACTOR_SECOND, (double)lasted / ACTOR_SECOND,
            100.0 * (double)cpu / (double)lasted);
    bool is_stopped = actor_system_stop(system, actor_seconds(60)).err == ACTOR_OK;
    actor_system_free(system);
    return is_well && is_stopped && cpu * 100 < lasted ? 0 : 1;
}
