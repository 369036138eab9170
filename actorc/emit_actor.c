/* SPDX-License-Identifier: MIT */
/*
 * emit_actor.c - one actor in the header: what the application writes, what the actor may do, what
 * others may do with it, and its dispatch.
 */
#include "emit.h"

#include "out.h"

#include <actorc/generated.h>

#include <string.h>

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

/* ---- To be written by the application ---------------------------------------------------- */

static void emit_prototype(struct emit *emit, const struct emit_written *written)
{
    if (written->opens != NULL) {
        const char *doc = written->opens->doc;
        buf_printf(emit->out, "\n/* In mode %s: */\n", written->opens->schema);
        emit_doc(emit, doc, "");
        buf_puts(emit->out, doc == NULL ? "" : "\n");
    }
    emit_doc(emit, written->doc, "");
    emit_signature(emit, written->head, written->parameters, ");\n");
}

static void emit_prototypes(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    if (actor->state != NULL) {
        emit_state(emit, actor);
    } else {
        buf_printf(emit->out, "typedef struct %s %s; /* the application's state */\n\n", c, c);
    }
    buf_puts(emit->out, "/* To be written by the application: */\n");
    emit_each_written(emit, actor, emit_prototype);
    buf_puts(emit->out, "\n");
}

/* ---- Inside ----------------------------------------------------------------------------- */

static void emit_ask(struct emit *emit, const struct actor *actor, const struct ask *ask)
{
    const char *c = actor->name.c;
    const struct message *call = ask_call(ask);
    emit_signature(emit, PRINT("static inline void %s_ask_%s(", c, ask->name),
            EMIT_PARAMETERS(PRINT("%s *self", c),
                    call == NULL ? NULL : PRINT("%s_call call", call->name.c),
                    PRINT("%s_ref ref", ask->target->name.c),
                    PRINT("const %s *msg", ask->handler->message->name.c),
                    ask->with == NULL ? NULL : PRINT("const %s *context", ask->with->name.c)),
            ")\n{\n");
    buf_printf(emit->out, "    actor__ask(self, %s, ref.bits, %u, msg, %s);\n}\n\n",
            call == NULL ? "0" : "call.bits", (unsigned)ask->index,
            ask->with == NULL ? "NULL" : "context");
}

/* Most messages are small and need no more than to be copied, which can be done here. */
static bool is_plain(const struct handler *h)
{
    const struct fields *f = &h->message->fields;
    return f->first != NULL && f->measures.plain && f->measures.size <= ACTOR_PLAIN_MAX &&
           !h->urgent;
}

static void emit_tell(struct emit *emit, const struct actor *actor, const struct tell *tell)
{
    const char *c = actor->name.c;
    const struct message *message = tell->handler->message;
    emit_signature(emit,
            PRINT("static inline actor_err %s_tell_%s_%s(", c, tell->target->name.stem,
                    message->name.stem),
            EMIT_PARAMETERS(PRINT("%s *self", c), PRINT("%s_ref ref", tell->target->name.c),
                    PRINT("const %s *msg", message->name.c)),
            ")\n{\n");
    if (is_plain(tell->handler)) {
        emit_signature(emit,
                PRINT("    %s *copy = (%s *)actor__tell_plain(", message->name.c,
                        message->name.c),
                EMIT_PARAMETERS("self", "ref.bits",
                        PRINT("ACTOR_PLAIN_HEAD(%u, sizeof *copy)",
                                (unsigned)tell->handler->index)),
                ");\n");
        buf_puts(emit->out, "    if (copy != NULL) {\n"
                            "        *copy = *msg;\n"
                            "        return ACTOR_OK;\n"
                            "    }\n");
    }
    emit_signature(emit, "    return actor__tell(",
            EMIT_PARAMETERS("self", "ref.bits", PRINT("&%s__info", tell->target->name.c),
                    PRINT("%u", (unsigned)tell->handler->index), "msg"),
            ");\n}\n\n");
}

