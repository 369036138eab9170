/* SPDX-License-Identifier: MIT */
/*
 * resolve_mode.h - the behaviours of actors: what each mode does with a message, and which mode a
 * handler may become.
 */
#ifndef RESOLVE_MODE_H
#define RESOLVE_MODE_H

#include "resolve_effect.h"

/* Adds the mode of `stmt` to the actor, with nothing in it yet; NULL if it has one of that name,
 * which is reported. */
struct mode *resolve_mode(
        struct scope *scope, struct resolve_actor *r, const struct ast_stmt *stmt);

/* Adds to the mode what it does with a message; NULL if it says so twice, which is reported. */
struct mode_entry *resolve_mode_entry(struct scope *scope, struct resolve_actor *r,
        struct mode *mode, const struct message *message, struct span span);

/* Resolves what may only be looked up when all modes and handlers of the actor are known: the names
 * behind "=>", and what is stashed. */
void resolve_modes(struct scope *scope, struct resolve_actor *r);

#endif
