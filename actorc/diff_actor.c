/* SPDX-License-Identifier: MIT */
/*
 * diff_actor.c - see diff_actor.h. What an actor receives and is; what it sends and whom it
 * starts is compared in diff_effect.c and diff_child.c.
 */
#include "diff_actor.h"

#include "diff_child.h"
#include "diff_effect.h"
#include "diff_fields.h"
#include "diff_items.h"
#include "diff_mode.h"

static const char *const overflow_texts[] = { "refuse", "drop_oldest", "drop_newest",
    "throttle" };

/* Returns the place of a statement, or that of the actor where it is not there. */
static struct span place(struct span statement, struct span actor)
{
    return statement.hi > statement.lo ? statement : actor;
}

/* ---- Admission -------------------------------------------------------------------------- */

/* Returns "a bound of 10", or "no bound" for 0. */
static const char *bound_text(struct diff *diff, const char *what, uint32_t bound)
{
    return bound == 0 ? arena_printf(diff->arena, "no %s", what)
                      : arena_printf(diff->arena, "a %s of %u", what, (unsigned)bound);
}

static bool is_smaller(uint32_t old, uint32_t new)
{
    return new != 0 && (old == 0 || new < old);
}

static void diff_mailbox(struct diff *diff, const struct actor *old, const struct actor *new)
{
    struct span before = place(old->mailbox_span, old->span);
    struct span after = place(new->mailbox_span, new->span);
    if (old->mailbox != new->mailbox) {
        bool smaller = is_smaller(old->mailbox, new->mailbox);
        diff_add(diff, smaller ? DIFF_MAILBOX_SMALLER : DIFF_MAILBOX_LARGER, before, after,
                "the mailbox of '%s' had %s and has %s", new->name.schema,
                bound_text(diff, "bound", old->mailbox),
                bound_text(diff, "bound", new->mailbox));
    }
    if (old->mailbox != 0 && new->mailbox != 0 && old->overflow != new->overflow) {
        diff_add(diff, DIFF_MAILBOX_POLICY, before, after,
                "past its bound the mailbox of '%s' had '%s' and has '%s'", new->name.schema,
                overflow_texts[old->overflow], overflow_texts[new->overflow]);
    }
}

static void diff_limit(struct diff *diff, const char *what, const struct handler *old,
        const struct handler *new)
{
    if (old->limit != new->limit) {
        bool smaller = is_smaller(old->limit, new->limit);
        diff_add(diff, smaller ? DIFF_LIMIT_SMALLER : DIFF_LIMIT_LARGER, old->span, new->span,
                "%s had %s and has %s", what, bound_text(diff, "limit", old->limit),
                bound_text(diff, "limit", new->limit));
    }
    if (old->limit != 0 && new->limit != 0 && old->overflow != new->overflow) {
        diff_add(diff, DIFF_LIMIT_POLICY, old->span, new->span,
                "past its limit %s had '%s' and has '%s'", what, overflow_texts[old->overflow],
                overflow_texts[new->overflow]);
    }
    if (old->reserve != new->reserve) {
        diff_add(diff, DIFF_RESERVE_CHANGED, old->span, new->span,
                "%u places were reserved for %s, and now %u", (unsigned)old->reserve, what,
                (unsigned)new->reserve);
    }
}

static void diff_handler(struct diff *diff, const struct actor *actor,
        const struct handler *old, const struct handler *new)
{
    const char *what =
            arena_printf(diff->arena, "'%s.%s'", actor->name.schema, new->message->name.schema);
    if (old->urgent != new->urgent) {
        diff_add(diff, DIFF_HANDLER_URGENT, old->span, new->span,
                new->urgent ? "%s overtakes messages that are not urgent now"
                            : "%s does not overtake other messages any more",
                what);
    }
    diff_limit(diff, what, old, new);
}

static bool same_message(const struct diff *diff, const void *old, const void *new)
{
    return diff_is_pair(diff, ((const struct handler *)old)->message,
            ((const struct handler *)new)->message);
}

static void diff_handlers(struct diff *diff, const struct actor *old, const struct actor *new)
{
    struct diff_items before = { 0 };
    struct diff_items after = { 0 };
    DIFF_COLLECT(diff, &before, handler, old->handlers, item->message->name.schema, item->span);
    DIFF_COLLECT(diff, &after, handler, new->handlers, item->message->name.schema, item->span);
    diff_items_match(diff, &before, &after, same_message);
    for (const struct diff_item *i = before.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_HANDLER_REMOVED, i->span, new->span,
                    "'%s' does not handle '%s' any more", new->name.schema, i->name);
        } else {
            diff_handler(diff, new, i->thing, i->peer->thing);
        }
    }
    for (const struct diff_item *i = after.first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            diff_add(diff, DIFF_HANDLER_ADDED, old->span, i->span, "'%s' handles '%s'",
                    new->name.schema, i->name);
        }
    }
}

/* ---- The rest --------------------------------------------------------------------------- */

static void diff_hook(struct diff *diff, const struct actor *old, const struct actor *new,
        const char *hook, struct span before, struct span after)
{
    bool was = before.hi > before.lo;
    bool is = after.hi > after.lo;
    if (was != is) {
        diff_add(diff, is ? DIFF_HOOK_ADDED : DIFF_HOOK_REMOVED, place(before, old->span),
                place(after, new->span),
                is ? "'%s' has the hook 'on %s' now" : "'%s' has no hook 'on %s' any more",
                new->name.schema, hook);
    }
}

static void diff_dedicated(struct diff *diff, const struct actor *old, const struct actor *new)
{
    if (old->dedicated != new->dedicated) {
        diff_add(diff, new->dedicated ? DIFF_DEDICATED_NOW : DIFF_DEDICATED_LOST,
                place(old->dedicated_span, old->span), place(new->dedicated_span, new->span),
                new->dedicated ? "'%s' has a thread of its own now"
                               : "'%s' has no thread of its own any more: it may not block",
                new->name.schema);
    }
}

static void diff_states(struct diff *diff, const struct diff_owner *owner,
        const struct fields *old, const struct fields *new)
{
    if ((old == NULL) != (new == NULL)) {
        diff_add(diff, DIFF_STATE_CHANGED, owner->old, owner->new,
                new == NULL ? "the program has to declare the state of %s now"
                            : "the state of %s is declared in the schema now",
                owner->name);
    } else if (old != NULL) {
        diff_state(diff, owner, old, new);
    }
}

void diff_actors(struct diff *diff, const struct actor *old, const struct actor *new)
{
    const struct diff_owner owner = { arena_printf(diff->arena, "'%s'", new->name.schema),
        old->span, new->span };
    diff_arguments(diff, &owner, &old->args, &new->args);
    diff_handlers(diff, old, new);
    diff_modes(diff, old, new);
    diff_hook(diff, old, new, "start", old->start_span, new->start_span);
    diff_hook(diff, old, new, "stop", old->stop_span, new->stop_span);
    diff_mailbox(diff, old, new);
    diff_dedicated(diff, old, new);
    diff_states(diff, &owner, old->state, new->state);
    diff_effects(diff, old, new);
    diff_children(diff, old, new);
}
