/* SPDX-License-Identifier: MIT */
/*
 * resolve_state.c - see resolve_state.h.
 */
#include "resolve_state.h"

#include "resolve_fields.h"

/* A state is copied before each of its actor's handlers. */
enum { TEXT_MAX = 65535, STATE_MAX = 1 << 20 };

static void report_bound(
        struct scope *scope, const struct field *field, const struct ast_field *written)
{
    bool is_string = field->type.kind == TYPE_STRING;
    const char *what = is_string ? "string" : "bytes";
    if (field->type.bound == TYPE_NO_BOUND) {
        struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->type->span,
                "the state of an actor cannot hold %s without a bound",
                is_string ? "a string" : "bytes");
        diag_hint(scope->diags, diag, "write %s<64>, or as many as it needs", what);
    } else if (field->type.bound > TEXT_MAX) {
        diags_add(scope->diags, DIAG_RANGE, written->type->span,
                "in a state the bound of %s is at most %d", what, TEXT_MAX);
    }
}

/* Says whether all of the type lies in the struct itself. */
static bool is_inline(const struct type *type)
{
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_LIST:
    case TYPE_MESSAGE:
    case TYPE_UNION:
    case TYPE_CALL:
    case TYPE_OPAQUE: return false;
    case TYPE_ARRAY:
    case TYPE_OPTIONAL: return is_inline(type->item);
    default: return true;
    }
}

/* Bytes that the type takes at most. */
static uint64_t bytes_of(const struct type *type)
{
    uint64_t bytes = 8;
    for (; type->kind == TYPE_ARRAY && bytes <= STATE_MAX; type = type->item) {
        bytes *= type->bound;
    }
    bool is_text = type->kind == TYPE_STRING || type->kind == TYPE_BYTES;
    return is_text ? bytes + type->bound : bytes;
}

static void check_field(
        struct scope *scope, const struct field *field, const struct ast_field *written)
{
    switch (field->type.kind) {
    case TYPE_STRING:
    case TYPE_BYTES: report_bound(scope, field, written); break;
    case TYPE_OPAQUE:
    case TYPE_CALL:
    case TYPE_POISON: break;
    case TYPE_LIST:
        if (field->type.bound == TYPE_NO_BOUND) {
            struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->type->span,
                    "the state of an actor cannot hold a list without a bound");
            diag_hint(scope->diags, diag, "write an array, u32[8] for instance");
            break;
        }
        scope_unsupported(scope, written->type->span, "a list in a state");
        break;
    default:
        if (!is_inline(&field->type)) {
            scope_unsupported(scope, written->type->span, "a field of this type in a state");
        }
        break;
    }
}

struct fields *resolve_state(struct scope *scope, const struct ast_fields *written)
{
    struct fields *fields = ARENA_NEW(scope->arena, struct fields);
    uint64_t bytes = 0;
    resolve_fields(scope, written, VALUES_IN_STATE, fields);
    const struct ast_field *w = written->first;
    for (const struct field *f = fields->first; f != NULL; f = f->next, w = w->next) {
        check_field(scope, f, w);
        bool is_text = f->type.kind == TYPE_STRING || f->type.kind == TYPE_BYTES;
        if ((is_text && f->type.bound > TEXT_MAX) || bytes > STATE_MAX) {
            continue; /* reported */
        }
        bytes += bytes_of(&f->type);
        if (bytes > STATE_MAX) {
            diags_add(scope->diags, DIAG_TOO_MANY, f->span,
                    "with this field the state is larger than %d bytes", STATE_MAX);
        }
    }
    return fields;
}
