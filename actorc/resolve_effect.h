/* SPDX-License-Identifier: MIT */
/*
 * resolve_effect.h - what actors may send: tells, asks and spawns.
 */
#ifndef RESOLVE_EFFECT_H
#define RESOLVE_EFFECT_H

#include "scope.h"

/* An actor while it is resolved. */
struct resolve_actor {
    struct actor *actor;
    const struct ast_decl *decl;
    struct map handlers; /* by message */
    struct handler **handler_end;
    struct map modes; /* by name */
    struct mode **mode_end;
};

/* Resolves the effects of `r`, one of `all`, which are in the order of their index and know what
 * they handle. */
void resolve_effects(
        struct scope *scope, const struct resolve_actor *all, struct resolve_actor *r);

#endif
