/* SPDX-License-Identifier: MIT */
/*
 * logistic_map.c - x' = r x (1 - x), for ten rates at once. The master sends for all terms at once; a series
 * handles nothing else while it waits for a term, by an exclusive ask. SIZE: the terms of each series.
 */
#include "logistic_map.actor.h"
#include "savina.h"

#include <string.h>

enum { TERMS = 25000, TERMS_MAX = 10000000, FLUSH_AFTER = 1024 };

static const double START_RATE = 3.46;
static const double INCREMENT = 0.0025;

static double term_after(double term, double rate)
{
    return rate * term * (1 - term);
}

/* ---- Computer ------------------------------------------------------------------------- */

struct logistic_map_computer {
    double rate;
};
ACTOR_STATE(logistic_map_computer);

actor_result logistic_map_computer_at_start(
        logistic_map_computer *self, const logistic_map_computer_args *args)
{
    self->rate = args->rate;
    return ACTOR_CONTINUE;
}

actor_result logistic_map_computer_on_compute(logistic_map_computer *self,
        const logistic_map_compute *msg, logistic_map_compute_call call)
{
    logistic_map_compute_answer_computed(
            call, &(logistic_map_computed){ term_after(msg->term, self->rate) });
    return ACTOR_CONTINUE;
}

/* ---- Series --------------------------------------------------------------------------- */

struct logistic_map_series {
    logistic_map_computer_ref computer;
    double term;
};
ACTOR_STATE(logistic_map_series);

actor_result logistic_map_series_at_start(
        logistic_map_series *self, const logistic_map_series_args *args)
{
    self->computer = args->computer;
    self->term = args->term;
    return ACTOR_CONTINUE;
}

actor_result logistic_map_series_on_next_term(
        logistic_map_series *self, const logistic_map_next_term *msg)
{
    (void)msg;
    logistic_map_series_ask_compute(
            self, self->computer, &(logistic_map_compute){ .term = self->term });
    return ACTOR_CONTINUE;
}

actor_result logistic_map_series_got_compute(
        logistic_map_series *self, const logistic_map_compute_reply *reply)
{
    if (reply->kind == LOGISTIC_MAP_COMPUTE_REPLY_ERROR) {
        return actor_fail(self, "%s", actor_err_text(reply->error));
    }
    self->term = reply->computed.term;
    return ACTOR_CONTINUE;
}

actor_result logistic_map_series_on_get_term(logistic_map_series *self,
        const logistic_map_get_term *msg, logistic_map_get_term_call call)
{
    (void)msg;
    logistic_map_get_term_answer_computed(call, &(logistic_map_computed){ self->term });
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct logistic_map_master {
    logistic_map_series_ref series[LOGISTIC_MAP_SERIES];
    double last[LOGISTIC_MAP_SERIES];
    unsigned received;
};
ACTOR_STATE(logistic_map_master);

actor_result logistic_map_master_at_start(
        logistic_map_master *self, const logistic_map_master_args *args)
{
    for (unsigned i = 0; i < LOGISTIC_MAP_SERIES; i++) {
        logistic_map_computer_args computer = { args->start_rate + i * args->increment };
        logistic_map_series_args series = { .term = i * args->increment };
        if (logistic_map_master_spawn_computer(self, &computer, &series.computer) != ACTOR_OK ||
                logistic_map_master_spawn_series(self, &series, &self->series[i]) != ACTOR_OK) {
            return actor_fail(self, "no series");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result logistic_map_master_on_run(
        logistic_map_master *self, const logistic_map_run *msg, logistic_map_run_call call)
{
    for (uint32_t term = 0; term < msg->terms; term++) {
        for (unsigned i = 0; i < LOGISTIC_MAP_SERIES; i++) {
            logistic_map_master_tell_series_next_term(self, self->series[i], NULL);
        }
        if (term % (FLUSH_AFTER / LOGISTIC_MAP_SERIES) == 0) {
            (void)actor_flush(self);
        }
    }
    for (unsigned i = 0; i < LOGISTIC_MAP_SERIES; i++) {
        logistic_map_master_ask_last(
                self, call, self->series[i], NULL, &(logistic_map_place){ .series = i });
    }
    return ACTOR_CONTINUE;
}

actor_result logistic_map_master_got_last(logistic_map_master *self,
        const logistic_map_get_term_reply *reply, const logistic_map_place *place,
        logistic_map_run_call call)
{
    if (reply->kind == LOGISTIC_MAP_GET_TERM_REPLY_ERROR) {
        logistic_map_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->last[place->series] = reply->computed.term;
    if (++self->received == LOGISTIC_MAP_SERIES) {
        logistic_map_run_answer_terms(
                call, &(logistic_map_terms){ .last = { self->last, LOGISTIC_MAP_SERIES } });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

static uint64_t bits_of(double term)
{
    uint64_t bits;
    memcpy(&bits, &term, sizeof bits);
    return bits;
}

/* The terms are the same, to the last bit. */
static void check_terms(const struct savina *s, const logistic_map_terms *terms)
{
    savina_expect(s, "series", LOGISTIC_MAP_SERIES, terms->last.count);
    for (unsigned i = 0; i < LOGISTIC_MAP_SERIES; i++) {
        double term = i * INCREMENT;
        for (uint32_t n = 0; n < s->size; n++) {
            term = term_after(term, START_RATE + i * INCREMENT);
        }
        savina_expect(s, "bits of a last term", bits_of(term), bits_of(terms->last.items[i]));
    }
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "logistic-map", .size = TERMS, .max = TERMS_MAX });
    logistic_map_master_args args = { .start_rate = START_RATE, .increment = INCREMENT };
    logistic_map_master_ref master;
    logistic_map_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", logistic_map_master_start(s.system, &args, &master));
    savina_check(&s, "compute",
            logistic_map_master_ask_run(s.system, master, &(logistic_map_run){ s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    check_terms(&s, &reply->terms);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
