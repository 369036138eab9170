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
    *symbol = (struct symbol){ .kind = kind, .name = decl->name, .decl = decl };
    bool is_lost = ast_file_excuses(scope->file, decl->name.text);
    scope->lost_kinds |= is_lost ? 1u << kind : 0;
    const struct symbol *before =
            is_lost ? NULL : map_add(&scope->by_name, map_key(decl->name.text), symbol);
    if (before != NULL) {
        struct diag *diag = diags_add(scope->diags, DIAG_DUPLICATE, decl->name.span,
                "'%s' is declared twice", decl->name.text);
        diag_note(scope->diags, diag, before->name.span, "the first is here");
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

/* Returns the symbol of the wanted kind whose name is nearest, or NULL, also if something that is built in is
 * nearer. An enum stands for all types. */
static const struct symbol *nearest(const struct scope *scope, const char *name,
        enum symbol_kind kind, struct suggest *suggest)
{
    suggest_init(suggest, name);
    const struct symbol *best = NULL;
    const struct scope_import *import = scope->imports;
    const struct symbol *s = scope->first;
    while (s != NULL || import != NULL) {
        if (s == NULL) {
            s = import->first;
            import = import->next;
            continue;
        }
        if (s->kind == kind || (kind == SYMBOL_ENUM && is_type(s->kind))) {
            suggest_offer(suggest, s->name.text);
            best = suggest->best == s->name.text ? s : best;
        }
        s = s->next;
    }
    for (int i = 0; kind == SYMBOL_ENUM && i < AST_TYPE_NAMED; i++) {
        suggest_offer(suggest, ast_scalars[i]);
        best = suggest->best == ast_scalars[i] ? NULL : best;
    }
    return best;
}

bool scope_excuses(struct scope *scope, const char *name, enum symbol_kind wanted)
{
    return scope->lost_imports || ast_file_excuses(scope->file, name) ||
           (scope->lost_kinds & (1u << wanted)) != 0 ||
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
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    const struct symbol *near = nearest(scope, name, wanted, &suggest);
    diag_meant(scope->diags, diag, path->last.span, &suggest);
    if (near != NULL) {
        diag_note(
                scope->diags, diag, near->name.span, "'%s' is declared here", near->name.text);
    }
}

/* ---- Imports ---------------------------------------------------------------------------- */

static struct symbol *add_imported(struct scope *scope, struct scope_import *import,
        enum symbol_kind kind, const struct cname *name, struct span span)
{
    struct symbol *symbol = ARENA_NEW(scope->arena, struct symbol);
    *symbol = (struct symbol){ .kind = kind, .name = { name->schema, span } };
    (void)map_add(&import->by_name, map_key(name->schema), symbol);
    symbol->next = import->first;
    import->first = symbol;
    return symbol;
}

static void list_imported(
        struct scope *scope, struct scope_import *import, const struct model *model)
{
    for (struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        add_imported(scope, import, SYMBOL_ENUM, &e->name, e->span)->enumeration = e;
    }
    for (struct constant *c = model->constants; c != NULL; c = c->next) {
        add_imported(scope, import, SYMBOL_CONST, &c->name, c->span)->constant = c;
    }
    for (struct union_type *u = model->unions; u != NULL; u = u->next) {
        add_imported(scope, import, SYMBOL_UNION, &u->name, u->span)->union_type = u;
    }
    for (struct message *m = model->messages; m != NULL; m = m->next) {
        add_imported(scope, import, SYMBOL_MESSAGE, &m->name, m->span)->message = m;
    }
    for (struct actor *a = model->actors; a != NULL; a = a->next) {
        add_imported(scope, import, SYMBOL_ACTOR, &a->name, a->span)->actor = a;
    }
}

/* Reports a schema that is there already, or has the name of one that is. */
static bool is_twice(struct scope *scope, const struct model *model, struct span span)
{
    if (model->schema == scope->model->schema) {
        diags_add(scope->diags, DIAG_DUPLICATE, span, "this schema is called '%s', too",
                model->schema);
        return true;
    }
    for (const struct scope_import *i = scope->imports; i != NULL; i = i->next) {
        if (i->model->schema == model->schema) {
            struct diag *diag = diags_add(scope->diags, DIAG_DUPLICATE, span,
                    "schema '%s' is imported twice", model->schema);
            diag_note(scope->diags, diag, i->span, "the first is here");
            return true;
        }
    }
    return false;
}

void scope_import(struct scope *scope, const struct ast_decl *decl)
{
    const struct ast_literal *path = &decl->import;
    struct model *model = NULL;
    if (path->kind == AST_STRING && scope->importer != NULL) {
        model = scope->importer->import(
                scope->importer, scope->file->source, path->string.data, path->span);
    } else if (path->kind == AST_STRING) {
        diags_add(
                scope->diags, DIAG_IMPORT_MISSING, path->span, "nothing can be imported here");
    }
    if (model == NULL) {
        scope->lost_imports = true;
        return;
    }
    if (is_twice(scope, model, path->span)) {
        return;
    }
    struct import *import = ARENA_NEW(scope->arena, struct import);
    *import = (struct import){ .model = model, .span = path->span };
    struct import **end = &scope->model->imports;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = import;
    struct scope_import *names = ARENA_NEW(scope->arena, struct scope_import);
    *names =
            (struct scope_import){ .next = scope->imports, .model = model, .span = path->span };
    scope->imports = names;
    list_imported(scope, names, model);
}

void scope_fini(struct scope *scope)
{
    for (struct scope_import *i = scope->imports; i != NULL; i = i->next) {
        map_fini(&i->by_name);
    }
    map_fini(&scope->by_name);
    map_fini(&scope->unknown);
}

bool scope_is_ours(const struct scope *scope, const struct model *home)
{
    return home == scope->model;
}

/* ---- Looking up ------------------------------------------------------------------------- */

static void report_schema(struct scope *scope, const struct ast_path *path)
{
    if (scope->lost_imports ||
            map_add(&scope->unknown, map_key(path->qualifier), scope) != NULL) {
        return;
    }
    struct diag *diag = diags_add(
            scope->diags, DIAG_UNKNOWN, path->span, "unknown schema '%s'", path->qualifier);
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, path->qualifier);
    for (const struct scope_import *i = scope->imports; i != NULL; i = i->next) {
        suggest_offer(&suggest, i->model->schema);
    }
    struct span qualifier = { path->span.lo,
        path->span.lo + (uint32_t)strlen(path->qualifier) };
    if (diag_meant(scope->diags, diag, qualifier, &suggest)) {
        return;
    }
    if (scope->imports == NULL) {
        diag_hint(scope->diags, diag, "this one is '%s'", scope->model->schema);
    } else {
        diag_hint(scope->diags, diag, "only what this file imports itself can be named");
    }
}

