/* SPDX-License-Identifier: MIT */
/*
 * chameneos.c - 100 creatures meet in a mall, in pairs; a meeting is four messages: both ask the mall, which tells the
 * first of the second, which is told what colour it has now. See bench.h for how it is called.
 */
#include "chameneos.actor.h"

#include "bench.h"

struct chameneos_creature {
    chameneos_mall_ref mall;
    chameneos_colour colour;
    uint64_t meetings;
};
ACTOR_STATE(chameneos_creature);

/* Like colours stay; of two that differ comes the third. */
static chameneos_colour complement(chameneos_colour a, chameneos_colour b)
{
    return a == b ? a : (chameneos_colour)(3 - (int)a - (int)b);
}

static void enter(chameneos_creature *self)
{
    chameneos_creature_tell_mall_meet(self, self->mall,
            &(chameneos_meet){ .colour = self->colour, .from = chameneos_creature_self(self) });
}

actor_result chameneos_creature_at_start(
        chameneos_creature *self, const chameneos_creature_args *args)
{
    self->mall = args->mall;
    self->colour = args->colour;
    enter(self);
    return ACTOR_CONTINUE;
}

actor_result chameneos_creature_on_meet(chameneos_creature *self, const chameneos_meet *msg)
{
    self->colour = complement(self->colour, msg->colour);
    self->meetings++;
    chameneos_creature_tell_creature_change(
            self, msg->from, &(chameneos_change){ self->colour });
    enter(self);
    return ACTOR_CONTINUE;
}

actor_result chameneos_creature_on_change(chameneos_creature *self, const chameneos_change *msg)
{
    self->colour = msg->colour;
    self->meetings++;
    enter(self);
    return ACTOR_CONTINUE;
}

actor_result chameneos_creature_on_exit(chameneos_creature *self, const chameneos_exit *msg)
{
    (void)msg;
    self->colour = CHAMENEOS_COLOUR_FADED;
    chameneos_creature_tell_mall_count(self, self->mall, &(chameneos_count){ self->meetings });
    return ACTOR_STOP;
}

struct chameneos_mall {
    uint64_t left;
    bool somebody_waits;
    chameneos_creature_ref waiting;
    uint32_t gone;
    chameneos_closed closed;
    chameneos_open_call call;
};
ACTOR_STATE(chameneos_mall);

actor_result chameneos_mall_on_open(
        chameneos_mall *self, const chameneos_open *msg, chameneos_open_call call)
{
    self->left = msg->meetings;
    self->call = call;
    chameneos_open_keep(call);
    for (uint32_t i = 0; i < CHAMENEOS_CREATURES; i++) {
        chameneos_creature_ref creature;
        chameneos_creature_args args = { .mall = chameneos_mall_self(self),
            .colour = (chameneos_colour)(i % 3) };
        if (chameneos_mall_spawn_creature(self, &args, &creature) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn a creature");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result chameneos_mall_on_meet(chameneos_mall *self, const chameneos_meet *msg)
{
    if (self->left == 0) {
        chameneos_mall_tell_creature_exit(self, msg->from, NULL);
    } else if (self->somebody_waits) {
        self->left--;
        self->somebody_waits = false;
        chameneos_mall_tell_creature_meet(self, self->waiting, msg);
    } else {
        self->somebody_waits = true;
        self->waiting = msg->from;
    }
    return ACTOR_CONTINUE;
}

actor_result chameneos_mall_on_count(chameneos_mall *self, const chameneos_count *msg)
{
    self->closed.meetings += msg->meetings;
    if (++self->gone == CHAMENEOS_CREATURES) {
        chameneos_open_answer_closed(self->call, &self->closed);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "chameneos", 1000000);
    chameneos_mall_ref mall;
    chameneos_open_reply *reply = NULL;
    bench_check("start the mall", chameneos_mall_start(bench.system, &mall));
    bench_begin(&bench);
    bench_check(
            "open the mall", chameneos_mall_ask_open(bench.system, mall,
                                     &(chameneos_open){ bench.count }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each meeting was one of two", reply->closed.meetings == 2 * bench.count);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, bench.count);
}
