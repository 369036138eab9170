/* SPDX-License-Identifier: MIT */
/*
 * diff_mode.c - see diff_mode.h. What a mode does with a message is looked up as the actor would
 * at run time: its own entry, else the handler of all modes.
 */
#include "diff_mode.h"

#include "diff_items.h"

#include <string.h>

enum treatment { UNHANDLED, STASHED, BY_ALL, BY_MODE };

static const struct mode_entry *entry_of(const struct mode *mode, const struct handler *handler)
{
    for (const struct mode_entry *e = mode == NULL ? NULL : mode->entries; e != NULL;
            e = e->next) {
        if (e->handler == handler) {
            return e;
        }
    }
    return NULL;
}

static enum treatment treatment_of(const struct mode *mode, const struct handler *handler)
{
    const struct mode_entry *entry = entry_of(mode, handler);
    if (entry != NULL) {
        return entry->stash ? STASHED : BY_MODE;
    }
    return handler->in_all_modes ? BY_ALL : UNHANDLED;
}

/* A handler or a mode in both versions. A mode is NULL where the actor has but one behaviour. */
struct both {
    const struct actor *actor; /* the new one */
    const struct handler *old_handler, *new_handler;
    const struct mode *old_mode, *new_mode;
    struct span old, new; /* where the difference is shown */
};

/* ---- What handlers may become ----------------------------------------------------------- */

static const struct become *find_become(const struct become *list, const char *mode)
{
    for (const struct become *b = list; b != NULL; b = b->next) {
        if (strcmp(b->mode->schema, mode) == 0) {
            return b;
        }
    }
    return NULL;
}

/* Modes that are gone or new themselves are left out: that is said elsewhere. */
static bool has_mode(const struct actor *actor, const char *name)
{
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        if (strcmp(m->schema, name) == 0) {
            return true;
        }
    }
    return false;
}

static void diff_becomes(struct diff *diff, const struct both *both, const struct actor *old,
        const struct become *before, const struct become *after)
{
    const char *actor = both->actor->name.schema;
    const char *message = both->new_handler->message->name.schema;
    for (const struct become *b = before; b != NULL; b = b->next) {
        const char *mode = b->mode->schema;
        if (find_become(after, mode) == NULL && has_mode(both->actor, mode)) {
            diff_add(diff, DIFF_BECOME_REMOVED, b->span, both->new,
                    "the handler of '%s.%s' may not become '%s' any more", actor, message,
                    mode);
        }
    }
    for (const struct become *b = after; b != NULL; b = b->next) {
        const char *mode = b->mode->schema;
        if (find_become(before, mode) == NULL && has_mode(old, mode)) {
            diff_add(diff, DIFF_BECOME_ADDED, both->old, b->span,
                    "the handler of '%s.%s' may become '%s'", actor, message, mode);
        }
    }
}

/* ---- One message in one mode ------------------------------------------------------------ */

static void diff_treatment(
        struct diff *diff, const struct both *both, enum treatment old, enum treatment new)
{
    static const struct {
        enum diff_rule rule;
        const char *text;
    } rules[] = {
        [UNHANDLED] = { DIFF_MODE_UNHANDLED, "%s does not handle '%s' any more" },
        [STASHED] = { DIFF_MODE_STASHED, "%s keeps '%s' for later now" },
        [BY_ALL] = { DIFF_MODE_FUNCTION, "%s handles '%s' as in all modes now" },
        [BY_MODE] = { DIFF_MODE_FUNCTION, "%s handles '%s' in its own way now" },
    };
    enum diff_rule rule = rules[new].rule;
    const char *text = rules[new].text;
    if (old == UNHANDLED || (old == STASHED && new != UNHANDLED)) {
        rule = DIFF_MODE_HANDLED;
        text = new == STASHED ? text : "%s handles '%s' now";
    }
    const char *actor = both->actor->name.schema;
    const char *who = both->new_mode == NULL ? arena_printf(diff->arena, "'%s'", actor)
                                             : arena_printf(diff->arena, "mode '%s' of '%s'",
                                                       both->new_mode->schema, actor);
    diff_add(diff, rule, both->old, both->new, text, who,
            both->new_handler->message->name.schema);
}

static void diff_message_in_mode(struct diff *diff, struct both *both)
{
    enum treatment old = treatment_of(both->old_mode, both->old_handler);
    enum treatment new = treatment_of(both->new_mode, both->new_handler);
    if (old == new) {
        return;
    }
    const struct mode_entry *before = entry_of(both->old_mode, both->old_handler);
    const struct mode_entry *after = entry_of(both->new_mode, both->new_handler);
    both->old = before != NULL           ? before->span
                : both->old_mode != NULL ? both->old_mode->span
                                         : both->old_handler->span;
    both->new = after != NULL            ? after->span
                : both->new_mode != NULL ? both->new_mode->span
                                         : both->new_handler->span;
    diff_treatment(diff, both, old, new);
}

