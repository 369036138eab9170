/* SPDX-License-Identifier: MIT */
/*
 * registry.c - see registry.h.
 *
 * A hash of the description's address only answers "have I seen this"; nothing iterates over it,
 * so no decision depends on an address. Types are numbered in the order in which they are met.
 */
#include "registry.h"

#include <stdlib.h>

enum { BUCKETS = 256, TYPES_MAX = UINT16_MAX };

struct registry {
    _Atomic(struct type *) buckets[BUCKETS]; /* [A] newest first */
    _Atomic(struct type *) by_index[TYPES_MAX];
    struct mutex lock;
    uint32_t count; /* [L:lock] */
};

struct registry *registry_new(void)
{
    struct registry *r = calloc(1, sizeof *r);
    if (r != NULL) {
        mutex_init(&r->lock);
    }
    return r;
}

void registry_free(struct registry *r)
{
    if (r == NULL) {
        return;
    }
    for (uint32_t i = 0; i < r->count; i++) {
        /* relaxed: no other thread is left. */
        free(load_rlx(&r->by_index[i]));
    }
    mutex_fini(&r->lock);
    free(r);
}

static _Atomic(struct type *) *bucket_of(struct registry *r, const actor_info *info)
{
    return &r->buckets[((uintptr_t)info >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 56];
}

static struct type *find(_Atomic(struct type *) *bucket, const actor_info *info)
{
    /* acquire: pairs with the release in enter(). */
    struct type *t = load_acq(bucket);
    while (t != NULL && t->info != info) {
        t = t->next;
    }
    return t;
}

static uint16_t traits_of(const actor_info *info)
{
    bool is_open = info->mailbox == 0 && info->reserves == NULL;
    for (uint16_t i = 0; i < info->class_count; i++) {
        is_open = is_open && info->classes[i].limit == 0;
    }
    bool is_steady = info->modes == NULL && info->state == NULL;
    bool is_prompt = !info->has_start && info->child_count == 0 && info->modes == NULL &&
                     info->timer_count == 0 && info->fd == 0;
    return (uint16_t)((is_open ? TRAIT_OPEN : 0) | (is_steady ? TRAIT_STEADY : 0) |
                      (mailbox_needs_annex(info) ? 0 : TRAIT_SLIM) |
                      (is_prompt ? TRAIT_PROMPT : 0));
}

static struct type *enter(struct registry *r, const actor_info *info)
{
    struct type *t = calloc(1, sizeof *t + info->class_count * sizeof t->shared_counts[0]);
    if (t == NULL || r->count == TYPES_MAX) {
        free(t);
        return NULL;
    }
    _Atomic(struct type *) *bucket = bucket_of(r, info);
    t->info = info;
    t->index = (uint16_t)r->count;
    t->traits = traits_of(info);
    store_rlx(&t->look_every, 1); /* relaxed: not shared yet */
    /* relaxed: only changed under the lock. */
    t->next = load_rlx(bucket);
    /* release, both: pair with the acquires in find() and registry_at(). */
    store_rel(&r->by_index[r->count], t);
    store_rel(bucket, t);
    r->count++;
    return t;
}

struct type *registry_type(struct registry *r, const actor_info *info, const actor_type *code)
{
    struct type *t = find(bucket_of(r, info), info);
    /* relaxed: a stale NULL only costs a look under the lock. */
    if (RT_LIKELY(t != NULL && (code == NULL || load_rlx(&t->code) != NULL))) {
        return t;
    }
    mutex_lock(&r->lock);
    t = find(bucket_of(r, info), info);
    if (t == NULL) {
        t = enter(r, info);
    }
    if (t != NULL && code != NULL) {
        /* relaxed: an actor of this type is published after it. */
        store_rlx(&t->code, code);
    }
    mutex_unlock(&r->lock);
    return t;
}

struct type *registry_at(struct registry *r, uint16_t index)
{
    /* acquire: pairs with the release in enter(). */
    return load_acq(&r->by_index[index]);
}

void registry_each(
        struct registry *r, void (*visit)(void *context, struct type *t), void *context)
{
    for (uint32_t i = 0; i < TYPES_MAX; i++) {
        struct type *t = registry_at(r, (uint16_t)i);
        if (t == NULL) {
            return;
        }
        visit(context, t);
    }
}
