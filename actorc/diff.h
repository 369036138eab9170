/* SPDX-License-Identifier: MIT */
/*
 * diff.h - two versions of a schema, compared.
 */
#ifndef DIFF_H
#define DIFF_H

#include "diff_change.h"

/* Adds what changed from one model to the other, and in the schemas that both import. */
void diff_models(struct diff *diff, const struct model *old, const struct model *new);

#endif
