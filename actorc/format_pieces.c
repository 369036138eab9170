/* SPDX-License-Identifier: MIT */
/*
 * format_pieces.c - see format_pieces.h.
 */
#include "format_pieces.h"

#include "syntax.h"

#include "parser.h"

#define YYSTYPE PARSER_STYPE
#define YYLTYPE PARSER_LTYPE
#include "lexer.h"

#include <stdlib.h>
#include <string.h>

/* ---- Taking apart ------------------------------------------------------------------------ */

static struct format_piece *append(struct format_pieces *pieces)
{
    if (pieces->count == pieces->cap) {
        pieces->cap = pieces->cap == 0 ? 256 : pieces->cap * 2;
        pieces->items = base_realloc(pieces->items, pieces->cap * sizeof *pieces->items);
    }
    struct format_piece *piece = &pieces->items[pieces->count++];
    memset(piece, 0, sizeof *piece);
    return piece;
}

/* What lies between two pieces is white space, and the formatter's own matter; but where its
 * author left a line empty, or broke it, is not. */
static unsigned line_ends(const char *from, const char *to)
{
    unsigned count = 0;
    for (; from < to; from++) {
        count += *from == '\n';
    }
    return count;
}

static void put(struct format_pieces *pieces, const struct source *source, struct span span,
        int token, enum format_piece_kind kind)
{
    const char *behind = source->text + source->start;
    if (pieces->count > 0) {
        const struct format_piece *last = &pieces->items[pieces->count - 1];
        behind = last->text + last->len;
    }
    struct format_piece *piece = append(pieces);
    piece->kind = kind;
    piece->token = token;
    piece->text = source->text + (span.lo - source->base);
    piece->len = span.hi - span.lo;
    piece->lo = span.lo;
    piece->line_ends = line_ends(behind, piece->text);
    if (kind == FORMAT_TOKEN) {
        return;
    }
    piece->is_multiline = memchr(piece->text, '\n', piece->len) != NULL;
    while (strchr(" \t\r", piece->text[piece->len - 1]) != NULL) {
        piece->len--;
    }
}

/* Puts the comments that begin before `offset`. */
static void put_comments(struct format_pieces *pieces, const struct ast_file *file,
        size_t *next, uint32_t offset)
{
    for (; *next < file->comment_count && file->comments[*next].span.lo < offset; ++*next) {
        struct span span = file->comments[*next].span;
        char second = file->source->text[span.lo - file->source->base + 1];
        put(pieces, file->source, span, 0,
                second == '/' ? FORMAT_LINE_COMMENT : FORMAT_BLOCK_COMMENT);
    }
}

void format_pieces_init(struct format_pieces *pieces, const struct ast_file *file,
        struct arena *arena, struct intern *intern, struct sources *sources)
{
    const struct source *source = file->source;
    struct diags diags;
    struct ast_file again = { .source = source };
    diags_init(&diags, arena, sources);
    struct syntax *syntax = base_alloc(sizeof *syntax);
    memset(syntax, 0, sizeof *syntax);
    *syntax = (struct syntax){ .arena = arena,
        .intern = intern,
        .diags = &diags,
        .source = source,
        .file = &again,
        .at = source->base + source->start };
    *pieces = (struct format_pieces){ 0 };
    scan_lex_init_extra(syntax, &syntax->scanner);
    scan__scan_bytes(
            source->text + source->start, (int)(source->size - source->start), syntax->scanner);
    size_t next_comment = 0;
    for (;;) {
        PARSER_STYPE value;
        struct span span = { 0, 0 };
        int token = scan_lex(&value, &span, syntax->scanner);
        put_comments(pieces, file, &next_comment, span.lo);
        if (token == TOK_END) {
            span.lo = span.hi = source->base + source->size;
            put_comments(pieces, file, &next_comment, span.lo);
            put(pieces, source, span, TOK_END, FORMAT_TOKEN);
            break;
        }
        put(pieces, source, span, token, FORMAT_TOKEN);
    }
    scan_lex_destroy(syntax->scanner);
    buf_fini(&syntax->string);
    ast_file_fini(&again);
    free(syntax);
}

void format_pieces_fini(struct format_pieces *pieces)
{
    free(pieces->items);
    *pieces = (struct format_pieces){ 0 };
}

/* ---- Columns ---------------------------------------------------------------------------- */

/* Marks the token at the offset. */
static void mark(struct format_pieces *pieces, uint32_t lo, enum format_column column)
{
    size_t low = 0;
    size_t high = pieces->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pieces->items[middle].lo < lo) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    pieces->items[low].column = column;
}

static void mark_fields(struct format_pieces *pieces, const struct ast_fields *fields)
{
    for (const struct ast_field *field = fields->first; field != NULL; field = field->next) {
        if (field->number != NULL) {
            mark(pieces, field->type->span.lo, FORMAT_TYPE_COLUMN);
        }
        mark(pieces, field->name.span.lo, FORMAT_NAME_COLUMN);
    }
}

static void mark_actor(struct format_pieces *pieces, const struct ast_stmts *stmts)
{
    for (const struct ast_stmt *stmt = stmts->first; stmt != NULL; stmt = stmt->next) {
        if (stmt->kind == AST_STATE) {
            mark_fields(pieces, &stmt->state);
        } else if (stmt->kind == AST_CHILD) {
            mark(pieces, stmt->child.actor.span.lo, FORMAT_NAME_COLUMN);
        }
    }
}

void format_pieces_mark(struct format_pieces *pieces, const struct ast_file *file)
{
    for (const struct ast_decl *decl = file->first; decl != NULL; decl = decl->next) {
        switch (decl->kind) {
        case AST_MESSAGE: mark_fields(pieces, &decl->message.fields); break;
        case AST_UNION: mark_fields(pieces, &decl->members); break;
        case AST_ACTOR: mark_actor(pieces, &decl->actor.stmts); break;
        case AST_SCHEMA:
        case AST_IMPORT:
        case AST_CONST:
        case AST_ENUM: break;
        }
    }
}
