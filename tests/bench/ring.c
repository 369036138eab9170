/* SPDX-License-Identifier: MIT */
/*
 * ring.c - what a message costs that goes round a ring of 100 actors, one at a time. See bench.h for how it is called.
 */
#include "ring.actor.h"

#include "bench.h"

enum { LINKS = 100 };

struct ring_link {
    ring_ring_ref ring;
    ring_link_ref next;
    uint64_t hops;
};
ACTOR_STATE(ring_link);

actor_result ring_link_at_start(ring_link *self, const ring_link_args *args)
{
    self->ring = args->ring;
    return ACTOR_CONTINUE;
}

actor_result ring_link_on_next(ring_link *self, const ring_next *msg)
{
    self->next = msg->next;
    return ACTOR_CONTINUE;
}

actor_result ring_link_on_token(ring_link *self, const ring_token *msg)
{
    self->hops++;
    if (msg->left == 0) {
        ring_link_tell_link_tally(self, self->next, &(ring_tally){ .hops = 0, .links = 0 });
    } else {
        ring_link_tell_link_token(self, self->next, &(ring_token){ msg->left - 1 });
    }
    return ACTOR_CONTINUE;
}

actor_result ring_link_on_tally(ring_link *self, const ring_tally *msg)
{
    ring_tally tally = { .hops = msg->hops + self->hops, .links = msg->links + 1 };
    if (tally.links == LINKS) {
        ring_link_tell_ring_tally(self, self->ring, &tally);
    } else {
        ring_link_tell_link_tally(self, self->next, &tally);
    }
    return ACTOR_CONTINUE;
}

struct ring_ring {
    ring_link_ref first;
    ring_turn_call call;
};
ACTOR_STATE(ring_ring);

actor_result ring_ring_at_start(ring_ring *self, const ring_ring_args *args)
{
    ring_link_ref before = { 0 };
    for (uint32_t i = 0; i < args->links; i++) {
        ring_link_ref link;
        if (ring_ring_spawn_link(self, &(ring_link_args){ ring_ring_self(self) }, &link) !=
                ACTOR_OK) {
            return actor_fail(self, "cannot spawn a link");
        }
        if (i == 0) {
            self->first = link;
        } else {
            ring_ring_tell_link_next(self, before, &(ring_next){ link });
        }
        before = link;
    }
    ring_ring_tell_link_next(self, before, &(ring_next){ self->first });
    return ACTOR_CONTINUE;
}

actor_result ring_ring_on_turn(ring_ring *self, const ring_turn *msg, ring_turn_call call)
{
    self->call = call;
    ring_turn_keep(call);
    ring_ring_tell_link_token(self, self->first, &(ring_token){ msg->hops - 1 });
    return ACTOR_CONTINUE;
}

actor_result ring_ring_on_tally(ring_ring *self, const ring_tally *msg)
{
    ring_turn_answer_turned(self->call, &(ring_turned){ msg->hops });
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "ring", 20000000);
    ring_ring_ref ring;
    ring_turn_reply *reply = NULL;
    bench_check(
            "start the ring", ring_ring_start(bench.system, &(ring_ring_args){ LINKS }, &ring));
    bench_begin(&bench);
    bench_check("turn", ring_ring_ask_turn(bench.system, ring, &(ring_turn){ bench.count },
                                BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each hop was made", reply->turned.hops == bench.count);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, bench.count);
}
