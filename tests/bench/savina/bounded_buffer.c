/* SPDX-License-Identifier: MIT */
/*
 * bounded_buffer.c - 40 producers, 40 consumers and a buffer of 50 places. The modes of the buffer are what it
 * can do: what it cannot do now it stashes. SIZE: items of each producer.
 */
#include "bounded_buffer.actor.h"
#include "savina.h"

#include <math.h>
#include <string.h>

enum { ITEMS = 1000, ITEMS_MAX = 1000000, COST = 25 };

/* Returns what is made of an item, by Savina's 2,500 logarithms. */
static double process_item(double item)
{
    uint64_t random = COST;
    for (int i = 0; i < COST * 100; i++) {
        item += log((double)savina_below(&random, 65536) / 65536 + 0.01);
    }
    return item;
}

static uint64_t bits_of(double item)
{
    uint64_t bits;
    memcpy(&bits, &item, sizeof bits);
    return bits;
}

/* ---- Buffer --------------------------------------------------------------------------- */

ACTOR_STATE(bounded_buffer_buffer);

static void put(bounded_buffer_buffer *self, double item, bounded_buffer_put_call call)
{
    self->items[(self->first + self->count) % BOUNDED_BUFFER_ROOM] = item;
    self->count++;
    bounded_buffer_put_answer_stored(call, NULL);
}

static void take(bounded_buffer_buffer *self, bounded_buffer_take_call call)
{
    bounded_buffer_take_answer_item(
            call, &(bounded_buffer_item){ .item = self->items[self->first] });
    self->first = (self->first + 1) % BOUNDED_BUFFER_ROOM;
    self->count--;
}

