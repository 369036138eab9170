/* SPDX-License-Identifier: MIT */
/*
 * ast.c - see ast.h.
 */
#include "ast.h"

#include "buf.h"

#include <stdlib.h>
#include <string.h>

const char *const ast_scalars[AST_TYPE_NAMED] = {
    [AST_TYPE_BOOL] = "bool",
    [AST_TYPE_U8] = "u8",
    [AST_TYPE_U16] = "u16",
    [AST_TYPE_U32] = "u32",
    [AST_TYPE_U64] = "u64",
    [AST_TYPE_I8] = "i8",
    [AST_TYPE_I16] = "i16",
    [AST_TYPE_I32] = "i32",
    [AST_TYPE_I64] = "i64",
    [AST_TYPE_F32] = "f32",
    [AST_TYPE_F64] = "f64",
    [AST_TYPE_DURATION] = "duration",
    [AST_TYPE_TIMESTAMP] = "timestamp",
    [AST_TYPE_STRING] = "string",
    [AST_TYPE_BYTES] = "bytes",
};

void ast_file_fini(struct ast_file *file)
{
    free(file->comments);
    map_fini(&file->excused);
    *file = (struct ast_file){ 0 };
}

static const char missing[] = "?";

const char *ast_missing(struct intern *intern)
{
    return intern_put(intern, missing, sizeof missing - 1);
}

void ast_file_excuse(struct ast_file *file, const char *name)
{
    map_set(&file->excused, map_key(name), file);
}

bool ast_file_excuses(const struct ast_file *file, const char *name)
{
    return strcmp(name, missing) == 0 || map_get(&file->excused, map_key(name)) != NULL;
}

void ast_file_comment(struct ast_file *file, struct ast_comment comment)
{
    if (file->comment_count == file->comment_cap) {
        file->comment_cap = file->comment_cap == 0 ? 64 : file->comment_cap * 2;
        file->comments =
                base_realloc(file->comments, file->comment_cap * sizeof *file->comments);
    }
    file->comments[file->comment_count++] = comment;
}

/* Returns the number of comments that begin before `offset`. */
static size_t comments_before(const struct ast_file *file, uint32_t offset)
{
    size_t low = 0;
    size_t high = file->comment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->comments[middle].span.lo < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Appends the text of one comment as a line of its own. */
static void put_line(
        const struct ast_file *file, const struct ast_comment *comment, struct buf *doc)
{
    const char *text = file->source->text + (comment->span.lo - file->source->base) + 3;
    size_t len = comment->span.hi - comment->span.lo - 3;
    if (len > 0 && *text == ' ') {
        text++;
        len--;
    }
    while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL) {
        len--;
    }
    if (doc->data != NULL) {
        buf_put(doc, "\n", 1);
    }
    buf_put(doc, text, len);
}

const char *ast_file_doc(const struct ast_file *file, struct arena *arena, struct span span)
{
    struct buf doc = { 0 };
    size_t end = comments_before(file, span.lo);
    size_t first = end;
    while (first > 0 && file->comments[first - 1].next_lo == span.lo) {
        first--;
    }
    for (size_t i = first; i < end; i++) {
        if (file->comments[i].documents && !file->comments[i].trails) {
            put_line(file, &file->comments[i], &doc);
        }
    }
    size_t behind = comments_before(file, span.hi);
    if (behind < file->comment_count) {
        const struct ast_comment *comment = &file->comments[behind];
        if (comment->documents && comment->trails && comment->previous_hi == span.hi) {
            put_line(file, comment, &doc);
        }
    }
    const char *text = doc.data == NULL ? NULL : arena_strndup(arena, doc.data, doc.len);
    buf_fini(&doc);
    return text;
}
