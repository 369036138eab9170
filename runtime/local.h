/* SPDX-License-Identifier: MIT */
/*
 * local.h - what one thread of the system has for itself: its pool, its cells and asks, its
 * run queue, its timers, the transaction of the handler it is in.
 *
 * There is one for each worker, one for each dedicated actor's thread, and one, behind a lock,
 * that all outside threads share. Legend: [A] atomic, any thread; [I] constant once the thread
 * runs; all else is the thread's own. Floor 8.
 */
#ifndef RT_LOCAL_H
#define RT_LOCAL_H

#include "fds.h"
#include "ledger.h"
#include "names.h"
#include "registry.h"
#include "rng.h"
#include "wheel.h"

struct ask;
struct asks;
struct escape;
struct wait;
struct watchdog;
struct local;

enum local_kind { LOCAL_WORKER, LOCAL_DEDICATED, LOCAL_OUTSIDE };

struct run_queue {
    struct cell *head;
    struct cell *tail;
};

/* A message with MSG_PLAIN that is to be sent, and to which cell. */
struct plain_entry {
    struct cell *cell;
    struct msg *msg;
};

/* How many of them a handler may send before it pays for a longer outbox. */
enum { TX_PLAIN_MAX = 1024, TX_PLAIN_BYTES = TX_PLAIN_MAX * ACTOR_PLAIN_MAX };

/* What a handler has done and what takes effect when it returns well; see tx.h. Outside of handlers nothing
 * is in it. */
struct tx {
    struct cell *cell;        /* whose handler is running; NULL outside of handlers */
    const actor_event *event; /* that it handles */
    size_t room;              /* bytes that it may still send */
    struct plain_entry
            *plain_end; /* of those in `plain`, which were noted after all in `outbox` */
    struct plain_entry *plain_limit; /* where that may come to; `plain` once room is short */
    bool is_odd;                     /* it has failed, or there are waits */
    struct msg_queue outbox;
    struct wait *waits; /* that begin when the handler returns well */
    bool is_load; /* the message in hand counts as load of its actor until it is handled */
    struct counts *counts; /* of the message in hand; NULL if it is none that is counted */
    struct ask *hand_ask;  /* the call in hand, while nobody else has it; NULL = none */
    char failure[256];     /* what actor_fail() noted; "" = nothing */
    struct plain_entry plain[TX_PLAIN_MAX];
};

/* The outbox is empty, and there is room for so many bytes. */
static inline void tx_clear(struct tx *tx, size_t bytes)
{
    tx->room = bytes;
    tx->plain_limit = &tx->plain[TX_PLAIN_MAX];
}

enum { SIGHTING_FRAMES = 48 };

/* Where a thread is, which it says itself, in a signal handler, when the watchdog asks it. */
struct sighting {
    _Atomic uint64_t asked; /* [A] the turn that the watchdog has seen for too long; 0 = none */
    _Atomic bool expire;    /* [A] its handler is to be left, if it can be left where it is */
    _Atomic uint64_t answered; /* [A] release; the turn that the rest is of, which then rests */
    const actor_info *info;    /* whose handler or hook it is; NULL = none */
    uint32_t kind;             /* of the event that it handles */
    bool guest;                /* application code that is no handler */
    uint32_t frame_count;
    void *frames[SIGHTING_FRAMES];
};

/* What a floor above does for the ones below; see system.c. */
struct upcalls {
    /* An ask has timed out: delivers the reply that says so. */
    void (*timed_out)(struct local *l, struct msg *reply);
    /* The state of a root actor has changed. `what` is an enum event_kind. */
    void (*root_event)(actor_system *system, struct child *root, int what, const char *text);
};

/* What all threads of a system share. */
struct shared {
    struct cells cells;
    struct depot depot;
    struct asks *asks;
    struct registry *registry;
    struct names *names;
    actor_config config;    /* [I] no field is 0 */
    actor_system *system;   /* [I] for the upcalls */
    struct upcalls upcalls; /* [I] */
    struct fds fds;
    struct local *workers; /* [I] */
    struct mutex dedicated_lock;
    struct local *dedicated;        /* [L:dedicated_lock] all threads of dedicated actors */
    struct local *spare;            /* [L:dedicated_lock] those without an actor */
    uint32_t dedicated_count;       /* [L:dedicated_lock] */
    uint32_t workers_started;       /* [I] */
    struct parker exited;           /* [A] a thread has ended */
    uint32_t worker_count;          /* [I] */
    bool contains;                  /* [I] crashes of handlers become failures */
    _Atomic uint64_t idle;          /* [A] bit i: worker i sleeps or is about to */
    _Atomic int64_t share_after;    /* [A] until then no worker gives another of its work; ns */
    _Atomic int64_t share_pause;    /* [A] how long that was the last time; ns */
    _Atomic int64_t shared_since;   /* [A] since when they have again; ns */
    _Atomic uint32_t next_worker;   /* [A] where the next actor from elsewhere goes */
    _Atomic bool stopping;          /* [A] no new work from outside */
    _Atomic bool quit;              /* [A] threads end */
    _Atomic uint64_t stale_replies; /* [A] came after their ask had ended */
    _Atomic int64_t log_second;     /* [A] see log.c */
    _Atomic uint32_t log_lines;     /* [A] in that second */
    struct watchdog *watchdog;      /* [I] after the threads have started; the system's alone */
    struct parker watchdog_parker;  /* [A] */
    _Atomic bool watchdog_dozes;    /* [A] all workers sleep, and so does the watchdog */
};

