/* SPDX-License-Identifier: MIT */
/*
 * savina.h - what the programs in this folder share: arguments, clock, random numbers, work that takes time, and
 * how they end: with a result that is checked and a ledger that has lost nothing.
 *
 * Each is a program of the Savina suite (Imam and Sarkar, AGERE! 2014), with its rules and parameters, and is
 * called as    PROGRAM [SIZE [WORKERS]]    SIZE is what the head of its source says. It prints one line,
 * `NAME VALUE ms`, the time from the start of its first actor to its result; and ends with 1, saying what was
 * expected, if the result is wrong or a message has been lost.
 */
#ifndef SAVINA_H
#define SAVINA_H

#include <actorc/actor.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAVINA_PATIENCE_S = 600, SAVINA_WORKERS_MAX = 64 };

struct savina {
    const char *name;
    uint32_t size;
    actor_system *system;
    actor_duration began;
    actor_duration took;
};

/* ---- What is wrong ----------------------------------------------------------------------- */

static inline void savina_check(const struct savina *s, const char *what, actor_err err)
{
    if (err != ACTOR_OK) {
        (void)fprintf(stderr, "%s: cannot %s: %s\n", s->name, what, actor_err_text(err));
        exit(EXIT_FAILURE);
    }
}

static inline void savina_expect(
        const struct savina *s, const char *what, uint64_t expected, uint64_t got)
{
    if (got != expected) {
        (void)fprintf(stderr, "%s: %s: expected %" PRIu64 ", got %" PRIu64 "\n", s->name, what,
                expected, got);
        exit(EXIT_FAILURE);
    }
}

/* ---- From arguments to a system ----------------------------------------------------------- */

struct savina_plan {
    const char *name;
    uint32_t size; /* if no other is given; `min` and `max` are allowed */
    uint32_t min;  /* 0 is as good as 1 */
    uint32_t max;
    actor_config config;
};

static inline void savina_refuse(const struct savina *s, const char *argument)
{
    (void)fprintf(stderr, "usage: %s [SIZE [WORKERS]], not '%s'\n", s->name, argument);
    exit(2);
}

/* Returns argument `i`, or `otherwise` if it is not given. */
static inline uint32_t savina_argument(const struct savina *s, int argc, char **argv, int i,
        uint32_t otherwise, uint32_t min, uint32_t max)
{
    char *end;
    if (i >= argc) {
        return otherwise;
    }
    unsigned long long number = strtoull(argv[i], &end, 10);
    if (*end != '\0' || number < min || number > max) {
        savina_refuse(s, argv[i]);
    }
    return (uint32_t)number;
}

/*
 * Reads the arguments and makes a system. Some handlers compute for long, and on a machine that is busy they also
 * wait for a core; that is not worth a warning here.
 */
static inline struct savina savina_open(int argc, char **argv, const struct savina_plan *plan)
{
    struct savina s = { .name = plan->name };
    actor_config config = plan->config;
    uint32_t min = plan->min > 0 ? plan->min : 1;
    s.size = savina_argument(&s, argc, argv, 1, plan->size, min, plan->max);
    config.workers = savina_argument(&s, argc, argv, 2, 0, 0, SAVINA_WORKERS_MAX);
    config.slow_handler = actor_seconds(SAVINA_PATIENCE_S);
    s.system = actor_system_new(&config);
    if (s.system == NULL) {
        (void)fprintf(stderr, "%s: no memory or no threads\n", s.name);
        exit(EXIT_FAILURE);
    }
    return s;
}

static inline void savina_start_clock(struct savina *s)
{
    s->began = actor_now();
}

static inline void savina_stop_clock(struct savina *s)
{
    s->took = actor_now() - s->began;
}

/* ---- The end ------------------------------------------------------------------------------ */

struct savina_audit {
    uint64_t handled;
    uint64_t lost_classes;
};

/* Says what of a message class was not handled. Nothing in these programs is ever dropped or comes too late. */
static inline void savina_look(void *context, const actor_ledger_entry *e)
{
    struct savina_audit *audit = context;
    uint64_t dropped = 0;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    audit->handled += e->handled;
    if (e->sent != e->handled ||
            e->queued + e->stashed + e->in_hand + dropped + e->dead_letters > 0) {
        audit->lost_classes++;
        (void)fprintf(stderr,
                "%s to %s: expected all of %" PRIu64 " handled, got %" PRIu64
                " handled, %" PRIu64 " queued, %" PRIu64 " stashed, %" PRIu64
                " in hand, %" PRIu64 " dropped, %" PRIu64 " dead letters\n",
                e->message, e->actor, e->sent, e->handled, e->queued, e->stashed, e->in_hand,
                dropped, e->dead_letters);
    }
}

/* Stops the system: every actor ends, and every message was handled. */
static inline void savina_stop(const struct savina *s)
{
    struct savina_audit audit = { 0, 0 };
    actor_stop_report report = actor_system_stop(s->system, actor_seconds(SAVINA_PATIENCE_S));
    savina_check(s, "stop", report.err);
    savina_expect(s, "abandoned actors", 0, report.abandoned);
    savina_expect(s, "dead letters at the end", 0, report.dead_letters);
    savina_expect(s, "actors at the end", 0, actor_system_actors(s->system));
    actor_system_ledger(s->system, savina_look, &audit);
    savina_expect(s, "classes of messages with losses", 0, audit.lost_classes);
    savina_expect(s, "an empty ledger", 0, audit.handled == 0);
}

/* Releases the system and prints the line; returns what main does. */
static inline int savina_close(struct savina *s)
{
    actor_system_free(s->system);
    (void)printf("%s %.3f ms\n", s->name, (double)s->took / (double)ACTOR_MILLISECOND);
    return EXIT_SUCCESS;
}

/* ---- Numbers and work --------------------------------------------------------------------- */

/* Returns the next random number after `*state` (SplitMix64). */
static inline uint64_t savina_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Returns a random number below `bound`. */
static inline uint32_t savina_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)(savina_random(state) % bound);
}

/* Is busy for so many random numbers. The result depends on all of them, so that none is left out. */
static inline uint64_t savina_work(uint32_t rounds)
{
    uint64_t state = rounds;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < rounds; i++) {
        sum ^= savina_random(&state);
    }
    return sum;
}

#endif
