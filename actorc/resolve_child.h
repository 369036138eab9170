/* SPDX-License-Identifier: MIT */
/*
 * resolve_child.h - whom actors start, and with which arguments.
 */
#ifndef RESOLVE_CHILD_H
#define RESOLVE_CHILD_H

#include "resolve_effect.h"

/* Resolves the static children of the actor. */
void resolve_children(struct scope *scope, struct resolve_actor *r);

#endif
