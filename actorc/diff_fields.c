/* SPDX-License-Identifier: MIT */
/*
 * diff_fields.c - see diff_fields.h.
 */
#include "diff_fields.h"

#include "diff_items.h"
#include "diff_type.h"
#include "spell.h"
#include "values.h"

#include <string.h>

/* ---- Reservations ----------------------------------------------------------------------- */

static const struct reserved *reserves_number(const struct fields *fields, uint32_t number)
{
    for (const struct reserved *r = fields->reserved; r != NULL; r = r->next) {
        if (r->name == NULL && r->from <= number && number <= r->to) {
            return r;
        }
    }
    return NULL;
}

static const struct reserved *reserves_name(const struct fields *fields, const char *name)
{
    for (const struct reserved *r = fields->reserved; r != NULL; r = r->next) {
        if (r->name != NULL && strcmp(r->name, name) == 0) {
            return r;
        }
    }
    return NULL;
}

static const struct field *field_of_number(const struct fields *fields, uint32_t number)
{
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        if (f->number == number) {
            return f;
        }
    }
    return NULL;
}

static bool has_name(const struct fields *fields, const char *name)
{
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        if (strcmp(f->schema, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the first number of a range that nothing in the new version reserves or uses. */
static void diff_range(struct diff *diff, const struct diff_owner *owner,
        const struct reserved *old, const struct fields *new)
{
    uint64_t number = old->from;
    while (number <= old->to) {
        const struct reserved *now = reserves_number(new, (uint32_t)number);
        if (now != NULL) {
            number = (uint64_t)now->to + 1;
        } else if (field_of_number(new, (uint32_t)number) != NULL) {
            number++;
        } else {
            diff_add(diff, DIFF_RESERVED_LOST, old->span, owner->new,
                    "%s no longer reserves the number %u", owner->name, (unsigned)number);
            return;
        }
    }
}

static void diff_reserved(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new)
{
    for (const struct reserved *r = old->reserved; r != NULL; r = r->next) {
        if (r->name == NULL) {
            diff_range(diff, owner, r, new);
        } else if (reserves_name(new, r->name) == NULL && !has_name(new, r->name)) {
            diff_add(diff, DIFF_RESERVED_LOST, r->span, owner->new,
                    "%s no longer reserves the name '%s'", owner->name, r->name);
        }
    }
    for (const struct reserved *r = new->reserved; r != NULL; r = r->next) {
        if (r->name != NULL && reserves_name(old, r->name) == NULL && !has_name(old, r->name)) {
            diff_add(diff, DIFF_RESERVED_NEW, owner->old, r->span, "%s reserves the name '%s'",
                    owner->name, r->name);
        } else if (r->name == NULL && reserves_number(old, r->from) == NULL &&
                   field_of_number(old, r->from) == NULL) {
            diff_add(diff, DIFF_RESERVED_NEW, owner->old, r->span, "%s reserves the number %u",
                    owner->name, (unsigned)r->from);
        }
    }
}

/* ---- Messages --------------------------------------------------------------------------- */

static bool zero_is_member(const struct enumeration *enumeration)
{
    for (const struct member *m = enumeration->members; m != NULL; m = m->next) {
        if (m->value == 0) {
            return true;
        }
    }
    return enumeration->open;
}

/* Says whether the zero that a field has where nobody sets it is a value of its type. Messages
 * contain each other without end only through lists and optional fields, whose zero is empty. */
static bool zero_is_valid(const struct type *type)
{
    switch (type->kind) {
    case TYPE_UNION: return false;
    case TYPE_ENUM: return zero_is_member(type->enumeration);
    case TYPE_ARRAY: return zero_is_valid(type->item);
    case TYPE_MESSAGE:
        for (const struct field *f = type->message->fields.first; f != NULL; f = f->next) {
            if (!zero_is_valid(&f->type)) {
                return false;
            }
        }
        return true;
    default: return true;
    }
}

static void diff_default(
        struct diff *diff, const char *what, const struct field *old, const struct field *new)
{
    if (!diff_same_value(&old->value, &new->value)) {
        diff_add(diff, DIFF_DEFAULT, old->span, new->span, "the default of %s was %s and is %s",
                what, diff_value_text(diff->arena, &old->value),
                diff_value_text(diff->arena, &new->value));
    }
}

static void diff_field(struct diff *diff, const struct diff_owner *owner,
        const struct diff_item *old, const struct diff_item *new)
{
    const struct field *o = old->thing;
    const struct field *n = new->thing;
    const char *what = arena_printf(diff->arena, "field '%s' of %s", n->schema, owner->name);
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_FIELD_RENAMED, o->span, n->span,
                "field '%s' of %s is called '%s' now; number and type are the same", o->schema,
                owner->name, n->schema);
    }
    if (o->number != n->number) {
        struct diff_change *change = diff_add(diff, DIFF_FIELD_NUMBER, o->span, n->span,
                "%s had number %u and has %u", what, (unsigned)o->number, (unsigned)n->number);
        if (n->number_span.hi == n->number_span.lo) {
            diff_hint(diff, change,
                    "fields without numbers count from 1: add new ones last, or write the "
                    "numbers");
        }
    }
    diff_type(diff, what, o, n);
    diff_default(diff, what, o, n);
    if (o->deprecated != n->deprecated) {
        diff_add(diff, DIFF_DEPRECATED, o->span, n->span, "%s is %s", what,
                n->deprecated ? "deprecated" : "no longer deprecated");
    }
}

/* Adds the first field that has another place in its struct: C takes what an initialiser does not
 * name in this order. Where a field is gone its users have to be looked at anyway. */
static void diff_places(struct diff *diff, const struct diff_owner *owner,
        const struct diff_items *old, const struct diff_items *new)
{
    for (const struct diff_item *i = old->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            return;
        }
    }
    for (const struct diff_item *i = new->first; i != NULL; i = i->next) {
        if (i->peer != NULL && i->place != i->peer->place) {
            struct diff_change *change = diff_add(diff, DIFF_FIELD_PLACE, i->peer->span,
                    i->span, "'%s' of %s was member %zu of its struct and is member %zu",
                    i->name, owner->name, i->peer->place + 1, i->place + 1);
            diff_hint(diff, change,
                    "initialisers that name their fields, as in { .%s = ... }, stay right",
                    i->name);
            return;
        }
    }
}

