/* SPDX-License-Identifier: MIT */
/*
 * listing.c - what can be seen of a running system: its messages, by class, and its actors.
 *
 * Nothing is stopped for it. Each number is one that somebody stores for himself and anybody may
 * load; those of different places need not be of the same moment.
 */
#include "registry.h"
#include "system.h"

/* ---- Messages ----------------------------------------------------------------------------- */

struct ledger_walk {
    actor_system *system;
    void (*visit)(void *context, const actor_ledger_entry *entry);
    void *context;
    struct type *type;
    uint16_t index;
    actor_ledger_entry sum;
};

/* relaxed, all: exact only when the system is quiet, as documented. */
static void add_counts(struct ledger_walk *w, struct counts *n)
{
    uint64_t passed = load_rlx(&n->passed);
    uint64_t handled = load_rlx(&n->handled);
    w->sum.sent += load_rlx(&n->sent) + passed;
    w->sum.handled += handled;
    w->sum.queued += load_rlx(&n->arrived) + passed - load_rlx(&n->left) - handled;
    w->sum.stashed += load_rlx(&n->stashed) - load_rlx(&n->unstashed);
    w->sum.dead_letters += load_rlx(&n->dead);
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        w->sum.dropped[i] += load_rlx(&n->dropped[i]);
    }
}

static void add_local(void *context, struct local *l)
{
    struct ledger_walk *w = context;
    struct counts *table = ledger_of_type(&l->ledger, w->type->index);
    if (table != NULL) {
        add_counts(w, &table[w->index]);
    }
    /* relaxed: likewise. What is in hand has not left its lane yet, by the counts. */
    if (load_rlx(&l->in_hand) == local_class(w->type->index, w->index)) {
        w->sum.in_hand++;
        w->sum.queued--;
    }
}

/* A thread may still say that it has in hand what it has counted as handled. */
static void settle(actor_ledger_entry *sum)
{
    if (sum->queued > INT64_MAX) {
        uint64_t excess = 0 - sum->queued;
        sum->in_hand -= excess < sum->in_hand ? excess : sum->in_hand;
        sum->queued = 0;
    }
}

static void visit_type(void *context, struct type *t)
{
    struct ledger_walk *w = context;
    w->type = t;
    for (uint16_t i = 0; i < t->info->class_count; i++) {
        w->index = i;
        w->sum = (actor_ledger_entry){ .actor = t->info->name,
            .message = t->info->classes[i].message->name };
        add_counts(w, &t->shared_counts[i]);
        sched_each_local(&w->system->shared, add_local, w);
        add_local(w, &w->system->outside);
        settle(&w->sum);
        w->visit(w->context, &w->sum);
    }
}

void actor_system_ledger(actor_system *system,
        void (*visit)(void *context, const actor_ledger_entry *entry), void *context)
{
    struct ledger_walk w = { .system = system, .visit = visit, .context = context };
    registry_each(system->shared.registry, visit_type, &w);
}

/* ---- Actors ------------------------------------------------------------------------------- */

uint64_t actor_system_actors(actor_system *system)
{
    /* relaxed: a number. */
    return load_rlx(&system->shared.cells.alive);
}

static const char *status_name(enum cell_status status)
{
    switch (status) {
    case CELL_FREE: break;
    case CELL_LEAVING: return "leaving";
    case CELL_NEW: return "new";
    case CELL_STARTING: return "starting";
    case CELL_RUNNING: return "running";
    case CELL_DRAINING: return "stopping";
    case CELL_FAILED: return "failed";
    case CELL_HALTED: return "halted";
    }
    return "ended";
}

/* The message of the handler that `c` is in; NULL if it is in none, or has something else in hand. */
static const char *message_of(struct shared *s, struct cell *c)
{
    /* acquire: what made the local that owns it. */
    struct local *owner = load_acq(&c->owner);
    /* relaxed, both: if it was the turn of `c` before or after, its class is looked for in vain. */
    uint32_t class = load_rlx(&owner->in_hand);
    if (class == 0 || load_rlx(&owner->running) != c) {
        return NULL;
    }
    const actor_info *info = registry_at(s->registry, local_class_type(class))->info;
    return info->classes[local_class_index(class)].message->name;
}

