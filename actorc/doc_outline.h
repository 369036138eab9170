/* SPDX-License-Identifier: MIT */
/*
 * doc_outline.h - the C of a declaration as who uses it sees it: types and prototypes, with their
 * comments, without bodies and without what is only there for the runtime.
 */
#ifndef DOC_OUTLINE_H
#define DOC_OUTLINE_H

#include "arena.h"
#include "model.h"

/* Return the outline; NULL if there is nothing to see. */
const char *doc_outline_message(
        struct arena *arena, const struct model *model, const struct message *message);
const char *doc_outline_actor(
        struct arena *arena, const struct model *model, const struct actor *actor);

#endif
