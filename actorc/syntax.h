/* SPDX-License-Identifier: MIT */
/*
 * syntax.h - what scanner, grammar and the token filter of one parse share, and how they report
 * what they did not expect.
 */
#ifndef SYNTAX_H
#define SYNTAX_H

#include "ast.h"
#include "diag.h"
#include "intern.h"
#include "map.h"
#include "repair.h"

/* Braces may be nested so deep. The language needs three; this leaves room and bounds memory. */
enum { SYNTAX_DEPTH_MAX = 64 };

/* What may stand in a block. Bits, so that a keyword can be allowed in several. */
enum syntax_block {
    SYNTAX_FILE = 1,
    SYNTAX_FIELDS = 2,
    SYNTAX_MEMBERS = 4,
    SYNTAX_ACTOR = 8,
    SYNTAX_EFFECTS = 16,
    SYNTAX_MODE = 32,
    SYNTAX_UNKNOWN = 64
};

struct syntax_open {
    enum syntax_block block;
    struct span brace;
    uint32_t statement; /* where the statement begins that has the brace */
    struct span
            early; /* a '}' that closed a block in it against the indentation; empty if none */
    struct span early_brace; /* ... and the brace that was closed */
};

/* A mistake that a small change puts right. The text is parsed again with it, which finds what
 * comes after as if nothing had been wrong. */
struct syntax_fix {
    enum repair_kind kind;
    uint32_t at;         /* where the token begins that it is about */
    int token;           /* to be put in */
    const char *text;    /* of a keyword that the token was meant to be, or NULL */
    const char *message; /* what is reported, interned; NULL if the kind of fix says it all */
    const char *hint;    /* ... with it, or NULL */
    struct span span;    /* ... and where */
    bool silent;         /* it was reported as something else */
    bool certain;        /* the keyword can only have been meant */
};

/* More mistakes of this kind are reported without being put right. */
enum { SYNTAX_FIXES_MAX = DIAG_SHOWN_MAX };

struct syntax {
    struct arena *arena;
    struct intern *intern;
    struct diags *diags;
    const struct source *source;
    struct ast_file *file;
    void *scanner;

    /* The scanner's. */
    uint32_t at;            /* offset behind what was scanned */
    uint32_t literal_lo;    /* where the comment or string that is being scanned begins */
    unsigned comment_depth; /* comments nest */
    struct buf string;      /* the string that is being scanned */
    uint32_t bad_hi;        /* end of the last character that means nothing */
    bool forgive;           /* the grammar need not complain of this token */
    bool forgive_next;      /* ... and of the next */
    size_t comments_seen;   /* comments that know the token behind them */
    uint32_t previous_hi;   /* end of the token before; equals the file's start at first */
    uint32_t long_name;     /* where the last name begins that is too long, plus one */

    /* The filter's, see filter.h. */
    struct syntax_open open[SYNTAX_DEPTH_MAX + 1]; /* [0] is the file */
    unsigned depth;
    unsigned parens; /* open ones, in this statement */
    bool starting;   /* the next token begins a statement */
    int first_token; /* of the statement */
    struct span first_span;
    unsigned statement_depth; /* in which the statement began */
    bool brace_reported;      /* as missing, before this statement */
    bool stopped;             /* by a limit; nothing but the end comes now */

    /* The grammar's, to tell the filter how it goes on after an error. */
    struct span previous; /* the token before the one it looks at */
    struct span current;
    struct repair_stack stacks[2]; /* before these two */
    int kinds[2];
    /* Reads ahead from the current token, that one included. Returns how many there are up to
     * `max`, and whether the end of the file is among them. */
    size_t (*peek)(const struct syntax *syntax, int *ret_tokens, size_t max, bool *ret_end);
    bool opens;        /* the current token could be the first of the block of its statement */
    uint32_t reported; /* where the last complaint was, plus one; 0 = none */
    bool skipping;     /* the rest of the statement is thrown away */

    /* Kept from one pass to the next. */
    struct syntax_fix fixes[SYNTAX_FIXES_MAX]; /* in the order of the text */
    size_t fix_count;
    bool again; /* a fix was added; another pass is needed */
};

/* What the grammar found instead of what it expected. The texts are as people read them:
 * "'message'", "a type", "end of file". */
struct syntax_surprise {
    struct span span;
    const char *found;
    bool found_word; /* it is a name or a keyword */
    bool found_end;  /* it ends a statement, a block or a list: nothing needs to be skipped */
    bool semicolon_expected;
    bool brace_expected; /* '{' */
    int string_token;    /* the types that have a bound in angle brackets */
    int bytes_token;
    const struct repair_token *vocabulary;
    size_t vocabulary_count;
    size_t (*reach)(const struct repair_stack *stack, const int *tokens, size_t count);
    const char *const *expected;
    const int *tokens; /* ... as tokens, where there is one */
    size_t expected_count;
};

/* Counts a surprise, if no more can be made of it: then it is not worth to find out what was
 * expected. */
bool syntax_only_counts(struct syntax *syntax, struct span span, bool found_end);

/* Says whether the token at `lo` stands there only because a fix put it there. */
bool syntax_has_fixed(const struct syntax *syntax, uint32_t lo);

/* Reports it, unless something was reported at the same place already, or adds a fix. */
void syntax_report(struct syntax *syntax, const struct syntax_surprise *surprise);

/* Names, also those of several parts, have at most so many bytes. */
enum { SYNTAX_NAME_MAX = 255 };

/* Returns "FRONT.NAME", interned. What is too long is reported, and called nothing. */
const char *syntax_join(
        struct syntax *syntax, const char *front, const char *name, struct span span);

/* Reports what the fix puts right, at the token it is about. */
void syntax_report_fix(struct syntax *syntax, const struct syntax_fix *fix, struct span before,
        struct span span);

#endif
