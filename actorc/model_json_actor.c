/* SPDX-License-Identifier: MIT */
/*
 * model_json_actor.c - see model_json_actor.h.
 */
#include "model_json_actor.h"

#include "kept.h"
#include "spell.h"

#define PRINT(...) arena_printf(work->arena, __VA_ARGS__)

/* ---- What it handles --------------------------------------------------------------------- */

static void put_becomes(struct model_json *work, const struct become *becomes)
{
    json_open(&work->json, "becomes", '[');
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        json_text(&work->json, NULL, b->mode->schema);
    }
    json_close(&work->json);
}

static void put_message_name(
        struct model_json *work, const char *key, const struct message *message)
{
    model_json_name(work, key, message->home, &message->name);
}

static void put_handler(
        struct model_json *work, const struct actor *actor, const struct handler *h)
{
    struct json *json = &work->json;
    const char *c = actor->name.c;
    const char *stem = h->message->name.stem;
    json_open(json, NULL, '{');
    put_message_name(work, "message", h->message);
    json_text(json, "doc", h->doc);
    model_json_at(work, "at", h->span);
    json_bool(json, "in_all_modes", h->in_all_modes);
    json_bool(json, "urgent", h->urgent);
    json_integer(json, "reserve", h->reserve);
    if (h->limit > 0) {
        json_open(json, "limit", '{');
        json_integer(json, "messages", h->limit);
        json_text(json, "overflow", spell_overflow(h->overflow));
        json_close(json);
    } else {
        json_null(json, "limit");
    }
    put_becomes(work, h->becomes);
    json_open(json, "c", '{');
    json_text(json, "function", h->in_all_modes ? PRINT("%s_on_%s", c, stem) : NULL);
    json_text(json, "tell_from_outside", PRINT("%s_tell_%s", c, stem));
    json_text(json, "ask_from_outside",
            h->message->answers == NULL ? NULL : PRINT("%s_ask_%s", c, stem));
    json_text(json, "ask_async",
            h->message->answers == NULL ? NULL : PRINT("%s_ask_%s_async", c, stem));
    json_close(json);
    json_close(json);
}

static void put_mode(
        struct model_json *work, const struct actor *actor, const struct mode *mode)
{
    struct json *json = &work->json;
    const char *c = actor->name.c;
    json_open(json, NULL, '{');
    model_json_head(work, mode->schema, mode->doc, mode->span);
    json_bool(json, "initial", mode->index == 0);
    json_text(json, "c", mode->named ? PRINT("%s_become_%s", c, mode->stem) : NULL);
    json_open(json, "messages", '[');
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        json_open(json, NULL, '{');
        put_message_name(work, "message", e->message);
        json_text(json, "doc", e->doc);
        model_json_at(work, "at", e->span);
        json_bool(json, "stash", e->stash);
        put_becomes(work, e->becomes);
        json_text(json, "c",
                e->stash ? NULL : PRINT("%s_%s_on_%s", c, mode->stem, e->message->name.stem));
        json_close(json);
    }
    json_close(json);
    json_close(json);
}

static void put_hook(
        struct model_json *work, const char *key, const char *c, const char *doc, bool exists)
{
    struct json *json = &work->json;
    if (!exists) {
        json_null(json, key);
        return;
    }
    json_open(json, key, '{');
    json_text(json, "doc", doc);
    json_text(json, "c", c);
    json_close(json);
}

static void put_behaviour(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    const char *c = actor->name.c;
    put_hook(work, "on_start", PRINT("%s_at_start", c), actor->start_doc, actor->on_start);
    put_hook(work, "on_stop", PRINT("%s_at_stop", c), actor->stop_doc, actor->on_stop);
    json_open(json, "handlers", '[');
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        put_handler(work, actor, h);
    }
    json_close(json);
    json_open(json, "modes", '[');
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        put_mode(work, actor, m);
    }
    json_close(json);
}

/* ---- What it may do ---------------------------------------------------------------------- */

/* The handler and mode in whose block an effect is; both null at the level of the actor. */
static void put_from(
        struct model_json *work, const struct handler *from, const struct mode *mode)
{
    json_text(&work->json, "handler", from == NULL ? NULL : from->message->name.schema);
    json_text(&work->json, "mode", mode == NULL ? NULL : mode->schema);
}

