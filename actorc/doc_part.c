/* SPDX-License-Identifier: MIT */
/*
 * doc_part.c - see doc_part.h.
 */
#include "doc_part.h"

#include "escape.h"
#include "spell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Text ------------------------------------------------------------------------------- */

void doc_text(struct doc *doc, const char *text)
{
    escape_html(doc->out, text);
}

void doc_raw(struct doc *doc, const char *html)
{
    buf_puts(doc->out, html);
}

void doc_printf(struct doc *doc, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text) {
        base_bug("too much HTML at once");
    }
    buf_puts(doc->out, text);
}

/* A paragraph, with code between backquotes; one without its pair is a backquote. */
static void put_paragraph(struct doc *doc, const char *text, size_t len)
{
    const char *end = text + len;
    doc_raw(doc, "<p>");
    while (text < end) {
        size_t plain = strcspn(text, "`");
        plain = plain < (size_t)(end - text) ? plain : (size_t)(end - text);
        doc_text(doc, arena_strndup(doc->arena, text, plain));
        text += plain;
        const char *close = text < end ? memchr(text + 1, '`', (size_t)(end - text) - 1) : NULL;
        if (close != NULL && close > text + 1) {
            doc_raw(doc, "<code>");
            doc_text(doc, arena_strndup(doc->arena, text + 1, (size_t)(close - text) - 1));
            doc_raw(doc, "</code>");
            text = close + 1;
        } else if (text < end) {
            doc_raw(doc, "`");
            text++;
        }
    }
    doc_raw(doc, "</p>\n");
}

void doc_prose(struct doc *doc, const char *comment)
{
    if (comment == NULL) {
        return;
    }
    doc_raw(doc, "<div class=\"prose\">\n");
    while (*comment != '\0') {
        const char *gap = strstr(comment, "\n\n");
        size_t len = gap == NULL ? strlen(comment) : (size_t)(gap - comment);
        if (len > 0) {
            put_paragraph(doc, comment, len);
        }
        comment += len + strspn(comment + len, "\n");
    }
    doc_raw(doc, "</div>\n");
}

/* ---- Links ------------------------------------------------------------------------------ */

static bool has_page(const struct doc *doc, const struct model *home)
{
    for (size_t i = 0; i < doc->model_count; i++) {
        if (doc->models[i] == home) {
            return true;
        }
    }
    return false;
}

/* Appends what of a URL's path may not be written as it is in its own way. */
static void put_url(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
        buf_printf(out, is_plain ? "%c" : "%%%02X", c);
    }
}

const char *doc_file(struct arena *arena, const struct model *model)
{
    const char *slash = strrchr(model->source->path, '/');
    const char *file = slash == NULL ? model->source->path : slash + 1;
    const char *dot = strrchr(file, '.');
    size_t len = dot == NULL ? strlen(file) : (size_t)(dot - file);
    return arena_printf(arena, "%.*s.html", (int)len, file);
}

const char *doc_address_of_page(struct doc *doc, const struct model *home)
{
    if (!has_page(doc, home)) {
        return NULL;
    }
    const char *file = doc_file(doc->arena, home);
    struct buf url = { 0 };
    put_url(&url, file, strlen(file));
    const char *address = arena_strndup(doc->arena, url.data, url.len);
    buf_fini(&url);
    return address;
}

const char *doc_address(
        struct doc *doc, const char *kind, const struct model *home, const char *name)
{
    const char *page = home == doc->model ? "" : doc_address_of_page(doc, home);
    return page == NULL ? NULL : arena_printf(doc->arena, "%s#%s-%s", page, kind, name);
}

void doc_link_as(struct doc *doc, const char *kind, const struct model *home, const char *name,
        const char *text)
{
    const char *address = doc_address(doc, kind, home, name);
    if (address != NULL) {
        doc_printf(doc, "<a href=\"%s\">", address); /* is escaped as a URL */
    } else {
        doc_printf(doc, "<span class=\"foreign\" title=\"%s %s of schema ", kind, name);
        doc_text(doc, home->schema);
        doc_raw(doc, "\">");
    }
    doc_text(doc, text);
    doc_raw(doc, address != NULL ? "</a>" : "</span>");
}

void doc_link(struct doc *doc, const char *kind, const struct model *home, const char *name)
{
    doc_link_as(doc, kind, home, name, spell_name(doc->arena, doc->model, home, name));
}