/* Looks at one slot; false if no actor is there, or another one by now. */
static bool look_at(struct shared *s, struct cell *c, actor_listing_entry *ret_entry)
{
    /* acquire, all: the second look at the generation comes after all others. */
    uint64_t ident = load_acq(&c->ident);
    enum cell_status status = (enum cell_status)load_acq(&c->status);
    if (status == CELL_FREE) {
        return false;
    }
    const actor_info *info = registry_at(s->registry, ident_type(ident))->info;
    uint16_t mode = load_acq(&c->mode);
    *ret_entry = (actor_listing_entry){
        .ref = (uint64_t)ident_gen(ident) << 32 | c->slot,
        .parent = load_acq(&c->parent),
        .actor = info->name,
        .name = load_acq(&cell_annex_of_other(c)->name),
        .status = status_name(status),
        .mode = mode < info->mode_count ? info->modes[mode].name : NULL,
        .message = message_of(s, c),
        .queued = mailbox_length(&c->mb),
        .restarts = load_acq(&cell_annex_of_other(c)->restarts),
        .dedicated = info->dedicated,
    };
    return load_acq(&c->ident) == ident;
}

void actor_system_listing(actor_system *system,
        void (*visit)(void *context, const actor_listing_entry *entry), void *context)
{
    struct cells *t = &system->shared.cells;
    for (uint32_t i = 0; i < t->chunk_limit; i++) {
        /* acquire: pairs with the release in cells_grow(), which made the chunk. */
        struct cell_chunk *chunk = load_acq(&t->chunks[i]);
        if (chunk == NULL) {
            return; /* they are made in order */
        }
        for (uint32_t k = 0; k < CELL_CHUNK; k++) {
            actor_listing_entry entry;
            if (look_at(&system->shared, &chunk->cells[k], &entry)) {
                visit(context, &entry);
            }
        }
    }
}

/* ---- Types -------------------------------------------------------------------------------- */

/* What is the longest queue of those that are alive counts, too. */
static void note_all_longest(struct shared *s)
{
    for (uint32_t i = 0; i < s->cells.chunk_limit; i++) {
        /* acquire: as in actor_system_listing(). */
        struct cell_chunk *chunk = load_acq(&s->cells.chunks[i]);
        if (chunk == NULL) {
            return;
        }
        for (uint32_t k = 0; k < CELL_CHUNK; k++) {
            struct cell *c = &chunk->cells[k];
            /* acquire, all: as in look_at(). */
            uint64_t ident = load_acq(&c->ident);
            struct type *t = registry_at(s->registry, ident_type(ident));
            uint32_t longest = load_acq(&c->mb.longest);
            if (longest > 0 && load_acq(&c->ident) == ident) {
                type_note_longest(t, longest);
            }
        }
    }
}

struct types_walk {
    struct ledger_walk ledger;
    void (*visit)(void *context, const actor_type_entry *entry);
    void *context;
    actor_type_entry entry;
};

static void add_handled(void *context, const actor_ledger_entry *entry)
{
    ((struct types_walk *)context)->entry.handled += entry->handled;
}

static void visit_whole_type(void *context, struct type *t)
{
    struct types_walk *w = context;
    /* relaxed, all: numbers. */
    w->entry = (actor_type_entry){ .actor = t->info->name,
        .failed = load_rlx(&t->failed),
        .restarts = load_rlx(&t->restarts),
        .longest = load_rlx(&t->longest) };
    for (int i = 0; i < ACTOR_TIMES; i++) {
        w->entry.times[i] = load_rlx(&t->times[i]);
    }
    visit_type(&w->ledger, t);
    w->visit(w->context, &w->entry);
}

void actor_system_types(actor_system *system,
        void (*visit)(void *context, const actor_type_entry *entry), void *context)
{
    struct types_walk w = { .visit = visit, .context = context };
    w.ledger = (struct ledger_walk){ .system = system, .visit = add_handled, .context = &w };
    note_all_longest(&system->shared);
    registry_each(system->shared.registry, visit_whole_type, &w);
}

actor_duration actor_type_time(const actor_type_entry *entry, unsigned permille)
{
    uint64_t all = 0;
    for (int i = 0; i < ACTOR_TIMES; i++) {
        all += entry->times[i];
    }
    uint64_t needed = (all * (permille > 1000 ? 1000 : permille) + 999) / 1000;
    uint64_t seen = 0;
    for (int i = 0; i < ACTOR_TIMES && all > 0; i++) {
        seen += entry->times[i];
        if (seen > 0 && seen >= needed) {
            return INT64_C(1) << i;
        }
    }
    return 0;
}
