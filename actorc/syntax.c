/* SPDX-License-Identifier: MIT */
/*
 * syntax.c - see syntax.h.
 */
#include "syntax.h"

#include "suggest.h"

#include <string.h>

/* More alternatives than these are named by what they have in common. */
enum { LISTED_MAX = 6 };

/* What was found, as it is written in the source. */
static const char *found_text(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    enum { SHOWN_MAX = 40 };
    struct span span = surprise->span;
    if (span.hi <= span.lo || strcmp(surprise->found, "end of file") == 0) {
        return surprise->found;
    }
    int len = (int)(span.hi - span.lo);
    const char *text = syntax->source->text + (span.lo - syntax->source->base);
    bool cut = len > SHOWN_MAX || memchr(text, '\n', (size_t)len) != NULL;
    return cut ? surprise->found : arena_printf(syntax->arena, "'%.*s'", len, text);
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

/* Returns the keyword among those expected that the word may have been meant to be, or NULL. */
static const char *meant_keyword(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    if (!surprise->found_word) {
        return NULL;
    }
    struct span span = surprise->span;
    const char *text = syntax->source->text + (span.lo - syntax->source->base);
    struct suggest suggest;
    suggest_init(&suggest, arena_strndup(syntax->arena, text, span.hi - span.lo));
    for (size_t i = 0; i < surprise->expected_count; i++) {
        const char *name = surprise->expected[i];
        if (name[0] == '\'' && name[1] >= 'a' && name[1] <= 'z') {
            suggest_offer(&suggest, arena_strndup(syntax->arena, name + 1, strlen(name) - 2));
        }
    }
    return suggest.best;
}

static void report_semicolon(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    struct span end = { syntax->previous.hi, syntax->previous.hi };
    bool is_invented = surprise->span.hi <= surprise->span.lo;
    struct diag *diag =
            is_invented ? diags_add(syntax->diags, DIAG_MISSING_SEMICOLON, end, "expected ';'")
                        : diags_add(syntax->diags, DIAG_MISSING_SEMICOLON, end,
                                  "expected ';' before %s", found_text(syntax, surprise));
    diag_hint(syntax->diags, diag, "write ';' here");
}

void syntax_report(struct syntax *syntax, const struct syntax_surprise *surprise)
{
    struct span span = surprise->span;
    bool again = syntax->reported == span.lo + 1;
    bool insert = false;
    const char *meant = again ? NULL : meant_keyword(syntax, surprise);
    if (meant != NULL) {
        struct diag *diag = diags_add(syntax->diags, DIAG_MISTYPED_KEYWORD, span,
                "unexpected %s; did you mean '%s'?", found_text(syntax, surprise), meant);
        diag_hint(syntax->diags, diag, "write '%s'", meant);
    } else if (surprise->semicolon_expected) {
        if (!again) {
            report_semicolon(syntax, surprise);
        }
        insert = true;
        syntax->inserted = true;
    } else if (!again) {
        const char *found = found_text(syntax, surprise);
        struct diag *diag = diags_add(syntax->diags, DIAG_SYNTAX, span, "expected %s, found %s",
                expected_text(syntax, surprise), found);
        bool is_stray = syntax->depth == 0 && surprise->expected_count > LISTED_MAX;
        if (is_stray && strcmp(found, "';'") == 0) {
            diag_hint(syntax->diags, diag, "no ';' stands behind a '}'");
        }
    }
    syntax->reported = span.lo + 1;
    syntax->skipping = !insert && !surprise->found_end;
}
