/* SPDX-License-Identifier: MIT */
/*
 * cell.h - an actor as the runtime sees it, and the table that finds it by reference.
 *
 * A reference is one word: slot in the low 28 bits, 4 bits that say what kind of reference it is
 * (enum ref_kind; the others are kept for remote actors), generation in the upper 32. The
 * slot's cell stays in place for as long as the system lives; when an actor ends, its generation
 * does, so a stale reference finds a cell whose generation differs. Slots whose generation has
 * been through all its values are not used again.
 *
 * Legend: [A] any thread, atomic; [owner] the thread of the local that `owner` names; [I] set at
 * spawn, then constant. Floor 6.
 */
#ifndef RT_CELL_H
#define RT_CELL_H

#include "ledger.h"
#include "list.h"
#include "mailbox.h"

struct local;
struct family;
struct child;
struct watching;
struct wait;
struct crew;
struct held;
struct name;

/* Handlers between two looks at the clock, at most. */
enum { TYPE_LOOK_EVERY = 32 };

/* An actor type as one system knows it. Lives as long as the system. */
struct type {
    _Atomic(const actor_type *) code; /* [A] NULL until one is started */
    const actor_info *info;
    uint16_t index;
    uint16_t traits;            /* [I] enum trait */
    _Atomic uint8_t look_every; /* [A] handlers between two looks at the clock; see local.c */
    struct type *next;          /* in the registry's bucket */
    _Atomic uint64_t failed;    /* [A] as all that follows: see actor_system_types() */
    _Atomic uint64_t restarts;
    _Atomic uint32_t longest; /* queue of those that have ended */
    _Atomic uint32_t times
            [ACTOR_TIMES]; /* handlers that took less than 2^i ns, of those that were timed */
    struct counts shared_counts[]; /* by class, of threads that have no memory for their own */
};

/*
 *               start hook well    children up
 *   NEW, HALTED ----> STARTING ----------> RUNNING --stop message--> DRAINING
 *                        |                   |                          | no pending asks
 *                        | hook or child     | handler failed           |
 *                        v failed for good   v                          v
 *                      FAILED <--------------+       any --stop--> LEAVING (children first)
 *                        |  supervisor: halt                            |
 *                        +----------------------------------------------+--> HALTED or FREE
 */
enum cell_status {
    CELL_FREE,    /* the slot holds no actor */
    CELL_LEAVING, /* waits for its children to go; send.c relies on these two being the first */
    CELL_NEW,     /* not started yet; messages wait */
    CELL_STARTING, /* started, waits for its static children; messages wait */
    CELL_RUNNING,
    CELL_DRAINING, /* stops once its asks have ended; only replies are handled */
    CELL_FAILED,   /* waits for its supervisor; messages wait */
    CELL_HALTED    /* torn down, keeps reference and mailbox; may be started again */
};

enum cell_flag {
    CELL_SCHEDULED = 1,  /* in a run queue, or running */
    CELL_NOTIFIED = 2,   /* the notification of the last unparking has arrived */
    CELL_DEDICATED = 4,  /* has a thread of its own; never moves */
    CELL_KEEPS_SLOT = 8, /* after LEAVING: HALTED instead of FREE */
    CELL_HOOKED = 16,    /* its start hook went well, so its stop hook is due */
    CELL_HAS_FAILED = 32 /* its kept calls end FAILED, not STOPPED */
};

/* What an actor never has, by its type; so that nothing of it has to be looked for with each message. */
enum trait {
    TRAIT_OPEN = 1,   /* no bounds: whatever comes finds room */
    TRAIT_STEADY = 2, /* no modes, and no state that is put back */
    TRAIT_SLIM = 4,   /* nothing that needs an annex from the start */
    TRAIT_PROMPT = 8  /* nothing but its state is made, and nobody called, when it starts */
};

/* The longest queue of an actor counts for its type. Any thread. */
static inline void type_note_longest(struct type *t, uint32_t longest)
{
    /* relaxed: a number, which another thread may be about to raise as well. */
    uint32_t known = load_rlx(&t->longest);
    while (longest > known && !cas_acq_rel(&t->longest, &known, longest)) {
    }
}

/* A resource of the actor's, see actor_own(). */
struct owned {
    struct owned *next;
    void *resource;
    void (*destroy)(void *resource);
};

/*
 * What few actors have. It belongs to the slot, is made when something of it is needed, and freed with the system:
 * a sender may look at it while the actor goes. The others share one that is empty, and stays so.
 */
