/* SPDX-License-Identifier: MIT */
/*
 * resolve_actor.c - see resolve_actor.h.
 */
#include "resolve_actor.h"

#include "resolve_child.h"
#include "resolve_effect.h"
#include "resolve_mode.h"
#include "resolve_state.h"
#include "resolve_timer.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

/* Where each statement that may stand once was first. */
struct once {
    struct span mailbox, dedicated, supervise, start, stop, state;
};

/* Notes the first, and reports the second. */
static bool is_first(
        struct scope *scope, struct span *first, struct span here, const char *what)
{
    if (first->hi == 0) {
        *first = here;
        return true;
    }
    struct diag *diag =
            diags_add(scope->diags, DIAG_REPEATED, here, "%s stands twice in this actor", what);
    diag_note(scope->diags, diag, *first, "the first is here");
    return false;
}

static const enum overflow overflows[] = {
    [AST_REFUSE] = OVERFLOW_REFUSE,
    [AST_DROP_OLDEST] = OVERFLOW_DROP_OLDEST,
    [AST_DROP_NEWEST] = OVERFLOW_DROP_NEWEST,
    [AST_THROTTLE] = OVERFLOW_THROTTLE,
};

/* ---- Handlers --------------------------------------------------------------------------- */

static void resolve_attributes(
        struct scope *scope, const struct ast_attributes *written, struct handler *handler)
{
    struct span urgent = { 0 };
    struct span limit = { 0 };
    struct span reserve = { 0 };
    for (const struct ast_attribute *a = written->first; a != NULL; a = a->next) {
        switch (a->kind) {
        case AST_URGENT:
            is_first(scope, &urgent, a->span, "'urgent'");
            handler->urgent = true;
            break;
        case AST_RESERVE:
            if (is_first(scope, &reserve, a->span, "'reserve'")) {
                handler->reserve = values_count(scope, &a->amount, "a reserve", UINT32_MAX);
                handler->reserve_span = a->span;
            }
            break;
        case AST_LIMIT:
            if (is_first(scope, &limit, a->span, "'limit'")) {
                handler->limit = values_count(scope, &a->amount, "a limit", UINT32_MAX);
                handler->overflow = overflows[a->overflow];
            }
            break;
        }
    }
}

static void resolve_hook(struct scope *scope, struct actor *actor, const struct ast_stmt *stmt,
        struct once *once)
{
    bool is_start = stmt->handler.hook == AST_ON_START;
    struct span *first = is_start ? &once->start : &once->stop;
    const char *doc = ast_file_doc(scope->file, scope->arena, stmt->span);
    if (!is_first(
                scope, first, stmt->handler.name_span, is_start ? "'on start'" : "'on stop'")) {
        return;
    }
    if (is_start) {
        actor->on_start = true;
        actor->start_doc = doc;
    } else {
        actor->on_stop = true;
        actor->stop_doc = doc;
    }
}

/* The class of the message: what is the same in all modes. */
static struct handler *class_of(struct scope *scope, struct resolve_actor *r,
        const struct message *message, struct span span)
{
    struct handler *handler = map_get(&r->handlers, map_key(message));
    if (handler == NULL) {
        handler = ARENA_NEW(scope->arena, struct handler);
        *handler = (struct handler){
            .message = message, .span = span, .index = r->actor->handler_count++
        };
        map_add(&r->handlers, map_key(message), handler);
        *r->handler_end = handler;
        r->handler_end = &handler->next;
    }
    return handler;
}

/* Admission happens before anybody knows in which mode the message will find the actor. */
static void resolve_admission(
        struct scope *scope, const struct ast_handler *written, struct handler *handler)
{
    if (written->attributes.first == NULL) {
        return;
    }
    struct span span =
            ast_span(written->attributes.first->span, written->attributes.last->span);
    if (handler->attributes.hi > 0) {
        struct diag *diag = diags_add(scope->diags, DIAG_REPEATED, span,
                "the admission of '%s' is said twice, and is the same in all modes",
                handler->message->name.schema);
        diag_note(scope->diags, diag, handler->attributes, "the first is here");
        return;
    }
    handler->attributes = span;
    resolve_attributes(scope, &written->attributes, handler);
}

/* Adds the handler to the actor, or to its mode unless that is NULL; reports a second one of the
 * same message. */
static void resolve_handler(struct scope *scope, struct resolve_actor *r, struct mode *mode,
        const struct ast_stmt *stmt)
{
    const struct ast_handler *written = &stmt->handler;
    struct message *message = scope_message(scope, &written->message);
    if (message == NULL) {
        r->actor->broken = true;
        return;
    }
    const char *doc = ast_file_doc(scope->file, scope->arena, stmt->span);
    struct handler *handler = class_of(scope, r, message, written->name_span);
    if (mode != NULL) {
        struct mode_entry *entry =
                resolve_mode_entry(scope, r, mode, message, written->name_span);
        if (entry == NULL) {
            return;
        }
        entry->doc = doc;
    } else if (handler->in_all_modes) {
        struct diag *diag = diags_add(scope->diags, DIAG_REPEATED, written->name_span,
                "'%s' handles '%s' twice", r->actor->name.schema, message->name.schema);
        diag_note(scope->diags, diag, handler->span, "the first is here");
        return;
    } else {
        handler->in_all_modes = true;
        handler->span = written->name_span;
        handler->doc = doc;
    }
    resolve_admission(scope, written, handler);
}

