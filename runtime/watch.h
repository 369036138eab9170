/* SPDX-License-Identifier: MIT */
/*
 * watch.h - one actor is told of another's end. Floor 11.
 *
 * A struct watch (event.h) is made by the watcher and travels with the events, always one at a time:
 *
 *     watcher --EVENT_WATCH--> watched: into its list of watchers
 *     watcher <--EVENT_ENDED-- watched: it has ended; or the watch was taken back
 *     watcher --EVENT_UNWATCH--> watched: out of that list, if it is still there
 *
 * Events between two actors keep their order, and whatever a dead actor is sent comes back as its
 * end; so each watch gets exactly one EVENT_ENDED, with which the watcher, or send.c in its place,
 * frees it. An EVENT_UNWATCH that finds its target dead is too late, and forgotten.
 */
#ifndef RT_WATCH_H
#define RT_WATCH_H

#include "send.h"

/* ---- For the watcher -------------------------------------------------------------------- */

/* Makes a watch that has not begun; NULL when memory is out. */
struct watch *watch_new(struct local *l, struct cell *c, uint16_t index, uint64_t ref);
/* Frees one that has not begun. NULL is a no-op. */
void watch_free(struct local *l, struct watch *w);
/* Begins it, or frees it if the actor is watched already. */
void watch_add(struct local *l, struct cell *c, struct watch *w);
/* Takes a watch back; a no-op if there is none. */
void watch_drop(struct local *l, struct cell *c, uint16_t index, uint64_t ref);
/* Takes all back, and forgets that there ever were any. */
void watch_drop_all(struct local *l, struct cell *c);
/* EVENT_ENDED has arrived: frees the watch. False if it had been taken back. */
bool watch_end(struct local *l, struct cell *c, struct watch *w);

/* ---- For the watched -------------------------------------------------------------------- */

/* EVENT_WATCH has arrived. */
void watch_begin(struct list *watchers, struct watch *w);
/* EVENT_UNWATCH has arrived, in time. */
void watch_taken_back(struct local *l, struct watch *w);
/* The actor has ended. */
void watch_tell_all(struct local *l, struct list *watchers, actor_err why);

#endif
