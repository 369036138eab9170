/* SPDX-License-Identifier: MIT */
/*
 * diff_effect.c - see diff_effect.h. In C an effect is a function whose name says whom it is
 * about; so what counts is whether an actor has it, and not in which of its blocks.
 */
#include "diff_effect.h"

#include "diff_items.h"

#include <inttypes.h>
#include <string.h>

/* ---- Effects that are there or not ------------------------------------------------------ */

/* What is said of a kind of effect. The texts have places for the actor's and the effect's name. */
struct kind {
    enum diff_rule removed;
    const char *removed_text;
    enum diff_rule added;
    const char *added_text;
    bool (*alike)(const struct diff *diff, const void *old, const void *new);
};

static void diff_kind(struct diff *diff, const struct kind *kind, const struct actor *old,
        const struct actor *new, struct diff_items *before, struct diff_items *after)
{
    diff_items_match(diff, before, after, kind->alike);
    for (const struct diff_item *i = before->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, kind->removed, i->span, new->span, "'%s' %s '%s' any more",
                    new->name.schema, kind->removed_text, i->name);
        }
    }
    for (const struct diff_item *i = after->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, kind->added, old->span, i->span, "'%s' %s '%s'", new->name.schema,
                    kind->added_text, i->name);
        }
    }
}

/* "Audit.Sold" */
static const char *target_name(
        struct diff *diff, const struct actor *actor, const struct handler *handler)
{
    return arena_printf(
            diff->arena, "%s.%s", actor->name.schema, handler->message->name.schema);
}

static bool same_tell(const struct diff *diff, const void *old, const void *new)
{
    const struct tell *o = old;
    const struct tell *n = new;
    return diff_is_pair(diff, o->target, n->target) &&
           diff_is_pair(diff, o->handler->message, n->handler->message);
}

static void collect_tells(
        struct diff *diff, const struct actor *actor, struct diff_items *items)
{
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (!t->repeated) {
            const char *name = target_name(diff, t->target, t->handler);
            diff_items_add(diff, items, name, 0, t->span, t);
        }
    }
}

static void diff_tells(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_TELL_REMOVED, "may not send", DIFF_TELL_ADDED,
        "may send", same_tell };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    collect_tells(diff, old, &before);
    collect_tells(diff, new, &after);
    diff_kind(diff, &kind, old, new, &before, &after);
}

static bool same_delegate(const struct diff *diff, const void *old, const void *new)
{
    const struct delegate *o = old;
    const struct delegate *n = new;
    return diff_is_pair(diff, o->target, n->target) &&
           diff_is_pair(diff, o->handler->message, n->handler->message);
}

static void collect_delegates(
        struct diff *diff, const struct actor *actor, struct diff_items *items)
{
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (!d->repeated) {
            const char *name = target_name(diff, d->target, d->handler);
            diff_items_add(diff, items, name, 0, d->span, d);
        }
    }
}

static void diff_delegates(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_DELEGATE_REMOVED, "may not hand calls on to",
        DIFF_DELEGATE_ADDED, "may hand calls on to", same_delegate };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    collect_delegates(diff, old, &before);
    collect_delegates(diff, new, &after);
    diff_kind(diff, &kind, old, new, &before, &after);
}

static bool same_watch(const struct diff *diff, const void *old, const void *new)
{
    return diff_is_pair(
            diff, ((const struct watch *)old)->actor, ((const struct watch *)new)->actor);
}

static bool same_spawn(const struct diff *diff, const void *old, const void *new)
{
    return diff_is_pair(
            diff, ((const struct spawn *)old)->actor, ((const struct spawn *)new)->actor);
}

static void diff_watches(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_WATCH_REMOVED, "may not watch", DIFF_WATCH_ADDED,
        "may watch", same_watch };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, watch, old->watches, item->actor->name.schema, item->span);
    DIFF_COLLECT(diff, &after, watch, new->watches, item->actor->name.schema, item->span);
    diff_kind(diff, &kind, old, new, &before, &after);
}

static void diff_spawns(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_SPAWN_REMOVED, "may not start", DIFF_SPAWN_ADDED,
        "may start", same_spawn };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, spawn, old->spawns, item->actor->name.schema, item->span);
    DIFF_COLLECT(diff, &after, spawn, new->spawns, item->actor->name.schema, item->span);
    diff_kind(diff, &kind, old, new, &before, &after);
}

/* ---- Asks ------------------------------------------------------------------------------- */

/* Returns the time as one would write it. */
static const char *duration_text(struct diff *diff, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *unit;
    } units[] = { { INT64_C(3600000000000), "h" }, { INT64_C(60000000000), "m" },
        { INT64_C(1000000000), "s" }, { INT64_C(1000000), "ms" }, { INT64_C(1000), "us" } };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ns % units[i].ns == 0) {
            return arena_printf(diff->arena, "%" PRId64 "%s", ns / units[i].ns, units[i].unit);
        }
    }
    return arena_printf(diff->arena, "%" PRId64 "ns", ns);
}

static bool same_ask(const struct diff *diff, const void *old, const void *new)
{
    const struct ask *o = old;
    const struct ask *n = new;
    bool same_block =
            (o->from == NULL) == (n->from == NULL) &&
            (o->from == NULL || diff_is_pair(diff, o->from->message, n->from->message));
    return same_block && diff_is_pair(diff, o->target, n->target) &&
           diff_is_pair(diff, o->handler->message, n->handler->message);
}

static void diff_ask_call(
        struct diff *diff, const char *what, const struct ask *old, const struct ask *new)
{
    const struct message *before = ask_call(old);
    const struct message *after = ask_call(new);
    if (before == NULL && after == NULL) {
        return;
    }
    if (before == NULL || after == NULL || !diff_is_pair(diff, before, after)) {
        diff_add(diff, DIFF_ASK_CALL, old->span, new->span, "%s carried %s and carries %s",
                what, before == NULL ? "no call" : before->name.schema,
                after == NULL ? "no call" : after->name.schema);
    }
}

