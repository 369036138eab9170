/* SPDX-License-Identifier: MIT */
/*
 * filter.c - see filter.h.
 */
#include "filter.h"

#include "blocks.h"

#define YYSTYPE PARSER_STYPE
#define YYLTYPE PARSER_LTYPE
#include "lexer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The state of the filter that the grammar does not see. */
struct filter {
    struct syntax syntax;    /* first, so that the one is found from the other */
    struct token current;    /* what the grammar looks at */
    struct token pending[3]; /* what it gets next, the last one first */
    size_t pending_count;
    size_t fix; /* the next to be applied */
};

/* ---- Reading ---------------------------------------------------------------------------- */

/* Tells the comments before the token what follows them. */
static void tie_comments(struct syntax *syntax, struct span span)
{
    struct ast_file *file = syntax->file;
    for (; syntax->comments_seen < file->comment_count; syntax->comments_seen++) {
        file->comments[syntax->comments_seen].next_lo = span.lo;
    }
    syntax->previous_hi = span.hi;
}

static struct token read_token(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    if (filter->pending_count > 0) {
        return filter->pending[--filter->pending_count];
    }
    struct token token;
    memset(&token, 0, sizeof token);
    token.kind = TOK_END;
    token.span = (struct span){ syntax->at, syntax->at };
    if (!syntax->stopped) {
        syntax->forgive = syntax->forgive_next;
        syntax->forgive_next = false;
        token.kind = scan_lex(&token.value, &token.span, syntax->scanner);
        tie_comments(syntax, token.span);
    }
    if (syntax->forgive || syntax->stopped) {
        syntax->reported = token.span.lo + 1;
    }
    return token;
}

static void put_back(struct filter *filter, struct token token)
{
    assert(filter->pending_count < 3);
    filter->pending[filter->pending_count++] = token;
}

/* Makes a token that is not written, behind what is. */
static struct token invent(const struct filter *filter, int kind)
{
    struct token token;
    memset(&token, 0, sizeof token);
    uint32_t end = filter->current.span.hi;
    token.kind = kind;
    token.span = (struct span){ end, end };
    return token;
}

/* ---- Putting right ---------------------------------------------------------------------- */

static bool is_word(int kind)
{
    return kind >= TOK_IDENT;
}

static bool is_literal(int kind)
{
    return kind >= TOK_INTEGER && kind < TOK_IDENT;
}

/* Gives a token that is not what was written a value about which nothing more is reported. */
static void excuse(struct filter *filter, struct token *token)
{
    if (is_word(token->kind)) {
        token->value.ident =
                (struct ast_ident){ ast_missing(filter->syntax.intern), token->span };
    } else if (is_literal(token->kind)) {
        token->value.literal = (struct ast_literal){ .kind = AST_POISON, .span = token->span };
        if (token->kind == TOK_STRING) {
            token->value.literal.string.data = "";
        }
    }
}

static void throw_away(struct filter *filter, const struct token *token)
{
    if (is_word(token->kind)) {
        ast_file_excuse(filter->syntax.file, token->value.ident.text);
    }
}

/* Exchanges a token with the next. Each then stands where the other was. */
static struct token swap(struct filter *filter, struct token token)
{
    struct token next = read_token(filter);
    struct span span = token.span;
    token.span = next.span;
    next.span = span;
    put_back(filter, token);
    return next;
}

/* Puts right what an earlier pass found at the token. That may be that it should not be there. */
static struct token apply_fix(struct filter *filter, struct token token, bool *ret_gone)
{
    *ret_gone = false;
    struct syntax *syntax = &filter->syntax;
    const struct syntax_fix *fix = &syntax->fixes[filter->fix];
    if (filter->fix == syntax->fix_count || fix->at != token.span.lo) {
        return token;
    }
    filter->fix++;
    syntax_report_fix(syntax, fix, filter->current.span, token.span);
    switch (fix->kind) {
    case REPAIR_INSERT:
        syntax->reported = token.span.lo + 1;
        put_back(filter, token);
        token = invent(filter, fix->token);
        excuse(filter, &token);
        return token;
    case REPAIR_DELETE:
        throw_away(filter, &token);
        *ret_gone = true;
        return token;
    case REPAIR_SWAP: return swap(filter, token);
    case REPAIR_REPLACE: {
        bool keeps_name = is_word(token.kind) && (fix->token == TOK_IDENT || fix->text != NULL);
        token.kind = fix->token;
        if (!keeps_name) {
            excuse(filter, &token);
        }
        return token;
    }
    case REPAIR_NONE: break;
    }
    return token;
}

