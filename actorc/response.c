/* SPDX-License-Identifier: MIT */
/*
 * response.c - see response.h.
 */
#include "response.h"

#include "buf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words, of which those before `done` need no more work. */
struct words {
    struct arena *arena;
    char **items;
    size_t count;
    unsigned files;
    size_t bytes; /* that these files have together */
};

/* Puts `added` words in the place of the one at `at`. */
static void splice(struct words *words, size_t at, char **added, size_t added_count)
{
    size_t rest = words->count - at - 1;
    size_t count = words->count - 1 + added_count;
    words->items = base_realloc(words->items, (count + 1) * sizeof *words->items);
    memmove(words->items + at + added_count, words->items + at + 1, rest * sizeof(char *));
    if (added_count > 0) {
        memcpy(words->items + at, added, added_count * sizeof(char *));
    }
    words->count = count;
}

/* Reads a word from `*text` on, which does not begin with white space. */
static char *read_word(struct arena *arena, const char **text, const char *end)
{
    struct buf word = { 0 };
    char quote = '\0';
    const char *c = *text;
    buf_puts(&word, "");
    for (; c < end && (quote != '\0' || !isspace((unsigned char)*c)); c++) {
        if (*c == '\\' && c + 1 < end) {
            c++;
            buf_put(&word, c, 1);
        } else if (quote != '\0' ? *c == quote : *c == '"' || *c == '\'') {
            quote = quote == '\0' ? *c : '\0';
        } else {
            buf_put(&word, c, 1);
        }
    }
    *text = c;
    char *copy = arena_strndup(arena, word.len == 0 ? "" : word.data, word.len);
    buf_fini(&word);
    return copy;
}

static void replace(struct words *words, size_t at, const struct buf *text)
{
    char **added = NULL;
    size_t count = 0;
    const char *c = text->len == 0 ? "" : text->data;
    const char *end = c + text->len;
    for (;;) {
        while (c < end && isspace((unsigned char)*c)) {
            c++;
        }
        if (c == end) {
            break;
        }
        added = base_realloc(added, (count + 1) * sizeof *added);
        added[count++] = read_word(words->arena, &c, end);
    }
    splice(words, at, added, count);
    free(added);
}

/* Reads the text, or a little more than `max` bytes of it. Returns 0 or an errno. */
static int read_text(FILE *file, size_t max, struct buf *out)
{
    char chunk[4096];
    size_t got;
    while (out->len <= max && (got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        buf_put(out, chunk, got);
    }
    return ferror(file) ? errno : 0;
}

/* Handles "@FILE" at `at`. Returns NULL on success; `*ret_kept` says that the word stays. */
static const char *expand_one(struct words *words, size_t at, bool *ret_kept)
{
    const char *path = words->items[at] + 1;
    FILE *file = fopen(path, "r");
    *ret_kept = file == NULL;
    if (file == NULL) {
        return NULL;
    }
    if (words->files++ == RESPONSE_FILES_MAX) {
        fclose(file);
        return arena_printf(
                words->arena, "'@%s': more than %d files of options", path, RESPONSE_FILES_MAX);
    }
    struct buf text = { 0 };
    int err = read_text(file, RESPONSE_BYTES_MAX - words->bytes, &text);
    fclose(file);
    words->bytes += text.len;
    if (words->bytes > RESPONSE_BYTES_MAX) {
        buf_fini(&text);
        return arena_printf(
                words->arena, "'@%s': more than %d bytes of options", path, RESPONSE_BYTES_MAX);
    }
    if (err == 0 && text.len > 0 && memchr(text.data, '\0', text.len) != NULL) {
        buf_fini(&text);
        return arena_printf(words->arena, "'@%s': it is not text", path);
    }
    if (err == 0) {
        replace(words, at, &text);
    }
    buf_fini(&text);
    return err == 0 ? NULL
                    : arena_printf(words->arena, "cannot read '%s': %s", path, strerror(err));
}

const char *response_expand(
        struct arena *arena, int argc, char **argv, struct response_args *ret_args)
{
    struct words words = { .arena = arena, .count = (size_t)argc };
    const char *why = NULL;
    words.items = base_alloc(((size_t)argc + 1) * sizeof *words.items);
    memcpy(words.items, argv, (size_t)argc * sizeof *words.items);
    for (size_t i = 1; i < words.count && why == NULL;) {
        bool is_kept = true;
        if (words.items[i][0] == '@') {
            why = expand_one(&words, i, &is_kept);
        }
        i += is_kept;
    }
    if (why == NULL) {
        size_t size = (words.count + 1) * sizeof(char *);
        char **all = arena_alloc(arena, size);
        memcpy(all, words.items, words.count * sizeof(char *));
        *ret_args = (struct response_args){ (int)words.count, all };
    }
    free(words.items);
    return why;
}
