/* SPDX-License-Identifier: MIT */
/* children.c - see children.h. */
#include "children.h"

#include "crew.h"
#include "spawn.h"
#include "watch.h"

#include <string.h>

static size_t ring_bytes(const struct cell *c)
{
    return children_ring(&c->type->info->supervision) * sizeof(int64_t);
}

static size_t child_bytes(const struct cell *parent)
{
    bool supervised = parent->type->info->supervision.strategy != ACTOR_NO_SUPERVISION;
    return supervised ? sizeof(struct ward) : sizeof(struct child);
}

static uint32_t members_of(const actor_child *child)
{
    return child->pool == NULL ? 1 : child->pool->size;
}

/* Numbers the static children, statement by statement. */
static bool make_posts(struct local *l, struct cell *c, struct family *f)
{
    uint32_t count = c->type->info->child_count;
    f->posts = pool_alloc_zero(&l->pool, (count + (size_t)1) * sizeof f->posts[0]);
    if (f->posts == NULL) {
        return false;
    }
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    for (uint32_t i = 0; i < count; i++) {
        f->posts[i].first = f->static_count;
        f->posts[i].count = members_of(&code->children()[i]);
        f->static_count += f->posts[i].count;
    }
    f->statics =
            pool_alloc_zero(&l->pool, (f->static_count + (size_t)1) * sizeof f->statics[0]);
    return f->statics != NULL;
}

struct family *children_of(struct local *l, struct cell *c)
{
    if (cell_annex(c)->family != NULL) {
        return cell_annex(c)->family;
    }
    struct annex *x = cell_need_annex(c);
    struct family *f = x == NULL ? NULL : pool_alloc_zero(&l->pool, sizeof *f);
    if (f == NULL) {
        return NULL;
    }
    list_init(&f->children);
    f->restarts = pool_alloc_zero(&l->pool, ring_bytes(c));
    x->family = f;
    if (f->restarts == NULL || !make_posts(l, c, f)) {
        children_free(l, c);
        return NULL;
    }
    return f;
}

static void close_pool(struct local *l, struct post *post, actor_err why)
{
    struct cell *pool = post->pool;
    if (pool == NULL) {
        return;
    }
    struct list watchers;
    list_init(&watchers);
    list_move_all(&watchers, &pool->watchers);
    post->pool = NULL;
    crew_close(l, pool);
    watch_tell_all(l, &watchers, why);
}

void children_free(struct local *l, struct cell *c)
{
    struct family *f = cell_annex(c)->family;
    if (f == NULL) {
        return;
    }
    struct list *node;
    while ((node = list_pop(&f->children)) != NULL) {
        pool_free(&l->pool, list_entry(node, struct child, link), child_bytes(c));
    }
    uint32_t posts = c->type->info->child_count;
    for (uint32_t i = 0; f->posts != NULL && i < posts; i++) {
        close_pool(l, &f->posts[i], ACTOR_ERR_STOPPED);
    }
    pool_free(&l->pool, f->restarts, ring_bytes(c));
    pool_free(&l->pool, f->statics, (f->static_count + (size_t)1) * sizeof f->statics[0]);
    pool_free(&l->pool, f->posts, (posts + (size_t)1) * sizeof f->posts[0]);
    pool_free(&l->pool, f, sizeof *f);
    cell_annex(c)->family = NULL;
}

struct child *children_add(struct local *l, struct cell *c)
{
    struct family *f = children_of(l, c);
    struct child *child = f == NULL ? NULL : pool_alloc_zero(&l->pool, child_bytes(c));
    if (child == NULL) {
        return NULL;
    }
    list_insert_before(&f->children, &child->link);
    f->dynamic_alive++;
    return child;
}

void children_remove(struct local *l, struct cell *c, struct child *child)
{
    list_remove(&child->link);
    cell_annex(c)->family->dynamic_alive--;
    pool_free(&l->pool, child, child_bytes(c));
}

/* ---- Static children -------------------------------------------------------------------- */

static struct child *static_record(struct local *l, struct cell *c, uint32_t index)
{
    struct family *f = cell_annex(c)->family;
    struct child *child = f->statics[index];
    if (child == NULL) {
        child = pool_alloc_zero(&l->pool, child_bytes(c));
        if (child == NULL) {
            return NULL;
        }
        child->is_static = true;
        child->index = index;
        child->state = CHILD_GONE;
        list_insert_before(&f->children, &child->link);
        f->statics[index] = child;
    }
    return child;
}

