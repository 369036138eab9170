/* SPDX-License-Identifier: MIT */
/*
 * syntax.c - see syntax.h.
 */
#include "syntax.h"

#include "suggest.h"

#include <string.h>

/* More alternatives than these are named by what they have in common. */
enum { LISTED_MAX = 6 };

/* Returns the source in quotes, or NULL if there is none or too much of it. */
static const char *quoted(struct syntax *syntax, struct span span)
{
    enum { SHOWN_MAX = 40 };
    uint32_t len = span.hi - span.lo;
    const char *text = syntax->source->text + (span.lo - syntax->source->base);
    if (len == 0 || len > SHOWN_MAX || memchr(text, '\n', len) != NULL) {
        return NULL;
    }
    return arena_printf(syntax->arena, "'%.*s'", (int)len, text);
}

static const char *list_of(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    struct buf list = { 0 };
    for (size_t i = 0; i < surprise->expected_count; i++) {
        const char *between = i == 0 ? "" : i + 1 < surprise->expected_count ? ", " : " or ";
        buf_printf(&list, "%s%s", between, surprise->expected[i]);
    }
    const char *text =
            arena_strndup(syntax->arena, list.data == NULL ? "" : list.data, list.len);
    buf_fini(&list);
    return text;
}

/* What all that may begin here have in common. */
static const char *common_name(enum syntax_block block)
{
    switch (block) {
    case SYNTAX_FILE: return "a declaration";
    case SYNTAX_FIELDS: return "a field or '}'";
    case SYNTAX_MEMBERS: return "a member or '}'";
    case SYNTAX_ACTOR: return "a statement or '}'";
    case SYNTAX_EFFECTS: return "an effect or '}'";
    case SYNTAX_MODE: return "'on', 'stash' or '}'";
    case SYNTAX_UNKNOWN: break;
    }
    return "something else";
}

static const char *expected_text(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    if (surprise->expected_count == 0) {
        return "something else";
    }
    if (surprise->expected_count > LISTED_MAX) {
        /* A brace that nobody expected has opened a block already. */
        bool opened = syntax->depth > 0 && strcmp(surprise->found, "'{'") == 0;
        return common_name(syntax->open[syntax->depth - opened].block);
    }
    return list_of(syntax, surprise);
}

/* Finds the keyword among those expected that the word may have been meant to be. */
static bool find_meant(struct syntax *syntax, const struct syntax_surprise *surprise,
        struct syntax_fix *ret_fix)
{
    struct span span = surprise->span;
    const char *text = syntax->source->text + (span.lo - syntax->source->base);
    struct suggest suggest;
    suggest_init(&suggest, arena_strndup(syntax->arena, text, span.hi - span.lo));
    for (size_t i = 0; i < surprise->expected_count; i++) {
        const char *name = surprise->expected[i];
        if (name[0] == '\'' && name[1] >= 'a' && name[1] <= 'z') {
            const char *before = suggest.best;
            suggest_offer(&suggest, arena_strndup(syntax->arena, name + 1, strlen(name) - 2));
            if (suggest.best != before) {
                ret_fix->token = surprise->tokens[i];
                ret_fix->text = intern_put(syntax->intern, suggest.best, strlen(suggest.best));
            }
        }
    }
    ret_fix->certain = suggest_certain(&suggest);
    return suggest.best != NULL;
}

/* Only these two types have a bound in angle brackets; what stands before one was meant to be one. */
static bool find_meant_type(struct syntax *syntax, const struct syntax_surprise *surprise,
        struct syntax_fix *ret_fix)
{
    struct span span = syntax->previous;
    if (strcmp(surprise->found, "'<'") != 0 || span.hi == span.lo) {
        return false;
    }
    const char *text = syntax->source->text + (span.lo - syntax->source->base);
    struct suggest suggest;
    suggest_init(&suggest, arena_strndup(syntax->arena, text, span.hi - span.lo));
    suggest_offer(&suggest, "string");
    suggest_offer(&suggest, "bytes");
    if (suggest.best == NULL) {
        return false;
    }
    *ret_fix = (struct syntax_fix){ .kind = REPAIR_REPLACE,
        .at = span.lo,
        .token = suggest.best[0] == 's' ? surprise->string_token : surprise->bytes_token,
        .text = suggest.best,
        .span = span,
        .certain = suggest_certain(&suggest) };
    return true;
}

