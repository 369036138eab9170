/* SPDX-License-Identifier: MIT */
/*
 * resolve_child.c - see resolve_child.h.
 */
#include "resolve_child.h"

#include "cname.h"
#include "resolve_pool.h"
#include "suggest.h"
#include "values.h"

#include <string.h>

struct names {
    struct map args;     /* of this actor: name to field */
    struct map children; /* before this one: name to child */
    struct map lost;     /* names of children that something is wrong with */
    const struct ast_decl *decl;
    const struct actor *actor;
    bool has_poison; /* some argument is wrong */
};

/* ---- Types ------------------------------------------------------------------------------ */

/* Says whether every number of type `from` is one of type `to`. */
static bool widens(enum type_kind from, enum type_kind to)
{
    static const struct {
        bool is_signed;
        unsigned bits;
    } integers[] = {
        [TYPE_U8] = { false, 8 },
        [TYPE_U16] = { false, 16 },
        [TYPE_U32] = { false, 32 },
        [TYPE_U64] = { false, 64 },
        [TYPE_I8] = { true, 8 },
        [TYPE_I16] = { true, 16 },
        [TYPE_I32] = { true, 32 },
        [TYPE_I64] = { true, 64 },
    };
    if (from < TYPE_U8 || from > TYPE_I64 || to < TYPE_U8 || to > TYPE_I64) {
        return from == TYPE_F32 && to == TYPE_F64;
    }
    if (integers[from].is_signed == integers[to].is_signed) {
        return integers[from].bits <= integers[to].bits;
    }
    return !integers[from].is_signed && integers[from].bits < integers[to].bits;
}

static bool is_same(const struct type *a, const struct type *b)
{
    for (; a->kind == b->kind && a->bound == b->bound; a = a->item, b = b->item) {
        if (a->kind != TYPE_LIST && a->kind != TYPE_ARRAY && a->kind != TYPE_OPTIONAL) {
            /* What is declared, refs included, is known by its place in the model. */
            return a->kind < TYPE_ENUM || a->message == b->message;
        }
    }
    return false;
}

static bool is_given_to(const struct type *from, const struct type *to)
{
    if (from->kind == TYPE_POISON || to->kind == TYPE_POISON) {
        return true;
    }
    if (from->kind != to->kind) {
        return widens(from->kind, to->kind);
    }
    switch (from->kind) {
    case TYPE_STRING:
    case TYPE_BYTES: return from->bound <= to->bound;
    case TYPE_ENUM: return from->enumeration == to->enumeration;
    case TYPE_REF: return from->actor == to->actor;
    case TYPE_OPAQUE: return strcmp(from->opaque, to->opaque) == 0;
    case TYPE_MESSAGE: return from->message == to->message;
    case TYPE_UNION: return from->union_type == to->union_type;
    case TYPE_LIST: return from->bound <= to->bound && is_same(from->item, to->item);
    case TYPE_ARRAY:
    case TYPE_OPTIONAL: return is_same(from, to);
    default: return true;
    }
}

static void report_type(struct scope *scope, const struct ast_literal *written,
        const struct field *wanted, const struct type *given)
{
    struct diag *diag = diags_add(scope->diags, DIAG_ARGUMENT_TYPE, written->span,
            "'%s' is %s, but '%s' is %s", written->name, values_described(scope->arena, given),
            wanted->schema, values_described(scope->arena, &wanted->type));
    diag_note(scope->diags, diag, wanted->span, "it is declared here");
}

/* ---- Values ----------------------------------------------------------------------------- */

static bool is_later_child(const struct names *names, const char *name)
{
    for (const struct ast_stmt *s = names->decl->actor.stmts.first; s != NULL; s = s->next) {
        if (s->kind == AST_CHILD && s->child.name.text == name) {
            return true;
        }
    }
    return false;
}

/* Reports a name once; what is found of it later is a consequence. */
static void report_unknown(
        struct scope *scope, struct names *names, const struct ast_literal *written)
{
    if (ast_file_excuses(scope->file, written->name) ||
            map_add(&names->lost, map_key(written->name), names) != NULL) {
        return;
    }
    if (is_later_child(names, written->name)) {
        struct diag *diag = diags_add(scope->diags, DIAG_LATER_CHILD, written->span,
                "child '%s' is not started yet", written->name);
        diag_hint(scope->diags, diag, "children start in the order written; move '%s' up",
                written->name);
        return;
    }
    if (names->actor->broken) {
        return;
    }
    struct diag *diag = diags_add(scope->diags, DIAG_UNKNOWN, written->span,
            "'%s' is no argument of '%s' and no child before this one", written->name,
            names->actor->name.schema);
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, written->name);
    for (const struct field *f = names->actor->args.first; f != NULL; f = f->next) {
        suggest_offer(&suggest, f->schema);
    }
    for (const struct child *c = names->actor->children; c != NULL; c = c->next) {
        suggest_offer(&suggest, c->schema);
    }
    diag_meant(scope->diags, diag, written->span, &suggest);
}

