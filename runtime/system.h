/* SPDX-License-Identifier: MIT */
/* system.h - a system: its threads, its roots, its end. Floor 18. */
#ifndef RT_SYSTEM_H
#define RT_SYSTEM_H

#include "scheduler.h"

struct futures;

enum root_state { ROOT_PENDING, ROOT_UP, ROOT_FAILED, ROOT_GONE };

/* An actor without a parent. */
struct root {
    struct child child;    /* what the actor's cell points to */
    struct list link;      /* [L:lock] in order of start */
    enum root_state state; /* [L:lock] */
    actor_err err;         /* [L:lock] why it could not be spawned, or failed */
    bool told;             /* [L:lock] to stop */
    bool awaited;          /* [L:lock] actor__start() still looks at it */
};

/* Has the stop go on, on a worker. */
struct step_job {
    struct job job;
    actor_system *system;
};

struct actor_system {
    struct shared shared;
    struct step_job steps[2]; /* in order, and then at once: a stop does not want for memory */
    struct mutex outside_lock;
    struct local outside; /* [L:outside_lock] what outside threads share */
    struct mutex lock;
    struct cond changed;      /* a root, or the system, has another state */
    struct list roots;        /* [L:lock] */
    bool killing;             /* [L:lock] the orderly stop has taken too long */
    bool failed;              /* [L:lock] stopping because a root failed */
    bool ended;               /* [L:lock] actor_system_stop() has been called */
    bool reported;            /* [L:lock] and is through */
    char failure[512];        /* [L:lock] written once */
    actor_stop_report report; /* [L:lock] of the first actor_system_stop() */
    uint32_t threads_left;    /* [L:lock] in handlers that did not return */
    struct futures *futures;  /* [L:outside_lock] made with the first; see futures.c */
    void (*close_futures)(actor_system *system); /* likewise: ends those that are open */
    void (*free_futures)(actor_system *system);
    /* What actor_system_signals() has begun; NULL if it was not called. */
    void (*close_signals)(actor_system *system);
};

/* True in the thread that calls callbacks, which cannot wait for its own end. */
extern _Thread_local bool system_is_courier;

/* True in a thread of a system, where the outside functions are refused. */
static inline bool system_inside(void)
{
    return local_current != NULL;
}

#endif