struct annex {
    struct mailbox_annex mb;    /* first: see cell_annex() */
    _Atomic(const char *) name; /* [A] set at spawn; of a static child; else NULL */
    _Atomic uint32_t restarts;  /* [A] store by the owner; see listing.c */
    struct alarms *alarms;      /* [owner] timers; NULL if the type has none */
    struct family *family;      /* [owner] children; NULL if it never had any */
    struct owned *owned;        /* [owner] newest first */
    struct held *held;          /* [owner] messages that it keeps; NULL if it keeps none */
    struct name *names;         /* [owner] by which it can be found */
    struct watching *watching;  /* [owner] whom it watches; NULL if it never watched */
    struct list
            waiters; /* [owner] who waits for room in its mailbox, in the order of their asking */
    struct wait *waits; /* [owner] for room elsewhere; while there is any it is suspended */
    _Atomic(struct crew *) crew; /* [A] of a slot that is, or was, a pool's; see crew.h */
};

/* Three cache lines: what a message needs is in the first two. */
struct cell {
    struct mailbox mb; /* see mailbox.h */
    _Atomic(struct local *)
            owner;          /* [A] store by the owner only; release hands the cell over */
    _Atomic uint64_t ident; /* [A] see cell_ident() */
    struct counts
            *counts; /* [owner] of its type on the owner's thread; NULL = to be looked up */
    struct cell *run_next;  /* [owner] in a run queue or a free list */
    void *state;            /* [owner] NULL if the type has none */
    struct type *type;      /* [I] */
    uint32_t slot;          /* [I] for ever */
    _Atomic uint8_t status; /* [A] store by the owner; enum cell_status */
    uint8_t flags;          /* [owner] enum cell_flag */
    _Atomic uint8_t mode;   /* [A] store by the owner; index; 0 if the type has none */
    bool calm;              /* [owner] see local_is_calm(); whoever makes it untrue clears it */
    uintptr_t mail_next;    /* link of a notification; whose, see scheduler.c */
    void *args;             /* [I] copied, with its strings; NULL if the type takes none */
    _Atomic uint64_t parent; /* [A] set at spawn; reference; 0 = root */
    struct child *record;    /* [I] the parent's note of this actor; the parent's to touch */
    struct list watchers;    /* [owner] who watches it, in the order of their asking */
    struct list asks;        /* [owner] pending asks that this actor made */
    struct list kept;        /* [owner] calls that it keeps */
};

static_assert(sizeof(struct cell) == 3 * RT_CACHE_LINE, "memory of an actor that does nothing");

enum {
    CELL_SLOT_BITS = 28,
    CELL_SLOTS_MAX = 1 << CELL_SLOT_BITS,
    CELL_CHUNK_BITS = 7,
    CELL_CHUNK = 1 << CELL_CHUNK_BITS
};

/* Cells are made a chunk at a time, by the local that runs out of them. That local is their home
 * for ever: a cell whose actor has ended goes back there, wherever it ended. */
struct cell_chunk {
    struct cell cells[CELL_CHUNK];
    struct local *home; /* [I] */
};

static inline struct local *cell_home(struct cell *c)
{
    struct cell *first = c - (c->slot & (CELL_CHUNK - 1));
    return list_entry(first, struct cell_chunk, cells)->home;
}

/* What others than the owner read here they can only look at. */
static inline enum cell_status cell_status(const struct cell *c)
{
    return (enum cell_status)load_rlx(&c->status); /* relaxed: see above */
}

static inline void cell_set_status(struct cell *c, enum cell_status status)
{
    c->calm = false;
    store_rlx(&c->status, (uint8_t)status); /* relaxed: see above */
}

static inline uint16_t cell_mode(const struct cell *c)
{
    return load_rlx(&c->mode); /* relaxed: see above */
}

static inline void cell_set_mode(struct cell *c, uint16_t mode)
{
    store_rlx(&c->mode, (uint8_t)mode); /* relaxed: see above. There are 64 at most. */
}

/* The annex, to be looked at, or changed where something of it is known to be there. Owner only. */
static inline struct annex *cell_annex(const struct cell *c)
{
    return (struct annex *)(void *)mailbox_annex(&c->mb);
}

/* The same for any thread, to look at what is atomic. */
static inline struct annex *cell_annex_of_other(const struct cell *c)
{
    /* acquire: pairs with the release in cell_need_annex(). */
    return (struct annex *)(void *)load_acq(&c->mb.annex);
}

/* The annex of those that have none of their own. */
extern const struct annex cell_no_annex;

/* True if the cell's annex is its own. Owner only. */
static inline bool cell_has_annex(const struct cell *c)
{
    return cell_annex(c) != &cell_no_annex;
}

/* Makes the cell's own annex if it has none; NULL when memory is out. Owner only. */
struct annex *cell_need_annex(struct cell *c);

static inline uint64_t cell_parent(const struct cell *c)
{
    return load_rlx(&c->parent); /* relaxed: see above */
}