/* A '}' that closes nothing, or a ';' that ends nothing, in no block. */
static bool is_stray(const struct syntax *syntax, const struct token *token)
{
    return token->kind == '}' || (token->kind == ';' && syntax->starting);
}

static void report_stray(struct syntax *syntax, const struct token *token)
{
    if (token->kind == '}') {
        diags_add(syntax->diags, DIAG_SYNTAX, token->span, "this '}' closes nothing");
    } else {
        diags_add(syntax->diags, DIAG_SYNTAX, token->span, "this ';' ends nothing");
    }
}

/* Returns the next token, with the '}' and the keyword that it should have been put in. */
static struct token correct_token(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    struct token token = read_token(filter);
    while (syntax->depth == 0 && is_stray(syntax, &token)) {
        report_stray(syntax, &token);
        token = read_token(filter);
    }
    if (syntax->starting || token.kind == TOK_END) {
        if (blocks_must_end(syntax, &token)) {
            blocks_report_open(syntax, &token);
            put_back(filter, token);
            token = invent(filter, '}');
        } else {
            blocks_correct_keyword(syntax, &token);
        }
    }
    return token;
}

static struct token next_token(struct filter *filter)
{
    struct token token;
    bool is_gone;
    do {
        token = correct_token(filter);
        token = apply_fix(filter, token, &is_gone);
    } while (is_gone);
    blocks_follow(&filter->syntax, &token);
    return token;
}

/* ---- Broken statements ------------------------------------------------------------------ */

/* The statement ends here, and `token` is not part of it. */
static struct token end_statement(struct filter *filter, struct token token, int end)
{
    while (filter->syntax.depth > filter->syntax.statement_depth) {
        blocks_close(&filter->syntax, (struct span){ 0 });
    }
    put_back(filter, token);
    if (token.kind == TOK_END) {
        return next_token(filter);
    }
    filter->syntax.starting = end == ';';
    return invent(filter, end);
}

/* Throws away the rest of a list in parentheses and returns its ')'. */
static struct token skip_list(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    for (;;) {
        struct token token = read_token(filter);
        bool is_end = token.kind == '{' || token.kind == '}' || token.kind == ';' ||
                      token.kind == TOK_END;
        if (is_end || blocks_begin_anew(syntax, &token)) {
            syntax->parens = 0;
            return end_statement(filter, token, ')');
        }
        throw_away(filter, &token);
        blocks_follow(syntax, &token);
        if (syntax->parens == 0) {
            return token;
        }
    }
}

/*
 * Throws away the rest of a statement and returns what ends it: its ';', or the '}' of the block
 * around it. A block that the statement has ends it as a ';' does.
 */
static struct token skip_statement(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    unsigned depth = syntax->statement_depth;
    for (;;) {
        struct token token = read_token(filter);
        if (token.kind == TOK_END || blocks_begin_anew(syntax, &token)) {
            return end_statement(filter, token, ';');
        }
        throw_away(filter, &token);
        bool was_inside = syntax->depth > depth;
        blocks_follow(syntax, &token);
        syntax->statement_depth = depth;
        if (syntax->depth > depth) {
            continue;
        }
        if (token.kind == ';' || (token.kind == '}' && syntax->depth < depth)) {
            return token;
        }
        if (token.kind == '}' && was_inside) {
            token = read_token(filter);
            if (token.kind == ';') {
                return token;
            }
            if (token.kind != TOK_ARROW && token.kind != TOK_BECOMES) {
                return end_statement(filter, token, ';');
            }
            syntax->starting = false;
        }
    }
}

static struct token skip(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    if (syntax->parens > 0 && filter->current.kind == '{') {
        /* It is the list's ')' that is missing. */
        struct token brace = filter->current;
        syntax->depth--;
        syntax->parens = 0;
        syntax->starting = false;
        put_back(filter, brace);
        filter->current.span = syntax->previous;
        return invent(filter, ')');
    }
    if (syntax->parens > 0) {
        /* Where the grammar has no use for the ')' it comes back to skip the rest. */
        return skip_list(filter);
    }
    syntax->skipping = false;
    /* Not twice for one token: then the grammar is elsewhere than it looks. */
    bool is_first = filter->current.span.lo == syntax->first_span.lo;
    if (!is_first && blocks_begin_anew(syntax, &filter->current)) {
        struct token token = filter->current;
        filter->current.span = syntax->previous;
        return end_statement(filter, token, ';');
    }
    return skip_statement(filter);
}

