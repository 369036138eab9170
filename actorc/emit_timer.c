/* SPDX-License-Identifier: MIT */
/*
 * emit_timer.c - the timers of an actor: the functions that start and cancel them, and their table;
 * and likewise the file descriptors that it watches.
 */
#include "emit.h"

#include "out.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static void emit_start(struct emit *emit, const struct actor *actor, const struct timer *t)
{
    const struct message *m = t->handler->message;
    const char *index = PRINT("%u", (unsigned)t->index);
    bool once = t->period_ns == 0;
    emit_signature(emit,
            PRINT("static inline actor_err %s_start_%s(", actor->name.c, m->name.stem),
            EMIT_PARAMETERS(PRINT("%s *self", actor->name.c),
                    once ? "actor_duration delay" : NULL,
                    once ? PRINT("const %s *msg", m->name.c) : NULL),
            ")\n{\n");
    emit_signature(emit, "    return actor__start_timer(",
            EMIT_PARAMETERS("self", index, once ? "delay" : "0", once ? "msg" : "NULL"),
            ");\n}\n\n");
}

void emit_timer_stubs(struct emit *emit, const struct actor *actor)
{
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        if (t->period_ns > 0) {
            buf_printf(emit->out,
                    "/* %s comes by itself; these are to pause it. Starting begins a new "
                    "period. */\n",
                    t->handler->message->name.schema);
        }
        emit_start(emit, actor, t);
        out_emit(emit->out,
                VARS({ "c", actor->name.c }, { "message", t->handler->message->name.stem },
                        { "index", PRINT("%u", (unsigned)t->index) }),
                "static inline actor_err $c$_cancel_$message$($c$ *self)\n"
                "{\n"
                "    return actor__cancel_timer(self, $index$);\n"
                "}\n"
                "\n");
    }
}

void emit_fd_stubs(struct emit *emit, const struct actor *actor)
{
    if (actor->fd == NULL) {
        return;
    }
    const char *c = actor->name.c;
    const struct cname *name = &actor->fd->message->name;
    buf_printf(emit->out,
            "/* %s comes when a file descriptor is ready for the ACTOR_FD_... in `events`. "
            "*/\n",
            name->schema);
    emit_signature(emit, PRINT("static inline actor_err %s_watch_%s(", c, name->stem),
            EMIT_PARAMETERS(PRINT("%s *self", c), "int fd", "uint32_t events"), ")\n{\n");
    buf_puts(emit->out, "    return actor__watch_fd(self, fd, events);\n}\n\n");
    emit_signature(emit, PRINT("static inline actor_err %s_unwatch_%s(", c, name->stem),
            EMIT_PARAMETERS(PRINT("%s *self", c), "int fd"), ")\n{\n");
    buf_puts(emit->out, "    return actor__unwatch_fd(self, fd);\n}\n\n");
}

/* What comes every period is the same each time: the defaults. */
static bool has_message(const struct timer *t)
{
    return t->period_ns > 0 && t->handler->message->fields.first != NULL;
}

void emit_timers(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    if (actor->timers == NULL) {
        return;
    }
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        const struct cname *name = &t->handler->message->name;
        if (has_message(t)) {
            buf_printf(emit->out, "static const %s %s__every_%s = %s_INIT;\n\n", name->c, c,
                    name->stem, name->macro);
        }
    }
    buf_printf(emit->out, "static const actor_timer %s__timers[] = {\n", c);
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        emit_signature(emit, "    { ",
                EMIT_PARAMETERS(PRINT("%u", (unsigned)t->handler->index),
                        emit_duration(emit, t->period_ns),
                        has_message(t)
                                ? PRINT("&%s__every_%s", c, t->handler->message->name.stem)
                                : "NULL"),
                " },\n");
    }
    buf_puts(emit->out, "};\n\n");
}
