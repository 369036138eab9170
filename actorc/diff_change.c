/* SPDX-License-Identifier: MIT */
/*
 * diff_change.c - see diff_change.h.
 */
#include "diff_change.h"

#include <stdarg.h>
#include <stdio.h>

const struct diff_rule_info diff_rules[DIFF_RULE_COUNT] = {
#define DIFF_RULE(id, name, breaks, what) { name, breaks, what },
    DIFF_RULES(DIFF_RULE)
#undef DIFF_RULE
};

void diff_fini(struct diff *diff)
{
    map_fini(&diff->pairs);
}

static const char *print(struct diff *diff, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0) {
        base_bug("bad format '%s'", format);
    }
    char *text = arena_alloc(diff->arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

struct diff_change *diff_add(struct diff *diff, enum diff_rule rule, struct span old,
        struct span new, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct diff_change *change = ARENA_NEW(diff->arena, struct diff_change);
    *change = (struct diff_change){
        .rule = rule, .text = print(diff, format, args), .old = old, .new = new
    };
    va_end(args);
    if (diff->last == NULL) {
        diff->first = change;
    } else {
        diff->last->next = change;
    }
    diff->last = change;
    if (diff_rules[rule].breaks == DIFF_NONE) {
        diff->compatible++;
    } else {
        diff->breaking++;
    }
    return change;
}

void diff_hint(struct diff *diff, struct diff_change *change, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    change->hint = print(diff, format, args);
    va_end(args);
}

void diff_pair(struct diff *diff, const void *old, const void *new)
{
    /* The map does not touch what its values point to. */
    map_set(&diff->pairs, map_key(old), (void *)(uintptr_t) new);
}

bool diff_is_pair(const struct diff *diff, const void *old, const void *new)
{
    return map_get(&diff->pairs, map_key(old)) == new;
}
