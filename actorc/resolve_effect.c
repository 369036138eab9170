/* SPDX-License-Identifier: MIT */
/*
 * resolve_effect.c - see resolve_effect.h.
 */
#include "resolve_effect.h"

#include "cname.h"
#include "suggest.h"
#include "values.h"

#include <string.h>

static const int64_t default_within_ns = INT64_C(5000000000);

struct work {
    struct scope *scope;
    const struct resolve_actor *all;
    struct actor *actor;
    const struct handler *from; /* whose block it is, or NULL */
    const struct mode *mode;    /* whose handler that is, or NULL */
    bool in_hook;               /* it is the block of a hook */
    struct tell **tell_end;
    struct ask **ask_end;
    struct delegate **delegate_end;
    struct spawn **spawn_end;
    struct watch **watch_end;
    struct map in_block; /* tells and spawns of this block, by the target's handler or actor */
    struct map in_actor; /* likewise of the actor */
    struct map delegated_in_block; /* the same of delegates */
    struct map delegated_in_actor;
    struct map watched; /* actor to the first watch of it */
    uint32_t watch_count;
    struct map ask_names;
};

/* Reports that the target does not handle the message, and which one it does handle. */
static void report_not_handled(struct work *work, const struct ast_target *target,
        const struct actor *actor, const struct message *message)
{
    struct scope *scope = work->scope;
    struct diag *diag = message == NULL
                                ? diags_add(scope->diags, DIAG_UNKNOWN, target->message.span,
                                          "unknown message '%s'", target->message.text)
                                : diags_add(scope->diags, DIAG_NOT_HANDLED,
                                          target->message.span, "'%s' does not handle '%s'",
                                          actor->name.schema, message->name.schema);
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, target->message.text);
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        suggest_offer(&suggest, h->message->name.schema);
    }
    bool is_meant = diag_meant(scope->diags, diag, target->message.span, &suggest);
    if (!is_meant && message != NULL &&
            (scope_is_ours(scope, actor->home) || !scope_is_ours(scope, message->home))) {
        diag_hint(scope->diags, diag, "write 'on %s;' in '%s'", message->name.schema,
                actor->name.schema);
    }
    diag_note(scope->diags, diag, actor->span, "'%s' is declared here", actor->name.schema);
}

/* Returns the target's handler, or NULL if that was reported. */
static const struct handler *resolve_target(
        struct work *work, const struct ast_target *target, const struct actor **ret_actor)
{
    const struct actor *actor = scope_actor(work->scope, &target->actor);
    if (actor == NULL) {
        return NULL;
    }
    /* An actor may handle messages that its own schema imports; they are known by what it handles. */
    const struct ast_path name = { .last = target->message, .span = target->message.span };
    const struct message *message = scope_message_again(work->scope, &name);
    const struct handler *handler = NULL;
    if (message != NULL && scope_is_ours(work->scope, actor->home)) {
        handler = map_get(&work->all[actor->index].handlers, map_key(message));
    }
    for (const struct handler *h = actor->handlers; h != NULL && handler == NULL;) {
        handler = h->message->name.schema == target->message.text ? h : NULL;
        message = handler != NULL ? h->message : message;
        h = h->next;
    }
    bool is_excused = message == NULL
                              ? scope_excuses(work->scope, target->message.text, SYMBOL_MESSAGE)
                              : actor->broken;
    if (handler == NULL && !is_excused) {
        report_not_handled(work, target, actor, message);
    }
    *ret_actor = actor;
    return handler;
}

/* Reports an effect that its block has twice. */
static void check_block(struct work *work, struct map *in_block, const void *key,
        struct span *span, const char *what)
{
    const struct span *before = map_add(in_block, map_key(key), span);
    if (before != NULL) {
        struct diag *diag = diags_add(work->scope->diags, DIAG_REPEATED, *span,
                "this %s is allowed twice in one place", what);
        diag_note(work->scope->diags, diag, *before, "the first is here");
    }
}

/* The same for tells and spawns. Says whether another block has it. */
static bool is_repeated(struct work *work, const void *key, struct span *span, const char *what)
{
    check_block(work, &work->in_block, key, span, what);
    return map_add(&work->in_actor, map_key(key), span) != NULL;
}

static void resolve_tell(struct work *work, const struct ast_effect *effect)
{
    const struct actor *target = NULL;
    const struct handler *handler = resolve_target(work, &effect->target, &target);
    if (handler == NULL) {
        return;
    }
    struct tell *tell = ARENA_NEW(work->scope->arena, struct tell);
    *tell = (struct tell){ .target = target,
        .handler = handler,
        .from = work->from,
        .mode = work->mode,
        .span = effect->target.span };
    tell->repeated = is_repeated(work, handler, &tell->span, "tell");
    *work->tell_end = tell;
    work->tell_end = &tell->next;
}