enum ref_kind { REF_ACTOR, REF_POOL };

static inline bool ref_is_pool(uint64_t ref)
{
    return ((uint32_t)ref >> CELL_SLOT_BITS) == REF_POOL;
}

static inline uint32_t ref_gen(uint64_t ref)
{
    return (uint32_t)(ref >> 32);
}

static inline uint32_t ref_slot(uint64_t ref)
{
    return (uint32_t)ref & (CELL_SLOTS_MAX - 1);
}

/* The reference of the pool whose members are noted in this slot. */
static inline uint64_t ref_of_pool(uint32_t gen, uint32_t slot)
{
    return (uint64_t)gen << 32 | (uint32_t)REF_POOL << CELL_SLOT_BITS | slot;
}

/*
 * Who is in a cell, in one word, so that who reads it finds what belongs together: the generation in the
 * upper half, then the index of the type and its traits. When an actor ends only the generation changes.
 */
static inline uint64_t cell_ident(uint32_t gen, uint16_t type_index, uint16_t traits)
{
    return (uint64_t)gen << 32 | (uint32_t)type_index << 16 | traits;
}

static inline uint32_t ident_gen(uint64_t ident)
{
    return (uint32_t)(ident >> 32);
}

static inline uint16_t ident_type(uint64_t ident)
{
    return (uint16_t)(ident >> 16);
}

/* The generation of the actor that is in `c` now. Owner only. */
static inline uint32_t cell_gen(const struct cell *c)
{
    return ident_gen(load_rlx(&c->ident)); /* relaxed: the owner's own store. */
}

/* The reference of the actor that is in `c` now. Owner only. */
static inline uint64_t cell_ref(const struct cell *c)
{
    return (uint64_t)cell_gen(c) << 32 | c->slot;
}

/* The cell is another thread's from here on. */
static inline void cell_hand_over(struct cell *c, struct local *to)
{
    c->counts = NULL;
    c->calm = false;
    /* release: hands the cell over; pairs with the acquire in send_deliver(). */
    store_rel(&c->owner, to);
}

/* What each crew begins with; see crew.h. They belong to their slots and are freed with them. */
struct crew_head {
    struct crew_head *older; /* smaller ones that this one took the place of */
};

/* All cells of a system. */
struct cells {
    _Atomic(struct cell_chunk *) *chunks; /* [A] a directory of `chunk_limit` */
    uint32_t chunk_limit;                 /* [I] */
    struct mutex lock;
    uint32_t chunk_count;   /* [L:lock] */
    _Atomic uint64_t alive; /* [A] actors */
    uint64_t limit;         /* [I] of `alive` */
};

bool cells_init(struct cells *t, uint32_t max_actors);
/* Releases all cells. */
void cells_fini(struct cells *t);
/* Makes a chunk of free cells that belong to `home`; NULL when memory or slots are out. */
struct cell_chunk *cells_grow(struct cells *t, struct local *home);

/* The cell that `ref` points to, whatever generation it has; NULL if there never was one. */
static inline struct cell *cells_find(struct cells *t, uint64_t ref)
{
    uint32_t slot = ref_slot(ref);
    if (RT_UNLIKELY(slot >> CELL_CHUNK_BITS >= t->chunk_limit)) {
        return NULL;
    }
    /* acquire: pairs with the release in cells_grow(), which made the chunk. */
    struct cell_chunk *chunk = load_acq(&t->chunks[slot >> CELL_CHUNK_BITS]);
    return RT_UNLIKELY(chunk == NULL) ? NULL : &chunk->cells[slot & (CELL_CHUNK - 1)];
}

/* The same of an actor; NULL for a pool. */
static inline struct cell *cells_find_actor(struct cells *t, uint64_t ref)
{
    uint32_t chunk_index = (uint32_t)ref >> CELL_CHUNK_BITS; /* too large with a kind in it */
    if (RT_UNLIKELY(chunk_index >= t->chunk_limit)) {
        return NULL;
    }
    /* acquire: as in cells_find(). */
    struct cell_chunk *chunk = load_acq(&t->chunks[chunk_index]);
    return RT_UNLIKELY(chunk == NULL) ? NULL : &chunk->cells[ref & (CELL_CHUNK - 1)];
}

/* The cell of `ref` if its actor is alive, else NULL. Any thread; unless the caller owns the cell
 * the answer may be out of date when it returns. */
static inline struct cell *cells_alive(struct cells *t, uint64_t ref)
{
    struct cell *c = cells_find(t, ref);
    /* acquire: what the actor's owner wrote before it set this generation is visible. */
    return c != NULL && ident_gen(load_acq(&c->ident)) == ref_gen(ref) ? c : NULL;
}

#endif
