/* SPDX-License-Identifier: MIT */
/*
 * doc.c - see doc.h: the page around its sections.
 */
#include "doc.h"

#include "doc_actor.h"
#include "doc_asset.h"
#include "doc_decl.h"
#include "doc_flow.h"

#include <actorc/actor.h>

#include <string.h>

static void put_lines(struct doc *doc, const char *const *lines)
{
    for (; *lines != NULL; lines++) {
        doc_raw(doc, *lines);
        doc_raw(doc, "\n");
    }
}

/* ---- Top -------------------------------------------------------------------------------- */

static void put_head(struct doc *doc)
{
    doc_raw(doc, "<!doctype html>\n"
                 "<html lang=\"en\">\n"
                 "<head>\n"
                 "<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                 "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                 "<meta name=\"generator\" content=\"actorc " ACTOR_VERSION "\">\n"
                 "<link rel=\"icon\" href=\"data:,\">\n"
                 "<title>");
    doc_text(doc, doc->model->schema);
    doc_raw(doc, "</title>\n<style>\n");
    put_lines(doc, doc_style);
    doc_raw(doc, "</style>\n</head>\n<body>\n");
}

/* ---- Navigation ------------------------------------------------------------------------- */

static void put_nav_item(struct doc *doc, const char *kind, const char *name)
{
    doc_printf(doc, "<li><a href=\"#%s-%s\">%s</a></li>\n", kind, name, name);
}

static void begin_nav(struct doc *doc, const char *title, const void *first)
{
    if (first != NULL) {
        doc_printf(doc, "<h2>%s</h2>\n<ul>\n", title);
    }
}

static void end_nav(struct doc *doc, const void *first)
{
    doc_raw(doc, first != NULL ? "</ul>\n" : "");
}

static void put_nav_lists(struct doc *doc)
{
    const struct model *model = doc->model;
    begin_nav(doc, "Actors", model->actors);
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        put_nav_item(doc, "actor", a->name.schema);
    }
    end_nav(doc, model->actors);
    begin_nav(doc, "Messages", model->messages);
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        put_nav_item(doc, "message", m->name.schema);
    }
    end_nav(doc, model->messages);
    begin_nav(doc, "Unions", model->unions);
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        put_nav_item(doc, "union", u->name.schema);
    }
    end_nav(doc, model->unions);
    begin_nav(doc, "Enums", model->enumerations);
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        put_nav_item(doc, "enum", e->name.schema);
    }
    end_nav(doc, model->enumerations);
    begin_nav(doc, "Constants", model->constants);
    for (const struct constant *c = model->constants; c != NULL; c = c->next) {
        put_nav_item(doc, "const", c->name.schema);
    }
    end_nav(doc, model->constants);
}

static void put_nav(struct doc *doc)
{
    doc_raw(doc, "<header>\n<a class=\"brand\" href=\"#top\">");
    doc_text(doc, doc->model->schema);
    doc_raw(doc, "</a>\n"
                 "<input id=\"search\" type=\"search\" placeholder=\"Search  /\" "
                 "aria-label=\"Search\" autocomplete=\"off\" spellcheck=\"false\">\n"
                 "<button id=\"theme\" type=\"button\" aria-label=\"Switch between light and "
                 "dark\">&#9680;</button>\n"
                 "<button id=\"menu\" type=\"button\" aria-label=\"Contents\" "
                 "aria-expanded=\"false\" aria-controls=\"contents\">&#9776;</button>\n"
                 "</header>\n"
                 "<nav id=\"contents\" aria-label=\"Contents\">\n");
    put_nav_lists(doc);
    doc_raw(doc, "</nav>\n");
}

/* ---- Sections --------------------------------------------------------------------------- */

static void begin_group(struct doc *doc, const char *title, const void *first)
{
    if (first != NULL) {
        doc_printf(doc, "<div class=\"group\">\n<h2>%s</h2>\n", title);
    }
}

static void end_group(struct doc *doc, const void *first)
{
    doc_raw(doc, first != NULL ? "</div>\n" : "");
}

static void put_sections(struct doc *doc, const struct flow *flow)
{
    const struct model *model = doc->model;
    begin_group(doc, "Actors", model->actors);
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        doc_actor(doc, flow, a);
    }
    end_group(doc, model->actors);
    begin_group(doc, "Messages", model->messages);
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        doc_message(doc, flow, m);
    }
    end_group(doc, model->messages);
    begin_group(doc, "Unions", model->unions);
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        doc_union(doc, u);
    }
    end_group(doc, model->unions);
    begin_group(doc, "Enums", model->enumerations);
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        doc_enum(doc, e);
    }
    end_group(doc, model->enumerations);
    begin_group(doc, "Constants", model->constants);
    doc_constants(doc);
    end_group(doc, model->constants);
}

/* The top of its page, or its name alone. */
static void put_import(struct doc *doc, const struct model *model)
{
    const char *address = doc_address_of_page(doc, model);
    if (address != NULL) {
        doc_printf(doc, "<a href=\"%s\">", address);
    }
    doc_text(doc, model->schema);
    doc_raw(doc, address != NULL ? "</a>" : "");
}

static void put_imports(struct doc *doc)
{
    const struct import *first = doc->model->imports;
    for (const struct import *i = first; i != NULL; i = i->next) {
        doc_raw(doc, i == first ? "<p class=\"fact\"><b>Imports</b> <code>" : ", <code>");
        put_import(doc, i->model);
        doc_raw(doc, "</code>");
    }
    doc_raw(doc, first == NULL ? "" : "</p>\n");
}

static void put_intro(struct doc *doc, const struct flow *flow)
{
    doc_raw(doc, "<main>\n<div class=\"intro\" id=\"top\">\n<h1><span "
                 "class=\"kind\">schema</span> ");
    doc_text(doc, doc->model->schema);
    doc_raw(doc, "</h1>\n");
    doc_prose(doc, doc->model->doc);
    put_imports(doc);
    doc_raw(doc, "<p class=\"fact\"><b>In C</b> <code>#include &quot;");
    const char *slash = strrchr(doc->model->source->path, '/');
    doc_text(doc, slash == NULL ? doc->model->source->path : slash + 1);
    doc_raw(doc, ".h&quot;</code></p>\n");
    if (doc->model->actors != NULL) {
        doc_flow(doc, flow);
    }
    doc_raw(doc, "</div>\n<p id=\"nothing\" hidden>Nothing here has that in it.</p>\n");
}

void doc_page(const struct model *model, const struct model *const *models, size_t model_count,
        struct arena *arena, struct buf *out)
{
    struct doc doc = { out, arena, model, models, model_count };
    struct flow flow;
    flow_init(&flow, arena, &model, 1);
    put_head(&doc);
    put_nav(&doc);
    put_intro(&doc, &flow);
    put_sections(&doc, &flow);
    doc_raw(&doc, "<footer>Made by actorc " ACTOR_VERSION " from <code>");
    const char *slash = strrchr(model->source->path, '/');
    doc_text(&doc, slash == NULL ? model->source->path : slash + 1);
    doc_raw(&doc, "</code></footer>\n</main>\n<script>\n");
    put_lines(&doc, doc_script);
    doc_raw(&doc, "</script>\n</body>\n</html>\n");
    flow_fini(&flow);
}
