/* SPDX-License-Identifier: MIT */
/*
 * repair.h - the smallest change that makes a text go on well behind a mistake in its syntax.
 *
 * Candidates are one token put in, left out or replaced, or two exchanged, at the token that was not
 * expected or at the one before it. The grammar's own tables say how far each gets. The idea is
 * from Corchuelo et al., "Repairing syntax errors in LR parsers", ACM TOPLAS 2002; here with one change
 * at a time, which is what people's mistakes are.
 */
#ifndef REPAIR_H
#define REPAIR_H

#include "base.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    REPAIR_DEPTH_MAX = 96, /* states; the language's nesting needs about 30 */
    REPAIR_AHEAD_MAX = 48, /* tokens looked at, the previous one among them */
    REPAIR_TOKENS_MAX = 160
};

enum repair_kind { REPAIR_NONE, REPAIR_INSERT, REPAIR_DELETE, REPAIR_REPLACE, REPAIR_SWAP };

struct repair {
    enum repair_kind kind;
    bool earlier; /* it is about the token before the unexpected one */
    int token;    /* to be put in */
};

/* The states of the parser before some token, the first at the bottom. */
struct repair_stack {
    int16_t states[REPAIR_DEPTH_MAX];
    size_t depth; /* 0 = not known */
};

/* A token that may be put in, and how much speaks against that. */
struct repair_token {
    int token;
    unsigned cost;
    bool is_word; /* a name or a keyword */
};

struct repair_problem {
    struct repair_stack before_previous; /* depth 0 if that token may not be changed */
    struct repair_stack before;          /* the unexpected token */
    const int *tokens;                   /* the previous one, the unexpected one, and on */
    size_t count;
    bool complete; /* the last one is the end of the file */
    const struct repair_token *vocabulary;
    size_t vocabulary_count;
    /* Returns how many of the tokens can follow. */
    size_t (*reach)(const struct repair_stack *stack, const int *tokens, size_t count);
};

/* Returns the best change; its kind is REPAIR_NONE if none gets far enough. */
struct repair repair_find(const struct repair_problem *problem);

#endif
