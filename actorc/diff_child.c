/* SPDX-License-Identifier: MIT */
/*
 * diff_child.c - see diff_child.h.
 */
#include "diff_child.h"

#include "diff_items.h"
#include "diff_type.h"

#include <string.h>

/* ---- Children --------------------------------------------------------------------------- */

static const struct argument *argument_of(const struct child *child, const char *name)
{
    for (const struct argument *a = child->arguments; a != NULL; a = a->next) {
        if (strcmp(a->field->schema, name) == 0) {
            return a;
        }
    }
    return NULL;
}

static void diff_child_arguments(
        struct diff *diff, const char *what, const struct child *old, const struct child *new)
{
    for (const struct argument *a = new->arguments; a != NULL; a = a->next) {
        const struct argument *before = argument_of(old, a->field->schema);
        if (before != NULL && !diff_same_value(&before->value, &a->value)) {
            diff_add(diff, DIFF_CHILD_ARGUMENT, old->span, new->span,
                    "%s got %s as '%s' and gets %s", what,
                    diff_value_text(diff->arena, &before->value), a->field->schema,
                    diff_value_text(diff->arena, &a->value));
        }
    }
}

/* Returns how messages find their way among the members: "by hash(user)". */
static const char *route_text(struct diff *diff, const struct pool *pool)
{
    if (pool == NULL) {
        return "to the only one";
    }
    switch (pool->route) {
    case ROUTE_ROUND_ROBIN: return "by round_robin";
    case ROUTE_LEAST_LOADED: return "by least_loaded";
    case ROUTE_HASH: break;
    }
    return arena_printf(diff->arena, "by hash(%s)", pool->field);
}

static void diff_pool(
        struct diff *diff, const char *what, const struct child *old, const struct child *new)
{
    const char *before = route_text(diff, old->pool);
    const char *after = route_text(diff, new->pool);
    if (strcmp(before, after) != 0) {
        diff_add(diff, DIFF_POOL_ROUTE, old->span, new->span,
                "messages to %s went %s and go %s", what, before, after);
    } else if (old->pool != NULL && old->pool->size != new->pool->size) {
        diff_add(diff, DIFF_POOL_SIZE, old->span, new->span, "%s had %u members and has %u",
                what, (unsigned)old->pool->size, (unsigned)new->pool->size);
    }
}

static void diff_child(struct diff *diff, const struct actor *actor,
        const struct diff_item *old, const struct diff_item *new)
{
    const struct child *o = old->thing;
    const struct child *n = new->thing;
    const char *what =
            arena_printf(diff->arena, "child '%s' of '%s'", n->schema, actor->name.schema);
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_CHILD_RENAMED, o->span, n->span,
                "child '%s' of '%s' is called '%s' now", o->schema, actor->name.schema,
                n->schema);
    }
    if (!diff_is_pair(diff, o->actor, n->actor)) {
        diff_add(diff, DIFF_CHILD_TYPE, o->span, n->span, "%s was '%s' and is '%s'", what,
                o->actor->name.schema, n->actor->name.schema);
        return;
    }
    diff_child_arguments(diff, what, o, n);
    diff_pool(diff, what, o, n);
}

static bool same_child(const struct diff *diff, const void *old, const void *new)
{
    const struct child *o = old;
    const struct child *n = new;
    return o->index == n->index && diff_is_pair(diff, o->actor, n->actor);
}

/* ---- Supervision ------------------------------------------------------------------------ */

static struct span supervise_place(const struct actor *actor)
{
    return actor->supervise_span.hi > actor->supervise_span.lo ? actor->supervise_span
                                                               : actor->span;
}

static void diff_supervision(
        struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const char *const texts[] = { "none", "one_for_one", "all_for_one", "rest_for_one",
        "resume" };
    const struct supervision *o = &old->supervision;
    const struct supervision *n = &new->supervision;
    struct span before = supervise_place(old);
    struct span after = supervise_place(new);
    const char *name = new->name.schema;
    if (o->strategy != n->strategy) {
        diff_add(diff, DIFF_STRATEGY, before, after, "the supervision of '%s' was %s and is %s",
                name, texts[o->strategy], texts[n->strategy]);
        return;
    }
    if (o->restarts != n->restarts || o->window_ns != n->window_ns) {
        bool fewer = n->restarts < o->restarts || n->window_ns > o->window_ns;
        diff_add(diff, fewer ? DIFF_RESTARTS_FEWER : DIFF_RESTARTS_MORE, before, after,
                fewer ? "'%s' gives up after fewer restarts in a time"
                      : "'%s' gives up after more restarts in a time",
                name);
    }
    if (o->backoff_min_ns != n->backoff_min_ns || o->backoff_max_ns != n->backoff_max_ns) {
        diff_add(diff, DIFF_BACKOFF, before, after,
                "'%s' waits longer or less long before a restart", name);
    }
}

void diff_children(struct diff *diff, const struct actor *old, const struct actor *new)
{
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, child, old->children, item->schema, item->span);
    DIFF_COLLECT(diff, &after, child, new->children, item->schema, item->span);
    diff_items_match(diff, &before, &after, same_child);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_CHILD_REMOVED, i->span, new->span,
                    "'%s' has no child '%s' any more", new->name.schema, i->name);
        } else {
            diff_child(diff, new, i, i->peer);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_CHILD_ADDED, old->span, i->span, "'%s' has a new child '%s'",
                    new->name.schema, i->name);
        }
    }
    const struct diff_item *moved = diff_items_moved(&after);
    if (moved != NULL) {
        diff_add(diff, DIFF_CHILD_ORDER, moved->peer->span, moved->span,
                "children of '%s' start in another order: '%s' is one that moved",
                new->name.schema, moved->name);
    }
    diff_supervision(diff, old, new);
}
