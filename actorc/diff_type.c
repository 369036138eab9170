/* SPDX-License-Identifier: MIT */
/*
 * diff_type.c - see diff_type.h.
 */
#include "diff_type.h"

#include "spell.h"
#include "values.h"

#include <inttypes.h>
#include <string.h>

/* ---- Sameness --------------------------------------------------------------------------- */

bool diff_same_type(const struct diff *diff, const struct type *old, const struct type *new)
{
    if (old->kind != new->kind) {
        return false;
    }
    switch (old->kind) {
    case TYPE_STRING:
    case TYPE_BYTES: return old->bound == new->bound;
    case TYPE_ENUM: return diff_is_pair(diff, old->enumeration, new->enumeration);
    case TYPE_MESSAGE:
    case TYPE_CALL: return diff_is_pair(diff, old->message, new->message);
    case TYPE_UNION: return diff_is_pair(diff, old->union_type, new->union_type);
    case TYPE_REF: return diff_is_pair(diff, old->actor, new->actor);
    case TYPE_OPAQUE: return strcmp(old->opaque, new->opaque) == 0;
    case TYPE_LIST:
    case TYPE_ARRAY:
        return old->bound == new->bound &&diff_same_type(diff, old->item, new->item);
    case TYPE_OPTIONAL: return diff_same_type(diff, old->item, new->item);
    default: return true;
    }
}

bool diff_alike_types(const struct diff *diff, const struct type *old, const struct type *new)
{
    return strcmp(spell_type(diff->arena, old), spell_type(diff->arena, new)) == 0;
}

bool diff_alike_fields(
        const struct diff *diff, const struct fields *old, const struct fields *new)
{
    const struct field *n = new->first;
    for (const struct field *o = old->first; o != NULL; o = o->next, n = n->next) {
        if (n == NULL || o->number != n->number || strcmp(o->schema, n->schema) != 0 ||
                !diff_alike_types(diff, &o->type, &n->type)) {
            return false;
        }
    }
    return n == NULL;
}

/* A default of zero is the same as none. */
static bool is_zero(const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE: return true;
    case VALUE_INTEGER: return value->integer.magnitude == 0;
    case VALUE_BOOL: return !value->truth;
    case VALUE_TEXT: return value->text.len == 0;
    case VALUE_MEMBER: return value->member->value == 0;
    default: return false;
    }
}

bool diff_same_value(const struct value *old, const struct value *new)
{
    if (is_zero(old) && is_zero(new)) {
        return true;
    }
    if (old->kind != new->kind) {
        return false;
    }
    switch (old->kind) {
    case VALUE_NONE:
    case VALUE_POISON: return true;
    case VALUE_INTEGER:
        return old->integer.magnitude == new->integer.magnitude &&
               old->integer.negative == new->integer.negative;
    case VALUE_FLOAT: return memcmp(&old->number, &new->number, sizeof old->number) == 0;
    case VALUE_BOOL: return old->truth == new->truth;
    case VALUE_TEXT:
        return old->text.len ==
               new->text.len &&memcmp(old->text.data, new->text.data, old->text.len) == 0;
    /* What it is worth is compared with the enum. */
    case VALUE_MEMBER: return strcmp(old->member->schema, new->member->schema) == 0;
    case VALUE_ARG: return strcmp(old->arg->schema, new->arg->schema) == 0;
    case VALUE_CHILD: return strcmp(old->child->schema, new->child->schema) == 0;
    }
    return false;
}

/* ---- Texts ------------------------------------------------------------------------------ */

/* Returns the text as a literal; what would not be seen is shown as '?'. */
static const char *quoted(struct arena *arena, const char *data, size_t len)
{
    char *text = arena_alloc(arena, len + 3);
    text[0] = '"';
    for (size_t i = 0; i < len; i++) {
        text[i + 1] = (unsigned char)data[i] < 0x20 || data[i] == 0x7f ? '?' : data[i];
    }
    text[len + 1] = '"';
    return text;
}