/* ---- Modes ------------------------------------------------------------------------------ */

static const struct handler *handler_now(
        const struct diff *diff, const struct actor *new, const struct handler *old)
{
    for (const struct handler *h = new->handlers; h != NULL; h = h->next) {
        if (diff_is_pair(diff, old->message, h->message)) {
            return h;
        }
    }
    return NULL;
}

/* Compares all that an actor handles in both versions. */
static void diff_mode(struct diff *diff, const struct actor *old, const struct actor *new,
        const struct mode *old_mode, const struct mode *new_mode)
{
    for (const struct handler *h = old->handlers; h != NULL; h = h->next) {
        const struct handler *now = handler_now(diff, new, h);
        if (now == NULL) {
            continue;
        }
        struct both both = { .actor = new,
            .old_handler = h,
            .new_handler = now,
            .old_mode = old_mode,
            .new_mode = new_mode };
        diff_message_in_mode(diff, &both);
        const struct mode_entry *before = entry_of(old_mode, h);
        const struct mode_entry *after = entry_of(new_mode, now);
        if (before != NULL && after != NULL && !before->stash && !after->stash) {
            both.old = before->span;
            both.new = after->span;
            diff_becomes(diff, &both, old, before->becomes, after->becomes);
        }
    }
}

static void diff_becomes_in_all_modes(
        struct diff *diff, const struct actor *old, const struct actor *new)
{
    for (const struct handler *h = old->handlers; h != NULL; h = h->next) {
        const struct handler *now = handler_now(diff, new, h);
        if (now != NULL && h->in_all_modes && now->in_all_modes) {
            struct both both = { .actor = new,
                .old_handler = h,
                .new_handler = now,
                .old = h->span,
                .new = now->span };
            diff_becomes(diff, &both, old, h->becomes, now->becomes);
        }
    }
}

/* Two modes are one that was renamed if they have the same place and treat the same messages. */
static bool alike(const struct diff *diff, const void *old, const void *new)
{
    const struct mode *o = old;
    const struct mode *n = new;
    const struct mode_entry *e = n->entries;
    for (const struct mode_entry *b = o->entries; b != NULL; b = b->next, e = e->next) {
        if (e == NULL || b->stash != e->stash ||
                !diff_is_pair(diff, b->handler->message, e->handler->message)) {
            return false;
        }
    }
    return e == NULL && o->entries != NULL && o->index == n->index;
}

static void diff_matched(struct diff *diff, const struct actor *old, const struct actor *new,
        const struct diff_items *before, const struct diff_items *after)
{
    for (const struct diff_item *i = before->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_MODE_REMOVED, i->span, new->span,
                    "'%s' has no mode '%s' any more", new->name.schema, i->name);
            continue;
        }
        if (diff_item_is_renamed(i)) {
            diff_add(diff, DIFF_MODE_RENAMED, i->span, i->peer->span,
                    "mode '%s' of '%s' is called '%s' now", i->name, new->name.schema,
                    i->peer->name);
        }
        diff_mode(diff, old, new, i->thing, i->peer->thing);
    }
    for (const struct diff_item *i = after->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_MODE_ADDED, old->span, i->span, "'%s' has a new mode '%s'",
                    new->name.schema, i->name);
        }
    }
    if (before->first->peer != after->first) {
        diff_add(diff, DIFF_MODE_INITIAL, before->first->span, after->first->span,
                "'%s' began in mode '%s' and begins in '%s'", new->name.schema,
                before->first->name, after->first->name);
    }
}

void diff_modes(struct diff *diff, const struct actor *old, const struct actor *new)
{
    if (old->modes == NULL || new->modes == NULL) {
        /* The one behaviour is compared with the one in which the other version begins. */
        for (const struct mode *m = old->modes; m != NULL; m = m->next) {
            diff_add(diff, DIFF_MODE_REMOVED, m->span, new->span,
                    "'%s' has no mode '%s' any more", new->name.schema, m->schema);
        }
        for (const struct mode *m = new->modes; m != NULL; m = m->next) {
            diff_add(diff, DIFF_MODE_ADDED, old->span, m->span, "'%s' has a new mode '%s'",
                    new->name.schema, m->schema);
        }
        diff_mode(diff, old, new, old->modes, new->modes);
        return;
    }
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, mode, old->modes, item->schema, item->span);
    DIFF_COLLECT(diff, &after, mode, new->modes, item->schema, item->span);
    diff_items_match(diff, &before, &after, alike);
    diff_matched(diff, old, new, &before, &after);
    diff_becomes_in_all_modes(diff, old, new);
}