/* What is less than this in `mail` is none. */
enum { MAIL_ITEM_MIN = 16 };

/* Something to be done on another thread of the system. */
struct job {
    uintptr_t mail_next;
    void (*run)(struct local *l, struct job *job); /* may free the job */
};

/* What a worker knows of how it shares its work with others; see sharing.c. */
struct sharing {
    int64_t since;    /* when this look at it began, ns */
    uint64_t turns;   /* what `turns` was then */
    uint32_t foreign; /* likewise */
    struct job job;   /* by which its actors move … */
    struct run_queue moving;
    _Atomic bool under_way; /* [A] … as long as this is true */
};

struct local {
    /* Others write here. */
    _Atomic uintptr_t mail;                /* [A] notifications; see scheduler.c */
    _Atomic(struct ask *) returned_asks;   /* [A] that belong here and have ended */
    _Atomic(struct cell *) returned_cells; /* [A] likewise, by run_next */
    struct parker parker;                  /* [A] */
    _Atomic bool done;                     /* [A] the thread has left its loop */
    char pad[RT_CACHE_LINE];               /* what follows is this thread's alone */

    struct shared *shared; /* [I] */
    enum local_kind kind;  /* [I] */
    uint32_t index;        /* [I] of a worker: its bit in shared->idle */
    bool vacant;           /* of a dedicated thread: its actor has just ended */
    struct run_queue runnable;
    uint32_t foreign; /* messages to and from actors of other threads, in all */
    struct sharing sharing;
    int64_t now;         /* ns; when the clock was read last */
    uint64_t now_cycles; /* see local_recent() */
    int64_t looked;      /* ns; when this thread looked for timers that are due */
    uint64_t look_turn;  /* `turns` then */
    _Atomic uint64_t
            turns; /* [A] messages taken from mailboxes, or gone on with; the thread is in the last one */
    struct pool pool;
    struct ledger ledger;
    bool shares_counts;      /* memory was out once, and it may count where others do */
    struct cell *free_cells; /* by run_next */
    struct ask *free_asks;
    void *event_reserve; /* blocks for events when memory is out, see event.c; linked by their first word */
    uint32_t event_reserve_count;
    struct rng rng;
    size_t outbox_bytes; /* [I] what a handler may send */
    struct tx tx;
    struct msg *hand; /* that the handler has which `tx` is of; not of hooks */
    struct escape
            *escape; /* where a crash of application code goes; NULL = it is not contained */
    bool guest;      /* application code runs that is no handler */
    uint8_t depth;   /* handlers in whose middle others run */
    struct cell *
            breath_last; /* after the last breath, at this count of `turns`: who came into the queue before it */
    uint64_t breath_turn;
    int64_t breathed; /* when all that waited had a turn in the middle of one */
    bool in_callback; /* a hook of the configuration runs, in the middle of something */
    struct wheel wheel;
    struct thread thread;
    _Atomic(struct cell *) running; /* [A] whose turn it is; NULL = nobody's */
    _Atomic uint32_t in_hand;       /* [A] class of the message in hand, see local_class() */
    struct sighting sighting;
    struct local *next_spare; /* [L:dedicated_lock] */
    struct local *next;       /* [L:dedicated_lock] */
};

/* The local of the calling thread; NULL outside. */
extern RT_THREAD_LOCAL struct local *local_current;

/* Makes `l` usable by its thread. */
void local_init(struct local *l, struct shared *shared, enum local_kind kind, uint32_t index);
void local_fini(struct local *l);

/* Opens the counts of a type on this thread; when memory is out it takes those that such threads share. */
struct counts *local_open_counts(struct local *l, uint16_t type);

/* The counts of a class of messages on this thread. */
static inline struct counts *local_counts(struct local *l, uint16_t type, uint16_t index)
{
    struct counts *c = ledger_of_type(&l->ledger, type);
    if (RT_UNLIKELY(c == NULL)) {
        c = local_open_counts(l, type);
    }
    return &c[index];
}

