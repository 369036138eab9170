/* SPDX-License-Identifier: MIT */
/*
 * resolve_actor.h - what stands in the braces of actors.
 */
#ifndef RESOLVE_ACTOR_H
#define RESOLVE_ACTOR_H

#include "scope.h"

/* Resolves all actors, whose arguments are resolved: first what they handle, then what they send
 * and whom they start. */
void resolve_actors(struct scope *scope);

#endif
