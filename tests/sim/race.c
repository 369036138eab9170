/* SPDX-License-Identifier: MIT */
/*
 * race.c - a planted fault that only an exploration finds which tells answers in a mailbox apart: two runners give the same
 * answer, the first one wins, and then a bet is made. It fails where the second has won and the bet is on that
 * one. Who takes both orders of the answers for one state sees the other bet in only one of them.
 */
#include "race.actor.h"

#include <actorc/sim.h>

struct race_runner {
    char none;
};
ACTOR_STATE(race_runner);

struct race_judge {
    race_runner_ref first;
    race_runner_ref second;
    uint32_t winner;
};
ACTOR_STATE(race_judge);

actor_result race_runner_on_run(race_runner *self, const race_run *msg, race_run_call call)
{
    (void)self;
    (void)msg;
    race_run_answer_home(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result race_judge_at_start(race_judge *self, const race_judge_args *args)
{
    self->first = args->first;
    self->second = args->second;
    return ACTOR_CONTINUE;
}

actor_result race_judge_on_begin(race_judge *self, const race_begin *msg)
{
    (void)msg;
    race_judge_ask_run(self, self->first, NULL, &(race_lane){ .number = 1 });
    race_judge_ask_run(self, self->second, NULL, &(race_lane){ .number = 2 });
    return ACTOR_CONTINUE;
}

actor_result race_judge_got_run(
        race_judge *self, const race_run_reply *reply, const race_lane *context)
{
    if (self->winner == 0 && reply->kind == RACE_RUN_REPLY_HOME) {
        self->winner = context->number;
    }
    return ACTOR_CONTINUE;
}

actor_result race_judge_on_winner(
        race_judge *self, const race_winner *msg, race_winner_call call)
{
    (void)msg;
    race_winner_answer_lane(call, &(race_lane){ .number = self->winner });
    return ACTOR_CONTINUE;
}

/* ---- The scenario ---------------------------------------------------------------------------- */

/* Returns who has won; 0 if that cannot be told. */
static uint32_t run_race(actor_system *system)
{
    race_judge_args args;
    race_judge_ref judge;
    race_winner_reply *reply = NULL;
    if (race_runner_start(system, &args.first) != ACTOR_OK ||
            race_runner_start(system, &args.second) != ACTOR_OK ||
            race_judge_start(system, &args, &judge) != ACTOR_OK ||
            race_judge_tell_begin(system, judge, NULL) != ACTOR_OK ||
            actor_system_wait(system, actor_milliseconds(1)) != ACTOR_ERR_TIMEOUT ||
            race_judge_ask_winner(system, judge, NULL, actor_seconds(1), &reply) != ACTOR_OK) {
        return 0;
    }
    uint32_t winner = reply->lane.number;
    actor_reply_free(reply);
    return winner;
}

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    uint32_t winner = system == NULL ? 0 : run_race(system);
    uint32_t bet = 1 + actor_sim_choose(2);
    if (winner == 2 && bet == winner) {
        actor_sim_fail("whoever bets on the second wins");
    }
    actor_system_free(system);
    return winner == 0 ? 1 : 0;
}