static void diff_ask_context(
        struct diff *diff, const char *what, const struct ask *old, const struct ask *new)
{
    if (old->with == NULL && new->with == NULL) {
        return;
    }
    if (old->with == NULL || new->with == NULL || !diff_is_pair(diff, old->with, new->with)) {
        diff_add(diff, DIFF_ASK_WITH, old->span, new->span, "%s kept %s and keeps %s", what,
                old->with == NULL ? "no message" : old->with->name.schema,
                new->with == NULL ? "no message" : new->with->name.schema);
    }
}

static void diff_ask(struct diff *diff, const struct actor *actor, const struct diff_item *old,
        const struct diff_item *new)
{
    const struct ask *o = old->thing;
    const struct ask *n = new->thing;
    const char *what =
            arena_printf(diff->arena, "ask '%s' of '%s'", n->name, actor->name.schema);
    if (diff_item_is_renamed(new)) {
        diff_add(diff, DIFF_ASK_RENAMED, o->span, n->span,
                "ask '%s' of '%s' is called '%s' now", o->name, actor->name.schema, n->name);
    }
    if (!diff_is_pair(diff, o->target, n->target) ||
            !diff_is_pair(diff, o->handler->message, n->handler->message)) {
        diff_add(diff, DIFF_ASK_TARGET, o->span, n->span, "%s went to '%s' and goes to '%s'",
                what, target_name(diff, o->target, o->handler),
                target_name(diff, n->target, n->handler));
    }
    if (o->exclusive != n->exclusive) {
        diff_add(diff, DIFF_ASK_EXCLUSIVE, o->span, n->span,
                n->exclusive ? "%s is exclusive now: other messages wait for the reply"
                             : "%s is not exclusive any more: other messages come before the "
                               "reply",
                what);
    }
    if (o->within_ns != n->within_ns) {
        bool shorter = n->within_ns < o->within_ns;
        diff_add(diff, shorter ? DIFF_ASK_SHORTER : DIFF_ASK_LONGER, o->span, n->span,
                "%s waited %s and waits %s", what, duration_text(diff, o->within_ns),
                duration_text(diff, n->within_ns));
    }
    diff_ask_call(diff, what, o, n);
    diff_ask_context(diff, what, o, n);
}

static void diff_asks(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_ASK_REMOVED, "has no ask", DIFF_ASK_ADDED,
        "has a new ask", same_ask };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, ask, old->asks, item->name, item->span);
    DIFF_COLLECT(diff, &after, ask, new->asks, item->name, item->span);
    diff_kind(diff, &kind, old, new, &before, &after);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer != NULL) {
            diff_ask(diff, new, i, i->peer);
        }
    }
}

/* ---- Timers and descriptors ------------------------------------------------------------- */

static void diff_timer(struct diff *diff, const struct actor *actor,
        const struct diff_item *old, const struct diff_item *new)
{
    const struct timer *o = old->thing;
    const struct timer *n = new->thing;
    if ((o->period_ns == 0) != (n->period_ns == 0)) {
        diff_add(diff, DIFF_TIMER_KIND, o->span, n->span,
                n->period_ns == 0 ? "timer '%s' of '%s' is to be started by its actor now"
                                  : "timer '%s' of '%s' goes by itself now",
                new->name, actor->name.schema);
    } else if (o->period_ns != n->period_ns) {
        diff_add(diff, DIFF_TIMER_PERIOD, o->span, n->span,
                "timer '%s' of '%s' went every %s and goes every %s", new->name,
                actor->name.schema, duration_text(diff, o->period_ns),
                duration_text(diff, n->period_ns));
    }
}

static bool same_timer(const struct diff *diff, const void *old, const void *new)
{
    return diff_is_pair(diff, ((const struct timer *)old)->handler->message,
            ((const struct timer *)new)->handler->message);
}

static void diff_timers(struct diff *diff, const struct actor *old, const struct actor *new)
{
    static const struct kind kind = { DIFF_TIMER_REMOVED, "has no timer", DIFF_TIMER_ADDED,
        "has a new timer", same_timer };
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(
            diff, &before, timer, old->timers, item->handler->message->name.schema, item->span);
    DIFF_COLLECT(
            diff, &after, timer, new->timers, item->handler->message->name.schema, item->span);
    diff_kind(diff, &kind, old, new, &before, &after);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer != NULL) {
            diff_timer(diff, new, i, i->peer);
        }
    }
}

static void diff_fd(struct diff *diff, const struct actor *old, const struct actor *new)
{
    if (old->fd == NULL && new->fd == NULL) {
        return;
    }
    if (old->fd == NULL || new->fd == NULL ||
            !diff_is_pair(diff, old->fd->message, new->fd->message)) {
        diff_add(diff, DIFF_FD_CHANGED, old->fd == NULL ? old->span : old->fd->span,
                new->fd == NULL ? new->span : new->fd->span,
                "'%s' heard of descriptors by %s, and now by %s", new->name.schema,
                old->fd == NULL ? "nothing" : old->fd->message->name.schema,
                new->fd == NULL ? "nothing" : new->fd->message->name.schema);
    }
}

void diff_effects(struct diff *diff, const struct actor *old, const struct actor *new)
{
    diff_tells(diff, old, new);
    diff_asks(diff, old, new);
    diff_delegates(diff, old, new);
    diff_watches(diff, old, new);
    diff_timers(diff, old, new);
    diff_fd(diff, old, new);
    diff_spawns(diff, old, new);
}