/* Arguments of a child as a C struct, for the copy that spawn_actor() makes. */
enum { CHILD_ARGS_BYTES = 4096 };

static actor_err make_static(struct local *l, struct cell *c, const actor_child *of,
        const uint64_t *refs, uint32_t index)
{
    struct child *child = static_record(l, c, index);
    if (child == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    if (child->state != CHILD_GONE) {
        return ACTOR_OK;
    }
    const actor_type *code = of->type();
    _Alignas(16) unsigned char args[CHILD_ARGS_BYTES];
    if (code->info->args != NULL && code->info->args->size > sizeof args) {
        return ACTOR_ERR_LIMIT;
    }
    if (of->args != NULL) {
        memset(args, 0, code->info->args->size);
        of->args(c->args, refs, args);
    }
    struct birth birth = { code, args, cell_ref(c), child, of->name };
    actor_err err = spawn_actor(l, &birth, &child->ref);
    if (err == ACTOR_OK) {
        child->state = CHILD_NEW;
        child->failed = false;
    }
    return err;
}

/* Makes what a `child` statement says, and notes its reference for the statements after it. */
static actor_err make_post(
        struct local *l, struct cell *c, const actor_child *of, uint64_t *refs, uint32_t at)
{
    struct post *post = &cell_annex(c)->family->posts[at];
    if (of->pool != NULL && post->pool == NULL) {
        post->pool = crew_open(l, of->pool, cell_ref(c));
        if (post->pool == NULL) {
            return ACTOR_ERR_NO_MEMORY;
        }
    }
    for (uint32_t i = 0; i < post->count; i++) {
        actor_err err = make_static(l, c, of, refs, post->first + i);
        if (err != ACTOR_OK) {
            return err;
        }
        if (post->pool != NULL) {
            crew_set(post->pool, i, cell_annex(c)->family->statics[post->first + i]->ref);
        }
    }
    refs[at] = children_ref_of(c, at);
    return ACTOR_OK;
}

uint64_t children_ref_of(const struct cell *c, uint32_t statement)
{
    const struct family *f = cell_annex(c)->family;
    if (f == NULL || statement >= c->type->info->child_count) {
        return 0;
    }
    const struct post *post = &f->posts[statement];
    const struct child *child = f->statics[post->first];
    if (post->pool != NULL) {
        return ref_of_pool(cell_gen(post->pool), post->pool->slot);
    }
    return child == NULL ? 0 : child->ref;
}

struct list *children_watchers_of(const struct cell *c, uint64_t ref)
{
    for (uint32_t i = 0; cell_annex(c)->family != NULL && i < c->type->info->child_count; i++) {
        struct cell *pool = cell_annex(c)->family->posts[i].pool;
        if (pool != NULL && children_ref_of(c, i) == ref) {
            return &pool->watchers;
        }
    }
    return NULL;
}

actor_err children_make_statics(struct local *l, struct cell *c)
{
    const actor_info *info = c->type->info;
    if (info->child_count == 0) {
        return ACTOR_OK;
    }
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    size_t bytes = info->child_count * sizeof(uint64_t);
    uint64_t *refs = children_of(l, c) == NULL ? NULL : pool_alloc(&l->pool, bytes);
    actor_err err = refs == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK;
    for (uint32_t i = 0; err == ACTOR_OK && i < info->child_count; i++) {
        err = make_post(l, c, &code->children()[i], refs, i);
    }
    pool_free(&l->pool, refs, bytes);
    return err;
}

void children_leave_pool(struct local *l, struct cell *c, const struct child *child)
{
    struct family *f = cell_annex(c)->family;
    struct post *post = f->posts;
    while (child->index >= post->first + post->count) {
        post++;
    }
    for (uint32_t i = 0; i < post->count; i++) {
        const struct child *other = f->statics[post->first + i];
        if (other != NULL &&
                other->state != CHILD_GONE) { /* not all of it may have been made */
            return;
        }
    }
    close_pool(l, post, child->failed ? ACTOR_ERR_FAILED : ACTOR_ERR_STOPPED);
}
