/* SPDX-License-Identifier: MIT */
/*
 * smokers.c - the cigarette smokers: the arbiter lets a random one of 200 smoke, and the next one as soon as
 * that one has begun. SIZE: rounds.
 */
#include "savina.h"
#include "smokers.actor.h"

enum { ROUNDS = 1000, ROUNDS_MAX = 10000000, LENGTH_MAX = 1000, LENGTH_MIN = 10 };

static const uint64_t SEED = 200000;

/* Returns who smokes next. */
static uint32_t next_smoker(uint64_t *random, uint32_t *ret_length)
{
    uint32_t smoker = savina_below(random, SMOKERS_SMOKERS);
    *ret_length = savina_below(random, LENGTH_MAX) + LENGTH_MIN;
    return smoker;
}

/* ---- Smoker --------------------------------------------------------------------------- */

struct smokers_smoker {
    uint32_t smoked;
    uint64_t smoke;
};
ACTOR_STATE(smokers_smoker);

/* The answer leaves before the cigarette is smoked. */
actor_result smokers_smoker_on_smoke(
        smokers_smoker *self, const smokers_smoke *msg, smokers_smoke_call call)
{
    self->smoked++;
    smokers_smoke_answer_started(call, NULL);
    (void)actor_flush(self);
    self->smoke += savina_work(msg->length);
    return ACTOR_CONTINUE;
}

actor_result smokers_smoker_on_get_count(
        smokers_smoker *self, const smokers_get_count *msg, smokers_get_count_call call)
{
    (void)msg;
    smokers_get_count_answer_count(call, &(smokers_count){ .smoked = self->smoked });
    return ACTOR_CONTINUE;
}

/* ---- Arbiter -------------------------------------------------------------------------- */

struct smokers_arbiter {
    smokers_smoker_ref smokers[SMOKERS_SMOKERS];
    uint32_t smoked[SMOKERS_SMOKERS];
    uint64_t random;
    uint32_t to_smoke;
    uint32_t counted;
};
ACTOR_STATE(smokers_arbiter);

actor_result smokers_arbiter_at_start(smokers_arbiter *self)
{
    self->random = SEED;
    for (uint32_t i = 0; i < SMOKERS_SMOKERS; i++) {
        if (smokers_arbiter_spawn_smoker(self, &self->smokers[i]) != ACTOR_OK) {
            return actor_fail(self, "no smoker");
        }
    }
    return ACTOR_CONTINUE;
}

static void go_on(smokers_arbiter *self, smokers_run_call call)
{
    if (self->to_smoke > 0) {
        smokers_smoke cigarette;
        uint32_t smoker = next_smoker(&self->random, &cigarette.length);
        self->to_smoke--;
        smokers_arbiter_ask_smoke(self, call, self->smokers[smoker], &cigarette);
        return;
    }
    for (uint32_t i = 0; i < SMOKERS_SMOKERS; i++) {
        smokers_arbiter_ask_get_count(
                self, call, self->smokers[i], NULL, &(smokers_place){ .smoker = i });
    }
}

actor_result smokers_arbiter_on_run(
        smokers_arbiter *self, const smokers_run *msg, smokers_run_call call)
{
    self->to_smoke = msg->rounds;
    go_on(self, call);
    return ACTOR_CONTINUE;
}

actor_result smokers_arbiter_got_smoke(
        smokers_arbiter *self, const smokers_smoke_reply *reply, smokers_run_call call)
{
    if (reply->kind == SMOKERS_SMOKE_REPLY_ERROR) {
        smokers_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    go_on(self, call);
    return ACTOR_CONTINUE;
}

actor_result smokers_arbiter_got_get_count(smokers_arbiter *self,
        const smokers_get_count_reply *reply, const smokers_place *place, smokers_run_call call)
{
    if (reply->kind == SMOKERS_GET_COUNT_REPLY_ERROR) {
        smokers_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->smoked[place->smoker] = reply->count.smoked;
    if (++self->counted == SMOKERS_SMOKERS) {
        smokers_run_answer_counts(
                call, &(smokers_counts){ .smoked = { self->smoked, SMOKERS_SMOKERS } });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Each has smoked as often as the random numbers say. */
static void check_counts(const struct savina *s, const smokers_counts *counts)
{
    static uint32_t expected[SMOKERS_SMOKERS];
    uint64_t random = SEED;
    uint32_t length;
    for (uint32_t i = 0; i < s->size; i++) {
        expected[next_smoker(&random, &length)]++;
    }
    savina_expect(s, "smokers", SMOKERS_SMOKERS, counts->smoked.count);
    for (uint32_t i = 0; i < SMOKERS_SMOKERS; i++) {
        savina_expect(s, "cigarettes of one", expected[i], counts->smoked.items[i]);
    }
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "smokers", .size = ROUNDS, .max = ROUNDS_MAX });
    smokers_arbiter_ref arbiter;
    smokers_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", smokers_arbiter_start(s.system, &arbiter));
    savina_check(&s, "smoke",
            smokers_arbiter_ask_run(s.system, arbiter, &(smokers_run){ .rounds = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    check_counts(&s, &reply->counts);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
