/* SPDX-License-Identifier: MIT */
/*
 * check.h - from a source to a model that can be emitted: all phases, in order.
 */
#ifndef CHECK_H
#define CHECK_H

#include "diag.h"
#include "importer.h"
#include "intern.h"
#include "model.h"

/*
 * Compiles a source into `model`, whose parts lie in `arena`. Phases go on after errors, so that
 * all independent mistakes are found in one run.
 *
 * `importer` finds what is imported; NULL = nothing can be. Models that import each other share their
 * names in `intern`.
 *
 * Returns: false if there were errors; the model is then of no use.
 */
bool check(struct source *source, struct importer *importer, struct arena *arena,
        struct intern *intern, struct diags *diags, struct model *model);

#endif
