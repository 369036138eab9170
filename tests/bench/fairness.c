/* SPDX-License-Identifier: MIT */
/*
 * fairness.c - how long two actors wait for each other's messages while the workers that they share have a flood of
 * another actor to do: first one without a bound, then one where `limit` refuses what is too much, then one where it makes
 * the sender wait. Who floods does so in many handlers, since no handler is interrupted for another actor.
 *
 * usage: fairness [fairness [DROPS [WORKERS]]], see bench.h; one worker is the hardest. Prints a line for each, with the median and
 * the 99th percentile of the round trips, and ends with 1 if one of the latter is 5 ms or more.
 */
#include "fairness.actor.h"

#include "bench.h"

enum { TOO_LONG_MS = 5 };

/* ---- The flood ------------------------------------------------------------------------------ */

struct fairness_sink {
    uint64_t handled;
};
ACTOR_STATE(fairness_sink);

actor_result fairness_sink_on_drop(fairness_sink *self, const fairness_drop *msg)
{
    (void)msg;
    self->handled++;
    return ACTOR_CONTINUE;
}

actor_result fairness_sink_on_refused(fairness_sink *self, const fairness_refused *msg)
{
    (void)msg;
    self->handled++;
    return ACTOR_CONTINUE;
}

actor_result fairness_sink_on_delayed(fairness_sink *self, const fairness_delayed *msg)
{
    (void)msg;
    self->handled++;
    return ACTOR_CONTINUE;
}

actor_result fairness_sink_on_total(
        fairness_sink *self, const fairness_total *msg, fairness_total_call call)
{
    (void)msg;
    fairness_total_answer_sum(call, &(fairness_sum){ self->handled });
    return ACTOR_CONTINUE;
}

struct fairness_flooder {
    fairness_sink_ref sink;
    fairness_kind kind;
    uint64_t wanted;
    uint64_t tried;
    uint64_t sent;
    fairness_flood_call call;
};
ACTOR_STATE(fairness_flooder);

actor_result fairness_flooder_at_start(
        fairness_flooder *self, const fairness_flooder_args *args)
{
    self->sink = args->sink;
    return ACTOR_CONTINUE;
}

static actor_err send_one(fairness_flooder *self)
{
    switch (self->kind) {
    case FAIRNESS_KIND_REFUSE:
        return fairness_flooder_tell_sink_refused(
                self, self->sink, &(fairness_refused){ self->tried });
    case FAIRNESS_KIND_THROTTLE:
        return fairness_flooder_tell_sink_delayed(
                self, self->sink, &(fairness_delayed){ self->tried });
    default:
        return fairness_flooder_tell_sink_drop(
                self, self->sink, &(fairness_drop){ self->tried });
    }
}

actor_result fairness_flooder_on_flood(
        fairness_flooder *self, const fairness_flood *msg, fairness_flood_call call)
{
    self->kind = msg->kind;
    self->wanted = msg->drops;
    self->call = call;
    fairness_flood_keep(call);
    fairness_flooder_tell_flooder_more(self, fairness_flooder_self(self), NULL);
    return ACTOR_CONTINUE;
}

actor_result fairness_flooder_on_more(fairness_flooder *self, const fairness_more *msg)
{
    (void)msg;
    for (int i = 0; i < BENCH_FLUSH && self->tried < self->wanted; i++) {
        self->tried++;
        self->sent += send_one(self) == ACTOR_OK;
    }
    if (self->tried < self->wanted) {
        fairness_flooder_tell_flooder_more(self, fairness_flooder_self(self), NULL);
    } else {
        fairness_flooder_ask_total(self, self->sink, NULL);
    }
    return ACTOR_CONTINUE;
}

actor_result fairness_flooder_got_total(
        fairness_flooder *self, const fairness_total_reply *reply)
{
    if (reply->kind != FAIRNESS_TOTAL_REPLY_SUM) {
        fairness_flood_fail(self->call, reply->error);
        return ACTOR_CONTINUE;
    }
    fairness_flood_answer_over(
            self->call, &(fairness_over){ .sent = self->sent, .handled = reply->sum.handled });
    return ACTOR_CONTINUE;
}

/* ---- Times ---------------------------------------------------------------------------------- */

/* How many took how long: exact below 64 ns, above that to a thirty-second. */
enum { SUBDIVISIONS = 32, PLACES = 60 * SUBDIVISIONS };

struct times {
    uint64_t places[PLACES];
    uint64_t count;
    actor_duration longest;
};

static void times_add(struct times *times, actor_duration time)
{
    uint64_t rest = (uint64_t)time;
    unsigned place = 0;
    while (rest >= 2 * SUBDIVISIONS) {
        rest /= 2;
        place += SUBDIVISIONS;
    }
    times->places[place + rest]++;
    times->count++;
    times->longest = time > times->longest ? time : times->longest;
}

/* Returns what `percent` of the times are not above. */
static actor_duration times_percentile(const struct times *times, unsigned percent)
{
    uint64_t wanted = (times->count * percent + 99) / 100;
    uint64_t seen = 0;
    for (unsigned i = 0; i < PLACES; i++) {
        seen += times->places[i];
        if (seen >= wanted) {
            unsigned halvings = i < 2 * SUBDIVISIONS ? 0 : i / SUBDIVISIONS - 1;
            return (actor_duration)((uint64_t)(i - halvings * SUBDIVISIONS) << halvings);
        }
    }
    return times->longest;
}

