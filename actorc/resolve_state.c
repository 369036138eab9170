/* SPDX-License-Identifier: MIT */
/*
 * resolve_state.c - see resolve_state.h.
 */
#include "resolve_state.h"

#include "resolve_fields.h"

/* Returns the text or list without a bound that the field's type itself has, or NULL; what messages
 * and unions have is looked at when all of them are known. */
static const struct type *unbounded(const struct type *type)
{
    for (;; type = type->item) {
        switch (type->kind) {
        case TYPE_STRING:
        case TYPE_BYTES: return type->bound == TYPE_NO_BOUND ? type : NULL;
        case TYPE_LIST:
            if (type->bound == TYPE_NO_BOUND) {
                return type;
            }
            break;
        case TYPE_ARRAY:
        case TYPE_OPTIONAL: break;
        default: return NULL;
        }
    }
}

static void check_bounds(
        struct scope *scope, const struct field *field, const struct ast_field *written)
{
    const struct type *type = unbounded(&field->type);
    if (type == NULL) {
        return;
    }
    bool is_list = type->kind == TYPE_LIST;
    const char *what = type->kind == TYPE_STRING ? "string" : "bytes";
    struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->type->span,
            "the state of an actor cannot hold %s without a bound",
            is_list                     ? "a list"
            : type->kind == TYPE_STRING ? "a string"
                                        : "bytes");
    if (is_list) {
        diag_hint(scope->diags, diag, "write [..8], or as many items as it needs");
    } else {
        diag_hint(scope->diags, diag, "write %s<64>, or as many as it needs", what);
    }
}

struct fields *resolve_state(struct scope *scope, const struct ast_fields *written)
{
    struct fields *fields = ARENA_NEW(scope->arena, struct fields);
    resolve_fields(scope, written, VALUES_IN_STATE, fields);
    const struct ast_field *w = written->first;
    for (const struct field *f = fields->first; f != NULL; f = f->next, w = w->next) {
        check_bounds(scope, f, w);
    }
    return fields;
}
