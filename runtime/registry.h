/* SPDX-License-Identifier: MIT */
/* registry.h - the actor types that a system has met, by their schema's description. Floor 7. */
#ifndef RT_REGISTRY_H
#define RT_REGISTRY_H

#include "cell.h"

struct registry *registry_new(void);
void registry_free(struct registry *r);

/*
 * Finds the type of `info`, or enters it with `code`, which may be NULL if only clients of the
 * actor are in the program. Any thread. NULL when memory or type numbers (65,535) are out.
 */
struct type *registry_type(struct registry *r, const actor_info *info, const actor_type *code);

/* Calls `visit` for each type, in the order in which they were entered. */
void registry_each(
        struct registry *r, void (*visit)(void *context, struct type *t), void *context);

/* The type of that index. Any thread. */
struct type *registry_at(struct registry *r, uint16_t index);

#endif
