/* SPDX-License-Identifier: MIT */
/*
 * doc_outline.c - see doc_outline.h. It is taken from the generated header itself, so that both
 * always agree.
 */
#include "doc_outline.h"

#include "buf.h"
#include "emit.h"

#include <string.h>

struct outline {
    struct buf out;
    struct buf comments; /* that stand before what is read */
    struct buf pending;  /* the lines of one declaration, so far */
};

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static void add(struct buf *buf, const char *text, size_t len)
{
    buf_put(buf, text, len);
    buf_puts(buf, "\n");
}

static void clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/* Takes over the declaration that was read, unless it is for the runtime: these names have "__". */
static void finish(struct outline *outline, const char *end)
{
    static const char inlined[] = "static inline ";
    const char *text = outline->pending.data == NULL ? "" : outline->pending.data;
    size_t head = strcspn(text, "({");
    const char *internal = strstr(text, "__");
    bool is_shown = *text != '\0' && (internal == NULL || (size_t)(internal - text) > head);
    if (is_shown) {
        if (outline->comments.len > 0 && outline->out.len > 0) {
            buf_puts(&outline->out, "\n");
        }
        if (outline->comments.len > 0) {
            buf_put(&outline->out, outline->comments.data, outline->comments.len);
        }
        text += begins(text, inlined) ? sizeof inlined - 1 : 0;
        size_t len = strlen(text);
        buf_put(&outline->out, text, len > 0 ? len - 1 : 0);
        buf_puts(&outline->out, end);
    }
    clear(&outline->pending);
    clear(&outline->comments);
}

/* Returns the end of the block whose last line is `close`. */
static const char *skip_block(const char *line, const char *close)
{
    while (*line != '\0' && !begins(line, close)) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    line += strcspn(line, "\n");
    return line + (*line == '\n');
}

/* Reads one line that stands outside of bodies. Returns the next one. */
static const char *read_line(struct outline *outline, const char *line)
{
    size_t len = strcspn(line, "\n");
    const char *next = line + len + (line[len] == '\n');
    bool in_declaration = outline->pending.len > 0;
    if (begins(line, "/* ----") || (len == 0 && !in_declaration)) {
        return next;
    }
    if (!in_declaration && (begins(line, "/*") || begins(line, " *"))) {
        add(&outline->comments, line, len);
        return next;
    }
    if (begins(line, "{")) {
        finish(outline, ";\n");
        return skip_block(next, "}");
    }
    if (!in_declaration && line[0] == '#') {
        bool continues = len > 0 && line[len - 1] == '\\';
        while (continues) {
            len = strcspn(next, "\n");
            continues = len > 0 && next[len - 1] == '\\';
            next += len + (next[len] == '\n');
        }
        clear(&outline->comments);
        return next;
    }
    add(&outline->pending, line, len);
    bool is_struct = begins(outline->pending.data, "typedef ") &&
                     strchr(outline->pending.data, '{') != NULL;
    bool ends = is_struct ? line[0] == '}' : memchr(line, ';', len) != NULL;
    if (ends) {
        finish(outline, "\n");
    }
    return next;
}

static const char *outline_text(struct arena *arena, const struct buf *text)
{
    struct outline outline = { .out = { 0 } };
    const char *line = text->data == NULL ? "" : text->data;
    while (*line != '\0') {
        line = read_line(&outline, line);
    }
    const char *copy = outline.out.len == 0
                               ? NULL
                               : arena_strndup(arena, outline.out.data, outline.out.len);
    buf_fini(&outline.out);
    buf_fini(&outline.comments);
    buf_fini(&outline.pending);
    return copy;
}

const char *doc_outline_message(
        struct arena *arena, const struct model *model, const struct message *message)
{
    struct block blocks[] = { { .message = message },
        { .message = message, .is_reply = true } };
    struct model one = *model;
    one.blocks = blocks;
    one.block_count = message->answers == NULL ? 1 : 2;
    struct buf text = { 0 };
    struct arena scratch = { 0 };
    struct emit emit = {
        .out = &text, .arena = &scratch, .model = &one, .file = "", .fingerprint = ""
    };
    emit_messages(&emit);
    const char *outline = outline_text(arena, &text);
    buf_fini(&text);
    arena_fini(&scratch);
    return outline;
}

const char *doc_outline_actor(
        struct arena *arena, const struct model *model, const struct actor *actor)
{
    struct buf text = { 0 };
    struct arena scratch = { 0 };
    struct emit emit = {
        .out = &text, .arena = &scratch, .model = model, .file = "", .fingerprint = ""
    };
    emit_actor(&emit, actor);
    const char *outline = outline_text(arena, &text);
    buf_fini(&text);
    arena_fini(&scratch);
    return outline;
}