const char *diff_value_text(struct arena *arena, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_POISON: break;
    case VALUE_INTEGER:
        return arena_printf(arena, "%s%" PRIu64, value->integer.negative ? "-" : "",
                value->integer.magnitude);
    case VALUE_FLOAT: return arena_printf(arena, "%.17g", value->number);
    case VALUE_BOOL: return value->truth ? "true" : "false";
    case VALUE_TEXT: return quoted(arena, value->text.data, value->text.len);
    case VALUE_MEMBER: return value->member->schema;
    case VALUE_ARG: return value->arg->schema;
    case VALUE_CHILD: return value->child->schema;
    }
    return "none";
}

/* ---- Changes ---------------------------------------------------------------------------- */

static bool is_integer(enum type_kind kind)
{
    return kind >= TYPE_U8 && kind <= TYPE_I64;
}

/* Of integers of one sign the later kind holds more. */
static enum diff_rule integer_rule(enum type_kind old, enum type_kind new)
{
    bool old_signed = old >= TYPE_I8;
    bool new_signed = new >= TYPE_I8;
    if (old_signed != new_signed) {
        return DIFF_TYPE_CHANGED;
    }
    return new > old ? DIFF_TYPE_WIDER : DIFF_TYPE_NARROWER;
}

/* Both are of one kind that is not made of items, or of two kinds. */
static enum diff_rule plain_rule(
        const struct diff *diff, const struct type *old, const struct type *new)
{
    if (is_integer(old->kind) && is_integer(new->kind)) {
        return integer_rule(old->kind, new->kind);
    }
    if (new->kind == TYPE_OPTIONAL && diff_same_type(diff, old, new->item)) {
        return DIFF_OPTIONAL_NOW;
    }
    if (old->kind == TYPE_OPTIONAL && diff_same_type(diff, old->item, new)) {
        return DIFF_OPTIONAL_LOST;
    }
    bool text = old->kind == TYPE_STRING || old->kind == TYPE_BYTES;
    if (old->kind != new->kind || !text) {
        return DIFF_TYPE_CHANGED;
    }
    return new->bound < old->bound ? DIFF_BOUND_SMALLER : DIFF_BOUND_LARGER;
}

/* The field whose type changed. */
struct subject {
    const char *what;
    const struct field *old;
    const struct field *new;
    bool said[DIFF_RULE_COUNT];
};

static void add_change(struct diff *diff, struct subject *subject, enum diff_rule rule)
{
    if (subject->said[rule]) {
        return; /* of an outer dimension: the two types say the rest */
    }
    subject->said[rule] = true;
    diff_add(diff, rule, subject->old->span, subject->new->span, "%s was %s and is %s",
            subject->what, spell_type(diff->arena, &subject->old->type),
            spell_type(diff->arena, &subject->new->type));
}

/* Adds what changed from the outside to the inside, each on its own: a list may become shorter
 * while its items become longer. */
static void diff_types(struct diff *diff, struct subject *subject, const struct type *old,
        const struct type *new)
{
    bool has_items =
            old->kind == TYPE_LIST || old->kind == TYPE_ARRAY || old->kind == TYPE_OPTIONAL;
    if (diff_same_type(diff, old, new)) {
        return;
    }
    if (old->kind != new->kind || !has_items) {
        add_change(diff, subject, plain_rule(diff, old, new));
        return;
    }
    if (old->kind == TYPE_ARRAY && old->bound != new->bound) {
        add_change(diff, subject, DIFF_ARRAY_SIZE);
    } else if (old->kind == TYPE_LIST && old->bound != new->bound) {
        bool smaller = new->bound < old->bound;
        add_change(diff, subject, smaller ? DIFF_BOUND_SMALLER : DIFF_BOUND_LARGER);
    }
    diff_types(diff, subject, old->item, new->item);
}

void diff_type(
        struct diff *diff, const char *what, const struct field *old, const struct field *new)
{
    struct subject subject = { .what = what, .old = old, .new = new };
    diff_types(diff, &subject, &old->type, &new->type);
}
