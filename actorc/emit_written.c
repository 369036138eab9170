/* SPDX-License-Identifier: MIT */
/*
 * emit_written.c - the functions that the application writes. The header declares them and the
 * skeleton defines them; that both agree is because both come from here.
 */
#include "emit.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

/* `behaviour` is the actor's name in C, or that with a mode's behind it. */
static void visit_handler(struct emit *emit, const char *c, const char *behaviour,
        const struct message *m, struct emit_written written, emit_visitor *visit)
{
    bool has_call = m->answers != NULL;
    written.head = PRINT("actor_result %s_on_%s(", behaviour, m->name.stem);
    written.parameters =
            EMIT_PARAMETERS(PRINT("%s *self", c), PRINT("const %s *msg", m->name.c),
                    has_call ? PRINT("%s_call call", m->name.c) : NULL);
    written.call = has_call ? m : NULL;
    visit(emit, &written);
}

static void visit_mode(struct emit *emit, const struct actor *actor, const struct mode *mode,
        emit_visitor *visit)
{
    const struct mode *opens = mode;
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (!e->stash) {
            const char *c = actor->name.c;
            visit_handler(emit, c, PRINT("%s_%s", c, mode->stem), e->message,
                    (struct emit_written){ .doc = e->doc, .opens = opens }, visit);
            opens = NULL;
        }
    }
}

static void visit_continuation(struct emit *emit, const struct actor *actor,
        const struct ask *ask, emit_visitor *visit)
{
    const char *c = actor->name.c;
    const struct message *call = ask_call(ask);
    visit(emit,
            &(struct emit_written){ .head = PRINT("actor_result %s_got_%s(", c, ask->name),
                    .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                            PRINT("const %s_reply *reply", ask->handler->message->name.c),
                            ask->with == NULL ? NULL
                                              : PRINT("const %s *context", ask->with->name.c),
                            call == NULL ? NULL : PRINT("%s_call call", call->name.c)),
                    .call = call,
                    .reply = ask->handler->message });
}

void emit_each_written(struct emit *emit, const struct actor *actor, emit_visitor *visit)
{
    const char *c = actor->name.c;
    if (actor->on_start) {
        bool has_args = actor->args.first != NULL;
        visit(emit, &(struct emit_written){ .doc = actor->start_doc,
                            .head = PRINT("actor_result %s_at_start(", c),
                            .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                                    has_args ? PRINT("const %s_args *args", c) : NULL),
                            .args = has_args ? &actor->args : NULL,
                            .has_state = actor->state != NULL });
    }
    if (actor->on_stop) {
        visit(emit, &(struct emit_written){ .doc = actor->stop_doc,
                            .head = PRINT("void %s_at_stop(", c),
                            .parameters = EMIT_PARAMETERS(PRINT("%s *self", c)) });
    }
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        if (h->in_all_modes) {
            visit_handler(
                    emit, c, c, h->message, (struct emit_written){ .doc = h->doc }, visit);
        }
    }
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        visit_continuation(emit, actor, a, visit);
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (!w->repeated) {
            visit(emit,
                    &(struct emit_written){ .head = PRINT("actor_result %s_saw_%s_stop(", c,
                                                    w->actor->name.stem),
                            .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                                    PRINT("%s_ref ref", w->actor->name.c), "actor_err why") });
        }
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        visit_mode(emit, actor, m, visit);
    }
}
