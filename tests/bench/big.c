/* SPDX-License-Identifier: MIT */
/*
 * big.c - 120 actors, all at once: each sends a ping to another one, drawn at random, and the next when its pong has come.
 * See bench.h for how it is called.
 */
#include "big.actor.h"

#include "bench.h"

struct big_peer {
    big_table_ref table;
    big_peers peers;
    uint64_t random;
    uint64_t to_send;
    uint64_t number; /* of the last ping */
    big_counted counted;
};
ACTOR_STATE(big_peer);

actor_result big_peer_at_start(big_peer *self, const big_peer_args *args)
{
    self->table = args->table;
    return ACTOR_CONTINUE;
}

actor_result big_peer_on_peers(big_peer *self, const big_peers *msg)
{
    self->peers = *msg;
    self->random = msg->own;
    return ACTOR_CONTINUE;
}

/* Draws one of the others. */
static big_peer_ref draw(big_peer *self)
{
    self->random = self->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint32_t i = (uint32_t)(self->random >> 33) % (BIG_PEERS - 1);
    return self->peers.all[i < self->peers.own ? i : i + 1];
}

static void send_ping(big_peer *self)
{
    if (self->to_send == 0) {
        big_peer_tell_table_done(self, self->table, NULL);
        return;
    }
    self->to_send--;
    big_peer_tell_peer_ping(self, draw(self),
            &(big_ping){ .from = big_peer_self(self), .number = ++self->number });
}

actor_result big_peer_on_talk(big_peer *self, const big_talk *msg)
{
    self->to_send = msg->pings;
    send_ping(self);
    return ACTOR_CONTINUE;
}

actor_result big_peer_on_ping(big_peer *self, const big_ping *msg)
{
    self->counted.pings++;
    big_peer_tell_peer_pong(self, msg->from, &(big_pong){ msg->number });
    return ACTOR_CONTINUE;
}

actor_result big_peer_on_pong(big_peer *self, const big_pong *msg)
{
    if (msg->number != self->number) {
        return actor_fail(
                self, "a pong for ping %" PRIu64 ", not %" PRIu64, msg->number, self->number);
    }
    self->counted.pongs++;
    send_ping(self);
    return ACTOR_CONTINUE;
}

actor_result big_peer_on_report(big_peer *self, const big_report *msg)
{
    (void)msg;
    big_peer_tell_table_counted(self, self->table, &self->counted);
    return ACTOR_CONTINUE;
}

struct big_table {
    big_peers peers;
    big_play_call call;
    uint32_t done;
    uint32_t reports;
    big_played played;
};
ACTOR_STATE(big_table);

actor_result big_table_at_start(big_table *self)
{
    big_peer_args args = { big_table_self(self) };
    for (uint32_t i = 0; i < BIG_PEERS; i++) {
        if (big_table_spawn_peer(self, &args, &self->peers.all[i]) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn a peer");
        }
    }
    for (uint32_t i = 0; i < BIG_PEERS; i++) {
        self->peers.own = i;
        big_table_tell_peer_peers(self, self->peers.all[i], &self->peers);
    }
    return ACTOR_CONTINUE;
}

actor_result big_table_on_play(big_table *self, const big_play *msg, big_play_call call)
{
    self->call = call;
    big_play_keep(call);
    for (uint32_t i = 0; i < BIG_PEERS; i++) {
        big_table_tell_peer_talk(self, self->peers.all[i], &(big_talk){ msg->pings_each });
    }
    return ACTOR_CONTINUE;
}

/* Who is done has had all its pongs; when all are, no ping is under way. */
actor_result big_table_on_done(big_table *self, const big_done *msg)
{
    (void)msg;
    if (++self->done < BIG_PEERS) {
        return ACTOR_CONTINUE;
    }
    for (uint32_t i = 0; i < BIG_PEERS; i++) {
        big_table_tell_peer_report(self, self->peers.all[i], NULL);
    }
    return ACTOR_CONTINUE;
}

actor_result big_table_on_counted(big_table *self, const big_counted *msg)
{
    self->played.pings += msg->pings;
    self->played.pongs += msg->pongs;
    if (++self->reports == BIG_PEERS) {
        big_play_answer_played(self->call, &self->played);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "big", 4800000);
    uint64_t each = (bench.count + 2 * BIG_PEERS - 1) / (2 * BIG_PEERS);
    uint64_t pings = each * BIG_PEERS;
    big_table_ref table;
    big_play_reply *reply = NULL;
    bench_check("start the table", big_table_start(bench.system, &table));
    bench_begin(&bench);
    bench_check("play", big_table_ask_play(bench.system, table, &(big_play){ each },
                                BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each ping and each pong has arrived",
            reply->played.pings == pings && reply->played.pongs == pings);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, 2 * pings);
}
