/* SPDX-License-Identifier: MIT */
/*
 * doc_flow.h - the drawings of a page: who may send what to whom, and the modes of an actor.
 */
#ifndef DOC_FLOW_H
#define DOC_FLOW_H

#include "doc_part.h"

#include "flow.h"

/* Appends the flow graph with its legend. */
void doc_flow(struct doc *doc, const struct flow *flow);

/* Appends the machine of an actor's modes; nothing if it has but one behaviour. */
void doc_modes(struct doc *doc, const struct actor *actor);

#endif
