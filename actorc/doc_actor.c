/* SPDX-License-Identifier: MIT */
/*
 * doc_actor.c - see doc_actor.h.
 */
#include "doc_actor.h"

#include "doc_effect.h"
#include "doc_flow.h"
#include "doc_outline.h"
#include "spell.h"

#include <inttypes.h>

#define PRINT(...) arena_printf(doc->arena, __VA_ARGS__)

/* ---- Handlers --------------------------------------------------------------------------- */

static void put_admission(struct doc *doc, const struct handler *h)
{
    if (h->urgent) {
        doc_chip(doc, "urgent");
    }
    if (h->reserve > 0) {
        doc_chip(doc, PRINT("reserve %" PRIu32, h->reserve));
    }
    if (h->limit > 0) {
        doc_chip(doc, PRINT("limit %" PRIu32 " %s", h->limit, spell_overflow(h->overflow)));
    }
}

static void put_becomes(
        struct doc *doc, const struct actor *actor, const struct become *becomes)
{
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        doc_raw(doc, b == becomes ? "<p class=\"fact\"><b>May become</b> " : ", ");
        doc_printf(doc, "<a href=\"#actor-%s.mode.%s\">%s</a>", actor->name.schema,
                b->mode->schema, b->mode->schema);
    }
    doc_raw(doc, becomes == NULL ? "" : "</p>\n");
}

static void put_answers(struct doc *doc, const struct message *message)
{
    for (const struct answer *a = message->answers; a != NULL; a = a->next) {
        doc_raw(doc, a == message->answers ? " <span class=\"answers\">&rarr; " : " | ");
        doc_link_message(doc, a->message);
    }
    doc_raw(doc, message->answers == NULL ? "" : "</span>");
}

/* Who sends the message to the actor, by ways other than answers. */
static void put_senders(struct doc *doc, const struct flow *flow, const struct actor *actor,
        const struct message *message)
{
    const char *before = "<p class=\"fact\"><b>Comes from</b> ";
    for (size_t i = 0; i < flow->edge_count; i++) {
        const struct flow_edge *edge = &flow->edges[i];
        if (flow->nodes[edge->to].actor != actor || edge->kind == FLOW_ANSWER) {
            continue;
        }
        if (flow_carries(edge, message)) {
            const struct flow_node *from = &flow->nodes[edge->from];
            doc_raw(doc, before);
            before = ", ";
            if (from->actor == NULL) {
                doc_raw(doc, "<i>outside</i>");
            } else {
                doc_link(doc, "actor", from->model, from->actor->name.schema);
            }
            doc_printf(doc, " <span class=\"how\">(%s)</span>", flow_kinds[edge->kind].name);
        }
    }
    doc_raw(doc, *before == ',' ? "</p>\n" : "");
}

/* The modes in which a message is handled or stashed, if it is not in all of them. */
static void put_places(struct doc *doc, const struct actor *actor, const struct handler *h)
{
    const char *before = "<p class=\"fact\"><b>In modes</b> ";
    for (const struct mode *m = actor->modes; m != NULL && !h->in_all_modes; m = m->next) {
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            if (e->message == h->message) {
                doc_printf(doc, "%s<a href=\"#actor-%s.mode.%s\">%s</a>%s", before,
                        actor->name.schema, m->schema, m->schema,
                        e->stash ? " <span class=\"how\">(stashed)</span>" : "");
                before = ", ";
            }
        }
    }
    doc_raw(doc, *before == ',' ? "</p>\n" : "");
}

static void put_handler(struct doc *doc, const struct flow *flow, const struct actor *actor,
        const struct handler *h)
{
    doc_printf(doc,
            "<div class=\"handler\" id=\"actor-%s.on.%s\">\n<h5><span class=\"kind\">on"
            "</span> ",
            actor->name.schema, h->message->name.schema);
    doc_link_message(doc, h->message);
    put_answers(doc, h->message);
    doc_raw(doc, "</h5>\n<p class=\"chips\">");
    put_admission(doc, h);
    doc_raw(doc, "</p>\n");
    doc_prose(doc, h->doc);
    put_senders(doc, flow, actor, h->message);
    put_places(doc, actor, h);
    if (h->in_all_modes) {
        doc_effects(doc, actor, h, NULL);
        put_becomes(doc, actor, h->becomes);
    }
    doc_raw(doc, "</div>\n");
}

static void put_handlers(struct doc *doc, const struct flow *flow, const struct actor *actor)
{
    if (actor->handlers == NULL) {
        return;
    }
    doc_raw(doc, "<h4>Handles</h4>\n");
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        put_handler(doc, flow, actor, h);
    }
}

/* ---- Modes ------------------------------------------------------------------------------ */

static void put_entry(struct doc *doc, const struct actor *actor, const struct mode *mode,
        const struct mode_entry *e)
{
    doc_printf(doc, "<div class=\"handler\"><h5><span class=\"kind\">%s</span> ",
            e->stash ? "stash" : "on");
    doc_link_message(doc, e->message);
    doc_raw(doc, "</h5>\n");
    doc_prose(doc, e->doc);
    if (!e->stash) {
        doc_effects(doc, actor, e->handler, mode);
    }
    put_becomes(doc, actor, e->becomes);
    doc_raw(doc, "</div>\n");
}

