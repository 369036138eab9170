/* SPDX-License-Identifier: MIT */
/*
 * check_periods.c - see check_periods.h.
 */
#include "check_periods.h"

#include "map.h"

#include <stdlib.h>

/* ---- What is sent ------------------------------------------------------------------------ */

/* Messages that are looked into, each once, whatever contains it; chains of them may be long. */
struct search {
    struct map seen;
    const struct message **waiting;
    size_t count;
    size_t cap;
};

static void look_into(struct search *search, const struct message *m)
{
    if (map_add(&search->seen, map_key(m), search) != NULL) {
        return;
    }
    if (search->count == search->cap) {
        search->cap = search->cap == 0 ? 16 : search->cap * 2;
        search->waiting =
                base_realloc(search->waiting, search->cap * sizeof search->waiting[0]);
    }
    search->waiting[search->count++] = m;
}

/* Returns a field, of the message or of one inside it, that has no value unless it is given one. */
static const struct field *find_union(const struct message *message)
{
    struct search search = { .count = 0 };
    const struct field *found = NULL;
    look_into(&search, message);
    while (search.count > 0 && found == NULL) {
        const struct message *m = search.waiting[--search.count];
        for (const struct field *f = m->fields.first; f != NULL && found == NULL; f = f->next) {
            const struct type *type = &f->type;
            while (type->kind == TYPE_ARRAY) {
                type = type->item;
            }
            if (type->kind == TYPE_UNION) {
                found = f;
            } else if (type->kind == TYPE_MESSAGE) {
                look_into(&search, type->message);
            }
        }
    }
    map_fini(&search.seen);
    free(search.waiting);
    return found;
}

/* What comes every period has the defaults, and a union has none. */
static void check_message(const struct timer *t, struct diags *diags)
{
    const struct message *m = t->handler->message;
    const struct field *f = find_union(m);
    if (f == NULL) {
        return;
    }
    struct diag *diag = diags_add(diags, DIAG_PLACE, t->span,
            "'%s' cannot come every period: nobody says which member '%s' has", m->name.schema,
            f->schema);
    diag_note(diags, diag, f->span, "the field is here");
    diag_hint(diags, diag, "make the field optional with '?', or write 'timer %s;'",
            m->name.schema);
}

/* ---- To whom ------------------------------------------------------------------------------ */

/* Returns a message of which any number may wait, or NULL. */
static const struct handler *find_unbounded(const struct actor *actor)
{
    const struct handler *h = actor->mailbox > 0 ? NULL : actor->handlers;
    while (h != NULL && h->limit > 0) {
        h = h->next;
    }
    return h;
}

/* Of ticks at most one waits, but what others send while the actor blocks piles up behind it. */
static void check_mailbox(const struct actor *actor, const struct timer *t, struct diags *diags)
{
    const struct handler *unbounded = find_unbounded(actor);
    if (!actor->dedicated || unbounded == NULL) {
        return;
    }
    struct diag *diag = diags_add(diags, DIAG_EVERY, t->span,
            "'%s' works by the clock and may block, so its mailbox may grow without bound",
            actor->name.schema);
    diag_note(diags, diag, actor->dedicated_span, "it has a thread of its own here");
    diag_note(diags, diag, unbounded->span, "any number of '%s' may wait",
            unbounded->message->name.schema);
    diag_hint(diags, diag, "write 'mailbox N refuse;' in '%s'", actor->name.schema);
}

void check_periods(const struct model *model, struct diags *diags)
{
    for (const struct actor *actor = model->actors; actor != NULL; actor = actor->next) {
        const struct timer *first = NULL;
        for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
            if (t->period_ns > 0) {
                check_message(t, diags);
                first = first == NULL ? t : first;
            }
        }
        if (first != NULL) {
            check_mailbox(actor, first, diags);
        }
    }
}
