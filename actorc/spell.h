/* SPDX-License-Identifier: MIT */
/*
 * spell.h - parts of the model as they are written in a schema: "string<64>", "500ms",
 * "drop_oldest". Texts lie in the arena or are constant.
 */
#ifndef SPELL_H
#define SPELL_H

#include "arena.h"
#include "model.h"

const char *spell_type(struct arena *arena, const struct type *type);

/* NULL if there is no value. */
const char *spell_value(
        struct arena *arena, const struct type *type, const struct value *value);

/* In the largest unit that it is a whole number of. */
const char *spell_duration(struct arena *arena, int64_t ns);

const char *spell_overflow(enum overflow overflow);
const char *spell_route(enum route route);
const char *spell_strategy(enum strategy strategy);

/* "one_for_one, 3 restarts in 5s, backoff 10ms to 1s"; NULL if there is none. */
const char *spell_supervision(struct arena *arena, const struct supervision *supervision);

/* "BuyProduct", or "stock.BuyProduct" if it is not of schema `here`. */
const char *spell_name(struct arena *arena, const struct model *here, const struct model *home,
        const char *name);

#endif
