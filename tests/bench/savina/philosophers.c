/* SPDX-License-Identifier: MIT */
/*
 * philosophers.c - twenty philosophers who dine. SIZE: meals of each.
 */
#include "philosophers.actor.h"
#include "savina.h"

enum { MEALS = 10000, MEALS_MAX = 10000000 };

/* What the arbitrator knows. Main looks at it when all have gone. */
struct forks {
    bool is_taken[PHILOSOPHERS_SEATS]; /* each is to the left of its seat */
    uint32_t meals[PHILOSOPHERS_SEATS];
    uint64_t denied;
};

static uint32_t to_the_right(uint32_t seat)
{
    return (seat + 1) % PHILOSOPHERS_SEATS;
}

/* ---- Arbitrator ----------------------------------------------------------------------- */

struct philosophers_arbitrator {
    struct forks *forks;
};
ACTOR_STATE(philosophers_arbitrator);

actor_result philosophers_arbitrator_at_start(
        philosophers_arbitrator *self, const philosophers_arbitrator_args *args)
{
    self->forks = args->forks;
    return ACTOR_CONTINUE;
}

actor_result philosophers_arbitrator_on_hungry(philosophers_arbitrator *self,
        const philosophers_hungry *msg, philosophers_hungry_call call)
{
    struct forks *forks = self->forks;
    if (forks->is_taken[msg->seat] || forks->is_taken[to_the_right(msg->seat)]) {
        forks->denied++;
        philosophers_hungry_answer_denied(call, NULL);
        return ACTOR_CONTINUE;
    }
    forks->is_taken[msg->seat] = true;
    forks->is_taken[to_the_right(msg->seat)] = true;
    forks->meals[msg->seat]++;
    philosophers_hungry_answer_eat(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result philosophers_arbitrator_on_done(
        philosophers_arbitrator *self, const philosophers_done *msg)
{
    struct forks *forks = self->forks;
    if (!forks->is_taken[msg->seat] || !forks->is_taken[to_the_right(msg->seat)]) {
        return actor_fail(self, "seat %" PRIu32 " had no forks", msg->seat);
    }
    forks->is_taken[msg->seat] = false;
    forks->is_taken[to_the_right(msg->seat)] = false;
    return ACTOR_CONTINUE;
}

/* ---- Philosopher ---------------------------------------------------------------------- */

struct philosophers_philosopher {
    philosophers_arbitrator_ref arbitrator;
    uint32_t seat;
    uint32_t to_eat;
    uint64_t denied;
};
ACTOR_STATE(philosophers_philosopher);

actor_result philosophers_philosopher_at_start(
        philosophers_philosopher *self, const philosophers_philosopher_args *args)
{
    self->arbitrator = args->arbitrator;
    self->seat = args->seat;
    return ACTOR_CONTINUE;
}

static void dine(philosophers_philosopher *self, philosophers_dine_call call)
{
    if (self->to_eat == 0) {
        philosophers_dine_answer_dined(call, &(philosophers_dined){ .denied = self->denied });
        return;
    }
    philosophers_philosopher_ask_hungry(
            self, call, self->arbitrator, &(philosophers_hungry){ .seat = self->seat });
}

actor_result philosophers_philosopher_on_dine(philosophers_philosopher *self,
        const philosophers_dine *msg, philosophers_dine_call call)
{
    self->to_eat = msg->meals;
    dine(self, call);
    return ACTOR_CONTINUE;
}

actor_result philosophers_philosopher_got_hungry(philosophers_philosopher *self,
        const philosophers_hungry_reply *reply, philosophers_dine_call call)
{
    switch (reply->kind) {
    case PHILOSOPHERS_HUNGRY_REPLY_EAT:
        self->to_eat--;
        philosophers_philosopher_tell_arbitrator_done(
                self, self->arbitrator, &(philosophers_done){ .seat = self->seat });
        break;
    case PHILOSOPHERS_HUNGRY_REPLY_DENIED: self->denied++; break;
    case PHILOSOPHERS_HUNGRY_REPLY_ERROR:
        philosophers_dine_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    dine(self, call);
    return ACTOR_CONTINUE;
}

/* ---- Table ---------------------------------------------------------------------------- */

struct philosophers_table {
    uint32_t dined; /* philosophers */
    uint64_t denied;
};
ACTOR_STATE(philosophers_table);

actor_result philosophers_table_on_run(
        philosophers_table *self, const philosophers_run *msg, philosophers_run_call call)
{
    for (uint32_t seat = 0; seat < PHILOSOPHERS_SEATS; seat++) {
        philosophers_philosopher_args args = { .seat = seat,
            .arbitrator = philosophers_table_child_arbitrator(self) };
        philosophers_philosopher_ref philosopher;
        if (philosophers_table_spawn_philosopher(self, &args, &philosopher) != ACTOR_OK) {
            return actor_fail(self, "no philosopher");
        }
        philosophers_table_ask_dine(
                self, call, philosopher, &(philosophers_dine){ .meals = msg->meals });
    }
    return ACTOR_CONTINUE;
}

actor_result philosophers_table_got_dine(philosophers_table *self,
        const philosophers_dine_reply *reply, philosophers_run_call call)
{
    if (reply->kind == PHILOSOPHERS_DINE_REPLY_ERROR) {
        philosophers_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->denied += reply->dined.denied;
    if (++self->dined == PHILOSOPHERS_SEATS) {
        philosophers_run_answer_dined(call, &(philosophers_dined){ .denied = self->denied });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    static struct forks forks;
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "philosophers", .size = MEALS, .max = MEALS_MAX });
    philosophers_table_ref table;
    philosophers_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start",
            philosophers_table_start(
                    s.system, &(philosophers_table_args){ .forks = &forks }, &table));
    savina_check(&s, "dine",
            philosophers_table_ask_run(s.system, table, &(philosophers_run){ .meals = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_stop(&s);
    for (uint32_t seat = 0; seat < PHILOSOPHERS_SEATS; seat++) {
        savina_expect(&s, "meals of one", s.size, forks.meals[seat]);
        savina_expect(&s, "forks not put down", 0, forks.is_taken[seat]);
    }
    savina_expect(&s, "times that forks were denied", forks.denied, reply->dined.denied);
    actor_reply_free(reply);
    return savina_close(&s);
}
