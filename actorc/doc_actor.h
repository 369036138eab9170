/* SPDX-License-Identifier: MIT */
/*
 * doc_actor.h - an actor on the page: what it handles, what it may do, what it may become.
 */
#ifndef DOC_ACTOR_H
#define DOC_ACTOR_H

#include "doc_part.h"

#include "flow.h"

/* Appends its section. `flow` knows who sends to it. */
void doc_actor(struct doc *doc, const struct flow *flow, const struct actor *actor);

#endif
