/* SPDX-License-Identifier: MIT */
/*
 * escape.c - see escape.h.
 */
#include "escape.h"

#include "source.h"

#include <string.h>

/* Appends the character at `text`, which is not ASCII. Returns the number of its bytes. */
static size_t put_wide(struct buf *out, const char *text, size_t len)
{
    size_t size = source_utf8(text, len);
    if (size == 0) {
        buf_puts(out, "\xef\xbf\xbd");
        return 1;
    }
    /* U+2028 and U+2029 end lines in JavaScript, U+FFFE and U+FFFF are no characters of XML. */
    bool is_line_end = size == 3 && memcmp(text, "\xe2\x80", 2) == 0 &&
                       ((unsigned char)text[2] & 0xfe) == 0xa8;
    bool is_none = size == 3 && memcmp(text, "\xef\xbf", 2) == 0 &&
                   ((unsigned char)text[2] & 0xfe) == 0xbe;
    if (is_line_end) {
        buf_puts(out, " ");
    } else if (is_none) {
        buf_puts(out, "\xef\xbf\xbd");
    } else {
        buf_put(out, text, size);
    }
    return size;
}

void escape_json_bytes(struct buf *out, const char *text, size_t len)
{
    buf_puts(out, "\"");
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80) {
            i += put_wide(out, text + i, len - i);
            continue;
        }
        if (c == '"' || c == '\\') {
            buf_printf(out, "\\%c", c);
        } else if (c == '\n') {
            buf_puts(out, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_put(out, &text[i], 1);
        }
        i++;
    }
    buf_puts(out, "\"");
}

void escape_json(struct buf *out, const char *text)
{
    if (text == NULL) {
        buf_puts(out, "null");
    } else {
        escape_json_bytes(out, text, strlen(text));
    }
}

/* What a language writes for one character of ASCII; NULL = the character itself. */
typedef const char *escape_one(char c);

static void put_text(struct buf *out, const char *text, escape_one *one)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80) {
            i += put_wide(out, text + i, len - i);
            continue;
        }
        const char *written = one(text[i]);
        if (written != NULL) {
            buf_puts(out, written);
        } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
            buf_puts(out, "\xef\xbf\xbd");
        } else {
            buf_put(out, &text[i], 1);
        }
        i++;
    }
}

static const char *html_one(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void escape_html(struct buf *out, const char *text)
{
    put_text(out, text, html_one);
}

/* Graphviz reads entities of HTML in its strings. */
static const char *dot_one(char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '&': return "&amp;";
    default: return NULL;
    }
}

void escape_dot(struct buf *out, const char *text)
{
    buf_puts(out, "\"");
    put_text(out, text, dot_one);
    buf_puts(out, "\"");
}

/* Mermaid has entities of its own, and reads Markdown between backquotes. */
static const char *mermaid_one(char c)
{
    switch (c) {
    case '"': return "#quot;";
    case '#': return "#35;";
    case '&': return "#amp;";
    case '<': return "#lt;";
    case '>': return "#gt;";
    case '`': return "#96;";
    case '\n': return "<br/>";
    default: return NULL;
    }
}

void escape_mermaid(struct buf *out, const char *text)
{
    put_text(out, text, mermaid_one);
}
