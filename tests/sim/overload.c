/* SPDX-License-Identifier: MIT */
/*
 * overload.c - ten times as many asks as can be served, in virtual time: a clerk needs 10 ms for a job, and is asked for
 * one each ms, with a deadline of 100 ms; its mailbox has room for what it can do in that time, and no more. Now
 * and then it takes 300 ms, so that all that waits expires. Each ask ends as it must, what has expired is not begun, and
 * the clerk never waits. The order in which things happen is the seed's; --faults stall=0,slip=0 keeps time to that.
 */
#include "overload.actor.h"

#include <actorc/sim.h>

#include <stdlib.h>
#include <string.h>

enum {
    JOB_MS = 10,
    LONG_JOB_MS = 300,
    LONG_EVERY = 50, /* jobs */
    WITHIN_MS = 100,
    LASTS_S = 4,
    SLACK_MS = 2 /* timers may be late by 0.6 ms, and a handler takes its µs */
};

struct office {
    uint64_t begun;
    uint64_t long_jobs;
    uint64_t asked;
    uint64_t served;
    uint64_t expired;
    uint64_t refused;
    actor_duration busy;
    actor_duration last_begun;
};

/* ---- The clerk ------------------------------------------------------------------------------- */

struct overload_clerk {
    struct office *office;
    overload_job_call call;
};
ACTOR_STATE(overload_clerk);

actor_result overload_clerk_at_start(overload_clerk *self, const overload_clerk_args *args)
{
    self->office = args->office;
    return ACTOR_CONTINUE;
}

actor_result overload_clerk_free_on_job(
        overload_clerk *self, const overload_job *msg, overload_job_call call)
{
    struct office *o = self->office;
    (void)msg;
    o->begun++;
    bool is_long = o->begun % LONG_EVERY == 0;
    o->long_jobs += is_long ? 1 : 0;
    o->last_begun = actor_now();
    (void)overload_job_keep(call);
    self->call = call;
    (void)overload_clerk_start_finish(
            self, actor_milliseconds(is_long ? LONG_JOB_MS : JOB_MS), NULL);
    (void)overload_clerk_become_busy(self);
    return ACTOR_CONTINUE;
}

actor_result overload_clerk_busy_on_finish(overload_clerk *self, const overload_finish *msg)
{
    (void)msg;
    self->office->busy += actor_now() - self->office->last_begun;
    (void)overload_job_answer_done(self->call, &(overload_done){ .at = actor_now() });
    (void)overload_clerk_become_free(self);
    return ACTOR_CONTINUE;
}

/* ---- The caller ------------------------------------------------------------------------------ */

struct overload_caller {
    struct office *office;
    overload_clerk_ref clerk;
};
ACTOR_STATE(overload_caller);

actor_result overload_caller_at_start(overload_caller *self, const overload_caller_args *args)
{
    self->office = args->office;
    self->clerk = args->clerk;
    return ACTOR_CONTINUE;
}

actor_result overload_caller_on_tick(overload_caller *self, const overload_tick *msg)
{
    (void)msg;
    self->office->asked++;
    overload_caller_ask_job(self, self->clerk, &(overload_job){ .work = 1 },
            &(overload_ticket){ .at = actor_now() });
    return ACTOR_CONTINUE;
}

actor_result overload_caller_got_job(
        overload_caller *self, const overload_job_reply *reply, const overload_ticket *context)
{
    struct office *o = self->office;
    actor_duration took = actor_now() - context->at;
    if (took > actor_milliseconds(WITHIN_MS + SLACK_MS)) {
        actor_sim_fail("an ask has ended after %lld ns", (long long)took);
    }
    if (reply->kind == OVERLOAD_JOB_REPLY_DONE) {
        o->served++;
    } else if (reply->error == ACTOR_ERR_TIMEOUT) {
        o->expired++;
    } else if (reply->error == ACTOR_ERR_REFUSED && took < actor_milliseconds(SLACK_MS)) {
        o->refused++;
    } else {
        actor_sim_fail("an ask has ended strangely: %s", actor_err_text(reply->error));
    }
    return ACTOR_CONTINUE;
}

/* ---- The end --------------------------------------------------------------------------------- */

struct sums {
    uint64_t handled;
    uint64_t expired;
    uint64_t refused;
    uint64_t sent;
    uint64_t dead_letters;
};

static void add_up(void *context, const actor_ledger_entry *e)
{
    struct sums *s = context;
    if (strcmp(e->message, "overload.Job") == 0) {
        s->sent = e->sent;
        s->handled = e->handled;
        s->expired = e->dropped[ACTOR_ERR_TIMEOUT];
        s->refused = e->dropped[ACTOR_ERR_REFUSED];
        s->dead_letters = e->dead_letters;
    }
}

static void expect(bool holds, const char *what)
{
    if (!holds) {
        actor_sim_fail("%s", what);
    }
}

/* The jobs that take long are never served in time, and what has waited behind them has expired. What waits behind one
 * when the clerk is stopped is a dead letter; who asked for that was told before. */
static void check(const struct office *o, const struct sums *s)
{
    actor_duration of_use =
            (actor_duration)(o->begun - o->long_jobs) * JOB_MS * ACTOR_MILLISECOND;
    actor_duration left = actor_seconds(LASTS_S) -
                          (actor_duration)o->long_jobs * LONG_JOB_MS * ACTOR_MILLISECOND;
    expect(o->asked == o->served + o->expired + o->refused, "an ask has no end");
    expect(s->sent == o->asked, "a job was not counted");
    expect(s->handled == o->begun, "a job was begun that had expired");
    expect(s->sent == s->handled + s->expired + s->refused + s->dead_letters,
            "the ledger does not add up");
    expect(s->refused == o->refused, "a refusal was not counted");
    expect(s->expired > 0 && o->long_jobs > 0, "nothing has expired");
    expect(o->served == o->begun - o->long_jobs, "work was done for nobody");
    expect(of_use * 10 >= left * 8, "less than four fifths of what can be done was of use");
}

int main(void)
{
    struct office office = { 0 };
    overload_clerk_ref clerk;
    overload_caller_ref caller;
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    if (system == NULL ||
            overload_clerk_start(system, &(overload_clerk_args){ &office }, &clerk) !=
                    ACTOR_OK ||
            overload_caller_start(system, &(overload_caller_args){ &office, clerk }, &caller) !=
                    ACTOR_OK) {
        actor_system_free(system);
        return 0; /* memory was out */
    }
    (void)actor_system_wait(system, actor_seconds(LASTS_S));
    expect(actor_system_stop(system, actor_seconds(60)).err == ACTOR_OK, "no stop");
    struct sums sums = { 0 };
    actor_system_ledger(system, add_up, &sums);
    check(&office, &sums);
    actor_system_free(system);
    return 0;
}
