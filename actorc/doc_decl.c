/* SPDX-License-Identifier: MIT */
/*
 * doc_decl.c - see doc_decl.h.
 */
#include "doc_decl.h"

#include "doc_outline.h"
#include "spell.h"

#include <inttypes.h>

#define PRINT(...) arena_printf(doc->arena, __VA_ARGS__)

/* ---- Messages --------------------------------------------------------------------------- */

static void put_answers(struct doc *doc, const struct message *message)
{
    if (message->answers == NULL) {
        return;
    }
    doc_raw(doc, "<p class=\"fact\"><b>Answered by</b> ");
    for (const struct answer *a = message->answers; a != NULL; a = a->next) {
        doc_link_message(doc, a->message);
        doc_raw(doc, a->next == NULL ? "</p>\n" : " or ");
    }
}

static bool answers(const struct message *answer, const struct message *request)
{
    for (const struct answer *a = request->answers; a != NULL; a = a->next) {
        if (a->message == answer) {
            return true;
        }
    }
    return false;
}

/* What the message answers, as far as there are pages about it. */
static void put_requests(struct doc *doc, const struct message *message)
{
    const char *before = "<p class=\"fact\"><b>Answers</b> ";
    for (size_t i = 0; i < doc->model_count; i++) {
        for (const struct message *m = doc->models[i]->messages; m != NULL; m = m->next) {
            if (answers(message, m)) {
                doc_raw(doc, before);
                doc_link_message(doc, m);
                before = ", ";
            }
        }
    }
    doc_raw(doc, *before == ',' ? "</p>\n" : "");
}

static void put_node(struct doc *doc, const struct flow_node *node)
{
    if (node->actor == NULL) {
        doc_raw(doc, "<i>outside</i>");
    } else {
        doc_link(doc, "actor", node->model, node->actor->name.schema);
    }
}

/* Who sends the message to whom. */
static void put_ways(struct doc *doc, const struct flow *flow, const struct message *message)
{
    const char *before = "<p class=\"fact\"><b>On the way</b> ";
    for (size_t i = 0; i < flow->edge_count; i++) {
        const struct flow_edge *edge = &flow->edges[i];
        if (flow_carries(edge, message)) {
            doc_raw(doc, before);
            before = "; ";
            put_node(doc, &flow->nodes[edge->from]);
            doc_raw(doc, " &rarr; ");
            put_node(doc, &flow->nodes[edge->to]);
        }
    }
    doc_raw(doc, *before == ';' ? "</p>\n" : "");
}

static void put_reserved(struct doc *doc, const struct reserved *reserved)
{
    if (reserved == NULL) {
        return;
    }
    doc_raw(doc, "<p class=\"fact\"><b>Reserved</b> ");
    for (const struct reserved *r = reserved; r != NULL; r = r->next) {
        if (r->name != NULL) {
            doc_raw(doc, "<code>");
            doc_text(doc, r->name);
            doc_raw(doc, "</code>");
        } else if (r->from == r->to) {
            doc_printf(doc, "%" PRIu32, r->from);
        } else {
            doc_printf(doc, "%" PRIu32 " to %" PRIu32, r->from, r->to);
        }
        doc_raw(doc, r->next == NULL ? "</p>\n" : ", ");
    }
}

void doc_message(struct doc *doc, const struct flow *flow, const struct message *message)
{
    doc_section(doc, "message", message->name.schema, message->name.c);
    doc_prose(doc, message->doc);
    doc_fields(doc, PRINT("message-%s", message->name.schema), &message->fields, true);
    put_reserved(doc, message->fields.reserved);
    put_answers(doc, message);
    put_requests(doc, message);
    put_ways(doc, flow, message);
    const char *code = doc_outline_message(doc->arena, doc->model, message);
    if (code != NULL) {
        doc_code(doc, "In C", code);
    }
    doc_raw(doc, "</section>\n");
}

/* ---- Unions, enums, constants ------------------------------------------------------------ */

void doc_union(struct doc *doc, const struct union_type *u)
{
    doc_section(doc, "union", u->name.schema, u->name.c);
    doc_prose(doc, u->doc);
    doc_fields(doc, PRINT("union-%s", u->name.schema), &u->members, true);
    doc_raw(doc, "</section>\n");
}

static void put_member(struct doc *doc, const struct enumeration *e, const struct member *m)
{
    doc_raw(doc, "<tr id=\"enum-");
    doc_text(doc, e->name.schema);
    doc_raw(doc, ".");
    doc_text(doc, m->schema);
    doc_printf(doc, "\"><td class=\"num\">%" PRId64 "</td><td><code class=\"name\">", m->value);
    doc_text(doc, m->schema);
    doc_raw(doc, "</code></td><td><code class=\"cname\">");
    doc_text(doc, m->c);
    doc_raw(doc, "</code></td><td>");
    doc_prose(doc, m->doc);
    doc_raw(doc, "</td></tr>\n");
}

void doc_enum(struct doc *doc, const struct enumeration *e)
{
    const struct type width = { .kind = e->width };
    doc_section(doc, "enum", e->name.schema, e->name.c);
    doc_raw(doc, "<p class=\"chips\">");
    doc_chip(doc, spell_type(doc->arena, &width));
    if (e->open) {
        doc_chip(doc, "open: keeps numbers without a name");
    }
    doc_raw(doc, "</p>\n");
    doc_prose(doc, e->doc);
    doc_raw(doc, "<div class=\"scroll\"><table class=\"fields\"><tbody>\n");
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        put_member(doc, e, m);
    }
    doc_raw(doc, "</tbody></table></div>\n</section>\n");
}

void doc_constants(struct doc *doc)
{
    for (const struct constant *c = doc->model->constants; c != NULL; c = c->next) {
        doc_section(doc, "const", c->name.schema, c->name.macro);
        doc_raw(doc, "<p><code>");
        doc_type(doc, &c->type);
        doc_raw(doc, "</code> <span class=\"default\">= <code>");
        doc_value(doc, &c->type, &c->value);
        doc_raw(doc, "</code></span></p>\n");
        doc_prose(doc, c->doc);
        doc_raw(doc, "</section>\n");
    }
}