/* Counts one more where local_counts() has said. */
static inline void tally(struct local *l, _Atomic uint64_t *counter)
{
    if (RT_LIKELY(!l->shares_counts)) {
        count_up(counter, 1); /* relaxed: own counter */
    } else {
        add_rlx(counter, 1); /* relaxed: a number */
    }
}

/*
 * An actor is calm if it is as most are: it runs, its mailbox has no bounds and nothing in it but in the normal
 * lane, there are no modes, and no state to be put back. Then a message that is plain takes the short way, in
 * run.c and in send_plain(). Says whether the one in `c`, which is this thread's, is.
 */
bool local_is_calm(struct local *l, struct cell *c);

/* A class as one number, never 0. */
static inline uint32_t local_class(uint16_t type, uint16_t index)
{
    return ((uint32_t)index << 16 | type) + 1; /* as they stand in a message */
}

static inline uint16_t local_class_type(uint32_t class)
{
    return (uint16_t)(class - 1);
}

static inline uint16_t local_class_index(uint32_t class)
{
    return (uint16_t)((class - 1) >> 16);
}

static inline void run_queue_push(struct run_queue *q, struct cell *c)
{
    c->run_next = NULL;
    if (q->head == NULL) {
        q->head = c;
    } else {
        q->tail->run_next = c;
    }
    q->tail = c;
}

static inline struct cell *run_queue_pop(struct run_queue *q)
{
    struct cell *c = q->head;
    if (c != NULL) {
        q->head = c->run_next;
    }
    return c;
}

/* The last of the queue, NULL if it is empty. */
static inline struct cell *run_queue_last(const struct run_queue *q)
{
    return q->head == NULL ? NULL : q->tail;
}

/* Takes out all that come after `last`, which is in the queue, or NULL: all. */
static inline struct run_queue run_queue_split(struct run_queue *q, struct cell *last)
{
    struct run_queue rest = { last == NULL ? q->head : last->run_next, q->tail };
    if (last == NULL) {
        q->head = NULL;
    } else {
        last->run_next = NULL;
        q->tail = last;
    }
    return rest;
}

static inline bool run_queue_has_two(const struct run_queue *q)
{
    return q->head != NULL && q->head != q->tail;
}

static inline uint32_t run_queue_count(const struct run_queue *q)
{
    uint32_t n = 0;
    for (const struct cell *c = q->head; c != NULL; c = c->run_next) {
        n++;
    }
    return n;
}

/* True if there may be mail. */
static inline bool local_has_mail(const struct local *l)
{
    /* relaxed: only a hint; a push that is missed now is seen next time. */
    return load_rlx(&l->mail) >= MAIL_ITEM_MIN;
}

/* True if there may be workers that sleep. */
static inline bool local_has_idle(const struct local *l)
{
    return load_rlx(&l->shared->idle) != 0; /* relaxed: a hint */
}

/* Sees to it that `c`, which this thread owns, runs. */
static inline void local_schedule(struct local *l, struct cell *c)
{
    if ((c->flags & CELL_SCHEDULED) == 0) {
        c->flags |= CELL_SCHEDULED;
        run_queue_push(&l->runnable, c);
    }
}

/* Around the hooks of the configuration: they may run in the middle of what the runtime does. */
static inline bool local_begin_callback(void)
{
    struct local *l = local_current;
    bool outer = l != NULL && l->in_callback;
    if (l != NULL) {
        l->in_callback = true;
    }
    return outer;
}

static inline void local_end_callback(bool outer)
{
    if (local_current != NULL) {
        local_current->in_callback = outer;
    }
}

/* Reads the clock for this thread. */
int64_t local_clock(struct local *l);
/* The same for half of the price, from the last reading if that is not older than 0.1 ms. */
int64_t local_recent(struct local *l);
/* Reads the clock, and rings the timers that are due. Learns from it how long handlers of `type` take, unless
 * that is NULL. */
void local_look_at_clock(struct local *l, struct type *type);

/* ---- What a scheduler provides; scheduler.c, or one that simulates -------------------------- */

/*
 * A handler that takes long has come to a point at which others may run, and has committed: lets those that it has
 * sent to have a turn, which came into the run queue after `last`, and now and then all that wait. Their
 * handlers run in the middle of the one that calls this.
 */
void sched_breathe(struct local *l, struct cell *last);
/* Tells the owner of `c` that its inbox is no longer empty. `from` is the calling thread's. */
void sched_notify(struct local *from, struct cell *c);
/* Has `job` run on a worker. */
void sched_run_job(struct shared *s, struct job *job);
/* Finds the local that is to run a new actor of this type, and says whether it is `from` itself.
 * NULL when there is no memory or thread for a dedicated one. */
struct local *sched_place(struct local *from, const struct type *type);

#endif
