/* SPDX-License-Identifier: MIT */
/*
 * kept.h - how the state of an actor keeps values. A state has no pointers of its own, so what a
 * message has behind one lies in a state itself, with room for as much as its bound allows.
 */
#ifndef KEPT_H
#define KEPT_H

#include "arena.h"
#include "model.h"

/* The functions that the header has for a field of a state; what assignments do has none. */
enum kept_function {
    KEPT_SET = 1 << 0,    /* S_A_set_FIELD() */
    KEPT_GET = 1 << 1,    /* S_A_get_FIELD() */
    KEPT_CLEAR = 1 << 2,  /* S_A_clear_FIELD() */
    KEPT_PUT = 1 << 3,    /* S_A_put_FIELD(), of an item */
    KEPT_APPEND = 1 << 4, /* S_A_append_FIELD() */
    KEPT_REMOVE = 1 << 5, /* S_A_remove_FIELD() */
    KEPT_FUNCTIONS = 6
};

/* Returns which functions a field of this type has, as bits. */
unsigned kept_functions(const struct type *type);

/* Returns "set" for KEPT_SET, and so on. */
const char *kept_function_name(enum kept_function function);

/* Says whether a state keeps the type in another form than messages have it. */
bool kept_differs(const struct type *type);

/* Says whether who looks at it as at a message needs room for what the message has behind pointers. */
bool kept_needs_room(const struct type *type);

/* Returns what the optional holds, or the type itself. */
const struct type *kept_value(const struct type *type);

/* Returns the beginning of the names that a message or union has for being kept in states of this
 * schema, whose home may be another: "shop_order", from which "shop_order_state" and "shop_order_view" are made. */
const char *kept_name(struct arena *arena, const struct model *model, const struct cname *name,
        const struct model *home);

#endif
