/* SPDX-License-Identifier: MIT */
/*
 * parse.h - a source becomes a tree.
 */
#ifndef PARSE_H
#define PARSE_H

#include "ast.h"
#include "diag.h"
#include "intern.h"

/*
 * Parses `source` into `file`, which the caller gives to ast_file_fini() in the end. Names and
 * nodes lie in `arena`. What is wrong is reported; the tree then has all that could be made
 * sense of, and is marked as broken where something was left out.
 *
 * Returns: false if the source is not a text that could have a tree at all.
 */
bool parse(struct source *source, struct arena *arena, struct intern *intern,
        struct diags *diags, struct ast_file *file);

#endif
