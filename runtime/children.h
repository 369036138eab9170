/* SPDX-License-Identifier: MIT */
/*
 * children.h - what an actor knows of its children: who they are, and, of those that its schema
 * declares, which statement they come from. All of it is the parent's thread's. Floor 13.
 */
#ifndef RT_CHILDREN_H
#define RT_CHILDREN_H

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
    uint32_t index; /* of a static child: among all of them */
    uint8_t state;  /* enum child_state */
    bool is_static : 1;
    bool cycling : 1;   /* is to be halted and then started again */
    bool delayed : 1;   /* its backoff is running */
    bool can_go_on : 1; /* of one that has failed: nothing is lost, see event.h */
    bool failed : 1;    /* is sent away for it: its end will not be an orderly one */
};

static_assert(sizeof(struct child) <= 32, "there may be a million of them");

/* And of one whose failures it supervises; the others have no room for it. */
struct ward {
    struct child child;
    uint32_t attempts;    /* restarts since it last was calm for a window */
    int64_t last_restart; /* ns */
};

/* One `child` statement: one static child, or the members of a pool. */
struct post {
    uint32_t first; /* index of its first static child */
    uint32_t count;
    struct cell *pool; /* the slot of the pool, while that lives; NULL if it is none */
};

struct family {
    struct list children;   /* in order of their start */
    struct child **statics; /* by index */
    uint32_t static_count;
    struct post *posts; /* by statement */
    uint32_t dynamic_alive;
    int64_t *restarts;      /* ns, a ring of children_ring() entries */
    uint32_t restart_count; /* entries in use */
    uint32_t restart_next;
    uint32_t restart_grain; /* restarts in the entry that is being filled */
    bool orderly;           /* while leaving: stop children in order rather than kill them */
    bool swept;             /* while leaving: the dynamic children have been told */
};

/*
 * How restarts are counted: in a ring of entries, each with the time of the first of as many restarts as
 * its grain is. The grain is one up to 1,023 restarts; above that the ring does not grow, and the
 * limit holds within a thousandth.
 */
enum { CHILDREN_RING_MAX = 1024 };

static inline uint32_t children_grain(const actor_supervision *s)
{
    return s->restarts / CHILDREN_RING_MAX + 1;
}

static inline uint32_t children_ring(const actor_supervision *s)
{
    return s->restarts / children_grain(s) + 1;
}

/* The family of `c`, made if it has none; NULL when memory is out. */
struct family *children_of(struct local *l, struct cell *c);
void children_free(struct local *l, struct cell *c);

/* The reference that a `child` statement gives: a child's or a pool's. 0 if there is none. */
uint64_t children_ref_of(const struct cell *c, uint32_t statement);
/* Those who watch the pool `ref` of the family; NULL if it has ended. */
struct list *children_watchers_of(const struct cell *c, uint64_t ref);

/* Makes the static children, those that there are not yet. Does not start them. */
actor_err children_make_statics(struct local *l, struct cell *c);
/* Notes a dynamic child that is about to be spawned; NULL when memory is out. */
struct child *children_add(struct local *l, struct cell *c);
/* Forgets a dynamic child. */
void children_remove(struct local *l, struct cell *c, struct child *child);
/* A static child has ended for good: its pool, if it is of one, ends with the last of its members. */
void children_leave_pool(struct local *l, struct cell *c, const struct child *child);

#endif
