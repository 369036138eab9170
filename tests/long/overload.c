/* SPDX-License-Identifier: MIT */
/*
 * Asks for ten times what can be done. First it measures how many jobs a second an actor does that always has some
 * waiting; then so many clients ask that it would be ten times as many, each ask with a deadline of 100 ms. Each ask
 * has to end once: those that are served in time, the others as TIMEOUT or REFUSED; and what has expired is not
 * done. Where the mailbox has a bound that fits the deadline, what is done is nearly all of use. Without one it
 * is not: what is begun has always waited until just before its deadline. See overload.sh.
 * usage: overload SECONDS      ends with 1 if something was wrong, and with 3 if it was only too slow
 */
#include "overload.actor.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLIENTS = 10,
    WINDOW = 128, /* asks that are open while what can be done is measured */
    WORK_US = 100,
    TIMES = 10,          /* too many */
    USEFUL_PERCENT = 80, /* of the capacity, at least */
    LATE_PER_MILLE = 10, /* of those served, at most: where the machine has stopped a thread */
    SLACK_US = 1000,     /* by which timers may be late */
    WITHIN_MS = 100
};

/* ---- Those who are asked --------------------------------------------------------------------- */

struct overload_mill {
    char none;
};
ACTOR_STATE(overload_mill);
struct overload_heap {
    char none;
};
ACTOR_STATE(overload_heap);

static atomic_uint_fast64_t jobs_done;

static actor_result grind(uint32_t work_us, overload_job_call call)
{
    actor_duration until = actor_now() + work_us * ACTOR_MICROSECOND;
    while (actor_now() < until) {
    }
    atomic_fetch_add(&jobs_done, 1);
    (void)overload_job_answer_done(call, &(overload_done){ .at = actor_now() });
    return ACTOR_CONTINUE;
}

actor_result overload_mill_on_job(
        overload_mill *self, const overload_job *msg, overload_job_call call)
{
    (void)self;
    return grind(msg->work, call);
}

actor_result overload_heap_on_job(
        overload_heap *self, const overload_job *msg, overload_job_call call)
{
    (void)self;
    return grind(msg->work, call);
}

/* ---- Those who ask --------------------------------------------------------------------------- */

struct overload_client {
    overload_client_args args;
    overload_tally tally;
    uint64_t open;
    actor_duration begun;
    overload_count_call counting; /* for when all have ended */
};
ACTOR_STATE(overload_client);

static void ask_for_job(overload_client *self)
{
    overload_ticket ticket = { .at = actor_now() };
    overload_job job = { .work = self->args.work };
    self->tally.asked++;
    self->open++;
    if (self->args.piles) {
        overload_client_ask_pile(self, self->args.heap, &job, &ticket);
    } else {
        overload_client_ask_grind(self, self->args.mill, &job, &ticket);
    }
}

static bool is_over(const overload_client *self)
{
    return actor_now() >= self->args.until;
}

actor_result overload_client_at_start(overload_client *self, const overload_client_args *args)
{
    self->args = *args;
    self->begun = actor_now();
    for (uint32_t i = 0; i < args->window; i++) {
        ask_for_job(self);
    }
    return ACTOR_CONTINUE;
}

/* How many are to have been asked for by now. */
static uint64_t due(const overload_client *self)
{
    actor_duration now = is_over(self) ? self->args.until : actor_now();
    double seconds = (double)(now - self->begun) / ACTOR_SECOND;
    return (uint64_t)(seconds * (double)self->args.rate);
}

static void say_count(overload_client *self)
{
    bool has_asked = is_over(self) && self->tally.asked >= due(self);
    if (has_asked && self->open == 0 && self->counting.bits != 0) {
        (void)overload_count_answer_tally(self->counting, &self->tally);
    }
}

/* Catches up, whatever became of the last tick. */
actor_result overload_client_on_tick(overload_client *self, const overload_tick *msg)
{
    (void)msg;
    for (uint64_t wanted = due(self); self->tally.asked < wanted;) {
        ask_for_job(self);
    }
    say_count(self);
    return ACTOR_CONTINUE;
}

actor_result overload_client_on_count(
        overload_client *self, const overload_count *msg, overload_count_call call)
{
    (void)msg;
    (void)overload_count_keep(call);
    self->counting = call;
    say_count(self);
    return ACTOR_CONTINUE;
}

static actor_result note_end(
        overload_client *self, const overload_job_reply *reply, const overload_ticket *ticket)
{
    overload_tally *t = &self->tally;
    t->doubled += self->open == 0 ? 1 : 0;
    self->open -= self->open == 0 ? 0 : 1;
    if (reply->kind == OVERLOAD_JOB_REPLY_DONE) {
        actor_duration took = reply->done.at - ticket->at;
        t->served++;
        t->late += took > actor_milliseconds(WITHIN_MS) + SLACK_US * ACTOR_MICROSECOND ? 1 : 0;
    } else if (reply->error == ACTOR_ERR_TIMEOUT) {
        t->expired++;
    } else if (reply->error == ACTOR_ERR_REFUSED) {
        t->refused++;
    } else {
        t->strange++;
    }
    if (self->args.window > 0 && !is_over(self)) {
        ask_for_job(self);
    }
    say_count(self);
    return ACTOR_CONTINUE;
}

actor_result overload_client_got_grind(
        overload_client *self, const overload_job_reply *reply, const overload_ticket *context)
{
    return note_end(self, reply, context);
}

actor_result overload_client_got_pile(
        overload_client *self, const overload_job_reply *reply, const overload_ticket *context)
{
    return note_end(self, reply, context);
}

/* ---- Phases ---------------------------------------------------------------------------------- */

