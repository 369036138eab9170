/* SPDX-License-Identifier: MIT */
/*
 * resolve_timer.c - see resolve_timer.h.
 */
#include "resolve_timer.h"

#include "values.h"

#include <string.h>

/* Returns the class of the message that `what` brings, or NULL if there is none, which is reported. */
static const struct handler *class_of(struct scope *scope, const struct resolve_actor *r,
        const struct ast_path *path, const char *what)
{
    const struct message *message = scope_message(scope, path);
    if (message == NULL) {
        return NULL;
    }
    const struct handler *handler = map_get(&r->handlers, map_key(message));
    if (handler == NULL && !r->actor->broken) {
        struct diag *diag = diags_add(scope->diags, DIAG_NOT_HANDLED, path->span,
                "'%s' does not handle '%s', which %s would bring", r->actor->name.schema,
                message->name.schema, what);
        diag_hint(scope->diags, diag, "write 'on %s;' in '%s'", message->name.schema,
                r->actor->name.schema);
    }
    return handler;
}

/* A message has one timer, whose name in C is made of the message's. */
static bool is_second(
        struct scope *scope, const struct resolve_actor *r, const struct timer *timer)
{
    for (const struct timer *t = r->actor->timers; t != NULL; t = t->next) {
        if (t->handler == timer->handler) {
            struct diag *diag = diags_add(scope->diags, DIAG_REPEATED, timer->span,
                    "'%s' has two timers for '%s'", r->actor->name.schema,
                    t->handler->message->name.schema);
            diag_note(scope->diags, diag, t->span, "the first is here");
            return true;
        }
    }
    return false;
}

/* The runtime fills these in, so it must know them. */
static bool is_of_descriptors(const struct message *m)
{
    const struct field *fd = m->fields.first;
    const struct field *events = fd == NULL ? NULL : fd->next;
    return events != NULL && events->next == NULL && fd->type.kind == TYPE_I32 &&
           strcmp(fd->schema, "fd") == 0 && events->type.kind == TYPE_U32 &&
           strcmp(events->schema, "events") == 0;
}

static void resolve_fd(
        struct scope *scope, struct resolve_actor *r, const struct ast_path *path)
{
    struct actor *actor = r->actor;
    const struct handler *handler = class_of(scope, r, path, "a file descriptor");
    if (handler == NULL) {
        return;
    }
    if (actor->fd != NULL) {
        struct diag *diag = diags_add(
                scope->diags, DIAG_REPEATED, path->span, "'fd' stands twice in this actor");
        diag_note(scope->diags, diag, actor->fd_span, "the first is here");
        return;
    }
    const struct message *m = handler->message;
    if (!is_of_descriptors(m) && !m->fields.broken) {
        struct diag *diag = diags_add(scope->diags, DIAG_TYPE, path->span,
                "'%s' cannot say which file descriptor is ready for what", m->name.schema);
        diag_note(scope->diags, diag, m->span, "it is declared here");
        diag_hint(scope->diags, diag, "write 'message %s { i32 fd; u32 events; }'",
                m->name.schema);
    }
    actor->fd = handler;
    actor->fd_span = path->span;
}

void resolve_timers(struct scope *scope, struct resolve_actor *r)
{
    struct timer **end = &r->actor->timers;
    for (const struct ast_stmt *s = r->decl->actor.stmts.first; s != NULL; s = s->next) {
        if (s->kind == AST_FD) {
            resolve_fd(scope, r, &s->message);
        }
        if (s->kind != AST_TIMER && s->kind != AST_EVERY) {
            continue;
        }
        bool periodic = s->kind == AST_EVERY;
        const struct ast_path *path = periodic ? &s->every.message : &s->message;
        struct timer timer = { .handler = class_of(scope, r, path, "its timer"),
            .span = path->span };
        if (periodic) {
            timer.period_ns = values_duration(scope, &s->every.period, "a period");
        }
        if (timer.handler == NULL || is_second(scope, r, &timer)) {
            continue;
        }
        timer.index = r->actor->timer_count++;
        *end = ARENA_NEW(scope->arena, struct timer);
        **end = timer;
        end = &(*end)->next;
    }
}
