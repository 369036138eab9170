/* SPDX-License-Identifier: MIT */
/*
 * family.h - an actor's children: starting and stopping them in order, restarting those that
 * fail. All of it runs on the parent's thread and learns of the children by events. Floor 13.
 */
#ifndef RT_FAMILY_H
#define RT_FAMILY_H

#include "event.h"

enum child_state {
    CHILD_NEW,      /* spawned, not told to start */
    CHILD_STARTING, /* told to start */
    CHILD_UP,
    CHILD_FAILED,  /* waits for its parent's decision */
    CHILD_LEAVING, /* told to stop or halt */
    CHILD_HALTED,  /* torn down, may be started again */
    CHILD_GONE     /* a static child that has ended for good */
};

/* What a parent knows of a child. */
struct child {
    struct list link;
    uint64_t ref;
    uint8_t state; /* enum child_state */
    bool is_static;
    bool cycling;         /* is to be halted and then started again */
    bool delayed;         /* its backoff is running */
    uint16_t index;       /* of a static child */
    uint32_t attempts;    /* restarts since it last was calm for a window */
    int64_t last_restart; /* ns */
};

struct family {
    struct list children;   /* in order of their start */
    struct child **statics; /* by index */
    uint32_t dynamic_alive;
    int64_t *restarts;      /* ns, of the last restarts, a ring of supervision.restarts + 1 */
    uint32_t restart_count; /* in the window, at most the ring's size */
    uint32_t restart_next;
    bool orderly; /* while leaving: stop children in order rather than kill them */
    bool swept;   /* while leaving: the dynamic children have been told */
};

/* The family of `c`, made if it has none; NULL when memory is out. */
struct family *family_of(struct local *l, struct cell *c);
void family_free(struct local *l, struct cell *c);

/* Makes the static children, those that there are not yet. Does not start them. */
actor_err family_make_statics(struct local *l, struct cell *c);
/* Notes a dynamic child that is about to be spawned; NULL when memory is out. */
struct child *family_add(struct local *l, struct cell *c);
/* Forgets a dynamic child. */
void family_remove(struct local *l, struct cell *c, struct child *child);

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
/* An event from a child or from a backoff. */
enum family_news family_event(struct local *l, struct cell *c, struct event *e);

#endif
