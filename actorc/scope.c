/* SPDX-License-Identifier: MIT */
/*
 * scope.c - see scope.h.
 */
#include "scope.h"

#include "suggest.h"

#include <string.h>

static const char *const kind_names[] = {
    [SYMBOL_ENUM] = "an enum",
    [SYMBOL_MESSAGE] = "a message",
    [SYMBOL_UNION] = "a union",
    [SYMBOL_ACTOR] = "an actor",
    [SYMBOL_CONST] = "a constant",
};

struct symbol *scope_declare(
        struct scope *scope, enum symbol_kind kind, const struct ast_decl *decl)
{
    struct symbol *symbol = ARENA_NEW(scope->arena, struct symbol);
    *symbol = (struct symbol){ .kind = kind, .decl = decl };
    bool is_lost = ast_file_excuses(scope->file, decl->name.text);
    scope->lost_kinds |= is_lost ? 1u << kind : 0;
    const struct symbol *before =
            is_lost ? NULL : map_add(&scope->by_name, map_key(decl->name.text), symbol);
    if (before != NULL) {
        struct diag *diag = diags_add(scope->diags, DIAG_DUPLICATE, decl->name.span,
                "'%s' is declared twice", decl->name.text);
        diag_note(scope->diags, diag, before->decl->name.span, "the first is here");
        scope->lost_kinds |= 1u << kind;
        return NULL;
    }
    if (scope->last == NULL) {
        scope->first = symbol;
    } else {
        scope->last->next = symbol;
    }
    scope->last = symbol;
    return symbol;
}

static bool is_type(enum symbol_kind kind)
{
    return kind == SYMBOL_ENUM || kind == SYMBOL_MESSAGE || kind == SYMBOL_UNION;
}

/* Returns the symbol of the wanted kind whose name is nearest, or NULL. An enum stands for all
 * types. */
static const struct symbol *nearest(
        const struct scope *scope, const char *name, enum symbol_kind kind)
{
    struct suggest suggest;
    suggest_init(&suggest, name);
    const struct symbol *best = NULL;
    for (const struct symbol *s = scope->first; s != NULL; s = s->next) {
        if (s->kind == kind || (kind == SYMBOL_ENUM && is_type(s->kind))) {
            suggest_offer(&suggest, s->decl->name.text);
            best = suggest.best == s->decl->name.text ? s : best;
        }
    }
    return best;
}

bool scope_excuses(struct scope *scope, const char *name, enum symbol_kind wanted)
{
    return ast_file_excuses(scope->file, name) || (scope->lost_kinds & (1u << wanted)) != 0 ||
           map_add(&scope->unknown, map_key(name), scope) != NULL;
}

static void report_unknown(struct scope *scope, const struct ast_path *path,
        enum symbol_kind wanted, const char *what)
{
    const char *name = path->last.text;
    if (scope_excuses(scope, name, wanted)) {
        return;
    }
    struct diag *diag = diags_add(
            scope->diags, DIAG_UNKNOWN, path->last.span, "unknown %s '%s'", what, name);
    if (diags_full(scope->diags)) {
        return;
    }
    const struct symbol *near = nearest(scope, name, wanted);
    if (near != NULL) {
        diag_hint(scope->diags, diag, "did you mean '%s'?", near->decl->name.text);
        diag_note(scope->diags, diag, near->decl->name.span, "'%s' is declared here",
                near->decl->name.text);
    }
}

/* Says whether the names before the last dot are those of this schema, or none. */
static bool is_qualified_well(struct scope *scope, const struct ast_path *path)
{
    if (path->qualifier == NULL || strcmp(path->qualifier, scope->model->schema) == 0) {
        return true;
    }
    if (!scope->has_imports) {
        struct diag *diag = diags_add(
                scope->diags, DIAG_UNKNOWN, path->span, "unknown schema '%s'", path->qualifier);
        diag_hint(scope->diags, diag, "this one is '%s'", scope->model->schema);
    }
    return false;
}

static const struct symbol *find(struct scope *scope, const struct ast_path *path,
        enum symbol_kind wanted, const char *what)
{
    if (!is_qualified_well(scope, path)) {
        return NULL;
    }
    const struct symbol *symbol = map_get(&scope->by_name, map_key(path->last.text));
    if (symbol == NULL) {
        if (!scope->has_imports) {
            report_unknown(scope, path, wanted, what);
        }
        return NULL;
    }
    if (symbol->kind != wanted) {
        struct diag *diag =
                diags_add(scope->diags, DIAG_WRONG_KIND, path->last.span, "'%s' is %s, not %s",
                        path->last.text, kind_names[symbol->kind], kind_names[wanted]);
        diag_note(scope->diags, diag, symbol->decl->name.span, "it is declared here");
        return NULL;
    }
    return symbol;
}

struct message *scope_message(struct scope *scope, const struct ast_path *path)
{
    const struct symbol *symbol = find(scope, path, SYMBOL_MESSAGE, "message");
    return symbol == NULL ? NULL : symbol->message;
}

struct actor *scope_actor(struct scope *scope, const struct ast_path *path)
{
    const struct symbol *symbol = find(scope, path, SYMBOL_ACTOR, "actor");
    return symbol == NULL ? NULL : symbol->actor;
}

const struct symbol *scope_type(struct scope *scope, const struct ast_path *path)
{
    const struct symbol *symbol = map_get(&scope->by_name, map_key(path->last.text));
    if (symbol == NULL) {
        return find(scope, path, SYMBOL_ENUM, "type");
    }
    if (!is_qualified_well(scope, path) || is_type(symbol->kind)) {
        return is_type(symbol->kind) ? symbol : NULL;
    }
    struct diag *diag = diags_add(scope->diags, DIAG_WRONG_KIND, path->last.span,
            "'%s' is %s, not a type", path->last.text, kind_names[symbol->kind]);
    if (symbol->kind == SYMBOL_ACTOR) {
        diag_hint(scope->diags, diag, "write 'ref %s' for the address of one", path->last.text);
    }
    return NULL;
}

const struct constant *scope_constant(const struct scope *scope, const char *name)
{
    const struct symbol *symbol = map_get(&scope->by_name, map_key(name));
    return symbol == NULL ? NULL : symbol->constant;
}

const struct constant *scope_nearest_constant(const struct scope *scope, const char *name)
{
    const struct symbol *symbol = nearest(scope, name, SYMBOL_CONST);
    return symbol == NULL ? NULL : symbol->constant;
}

void scope_unsupported(struct scope *scope, struct span span, const char *what)
{
    diags_add(scope->diags, DIAG_UNSUPPORTED, span,
            "%s is not supported yet by this version of actorc", what);
}