/* The request's call goes along: the target answers whoever asked this actor. */
static void emit_delegate(
        struct emit *emit, const struct actor *actor, const struct delegate *delegate)
{
    const char *c = actor->name.c;
    const struct message *message = delegate->handler->message;
    const char *target = delegate->target->name.c;
    emit_signature(emit,
            PRINT("static inline actor_err %s_delegate_%s_%s(", c, delegate->target->name.stem,
                    message->name.stem),
            EMIT_PARAMETERS(PRINT("%s *self", c), PRINT("%s_call call", message->name.c),
                    PRINT("%s_ref ref", target), PRINT("const %s *msg", message->name.c)),
            ")\n{\n");
    emit_signature(emit, "    return actor__delegate(",
            EMIT_PARAMETERS("self", "call.bits", "ref.bits", PRINT("&%s__info", target),
                    PRINT("%u", (unsigned)delegate->handler->index), "msg"),
            ");\n}\n\n");
}

static void emit_spawn(struct emit *emit, const struct actor *actor, const struct spawn *spawn)
{
    const char *child = spawn->actor->name.c;
    bool has_args = spawn->actor->args.first != NULL;
    emit_signature(emit,
            PRINT("static inline actor_err %s_spawn_%s(", actor->name.c,
                    spawn->actor->name.stem),
            EMIT_PARAMETERS(PRINT("%s *self", actor->name.c),
                    has_args ? PRINT("const %s_args *args", child) : NULL,
                    PRINT("%s_ref *ret_ref", child)),
            ")\n{\n");
    emit_signature(emit, "    return actor__spawn(",
            EMIT_PARAMETERS("self", PRINT("%s__type()", child), has_args ? "args" : "NULL",
                    "&ret_ref->bits"),
            ");\n}\n\n");
}

static void emit_become(struct emit *emit, const struct actor *actor, const struct mode *mode)
{
    out_emit(emit->out,
            VARS({ "c", actor->name.c }, { "mode", mode->stem },
                    { "index", PRINT("%u", (unsigned)mode->index) }),
            "static inline actor_err $c$_become_$mode$($c$ *self)\n"
            "{\n"
            "    return actor__become(self, $index$);\n"
            "}\n"
            "\n");
}

static void emit_naming(struct emit *emit, const char *actor, const char *what)
{
    emit_signature(emit, PRINT("static inline actor_err %s_%s(", actor, what),
            EMIT_PARAMETERS(PRINT("const %s *self", actor), "const char *name"), ")\n{\n");
    buf_printf(emit->out, "    return actor__%s(self, name);\n}\n\n", what);
}

static void emit_inside(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    buf_printf(emit->out, "/* What %s may do. */\n", actor->name.schema);
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        emit_ask(emit, actor, a);
    }
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (!t->repeated) {
            emit_tell(emit, actor, t);
        }
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (!d->repeated) {
            emit_delegate(emit, actor, d);
        }
    }
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        if (!s->repeated) {
            emit_spawn(emit, actor, s);
        }
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        if (m->named) {
            emit_become(emit, actor, m);
        }
    }
    emit_timer_stubs(emit, actor);
    emit_watch_stubs(emit, actor);
    emit_fd_stubs(emit, actor);
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        const char *ref = PRINT("%s_ref", child->actor->name.c);
        emit_signature(emit, PRINT("static inline %s %s_child_%s(", ref, c, child->stem),
                EMIT_PARAMETERS(PRINT("const %s *self", c)), ")\n{\n");
        buf_printf(emit->out,
                "    %s ref = { actor__child(self, %u) };\n    return ref;\n}\n\n", ref,
                (unsigned)child->index);
    }
    out_emit(emit->out, VARS({ "c", c }),
            "static inline $c$_ref $c$_self(const $c$ *self)\n"
            "{\n"
            "    $c$_ref ref = { actor__self(self) };\n"
            "    return ref;\n"
            "}\n"
            "\n");
    emit_naming(emit, c, "register");
    emit_naming(emit, c, "unregister");
}

/* ---- Outside ---------------------------------------------------------------------------- */

