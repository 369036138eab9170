/* SPDX-License-Identifier: MIT */
/*
 * resolve.h - what was written becomes what it means: the tree becomes the model. Names are
 * looked up, values computed; constructs of later versions are refused.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "scope.h"

/* Fills `model` from the file. What is wrong is reported and left out or marked as poison, so
 * that each mistake is reported once. */
void resolve(const struct ast_file *file, struct importer *importer, struct arena *arena,
        struct intern *intern, struct diags *diags, struct model *model);

#endif