static void put_modes(struct doc *doc, const struct actor *actor)
{
    if (actor->modes == NULL) {
        return;
    }
    doc_raw(doc, "<h4>Modes</h4>\n");
    doc_modes(doc, actor);
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        doc_printf(doc,
                "<div class=\"mode\" id=\"actor-%s.mode.%s\">\n<h5><span class=\"kind\">"
                "mode</span> %s",
                actor->name.schema, m->schema, m->schema);
        doc_raw(doc, m->index == 0 ? " <span class=\"chip\">initial</span></h5>\n" : "</h5>\n");
        doc_prose(doc, m->doc);
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            put_entry(doc, actor, m, e);
        }
        doc_raw(doc, "</div>\n");
    }
}

/* ---- Children --------------------------------------------------------------------------- */

static void put_child(struct doc *doc, const struct actor *actor, const struct child *child)
{
    doc_printf(doc,
            "<tr id=\"actor-%s.child.%s\"><td><code class=\"name\">%s</code></td><td>"
            "<code>",
            actor->name.schema, child->schema, child->schema);
    doc_link_actor(doc, child->actor);
    for (const struct argument *a = child->arguments; a != NULL; a = a->next) {
        doc_raw(doc, a == child->arguments ? "(" : ", ");
        doc_value(doc, &a->field->type, &a->value);
    }
    doc_raw(doc, child->arguments == NULL ? "</code>" : ")</code>");
    if (child->pool != NULL) {
        doc_printf(doc, " &times; %" PRIu32 " by <code>%s", child->pool->size,
                spell_route(child->pool->route));
        if (child->pool->field != NULL) {
            doc_printf(doc, "(%s)", child->pool->field);
        }
        doc_raw(doc, "</code>");
    }
    doc_raw(doc, "</td><td>");
    doc_prose(doc, child->doc);
    doc_raw(doc, "</td></tr>\n");
}

static void put_children(struct doc *doc, const struct actor *actor)
{
    const char *supervision = spell_supervision(doc->arena, &actor->supervision);
    if (actor->children == NULL && supervision == NULL) {
        return;
    }
    doc_raw(doc, "<h4>Children</h4>\n");
    if (supervision != NULL) {
        doc_raw(doc, "<p class=\"fact\"><b>Supervises</b> <code>");
        doc_text(doc, supervision);
        doc_raw(doc, "</code></p>\n");
    }
    if (actor->children == NULL) {
        return;
    }
    doc_raw(doc, "<div class=\"scroll\"><table class=\"fields\"><tbody>\n");
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        put_child(doc, actor, child);
    }
    doc_raw(doc, "</tbody></table></div>\n");
}

/* ---- The section ------------------------------------------------------------------------- */

static void put_facts(struct doc *doc, const struct actor *actor)
{
    doc_raw(doc, "<p class=\"chips\">");
    if (actor->dedicated) {
        doc_chip(doc, "dedicated: own thread");
    }
    if (actor->mailbox > 0) {
        doc_chip(doc, PRINT("mailbox %" PRIu32 " %s", actor->mailbox,
                              spell_overflow(actor->overflow)));
    }
    if (actor->on_start) {
        doc_chip(doc, "on start");
    }
    if (actor->on_stop) {
        doc_chip(doc, "on stop");
    }
    doc_raw(doc, "</p>\n");
}

static void put_hooks(struct doc *doc, const struct actor *actor)
{
    if (actor->start_doc != NULL) {
        doc_raw(doc, "<h4>At its start</h4>\n");
        doc_prose(doc, actor->start_doc);
    }
    if (actor->stop_doc != NULL) {
        doc_raw(doc, "<h4>At its end</h4>\n");
        doc_prose(doc, actor->stop_doc);
    }
}

void doc_actor(struct doc *doc, const struct flow *flow, const struct actor *actor)
{
    const char *name = actor->name.schema;
    doc_section(doc, "actor", name, actor->name.c);
    put_facts(doc, actor);
    doc_prose(doc, actor->doc);
    if (actor->args.first != NULL) {
        doc_raw(doc, "<h4>Arguments</h4>\n");
        doc_fields(doc, PRINT("actor-%s.argument", name), &actor->args, false);
    }
    put_hooks(doc, actor);
    put_handlers(doc, flow, actor);
    put_modes(doc, actor);
    doc_free_effects(doc, actor);
    put_children(doc, actor);
    if (actor->state != NULL) {
        doc_raw(doc, "<h4>State</h4>\n");
        doc_fields(doc, PRINT("actor-%s.state", name), actor->state, false);
    }
    const char *code = doc_outline_actor(doc->arena, doc->model, actor);
    if (code != NULL) {
        doc_code(doc, "In C: what you write, and what you call", code);
    }
    doc_raw(doc, "</section>\n");
}