static void emit_outside_tell(
        struct emit *emit, const struct actor *actor, const struct handler *h)
{
    const char *c = actor->name.c;
    emit_signature(emit, PRINT("static inline actor_err %s_tell_%s(", c, h->message->name.stem),
            EMIT_PARAMETERS("actor_system *system", PRINT("%s_ref ref", c),
                    PRINT("const %s *msg", h->message->name.c)),
            ")\n{\n");
    emit_signature(emit, "    return actor__tell_from_outside(",
            EMIT_PARAMETERS("system", "ref.bits", PRINT("&%s__info", c),
                    PRINT("%u", (unsigned)h->index), "msg"),
            ");\n}\n\n");
}

static void emit_outside_ask(
        struct emit *emit, const struct actor *actor, const struct handler *h)
{
    const char *c = actor->name.c;
    const char *message = h->message->name.c;
    emit_signature(emit, PRINT("static inline actor_err %s_ask_%s(", c, h->message->name.stem),
            EMIT_PARAMETERS("actor_system *system", PRINT("%s_ref ref", c),
                    PRINT("const %s *msg", message), "actor_duration timeout",
                    PRINT("%s_reply **ret_reply", message)),
            ")\n{\n");
    buf_puts(emit->out, "    void *reply = NULL;\n");
    emit_signature(emit, "    actor_err err = actor__ask_from_outside(",
            EMIT_PARAMETERS("system", "ref.bits", PRINT("&%s__info", c),
                    PRINT("%u", (unsigned)h->index), "msg", "timeout", "&reply"),
            ");\n");
    buf_printf(emit->out,
            "    if (err == ACTOR_OK) {\n        *ret_reply = (%s_reply *)reply;\n    }\n"
            "    return err;\n}\n\n",
            message);
}

static void emit_outside_async(
        struct emit *emit, const struct actor *actor, const struct handler *h)
{
    const char *c = actor->name.c;
    emit_signature(emit,
            PRINT("static inline actor_err %s_ask_%s_async(", c, h->message->name.stem),
            EMIT_PARAMETERS("actor_system *system", PRINT("%s_ref ref", c),
                    PRINT("const %s *msg", h->message->name.c), "actor_duration timeout",
                    "actor_future **ret_future"),
            ")\n{\n");
    emit_signature(emit, "    return actor__ask_async(",
            EMIT_PARAMETERS("system", "ref.bits", PRINT("&%s__info", c),
                    PRINT("%u", (unsigned)h->index), "msg", "timeout", "ret_future"),
            ");\n}\n\n");
}

static void emit_outside_child(
        struct emit *emit, const struct actor *actor, const struct child *child)
{
    const char *c = actor->name.c;
    emit_doc(emit, child->doc, "");
    emit_signature(emit, PRINT("static inline actor_err %s_%s(", c, child->stem),
            EMIT_PARAMETERS("actor_system *system", PRINT("%s_ref ref", c),
                    PRINT("%s_ref *ret_child", child->actor->name.c)),
            ")\n{\n");
    buf_printf(emit->out,
            "    return actor__child_of(system, ref.bits, %u, &ret_child->bits);\n}\n\n",
            (unsigned)child->index);
}

static void emit_outside_end(struct emit *emit, const char *actor, const char *how)
{
    emit_signature(emit, PRINT("static inline actor_err %s_%s(", actor, how),
            EMIT_PARAMETERS("actor_system *system", PRINT("%s_ref ref", actor)), ")\n{\n");
    buf_printf(emit->out, "    return actor__%s(system, ref.bits);\n}\n\n", how);
}

static void emit_find(struct emit *emit, const char *actor)
{
    emit_signature(emit, PRINT("static inline actor_err %s_find(", actor),
            EMIT_PARAMETERS("actor_system *system", "const char *name",
                    PRINT("%s_ref *ret_ref", actor)),
            ")\n{\n");
    emit_signature(emit, "    return actor__find(",
            EMIT_PARAMETERS("system", PRINT("&%s__info", actor), "name", "&ret_ref->bits"),
            ");\n}\n\n");
}

