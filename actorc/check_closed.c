/* SPDX-License-Identifier: MIT */
/*
 * check_closed.c - see check_closed.h. What one schema declares another may use, so all are looked
 * at before anything is said.
 */
#include "check_closed.h"

#include "map.h"

struct work {
    struct diags *diags;
    struct map handled; /* message to its first handler */
    struct map sent;    /* messages that somebody sends to an actor */
    struct map parts;   /* messages that are sent or kept in another way than as themselves */
    bool has_roots;     /* some actor starts others */
};

static void mark(struct map *map, const void *thing)
{
    /* The value says no more than that there is one. */
    map_add(map, map_key(thing), map);
}

/* ---- What is used ------------------------------------------------------------------------- */

static void note_type(struct work *w, const struct type *type)
{
    while (type->kind == TYPE_LIST || type->kind == TYPE_ARRAY || type->kind == TYPE_OPTIONAL) {
        type = type->item;
    }
    if (type->kind == TYPE_MESSAGE) {
        mark(&w->parts, type->message);
    }
}

static void note_fields(struct work *w, const struct fields *fields)
{
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        note_type(w, &f->type);
    }
}

static void note_effects(struct work *w, const struct actor *actor)
{
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        mark(&w->sent, t->handler->message);
    }
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        mark(&w->sent, a->handler->message);
        if (a->with != NULL) {
            mark(&w->parts, a->with);
        }
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        mark(&w->sent, d->handler->message);
    }
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        mark(&w->sent, t->handler->message);
    }
    if (actor->fd != NULL) {
        mark(&w->sent, actor->fd->message);
    }
}

static void note_model(struct work *w, const struct model *model)
{
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        note_fields(w, &m->fields);
        for (const struct answer *a = m->answers; a != NULL; a = a->next) {
            mark(&w->parts, a->message);
        }
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        note_fields(w, &u->members);
    }
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        for (struct handler *h = a->handlers; h != NULL; h = h->next) {
            map_add(&w->handled, map_key(h->message), h);
        }
        note_fields(w, &a->args);
        if (a->state != NULL) {
            note_fields(w, a->state);
        }
        note_effects(w, a);
        w->has_roots = w->has_roots || a->children != NULL || a->spawns != NULL;
    }
}

/* ---- What is not -------------------------------------------------------------------------- */

static void report_message(struct work *w, const struct message *m)
{
    const char *name = m->name.schema;
    const struct handler *handler = map_get(&w->handled, map_key(m));
    if (handler == NULL && map_get(&w->parts, map_key(m)) == NULL) {
        struct diag *diag =
                diags_add(w->diags, DIAG_CLOSED, m->span, "nobody handles '%s'", name);
        diag_hint(w->diags, diag, "write 'on %s;' in the actor that is to get it", name);
    } else if (handler != NULL && map_get(&w->sent, map_key(m)) == NULL) {
        struct diag *diag =
                diags_add(w->diags, DIAG_CLOSED, m->span, "nobody sends '%s'", name);
        diag_note(w->diags, diag, handler->span, "it is handled here");
        diag_hint(w->diags, diag, "allow an actor to send it, as in 'tell ACTOR.%s;'", name);
    }
}

/* Somebody outside starts the first, which starts others. Where nobody does, all are started from
 * there. */
static void report_actor(struct work *w, const struct actor *a)
{
    if (w->has_roots && !a->started && a->children == NULL && a->spawns == NULL) {
        struct diag *diag =
                diags_add(w->diags, DIAG_CLOSED, a->span, "nobody starts '%s'", a->name.schema);
        diag_hint(w->diags, diag, "write 'child NAME: %s;' or 'spawn %s;' in another actor",
                a->name.schema, a->name.schema);
    }
}

void check_closed(const struct model *const *models, size_t count, struct diags *diags)
{
    struct work w = { .diags = diags };
    for (size_t i = 0; i < count; i++) {
        note_model(&w, models[i]);
    }
    for (size_t i = 0; i < count; i++) {
        for (const struct message *m = models[i]->messages; m != NULL; m = m->next) {
            report_message(&w, m);
        }
        for (const struct actor *a = models[i]->actors; a != NULL; a = a->next) {
            report_actor(&w, a);
        }
    }
    map_fini(&w.handled);
    map_fini(&w.sent);
    map_fini(&w.parts);
}