/* Finds the change of one token after which most of what follows makes sense. */
static bool find_repair(struct syntax *syntax, const struct syntax_surprise *surprise,
        struct syntax_fix *ret_fix)
{
    int tokens[REPAIR_AHEAD_MAX];
    struct span span = surprise->span;
    bool has_end = false;
    size_t count = syntax->peek(syntax, tokens + 1, REPAIR_AHEAD_MAX - 1, &has_end);
    if (span.hi == span.lo && !(has_end && count == 1)) {
        return false; /* it is not written */
    }
    struct repair_problem problem = { .before_previous = syntax->stacks[0],
        .before = syntax->stacks[1],
        .tokens = tokens,
        .count = count + 1,
        .complete = has_end,
        .vocabulary = surprise->vocabulary,
        .vocabulary_count = surprise->vocabulary_count,
        .reach = surprise->reach };
    tokens[0] = syntax->kinds[0];
    if (syntax->previous.hi == syntax->previous.lo) {
        problem.before_previous.depth = 0;
    }
    struct repair repair = repair_find(&problem);
    ret_fix->kind = repair.kind;
    ret_fix->token = repair.token;
    ret_fix->at = repair.earlier ? syntax->previous.lo : span.lo;
    return repair.kind != REPAIR_NONE;
}

/* Says whether a declaration or statement begins with a word that is kept for later versions. */
static bool is_later(const struct syntax_surprise *surprise)
{
    static const char *const later[] = { "'remote'", "'durable'", "'isolate'", "'process'",
        "'topic'", "'publish'", "'subscribe'", "'key'", "'version'" };
    bool is_word = false;
    for (size_t i = 0; i < sizeof later / sizeof later[0] && surprise->found_word; i++) {
        is_word |= strcmp(surprise->found, later[i]) == 0;
    }
    return is_word && surprise->expected_count >= LISTED_MAX;
}

/* Says whether the mistake is one that can be put right, and then how. */
static bool find_fix(struct syntax *syntax, const struct syntax_surprise *surprise, bool silent,
        struct syntax_fix *ret_fix)
{
    *ret_fix = (struct syntax_fix){ .kind = REPAIR_REPLACE,
        .at = surprise->span.lo,
        .span = surprise->span,
        .silent = silent };
    if (is_later(surprise)) {
        return false;
    }
    if (surprise->found_word && !silent && find_meant(syntax, surprise, ret_fix)) {
        return true;
    }
    if (!silent && find_meant_type(syntax, surprise, ret_fix)) {
        return true;
    }
    ret_fix->kind = REPAIR_INSERT;
    if (surprise->brace_expected && syntax->opens) {
        ret_fix->token = '{';
        return true;
    }
    if (find_repair(syntax, surprise, ret_fix)) {
        return true;
    }
    ret_fix->kind = REPAIR_INSERT;
    ret_fix->token = ';';
    /* After something else that is wrong on its line the token is rather a part of that. */
    bool is_apart = !silent || source_starts_line(syntax->source, surprise->span.lo);
    return surprise->semicolon_expected && is_apart;
}

void syntax_report_fix(struct syntax *syntax, const struct syntax_fix *fix, struct span before,
        struct span span)
{
    const char *found = quoted(syntax, span);
    struct span end = { before.hi, before.hi };
    struct diag *diag = NULL;
    if (fix->silent) {
        return;
    }
    if (fix->text != NULL) {
        diag = diags_add(syntax->diags, DIAG_MISTYPED_KEYWORD, span,
                "unexpected %s; did you mean '%s'?", found == NULL ? "word" : found, fix->text);
        diag_hint(syntax->diags, diag, "write '%s'", fix->text);
        diag_fix(syntax->diags, diag, span, fix->text,
                fix->certain ? DIAG_CERTAIN : DIAG_GUESSED);
    } else if (fix->message != NULL) {
        diag = diags_add(syntax->diags, DIAG_SYNTAX, fix->span, "%s", fix->message);
        if (fix->hint != NULL) {
            diag_hint(syntax->diags, diag, "%s", fix->hint);
        }
    } else {
        enum diag_code code = fix->token == ';' ? DIAG_MISSING_SEMICOLON : DIAG_MISSING_BRACE;
        diag = diags_add(syntax->diags, code, end, "expected '%c'%s%s", fix->token,
                found == NULL ? "" : " before ", found == NULL ? "" : found);
        diag_hint(syntax->diags, diag, "write '%c' here", fix->token);
        diag_fix(syntax->diags, diag, end,
                fix->token == ';'   ? ";"
                : fix->token == '{' ? " {"
                                    : "}",
                fix->token == ';' ? DIAG_CERTAIN : DIAG_GUESSED);
    }
}