static struct value resolve_value(struct scope *scope, struct names *names,
        const struct ast_literal *written, const struct field *wanted)
{
    if (written->kind != AST_NAME) {
        return values_literal(scope, written, &wanted->type);
    }
    struct field *arg = map_get(&names->args, map_key(written->name));
    const struct child *child = map_get(&names->children, map_key(written->name));
    if (arg == NULL && child == NULL) {
        if (wanted->type.kind == TYPE_ENUM) {
            return values_literal(scope, written, &wanted->type);
        }
        report_unknown(scope, names, written);
        return (struct value){ .kind = VALUE_POISON };
    }
    struct type type = { .kind = TYPE_REF, .actor = child == NULL ? NULL : child->actor };
    if (child == NULL) {
        type = arg->type;
        arg->passed_on = true;
    }
    if (!is_given_to(&type, &wanted->type)) {
        report_type(scope, written, wanted, &type);
        return (struct value){ .kind = VALUE_POISON };
    }
    return child != NULL ? (struct value){ .kind = VALUE_CHILD, .child = child }
                         : (struct value){ .kind = VALUE_ARG, .arg = arg };
}

/* ---- Children --------------------------------------------------------------------------- */

static void report_count(struct scope *scope, const struct ast_child *written,
        const struct actor *actor, size_t given)
{
    struct span span = written->values_span;
    if (span.hi <= span.lo) {
        span = written->actor.span;
    }
    struct diag *diag = diags_add(scope->diags, DIAG_ARGUMENTS, span,
            "'%s' takes %u argument%s, not %zu", actor->name.schema,
            (unsigned)actor->args.count, actor->args.count == 1 ? "" : "s", given);
    diag_note(scope->diags, diag, actor->span, "it is declared here");
}

static void resolve_arguments(struct scope *scope, struct names *names,
        const struct ast_child *written, struct child *child)
{
    const struct ast_value *value = written->values.first;
    size_t given = 0;
    for (const struct ast_value *v = value; v != NULL; v = v->next) {
        given++;
    }
    struct argument **end = &child->arguments;
    for (const struct field *f = child->actor->args.first; f != NULL; f = f->next) {
        struct argument *argument = ARENA_NEW(scope->arena, struct argument);
        argument->field = f;
        if (value != NULL) {
            argument->value = resolve_value(scope, names, &value->literal, f);
            names->has_poison |= argument->value.kind == VALUE_POISON;
            value = value->next;
        } else if (f->value.kind != VALUE_NONE) {
            argument->value = f->value;
        } else {
            if (!child->actor->args.broken) {
                report_count(scope, written, child->actor, given);
            }
            return;
        }
        *end = argument;
        end = &argument->next;
    }
    if (value != NULL && !child->actor->args.broken) {
        report_count(scope, written, child->actor, given);
    }
}

static struct child *resolve_child(
        struct scope *scope, struct names *names, const struct ast_stmt *stmt)
{
    const struct ast_child *written = &stmt->child;
    struct actor *actor = scope_actor(scope, &written->actor);
    if (actor == NULL) {
        return NULL;
    }
    actor->started = true;
    struct child *child = ARENA_NEW(scope->arena, struct child);
    *child = (struct child){ .schema = written->name.text,
        .span = written->name.span,
        .actor = actor,
        .actor_span = written->actor.span };
    child->stem = cname_snake(scope->arena, child->schema);
    child->doc = ast_file_doc(scope->file, scope->arena, stmt->span);
    resolve_arguments(scope, names, written, child);
    if (written->pool != NULL) {
        child->pool = resolve_pool(scope, written->pool, actor);
    }
    return child;
}

void resolve_children(struct scope *scope, struct resolve_actor *r)
{
    struct actor *actor = r->actor;
    struct names names = { .decl = r->decl, .actor = actor };
    for (struct field *f = actor->args.first; f != NULL; f = f->next) {
        map_add(&names.args, map_key(f->schema), f);
    }
    struct child **end = &actor->children;
    for (const struct ast_stmt *s = r->decl->actor.stmts.first; s != NULL; s = s->next) {
        struct child *child = s->kind == AST_CHILD ? resolve_child(scope, &names, s) : NULL;
        if (child == NULL) {
            if (s->kind == AST_CHILD) {
                actor->broken = true;
                map_set(&names.lost, map_key(s->child.name.text), actor);
            }
            continue;
        }
        const struct child *before = map_add(&names.children, map_key(child->schema), child);
        if (before != NULL) {
            struct diag *diag = diags_add(scope->diags, DIAG_DUPLICATE, child->span,
                    "child '%s' is declared twice", child->schema);
            diag_note(scope->diags, diag, before->span, "the first is here");
            continue;
        }
        child->index = actor->child_count++;
        *end = child;
        end = &child->next;
    }
    actor->broken |= names.has_poison;
    map_fini(&names.args);
    map_fini(&names.children);
    map_fini(&names.lost);
}
