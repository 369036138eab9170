/* SPDX-License-Identifier: MIT */
/*
 * blocks.h - which statements stand in which braces. Follows the tokens of a schema just far enough
 * to know in which block each statement begins, and which words can begin one there.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "parser.h"
#include "syntax.h"

struct token {
    int kind;
    PARSER_STYPE value;
    struct span span;
};

/* Takes note of the next token. One that opens a block too many becomes the end. */
void blocks_follow(struct syntax *syntax, struct token *token);

/* Closes the innermost block; `brace` is empty if its '}' is not written. */
void blocks_close(struct syntax *syntax, struct span brace);

/* Says whether the token, which begins a statement, shows that a '}' is missing before it, and
 * reports that it is. */
bool blocks_must_end(const struct syntax *syntax, const struct token *token);
void blocks_report_open(struct syntax *syntax, const struct token *token);

/* Says whether a statement begins with the token although the one before has not ended. */
bool blocks_begin_anew(const struct syntax *syntax, const struct token *token);

/* Says whether the token could be the first in the braces of its statement, if there were any. */
bool blocks_could_open(const struct syntax *syntax, const struct token *token);

/* A word that cannot begin a statement here becomes the keyword it is near to, if there is one;
 * that is reported. */
void blocks_correct_keyword(struct syntax *syntax, struct token *token);

#endif
