/* SPDX-License-Identifier: MIT */
/*
 * literal.h - what numbers and escapes mean.
 */
#ifndef LITERAL_H
#define LITERAL_H

#include "ast.h"
#include "buf.h"

/*
 * Reads a number with all that sticks to it: "64", "-0x1F", "1_000", "2MiB", "1.5e-3", "10ms".
 *
 * Returns: NULL and the literal without its span; or what is wrong.
 */
const char *literal_number(const char *text, size_t len, struct ast_literal *ret_literal);

/*
 * Reads the escape that begins with the backslash at `text` and appends what it stands for.
 *
 * Returns: the number of bytes read, or 0 if there is no such escape.
 */
size_t literal_escape(const char *text, size_t len, struct buf *string);

#endif
