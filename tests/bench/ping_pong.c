/* SPDX-License-Identifier: MIT */
/*
 * ping_pong.c - what a message costs between two actors that tell each other, one message under way at a time.
 * Both are roots, so that the runtime has to bring them together. See bench.h for how it is called.
 */
#include "ping_pong.actor.h"

#include "bench.h"

struct ping_pong_pinger {
    ping_pong_ponger_ref ponger;
    uint64_t rounds;
    uint64_t pongs;
    ping_pong_play_call call;
};
ACTOR_STATE(ping_pong_pinger);

actor_result ping_pong_pinger_at_start(
        ping_pong_pinger *self, const ping_pong_pinger_args *args)
{
    self->ponger = args->ponger;
    ping_pong_pinger_tell_ponger_join(
            self, self->ponger, &(ping_pong_join){ ping_pong_pinger_self(self) });
    return ACTOR_CONTINUE;
}

actor_result ping_pong_pinger_on_play(
        ping_pong_pinger *self, const ping_pong_play *msg, ping_pong_play_call call)
{
    self->rounds = msg->rounds;
    self->call = call;
    ping_pong_play_keep(call);
    ping_pong_pinger_tell_ponger_ping(self, self->ponger, &(ping_pong_ping){ 1 });
    return ACTOR_CONTINUE;
}

actor_result ping_pong_pinger_on_pong(ping_pong_pinger *self, const ping_pong_pong *msg)
{
    self->pongs++;
    if (self->pongs == self->rounds) {
        ping_pong_play_answer_played(
                self->call, &(ping_pong_played){ .pings = msg->number, .pongs = self->pongs });
        return ACTOR_CONTINUE;
    }
    ping_pong_pinger_tell_ponger_ping(self, self->ponger, &(ping_pong_ping){ self->pongs + 1 });
    return ACTOR_CONTINUE;
}

struct ping_pong_ponger {
    ping_pong_pinger_ref pinger;
    uint64_t pings;
};
ACTOR_STATE(ping_pong_ponger);

actor_result ping_pong_ponger_on_join(ping_pong_ponger *self, const ping_pong_join *msg)
{
    self->pinger = msg->pinger;
    return ACTOR_CONTINUE;
}

/* Answers with its own count, by which the other end sees that none was lost. */
actor_result ping_pong_ponger_on_ping(ping_pong_ponger *self, const ping_pong_ping *msg)
{
    self->pings++;
    if (msg->number != self->pings) {
        return actor_fail(
                self, "ping %" PRIu64 " is the %" PRIu64 ".", msg->number, self->pings);
    }
    ping_pong_ponger_tell_pinger_pong(self, self->pinger, &(ping_pong_pong){ self->pings });
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "ping-pong", 20000000);
    uint64_t rounds = (bench.count + 1) / 2;
    ping_pong_ponger_ref ponger;
    ping_pong_pinger_ref pinger;
    ping_pong_play_reply *reply = NULL;
    bench_check("start the ponger", ping_pong_ponger_start(bench.system, &ponger));
    bench_check("start the pinger",
            ping_pong_pinger_start(bench.system, &(ping_pong_pinger_args){ ponger }, &pinger));
    bench_begin(&bench);
    bench_check("play", ping_pong_pinger_ask_play(bench.system, pinger,
                                &(ping_pong_play){ rounds }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each ping and each pong has arrived",
            reply->played.pings == rounds && reply->played.pongs == rounds);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, 2 * rounds);
}
