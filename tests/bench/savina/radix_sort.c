/* SPDX-License-Identifier: MIT */
/*
 * radix_sort.c - numbers of 60 bits go through 60 sorters and come out in order. SIZE: numbers.
 */
#include "radix_sort.actor.h"
#include "savina.h"

enum { VALUES = 100000, VALUES_MAX = 10000000, BITS = 60, FLUSH_AFTER = 1024 };

static const uint64_t SEED = 2048;

static uint64_t next_value(uint64_t *random)
{
    return savina_random(random) >> (64 - BITS);
}

/* Returns the order of values after one more; a value in another place makes it another one. */
static uint64_t order_after(uint64_t order, uint64_t value)
{
    return order * 31 + value;
}

/* ---- Validator ------------------------------------------------------------------------ */

struct radix_sort_validator {
    uint32_t expected;
    uint64_t last;
    radix_sort_result result;
    bool is_asked;
    radix_sort_get_result_call call;
};
ACTOR_STATE(radix_sort_validator);

actor_result radix_sort_validator_at_start(
        radix_sort_validator *self, const radix_sort_validator_args *args)
{
    self->expected = args->values;
    return ACTOR_CONTINUE;
}

/* Answers when there are both a question and an answer. */
static void answer(radix_sort_validator *self)
{
    if (self->is_asked && self->result.values == self->expected) {
        radix_sort_get_result_answer_result(self->call, &self->result);
    }
}

actor_result radix_sort_validator_on_value(
        radix_sort_validator *self, const radix_sort_value *msg)
{
    self->result.values++;
    self->result.misplaced += msg->value < self->last ? 1 : 0;
    self->result.order = order_after(self->result.order, msg->value);
    self->last = msg->value;
    answer(self);
    return ACTOR_CONTINUE;
}

actor_result radix_sort_validator_on_get_result(radix_sort_validator *self,
        const radix_sort_get_result *msg, radix_sort_get_result_call call)
{
    (void)msg;
    self->is_asked = true;
    self->call = call;
    radix_sort_get_result_keep(call);
    answer(self);
    return ACTOR_CONTINUE;
}

/* ---- Sorter --------------------------------------------------------------------------- */

struct radix_sort_sorter {
    bool is_last;
    radix_sort_sorter_ref next;
    radix_sort_validator_ref validator;
    uint64_t mask;
    uint32_t to_come;
    uint32_t kept; /* values with the bit, which come after the others */
    uint64_t *values;
};
ACTOR_STATE(radix_sort_sorter);

actor_result radix_sort_sorter_at_start(
        radix_sort_sorter *self, const radix_sort_sorter_args *args)
{
    radix_sort_sorter_args next = *args;
    self->is_last = args->bit == args->bits - 1;
    self->validator = args->validator;
    self->mask = UINT64_C(1) << args->bit;
    self->to_come = args->values;
    self->values = malloc(args->values * sizeof *self->values);
    if (self->values == NULL || actor_own(self, self->values, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    next.bit++;
    if (!self->is_last &&
            radix_sort_sorter_spawn_sorter(self, &next, &self->next) != ACTOR_OK) {
        return actor_fail(self, "no sorter");
    }
    return ACTOR_CONTINUE;
}

static void pass_on(radix_sort_sorter *self, uint64_t value)
{
    radix_sort_value msg = { .value = value };
    if (self->is_last) {
        radix_sort_sorter_tell_validator_value(self, self->validator, &msg);
    } else {
        radix_sort_sorter_tell_sorter_value(self, self->next, &msg);
    }
}

actor_result radix_sort_sorter_on_value(radix_sort_sorter *self, const radix_sort_value *msg)
{
    if ((msg->value & self->mask) == 0) {
        pass_on(self, msg->value);
    } else {
        self->values[self->kept++] = msg->value;
    }
    if (--self->to_come > 0) {
        return ACTOR_CONTINUE;
    }
    for (uint32_t i = 0; i < self->kept; i++) {
        pass_on(self, self->values[i]);
        if (i % FLUSH_AFTER == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_CONTINUE;
}

/* ---- Source --------------------------------------------------------------------------- */

struct radix_sort_source {
    radix_sort_sorter_ref first;
};
ACTOR_STATE(radix_sort_source);

actor_result radix_sort_source_at_start(
        radix_sort_source *self, const radix_sort_source_args *args)
{
    self->first = args->first;
    return ACTOR_CONTINUE;
}

actor_result radix_sort_source_on_generate(
        radix_sort_source *self, const radix_sort_generate *msg)
{
    uint64_t random = SEED;
    for (uint32_t i = 0; i < msg->values; i++) {
        radix_sort_source_tell_sorter_value(
                self, self->first, &(radix_sort_value){ .value = next_value(&random) });
        if (i % FLUSH_AFTER == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_STOP;
}

/* ---- The run -------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void check_result(const struct savina *s, const radix_sort_result *result)
{
    uint64_t random = SEED;
    uint64_t order = 0;
    uint64_t *values = malloc(s->size * sizeof *values);
    savina_check(s, "check", values == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK);
    for (uint32_t i = 0; i < s->size; i++) {
        values[i] = next_value(&random);
    }
    qsort(values, s->size, sizeof *values, compare);
    for (uint32_t i = 0; i < s->size; i++) {
        order = order_after(order, values[i]);
    }
    free(values);
    savina_expect(s, "values", s->size, result->values);
    savina_expect(s, "misplaced values", 0, result->misplaced);
    savina_expect(s, "order", order, result->order);
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "radix-sort", .size = VALUES, .max = VALUES_MAX });
    radix_sort_validator_args validator = { .values = s.size };
    radix_sort_sorter_args sorter = { .values = s.size, .bits = BITS };
    radix_sort_source_args source;
    radix_sort_source_ref ref;
    radix_sort_get_result_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start the validator",
            radix_sort_validator_start(s.system, &validator, &sorter.validator));
    savina_check(
            &s, "start the sorters", radix_sort_sorter_start(s.system, &sorter, &source.first));
    savina_check(&s, "start the source", radix_sort_source_start(s.system, &source, &ref));
    savina_check(&s, "begin",
            radix_sort_source_tell_generate(
                    s.system, ref, &(radix_sort_generate){ .values = s.size }));
    savina_check(&s, "sort",
            radix_sort_validator_ask_get_result(s.system, sorter.validator, NULL,
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    check_result(&s, &reply->result);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
