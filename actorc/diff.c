/* SPDX-License-Identifier: MIT */
/*
 * diff.c - see diff.h. First all declarations of both versions are paired, in all schemas that
 * take part; then each pair is compared, which needs to know of the others.
 */
#include "diff.h"

#include "diff_actor.h"
#include "diff_fields.h"
#include "diff_items.h"
#include "diff_type.h"
#include "spell.h"
#include "values.h"

#include <string.h>

/* A schema in both versions, with its declarations. */
struct models {
    struct models *next;
    const struct model *old;
    const struct model *new;
    struct diff_items before;
    struct diff_items after;
};

enum decl_kind { DECL_CONST, DECL_ENUM, DECL_UNION, DECL_MESSAGE, DECL_ACTOR };

static const char *const kind_names[] = { "const", "enum", "union", "message", "actor" };

/* ---- Pairing ---------------------------------------------------------------------------- */

static bool alike_constants(
        const struct diff *diff, const struct constant *old, const struct constant *new)
{
    return diff_alike_types(diff, &old->type, &new->type) &&
           diff_same_value(&old->value, &new->value);
}

static bool alike_enums(const struct enumeration *old, const struct enumeration *new)
{
    const struct member *n = new->members;
    for (const struct member *o = old->members; o != NULL; o = o->next, n = n->next) {
        if (n == NULL || o->value != n->value || strcmp(o->schema, n->schema) != 0) {
            return false;
        }
    }
    return n == NULL;
}

static bool alike_messages(
        const struct diff *diff, const struct message *old, const struct message *new)
{
    const struct answer *n = new->answers;
    for (const struct answer *o = old->answers; o != NULL; o = o->next, n = n->next) {
        if (n == NULL || strcmp(o->message->name.schema, n->message->name.schema) != 0) {
            return false;
        }
    }
    bool empty = old->fields.first == NULL && old->answers == NULL;
    return !empty && n == NULL && diff_alike_fields(diff, &old->fields, &new->fields);
}

static bool alike_actors(
        const struct diff *diff, const struct actor *old, const struct actor *new)
{
    const struct handler *n = new->handlers;
    for (const struct handler *o = old->handlers; o != NULL; o = o->next, n = n->next) {
        if (n == NULL || !diff_is_pair(diff, o->message, n->message)) {
            return false;
        }
    }
    bool empty = old->handlers == NULL && old->args.first == NULL;
    return !empty && n == NULL && diff_alike_fields(diff, &old->args, &new->args);
}

/* A declaration with its kind, which the things themselves do not know. */
struct decl {
    enum decl_kind kind;
    const void *thing;
    const struct fields *fields; /* of a union */
};

static bool alike_data(const struct diff *diff, const void *old, const void *new)
{
    const struct decl *o = old;
    const struct decl *n = new;
    switch (o->kind) {
    case DECL_CONST: return alike_constants(diff, o->thing, n->thing);
    case DECL_ENUM: return alike_enums(o->thing, n->thing);
    case DECL_UNION: return diff_alike_fields(diff, o->fields, n->fields);
    case DECL_MESSAGE: return alike_messages(diff, o->thing, n->thing);
    case DECL_ACTOR: return false;
    }
    return false;
}

/* Actors are alike by what they handle, so that messages must be paired before. */
static bool alike_behaviour(const struct diff *diff, const void *old, const void *new)
{
    const struct decl *o = old;
    const struct decl *n = new;
    return o->kind == DECL_ACTOR && alike_actors(diff, o->thing, n->thing);
}

static void add_decl(struct diff *diff, struct diff_items *items, const struct cname *name,
        struct span span, struct decl decl)
{
    struct decl *copy = ARENA_NEW(diff->arena, struct decl);
    *copy = decl;
    diff_items_add(diff, items, name->schema, (int)decl.kind, span, copy);
}

static void collect(struct diff *diff, const struct model *model, struct diff_items *items)
{
    for (const struct constant *c = model->constants; c != NULL; c = c->next) {
        add_decl(diff, items, &c->name, c->span, (struct decl){ DECL_CONST, c, NULL });
    }
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        add_decl(diff, items, &e->name, e->span, (struct decl){ DECL_ENUM, e, NULL });
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        add_decl(diff, items, &u->name, u->span, (struct decl){ DECL_UNION, u, &u->members });
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        add_decl(diff, items, &m->name, m->span, (struct decl){ DECL_MESSAGE, m, NULL });
    }
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        add_decl(diff, items, &a->name, a->span, (struct decl){ DECL_ACTOR, a, NULL });
    }
}