static void check_ask_name(struct work *work, const struct ast_effect *effect, struct ask *ask)
{
    struct scope *scope = work->scope;
    const char *key = intern_put(scope->intern, ask->name, strlen(ask->name));
    const struct ask *before = map_add(&work->ask_names, map_key(key), ask);
    if (before == NULL) {
        return;
    }
    struct diag *diag = diags_add(scope->diags, DIAG_ASK_NAME, ask->span,
            "two asks of '%s' have the name '%s'", work->actor->name.schema, ask->name);
    diag_note(scope->diags, diag, before->span, "the first is here");
    diag_hint(scope->diags, diag, "give one of them another name: ask %s.%s as NAME",
            effect->target.actor.last.text, effect->target.message.text);
}

static void resolve_ask(struct work *work, const struct ast_effect *effect)
{
    struct scope *scope = work->scope;
    const struct actor *target = NULL;
    const struct handler *handler = resolve_target(work, &effect->target, &target);
    if (handler == NULL) {
        return;
    }
    const struct message *message = handler->message;
    if (message->answers == NULL && !message->broken) {
        struct diag *diag =
                diags_add(scope->diags, DIAG_NO_ANSWERS, effect->target.message.span,
                        "'%s' has no answers, so it cannot be asked", message->name.schema);
        diag_note(scope->diags, diag, message->span, "it is declared here");
        diag_hint(scope->diags, diag, "write 'tell' here, or '-> ANSWER' behind the message");
        return;
    }
    struct ask *ask = ARENA_NEW(scope->arena, struct ask);
    *ask = (struct ask){ .target = target,
        .handler = handler,
        .from = work->from,
        .mode = work->mode,
        .exclusive = effect->exclusive.hi > 0,
        .in_hook = work->in_hook,
        .span = effect->target.span,
        .within_ns = default_within_ns };
    ask->name = message->name.stem;
    if (effect->as.text != NULL) {
        ask->name = cname_snake(scope->arena, effect->as.text);
        ask->span = effect->as.span;
    }
    if (effect->within != NULL) {
        ask->within_ns = values_duration(scope, effect->within, "a deadline");
        ask->within_span = effect->within->span;
    }
    if (effect->with.last.text != NULL) {
        ask->with = scope_message(scope, &effect->with);
    }
    check_ask_name(work, effect, ask);
    ask->index = work->actor->ask_count++;
    *work->ask_end = ask;
    work->ask_end = &ask->next;
}

/* What is handed on is the request in hand, so that its asker gets an answer that it knows. */
static bool is_in_hand(
        struct work *work, const struct ast_effect *effect, const struct handler *handler)
{
    struct diags *diags = work->scope->diags;
    const struct message *message = handler->message;
    const struct message *in_hand = work->from == NULL ? NULL : work->from->message;
    if (in_hand == NULL || (in_hand->answers == NULL && !in_hand->broken)) {
        struct diag *diag = diags_add(diags, DIAG_DELEGATE, effect->target.span,
                "there is no request here that could be handed on");
        if (in_hand != NULL) {
            diag_note(diags, diag, in_hand->span, "'%s' has no answers", in_hand->name.schema);
        }
        if (message->answers == NULL) {
            diag_hint(diags, diag, "write 'tell'");
        } else {
            diag_hint(diags, diag, "write it in the block of 'on %s', or 'ask' here",
                    message->name.schema);
        }
        return false;
    }
    if (in_hand != message) {
        struct diag *diag = diags_add(diags, DIAG_DELEGATE, effect->target.message.span,
                "what is handed on here is a '%s', not a '%s'", in_hand->name.schema,
                message->name.schema);
        diag_note(diags, diag, work->from->span, "it is handled here");
        diag_hint(diags, diag, "write 'delegate %s.%s', or '%s' here",
                effect->target.actor.last.text, in_hand->name.schema,
                message->answers == NULL ? "tell" : "ask");
        return false;
    }
    return true;
}

static void resolve_delegate(struct work *work, const struct ast_effect *effect)
{
    const struct actor *target = NULL;
    const struct handler *handler = resolve_target(work, &effect->target, &target);
    if (handler == NULL || !is_in_hand(work, effect, handler)) {
        return;
    }
    struct delegate *delegate = ARENA_NEW(work->scope->arena, struct delegate);
    *delegate = (struct delegate){ .target = target,
        .handler = handler,
        .from = work->from,
        .mode = work->mode,
        .span = effect->target.span };
    check_block(work, &work->delegated_in_block, handler, &delegate->span, "delegate");
    delegate->repeated = map_add(&work->delegated_in_actor, map_key(handler), delegate) != NULL;
    *work->delegate_end = delegate;
    work->delegate_end = &delegate->next;
}

