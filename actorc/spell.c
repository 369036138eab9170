/* SPDX-License-Identifier: MIT */
/*
 * spell.c - see spell.h.
 */
#include "spell.h"

#include "ast.h"
#include "buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *spell_list(struct arena *arena, const struct type *type)
{
    const char *item = spell_type(arena, type->item);
    return type->bound == TYPE_NO_BOUND
                   ? arena_printf(arena, "%s[]", item)
                   : arena_printf(arena, "%s[..%" PRIu32 "]", item, type->bound);
}

const char *spell_type(struct arena *arena, const struct type *type)
{
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
        return type->bound == TYPE_NO_BOUND ? ast_scalars[type->kind]
                                            : arena_printf(arena, "%s<%" PRIu32 ">",
                                                      ast_scalars[type->kind], type->bound);
    case TYPE_ENUM: return type->enumeration->name.schema;
    case TYPE_MESSAGE: return type->message->name.schema;
    case TYPE_UNION: return type->union_type->name.schema;
    case TYPE_REF: return arena_printf(arena, "ref %s", type->actor->name.schema);
    case TYPE_CALL: return arena_printf(arena, "call %s", type->message->name.schema);
    case TYPE_OPAQUE: return arena_printf(arena, "opaque \"%s\"", type->opaque);
    case TYPE_LIST: return spell_list(arena, type);
    case TYPE_ARRAY:
        return arena_printf(
                arena, "%s[%" PRIu32 "]", spell_type(arena, type->item), type->bound);
    case TYPE_OPTIONAL: return arena_printf(arena, "%s?", spell_type(arena, type->item));
    case TYPE_POISON: return "?";
    default: return ast_scalars[type->kind];
    }
}

/* The shortest text that is read back as the same number. */
static const char *spell_number(struct arena *arena, enum type_kind kind, double number)
{
    char text[64];
    bool is_float = kind == TYPE_F32;
    number = is_float ? (double)(float)number : number;
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        double again = strtod(text, NULL);
        if (is_float ? (double)(float)again == number : again == number) {
            break;
        }
    }
    return arena_printf(arena, "%s%s", text, strpbrk(text, ".e") == NULL ? ".0" : "");
}

static const char *spell_text(struct arena *arena, const char *data, size_t len)
{
    struct buf text = { 0 };
    buf_puts(&text, "\"");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        size_t size = source_utf8(data + i, len - i);
        if (size > 1) {
            buf_put(&text, data + i, size);
            i += size - 1;
        } else if (c == '"' || c == '\\') {
            buf_printf(&text, "\\%c", c);
        } else if (c == '\n') {
            buf_puts(&text, "\\n");
        } else if (c < 0x20 || c >= 0x7f) {
            buf_printf(&text, "\\%03o", c);
        } else {
            buf_put(&text, &data[i], 1);
        }
    }
    buf_puts(&text, "\"");
    const char *quoted = arena_strndup(arena, text.data, text.len);
    buf_fini(&text);
    return quoted;
}

const char *spell_value(struct arena *arena, const struct type *type, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_POISON: return NULL;
    case VALUE_INTEGER:
        if (type->kind == TYPE_DURATION && value->integer.magnitude <= INT64_MAX) {
            int64_t ns = (int64_t)value->integer.magnitude;
            return spell_duration(arena, value->integer.negative ? -ns : ns);
        }
        return arena_printf(arena, "%s%" PRIu64, value->integer.negative ? "-" : "",
                value->integer.magnitude);
    case VALUE_FLOAT: return spell_number(arena, type->kind, value->number);
    case VALUE_BOOL: return value->truth ? "true" : "false";
    case VALUE_TEXT: return spell_text(arena, value->text.data, value->text.len);
    case VALUE_MEMBER: return value->member->schema;
    case VALUE_ARG: return value->arg->schema;
    case VALUE_CHILD: return value->child->schema;
    }
    return NULL;
}

const char *spell_duration(struct arena *arena, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {
        { INT64_C(3600000000000), "h" },
        { INT64_C(60000000000), "m" },
        { INT64_C(1000000000), "s" },
        { 1000000, "ms" },
        { 1000, "us" },
    };
    for (size_t i = 0; ns != 0 && i < sizeof units / sizeof units[0]; i++) {
        if (ns % units[i].ns == 0) {
            return arena_printf(arena, "%" PRId64 "%s", ns / units[i].ns, units[i].name);
        }
    }
    return arena_printf(arena, "%" PRId64 "ns", ns);
}

const char *spell_overflow(enum overflow overflow)
{
    static const char *const names[] = {
        [OVERFLOW_REFUSE] = "refuse",
        [OVERFLOW_DROP_OLDEST] = "drop_oldest",
        [OVERFLOW_DROP_NEWEST] = "drop_newest",
        [OVERFLOW_THROTTLE] = "throttle",
    };
    return names[overflow];
}

const char *spell_route(enum route route)
{
    static const char *const names[] = {
        [ROUTE_ROUND_ROBIN] = "round_robin",
        [ROUTE_LEAST_LOADED] = "least_loaded",
        [ROUTE_HASH] = "hash",
    };
    return names[route];
}

const char *spell_strategy(enum strategy strategy)
{
    static const char *const names[] = {
        [STRATEGY_NONE] = "none",
        [STRATEGY_ONE_FOR_ONE] = "one_for_one",
        [STRATEGY_ALL_FOR_ONE] = "all_for_one",
        [STRATEGY_REST_FOR_ONE] = "rest_for_one",
        [STRATEGY_RESUME] = "resume",
    };
    return names[strategy];
}

const char *spell_supervision(struct arena *arena, const struct supervision *supervision)
{
    if (supervision->strategy == STRATEGY_NONE) {
        return NULL;
    }
    const char *text = arena_printf(arena, "%s, %" PRIu32 " restarts in %s",
            spell_strategy(supervision->strategy), supervision->restarts,
            spell_duration(arena, supervision->window_ns));
    if (supervision->backoff_min_ns == 0) {
        return text;
    }
    return arena_printf(arena, "%s, backoff %s to %s", text,
            spell_duration(arena, supervision->backoff_min_ns),
            spell_duration(arena, supervision->backoff_max_ns));
}

const char *spell_name(struct arena *arena, const struct model *here, const struct model *home,
        const char *name)
{
    return home == NULL || home == here ? name
                                        : arena_printf(arena, "%s.%s", home->schema, name);
}
