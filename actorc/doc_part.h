/* SPDX-License-Identifier: MIT */
/*
 * doc_part.h - what the parts of a page share: text that is escaped, links, prose, fields.
 *
 * Ids are "KIND-Name", such as "message-BuyProduct" and "actor-Shop"; names in a schema have neither
 * '-' nor '.', so ids of parts are made with these: "message-BuyProduct.count".
 */
#ifndef DOC_PART_H
#define DOC_PART_H

#include "arena.h"
#include "buf.h"
#include "model.h"

struct doc {
    struct buf *out;
    struct arena *arena;
    const struct model *model;
    const struct model *const *models; /* that have pages */
    size_t model_count;
};

/* Append text, with and without escapes. */
void doc_text(struct doc *doc, const char *text);
void doc_raw(struct doc *doc, const char *html);
void doc_printf(struct doc *doc, const char *format, ...) BASE_PRINTF(2, 3);

/* Appends what a comment of the schema says; nothing if it is NULL. An empty line begins a new
 * paragraph, `words` between backquotes are code. */
void doc_prose(struct doc *doc, const char *comment);

/* Returns the name of a schema's page, without its folder: "shop.html". */
const char *doc_file(struct arena *arena, const struct model *model);

/* Returns the address of a schema's page as seen from the others; NULL if it has none. */
const char *doc_address_of_page(struct doc *doc, const struct model *home);

/* Returns the address of a declaration as seen from the page; NULL if no page has it. `kind` is as in
 * ids: "message". */
const char *doc_address(
        struct doc *doc, const char *kind, const struct model *home, const char *name);

/* Append a link to a declaration. What is on no page is plain text that says where it is from.
 * `text` is what is shown; the others show the name, behind that of its schema if that is another. */
void doc_link_as(struct doc *doc, const char *kind, const struct model *home, const char *name,
        const char *text);
void doc_link(struct doc *doc, const char *kind, const struct model *home, const char *name);
void doc_link_message(struct doc *doc, const struct message *message);
void doc_link_actor(struct doc *doc, const struct actor *actor);

/* Appends a type or value, with links to what it names. */
void doc_type(struct doc *doc, const struct type *type);
void doc_value(struct doc *doc, const struct type *type, const struct value *value);

/* Appends the heading of a declaration with its anchor, and opens its section; "</section>" is to
 * follow. */
void doc_section(struct doc *doc, const char *kind, const char *name, const char *c);

/* Appends a table of fields; nothing if there are none. */
void doc_fields(struct doc *doc, const char *id, const struct fields *fields, bool numbered);

/* Appends a small label. */
void doc_chip(struct doc *doc, const char *text);

/* Appends a part that is opened by a click, with code in it. */
void doc_code(struct doc *doc, const char *title, const char *code);

#endif
