/* SPDX-License-Identifier: MIT */
/*
 * quicksort.c - an actor for each part, down to parts of less than 2,048 values. The parts travel in messages.
 * SIZE: values.
 */
#include "quicksort.actor.h"
#include "savina.h"

#include <string.h>

enum {
    VALUES = 1000000,
    VALUES_MAX = 50000000,
    THRESHOLD = 2048,
    MESSAGE_BYTES = 1 << 30,
    BITS = 60
};

static const uint64_t SEED = 1024;

struct quicksort_sorter {
    uint64_t *values; /* all of them: smaller than the pivot, equal, larger */
    size_t count;
    size_t right; /* where the larger ones begin */
    unsigned replies;
};
ACTOR_STATE(quicksort_sorter);

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static actor_result answer(const quicksort_sorter *self, quicksort_sort_call call)
{
    quicksort_sort_answer_sorted(
            call, &(quicksort_sorted){ .values = { self->values, self->count } });
    return ACTOR_STOP;
}

/* Puts what is smaller than the pivot to the left, and what is larger to the right; returns how many are smaller. */
static size_t part(quicksort_sorter *self, const uint64_t *values)
{
    uint64_t pivot = values[self->count / 2];
    size_t left = 0;
    self->right = self->count;
    for (size_t i = 0; i < self->count; i++) {
        if (values[i] < pivot) {
            self->values[left++] = values[i];
        } else if (values[i] > pivot) {
            self->values[--self->right] = values[i];
        }
    }
    for (size_t i = left; i < self->right; i++) {
        self->values[i] = pivot;
    }
    return left;
}

static actor_err sort_part(quicksort_sorter *self, quicksort_sort_call call,
        const uint64_t *values, size_t count, bool is_right)
{
    quicksort_sorter_ref child;
    actor_err err = quicksort_sorter_spawn_sorter(self, &child);
    if (err == ACTOR_OK) {
        quicksort_sorter_ask_part(self, call, child,
                &(quicksort_sort){ .values = { values, count } },
                &(quicksort_part){ .is_right = is_right });
    }
    return err;
}

actor_result quicksort_sorter_on_sort(
        quicksort_sorter *self, const quicksort_sort *msg, quicksort_sort_call call)
{
    self->count = msg->values.count;
    self->values = malloc(self->count * sizeof *self->values + 1);
    if (self->values == NULL || actor_own(self, self->values, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    if (self->count < THRESHOLD) {
        memcpy(self->values, msg->values.items, self->count * sizeof *self->values);
        qsort(self->values, self->count, sizeof *self->values, compare);
        return answer(self, call);
    }
    size_t left = part(self, msg->values.items);
    if (sort_part(self, call, self->values, left, false) != ACTOR_OK ||
            sort_part(self, call, self->values + self->right, self->count - self->right,
                    true) != ACTOR_OK) {
        return actor_fail(self, "no sorter");
    }
    return ACTOR_CONTINUE;
}

actor_result quicksort_sorter_got_part(quicksort_sorter *self,
        const quicksort_sort_reply *reply, const quicksort_part *place,
        quicksort_sort_call call)
{
    if (reply->kind == QUICKSORT_SORT_REPLY_ERROR) {
        return actor_fail(self, "%s", actor_err_text(reply->error));
    }
    if (reply->sorted.values.count > 0) {
        memcpy(self->values + (place->is_right ? self->right : 0), reply->sorted.values.items,
                reply->sorted.values.count * sizeof *self->values);
    }
    return ++self->replies == 2 ? answer(self, call) : ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "quicksort",
                    .size = VALUES,
                    .max = VALUES_MAX,
                    .config = { .max_message_bytes = MESSAGE_BYTES,
                            .outbox_bytes = MESSAGE_BYTES } });
    uint64_t random = SEED;
    quicksort_sorter_ref sorter;
    quicksort_sort_reply *reply = NULL;
    uint64_t *values = malloc(s.size * sizeof *values);
    savina_check(&s, "begin", values == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK);
    for (uint32_t i = 0; i < s.size; i++) {
        values[i] = savina_random(&random) >> (64 - BITS);
    }
    savina_start_clock(&s);
    savina_check(&s, "start", quicksort_sorter_start(s.system, &sorter));
    savina_check(&s, "sort",
            quicksort_sorter_ask_sort(s.system, sorter,
                    &(quicksort_sort){ .values = { values, s.size } },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    qsort(values, s.size, sizeof *values, compare);
    savina_expect(&s, "values", s.size, reply->sorted.values.count);
    for (uint32_t i = 0; i < s.size; i++) {
        savina_expect(&s, "a value", values[i], reply->sorted.values.items[i]);
    }
    free(values);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
