/* SPDX-License-Identifier: MIT */
/*
 * fork_join.c - one actor sends to 60 in turn, in one handler; it is over when they have handled all. See bench.h for how
 * it is called.
 */
#include "fork_join.actor.h"

#include "bench.h"

struct fork_join_worker {
    fork_join_forker_ref forker;
    uint64_t share;
    fork_join_done done;
};
ACTOR_STATE(fork_join_worker);

actor_result fork_join_worker_at_start(
        fork_join_worker *self, const fork_join_worker_args *args)
{
    self->forker = args->forker;
    return ACTOR_CONTINUE;
}

actor_result fork_join_worker_on_share(fork_join_worker *self, const fork_join_share *msg)
{
    self->share = msg->messages;
    return ACTOR_CONTINUE;
}

actor_result fork_join_worker_on_work(fork_join_worker *self, const fork_join_work *msg)
{
    self->done.handled++;
    self->done.sum += msg->number;
    if (self->done.handled == self->share) {
        fork_join_worker_tell_forker_done(self, self->forker, &self->done);
    }
    return ACTOR_CONTINUE;
}

struct fork_join_forker {
    fork_join_worker_ref workers[FORK_JOIN_WORKERS];
    fork_join_fork_call call;
    uint32_t done;
    fork_join_joined joined;
};
ACTOR_STATE(fork_join_forker);

actor_result fork_join_forker_at_start(fork_join_forker *self)
{
    fork_join_worker_args args = { fork_join_forker_self(self) };
    for (uint32_t i = 0; i < FORK_JOIN_WORKERS; i++) {
        if (fork_join_forker_spawn_worker(self, &args, &self->workers[i]) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn a worker");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result fork_join_forker_on_fork(
        fork_join_forker *self, const fork_join_fork *msg, fork_join_fork_call call)
{
    uint64_t sent = 0;
    self->call = call;
    fork_join_fork_keep(call);
    for (uint32_t i = 0; i < FORK_JOIN_WORKERS; i++) {
        fork_join_forker_tell_worker_share(
                self, self->workers[i], &(fork_join_share){ msg->messages_each });
    }
    for (uint64_t round = 0; round < msg->messages_each; round++) {
        for (uint32_t i = 0; i < FORK_JOIN_WORKERS; i++) {
            fork_join_forker_tell_worker_work(
                    self, self->workers[i], &(fork_join_work){ ++sent });
            if (sent % BENCH_FLUSH == 0) {
                (void)actor_flush(self);
            }
        }
    }
    return ACTOR_CONTINUE;
}

actor_result fork_join_forker_on_done(fork_join_forker *self, const fork_join_done *msg)
{
    self->joined.handled += msg->handled;
    self->joined.sum += msg->sum;
    if (++self->done == FORK_JOIN_WORKERS) {
        fork_join_fork_answer_joined(self->call, &self->joined);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "fork-join", 12000000);
    uint64_t each = (bench.count + FORK_JOIN_WORKERS - 1) / FORK_JOIN_WORKERS;
    uint64_t messages = each * FORK_JOIN_WORKERS;
    fork_join_forker_ref forker;
    fork_join_fork_reply *reply = NULL;
    bench_check("start the forker", fork_join_forker_start(bench.system, &forker));
    bench_begin(&bench);
    bench_check("fork", fork_join_forker_ask_fork(bench.system, forker,
                                &(fork_join_fork){ each }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each message was handled",
            reply->joined.handled == messages &&
                    reply->joined.sum == messages * (messages + 1) / 2);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, messages);
}