static void put_target(struct model_json *work, const struct actor *target,
        const struct message *message, struct span span)
{
    model_json_name(work, "actor", target->home, &target->name);
    put_message_name(work, "message", message);
    model_json_at(work, "at", span);
}

static void put_asks(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    json_open(json, "asks", '[');
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        json_open(json, NULL, '{');
        json_text(json, "name", a->name);
        put_target(work, a->target, a->handler->message, a->span);
        put_from(work, a->from, a->mode);
        json_bool(json, "exclusive", a->exclusive);
        json_integer(json, "within_ns", a->within_ns);
        if (a->with == NULL) {
            json_null(json, "with");
        } else {
            put_message_name(work, "with", a->with);
        }
        json_open(json, "c", '{');
        json_text(json, "function", PRINT("%s_ask_%s", actor->name.c, a->name));
        json_text(json, "continuation", PRINT("%s_got_%s", actor->name.c, a->name));
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

static void put_tells(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    json_open(json, "tells", '[');
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        json_open(json, NULL, '{');
        put_target(work, t->target, t->handler->message, t->span);
        put_from(work, t->from, t->mode);
        json_text(json, "c",
                PRINT("%s_tell_%s_%s", actor->name.c, t->target->name.stem,
                        t->handler->message->name.stem));
        json_close(json);
    }
    json_close(json);
}

static void put_delegates(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    json_open(json, "delegates", '[');
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        json_open(json, NULL, '{');
        put_target(work, d->target, d->handler->message, d->span);
        put_from(work, d->from, d->mode);
        json_text(json, "c",
                PRINT("%s_delegate_%s_%s", actor->name.c, d->target->name.stem,
                        d->handler->message->name.stem));
        json_close(json);
    }
    json_close(json);
}

static void put_fd(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    const struct message *message = actor->fd->message;
    json_open(json, "fd", '{');
    put_message_name(work, "message", message);
    json_open(json, "c", '{');
    json_text(json, "watch", PRINT("%s_watch_%s", actor->name.c, message->name.stem));
    json_text(json, "unwatch", PRINT("%s_unwatch_%s", actor->name.c, message->name.stem));
    json_close(json);
    json_close(json);
}

static void put_timers(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    json_open(json, "timers", '[');
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        const struct message *message = t->handler->message;
        json_open(json, NULL, '{');
        put_message_name(work, "message", message);
        model_json_at(work, "at", t->span);
        if (t->period_ns > 0) {
            json_integer(json, "every_ns", t->period_ns);
        } else {
            json_null(json, "every_ns");
        }
        json_open(json, "c", '{');
        json_text(json, "start", PRINT("%s_start_%s", actor->name.c, message->name.stem));
        json_text(json, "cancel", PRINT("%s_cancel_%s", actor->name.c, message->name.stem));
        json_close(json);
        json_close(json);
    }
    json_close(json);
    if (actor->fd == NULL) {
        json_null(json, "fd");
    } else {
        put_fd(work, actor);
    }
}

static void put_spawns(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    const char *c = actor->name.c;
    json_open(json, "spawns", '[');
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        json_open(json, NULL, '{');
        model_json_name(work, "actor", s->actor->home, &s->actor->name);
        model_json_at(work, "at", s->span);
        json_text(json, "c", PRINT("%s_spawn_%s", c, s->actor->name.stem));
        json_close(json);
    }
    json_close(json);
    json_open(json, "watches", '[');
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        const char *stem = w->actor->name.stem;
        json_open(json, NULL, '{');
        model_json_name(work, "actor", w->actor->home, &w->actor->name);
        model_json_at(work, "at", w->span);
        json_open(json, "c", '{');
        json_text(json, "watch", PRINT("%s_watch_%s", c, stem));
        json_text(json, "unwatch", PRINT("%s_unwatch_%s", c, stem));
        json_text(json, "function", PRINT("%s_saw_%s_stop", c, stem));
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

/* ---- Its children ----------------------------------------------------------------------- */

static void put_pool(struct model_json *work, const struct pool *pool)
{
    struct json *json = &work->json;
    if (pool == NULL) {
        json_null(json, "pool");
        return;
    }
    json_open(json, "pool", '{');
    json_integer(json, "size", pool->size);
    json_text(json, "by", spell_route(pool->route));
    json_text(json, "field", pool->field);
    json_close(json);
}

