/* SPDX-License-Identifier: MIT */
/*
 * create.c - what an actor costs from its birth to its end: one actor spawns them all, and each handles one message and
 * ends. It is over when all have ended. See bench.h for how it is called.
 */
#include "create.actor.h"

#include "bench.h"

#include <time.h>

/* How often main looks whether all have ended. */
enum { LOOK_NS = 200000 };

struct create_mayfly {
    uint64_t number;
};
ACTOR_STATE(create_mayfly);

actor_result create_mayfly_on_live(create_mayfly *self, const create_live *msg)
{
    self->number = msg->number;
    return ACTOR_STOP;
}

struct create_creator {
    uint64_t created;
};
ACTOR_STATE(create_creator);

actor_result create_creator_on_create(
        create_creator *self, const create_create *msg, create_create_call call)
{
    while (self->created < msg->count) {
        create_mayfly_ref mayfly;
        if (create_creator_spawn_mayfly(self, &mayfly) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn another after %" PRIu64, self->created);
        }
        create_creator_tell_mayfly_live(self, mayfly, &(create_live){ self->created });
        self->created++;
        if (self->created % BENCH_FLUSH == 0) {
            (void)actor_flush(self);
        }
    }
    create_create_answer_created(call, &(create_created){ self->created });
    return ACTOR_CONTINUE;
}

/* Waits until only the creator is left. */
static void wait_for_all(actor_system *system)
{
    while (actor_system_actors(system) > 1) {
        (void)nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
    }
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "create", 1000000);
    create_creator_ref creator;
    create_create_reply *reply = NULL;
    bench_check("start the creator", create_creator_start(bench.system, &creator));
    bench_begin(&bench);
    bench_check("create", create_creator_ask_create(bench.system, creator,
                                  &(create_create){ bench.count }, BENCH_PATIENCE, &reply));
    wait_for_all(bench.system);
    bench_end(&bench);
    actor_reply_free(reply);
    bench_stop(bench.system);
    bench_expect("each has handled its message",
            bench_handled(bench.system, "create.Live") == bench.count);
    actor_system_free(bench.system);
    return bench_print_each(&bench, bench.count);
}
