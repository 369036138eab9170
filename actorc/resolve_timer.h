/* SPDX-License-Identifier: MIT */
/*
 * resolve_timer.h - "timer M;" and "every D M;".
 */
#ifndef RESOLVE_TIMER_H
#define RESOLVE_TIMER_H

#include "resolve_effect.h"

/* Resolves the timers of an actor, of which it is known what it handles. */
void resolve_timers(struct scope *scope, struct resolve_actor *r);

#endif
