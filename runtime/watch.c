/* SPDX-License-Identifier: MIT */
/*
 * watch.c - see watch.h.
 *
 * A watcher finds its watch of a reference through a hash table that doubles as it fills. The
 * table only answers questions; what is done to all watches is done in the order of their list.
 */
#include "watch.h"

#include "crew.h"
#include "event.h"

enum { BUCKETS_FIRST = 8 };

struct watching {
    struct list all; /* in the order of their beginning */
    struct watch **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t count;
};

void watch_free(struct local *l, struct watch *w)
{
    pool_free(&l->pool, w, sizeof *w);
}

/* ---- The table -------------------------------------------------------------------------- */

static struct watch **bucket_of(const struct watching *t, uint64_t ref)
{
    uint64_t hash = (ref ^ ref >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    return &t->buckets[hash & (t->bucket_count - 1)];
}

static bool is_it(const struct watch *w, uint16_t index, uint64_t ref)
{
    return w->ref == ref && w->index == index;
}

/* The link that points to the watch, or to NULL at the end of its bucket. */
static struct watch **find(const struct watching *t, uint16_t index, uint64_t ref)
{
    struct watch **at = bucket_of(t, ref);
    while (*at != NULL && !is_it(*at, index, ref)) {
        at = &(*at)->next_alike;
    }
    return at;
}

/* Twice as many buckets, if there is memory; if not, it is only slower. */
static void grow(struct local *l, struct watching *t)
{
    uint32_t before = t->bucket_count;
    struct watch **old = t->buckets;
    struct watch **buckets = pool_alloc_zero(&l->pool, 2 * before * sizeof *buckets);
    if (buckets == NULL) {
        return;
    }
    t->buckets = buckets;
    t->bucket_count = 2 * before;
    for (struct list *n = t->all.next; n != &t->all; n = n->next) {
        struct watch *w = list_entry(n, struct watch, link);
        struct watch **bucket = bucket_of(t, w->ref);
        w->next_alike = *bucket;
        *bucket = w;
    }
    pool_free(&l->pool, old, before * sizeof *old);
}

static struct watching *watching_of(struct local *l, struct cell *c)
{
    if (cell_annex(c)->watching != NULL) {
        return cell_annex(c)->watching;
    }
    struct annex *x = cell_need_annex(c);
    struct watching *t = x == NULL ? NULL : pool_alloc_zero(&l->pool, sizeof *t);
    struct watch **buckets = pool_alloc_zero(&l->pool, BUCKETS_FIRST * sizeof *buckets);
    if (t == NULL || buckets == NULL) {
        pool_free(&l->pool, t, sizeof *t);
        pool_free(&l->pool, buckets, BUCKETS_FIRST * sizeof *buckets);
        return NULL;
    }
    list_init(&t->all);
    t->buckets = buckets;
    t->bucket_count = BUCKETS_FIRST;
    x->watching = t;
    return t;
}

/* ---- For the watcher -------------------------------------------------------------------- */

struct watch *watch_new(struct local *l, struct cell *c, uint16_t index, uint64_t ref)
{
    struct watch *w = watching_of(l, c) == NULL ? NULL : pool_alloc_zero(&l->pool, sizeof *w);
    if (w != NULL) {
        list_init(&w->link);
        list_init(&w->in_watched);
        w->watcher = cell_ref(c);
        w->ref = ref;
        w->index = index;
    }
    return w;
}

/* A pool's parent listens for it. Where that has ended so has the pool. */
static void send_to_watched(struct local *l, struct watch *w, enum event_kind kind)
{
    uint64_t parent = ref_is_pool(w->ref) ? crew_parent(l, w->ref) : 0;
    struct event *e = event_new(l, parent != 0 ? parent : w->ref, kind, 0);
    e->watch = w;
    e->ref = w->ref;
    send_deliver(l, &e->msg);
}

/* Sends what takes the watch back. From here on it belongs to the events. */
static void take_back(struct local *l, struct watch *w)
{
    list_remove(&w->link);
    w->dropped = true;
    send_to_watched(l, w, EVENT_UNWATCH);
}

void watch_add(struct local *l, struct cell *c, struct watch *w)
{
    struct watching *t = cell_annex(c)->watching;
    struct watch **at = find(t, w->index, w->ref);
    if (*at != NULL) {
        watch_free(l, w);
        return;
    }
    *at = w;
    list_insert_before(&t->all, &w->link);
    if (++t->count > t->bucket_count) {
        grow(l, t);
    }
    send_to_watched(l, w, EVENT_WATCH);
}

static void forget(struct watching *t, struct watch **at)
{
    *at = (*at)->next_alike;
    t->count--;
}

void watch_drop(struct local *l, struct cell *c, uint16_t index, uint64_t ref)
{
    struct watch **at =
            cell_annex(c)->watching == NULL ? NULL : find(cell_annex(c)->watching, index, ref);
    if (at != NULL && *at != NULL) {
        struct watch *w = *at;
        forget(cell_annex(c)->watching, at);
        take_back(l, w);
    }
}

void watch_drop_all(struct local *l, struct cell *c)
{
    struct watching *t = cell_annex(c)->watching;
    if (t == NULL) {
        return;
    }
    struct list *node;
    while ((node = list_pop(&t->all)) != NULL) {
        take_back(l, list_entry(node, struct watch, link));
    }
    pool_free(&l->pool, t->buckets, t->bucket_count * sizeof *t->buckets);
    pool_free(&l->pool, t, sizeof *t);
    cell_annex(c)->watching = NULL;
}

bool watch_end(struct local *l, struct cell *c, struct watch *w)
{
    bool is_news = !w->dropped;
    if (is_news) {
        forget(cell_annex(c)->watching, find(cell_annex(c)->watching, w->index, w->ref));
        list_remove(&w->link);
    }
    watch_free(l, w);
    return is_news;
}

/* ---- For the watched -------------------------------------------------------------------- */

void watch_begin(struct list *watchers, struct watch *w)
{
    list_insert_before(watchers, &w->in_watched);
}

void watch_taken_back(struct local *l, struct watch *w)
{
    list_remove(&w->in_watched);
    send_ended(l, w, ACTOR_OK);
}

void watch_tell_all(struct local *l, struct list *watchers, actor_err why)
{
    struct list *node;
    while ((node = list_pop(watchers)) != NULL) {
        send_ended(l, list_entry(node, struct watch, in_watched), why);
    }
}
