/* SPDX-License-Identifier: MIT */
/*
 * parse.c - see parse.h.
 *
 * Between the scanner and the grammar stands a filter of tokens. It knows in which block each
 * statement begins, and which words can begin one there. So it finds three mistakes that a
 * grammar alone can report only as a long list of consequences:
 *
 * - A statement begins with an unknown word near a keyword: that is the keyword, mistyped.
 * - A statement begins with a keyword that only an outer block knows, or the file ends: the '}'
 *   of the inner one is missing. The filter puts it in.
 * - A statement is broken: what is left of it, with all its braces, is taken out.
 *
 * What the grammar finds to be a missing ';' or a mistyped keyword is put right by the filter in
 * another pass over the text. The grammar itself cannot: when it sees the mistake it has not
 * finished what stands before.
 */
#include "parse.h"

#include "parser.h"
#include "suggest.h"
#include "syntax.h"

#define YYSTYPE PARSER_STYPE
#define YYLTYPE PARSER_LTYPE
#include "lexer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Words that begin statements, where they do, and what stands in the braces they open. */
static const struct starter {
    int token;
    const char *text; /* NULL if no mistyped word is meant to be it */
    unsigned blocks;  /* of enum syntax_block */
    enum syntax_block opens;
} starters[] = {
    { TOK_SCHEMA, "schema", SYNTAX_FILE, SYNTAX_UNKNOWN },
    { TOK_IMPORT, "import", SYNTAX_FILE, SYNTAX_UNKNOWN },
    { TOK_CONST, "const", SYNTAX_FILE, SYNTAX_UNKNOWN },
    { TOK_OPEN, "open", SYNTAX_FILE, SYNTAX_MEMBERS },
    { TOK_ENUM, "enum", SYNTAX_FILE, SYNTAX_MEMBERS },
    { TOK_MESSAGE, "message", SYNTAX_FILE, SYNTAX_FIELDS },
    { TOK_UNION, "union", SYNTAX_FILE, SYNTAX_FIELDS },
    { TOK_ACTOR, "actor", SYNTAX_FILE, SYNTAX_ACTOR },
    { TOK_ON, "on", SYNTAX_ACTOR | SYNTAX_MODE, SYNTAX_EFFECTS },
    { TOK_MAILBOX, "mailbox", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_CHILD, "child", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_SUPERVISE, "supervise", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_MODE, "mode", SYNTAX_ACTOR, SYNTAX_MODE },
    { TOK_DEDICATED, "dedicated", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_STATE, "state", SYNTAX_ACTOR, SYNTAX_FIELDS },
    { TOK_TIMER, "timer", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_EVERY, "every", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_FD, "fd", SYNTAX_ACTOR, SYNTAX_UNKNOWN },
    { TOK_STASH, "stash", SYNTAX_MODE, SYNTAX_UNKNOWN },
    { TOK_TELL, "tell", SYNTAX_ACTOR | SYNTAX_EFFECTS, SYNTAX_UNKNOWN },
    { TOK_ASK, "ask", SYNTAX_ACTOR | SYNTAX_EFFECTS, SYNTAX_UNKNOWN },
    { TOK_DELEGATE, "delegate", SYNTAX_ACTOR | SYNTAX_EFFECTS, SYNTAX_UNKNOWN },
    { TOK_SPAWN, "spawn", SYNTAX_ACTOR | SYNTAX_EFFECTS, SYNTAX_UNKNOWN },
    { TOK_WATCH, "watch", SYNTAX_ACTOR | SYNTAX_EFFECTS, SYNTAX_UNKNOWN },
    { TOK_RESERVED, "reserved", SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_BOOL, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_U8, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_U16, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_U32, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_U64, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_I8, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_I16, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_I32, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_I64, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_F32, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_F64, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_TYPE_DURATION, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_TYPE_TIMESTAMP, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_TYPE_STRING, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_TYPE_BYTES, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_REF, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_OPAQUE, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
    { TOK_CALL, NULL, SYNTAX_FIELDS, SYNTAX_UNKNOWN },
};

enum { STARTER_COUNT = sizeof starters / sizeof starters[0] };

static const struct starter *starter_of(int token)
{
    for (size_t i = 0; i < STARTER_COUNT; i++) {
        if (starters[i].token == token) {
            return &starters[i];
        }
    }
    return NULL;
}

struct token {
    int kind;
    PARSER_STYPE value;
    struct span span;
};

/* The state of the filter that the grammar does not see. */
struct filter {
    struct syntax syntax;    /* first, so that the one is found from the other */
    struct token current;    /* what the grammar looks at */
    struct token pending[2]; /* what it gets next, the last one first */
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
    assert(filter->pending_count < 2);
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

/* ---- Blocks ----------------------------------------------------------------------------- */

static struct syntax_open *innermost(struct syntax *syntax)
{
    return &syntax->open[syntax->depth];
}

static void open_block(struct syntax *syntax, struct token *token)
{
    if (syntax->depth == SYNTAX_DEPTH_MAX) {
        /* What else was wrong in there is one mistake with this. */
        diags_forget(syntax->diags, syntax->open[1].statement);
        struct diag *diag = diags_add(
                syntax->diags, DIAG_DEPTH, token->span, "braces are nested too deeply");
        diag_hint(syntax->diags, diag, "at most %d may be open at a time", SYNTAX_DEPTH_MAX);
        syntax->stopped = true;
        syntax->reported = token->span.lo + 1;
        token->kind = TOK_END;
        return;
    }
    const struct starter *starter = starter_of(syntax->first_token);
    struct syntax_open open = { .brace = token->span, .statement = syntax->first_span.lo };
    open.block = starter == NULL ? SYNTAX_UNKNOWN : starter->opens;
    syntax->depth++;
    *innermost(syntax) = open;
    syntax->starting = true;
}

/* White space before the first token of the line, in bytes. */
static uint32_t indentation(const struct syntax *syntax, uint32_t offset)
{
    const char *text = syntax->source->text;
    uint32_t at = offset - syntax->source->base;
    while (at > syntax->source->start && text[at - 1] != '\n') {
        at--;
    }
    return (uint32_t)strspn(text + at, " \t");
}

static void close_block(struct syntax *syntax, struct span brace)
{
    if (syntax->depth == 0) {
        return;
    }
    struct syntax_open closed = *innermost(syntax);
    syntax->depth--;
    syntax->starting = true;
    if (brace.hi > brace.lo && source_starts_line(syntax->source, brace.lo) &&
            indentation(syntax, brace.lo) < indentation(syntax, closed.brace.lo)) {
        /* It looks like the end of an outer block. If that lacks its '}', this is why. */
        innermost(syntax)->early = brace;
        innermost(syntax)->early_brace = closed.brace;
    }
}

/* The '}' of the innermost block is missing before `token`. */
static void report_open_block(struct syntax *syntax, const struct token *token)
{
    const struct syntax_open *open = innermost(syntax);
    bool early = open->early.hi > 0;
    if (syntax->brace_reported) {
        return;
    }
    /* One forgotten '}' is one mistake, however many blocks it leaves open at this place. */
    syntax->brace_reported = true;
    struct diag *diag = diags_add(syntax->diags, DIAG_MISSING_BRACE,
            early ? open->early_brace : open->brace, "this '{' is not closed");
    if (early) {
        diag_note(syntax->diags, diag, open->early,
                "this '}' closes it, but is indented as if it closed an outer one");
    } else if (token->kind == TOK_END) {
        diag_hint(syntax->diags, diag, "a '}' is missing before the end of the file");
    } else {
        diag_note(syntax->diags, diag, token->span, "a '}' is missing before this");
    }
}

static bool outer_block_allows(const struct syntax *syntax, unsigned blocks)
{
    for (unsigned i = 0; i < syntax->depth; i++) {
        if (syntax->open[i].block & blocks) {
            return true;
        }
    }
    return false;
}

/* Says whether the token, which begins a statement, shows that a '}' is missing before it. */
static bool block_must_end(const struct syntax *syntax, const struct token *token)
{
    if (syntax->depth == 0 || syntax->stopped) {
        return false;
    }
    if (token->kind == TOK_END) {
        return true;
    }
    const struct starter *starter = starter_of(token->kind);
    return starter != NULL && !(starter->blocks & syntax->open[syntax->depth].block) &&
           source_starts_line(syntax->source, token->span.lo) &&
           outer_block_allows(syntax, starter->blocks);
}

/* ---- Statements ------------------------------------------------------------------------- */

/* A word that cannot begin a statement here is a keyword, if it is near enough to one. */
static void correct_keyword(struct syntax *syntax, struct token *token)
{
    enum syntax_block block = innermost(syntax)->block;
    if (token->kind != TOK_IDENT ||
            (block & (SYNTAX_FIELDS | SYNTAX_MEMBERS | SYNTAX_UNKNOWN))) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, token->value.ident.text);
    int meant = 0;
    for (size_t i = 0; i < STARTER_COUNT; i++) {
        if ((starters[i].blocks & block) && starters[i].text != NULL) {
            const char *before = suggest.best;
            suggest_offer(&suggest, starters[i].text);
            meant = suggest.best != before ? starters[i].token : meant;
        }
    }
    if (suggest.best != NULL) {
        struct diag *diag = diags_add(syntax->diags, DIAG_MISTYPED_KEYWORD, token->span,
                "unknown keyword '%s'; did you mean '%s'?", token->value.ident.text,
                suggest.best);
        diag_hint(syntax->diags, diag, "write '%s'", suggest.best);
        token->kind = meant;
    }
}

/* Notes where the statement is that begins with the token. */
static void begin_statement(struct syntax *syntax, const struct token *token)
{
    syntax->starting = false;
    syntax->first_token = token->kind;
    syntax->first_span = token->span;
    syntax->statement_depth = syntax->depth;
    syntax->parens = 0;
    syntax->brace_reported = false;
}

/* Follows the braces and the ends of statements. */
static void follow(struct syntax *syntax, struct token *token)
{
    bool is_end = token->kind == '}' || token->kind == ';' || token->kind == TOK_END;
    if (syntax->starting && !is_end) {
        begin_statement(syntax, token);
    }
    switch (token->kind) {
    case '{': open_block(syntax, token); break;
    case '}': close_block(syntax, token->span); break;
    case ';': syntax->starting = true; break;
    case '(': syntax->parens++; break;
    case ')': syntax->parens -= syntax->parens > 0; break;
    }
}

/* Puts right what an earlier pass found at the token. */
static struct token apply_fix(struct filter *filter, struct token token)
{
    struct syntax *syntax = &filter->syntax;
    const struct syntax_fix *fix = &syntax->fixes[filter->fix];
    if (filter->fix == syntax->fix_count || fix->at != token.span.lo) {
        return token;
    }
    filter->fix++;
    syntax_report_fix(syntax, fix, filter->current.span, token.span);
    if (fix->token == ';' || fix->token == '{') {
        syntax->reported = token.span.lo + 1;
        put_back(filter, token);
        return invent(filter, fix->token);
    }
    token.kind = fix->token;
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

static struct token next_token(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    struct token token = read_token(filter);
    while (syntax->depth == 0 && is_stray(syntax, &token)) {
        report_stray(syntax, &token);
        token = read_token(filter);
    }
    if (syntax->starting || token.kind == TOK_END) {
        if (block_must_end(syntax, &token)) {
            report_open_block(syntax, &token);
            put_back(filter, token);
            token = invent(filter, '}');
        } else {
            correct_keyword(syntax, &token);
        }
    }
    token = apply_fix(filter, token);
    follow(syntax, &token);
    return token;
}

/* ---- Broken statements ------------------------------------------------------------------ */

/* Says whether a statement begins here although the one before has not ended. */
static bool begins_anew(struct syntax *syntax, const struct token *token)
{
    const struct starter *starter = starter_of(token->kind);
    if (starter == NULL || !source_starts_line(syntax->source, token->span.lo)) {
        return false;
    }
    bool is_inside = syntax->depth > syntax->statement_depth;
    bool is_allowed = starter->blocks & innermost(syntax)->block;
    return is_allowed ? !is_inside : outer_block_allows(syntax, starter->blocks);
}

/* The statement ends here, and `token` is not part of it. */
static struct token end_statement(struct filter *filter, struct token token, int end)
{
    while (filter->syntax.depth > filter->syntax.statement_depth) {
        close_block(&filter->syntax, (struct span){ 0 });
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
        if (is_end || begins_anew(syntax, &token)) {
            syntax->parens = 0;
            return end_statement(filter, token, ')');
        }
        follow(syntax, &token);
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
        if (token.kind == TOK_END || begins_anew(syntax, &token)) {
            return end_statement(filter, token, ';');
        }
        bool was_inside = syntax->depth > depth;
        follow(syntax, &token);
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
    if (!is_first && begins_anew(syntax, &filter->current)) {
        struct token token = filter->current;
        filter->current.span = syntax->previous;
        return end_statement(filter, token, ';');
    }
    return skip_statement(filter);
}

/* Says whether the token could be the first in the braces of its statement, if there were any. */
static bool could_open(const struct syntax *syntax, const struct token *token)
{
    if (!source_starts_line(syntax->source, token->span.lo)) {
        return false;
    }
    const struct starter *statement = starter_of(syntax->first_token);
    const struct starter *starter = starter_of(token->kind);
    if (statement == NULL || starter == NULL) {
        return statement != NULL && statement->opens == SYNTAX_MEMBERS &&
               token->kind == TOK_IDENT;
    }
    return (starter->blocks & statement->opens) &&
           !(starter->blocks & syntax->open[syntax->depth].block);
}

int parser_lex(PARSER_STYPE *value, PARSER_LTYPE *span, struct syntax *syntax);

/* The grammar calls it for each token. */
int parser_lex(PARSER_STYPE *value, PARSER_LTYPE *span, struct syntax *syntax)
{
    struct filter *filter = (struct filter *)syntax;
    syntax->previous = syntax->current;
    filter->current = syntax->skipping ? skip(filter) : next_token(filter);
    syntax->current = filter->current.span;
    syntax->opens = could_open(syntax, &filter->current);
    *value = filter->current.value;
    *span = filter->current.span;
    return filter->current.kind;
}

/* ---- Texts ------------------------------------------------------------------------------ */

/* Says whether there are bytes that no text has. */
static bool has_control_characters(const struct source *source)
{
    for (uint32_t i = 0; i < source->size; i++) {
        unsigned char c = (unsigned char)source->text[i];
        if (c < 0x20 && strchr("\t\n\r\f\v\033", c) == NULL) {
            return true;
        }
    }
    return false;
}

static void report_bytes(struct source *source, uint32_t at, struct diags *diags)
{
    uint32_t len = 1;
    while (len < 4 && at + len < source->size &&
            ((unsigned char)source->text[at + len] & 0xc0) == 0x80) {
        len++;
    }
    struct buf bytes = { 0 };
    for (uint32_t i = 0; i < len; i++) {
        buf_printf(&bytes, " 0x%02X", (unsigned char)source->text[at + i]);
    }
    struct span span = { source->base + at, source->base + at + len };
    struct diag *diag = diags_add(diags, DIAG_UTF8, span, "invalid UTF-8 at byte offset %u:%s",
            (unsigned)at, bytes.data);
    diag_hint(diags, diag, "schemas are UTF-8");
    buf_fini(&bytes);
}

/* Reports the first byte that is not UTF-8; one usually is the first of many. */
static bool check_text(struct source *source, struct diags *diags)
{
    uint32_t base = source->base;
    if (source->size == source->start) {
        struct diag *diag = diags_add_file(diags, DIAG_EMPTY, base, "the file is empty");
        diag_hint(diags, diag, "a schema begins with 'schema NAME;'");
        return false;
    }
    const char *nul = memchr(source->text, '\0', source->size);
    if (nul != NULL) {
        diags_add_file(diags, DIAG_NOT_TEXT, base, "not a text file: NUL at byte offset %u",
                (unsigned)(nul - source->text));
        return false;
    }
    for (uint32_t i = 0; i < source->size;) {
        size_t len = source_utf8(source->text + i, source->size - i);
        if (len == 0) {
            if (has_control_characters(source)) {
                diags_add_file(diags, DIAG_NOT_TEXT, base,
                        "not a text file: byte 0x%02X at byte offset %u",
                        (unsigned char)source->text[i], (unsigned)i);
                return false;
            }
            report_bytes(source, i, diags);
            return true;
        }
        i += (uint32_t)len;
    }
    return true;
}

/* Parses the text once. */
static void pass(struct filter *filter)
{
    struct syntax *syntax = &filter->syntax;
    const struct source *source = syntax->source;
    syntax->at = source->base + source->start;
    syntax->previous_hi = syntax->at;
    syntax->current = (struct span){ syntax->at, syntax->at };
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

bool parse(struct source *source, struct arena *arena, struct intern *intern,
        struct diags *diags, struct ast_file *file)
{
    *file = (struct ast_file){ .source = source };
    if (!check_text(source, diags)) {
        return false;
    }
    size_t mark = diags_mark(diags);
    struct arena nodes = { 0 };
    struct filter *filter = base_alloc(sizeof *filter);
    memset(filter, 0, sizeof *filter);
    do {
        struct syntax syntax = { .arena = &nodes,
            .intern = intern,
            .diags = diags,
            .source = source,
            .file = file,
            .fix_count = filter->syntax.fix_count };
        memcpy(syntax.fixes, filter->syntax.fixes, sizeof syntax.fixes);
        arena_fini(&nodes);
        ast_file_fini(file);
        file->source = source;
        diags_cut(diags, mark);
        *filter = (struct filter){ .syntax = syntax };
        pass(filter);
    } while (filter->syntax.again);
    free(filter);
    arena_take(arena, &nodes);
    return true;
}
