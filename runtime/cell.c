/* SPDX-License-Identifier: MIT */
/*
 * cell.c - see cell.h: making cells and ending them.
 *
 * Generation 0 is never alive: a zeroed reference, slot 0 generation 0, is dead from the start.
 */
#include "cell.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTLY_USED_MAX = 4096,
    CHUNKS_MAX = CELL_SLOTS_MAX / CELL_CHUNK,
    CHUNK_BYTES =
            (sizeof(struct cell_chunk) + RT_CACHE_LINE - 1) / RT_CACHE_LINE * RT_CACHE_LINE
};

/* Of all that have none of their own. Nobody writes to it: it is in memory that cannot be written. */
const struct annex cell_no_annex = {
    .waiters = { (struct list *)(uintptr_t)&cell_no_annex.waiters,
            (struct list *)(uintptr_t)&cell_no_annex.waiters }
};

struct annex *cell_need_annex(struct cell *c)
{
    if (cell_has_annex(c)) {
        return cell_annex(c);
    }
    struct annex *x = calloc(1, sizeof *x);
    if (x != NULL) {
        list_init(&x->waiters);
        /* relaxed: published by what follows. */
        store_rlx(&x->mb.load, (uint64_t)cell_gen(c) << 32);
        /* release: pairs with the acquire in cell_annex_of_other() and those in mailbox.c and admission.c. */
        store_rel(&c->mb.annex, &x->mb);
    }
    return x;
}

bool cells_init(struct cells *t, uint32_t max_actors)
{
    uint32_t limit = max_actors < CELL_SLOTS_MAX ? max_actors : CELL_SLOTS_MAX;
    *t = (struct cells){ .limit = limit };
    /* Every thread has chunks of its own, the last of them partly used. */
    t->chunk_limit = limit / CELL_CHUNK + PARTLY_USED_MAX;
    t->chunk_limit = t->chunk_limit < CHUNKS_MAX ? t->chunk_limit : CHUNKS_MAX;
    t->chunks = calloc(t->chunk_limit, sizeof *t->chunks);
    if (t->chunks == NULL) {
        return false;
    }
    mutex_init(&t->lock);
    return true;
}

static void free_crews(struct crew *newest)
{
    struct crew_head *c = (struct crew_head *)(void *)newest;
    while (c != NULL) {
        struct crew_head *older = c->older;
        free(c);
        c = older;
    }
}

static void free_annex(struct cell *c)
{
    struct annex *x = cell_annex(c);
    if (cell_has_annex(c)) {
        mailbox_fini(&x->mb);
        free_crews(load_rlx(&x->crew)); /* relaxed: no other thread is left. */
        free(x);
    }
}

void cells_fini(struct cells *t)
{
    if (t->chunks == NULL) {
        return;
    }
    for (uint32_t i = 0; i < t->chunk_count; i++) {
        /* relaxed: no other thread is left. */
        struct cell_chunk *chunk = load_rlx(&t->chunks[i]);
        for (uint32_t k = 0; k < CELL_CHUNK; k++) {
            free_annex(&chunk->cells[k]);
        }
        free(chunk);
    }
    free(t->chunks);
    mutex_fini(&t->lock);
}

struct cell_chunk *cells_grow(struct cells *t, struct local *home)
{
    struct cell_chunk *chunk = aligned_alloc(RT_CACHE_LINE, CHUNK_BYTES);
    if (chunk == NULL) {
        return NULL;
    }
    memset(chunk, 0, CHUNK_BYTES);
    chunk->home = home;
    mutex_lock(&t->lock);
    if (t->chunk_count == t->chunk_limit) {
        mutex_unlock(&t->lock);
        free(chunk);
        return NULL;
    }
    for (uint32_t i = 0; i < CELL_CHUNK; i++) {
        struct cell *c = &chunk->cells[i];
        mailbox_init(&c->mb, (struct mailbox_annex *)(uintptr_t)&cell_no_annex.mb);
        c->slot = t->chunk_count * CELL_CHUNK + i;
        list_init(&c->asks);
        list_init(&c->kept);
        list_init(&c->watchers);
        /* relaxed: published with the chunk. */
        store_rlx(&c->owner, home);
    }
    /* release: pairs with the acquire in cells_find(). */
    store_rel(&t->chunks[t->chunk_count], chunk);
    t->chunk_count++;
    mutex_unlock(&t->lock);
    return chunk;
}