static void emit_outside(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    bool has_args = actor->args.first != NULL;
    buf_puts(emit->out, "/* From outside. */\n");
    emit_signature(emit, PRINT("static inline actor_err %s_start(", c),
            EMIT_PARAMETERS("actor_system *system",
                    has_args ? PRINT("const %s_args *args", c) : NULL,
                    PRINT("%s_ref *ret_ref", c)),
            ")\n{\n");
    emit_signature(emit, "    return actor__start(",
            EMIT_PARAMETERS("system", PRINT("%s__type()", c), has_args ? "args" : "NULL",
                    "&ret_ref->bits"),
            ");\n}\n\n");
    emit_outside_end(emit, c, "stop");
    emit_outside_end(emit, c, "kill");
    if (actor_acts(actor)) {
        emit_find(emit, c);
    }
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        emit_outside_tell(emit, actor, h);
        if (h->message->answers != NULL) {
            emit_outside_ask(emit, actor, h);
            emit_outside_async(emit, actor, h);
        }
    }
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        emit_outside_child(emit, actor, child);
    }
}

/* ---- For the runtime --------------------------------------------------------------------- */

static void emit_children(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    struct buf *out = emit->out;
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        if (child->arguments != NULL) {
            emit_signature(emit, PRINT("void %s__%s_args(", c, child->stem),
                    EMIT_PARAMETERS("const void *parent_args", "const uint64_t *siblings",
                            "void *ret_args"),
                    ");\n");
        }
    }
    emit_pool_externs(emit, actor);
    buf_printf(out,
            "\n/* In the header, so that only who starts a %s needs the handlers of its "
            "children. */\n",
            actor->name.schema);
    buf_printf(out, "static inline const actor_child *%s__children(void)\n{\n", c);
    buf_puts(out, "    static const actor_child children[] = {\n");
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        emit_signature(emit, "        { ",
                EMIT_PARAMETERS(PRINT("\"%s\"", child->schema),
                        PRINT("%s__type", child->actor->name.c),
                        child->arguments == NULL ? "NULL"
                                                 : PRINT("%s__%s_args", c, child->stem),
                        child->pool == NULL ? "NULL" : PRINT("&%s__%s__pool", c, child->stem)),
                " },\n");
    }
    buf_puts(out, "    };\n    return children;\n}\n\n");
}

/* The result of a handler, with the call it is given; cases need a block to declare it. */
static void emit_case(struct emit *emit, const char *event, const char *call,
        const char *function, const char *body)
{
    buf_printf(emit->out, "    case %s:%s\n", event, call == NULL ? "" : " {");
    if (call != NULL) {
        buf_printf(emit->out, "        %s_call call = { event->call };\n", call);
    }
    emit_signature(emit, PRINT("        return %s(", function),
            EMIT_PARAMETERS("self", body, call == NULL ? NULL : "call"), ");\n");
    buf_puts(emit->out, call == NULL ? "" : "    }\n");
}

/* The entry by which the mode handles the message in its own way, or NULL. */
static const struct mode_entry *own_handler(const struct mode *mode, const struct handler *h)
{
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (e->handler == h) {
            return e->stash ? NULL : e;
        }
    }
    return NULL;
}

static bool is_in_some_mode(const struct actor *actor, const struct handler *h)
{
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        if (own_handler(m, h) != NULL) {
            return true;
        }
    }
    return false;
}

/* A message that modes handle in ways of their own. The runtime knows which modes handle it, and
 * asks for it in no others. */