/* Returns the field that has the number of one that is gone, and is new itself. */
static const struct diff_item *replacement(
        const struct diff_items *new, const struct field *old)
{
    for (const struct diff_item *i = new->first; i != NULL; i = i->next) {
        const struct field *field = i->thing;
        if (i->peer == NULL && field->number == old->number) {
            return i;
        }
    }
    return NULL;
}

static void diff_removed(struct diff *diff, const struct diff_owner *owner,
        const struct field *old, const struct fields *new_fields, const struct diff_items *new)
{
    const struct diff_item *instead = replacement(new, old);
    if (instead != NULL) {
        const struct field *field = instead->thing;
        diff_add(diff, DIFF_FIELD_REPLACED, old->span, field->span,
                "number %u of %s was '%s', %s, and is '%s', %s", (unsigned)old->number,
                owner->name, old->schema, spell_type(diff->arena, &old->type), field->schema,
                spell_type(diff->arena, &field->type));
        return;
    }
    const struct reserved *reserved = reserves_number(new_fields, old->number);
    if (reserved != NULL) {
        diff_add(diff, DIFF_FIELD_RESERVED, old->span, reserved->span,
                "field '%s' of %s is gone; its number %u is reserved", old->schema, owner->name,
                (unsigned)old->number);
        return;
    }
    struct diff_change *change = diff_add(diff, DIFF_FIELD_REMOVED, old->span, owner->new,
            "field '%s' of %s is gone, and its number %u is not reserved", old->schema,
            owner->name, (unsigned)old->number);
    if (field_of_number(new_fields, old->number) == NULL) {
        diff_hint(diff, change, "write 'reserved %u, \"%s\";'", (unsigned)old->number,
                old->schema);
    }
}