static void note_pairs(struct diff *diff, const struct diff_items *items)
{
    for (const struct diff_item *i = items->first; i != NULL; i = i->next) {
        if (i->peer != NULL && i->peer->kind == i->kind) {
            const struct decl *before = i->thing;
            const struct decl *after = i->peer->thing;
            diff_pair(diff, before->thing, after->thing);
        }
    }
}

static struct models *pair_models(
        struct diff *diff, const struct model *old, const struct model *new)
{
    struct models *models = ARENA_NEW(diff->arena, struct models);
    *models = (struct models){ .old = old, .new = new };
    collect(diff, old, &models->before);
    collect(diff, new, &models->after);
    diff_items_match(diff, &models->before, &models->after, alike_data);
    note_pairs(diff, &models->before);
    diff_items_match(diff, &models->before, &models->after, alike_behaviour);
    note_pairs(diff, &models->before);
    return models;
}

static const struct model *import_of(const struct model *model, const char *schema)
{
    for (const struct import *i = model->imports; i != NULL; i = i->next) {
        if (strcmp(i->model->schema, schema) == 0) {
            return i->model;
        }
    }
    return NULL;
}

/* Appends the pairs of the schemas that `list` imports, and of those that they import. */
static void pair_imports(struct diff *diff, struct models *list)
{
    struct models *last = list;
    for (const struct models *m = list; m != NULL; m = m->next) {
        for (const struct import *i = m->old->imports; i != NULL; i = i->next) {
            const struct model *now = import_of(m->new, i->model->schema);
            if (now != NULL && !diff_is_pair(diff, i->model, now)) {
                diff_pair(diff, i->model, now);
                last->next = pair_models(diff, i->model, now);
                last = last->next;
            }
        }
    }
}

/* ---- Declarations ----------------------------------------------------------------------- */

static void diff_constants(
        struct diff *diff, const struct constant *old, const struct constant *new)
{
    if (!diff_same_type(diff, &old->type, &new->type)) {
        diff_add(diff, DIFF_CONST_TYPE, old->span, new->span, "constant '%s' was %s and is %s",
                new->name.schema, spell_type(diff->arena, &old->type),
                spell_type(diff->arena, &new->type));
    }
    if (!diff_same_value(&old->value, &new->value)) {
        diff_add(diff, DIFF_CONST_VALUE, old->span, new->span, "constant '%s' was %s and is %s",
                new->name.schema, diff_value_text(diff->arena, &old->value),
                diff_value_text(diff->arena, &new->value));
    }
}

static bool same_number(const struct diff *diff, const void *old, const void *new)
{
    (void)diff;
    return ((const struct member *)old)->value == ((const struct member *)new)->value;
}

static void diff_member(struct diff *diff, const struct enumeration *e,
        const struct diff_item *old, const struct diff_item *new)
{
    const struct member *o = old->thing;
    const struct member *n = new->thing;
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_MEMBER_RENAMED, o->span, n->span,
                "member '%s' of '%s' is called '%s' now; its number is the same", o->schema,
                e->name.schema, n->schema);
    } else if (o->value != n->value) {
        diff_add(diff, DIFF_MEMBER_VALUE, o->span, n->span,
                "member '%s' of '%s' was %lld and is %lld", n->schema, e->name.schema,
                (long long)o->value, (long long)n->value);
    }
}

static void diff_members(
        struct diff *diff, const struct enumeration *old, const struct enumeration *new)
{
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, member, old->members, item->schema, item->span);
    DIFF_COLLECT(diff, &after, member, new->members, item->schema, item->span);
    diff_items_match(diff, &before, &after, same_number);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_MEMBER_REMOVED, i->span, new->span,
                    "member '%s' of '%s' is gone", i->name, new->name.schema);
        } else {
            diff_member(diff, new, i, i->peer);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer != NULL) {
            continue;
        }
        if (old->open) {
            diff_add(diff, DIFF_MEMBER_ADDED_OPEN, old->span, i->span,
                    "'%s' has a new member '%s'", new->name.schema, i->name);
            continue;
        }
        struct diff_change *change = diff_add(diff, DIFF_MEMBER_ADDED, old->span, i->span,
                "'%s' has a new member '%s', which old receivers refuse", new->name.schema,
                i->name);
        diff_hint(
                diff, change, "receivers of an 'open enum' keep numbers that they do not know");
    }
}

static void diff_enums(
        struct diff *diff, const struct enumeration *old, const struct enumeration *new)
{
    if (old->width != new->width) {
        const struct type before = { .kind = old->width };
        const struct type after = { .kind = new->width };
        diff_add(diff, DIFF_ENUM_WIDTH, old->span, new->span, "enum '%s' was %s and is %s",
                new->name.schema, spell_type(diff->arena, &before),
                spell_type(diff->arena, &after));
    }
    if (old->open != new->open) {
        diff_add(diff, new->open ? DIFF_ENUM_OPENED : DIFF_ENUM_CLOSED, old->span, new->span,
                new->open ? "enum '%s' is open now: unknown numbers are kept"
                          : "enum '%s' is not open any more: unknown numbers are refused",
                new->name.schema);
    }
    diff_members(diff, old, new);
}