static void emit_case_of_modes(
        struct emit *emit, const struct actor *actor, const struct handler *h)
{
    const struct message *message = h->message;
    const char *c = actor->name.c;
    bool has_call = message->answers != NULL;
    const char *const *parameters = EMIT_PARAMETERS("self",
            PRINT("(const %s *)event->body", message->name.c), has_call ? "call" : NULL);
    buf_printf(emit->out, "    case %u:%s\n", (unsigned)h->index, has_call ? " {" : "");
    if (has_call) {
        buf_printf(emit->out, "        %s_call call = { event->call };\n", message->name.c);
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        if (own_handler(m, h) != NULL) {
            buf_printf(emit->out, "        if (event->mode == %u) {\n", (unsigned)m->index);
            emit_signature(emit,
                    PRINT("            return %s_%s_on_%s(", c, m->stem, message->name.stem),
                    parameters, ");\n        }\n");
        }
    }
    if (h->in_all_modes) {
        emit_signature(emit, PRINT("        return %s_on_%s(", c, message->name.stem),
                parameters, ");\n");
    } else {
        buf_puts(emit->out, "        break;\n");
    }
    buf_puts(emit->out, has_call ? "    }\n" : "");
}

static void emit_cases(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    if (actor->on_start) {
        emit_case(emit, "ACTOR_EVENT_START", NULL, PRINT("%s_at_start", c),
                actor->args.first == NULL ? NULL : PRINT("(const %s_args *)event->body", c));
    }
    if (actor->on_stop) {
        buf_printf(emit->out,
                "    case ACTOR_EVENT_STOP:\n        %s_at_stop(self);\n        break;\n", c);
    }
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        if (is_in_some_mode(actor, h)) {
            emit_case_of_modes(emit, actor, h);
            continue;
        }
        const char *message = h->message->name.c;
        emit_case(emit, PRINT("%u", (unsigned)h->index),
                h->message->answers == NULL ? NULL : message,
                PRINT("%s_on_%s", c, h->message->name.stem),
                PRINT("(const %s *)event->body", message));
    }
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        const struct message *call = ask_call(a);
        const char *reply = PRINT("(const %s_reply *)event->body", a->handler->message->name.c);
        emit_case(emit, PRINT("ACTOR_EVENT_REPLY + %u", (unsigned)a->index),
                call == NULL ? NULL : call->name.c, PRINT("%s_got_%s", c, a->name),
                a->with == NULL
                        ? reply
                        : PRINT("%s, (const %s *)event->context", reply, a->with->name.c));
    }
}

static void emit_dispatch(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    buf_printf(emit->out, "/* Dispatch; made part of the program by ACTOR_STATE(%s). */\n", c);
    emit_signature(emit, PRINT("static inline actor_result %s__dispatch(", c),
            EMIT_PARAMETERS("void *state", "const actor_event *event"), ")\n{\n");
    buf_printf(emit->out, "    %s *self = (%s *)state;\n    switch (event->kind) {\n", c, c);
    emit_cases(emit, actor);
    emit_watch_cases(emit, actor);
    buf_puts(emit->out, "    }\n    return ACTOR_CONTINUE;\n}\n\n");
    const char *children = actor->children == NULL ? "NULL" : PRINT("%s__children", c);
    buf_printf(emit->out, "#define %s__parts %s__dispatch, %s\n\n", c, c, children);
}

/* An actor that only has children needs nothing of the application. */
static void emit_own_type(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    const char *children = actor->children == NULL ? "NULL" : PRINT("%s__children", c);
    out_emit(emit->out, VARS({ "c", c }, { "children", children }),
            "static inline const actor_type *$c$__type(void)\n"
            "{\n"
            "    static const actor_type type = { &$c$__info, 0, NULL, $children$ };\n"
            "    return &type;\n"
            "}\n"
            "\n");
}

void emit_actor(struct emit *emit, const struct actor *actor)
{
    emit_section(emit, actor->name.schema);
    if (actor->doc != NULL) {
        emit_doc(emit, actor->doc, "");
        buf_puts(emit->out, "\n");
    }
    if (actor_acts(actor)) {
        emit_prototypes(emit, actor);
        emit_inside(emit, actor);
    }
    emit_outside(emit, actor);
    if (actor->children != NULL) {
        emit_children(emit, actor);
    }
    if (actor_acts(actor)) {
        emit_dispatch(emit, actor);
    } else {
        emit_own_type(emit, actor);
    }
}
