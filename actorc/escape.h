/* SPDX-License-Identifier: MIT */
/*
 * escape.h - text of a schema inside the languages that we print. Input is any bytes; what is not
 * UTF-8, and characters that the language cannot have, become U+FFFD.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "buf.h"

/* Append a string of JSON, with its quotes. `text` may be NULL: then it is null. */
void escape_json(struct buf *out, const char *text);
void escape_json_bytes(struct buf *out, const char *text, size_t len);

/* Appends text of HTML, XML or an HTML-like label of Graphviz, fit for attributes in double quotes
 * too. */
void escape_html(struct buf *out, const char *text);

/* Appends a string of Graphviz, with its quotes; line ends stay line ends. */
void escape_dot(struct buf *out, const char *text);

/* Appends text between the quotes of a label of Mermaid. */
void escape_mermaid(struct buf *out, const char *text);

#endif
