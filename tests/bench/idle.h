/* SPDX-License-Identifier: MIT */
/*
 * idle.h - sleepers, for all programs that measure actors that have nothing to do: a root that spawns them, and tells
 * each of them something once. They are spawned some at a time, so that no flood of messages is counted with them.
 */
#ifndef IDLE_H
#define IDLE_H

#include "idle.actor.h"

#include "bench.h"

#include <time.h>

enum { IDLE_BATCH = 1000, IDLE_LOOK_NS = 1000000 };

struct idle_sleeper {
    uint64_t number;
};
ACTOR_STATE(idle_sleeper);

actor_result idle_sleeper_on_note(idle_sleeper *self, const idle_note *msg)
{
    self->number = msg->number;
    return ACTOR_CONTINUE;
}

struct idle_dormitory {
    uint64_t wanted;
    uint64_t sleepers;
    idle_fill_call call;
};
ACTOR_STATE(idle_dormitory);

actor_result idle_dormitory_on_fill(
        idle_dormitory *self, const idle_fill *msg, idle_fill_call call)
{
    self->wanted = msg->sleepers;
    self->call = call;
    idle_fill_keep(call);
    idle_dormitory_tell_dormitory_more(self, idle_dormitory_self(self), NULL);
    return ACTOR_CONTINUE;
}

actor_result idle_dormitory_on_more(idle_dormitory *self, const idle_more *msg)
{
    (void)msg;
    for (int i = 0; i < IDLE_BATCH && self->sleepers < self->wanted; i++) {
        idle_sleeper_ref sleeper;
        if (idle_dormitory_spawn_sleeper(self, &sleeper) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn another after %" PRIu64, self->sleepers);
        }
        idle_dormitory_tell_sleeper_note(self, sleeper, &(idle_note){ ++self->sleepers });
    }
    if (self->sleepers < self->wanted) {
        idle_dormitory_tell_dormitory_more(self, idle_dormitory_self(self), NULL);
    } else {
        idle_fill_answer_full(self->call, &(idle_full){ self->sleepers });
    }
    return ACTOR_CONTINUE;
}

/* Makes so many sleepers in `system`, and returns when each has handled its message. */
static inline void idle_fill_with(actor_system *system, uint64_t sleepers)
{
    idle_dormitory_ref dormitory;
    idle_fill_reply *reply = NULL;
    bench_check("start the dormitory", idle_dormitory_start(system, &dormitory));
    bench_check("fill it", idle_dormitory_ask_fill(system, dormitory, &(idle_fill){ sleepers },
                                   BENCH_PATIENCE, &reply));
    bench_expect("all were spawned", reply->full.sleepers == sleepers);
    actor_reply_free(reply);
    while (bench_handled(system, "idle.Note") < sleepers) {
        (void)nanosleep(&(struct timespec){ .tv_nsec = IDLE_LOOK_NS }, NULL);
    }
    bench_expect("all are alive", actor_system_actors(system) == sleepers + 1);
}

#endif
