/* SPDX-License-Identifier: MIT */
/*
 * doc_effect.h - what an actor may do, on the page.
 */
#ifndef DOC_EFFECT_H
#define DOC_EFFECT_H

#include "doc_part.h"

/* Appends the effects of a handler's block; `mode` is the mode whose handler it is, or NULL. */
void doc_effects(struct doc *doc, const struct actor *actor, const struct handler *handler,
        const struct mode *mode);

/* Appends what is free to all handlers, timers and what else stands at the level of the actor. */
void doc_free_effects(struct doc *doc, const struct actor *actor);

#endif
