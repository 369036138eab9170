/* SPDX-License-Identifier: MIT */
/*
 * counting.c - a producer floods a counter, in one handler, and then asks it for the total. See bench.h for how it is
 * called.
 */
#include "counting.actor.h"

#include "bench.h"

struct counting_counter {
    uint64_t total;
};
ACTOR_STATE(counting_counter);

actor_result counting_counter_on_increment(
        counting_counter *self, const counting_increment *msg)
{
    self->total += msg->by;
    return ACTOR_CONTINUE;
}

actor_result counting_counter_on_total(
        counting_counter *self, const counting_total *msg, counting_total_call call)
{
    (void)msg;
    counting_total_answer_sum(call, &(counting_sum){ self->total });
    return ACTOR_CONTINUE;
}

struct counting_producer {
    counting_counter_ref counter;
};
ACTOR_STATE(counting_producer);

actor_result counting_producer_at_start(
        counting_producer *self, const counting_producer_args *args)
{
    self->counter = args->counter;
    return ACTOR_CONTINUE;
}

actor_result counting_producer_on_produce(
        counting_producer *self, const counting_produce *msg, counting_produce_call call)
{
    for (uint64_t i = 1; i <= msg->increments; i++) {
        counting_producer_tell_counter_increment(
                self, self->counter, &(counting_increment){ 1 });
        if (i % BENCH_FLUSH == 0) {
            (void)actor_flush(self);
        }
    }
    counting_producer_ask_total(self, call, self->counter, NULL);
    return ACTOR_CONTINUE;
}

actor_result counting_producer_got_total(
        counting_producer *self, const counting_total_reply *reply, counting_produce_call call)
{
    (void)self;
    if (reply->kind == COUNTING_TOTAL_REPLY_SUM) {
        counting_produce_answer_sum(call, &reply->sum);
    } else {
        counting_produce_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "counting", 10000000);
    counting_counter_ref counter;
    counting_producer_ref producer;
    counting_produce_reply *reply = NULL;
    bench_check("start the counter", counting_counter_start(bench.system, &counter));
    bench_check("start the producer", counting_producer_start(bench.system,
                                              &(counting_producer_args){ counter }, &producer));
    bench_begin(&bench);
    bench_check("count", counting_producer_ask_produce(bench.system, producer,
                                 &(counting_produce){ bench.count }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each increment was counted", reply->sum.total == bench.count);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, bench.count);
}
