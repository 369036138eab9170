/* SPDX-License-Identifier: MIT */
/*
 * check.h - from a source to a model that can be emitted: all phases, in order.
 */
#ifndef CHECK_H
#define CHECK_H

#include "diag.h"
#include "model.h"

/*
 * Compiles a source into `model`, whose parts lie in `arena`. Phases go on after errors, so that
 * all independent mistakes are found in one run.
 *
 * Returns: false if there were errors; the model is then of no use.
 */
bool check(
        struct source *source, struct arena *arena, struct diags *diags, struct model *model);

#endif
