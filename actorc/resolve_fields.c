/* SPDX-License-Identifier: MIT */
/*
 * resolve_fields.c - see resolve_fields.h.
 */
#include "resolve_fields.h"

#include "cname.h"

#include <string.h>

/* As in protobuf, whose encoding will be ours: 29 bits, and some numbers are its own. */
enum { NUMBER_MAX = 536870911, NUMBER_KEPT_FROM = 19000, NUMBER_KEPT_TO = 19999 };

static uint32_t resolve_number(struct scope *scope, const struct ast_literal *literal)
{
    if (literal->kind == AST_POISON) {
        return 0;
    }
    uint64_t number = literal->integer.magnitude;
    if (literal->integer.negative || number == 0 || number > NUMBER_MAX) {
        diags_add(scope->diags, DIAG_RANGE, literal->span,
                "the number of a field is from 1 to %d", NUMBER_MAX);
        return 0;
    }
    if (number >= NUMBER_KEPT_FROM && number <= NUMBER_KEPT_TO) {
        diags_add(scope->diags, DIAG_RANGE, literal->span,
                "the numbers %d to %d are kept for the encoding", NUMBER_KEPT_FROM,
                NUMBER_KEPT_TO);
        return 0;
    }
    return (uint32_t)number;
}

static void resolve_reserved(
        struct scope *scope, const struct ast_fields *written, struct fields *fields)
{
    struct reserved **end = &fields->reserved;
    for (const struct ast_reserved *r = written->first_reserved; r != NULL; r = r->next) {
        struct reserved *reserved = ARENA_NEW(scope->arena, struct reserved);
        *reserved = (struct reserved){ .span = r->span };
        if (r->from.kind == AST_STRING) {
            reserved->name = intern_put(scope->intern, r->from.string.data, r->from.string.len);
        } else {
            reserved->from = resolve_number(scope, &r->from);
            reserved->to = resolve_number(scope, &r->to);
            if (reserved->from > reserved->to && reserved->to > 0) {
                diags_add(scope->diags, DIAG_RANGE, r->span, "the range ends before it begins");
            }
        }
        *end = reserved;
        end = &reserved->next;
    }
}

/* The type's name in C, if it is one of ours. */
static const char *type_name(struct scope *scope, const struct type *type)
{
    switch (type->kind) {
    case TYPE_ENUM: return type->enumeration->name.c;
    case TYPE_REF: return arena_printf(scope->arena, "%s_ref", type->actor->name.c);
    case TYPE_MESSAGE: return type->message->name.c;
    case TYPE_UNION: return type->union_type->name.c;
    case TYPE_LIST:
    case TYPE_ARRAY:
    case TYPE_OPTIONAL: return type_name(scope, type->item);
    default: return NULL;
    }
}

/* Says whether a member `c` would have the name of a type in C, also of what that is in a state. */
static bool is_type(struct scope *scope, const char *c, const char *name)
{
    size_t len = strlen(name);
    const char *prefix = scope->model->prefix;
    size_t prefix_len = strlen(prefix);
    if (strncmp(c, name, len) == 0 && (c[len] == '\0' || strcmp(c + len, "_state") == 0)) {
        return true;
    }
    /* One that is imported has ours in front of its own. */
    return strncmp(c, prefix, prefix_len) == 0 && c[prefix_len] == '_' &&
           strncmp(c + prefix_len + 1, name, len) == 0 &&
           strcmp(c + prefix_len + 1 + len, "_state") == 0;
}

/* In C++ a member must not have the name of a type that its struct uses. */
static void avoid_types(struct scope *scope, struct fields *fields)
{
    size_t len = strlen(scope->model->prefix);
    for (struct field *f = fields->first; f != NULL; f = f->next) {
        if (strncmp(f->schema, scope->model->prefix, len) != 0 || f->schema[len] != '_') {
            continue;
        }
        for (const struct field *other = fields->first; other != NULL; other = other->next) {
            const char *name = type_name(scope, &other->type);
            if (name != NULL && is_type(scope, f->c, name)) {
                f->c = arena_printf(scope->arena, "%s_", f->schema);
            }
        }
    }
}

static struct field *resolve_field(
        struct scope *scope, const struct ast_field *written, enum values_place place)
{
    struct field *field = ARENA_NEW(scope->arena, struct field);
    *field = (struct field){ .schema = written->name.text,
        .span = written->name.span,
        .deprecated = written->deprecated };
    field->c = cname_safe(scope->arena, field->schema);
    field->doc = ast_file_doc(scope->file, scope->arena, written->span);
    field->type = values_type(scope, written->type, place);
    if (type_has_flag(&field->type)) {
        field->has = arena_printf(scope->arena, "has_%s", field->schema);
    }
    if (written->value != NULL) {
        field->value = values_literal(scope, written->value, &field->type);
    }
    if (written->number != NULL) {
        field->number = resolve_number(scope, written->number);
        field->number_span = written->number->span;
    }
    return field;
}

void resolve_fields(struct scope *scope, const struct ast_fields *written,
        enum values_place place, struct fields *fields)
{
    *fields = (struct fields){ .broken = written->broken };
    struct field **end = &fields->first;
    for (const struct ast_field *f = written->first; f != NULL; f = f->next) {
        struct field *field = resolve_field(scope, f, place);
        fields->count++;
        *end = field;
        end = &field->next;
    }
    avoid_types(scope, fields);
    resolve_reserved(scope, written, fields);
}
