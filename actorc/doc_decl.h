/* SPDX-License-Identifier: MIT */
/*
 * doc_decl.h - messages, unions, enums and constants on the page.
 */
#ifndef DOC_DECL_H
#define DOC_DECL_H

#include "doc_part.h"

#include "flow.h"

/* Append the section of each. `flow` knows who sends a message to whom. */
void doc_message(struct doc *doc, const struct flow *flow, const struct message *message);
void doc_union(struct doc *doc, const struct union_type *union_type);
void doc_enum(struct doc *doc, const struct enumeration *enumeration);
void doc_constants(struct doc *doc);

#endif