/* ---- Messages --------------------------------------------------------------------------- */

static bool is_same_answer(const struct diff *diff, const void *old, const void *new)
{
    return diff_is_pair(
            diff, ((const struct answer *)old)->message, ((const struct answer *)new)->message);
}

static void diff_answers(
        struct diff *diff, const struct message *old, const struct message *new)
{
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, answer, old->answers, item->message->name.schema, item->span);
    DIFF_COLLECT(diff, &after, answer, new->answers, item->message->name.schema, item->span);
    diff_items_match(diff, &before, &after, is_same_answer);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_ANSWER_REMOVED, i->span, new->span,
                    "'%s' is not answered by '%s' any more", new->name.schema, i->name);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_ANSWER_ADDED, old->span, i->span,
                    "'%s' may be answered by '%s', which its askers do not expect",
                    new->name.schema, i->name);
        }
    }
}

static void diff_messages(
        struct diff *diff, const struct message *old, const struct message *new)
{
    const struct diff_owner owner = { arena_printf(diff->arena, "'%s'", new->name.schema),
        old->span, new->span };
    diff_message_fields(diff, &owner, &old->fields, &new->fields);
    if (old->answers == NULL && new->answers != NULL) {
        diff_add(diff, DIFF_REQUEST_NOW, old->span, new->span,
                "'%s' is a request now: its handlers get a call, and owe an answer",
                new->name.schema);
    } else if (old->answers != NULL && new->answers == NULL) {
        diff_add(diff, DIFF_REQUEST_LOST, old->span, new->span,
                "'%s' has no answers any more: nobody can ask with it", new->name.schema);
    } else {
        diff_answers(diff, old, new);
    }
}

static void diff_unions(
        struct diff *diff, const struct union_type *old, const struct union_type *new)
{
    const struct diff_owner owner = { arena_printf(diff->arena, "'%s'", new->name.schema),
        old->span, new->span };
    diff_union_members(diff, &owner, &old->members, &new->members);
}

static void diff_pair_of_decls(
        struct diff *diff, const struct diff_item *old, const struct diff_item *new)
{
    const struct decl *o = old->thing;
    const struct decl *n = new->thing;
    if (o->kind != n->kind) {
        diff_add(diff, DIFF_DECL_KIND, old->span, new->span,
                "'%s' was declared by %s and is by %s", new->name, kind_names[o->kind],
                kind_names[n->kind]);
        return;
    }
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_DECL_RENAMED, old->span, new->span, "%s '%s' is called '%s' now",
                kind_names[o->kind], old->name, new->name);
    }
    switch (o->kind) {
    case DECL_CONST: diff_constants(diff, o->thing, n->thing); break;
    case DECL_ENUM: diff_enums(diff, o->thing, n->thing); break;
    case DECL_UNION: diff_unions(diff, o->thing, n->thing); break;
    case DECL_MESSAGE: diff_messages(diff, o->thing, n->thing); break;
    case DECL_ACTOR: diff_actors(diff, o->thing, n->thing); break;
    }
}

static void diff_decls(struct diff *diff, const struct models *models)
{
    const struct model *old = models->old;
    const struct model *new = models->new;
    if (strcmp(old->schema, new->schema) != 0) {
        diff_add(diff, DIFF_SCHEMA_NAME, old->schema_span, new->schema_span,
                "the schema was '%s' and is '%s'", old->schema, new->schema);
    }
    if (strcmp(old->prefix, new->prefix) != 0) {
        diff_add(diff, DIFF_PREFIX, old->schema_span, new->schema_span,
                "names in C began with '%s_' and begin with '%s_'", old->prefix, new->prefix);
    }
    for (const struct diff_item *i = models->before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_DECL_REMOVED, i->span, new->schema_span, "%s '%s' is gone",
                    kind_names[i->kind], i->name);
        } else {
            diff_pair_of_decls(diff, i, i->peer);
        }
    }
    for (const struct diff_item *i = models->after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_DECL_ADDED, old->schema_span, i->span, "%s '%s' is new",
                    kind_names[i->kind], i->name);
        }
    }
}

void diff_models(struct diff *diff, const struct model *old, const struct model *new)
{
    struct models *list = pair_models(diff, old, new);
    pair_imports(diff, list);
    for (const struct models *m = list; m != NULL; m = m->next) {
        diff_decls(diff, m);
    }
}