/* ---- The two who want to go on -------------------------------------------------------------- */

struct fairness_pinger {
    fairness_ponger_ref ponger;
    uint64_t number;
    actor_duration sent;
    bool is_over;
    struct times times;
};
ACTOR_STATE(fairness_pinger);

actor_result fairness_pinger_at_start(fairness_pinger *self, const fairness_pinger_args *args)
{
    self->ponger = args->ponger;
    fairness_pinger_tell_ponger_join(
            self, self->ponger, &(fairness_join){ fairness_pinger_self(self) });
    return ACTOR_CONTINUE;
}

actor_result fairness_pinger_on_play(fairness_pinger *self, const fairness_play *msg)
{
    (void)msg;
    self->sent = actor_now();
    fairness_pinger_tell_ponger_ping(self, self->ponger, &(fairness_ping){ ++self->number });
    return ACTOR_CONTINUE;
}

actor_result fairness_pinger_on_pong(fairness_pinger *self, const fairness_pong *msg)
{
    actor_duration now = actor_now();
    if (msg->number != self->number) {
        return actor_fail(self, "the pong is another ping's");
    }
    times_add(&self->times, now - self->sent);
    if (!self->is_over) {
        self->sent = now;
        fairness_pinger_tell_ponger_ping(
                self, self->ponger, &(fairness_ping){ ++self->number });
    }
    return ACTOR_CONTINUE;
}

actor_result fairness_pinger_on_stop(
        fairness_pinger *self, const fairness_stop *msg, fairness_stop_call call)
{
    (void)msg;
    self->is_over = true;
    fairness_stop_answer_times(call, &(fairness_times){ .rounds = self->times.count,
                                             .median = times_percentile(&self->times, 50),
                                             .p99 = times_percentile(&self->times, 99),
                                             .longest = self->times.longest });
    return ACTOR_CONTINUE;
}

struct fairness_ponger {
    fairness_pinger_ref pinger;
};
ACTOR_STATE(fairness_ponger);

actor_result fairness_ponger_on_join(fairness_ponger *self, const fairness_join *msg)
{
    self->pinger = msg->pinger;
    return ACTOR_CONTINUE;
}

actor_result fairness_ponger_on_ping(fairness_ponger *self, const fairness_ping *msg)
{
    fairness_ponger_tell_pinger_pong(self, self->pinger, &(fairness_pong){ msg->number });
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------------- */

/* Returns when the flood is over; all that was let in must have been handled. */
static void flood(actor_system *system, fairness_kind kind, uint64_t drops)
{
    fairness_sink_ref sink;
    fairness_flooder_ref flooder;
    fairness_flood_reply *reply = NULL;
    bench_check("start the sink", fairness_sink_start(system, &sink));
    bench_check("start the flooder",
            fairness_flooder_start(system, &(fairness_flooder_args){ sink }, &flooder));
    bench_check("flood",
            fairness_flooder_ask_flood(system, flooder,
                    &(fairness_flood){ .kind = kind, .drops = drops }, BENCH_PATIENCE, &reply));
    bench_expect("what was sent has been handled", reply->over.sent == reply->over.handled);
    bench_expect("all was sent, if nothing is refused",
            reply->over.sent == drops ||
                    (kind == FAIRNESS_KIND_REFUSE && reply->over.sent > 0));
    actor_reply_free(reply);
}

/* Returns whether the pair got its share. */
static bool run(const char *name, fairness_kind kind, uint64_t drops, unsigned workers)
{
    actor_system *system = bench_system(workers);
    fairness_ponger_ref ponger;
    fairness_pinger_ref pinger;
    fairness_stop_reply *reply = NULL;
    bench_check("start the ponger", fairness_ponger_start(system, &ponger));
    bench_check("start the pinger",
            fairness_pinger_start(system, &(fairness_pinger_args){ ponger }, &pinger));
    bench_check("play", fairness_pinger_tell_play(system, pinger, NULL));
    flood(system, kind, drops);
    bench_check("stop playing",
            fairness_pinger_ask_stop(system, pinger, NULL, BENCH_PATIENCE, &reply));
    fairness_times times = reply->times;
    actor_reply_free(reply);
    bench_expect("rounds were played", times.rounds > 0);
    bench_check("stop", actor_system_stop(system, BENCH_PATIENCE).err);
    actor_system_free(system);
    (void)printf("fairness-%s %.2f us %.2f\n", name, (double)times.median / 1e3,
            (double)times.p99 / 1e3);
    (void)fprintf(stderr, "fairness-%s: %" PRIu64 " rounds, the longest took %.2f us\n", name,
            times.rounds, (double)times.longest / 1e3);
    return times.p99 < actor_milliseconds(TOO_LONG_MS);
}

int main(int argc, char **argv)
{
    struct bench bench = bench_read(argc, argv, "fairness", 10000000);
    bool unbounded = run("unbounded", FAIRNESS_KIND_UNBOUNDED, bench.count, bench.workers);
    bool refuse = run("refuse", FAIRNESS_KIND_REFUSE, bench.count, bench.workers);
    bool throttle = run("throttle", FAIRNESS_KIND_THROTTLE, bench.count, bench.workers);
    bench_expect("the pair gets its share", unbounded && refuse && throttle);
    return EXIT_SUCCESS;
}