/* Finds a name without qualifier among the imports; `*ret_found` says that it was looked for in
 * vain, which is then to be reported. */
static const struct symbol *find_bare(
        struct scope *scope, const struct ast_path *path, bool *ret_missing)
{
    const struct symbol *found = NULL;
    const struct scope_import *in = NULL;
    for (const struct scope_import *i = scope->imports; i != NULL; i = i->next) {
        const struct symbol *symbol = map_get(&i->by_name, map_key(path->last.text));
        if (symbol != NULL && found != NULL) {
            struct diag *diag = diags_add(scope->diags, DIAG_AMBIGUOUS, path->span,
                    "'%s' is in '%s' and in '%s'", path->last.text, i->model->schema,
                    in->model->schema);
            diag_note(scope->diags, diag, symbol->name.span, "one is here");
            diag_note(scope->diags, diag, found->name.span, "the other is here");
            diag_hint(scope->diags, diag, "write '%s.%s' or '%s.%s'", i->model->schema,
                    path->last.text, in->model->schema, path->last.text);
            *ret_missing = false;
            return NULL;
        }
        in = symbol != NULL ? i : in;
        found = symbol != NULL ? symbol : found;
    }
    *ret_missing = found == NULL;
    return found;
}

/* Returns what the path names, whatever it is. `*ret_missing` if there is nothing and that is
 * still to be reported. */
