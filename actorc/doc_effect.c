/* SPDX-License-Identifier: MIT */
/*
 * doc_effect.c - see doc_effect.h.
 */
#include "doc_effect.h"

#include "spell.h"

#include <string.h>

/* Begins an item, and the list with the first. */
static void begin(struct doc *doc, bool *ret_begun, const char *word)
{
    doc_printf(doc, "%s<li><span class=\"kind\">%s</span> ",
            *ret_begun ? "" : "<ul class=\"effects\">\n", word);
    *ret_begun = true;
}

static void put_target(
        struct doc *doc, const struct actor *target, const struct handler *handler)
{
    doc_link_actor(doc, target);
    doc_raw(doc, ".");
    const struct message *message = handler->message;
    doc_link_as(doc, "message", message->home, message->name.schema, message->name.schema);
}

static void put_ask(struct doc *doc, const struct ask *ask)
{
    put_target(doc, ask->target, ask->handler);
    doc_raw(doc, " <span class=\"how\">");
    if (strcmp(ask->name, ask->handler->message->name.stem) != 0) {
        doc_printf(doc, "as <code>%s</code> ", ask->name);
    }
    doc_raw(doc, "within ");
    doc_text(doc, spell_duration(doc->arena, ask->within_ns));
    if (ask->with != NULL) {
        doc_raw(doc, ", with ");
        doc_link_message(doc, ask->with);
    }
    doc_raw(doc, "</span></li>\n");
}

static bool put_sends(struct doc *doc, const struct actor *actor, const struct handler *from,
        const struct mode *mode)
{
    bool begun = false;
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        if (a->from == from && a->mode == mode) {
            begin(doc, &begun, a->exclusive ? "ask exclusive" : "ask");
            put_ask(doc, a);
        }
    }
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (t->from == from && t->mode == mode) {
            begin(doc, &begun, "tell");
            put_target(doc, t->target, t->handler);
            doc_raw(doc, "</li>\n");
        }
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (d->from == from && d->mode == mode) {
            begin(doc, &begun, "delegate");
            put_target(doc, d->target, d->handler);
            doc_raw(doc, "</li>\n");
        }
    }
    return begun;
}

void doc_effects(struct doc *doc, const struct actor *actor, const struct handler *handler,
        const struct mode *mode)
{
    doc_raw(doc, put_sends(doc, actor, handler, mode) ? "</ul>\n" : "");
}

static void put_timers(struct doc *doc, const struct actor *actor, bool *begun)
{
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        begin(doc, begun, t->period_ns > 0 ? "every" : "timer");
        if (t->period_ns > 0) {
            doc_text(doc, spell_duration(doc->arena, t->period_ns));
            doc_raw(doc, " ");
        }
        doc_link_message(doc, t->handler->message);
        doc_raw(doc, "</li>\n");
    }
    if (actor->fd != NULL) {
        begin(doc, begun, "fd");
        doc_link_message(doc, actor->fd->message);
        doc_raw(doc, "</li>\n");
    }
}

static void put_actors(struct doc *doc, const struct actor *actor, bool *begun)
{
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        if (!s->repeated) {
            begin(doc, begun, "spawn");
            doc_link_actor(doc, s->actor);
            doc_raw(doc, "</li>\n");
        }
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (!w->repeated) {
            begin(doc, begun, "watch");
            doc_link_actor(doc, w->actor);
            doc_raw(doc, "</li>\n");
        }
    }
}

static bool has_free_sends(const struct actor *actor)
{
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        if (a->from == NULL) {
            return true;
        }
    }
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (t->from == NULL) {
            return true;
        }
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (d->from == NULL) {
            return true;
        }
    }
    return false;
}

void doc_free_effects(struct doc *doc, const struct actor *actor)
{
    bool has_more = actor->timers != NULL || actor->fd != NULL || actor->spawns != NULL ||
                    actor->watches != NULL;
    if (!has_more && !has_free_sends(actor)) {
        return;
    }
    doc_raw(doc, "<h4>May, at any time</h4>\n");
    bool begun = put_sends(doc, actor, NULL, NULL);
    put_timers(doc, actor, &begun);
    put_actors(doc, actor, &begun);
    doc_raw(doc, begun ? "</ul>\n" : "");
}