static bool is_number_of_a_removed(const struct diff_items *old, uint32_t number)
{
    for (const struct diff_item *i = old->first; i != NULL; i = i->next) {
        const struct field *field = i->thing;
        if (i->peer == NULL && field->number == number) {
            return true;
        }
    }
    return false;
}

static void diff_added(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct diff_items *old_items, const struct field *new)
{
    const struct reserved *number = reserves_number(old, new->number);
    const struct reserved *name = reserves_name(old, new->schema);
    if (number != NULL) {
        diff_add(diff, DIFF_RESERVED_AGAIN, number->span, new->span,
                "field '%s' of %s has number %u, which was reserved", new->schema, owner->name,
                (unsigned)new->number);
    } else if (name != NULL) {
        diff_add(diff, DIFF_RESERVED_AGAIN, name->span, new->span,
                "field '%s' of %s has a name that was reserved", new->schema, owner->name);
    } else if (is_number_of_a_removed(old_items, new->number)) {
        return; /* it has been reported as the replacement */
    } else if (new->value.kind == VALUE_NONE && !zero_is_valid(&new->type)) {
        struct diff_change *change = diff_add(diff, DIFF_FIELD_REQUIRED, owner->old, new->span,
                "%s has a new field '%s', and what does not set it is refused", owner->name,
                new->schema);
        diff_hint(diff, change, "give it a default, or make it optional: '%s?'",
                spell_type(diff->arena, &new->type));
    } else {
        diff_add(diff, DIFF_FIELD_ADDED, owner->old, new->span, "%s has a new field '%s'",
                owner->name, new->schema);
    }
}

static bool same_number_and_type(const struct diff *diff, const void *old, const void *new)
{
    const struct field *o = old;
    const struct field *n = new;
    return o->number == n->number && diff_same_type(diff, &o->type, &n->type);
}

static void match_fields(struct diff *diff, const struct fields *old, const struct fields *new,
        struct diff_items *ret_old, struct diff_items *ret_new)
{
    *ret_old = (struct diff_items){ 0 };
    *ret_new = (struct diff_items){ 0 };
    DIFF_COLLECT(diff, ret_old, field, old->first, item->schema, item->span);
    DIFF_COLLECT(diff, ret_new, field, new->first, item->schema, item->span);
    diff_items_match(diff, ret_old, ret_new, same_number_and_type);
}

void diff_message_fields(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new)
{
    struct diff_items before, after;
    match_fields(diff, old, new, &before, &after);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_removed(diff, owner, i->thing, new, &after);
        } else {
            diff_field(diff, owner, i, i->peer);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_added(diff, owner, old, &before, i->thing);
        }
    }
    diff_places(diff, owner, &before, &after);
    diff_reserved(diff, owner, old, new);
}

/* ---- Unions ----------------------------------------------------------------------------- */

void diff_union_members(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new)
{
    struct diff_items before, after;
    match_fields(diff, old, new, &before, &after);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_UNION_REMOVED, i->span, owner->new, "member '%s' of %s is gone",
                    i->name, owner->name);
        } else {
            diff_field(diff, owner, i, i->peer);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_UNION_ADDED, owner->old, i->span,
                    "%s has a new member '%s', which old receivers do not know", owner->name,
                    i->name);
        }
    }
}

/* ---- Arguments and state ---------------------------------------------------------------- */

/* Says whether whatever had the old type also fits into the new one, in C too. */
static bool is_only_longer(const struct type *old, const struct type *new)
{
    return old->kind == new->kind && old->bound <= new->bound &&
           (old->kind == TYPE_STRING || old->kind == TYPE_BYTES);
}

static bool same_type_in_c(const struct diff *diff, const void *old, const void *new)
{
    const struct field *o = old;
    const struct field *n = new;
    return diff_same_type(diff, &o->type, &n->type);
}

