/* SPDX-License-Identifier: MIT */
/*
 * contain.h - crashes of handlers become failures of their actors.
 *
 * A thread arms itself once, in a frame that a page without access keeps apart from what runs
 * below it; a handler that crashes is left by a long jump to there, and the thread goes on with
 * the actor marked as failed. Hooks and destroyers, which run in the middle of the runtime's own
 * work, are armed one by one.
 *
 * Only what can be left safely is left: code of the application, or one of libc's mem* and str*
 * functions that it called. Elsewhere, in malloc, in stdio, in the runtime, locks may be held and
 * data half changed; there a crash is reported and ends the process. The way is described in
 * research on recovery in one address space; the rule is ours. Floor 9.
 */
#ifndef RT_CONTAIN_H
#define RT_CONTAIN_H

#include "local.h"

/* Installs the handlers of signals for the process; counted. Does nothing, and says so by its
 * result, where crashes cannot be contained: under sanitizers and valgrind, in static programs. */
bool contain_open(void);
void contain_close(void);

/*
 * Calls `body(l)` until it returns by itself. After each crash of application code below,
 * `recover(l)` is called first, and then `body` anew. Worker and dedicated threads.
 */
void contain_thread(
        struct local *l, void (*body)(struct local *l), void (*recover)(struct local *l));

/* Runs application code in the middle of the runtime's work. False: it crashed, and
 * `l->tx.failure` says how. */
bool contain_call(struct local *l, void (*call)(void *context), void *context);

/*
 * Application code dies of something that is no signal, such as abort(). Does not return if that
 * can be contained. `text` is what the actor's failure says; `caller` an address in who died.
 */
void contain_death(const char *text, const void *caller);

/* For the watchdog; `context` is what its signal handler is given. Where the thread was interrupted. */
uintptr_t contain_pc(const void *context);
/* Whether that is code of the runtime, as far as it is known, or of the application. */
bool contain_is_runtime(const void *at);
bool contain_is_application(const void *at);
/* Leaves what the calling thread was doing, as if it had crashed, if it can be left where it is;
 * else returns. `text` is what the actor's failure says. */
void contain_leave(struct local *l, const char *text, const void *context);

#endif