int parser_lex(PARSER_STYPE *value, PARSER_LTYPE *span, struct syntax *syntax);

/* The grammar calls it for each token. */
int parser_lex(PARSER_STYPE *value, PARSER_LTYPE *span, struct syntax *syntax)
{
    struct filter *filter = (struct filter *)syntax;
    bool goes_on = !syntax->skipping;
    syntax->previous = syntax->current;
    filter->current = goes_on ? next_token(filter) : skip(filter);
    syntax->current = filter->current.span;
    syntax->kinds[0] = syntax->kinds[1];
    syntax->kinds[1] = filter->current.kind;
    if (!goes_on) {
        syntax->stacks[0].depth = 0;
    }
    syntax->opens = blocks_could_open(syntax, &filter->current);
    *value = filter->current.value;
    *span = filter->current.span;
    return filter->current.kind;
}

/* ---- Reading ahead ---------------------------------------------------------------------- */

/* Nobody looks further than this many bytes. */
enum { PEEK_BYTES = 8192 };

/* Scans apart from the rest; nothing that is wrong there is reported. See syntax.h. */
static size_t peek(const struct syntax *syntax, int *ret_tokens, size_t max, bool *ret_end)
{
    const struct source *source = syntax->source;
    uint32_t at = syntax->current.lo - source->base;
    uint32_t size = source->size - at;
    bool is_cut = size > PEEK_BYTES;
    size_t mark = diags_mark(syntax->diags);
    struct arena nodes = { 0 };
    struct ast_file file = { .source = source };
    struct syntax ahead = { .arena = &nodes,
        .intern = syntax->intern,
        .diags = syntax->diags,
        .source = source,
        .file = &file,
        .at = syntax->current.lo };
    ahead.previous_hi = ahead.at;
    scan_lex_init_extra(&ahead, &ahead.scanner);
    scan__scan_bytes(source->text + at, (int)(is_cut ? PEEK_BYTES : size), ahead.scanner);
    size_t count = 0;
    *ret_end = false;
    while (count < max && !*ret_end) {
        PARSER_STYPE value;
        struct span span;
        int kind = scan_lex(&value, &span, ahead.scanner);
        *ret_end = kind == TOK_END;
        ret_tokens[count++] = kind;
    }
    if (is_cut && *ret_end) {
        /* The last token may have been cut, and what follows is not the end. */
        *ret_end = false;
        count -= count > 1 ? 2 : 1;
    }
    scan_lex_destroy(ahead.scanner);
    buf_fini(&ahead.string);
    ast_file_fini(&file);
    diags_cut(syntax->diags, mark);
    arena_fini(&nodes);
    return count;
}

/* ---- Passes ---------------------------------------------------------------------------- */

/* Parses the text once. */
static void pass(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    const struct source *source = syntax->source;
    syntax->peek = peek;
    syntax->at = source->base + source->start;
    syntax->previous_hi = syntax->at;
    syntax->current = (struct span){ syntax->at, syntax->at };
    filter->current.span = syntax->current; /* behind which a token may be invented */
    syntax->open[0].block = SYNTAX_FILE;
    syntax->starting = true;
    scan_lex_init_extra(syntax, &syntax->scanner);
    /* A copy: the scanner writes into its text, and errors show the source as it was. */
    scan__scan_bytes(
            source->text + source->start, (int)(source->size - source->start), syntax->scanner);
    if (parser_parse(syntax) != 0) {
        syntax->file->broken = true;
    }
    scan_lex_destroy(syntax->scanner);
    buf_fini(&syntax->string);
}

bool filter_parse(const struct syntax *given)
{
    size_t mark = diags_mark(given->diags);
    struct arena nodes = { 0 };
    struct filter *filter = base_alloc(sizeof *filter);
    struct syntax next = *given;
    next.arena = &nodes;
    do {
        const struct source *source = given->source;
        arena_fini(&nodes);
        ast_file_fini(given->file);
        given->file->source = source;
        diags_cut(given->diags, mark);
        memset(filter, 0, sizeof *filter);
        filter->syntax = next;
        pass(filter);
        /* Nothing but the fixes goes from one pass to the next. */
        memcpy(next.fixes, filter->syntax.fixes, sizeof next.fixes);
        next.fix_count = filter->syntax.fix_count;
    } while (filter->syntax.again);
    free(filter);
    arena_take(given->arena, &nodes);
    return next.fix_count > 0;
}
