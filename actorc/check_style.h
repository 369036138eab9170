/* SPDX-License-Identifier: MIT */
/*
 * check_style.h - -Wstyle: names that are not spelt as in the manual.
 */
#ifndef CHECK_STYLE_H
#define CHECK_STYLE_H

#include "ast.h"
#include "diag.h"

/* Reports what a file declares under a name of another style. */
void check_style(const struct ast_file *file, struct diags *diags);

#endif