static const struct symbol *lookup(
        struct scope *scope, const struct ast_path *path, bool *ret_missing)
{
    const char *name = path->last.text;
    *ret_missing = true;
    if (path->qualifier != NULL && path->qualifier != scope->model->schema) {
        for (struct scope_import *i = scope->imports; i != NULL; i = i->next) {
            if (i->model->schema == path->qualifier) {
                return map_get(&i->by_name, map_key(name));
            }
        }
        report_schema(scope, path);
        *ret_missing = false;
        return NULL;
    }
    const struct symbol *symbol = map_get(&scope->by_name, map_key(name));
    return symbol != NULL || path->qualifier != NULL ? symbol
                                                     : find_bare(scope, path, ret_missing);
}

static const struct symbol *find(struct scope *scope, const struct ast_path *path,
        enum symbol_kind wanted, const char *what)
{
    bool is_missing;
    const struct symbol *symbol = lookup(scope, path, &is_missing);
    if (symbol == NULL) {
        if (is_missing) {
            report_unknown(scope, path, wanted, what);
        }
        return NULL;
    }
    if (symbol->kind != wanted) {
        struct diag *diag =
                diags_add(scope->diags, DIAG_WRONG_KIND, path->last.span, "'%s' is %s, not %s",
                        path->last.text, kind_names[symbol->kind], kind_names[wanted]);
        diag_note(scope->diags, diag, symbol->name.span, "it is declared here");
        return NULL;
    }
    return symbol;
}

struct message *scope_message(struct scope *scope, const struct ast_path *path)
{
    const struct symbol *symbol = find(scope, path, SYMBOL_MESSAGE, "message");
    return symbol == NULL ? NULL : symbol->message;
}

struct message *scope_message_again(struct scope *scope, const struct ast_path *path)
{
    size_t mark = diags_mark(scope->diags);
    bool is_missing;
    const struct symbol *symbol = lookup(scope, path, &is_missing);
    diags_cut(scope->diags, mark);
    return symbol == NULL ? NULL : symbol->message;
}

struct actor *scope_actor(struct scope *scope, const struct ast_path *path)
{
    const struct symbol *symbol = find(scope, path, SYMBOL_ACTOR, "actor");
    return symbol == NULL ? NULL : symbol->actor;
}

const struct symbol *scope_type(struct scope *scope, const struct ast_path *path)
{
    bool is_missing;
    const struct symbol *symbol = lookup(scope, path, &is_missing);
    if (symbol == NULL) {
        if (is_missing) {
            report_unknown(scope, path, SYMBOL_ENUM, "type");
        }
        return NULL;
    }
    if (is_type(symbol->kind)) {
        return symbol;
    }
    struct diag *diag = diags_add(scope->diags, DIAG_WRONG_KIND, path->last.span,
            "'%s' is %s, not a type", path->last.text, kind_names[symbol->kind]);
    if (symbol->kind == SYMBOL_ACTOR) {
        diag_hint(scope->diags, diag, "write 'ref %s' for the address of one", path->last.text);
    }
    return NULL;
}

const struct constant *scope_constant(
        struct scope *scope, const struct ast_literal *literal, bool *ret_missing)
{
    const struct ast_path path = { .last = { literal->last, literal->span },
        .qualifier = literal->qualifier,
        .span = literal->span };
    const struct symbol *symbol = lookup(scope, &path, ret_missing);
    *ret_missing = *ret_missing && (symbol == NULL || symbol->constant == NULL);
    return symbol == NULL ? NULL : symbol->constant;
}

const struct constant *scope_nearest_constant(
        const struct scope *scope, const char *name, struct suggest *ret_suggest)
{
    const struct symbol *symbol = nearest(scope, name, SYMBOL_CONST, ret_suggest);
    return symbol == NULL ? NULL : symbol->constant;
}