static void resolve_mode_stmt(
        struct scope *scope, struct resolve_actor *r, const struct ast_stmt *stmt)
{
    r->actor->broken = r->actor->broken || stmt->mode.stmts.broken;
    struct mode *mode = resolve_mode(scope, r, stmt);
    if (mode == NULL) {
        r->actor->broken = true;
        return;
    }
    for (const struct ast_stmt *s = stmt->mode.stmts.first; s != NULL; s = s->next) {
        if (s->kind == AST_STASH) {
            struct message *message = scope_message(scope, &s->message);
            struct mode_entry *entry = message == NULL ? NULL
                                                       : resolve_mode_entry(scope, r, mode,
                                                                 message, s->message.span);
            if (entry != NULL) {
                entry->stash = true;
            }
            r->actor->broken = r->actor->broken || message == NULL;
        } else if (s->handler.hook == AST_ON_MESSAGE) {
            resolve_handler(scope, r, mode, s);
        } else {
            struct diag *diag = diags_add(scope->diags, DIAG_SYNTAX, s->handler.name_span,
                    "starting and stopping belong to no mode");
            diag_hint(scope->diags, diag, "write it outside of '%s'", mode->schema);
        }
    }
}

/* ---- Statements ------------------------------------------------------------------------- */

static void resolve_supervise(
        struct scope *scope, struct actor *actor, const struct ast_supervise *written)
{
    static const enum strategy strategies[] = {
        [AST_ONE_FOR_ONE] = STRATEGY_ONE_FOR_ONE,
        [AST_ALL_FOR_ONE] = STRATEGY_ALL_FOR_ONE,
        [AST_REST_FOR_ONE] = STRATEGY_REST_FOR_ONE,
        [AST_RESUME] = STRATEGY_RESUME,
    };
    struct supervision *s = &actor->supervision;
    s->strategy = strategies[written->strategy];
    const struct type u32 = { .kind = TYPE_U32 };
    struct value restarts = values_literal(scope, &written->restarts, &u32);
    s->restarts = restarts.kind == VALUE_INTEGER ? (uint32_t)restarts.integer.magnitude : 0;
    s->window_ns = values_duration(scope, &written->window, "the window of restarts");
    if (written->backoff_min == NULL) {
        return;
    }
    s->backoff_min_ns = values_duration(scope, written->backoff_min, "a backoff");
    s->backoff_max_ns = values_duration(scope, written->backoff_max, "a backoff");
    if (s->backoff_max_ns < s->backoff_min_ns && s->backoff_max_ns > 1) {
        diags_add(scope->diags, DIAG_RANGE,
                ast_span(written->backoff_min->span, written->backoff_max->span),
                "the backoff ends below where it begins");
    }
}

/* What an actor is and handles. What it sends and whom it starts needs to know all actors. */
static void resolve_stmt(struct scope *scope, struct resolve_actor *r,
        const struct ast_stmt *stmt, struct once *once)
{
    struct actor *actor = r->actor;
    switch (stmt->kind) {
    case AST_HANDLER:
        if (stmt->handler.hook == AST_ON_MESSAGE) {
            resolve_handler(scope, r, NULL, stmt);
        } else {
            resolve_hook(scope, actor, stmt, once);
        }
        break;
    case AST_MAILBOX:
        if (is_first(scope, &once->mailbox, stmt->word, "'mailbox'")) {
            actor->mailbox = values_count(scope, &stmt->mailbox.bound, "a mailbox", UINT32_MAX);
            actor->overflow = overflows[stmt->mailbox.overflow];
        }
        break;
    case AST_SUPERVISE:
        if (is_first(scope, &once->supervise, stmt->word, "'supervise'")) {
            resolve_supervise(scope, actor, &stmt->supervise);
        }
        break;
    case AST_DEDICATED:
        is_first(scope, &once->dedicated, stmt->word, "'dedicated'");
        actor->dedicated = true;
        break;
    case AST_MODE: resolve_mode_stmt(scope, r, stmt); break;
    case AST_STATE:
        if (is_first(scope, &once->state, stmt->word, "'state'")) {
            actor->state = resolve_state(scope, &stmt->state);
            actor->state_span = stmt->word;
        }
        break;
    case AST_STASH: break; /* in modes only */
    case AST_EFFECT:
    case AST_TIMER:
    case AST_EVERY:
    case AST_FD:
    case AST_CHILD: break;
    }
}

static void resolve_what_it_is(struct scope *scope, struct resolve_actor *r)
{
    struct once once = { 0 };
    r->handler_end = &r->actor->handlers;
    r->mode_end = &r->actor->modes;
    for (const struct ast_stmt *s = r->decl->actor.stmts.first; s != NULL; s = s->next) {
        resolve_stmt(scope, r, s, &once);
    }
    resolve_modes(scope, r);
    r->actor->mailbox_span = once.mailbox;
    r->actor->dedicated_span = once.dedicated;
    r->actor->supervise_span = once.supervise;
    r->actor->start_span = once.start;
    r->actor->stop_span = once.stop;
    resolve_timers(scope, r);
}

void resolve_actors(struct scope *scope)
{
    size_t count = 0;
    for (const struct actor *a = scope->model->actors; a != NULL; a = a->next) {
        count++;
    }
    struct resolve_actor *all = base_alloc(count * sizeof *all);
    for (const struct symbol *s = scope->first; s != NULL; s = s->next) {
        if (s->kind == SYMBOL_ACTOR) {
            all[s->actor->index] = (struct resolve_actor){ .actor = s->actor, .decl = s->decl };
            s->actor->broken = s->decl->actor.stmts.broken || s->decl->actor.args.broken;
        }
    }
    for (size_t i = 0; i < count; i++) {
        resolve_what_it_is(scope, &all[i]);
    }
    for (size_t i = 0; i < count; i++) {
        resolve_effects(scope, all, &all[i]);
        resolve_children(scope, &all[i]);
    }
    for (size_t i = 0; i < count; i++) {
        map_fini(&all[i].handlers);
        map_fini(&all[i].modes);
    }
    free(all);
}