actor_result bounded_buffer_buffer_empty_on_put(bounded_buffer_buffer *self,
        const bounded_buffer_put *msg, bounded_buffer_put_call call)
{
    put(self, msg->item, call);
    bounded_buffer_buffer_become_filled(self);
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_buffer_empty_on_close(
        bounded_buffer_buffer *self, const bounded_buffer_close *msg)
{
    (void)msg;
    bounded_buffer_buffer_become_over(self);
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_buffer_filled_on_put(bounded_buffer_buffer *self,
        const bounded_buffer_put *msg, bounded_buffer_put_call call)
{
    put(self, msg->item, call);
    if (self->count == BOUNDED_BUFFER_ROOM) {
        bounded_buffer_buffer_become_full(self);
    }
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_buffer_filled_on_take(bounded_buffer_buffer *self,
        const bounded_buffer_take *msg, bounded_buffer_take_call call)
{
    (void)msg;
    take(self, call);
    if (self->count == 0) {
        bounded_buffer_buffer_become_empty(self);
    }
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_buffer_full_on_take(bounded_buffer_buffer *self,
        const bounded_buffer_take *msg, bounded_buffer_take_call call)
{
    (void)msg;
    take(self, call);
    bounded_buffer_buffer_become_filled(self);
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_buffer_over_on_take(bounded_buffer_buffer *self,
        const bounded_buffer_take *msg, bounded_buffer_take_call call)
{
    (void)self;
    (void)msg;
    bounded_buffer_take_answer_closed(call, NULL);
    return ACTOR_CONTINUE;
}

/* ---- Producer ------------------------------------------------------------------------- */

struct bounded_buffer_producer {
    bounded_buffer_buffer_ref buffer;
    uint32_t to_produce;
    double item;
};
ACTOR_STATE(bounded_buffer_producer);

actor_result bounded_buffer_producer_at_start(
        bounded_buffer_producer *self, const bounded_buffer_producer_args *args)
{
    self->buffer = args->buffer;
    return ACTOR_CONTINUE;
}

static void produce(bounded_buffer_producer *self, bounded_buffer_produce_call call)
{
    if (self->to_produce == 0) {
        bounded_buffer_produce_answer_produced(call, NULL);
        return;
    }
    self->to_produce--;
    self->item = process_item(self->item);
    bounded_buffer_producer_ask_put(
            self, call, self->buffer, &(bounded_buffer_put){ .item = self->item });
}

actor_result bounded_buffer_producer_on_produce(bounded_buffer_producer *self,
        const bounded_buffer_produce *msg, bounded_buffer_produce_call call)
{
    self->to_produce = msg->items;
    produce(self, call);
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_producer_got_put(bounded_buffer_producer *self,
        const bounded_buffer_put_reply *reply, bounded_buffer_produce_call call)
{
    if (reply->kind == BOUNDED_BUFFER_PUT_REPLY_ERROR) {
        bounded_buffer_produce_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    produce(self, call);
    return ACTOR_CONTINUE;
}

/* ---- Consumer ------------------------------------------------------------------------- */

struct bounded_buffer_consumer {
    bounded_buffer_buffer_ref buffer;
    double item;
    bounded_buffer_consumed so_far;
};
ACTOR_STATE(bounded_buffer_consumer);

actor_result bounded_buffer_consumer_at_start(
        bounded_buffer_consumer *self, const bounded_buffer_consumer_args *args)
{
    self->buffer = args->buffer;
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_consumer_on_consume(bounded_buffer_consumer *self,
        const bounded_buffer_consume *msg, bounded_buffer_consume_call call)
{
    (void)msg;
    bounded_buffer_consumer_ask_take(self, call, self->buffer, NULL);
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_consumer_got_take(bounded_buffer_consumer *self,
        const bounded_buffer_take_reply *reply, bounded_buffer_consume_call call)
{
    switch (reply->kind) {
    case BOUNDED_BUFFER_TAKE_REPLY_ITEM:
        self->so_far.items++;
        self->so_far.checksum += bits_of(reply->item.item);
        self->item = process_item(self->item + reply->item.item);
        bounded_buffer_consumer_ask_take(self, call, self->buffer, NULL);
        break;
    case BOUNDED_BUFFER_TAKE_REPLY_CLOSED:
        bounded_buffer_consume_answer_consumed(call, &self->so_far);
        break;
    case BOUNDED_BUFFER_TAKE_REPLY_ERROR:
        bounded_buffer_consume_fail(call, reply->error);
        break;
    }
    return ACTOR_CONTINUE;
}

/* ---- Market --------------------------------------------------------------------------- */

struct bounded_buffer_market {
    uint32_t produced; /* producers that are done */
    uint32_t consumed;
    bounded_buffer_total total;
};
ACTOR_STATE(bounded_buffer_market);

actor_result bounded_buffer_market_on_run(bounded_buffer_market *self,
        const bounded_buffer_run *msg, bounded_buffer_run_call call)
{
    bounded_buffer_producer_ref producers = bounded_buffer_market_child_producers(self);
    bounded_buffer_consumer_ref consumers = bounded_buffer_market_child_consumers(self);
    for (uint32_t i = 0; i < BOUNDED_BUFFER_CONSUMERS; i++) {
        bounded_buffer_market_ask_consume(self, call, consumers, NULL);
    }
    for (uint32_t i = 0; i < BOUNDED_BUFFER_PRODUCERS; i++) {
        bounded_buffer_market_ask_produce(
                self, call, producers, &(bounded_buffer_produce){ .items = msg->items });
    }
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_market_got_produce(bounded_buffer_market *self,
        const bounded_buffer_produce_reply *reply, bounded_buffer_run_call call)
{
    if (reply->kind == BOUNDED_BUFFER_PRODUCE_REPLY_ERROR) {
        bounded_buffer_run_fail(call, reply->error);
    } else if (++self->produced == BOUNDED_BUFFER_PRODUCERS) {
        bounded_buffer_market_tell_buffer_close(
                self, bounded_buffer_market_child_buffer(self), NULL);
    }
    return ACTOR_CONTINUE;
}

actor_result bounded_buffer_market_got_consume(bounded_buffer_market *self,
        const bounded_buffer_consume_reply *reply, bounded_buffer_run_call call)
{
    if (reply->kind == BOUNDED_BUFFER_CONSUME_REPLY_ERROR) {
        bounded_buffer_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->total.items += reply->consumed.items;
    self->total.checksum += reply->consumed.checksum;
    if (++self->consumed == BOUNDED_BUFFER_CONSUMERS) {
        bounded_buffer_run_answer_total(call, &self->total);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* All producers make the same items. Their bits are added, since that is the same in any order. */
static void check_total(const struct savina *s, const bounded_buffer_total *total)
{
    double item = 0;
    uint64_t checksum = 0;
    for (uint32_t i = 0; i < s->size; i++) {
        item = process_item(item);
        checksum += bits_of(item);
    }
    savina_expect(s, "items", (uint64_t)s->size * BOUNDED_BUFFER_PRODUCERS, total->items);
    savina_expect(s, "sum of their bits", checksum * BOUNDED_BUFFER_PRODUCERS, total->checksum);
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "bounded-buffer", .size = ITEMS, .max = ITEMS_MAX });
    bounded_buffer_market_ref market;
    bounded_buffer_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", bounded_buffer_market_start(s.system, &market));
    savina_check(&s, "trade",
            bounded_buffer_market_ask_run(s.system, market,
                    &(bounded_buffer_run){ .items = s.size }, actor_seconds(SAVINA_PATIENCE_S),
                    &reply));
    savina_stop_clock(&s);
    check_total(&s, &reply->total);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
