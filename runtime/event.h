/* SPDX-License-Identifier: MIT */
/*
 * event.h - the messages by which the runtime starts, stops and supervises actors.
 *
 * They are never refused and overtake all others, but for EVENT_STOP and EVENT_ENDED, which wait
 * their turn in the normal lane. Floor 9.
 */
#ifndef RT_EVENT_H
#define RT_EVENT_H

#include "local.h"

enum event_kind {
    /* From parent, or from the system to a root. */
    EVENT_START,
    EVENT_STOP,   /* orderly: travels as MSG_STOP */
    EVENT_HALT,   /* at once, keeping reference and mailbox */
    EVENT_KILL,   /* at once, for good */
    EVENT_RESUME, /* it failed, and goes on with the next message */
    EVENT_FLUSH,  /* requests that wait in the mailbox end STOPPED */
    /* From child. */
    EVENT_CHILD_UP,
    EVENT_CHILD_FAILED, /* with a text */
    EVENT_CHILD_HALTED,
    EVENT_CHILD_GONE,
    /* From a timer: the backoff of a child is over. */
    EVENT_BACKOFF_OVER,
    /* From outside: which reference has this static child? */
    EVENT_CHILD_QUERY,
    /* From a watcher. */
    EVENT_WATCH,
    EVENT_UNWATCH,
    /* From who sends to a mailbox that throttles, and to it; see throttle.h */
    EVENT_WAIT,
    EVENT_UNWAIT,
    EVENT_ROOM,
    EVENT_LOOK, /* a place was given back: is there room for who waits? */
    /* To a watcher: travels as MSG_ENDED */
    EVENT_ENDED
};

/*
 * That one actor watches another. Made by the watcher, freed when EVENT_ENDED arrives, which is the
 * one end of every watch: of one taken back too. So either side may point to it in between.
 */
struct watch {
    struct list link;         /* the watcher's: among its watches, in their order */
    struct watch *next_alike; /* the watcher's: see watch.c */
    struct list in_watched;   /* the watched actor's: among those who watch it */
    uint64_t watcher;         /* [I] */
    uint64_t ref;             /* [I] of the watched */
    uint16_t index;           /* [I] which of the watcher's `watch` statements */
    bool dropped;             /* the watcher's: it does not want to know any more */
};

/* Both sides of a wait have to let go of it, who waits and whose room is waited for. */
enum wait_done { WAIT_SENDER_DONE = 1, WAIT_TARGET_DONE = 2, WAIT_DONE = 3 };

/*
 * That somebody waits until there is room in a mailbox. Made by the sender; goes there with EVENT_WAIT.
 * EVENT_ROOM, or the wake of an outside thread, lets go of the target's side, and EVENT_UNWAIT of that of a
 * sender that waits no longer.
 */
struct wait {
    struct wait *next;     /* the sender's: in its transaction, then of the actor */
    struct list in_target; /* the target's: among those who wait for it */
    uint64_t sender;       /* [I] 0 = an outside thread */
    uint64_t ref;          /* [I] of the target */
    struct parker parker;  /* [A] where an outside thread waits */
    _Atomic uint32_t done; /* [A] enum wait_done */
    uint16_t index;        /* [I] the class of the message */
};

/* An outside thread's question; it lives on that thread's stack. */
struct query {
    struct parker parker;
    actor_err err;
    uint64_t answer;
};

struct event {
    struct msg msg;
    enum event_kind kind;
    uint32_t index; /* of the child that EVENT_CHILD_QUERY asks for */
    bool can_go_on; /* EVENT_CHILD_FAILED: it was a handler that failed, and nothing is lost */
    struct child *child; /* whom an event from a child or a backoff is about */
    uint64_t ref; /* its reference then, as its record may have got another since; or of who
                            is watched, as the watch may be gone */
    struct query *query;
    struct watch *watch; /* of EVENT_WATCH and what follows it */
    struct wait *wait;   /* of EVENT_WAIT and what follows it */
    actor_err why;       /* of EVENT_ENDED */
    char text[];         /* of EVENT_CHILD_FAILED */
};

/* So many blocks each thread puts aside, and the longest text of an event. */
enum { EVENT_RESERVE = 64, EVENT_TEXT_MAX = 256 };

/* Puts blocks aside for when memory is out, as many as there are to be had. */
void event_fill_reserve(struct local *l);

/* Makes an event for `target`. Supervision cannot do without its events: without memory it takes whatever
 * block is at hand, then one of those put aside; if even these are used up the process ends with a
 * message. */
struct event *event_new(
        struct local *l, uint64_t target, enum event_kind kind, size_t text_bytes);

#endif
