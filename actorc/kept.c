/* SPDX-License-Identifier: MIT */
/*
 * kept.c - see kept.h.
 */
#include "kept.h"

bool kept_differs(const struct type *type)
{
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_LIST: return true;
    case TYPE_MESSAGE:
    case TYPE_UNION: return type_fields(type)->measures.variable;
    case TYPE_ARRAY: return kept_differs(type->item);
    case TYPE_OPTIONAL: return type_is_pointer(type) || kept_differs(type->item);
    default: return false;
    }
}

bool kept_needs_room(const struct type *type)
{
    switch (type->kind) {
    case TYPE_LIST: return kept_differs(type->item);
    case TYPE_MESSAGE:
    case TYPE_UNION: return type_fields(type)->measures.roomy;
    case TYPE_ARRAY: return kept_needs_room(type->item);
    case TYPE_OPTIONAL:
        return type_is_pointer(type) ? kept_differs(type->item) : kept_needs_room(type->item);
    default: return false;
    }
}

const struct type *kept_value(const struct type *type)
{
    return type->kind == TYPE_OPTIONAL ? type->item : type;
}

/* Says whether a function can return the item as a message has it. */
static bool is_lent(const struct type *item)
{
    const struct type *value = kept_value(item);
    return value->kind == TYPE_STRING || value->kind == TYPE_BYTES ||
           (type_fields(value) != NULL && kept_differs(item));
}

/* Says whether the items of an array are lists, of which C functions cannot take arrays. */
static bool holds_lists(const struct type *type)
{
    while (type->kind == TYPE_ARRAY) {
        type = type->item;
    }
    return type->kind == TYPE_LIST;
}

unsigned kept_functions(const struct type *type)
{
    const struct type *value = kept_value(type);
    unsigned clear = type->kind == TYPE_OPTIONAL ? KEPT_CLEAR : 0;
    if (!kept_differs(type)) {
        return 0;
    }
    switch (value->kind) {
    case TYPE_LIST:
        return KEPT_SET | KEPT_CLEAR | KEPT_PUT | KEPT_APPEND | KEPT_REMOVE |
               (is_lent(value->item) ? KEPT_GET : 0);
    case TYPE_ARRAY:
        return (holds_lists(value) ? 0 : KEPT_SET) | clear |
               (holds_lists(value) && value->item->kind == TYPE_ARRAY ? 0 : KEPT_PUT) |
               (is_lent(value->item) ? KEPT_GET : 0);
    default: return KEPT_SET | KEPT_GET | clear;
    }
}

const char *kept_function_name(enum kept_function function)
{
    switch (function) {
    case KEPT_SET: return "set";
    case KEPT_GET: return "get";
    case KEPT_CLEAR: return "clear";
    case KEPT_PUT: return "put";
    case KEPT_APPEND: return "append";
    default: return "remove";
    }
}

const char *kept_name(struct arena *arena, const struct model *model, const struct cname *name,
        const struct model *home)
{
    return home == NULL || home == model ? name->c
                                         : arena_printf(arena, "%s_%s", model->prefix, name->c);
}
