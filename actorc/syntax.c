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
    return suggest.best != NULL;
}

/* Says whether the mistake is one that can be put right, and then how. */
static bool find_fix(struct syntax *syntax, const struct syntax_surprise *surprise, bool silent,
        struct syntax_fix *ret_fix)
{
    *ret_fix = (struct syntax_fix){ .at = surprise->span.lo, .silent = silent };
    if (surprise->found_word && !silent && find_meant(syntax, surprise, ret_fix)) {
        return true;
    }
    if (surprise->brace_expected && syntax->opens) {
        ret_fix->token = '{';
        return true;
    }
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
    if (fix->token != ';' && fix->token != '{') {
        diag = diags_add(syntax->diags, DIAG_MISTYPED_KEYWORD, span,
                "unexpected %s; did you mean '%s'?", found == NULL ? "word" : found, fix->text);
        diag_hint(syntax->diags, diag, "write '%s'", fix->text);
        return;
    }
    enum diag_code code = fix->token == ';' ? DIAG_MISSING_SEMICOLON : DIAG_MISSING_BRACE;
    diag = diags_add(syntax->diags, code, end, "expected '%c'%s%s", fix->token,
            found == NULL ? "" : " before ", found == NULL ? "" : found);
    diag_hint(syntax->diags, diag, "write '%c' here", fix->token);
}

static void report_surprise(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    const char *found = quoted(syntax, surprise->span);
    struct diag *diag =
            diags_add(syntax->diags, DIAG_SYNTAX, surprise->span, "expected %s, found %s",
                    expected_text(syntax, surprise), found == NULL ? surprise->found : found);
    bool wants_name =
            surprise->expected_count > 0 && strcmp(surprise->expected[0], "a name") == 0;
    if (wants_name && surprise->found_word && surprise->found[0] == '\'') {
        diag_hint(syntax->diags, diag,
                "%s is a word of the language; only fields, arguments and children may be "
                "called so",
                surprise->found);
    }
}

void syntax_report(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    struct span span = surprise->span;
    bool silent = syntax->reported == span.lo + 1;
    struct syntax_fix fix;
    if (find_fix(syntax, surprise, silent, &fix)) {
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
