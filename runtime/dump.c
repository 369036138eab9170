/* SPDX-License-Identifier: MIT */
/* dump.c - what can be seen of a system, as text for people. */
#include "base.h"

#include <actorc/actor.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { BUFFER_BYTES = 4096, LINE_BYTES = 1024 };

/* Text on its way to a file. */
struct sink {
    int fd;
    bool failed;
    size_t used;
    char buffer[BUFFER_BYTES];
};

static void drain(struct sink *s)
{
    size_t done = 0;
    while (done < s->used && !s->failed) {
        ssize_t n = write(s->fd, s->buffer + done, s->used - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            s->failed = true;
        }
    }
    s->used = 0;
}

/* Adds a part of a line, cut at LINE_BYTES. */
static ACTOR_PRINTF(2, 3) void put(struct sink *s, const char *format, ...)
{
    if (s->used > BUFFER_BYTES - LINE_BYTES) {
        drain(s);
    }
    va_list args;
    va_start(args, format);
    int n = vsnprintf(s->buffer + s->used, LINE_BYTES, format, args);
    va_end(args);
    s->used += n < 0 ? 0 : n < LINE_BYTES ? (size_t)n : (size_t)LINE_BYTES - 1;
}

static void put_actor(void *context, const actor_listing_entry *e)
{
    struct sink *s = context;
    put(s, "%16" PRIx64 " %16" PRIx64 " %-8s %10" PRIu64 " %8" PRIu64 " %s", e->ref, e->parent,
            e->status, e->queued, e->restarts, e->actor);
    if (e->name != NULL) {
        put(s, " %s", e->name);
    }
    if (e->mode != NULL) {
        put(s, ", in %s", e->mode);
    }
    if (e->message != NULL) {
        put(s, ", handles %s", e->message);
    }
    put(s, "\n");
}

static void put_class(void *context, const actor_ledger_entry *e)
{
    struct sink *s = context;
    uint64_t dropped = 0;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    put(s,
            "%12" PRIu64 " %12" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64
            " %8" PRIu64 " %s to %s\n",
            e->sent, e->handled, e->queued, e->stashed, e->in_hand, dropped, e->dead_letters,
            e->message, e->actor);
}

static void put_type(void *context, const actor_type_entry *e)
{
    put(context,
            "%12" PRIu64 " %8" PRIu64 " %8" PRIu64 " %10" PRIu64 " %10" PRId64 " %10" PRId64
            " %10" PRId64 " %s\n",
            e->handled, e->failed, e->restarts, e->longest, actor_type_time(e, 500),
            actor_type_time(e, 990), actor_type_time(e, 1000), e->actor);
}

actor_err actor_dump(actor_system *system, int fd)
{
    struct sink s = { .fd = fd };
    const char *failure = actor_system_failure(system);
    put(&s, "actorc %s: %" PRIu64 " actors\n", actor_version(), actor_system_actors(system));
    if (failure != NULL) {
        put(&s, "it stops: %s\n", failure);
    }
    put(&s, "\n%16s %16s %-8s %10s %8s %s\n", "reference", "parent", "status", "queued",
            "restarts", "actor");
    actor_system_listing(system, put_actor, &s);
    put(&s, "\n%12s %12s %8s %8s %8s %8s %8s %s\n", "sent", "handled", "queued", "stashed",
            "in hand", "dropped", "dead", "message");
    actor_system_ledger(system, put_class, &s);
    put(&s, "\n%12s %8s %8s %10s %10s %10s %10s %s\n", "handled", "failed", "restarts",
            "longest", "median ns", "99% ns", "100% ns", "type");
    actor_system_types(system, put_type, &s);
    put(&s, "\n");
    drain(&s);
    return s.failed ? ACTOR_ERR_OS : ACTOR_OK;
}
