/* SPDX-License-Identifier: MIT */
/*
 * family.h - an actor's children: starting and stopping them in order, restarting those that
 * fail. All of it runs on the parent's thread and learns of the children by events. Floor 14.
 */
#ifndef RT_FAMILY_H
#define RT_FAMILY_H

#include "children.h"

/* What the parent has to know of what has become of its children. */
enum family_news {
    FAMILY_NO_NEWS,
    FAMILY_IS_UP,     /* the parent was starting, and all its static children are up */
    FAMILY_HAS_LEFT,  /* the parent is leaving, and no child is left */
    FAMILY_HAS_FAILED /* the parent cannot go on; `l->tx.failure` says why */
};

/* Starts the next children that are to be started, stops the next that are to be stopped. */
enum family_news family_step(struct local *l, struct cell *c);
/* Kills the children that were told to stop in order, as their parent is killed. */
void family_hurry(struct local *l, struct cell *c);
/* Starts one child that has just been spawned. */
void family_start_child(struct local *l, struct child *child);
/* Takes a spawn back before the child has been told to start. Its record goes when it has gone: it may have been killed
 * meanwhile, and then says so. */
void family_drop_child(struct local *l, struct child *child);
/* The parent goes on after a failure of its own: sees to what has become of its children meanwhile. */
enum family_news family_resume(struct local *l, struct cell *c);
/* A child has ended, in order. True if there was nothing to be done but to forget it, which has been done; else the
 * parent has to be told. */
bool family_forget(struct local *l, struct cell *c, struct child *child);
/* An event from a child or from a backoff. */
enum family_news family_event(struct local *l, struct cell *c, struct event *e);

#endif
