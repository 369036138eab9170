/* SPDX-License-Identifier: MIT */
/*
 * model_json.h - the whole checked model as JSON, for other tools. What each key means is written
 * in actorc(1). "format" is raised when something that was there is gone or means something else;
 * keys may be added without.
 */
#ifndef MODEL_JSON_H
#define MODEL_JSON_H

#include "arena.h"
#include "buf.h"
#include "model.h"

enum { MODEL_JSON_FORMAT = 1 };

/* Appends it. */
void model_json(const struct model *model, const struct sources *sources, struct arena *arena,
        struct buf *out);

#endif
