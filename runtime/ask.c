/* SPDX-License-Identifier: MIT */
/*
 * ask.c - see ask.h: making, finding and giving back the records of asks.
 *
 * Records are made a chunk at a time by the local that runs out of them and belong to it for
 * ever, so making one costs no atomic. The directory of chunks only grows.
 */
#include "ask.h"

#include <stdlib.h>

enum { CHUNK_BITS = 7, CHUNK = 1 << CHUNK_BITS, CHUNKS_MAX = 1 << 18 };

struct ask_chunk {
    struct ask asks[CHUNK];
};

struct asks {
    _Atomic(struct ask_chunk *) chunks[CHUNKS_MAX]; /* [A] */
    struct mutex lock;
    uint32_t count; /* [L:lock] */
};

struct asks *asks_new(void)
{
    struct asks *t = calloc(1, sizeof *t);
    if (t != NULL) {
        mutex_init(&t->lock);
    }
    return t;
}

void asks_free(struct asks *t)
{
    if (t == NULL) {
        return;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        /* relaxed: no other thread is left. */
        free(load_rlx(&t->chunks[i]));
    }
    mutex_fini(&t->lock);
    free(t);
}

static void time_out(struct timer *timer, void *context);

static bool grow(struct local *l)
{
    struct asks *t = l->shared->asks;
    struct ask_chunk *chunk = calloc(1, sizeof *chunk);
    if (chunk == NULL) {
        return false;
    }
    mutex_lock(&t->lock);
    if (t->count == CHUNKS_MAX) {
        mutex_unlock(&t->lock);
        free(chunk);
        return false;
    }
    for (uint32_t i = CHUNK; i-- > 0;) {
        struct ask *a = &chunk->asks[i];
        a->slot = t->count * CHUNK + i;
        a->home = l;
        timer_init(&a->timer, time_out);
        list_init(&a->pending);
        list_init(&a->kept);
        a->next = l->free_asks;
        l->free_asks = a;
    }
    /* release: pairs with the acquire in ask_find(). */
    store_rel(&t->chunks[t->count], chunk);
    t->count++;
    mutex_unlock(&t->lock);
    return true;
}

/* Takes a record that both sides have let go of into the free list of its home. */
static void take_in(struct local *home, struct ask *a)
{
    RT_ASSERT(a->home == home);
    wheel_clear(&a->timer);
    a->next = home->free_asks;
    home->free_asks = a;
}

void ask_collect(struct local *l)
{
    /* relaxed: only a hint. */
    if (load_rlx(&l->returned_asks) == NULL) {
        return;
    }
    /* acq_rel: the acquire half pairs with the release half in ask_free(). */
    struct ask *a = xchg_acq_rel(&l->returned_asks, NULL);
    while (a != NULL) {
        struct ask *next = a->next;
        take_in(l, a);
        a = next;
    }
}

void ask_rename(struct ask *a)
{
    /* relaxed, both: the new generation is published with the request. */
    uint32_t gen = load_rlx(&a->gen) + 1;
    store_rlx(&a->gen, gen == 0 ? 1 : gen);
}

struct ask *ask_new(struct local *l)
{
    if (l->free_asks == NULL) {
        ask_collect(l);
    }
    if (l->free_asks == NULL && !grow(l)) {
        return NULL;
    }
    struct ask *a = l->free_asks;
    l->free_asks = a->next;
    ask_rename(a); /* calls with the old generation were ended before the record came back */
    /* release: pairs with ask_find(): who sees this sees that the old generation is over. */
    store_rel(&a->state, 0);
    a->hold = HOLD_QUEUED;
    a->tx = 0;
    a->carriers = 0;
    a->abandoned = false;
    a->refused = false;
    a->reply_kept = false;
    a->exclusive = false;
    a->waiter = NULL;
    a->carried = 0;
    a->context = NULL;
    return a;
}

void ask_free(struct local *l, struct ask *a)
{
    struct local *home = a->home;
    if (a->context != NULL) {
        msg_free(&l->pool, a->context);
        a->context = NULL;
    }
    if (home == l) {
        take_in(l, a);
        return;
    }
    /* relaxed: the compare-and-swap decides. */
    struct ask *head = load_rlx(&home->returned_asks);
    do {
        a->next = head;
        /* acq_rel: the release half pairs with ask_collect(). */
    } while (!cas_acq_rel(&home->returned_asks, &head, a));
}

struct ask *ask_find(struct local *l, uint64_t call, uint64_t holder)
{
    struct asks *t = l->shared->asks;
    uint32_t slot = (uint32_t)call;
    if (call == 0 || slot >> CHUNK_BITS >= CHUNKS_MAX) {
        return NULL;
    }
    /* acquire: pairs with the release in grow(). */
    struct ask_chunk *chunk = load_acq(&t->chunks[slot >> CHUNK_BITS]);
    if (chunk == NULL) {
        return NULL;
    }
    struct ask *a = &chunk->asks[slot & (CHUNK - 1)];
    /* acquire, both: the generation is read last, so that nothing is taken from a record that is
     * made anew on another thread meanwhile, for a call that has ended. */
    bool open = (load_acq(&a->state) & ASK_CALLEE_DONE) == 0;
    bool held = load_acq(&a->callee) == holder;
    /* relaxed: the acquires above order it. */
    return open && held && load_rlx(&a->gen) == (uint32_t)(call >> 32) ? a : NULL;
}

void ask_asker_done(struct local *l, struct ask *a)
{
    /* acquire: what the callee did to the record. It is done with it, mostly, and then nobody else is left. */
    if (RT_LIKELY((load_acq(&a->state) & ASK_CALLEE_DONE) != 0)) {
        ask_free(l, a);
        return;
    }
    /* acq_rel: whoever is second sees all that the first has done to the record. */
    if ((or_acq_rel(&a->state, ASK_DECIDED | ASK_ASKER_DONE) & ASK_CALLEE_DONE) != 0) {
        ask_free(l, a);
    }
}

struct msg *ask_error_reply(struct ask *a, actor_err err)
{
    a->error.head.msg = (struct msg){ .target = a->asker,
        .index = a->index,
        .kind = MSG_REPLY,
        .flags = a->exclusive ? MSG_EXCLUSIVE : 0,
        .pool_class = MSG_EMBEDDED };
    a->error.head.ask = a;
    a->error.body = (actor_reply){ .kind = 0, .error = err };
    return &a->error.head.msg;
}

static void time_out(struct timer *timer, void *context)
{
    struct local *l = context;
    struct ask *a = list_entry(timer, struct ask, timer);
    /* acq_rel: the release half hands the record to the asker's thread. */
    if ((or_acq_rel(&a->state, ASK_DECIDED) & ASK_DECIDED) == 0) {
        l->shared->upcalls.timed_out(l, ask_error_reply(a, ACTOR_ERR_TIMEOUT));
    }
}