static void resolve_spawn(struct work *work, const struct ast_effect *effect)
{
    struct actor *actor = scope_actor(work->scope, &effect->actor);
    if (actor == NULL) {
        return;
    }
    struct spawn *spawn = ARENA_NEW(work->scope->arena, struct spawn);
    *spawn = (struct spawn){ .actor = actor, .span = effect->actor.span };
    spawn->repeated = is_repeated(work, actor, &spawn->span, "spawn");
    actor->started = true;
    *work->spawn_end = spawn;
    work->spawn_end = &spawn->next;
}

/* A spawn of the same actor is another thing, so the repeated ones have a map of their own. */
static void resolve_watch(struct work *work, const struct ast_effect *effect)
{
    struct actor *actor = scope_actor(work->scope, &effect->actor);
    if (actor == NULL) {
        return;
    }
    struct watch *watch = ARENA_NEW(work->scope->arena, struct watch);
    *watch = (struct watch){
        .actor = actor, .from = work->from, .mode = work->mode, .span = effect->actor.span
    };
    const struct watch *first = map_add(&work->watched, map_key(actor), watch);
    watch->repeated = first != NULL;
    watch->index = first != NULL ? first->index : work->watch_count++;
    for (const struct watch *w = first; w != NULL; w = w->next) {
        if (w->actor == actor && w->from == watch->from && w->mode == watch->mode) {
            struct diag *diag = diags_add(work->scope->diags, DIAG_REPEATED, watch->span,
                    "this watch is allowed twice in one place");
            diag_note(work->scope->diags, diag, w->span, "the first is here");
            break;
        }
    }
    *work->watch_end = watch;
    work->watch_end = &watch->next;
}

static void resolve_effect(struct work *work, const struct ast_effect *effect)
{
    switch (effect->kind) {
    case AST_TELL: resolve_tell(work, effect); break;
    case AST_ASK: resolve_ask(work, effect); break;
    case AST_SPAWN: resolve_spawn(work, effect); break;
    case AST_DELEGATE: resolve_delegate(work, effect); break;
    case AST_WATCH: resolve_watch(work, effect); break;
    }
}

static void resolve_block(struct work *work, const struct ast_effects *effects)
{
    map_clear(&work->in_block);
    map_clear(&work->delegated_in_block);
    for (const struct ast_effect *e = effects->first; e != NULL; e = e->next) {
        resolve_effect(work, e);
    }
}

/* The effects that stand outside of blocks belong together. */
static void resolve_free_effects(struct work *work, const struct ast_stmts *stmts)
{
    map_clear(&work->in_block);
    map_clear(&work->delegated_in_block);
    work->from = NULL;
    work->mode = NULL;
    work->in_hook = false;
    for (const struct ast_stmt *s = stmts->first; s != NULL; s = s->next) {
        if (s->kind == AST_EFFECT) {
            resolve_effect(work, s->effect);
        }
    }
}

static void resolve_handler_effects(
        struct work *work, const struct resolve_actor *r, const struct ast_handler *handler)
{
    work->from = NULL;
    work->in_hook = handler->hook != AST_ON_MESSAGE;
    if (!work->in_hook) {
        const struct message *message = scope_message_again(work->scope, &handler->message);
        work->from = message == NULL ? NULL : map_get(&r->handlers, map_key(message));
    }
    resolve_block(work, &handler->effects);
}

static void resolve_mode_effects(
        struct work *work, const struct resolve_actor *r, const struct ast_stmt *mode)
{
    work->mode = map_get(&r->modes, map_key(mode->mode.name.text));
    for (const struct ast_stmt *s = mode->mode.stmts.first; s != NULL; s = s->next) {
        if (s->kind == AST_HANDLER) {
            resolve_handler_effects(work, r, &s->handler);
        }
    }
    work->mode = NULL;
}

void resolve_effects(
        struct scope *scope, const struct resolve_actor *all, struct resolve_actor *r)
{
    struct work work = { .scope = scope, .all = all, .actor = r->actor };
    work.tell_end = &r->actor->tells;
    work.ask_end = &r->actor->asks;
    work.delegate_end = &r->actor->delegates;
    work.spawn_end = &r->actor->spawns;
    work.watch_end = &r->actor->watches;
    const struct ast_stmts *stmts = &r->decl->actor.stmts;
    for (const struct ast_stmt *s = stmts->first; s != NULL; s = s->next) {
        if (s->kind == AST_HANDLER) {
            resolve_handler_effects(&work, r, &s->handler);
        } else if (s->kind == AST_MODE) {
            resolve_mode_effects(&work, r, s);
        }
    }
    resolve_free_effects(&work, stmts);
    map_fini(&work.in_block);
    map_fini(&work.in_actor);
    map_fini(&work.delegated_in_block);
    map_fini(&work.delegated_in_actor);
    map_fini(&work.watched);
    map_fini(&work.ask_names);
}