static void put_child(
        struct model_json *work, const struct actor *actor, const struct child *child)
{
    struct json *json = &work->json;
    json_open(json, NULL, '{');
    model_json_head(work, child->schema, child->doc, child->span);
    model_json_name(work, "actor", child->actor->home, &child->actor->name);
    put_pool(work, child->pool);
    json_open(json, "arguments", '[');
    for (const struct argument *a = child->arguments; a != NULL; a = a->next) {
        json_open(json, NULL, '{');
        json_text(json, "name", a->field->schema);
        model_json_value(work, "value", &a->field->type, &a->value);
        json_close(json);
    }
    json_close(json);
    json_open(json, "c", '{');
    json_text(json, "inside",
            actor_acts(actor) ? PRINT("%s_child_%s", actor->name.c, child->stem) : NULL);
    json_text(json, "outside", PRINT("%s_%s", actor->name.c, child->stem));
    json_close(json);
    json_close(json);
}

static void put_supervision(struct model_json *work, const struct supervision *s)
{
    struct json *json = &work->json;
    if (s->strategy == STRATEGY_NONE) {
        json_null(json, "supervise");
        return;
    }
    json_open(json, "supervise", '{');
    json_text(json, "strategy", spell_strategy(s->strategy));
    json_integer(json, "restarts", s->restarts);
    json_integer(json, "in_ns", s->window_ns);
    json_integer(json, "backoff_min_ns", s->backoff_min_ns);
    json_integer(json, "backoff_max_ns", s->backoff_max_ns);
    json_close(json);
}

/* ---- All of it -------------------------------------------------------------------------- */

static void put_names(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    const char *c = actor->name.c;
    bool acts = actor_acts(actor);
    json_open(json, "c", '{');
    json_text(json, "state", acts ? c : NULL);
    json_text(json, "ref", PRINT("%s_ref", c));
    json_text(json, "args", actor->args.first == NULL ? NULL : PRINT("%s_args", c));
    json_text(json, "args_init",
            actor->args.first == NULL ? NULL : PRINT("%s_ARGS_INIT", actor->name.macro));
    json_text(json, "start", PRINT("%s_start", c));
    json_text(json, "stop", PRINT("%s_stop", c));
    json_text(json, "kill", PRINT("%s_kill", c));
    json_text(json, "find", acts ? PRINT("%s_find", c) : NULL);
    json_text(json, "register", acts ? PRINT("%s_register", c) : NULL);
    json_text(json, "unregister", acts ? PRINT("%s_unregister", c) : NULL);
    json_text(json, "self", acts ? PRINT("%s_self", c) : NULL);
    json_text(json, "equal", actor->state != NULL ? PRINT("%s_equal", c) : NULL);
    json_text(json, "print", actor->state != NULL ? PRINT("%s_print", c) : NULL);
    json_close(json);
}

/* The functions of a field of a state. */
static void put_accessors(struct model_json *work, const void *owner, const struct field *f)
{
    const struct actor *actor = owner;
    unsigned functions = kept_functions(&f->type);
    for (unsigned i = 0; i < KEPT_FUNCTIONS; i++) {
        const char *name = kept_function_name((enum kept_function)(1 << i));
        json_text(&work->json, name,
                (functions & (1u << i)) == 0
                        ? NULL
                        : PRINT("%s_%s_%s", actor->name.c, name, f->schema));
    }
}

void model_json_actor(struct model_json *work, const struct actor *actor)
{
    struct json *json = &work->json;
    json_open(json, NULL, '{');
    model_json_head(work, actor->name.schema, actor->doc, actor->span);
    put_names(work, actor);
    model_json_fields(work, "arguments", &actor->args, NULL, NULL);
    json_bool(json, "dedicated", actor->dedicated);
    if (actor->mailbox > 0) {
        json_open(json, "mailbox", '{');
        json_integer(json, "messages", actor->mailbox);
        json_text(json, "overflow", spell_overflow(actor->overflow));
        json_close(json);
    } else {
        json_null(json, "mailbox");
    }
    put_behaviour(work, actor);
    put_asks(work, actor);
    put_tells(work, actor);
    put_delegates(work, actor);
    put_timers(work, actor);
    put_spawns(work, actor);
    json_open(json, "children", '[');
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        put_child(work, actor, child);
    }
    json_close(json);
    put_supervision(work, &actor->supervision);
    json_bool(json, "started", actor->started);
    if (actor->state == NULL) {
        json_null(json, "state");
    } else {
        model_json_fields(work, "state", actor->state, put_accessors, actor);
    }
    json_close(json);
}
