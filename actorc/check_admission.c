/* SPDX-License-Identifier: MIT */
/*
 * check_admission.c - see check_admission.h.
 */
#include "check_admission.h"

#include <inttypes.h>

/* Its class takes no place of the mailbox: what is too many of it goes by itself. */
static bool makes_room(const struct handler *h)
{
    return h->limit > 0 && h->overflow == OVERFLOW_DROP_OLDEST;
}

/* Reports a reserve that its own statement, or its mailbox, makes senseless. */
static bool check_reserve(
        const struct actor *actor, const struct handler *h, struct diags *diags)
{
    const char *message = h->message->name.schema;
    struct diag *diag;
    if (actor->mailbox == 0) {
        diag = diags_add(diags, DIAG_RESERVE, h->reserve_span,
                "the mailbox of '%s' has no bound, so '%s' needs no places of its own",
                actor->name.schema, message);
        diag_hint(diags, diag, "write 'mailbox N refuse;' in '%s'", actor->name.schema);
        return false;
    }
    if (actor->overflow == OVERFLOW_DROP_OLDEST) {
        diag = diags_add(diags, DIAG_RESERVE, h->reserve_span,
                "a mailbox that drops its oldest message has room for every new one, and keeps "
                "no places for '%s'",
                message);
        diag_note(diags, diag, actor->mailbox_span, "the mailbox of '%s' is bounded here",
                actor->name.schema);
        diag_hint(diags, diag, "leave out 'reserve', or write 'refuse' for the mailbox");
        return false;
    }
    if (makes_room(h)) {
        diag = diags_add(diags, DIAG_RESERVE, h->reserve_span,
                "'%s' drops its oldest and takes no place in the mailbox, so it needs none of "
                "its own",
                message);
        diag_hint(diags, diag, "leave out 'reserve', or write 'refuse' for its limit");
        return false;
    }
    if (h->limit > 0 && h->reserve > h->limit) {
        diag = diags_add(diags, DIAG_RESERVE, h->reserve_span,
                "'%s' may wait %" PRIu32 " times, and cannot use %" PRIu32 " places", message,
                h->limit, h->reserve);
        diag_hint(diags, diag, "write 'reserve %" PRIu32 "'", h->limit);
        return false;
    }
    return true;
}

/* The first that waits in a place of the mailbox and has none of its own; NULL if there is none. */
static const struct handler *first_without_reserve(const struct actor *actor)
{
    const struct handler *h = actor->handlers;
    while (h != NULL && (h->reserve > 0 || makes_room(h))) {
        h = h->next;
    }
    return h;
}

static void note_reserves(const struct actor *actor, struct diags *diags, struct diag *diag)
{
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        if (h->reserve > 0) {
            diag_note(diags, diag, h->reserve_span, "%" PRIu32 " for '%s' alone", h->reserve,
                    h->message->name.schema);
        }
    }
}

static void check_sum(const struct actor *actor, uint64_t sum, struct diags *diags)
{
    const struct handler *other = first_without_reserve(actor);
    if (sum > actor->mailbox) {
        struct diag *diag = diags_add(diags, DIAG_RESERVE, actor->mailbox_span,
                "'%s' reserves %" PRIu64 " places in a mailbox of %" PRIu32, actor->name.schema,
                sum, actor->mailbox);
        note_reserves(actor, diags, diag);
        diag_hint(diags, diag, "make the mailbox larger, or reserve fewer");
    } else if (sum == actor->mailbox && other != NULL) {
        struct diag *diag = diags_add(diags, DIAG_RESERVE, other->span,
                "no place is left for '%s': all %" PRIu32 " of the mailbox are reserved",
                other->message->name.schema, actor->mailbox);
        note_reserves(actor, diags, diag);
        diag_hint(diags, diag, "make the mailbox larger, or reserve fewer");
    }
}

void check_admission(const struct model *model, struct diags *diags)
{
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        uint64_t sum = 0;
        bool is_sound = !a->broken;
        for (const struct handler *h = a->handlers; h != NULL; h = h->next) {
            sum += h->reserve;
            is_sound = (h->reserve == 0 || check_reserve(a, h, diags)) && is_sound;
        }
        if (is_sound && sum > 0) {
            check_sum(a, sum, diags);
        }
    }
}
