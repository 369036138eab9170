/* SPDX-License-Identifier: MIT */
/*
 * ordeal.h - what those tests share in which actors do at random whatever they can, on several threads: any of them notes
 * what must not be, and at the end all have stopped and the ledger adds up. For the one source file of a test
 * program that includes it.
 */
#ifndef ORDEAL_H
#define ORDEAL_H

#include <actorc/actor.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define A_MINUTE actor_seconds(60)

/* The last thing that was not as it must be; NULL if all was. */
static _Atomic(const char *) ordeal_fault;

static inline void expect(bool holds, const char *what)
{
    if (!holds) {
        atomic_store(&ordeal_fault, what);
    }
}

/* For the log of a system whose actors are meant to fail. */
static inline void ignore_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

/* Of all messages of a system. */
struct sums {
    const char
            *periodic; /* one that is always on its way, and not among the open ones; or NULL */
    uint64_t sent;
    uint64_t open; /* and not ended in any way */
    bool uneven;
};

static inline void add_up(void *context, const actor_ledger_entry *e)
{
    struct sums *s = context;
    uint64_t ended = e->handled + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    bool is_periodic = s->periodic != NULL && strcmp(e->message, s->periodic) == 0;
    s->sent += e->sent;
    s->open += is_periodic ? 0 : e->sent - ended;
    s->uneven = s->uneven || e->sent != ended + e->queued + e->stashed + e->in_hand;
}

static inline struct sums sums_of(actor_system *system, const char *periodic)
{
    struct sums sums = { .periodic = periodic };
    actor_system_ledger(system, add_up, &sums);
    return sums;
}

/* Stops the system, which the caller frees. Returns how many messages there were. */
static inline uint64_t end_ordeal(actor_system *system, uint64_t seed, const char *periodic)
{
    actor_stop_report report = actor_system_stop(system, A_MINUTE);
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.abandoned);
    assert_int_equal(0, actor_system_actors(system));
    struct sums sums = sums_of(system, periodic);
    assert_int_equal(0, sums.open);
    assert_false(sums.uneven);
    const char *fault = atomic_exchange(&ordeal_fault, NULL);
    if (fault != NULL) {
        fail_msg("seed %" PRIu64 ": %s", seed, fault);
    }
    return sums.sent;
}

#endif