struct phase {
    const char *name;
    bool piles;
    uint32_t clients;
    uint32_t window;
    uint64_t rate; /* of each client */
    actor_duration lasts;
};

static uint32_t faults;

static void expect(bool holds, const char *phase, const char *what)
{
    if (!holds) {
        printf("%s: %s\n", phase, what);
        faults++;
    }
}

struct sums {
    uint64_t sent;
    uint64_t handled;
    uint64_t expired;
    uint64_t refused;
    uint64_t open;
};

static void add_up(void *context, const actor_ledger_entry *e)
{
    struct sums *s = context;
    if (strcmp(e->message, "overload.Job") != 0) {
        return;
    }
    s->sent += e->sent;
    s->handled += e->handled;
    s->expired += e->dropped[ACTOR_ERR_TIMEOUT];
    s->refused += e->dropped[ACTOR_ERR_REFUSED];
    s->open += e->sent - e->handled - e->dropped[ACTOR_ERR_TIMEOUT] -
               e->dropped[ACTOR_ERR_REFUSED];
}

static void add_tally(overload_tally *to, const overload_tally *t)
{
    to->asked += t->asked;
    to->served += t->served;
    to->late += t->late;
    to->expired += t->expired;
    to->refused += t->refused;
    to->strange += t->strange;
    to->doubled += t->doubled;
}

static overload_tally count(actor_system *system, overload_client_ref client, const char *phase)
{
    overload_count_reply *reply = NULL;
    actor_err err = overload_client_ask_count(system, client, NULL, actor_seconds(600), &reply);
    overload_tally tally = { 0 };
    expect(err == ACTOR_OK, phase, "a client does not come to an end");
    if (err == ACTOR_OK) {
        tally = reply->tally;
    }
    actor_reply_free(reply);
    return tally;
}

/* What must hold however slow the machine is. */
static void check(const struct phase *p, const overload_tally *t, const struct sums *s)
{
    uint64_t done = atomic_load(&jobs_done);
    expect(t->asked == t->served + t->expired + t->refused, p->name, "an ask has no end");
    expect(t->strange == 0, p->name, "an ask has ended strangely");
    expect(t->doubled == 0, p->name, "an ask has ended twice");
    expect(s->open == 0, p->name, "a job is missing in the ledger");
    expect(s->sent == t->asked, p->name, "a job was not counted");
    expect(s->handled == done, p->name, "a job was done that had expired");
    expect(s->refused == t->refused, p->name, "a refusal was not counted");
    expect(t->served <= done, p->name, "more was answered than done");
}

static overload_tally run(const struct phase *p)
{
    actor_system *system =
            actor_system_new(&(actor_config){ .workers = 2, .slow_handler = -1 });
    overload_client_ref clients[CLIENTS];
    overload_client_args args = { .work = WORK_US,
        .window = p->window,
        .rate = p->rate,
        .piles = p->piles,
        .until = actor_now() + p->lasts };
    atomic_store(&jobs_done, 0);
    if (system == NULL || overload_mill_start(system, &args.mill) != ACTOR_OK ||
            overload_heap_start(system, &args.heap) != ACTOR_OK) {
        fprintf(stderr, "overload: no system\n");
        exit(2);
    }
    for (uint32_t i = 0; i < p->clients; i++) {
        expect(overload_client_start(system, &args, &clients[i]) == ACTOR_OK, p->name,
                "no client");
    }
    overload_tally tally = { 0 };
    for (uint32_t i = 0; i < p->clients; i++) {
        overload_tally t = count(system, clients[i], p->name);
        add_tally(&tally, &t);
    }
    struct sums sums = { 0 };
    expect(actor_system_stop(system, actor_seconds(60)).err == ACTOR_OK, p->name, "no stop");
    actor_system_ledger(system, add_up, &sums);
    check(p, &tally, &sums);
    actor_system_free(system);
    printf("%s: %" PRIu64 " asked, %" PRIu64 " served (%" PRIu64 " late), %" PRIu64
           " timed out (%" PRIu64 " before they were begun), %" PRIu64 " refused, %" PRIu64
           " done\n",
            p->name, tally.asked, tally.served, tally.late, tally.expired, sums.expired,
            tally.refused, sums.handled);
    return tally;
}

/* False if too little was of use, as on a machine that is busy with something else. */
static bool overload(bool piles, double capacity, actor_duration lasts)
{
    struct phase p = { piles ? "without a bound" : "with a bound", piles, CLIENTS, 0,
        (uint64_t)(capacity * TIMES / CLIENTS), lasts };
    overload_tally t = run(&p);
    double useful = (double)(t.served - t.late) * ACTOR_SECOND / (double)lasts;
    printf("%s: %.0f jobs of use a second: %.0f %% of what can be done\n", p.name, useful,
            100 * useful / capacity);
    return useful * 100 >= capacity * USEFUL_PERCENT &&
           t.late * 1000 <= t.served * LATE_PER_MILLE;
}

int main(int argc, char **argv)
{
    int64_t seconds = argc < 2 ? 0 : strtoll(argv[1], NULL, 10);
    if (seconds <= 0) {
        fprintf(stderr, "usage: overload SECONDS\n");
        return 2;
    }
    struct phase alone = { "as much as can be done", false, 1, WINDOW, 0,
        actor_seconds(seconds) };
    (void)run(&alone);
    double capacity = (double)atomic_load(&jobs_done) / (double)seconds;
    printf("%.0f jobs a second can be done\n", capacity);
    bool is_quick = overload(false, capacity, actor_seconds(seconds));
    (void)overload(true, capacity, actor_seconds(seconds));
    return faults > 0 ? 1 : is_quick ? 0 : 3;
}
