/* SPDX-License-Identifier: MIT */
/*
 * resolve_timer.h - "timer M;", "every D M;" and "fd M;": messages that come by themselves.
 */
#ifndef RESOLVE_TIMER_H
#define RESOLVE_TIMER_H

#include "resolve_effect.h"

/* Resolves those of an actor, of which it is known what it handles. */
void resolve_timers(struct scope *scope, struct resolve_actor *r);

#endif