static void diff_argument(struct diff *diff, const struct diff_owner *owner,
        const struct diff_item *old, const struct diff_item *new)
{
    const struct field *o = old->thing;
    const struct field *n = new->thing;
    const char *what = arena_printf(diff->arena, "argument '%s' of %s", n->schema, owner->name);
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_ARG_RENAMED, o->span, n->span,
                "argument '%s' of %s is called '%s' now", o->schema, owner->name, n->schema);
    }
    if (!diff_same_type(diff, &o->type, &n->type)) {
        bool text = o->type.kind == n->type.kind &&
                    (o->type.kind == TYPE_STRING || o->type.kind == TYPE_BYTES);
        enum diff_rule rule = is_only_longer(&o->type, &n->type) ? DIFF_BOUND_LARGER
                              : text                             ? DIFF_ARG_BOUND
                                                                 : DIFF_ARG_TYPE;
        diff_add(diff, rule, o->span, n->span, "%s was %s and is %s", what,
                spell_type(diff->arena, &o->type), spell_type(diff->arena, &n->type));
    }
    diff_default(diff, what, o, n);
}

void diff_arguments(struct diff *diff, const struct diff_owner *owner, const struct fields *old,
        const struct fields *new)
{
    if ((old->first == NULL) != (new->first == NULL)) {
        bool first = old->first == NULL;
        diff_add(diff, first ? DIFF_ARGS_FIRST : DIFF_ARGS_GONE,
                first ? owner->old : old->first->span, first ? new->first->span : owner->new,
                first ? "%s takes arguments now" : "%s takes no arguments any more",
                owner->name);
        return;
    }
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, field, old->first, item->schema, item->span);
    DIFF_COLLECT(diff, &after, field, new->first, item->schema, item->span);
    diff_items_match(diff, &before, &after, same_type_in_c);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_ARG_REMOVED, i->span, owner->new, "%s takes no '%s' any more",
                    owner->name, i->name);
        } else {
            diff_argument(diff, owner, i, i->peer);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_ARG_ADDED, owner->old, i->span, "%s takes a new argument '%s'",
                    owner->name, i->name);
        }
    }
    diff_places(diff, owner, &before, &after);
}

/* Says whether nothing but bounds is different, which in a state no one else sees. */
static bool is_same_but_bounds(
        const struct diff *diff, const struct type *old, const struct type *new)
{
    if (old->kind != new->kind) {
        return false;
    }
    switch (old->kind) {
    case TYPE_STRING:
    case TYPE_BYTES: return true;
    case TYPE_LIST:
    case TYPE_OPTIONAL: return is_same_but_bounds(diff, old->item, new->item);
    case TYPE_ARRAY:
        return old->bound == new->bound &&is_same_but_bounds(diff, old->item, new->item);
    default: return diff_same_type(diff, old, new);
    }
}

void diff_state(struct diff *diff, const struct diff_owner *owner, const struct fields *old,
        const struct fields *new)
{
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, field, old->first, item->schema, item->span);
    DIFF_COLLECT(diff, &after, field, new->first, item->schema, item->span);
    diff_items_match(diff, &before, &after, NULL);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        const struct field *o = i->thing;
        const struct field *n = i->peer == NULL ? NULL : i->peer->thing;
        if (n == NULL) {
            diff_add(diff, DIFF_STATE_FIELD, i->span, owner->new,
                    "the state of %s has no '%s' any more", owner->name, i->name);
        } else if (!diff_same_type(diff, &o->type, &n->type)) {
            enum diff_rule rule = is_same_but_bounds(diff, &o->type, &n->type)
                                          ? DIFF_STATE_BOUND
                                          : DIFF_STATE_FIELD;
            diff_add(diff, rule, o->span, n->span, "'%s' in the state of %s was %s and is %s",
                    i->name, owner->name, spell_type(diff->arena, &o->type),
                    spell_type(diff->arena, &n->type));
        } else {
            const char *what =
                    arena_printf(diff->arena, "'%s' in the state of %s", i->name, owner->name);
            diff_default(diff, what, o, n);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_STATE_ADDED, owner->old, i->span,
                    "the state of %s has a new field '%s'", owner->name, i->name);
        }
    }
}
