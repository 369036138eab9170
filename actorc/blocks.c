/* SPDX-License-Identifier: MIT */
/*
 * blocks.c - see blocks.h.
 */
#include "blocks.h"

#include "suggest.h"

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

void blocks_close(struct syntax *syntax, struct span brace)
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
void blocks_report_open(struct syntax *syntax, const struct token *token)
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
bool blocks_must_end(const struct syntax *syntax, const struct token *token)
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
void blocks_correct_keyword(struct syntax *syntax, struct token *token)
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
        diag_fix(syntax->diags, diag, token->span, suggest.best,
                suggest_certain(&suggest) ? DIAG_CERTAIN : DIAG_GUESSED);
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
void blocks_follow(struct syntax *syntax, struct token *token)
{
    bool is_end = token->kind == '}' || token->kind == ';' || token->kind == TOK_END;
    if (syntax->starting && !is_end) {
        begin_statement(syntax, token);
    }
    switch (token->kind) {
    case '{': open_block(syntax, token); break;
    case '}': blocks_close(syntax, token->span); break;
    case ';': syntax->starting = true; break;
    case '(': syntax->parens++; break;
    case ')': syntax->parens -= syntax->parens > 0; break;
    }
}

/* Says whether a statement begins here although the one before has not ended. */
bool blocks_begin_anew(const struct syntax *syntax, const struct token *token)
{
    const struct starter *starter = starter_of(token->kind);
    if (starter == NULL || !source_starts_line(syntax->source, token->span.lo)) {
        return false;
    }
    bool is_inside = syntax->depth > syntax->statement_depth;
    bool is_allowed = starter->blocks & syntax->open[syntax->depth].block;
    return is_allowed ? !is_inside : outer_block_allows(syntax, starter->blocks);
}

/* Says whether the token could be the first in the braces of its statement, if there were any. */
bool blocks_could_open(const struct syntax *syntax, const struct token *token)
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
