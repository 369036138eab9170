/* SPDX-License-Identifier: MIT */
/*
 * many_to_one.c - 100 producers flood one consumer, each in one handler. See bench.h for how it is called.
 */
#include "many_to_one.actor.h"

#include "bench.h"

struct many_to_one_consumer {
    uint64_t expected;
    many_to_one_consumed consumed;
    many_to_one_expect_call call;
};
ACTOR_STATE(many_to_one_consumer);

/* The order of messages from several senders is not known, so either may be the last. */
static void answer_if_all(many_to_one_consumer *self)
{
    if (self->consumed.items == self->expected) {
        many_to_one_expect_answer_consumed(self->call, &self->consumed);
    }
}

actor_result many_to_one_consumer_on_expect(
        many_to_one_consumer *self, const many_to_one_expect *msg, many_to_one_expect_call call)
{
    self->expected = msg->items;
    self->call = call;
    many_to_one_expect_keep(call);
    answer_if_all(self);
    return ACTOR_CONTINUE;
}

actor_result many_to_one_consumer_on_item(
        many_to_one_consumer *self, const many_to_one_item *msg)
{
    self->consumed.items++;
    self->consumed.sum += msg->number;
    answer_if_all(self);
    return ACTOR_CONTINUE;
}

struct many_to_one_producer {
    many_to_one_consumer_ref consumer;
};
ACTOR_STATE(many_to_one_producer);

actor_result many_to_one_producer_at_start(
        many_to_one_producer *self, const many_to_one_producer_args *args)
{
    self->consumer = args->consumer;
    return ACTOR_CONTINUE;
}

actor_result many_to_one_producer_on_produce(
        many_to_one_producer *self, const many_to_one_produce *msg)
{
    for (uint64_t i = 1; i <= msg->items; i++) {
        many_to_one_producer_tell_consumer_item(self, self->consumer, &(many_to_one_item){ i });
        if (i % BENCH_FLUSH == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_CONTINUE;
}

struct many_to_one_factory {
    many_to_one_consumer_ref consumer;
    many_to_one_producer_ref producers[MANY_TO_ONE_PRODUCERS];
};
ACTOR_STATE(many_to_one_factory);

actor_result many_to_one_factory_at_start(
        many_to_one_factory *self, const many_to_one_factory_args *args)
{
    many_to_one_producer_args producer = { args->consumer };
    self->consumer = args->consumer;
    for (uint32_t i = 0; i < MANY_TO_ONE_PRODUCERS; i++) {
        if (many_to_one_factory_spawn_producer(self, &producer, &self->producers[i]) !=
                ACTOR_OK) {
            return actor_fail(self, "cannot spawn a producer");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result many_to_one_factory_on_run(
        many_to_one_factory *self, const many_to_one_run *msg, many_to_one_run_call call)
{
    many_to_one_factory_ask_expect(self, call, self->consumer,
            &(many_to_one_expect){ msg->items_each * MANY_TO_ONE_PRODUCERS });
    for (uint32_t i = 0; i < MANY_TO_ONE_PRODUCERS; i++) {
        many_to_one_factory_tell_producer_produce(
                self, self->producers[i], &(many_to_one_produce){ msg->items_each });
    }
    return ACTOR_CONTINUE;
}

actor_result many_to_one_factory_got_expect(many_to_one_factory *self,
        const many_to_one_expect_reply *reply, many_to_one_run_call call)
{
    (void)self;
    if (reply->kind == MANY_TO_ONE_EXPECT_REPLY_CONSUMED) {
        many_to_one_run_answer_consumed(call, &reply->consumed);
    } else {
        many_to_one_run_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "many-to-one", 10000000);
    uint64_t each = (bench.count + MANY_TO_ONE_PRODUCERS - 1) / MANY_TO_ONE_PRODUCERS;
    uint64_t items = each * MANY_TO_ONE_PRODUCERS;
    many_to_one_consumer_ref consumer;
    many_to_one_factory_ref factory;
    many_to_one_run_reply *reply = NULL;
    bench_check("start the consumer", many_to_one_consumer_start(bench.system, &consumer));
    bench_check(
            "start the factory", many_to_one_factory_start(bench.system,
                                         &(many_to_one_factory_args){ consumer }, &factory));
    bench_begin(&bench);
    bench_check("run", many_to_one_factory_ask_run(bench.system, factory,
                               &(many_to_one_run){ each }, BENCH_PATIENCE, &reply));
    bench_end(&bench);
    bench_expect("each item was consumed",
            reply->consumed.items == items &&
                    reply->consumed.sum == each * (each + 1) / 2 * MANY_TO_ONE_PRODUCERS);
    actor_reply_free(reply);
    bench_close(&bench);
    return bench_print_each(&bench, items);
}