void doc_link_message(struct doc *doc, const struct message *message)
{
    doc_link(doc, "message", message->home, message->name.schema);
}

void doc_link_actor(struct doc *doc, const struct actor *actor)
{
    doc_link(doc, "actor", actor->home, actor->name.schema);
}

/* ---- Types and values -------------------------------------------------------------------- */

void doc_type(struct doc *doc, const struct type *type)
{
    switch (type->kind) {
    case TYPE_ENUM:
        doc_link(doc, "enum", type->enumeration->home, type->enumeration->name.schema);
        break;
    case TYPE_MESSAGE: doc_link_message(doc, type->message); break;
    case TYPE_UNION:
        doc_link(doc, "union", type->union_type->home, type->union_type->name.schema);
        break;
    case TYPE_REF:
        doc_raw(doc, "ref ");
        doc_link_actor(doc, type->actor);
        break;
    case TYPE_CALL:
        doc_raw(doc, "call ");
        doc_link_message(doc, type->message);
        break;
    case TYPE_OPTIONAL:
        doc_type(doc, type->item);
        doc_raw(doc, "?");
        break;
    case TYPE_LIST:
        doc_type(doc, type->item);
        doc_printf(doc, type->bound == TYPE_NO_BOUND ? "[]" : "[..%u]", (unsigned)type->bound);
        break;
    case TYPE_ARRAY:
        doc_type(doc, type->item);
        doc_printf(doc, "[%u]", (unsigned)type->bound);
        break;
    default: doc_text(doc, spell_type(doc->arena, type));
    }
}

void doc_value(struct doc *doc, const struct type *type, const struct value *value)
{
    const char *text = spell_value(doc->arena, type, value);
    if (text != NULL) {
        doc_text(doc, text);
    }
}

/* ---- Parts ------------------------------------------------------------------------------ */

void doc_section(struct doc *doc, const char *kind, const char *name, const char *c)
{
    doc_printf(doc, "<section class=\"item\" id=\"%s-", kind);
    doc_text(doc, name);
    doc_printf(doc, "\">\n<h3><span class=\"kind\">%s</span> <a class=\"self\" href=\"#%s-",
            kind, kind);
    doc_text(doc, name);
    doc_raw(doc, "\">");
    doc_text(doc, name);
    doc_raw(doc, "</a> <code class=\"cname\">");
    doc_text(doc, c);
    doc_raw(doc, "</code></h3>\n");
}

static void put_field(struct doc *doc, const char *id, const struct field *f, bool numbered)
{
    doc_raw(doc, "<tr id=\"");
    doc_text(doc, id);
    doc_raw(doc, ".");
    doc_text(doc, f->schema);
    doc_raw(doc, "\">");
    if (numbered) {
        doc_printf(doc, "<td class=\"num\">%u</td>", (unsigned)f->number);
    }
    doc_raw(doc, "<td><code class=\"name\">");
    doc_text(doc, f->schema);
    doc_raw(doc, "</code></td><td><code>");
    doc_type(doc, &f->type);
    doc_raw(doc, "</code>");
    if (f->value.kind != VALUE_NONE) {
        doc_raw(doc, " <span class=\"default\">= <code>");
        doc_value(doc, &f->type, &f->value);
        doc_raw(doc, "</code></span>");
    }
    doc_raw(doc, "</td><td>");
    if (f->deprecated) {
        doc_chip(doc, "deprecated");
    }
    doc_prose(doc, f->doc);
    doc_raw(doc, "</td></tr>\n");
}

void doc_fields(struct doc *doc, const char *id, const struct fields *fields, bool numbered)
{
    if (fields->first == NULL) {
        return;
    }
    doc_raw(doc, "<div class=\"scroll\"><table class=\"fields\"><tbody>\n");
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        put_field(doc, id, f, numbered);
    }
    doc_raw(doc, "</tbody></table></div>\n");
}

void doc_chip(struct doc *doc, const char *text)
{
    doc_raw(doc, "<span class=\"chip\">");
    doc_text(doc, text);
    doc_raw(doc, "</span> ");
}

void doc_code(struct doc *doc, const char *title, const char *code)
{
    doc_raw(doc, "<details class=\"c\"><summary>");
    doc_text(doc, title);
    doc_raw(doc, "</summary><pre><code>");
    doc_text(doc, code);
    doc_raw(doc, "</code></pre></details>\n");
}
