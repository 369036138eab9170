/* SPDX-License-Identifier: MIT */
/*
 * resolve_mode.c - see resolve_mode.h.
 */
#include "resolve_mode.h"

#include "cname.h"
#include "suggest.h"

/* ---- Names ------------------------------------------------------------------------------ */

struct mode *resolve_mode(
        struct scope *scope, struct resolve_actor *r, const struct ast_stmt *stmt)
{
    const struct ast_ident *name = &stmt->mode.name;
    struct mode *mode = ARENA_NEW(scope->arena, struct mode);
    *mode = (struct mode){ .schema = name->text,
        .stem = cname_snake(scope->arena, name->text),
        .doc = ast_file_doc(scope->file, scope->arena, stmt->span),
        .span = name->span,
        .index = r->actor->mode_count };
    const struct mode *before = map_add(&r->modes, map_key(name->text), mode);
    if (before != NULL) {
        struct diag *diag = diags_add(scope->diags, DIAG_DUPLICATE, name->span,
                "'%s' has the mode '%s' twice", r->actor->name.schema, name->text);
        diag_note(scope->diags, diag, before->span, "the first is here");
        return NULL;
    }
    r->actor->mode_count++;
    if (r->actor->mode_count == MODES_MAX + 1) {
        diags_add(scope->diags, DIAG_TOO_MANY, name->span, "an actor has at most %d modes",
                MODES_MAX);
    }
    *r->mode_end = mode;
    r->mode_end = &mode->next;
    return mode;
}

struct mode_entry *resolve_mode_entry(struct scope *scope, struct resolve_actor *r,
        struct mode *mode, const struct message *message, struct span span)
{
    struct mode_entry **end = &mode->entries;
    for (; *end != NULL; end = &(*end)->next) {
        if ((*end)->message == message) {
            struct diag *diag = diags_add(scope->diags, DIAG_REPEATED, span,
                    "the mode '%s' of '%s' says twice what becomes of '%s'", mode->schema,
                    r->actor->name.schema, message->name.schema);
            diag_note(scope->diags, diag, (*end)->span, "the first is here");
            return NULL;
        }
    }
    *end = ARENA_NEW(scope->arena, struct mode_entry);
    **end = (struct mode_entry){ .message = message, .span = span };
    return *end;
}

static void report_unknown(
        struct scope *scope, const struct resolve_actor *r, const struct ast_ident *name)
{
    struct diag *diag = diags_add(scope->diags, DIAG_UNKNOWN, name->span,
            "'%s' has no mode '%s'", r->actor->name.schema, name->text);
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, name->text);
    for (const struct mode *m = r->actor->modes; m != NULL; m = m->next) {
        suggest_offer(&suggest, m->schema);
    }
    if (!diag_meant(scope->diags, diag, name->span, &suggest)) {
        diag_hint(scope->diags, diag, "write 'mode %s { ... }' in '%s'", name->text,
                r->actor->name.schema);
    }
}

static struct become *resolve_becomes(
        struct scope *scope, struct resolve_actor *r, const struct ast_idents *names)
{
    struct become *first = NULL;
    struct become **end = &first;
    for (const struct ast_ident_node *n = names->first; n != NULL; n = n->next) {
        struct mode *mode = map_get(&r->modes, map_key(n->ident.text));
        if (mode == NULL) {
            r->actor->lost_mode = true;
            report_unknown(scope, r, &n->ident);
            continue;
        }
        for (const struct become *b = first; b != NULL; b = b->next) {
            if (b->mode == mode) {
                struct diag *diag = diags_add(scope->diags, DIAG_REPEATED, n->ident.span,
                        "'%s' is named twice", mode->schema);
                diag_note(scope->diags, diag, b->span, "the first is here");
            }
        }
        mode->named = true;
        *end = ARENA_NEW(scope->arena, struct become);
        **end = (struct become){ .mode = mode, .span = n->ident.span };
        end = &(*end)->next;
    }
    return first;
}

/* ---- What only looks things up ------------------------------------------------------------ */

static struct mode *mode_of(const struct resolve_actor *r, const struct ast_stmt *stmt)
{
    struct mode *mode = map_get(&r->modes, map_key(stmt->mode.name.text));
    return mode == NULL || mode->span.lo != stmt->mode.name.span.lo ? NULL : mode;
}

static struct mode_entry *entry_at(struct mode *mode, struct span span)
{
    for (struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (e->span.lo == span.lo) {
            return e;
        }
    }
    return NULL;
}

static void report_stashed_in_vain(
        struct scope *scope, const struct resolve_actor *r, const struct mode_entry *entry)
{
    const char *message = entry->message->name.schema;
    struct diag *diag = diags_add(scope->diags, DIAG_NOT_HANDLED, entry->span,
            "'%s' is kept for later, but '%s' handles it in no mode", message,
            r->actor->name.schema);
    diag_hint(scope->diags, diag, "write 'on %s;' in the mode that is to get it", message);
}

static void resolve_body(struct scope *scope, struct resolve_actor *r, struct mode *mode,
        const struct ast_stmts *in)
{
    for (const struct ast_stmt *s = in->first; s != NULL; s = s->next) {
        bool is_handler = s->kind == AST_HANDLER;
        struct mode_entry *entry =
                entry_at(mode, is_handler ? s->handler.name_span : s->message.span);
        if (entry == NULL) {
            continue;
        }
        entry->handler = map_get(&r->handlers, map_key(entry->message));
        if (is_handler) {
            entry->becomes = resolve_becomes(scope, r, &s->handler.modes);
        } else if (entry->handler == NULL && !r->actor->broken) {
            report_stashed_in_vain(scope, r, entry);
        }
    }
}

static void resolve_outside(
        struct scope *scope, struct resolve_actor *r, const struct ast_stmt *stmt)
{
    for (struct handler *h = r->actor->handlers; h != NULL; h = h->next) {
        if (h->span.lo == stmt->handler.name_span.lo) {
            h->becomes = resolve_becomes(scope, r, &stmt->handler.modes);
        }
    }
}

void resolve_modes(struct scope *scope, struct resolve_actor *r)
{
    for (const struct ast_stmt *s = r->decl->actor.stmts.first; s != NULL; s = s->next) {
        if (s->kind == AST_HANDLER && s->handler.hook == AST_ON_MESSAGE) {
            resolve_outside(scope, r, s);
        }
        struct mode *mode = s->kind == AST_MODE ? mode_of(r, s) : NULL;
        if (mode != NULL) {
            resolve_body(scope, r, mode, &s->mode.stmts);
        }
    }
}
