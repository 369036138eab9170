/* SPDX-License-Identifier: MIT */
/*
 * sieve.c - the primes below SIZE. A filter that is full makes the next one; the question how many there are runs
 * down the chain behind the last candidate, and is answered from its end.
 */
#include "savina.h"
#include "sieve.actor.h"

enum { LIMIT = 100000, LIMIT_MAX = 10000000, CAPACITY = 1000, FLUSH_AFTER = 1024 };

/* ---- Filter --------------------------------------------------------------------------- */

struct sieve_filter {
    uint32_t capacity;
    uint32_t count;
    sieve_count total; /* with those of the filters before */
    bool has_next;
    sieve_filter_ref next;
    uint64_t *primes;
};
ACTOR_STATE(sieve_filter);

static void add_prime(sieve_filter *self, uint64_t prime)
{
    self->primes[self->count++] = prime;
    self->total.primes++;
    self->total.sum += prime;
}

actor_result sieve_filter_at_start(sieve_filter *self, const sieve_filter_args *args)
{
    self->capacity = args->capacity;
    self->total = (sieve_count){ .primes = args->primes_before, .sum = args->sum_before };
    self->primes = malloc(args->capacity * sizeof *self->primes);
    if (self->primes == NULL || actor_own(self, self->primes, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    add_prime(self, args->first_prime);
    return ACTOR_CONTINUE;
}

static bool is_divided(const sieve_filter *self, uint64_t number)
{
    for (uint32_t i = 0; i < self->count; i++) {
        if (number % self->primes[i] == 0) {
            return true;
        }
    }
    return false;
}

actor_result sieve_filter_on_candidate(sieve_filter *self, const sieve_candidate *msg)
{
    if (is_divided(self, msg->number)) {
        return ACTOR_CONTINUE;
    }
    if (self->has_next) {
        sieve_filter_tell_filter_candidate(self, self->next, msg);
        return ACTOR_CONTINUE;
    }
    if (self->count < self->capacity) {
        add_prime(self, msg->number);
        return ACTOR_CONTINUE;
    }
    sieve_filter_args args = { .capacity = self->capacity,
        .first_prime = msg->number,
        .primes_before = self->total.primes,
        .sum_before = self->total.sum };
    if (sieve_filter_spawn_filter(self, &args, &self->next) != ACTOR_OK) {
        return actor_fail(self, "no filter");
    }
    self->has_next = true;
    return ACTOR_CONTINUE;
}

actor_result sieve_filter_on_get_count(
        sieve_filter *self, const sieve_get_count *msg, sieve_get_count_call call)
{
    if (self->has_next) {
        sieve_filter_delegate_filter_get_count(self, call, self->next, msg);
    } else {
        sieve_get_count_answer_count(call, &self->total);
    }
    return ACTOR_CONTINUE;
}

/* ---- Producer ------------------------------------------------------------------------- */

struct sieve_producer {
    sieve_filter_ref first;
};
ACTOR_STATE(sieve_producer);

actor_result sieve_producer_at_start(sieve_producer *self, const sieve_producer_args *args)
{
    sieve_filter_args filter = { .capacity = args->capacity, .first_prime = 2 };
    if (sieve_producer_spawn_filter(self, &filter, &self->first) != ACTOR_OK) {
        return actor_fail(self, "no filter");
    }
    return ACTOR_CONTINUE;
}

actor_result sieve_producer_on_run(
        sieve_producer *self, const sieve_run *msg, sieve_run_call call)
{
    uint32_t sent = 0;
    for (uint64_t number = 3; number < msg->limit; number += 2) {
        sieve_producer_tell_filter_candidate(
                self, self->first, &(sieve_candidate){ .number = number });
        if (++sent % FLUSH_AFTER == 0) {
            (void)actor_flush(self);
        }
    }
    sieve_producer_ask_get_count(self, call, self->first, NULL);
    return ACTOR_CONTINUE;
}

actor_result sieve_producer_got_get_count(
        sieve_producer *self, const sieve_get_count_reply *reply, sieve_run_call call)
{
    (void)self;
    if (reply->kind == SIEVE_GET_COUNT_REPLY_ERROR) {
        sieve_run_fail(call, reply->error);
    } else {
        sieve_run_answer_count(call, &reply->count);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* The sieve of Eratosthenes, on paper. */
static sieve_count primes_below(const struct savina *s, uint32_t limit)
{
    sieve_count count = { .primes = 0 };
    bool *is_crossed = calloc(limit, sizeof *is_crossed);
    savina_check(s, "check", is_crossed == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK);
    for (uint64_t number = 2; number < limit; number++) {
        if (is_crossed[number]) {
            continue;
        }
        count.primes++;
        count.sum += number;
        for (uint64_t multiple = number * number; multiple < limit; multiple += number) {
            is_crossed[multiple] = true;
        }
    }
    free(is_crossed);
    return count;
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){
                    .name = "sieve", .size = LIMIT, .min = 3, .max = LIMIT_MAX });
    sieve_producer_ref producer;
    sieve_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start",
            sieve_producer_start(
                    s.system, &(sieve_producer_args){ .capacity = CAPACITY }, &producer));
    savina_check(&s, "sieve",
            sieve_producer_ask_run(s.system, producer, &(sieve_run){ .limit = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    sieve_count expected = primes_below(&s, s.size);
    savina_expect(&s, "primes", expected.primes, reply->count.primes);
    savina_expect(&s, "sum of the primes", expected.sum, reply->count.sum);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
