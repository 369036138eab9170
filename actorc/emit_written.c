/* SPDX-License-Identifier: MIT */
/*
 * emit_written.c - the functions that the application writes. The header declares them and the
 * skeleton defines them; that both agree is because both come from here.
 */
#include "emit.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static void visit_handler(struct emit *emit, const struct actor *actor, const struct handler *h,
        emit_visitor *visit)
{
    const char *c = actor->name.c;
    const char *message = h->message->name.c;
    bool has_call = h->message->answers != NULL;
    visit(emit, &(struct emit_written){ .doc = h->doc,
                        .head = PRINT("actor_result %s_on_%s(", c, h->message->name.stem),
                        .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                                PRINT("const %s *msg", message),
                                has_call ? PRINT("%s_call call", message) : NULL),
                        .call = has_call ? h->message : NULL });
}

static void visit_continuation(struct emit *emit, const struct actor *actor,
        const struct ask *ask, emit_visitor *visit)
{
    const char *c = actor->name.c;
    const struct message *call = ask_call(ask);
    visit(emit, &(struct emit_written){ .head = PRINT("actor_result %s_got_%s(", c, ask->name),
                        .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                                PRINT("const %s_reply *reply", ask->handler->message->name.c),
                                call == NULL ? NULL : PRINT("%s_call call", call->name.c)),
                        .call = call });
}

void emit_each_written(struct emit *emit, const struct actor *actor, emit_visitor *visit)
{
    const char *c = actor->name.c;
    if (actor->on_start) {
        bool has_args = actor->args.first != NULL;
        visit(emit, &(struct emit_written){ .doc = actor->start_doc,
                            .head = PRINT("actor_result %s_at_start(", c),
                            .parameters = EMIT_PARAMETERS(PRINT("%s *self", c),
                                    has_args ? PRINT("const %s_args *args", c) : NULL) });
    }
    if (actor->on_stop) {
        visit(emit, &(struct emit_written){ .doc = actor->stop_doc,
                            .head = PRINT("void %s_at_stop(", c),
                            .parameters = EMIT_PARAMETERS(PRINT("%s *self", c)) });
    }
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        visit_handler(emit, actor, h, visit);
    }
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        visit_continuation(emit, actor, a, visit);
    }
}