/* Returns what was expected and what was found, interned, as fixes outlive their pass. */
static const char *message_of(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    const char *found = quoted(syntax, surprise->span);
    const char *text = arena_printf(syntax->arena, "expected %s, found %s",
            expected_text(syntax, surprise), found == NULL ? surprise->found : found);
    return intern_put(syntax->intern, text, strlen(text));
}

/* Returns what more can be said, interned, or NULL. */
static const char *hint_of(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    bool wants_name =
            surprise->expected_count > 0 && strcmp(surprise->expected[0], "a name") == 0;
    if (!wants_name || !surprise->found_word || surprise->found[0] != '\'') {
        return NULL;
    }
    const char *text = arena_printf(syntax->arena,
            "%s is a word of the language; only fields, arguments and children may be called "
            "so",
            surprise->found);
    return intern_put(syntax->intern, text, strlen(text));
}

static void report_surprise(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    if (is_later(surprise)) {
        diags_add(syntax->diags, DIAG_UNSUPPORTED, surprise->span,
                "%s is not supported yet by this version of actorc", surprise->found);
        return;
    }
    struct diag *diag = diags_add(
            syntax->diags, DIAG_SYNTAX, surprise->span, "%s", message_of(syntax, surprise));
    const char *hint = hint_of(syntax, surprise);
    if (hint != NULL) {
        diag_hint(syntax->diags, diag, "%s", hint);
    }
}

/* Most fixes are reported as what was expected; the hint of the plainest says enough. */
static bool needs_message(const struct syntax_fix *fix)
{
    return fix->text == NULL &&
           !(fix->kind == REPAIR_INSERT && (fix->token == ';' || fix->token == '{') &&
                   fix->at == fix->span.lo);
}

bool syntax_has_fixed(const struct syntax *syntax, uint32_t lo)
{
    for (size_t i = 0; i < syntax->fix_count; i++) {
        if (syntax->fixes[i].at == lo) {
            return true;
        }
    }
    return false;
}

void syntax_report(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    struct span span = surprise->span;
    bool silent = syntax->reported == span.lo + 1;
    struct syntax_fix fix;
    if (find_fix(syntax, surprise, silent, &fix)) {
        if (needs_message(&fix)) {
            fix.message = message_of(syntax, surprise);
            fix.hint = hint_of(syntax, surprise);
        }
        if (syntax->fix_count < SYNTAX_FIXES_MAX) {
            syntax->fixes[syntax->fix_count++] = fix;
            syntax->again = true;
            syntax->stopped = true;
        } else {
            syntax_report_fix(syntax, &fix, syntax->previous, span);
        }
    } else if (!silent) {
        report_surprise(syntax, surprise);
    }
    syntax->reported = span.lo + 1;
    syntax->skipping = !surprise->found_end;
}

bool syntax_only_counts(struct syntax *syntax, struct span span, bool found_end)
{
    if (syntax->fix_count < SYNTAX_FIXES_MAX || !diags_only_counts(syntax->diags, span.lo)) {
        return false;
    }
    if (syntax->reported != span.lo + 1) {
        diags_add(syntax->diags, DIAG_SYNTAX, span, "expected something else");
    }
    syntax->reported = span.lo + 1;
    syntax->skipping = !found_end;
    return true;
}

const char *syntax_join(
        struct syntax *syntax, const char *front, const char *name, struct span span)
{
    const char *missing = ast_missing(syntax->intern);
    if (front != missing && strlen(front) + 1 + strlen(name) <= SYNTAX_NAME_MAX) {
        const char *text = arena_printf(syntax->arena, "%s.%s", front, name);
        return intern_put(syntax->intern, text, strlen(text));
    }
    /* A part that is missing was reported as such. */
    if (front != missing && name != missing && syntax->long_name != span.lo + 1) {
        diags_add(syntax->diags, DIAG_IDENTIFIER, span, "a name has at most %d bytes",
                SYNTAX_NAME_MAX);
        syntax->long_name = span.lo + 1;
    }
    return missing;
}
