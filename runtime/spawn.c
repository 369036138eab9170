/* SPDX-License-Identifier: MIT */
/* spawn.c - see spawn.h. */
#include "spawn.h"

#include "layout.h"
#include "probe.h"
#include "registry.h"
#include "slot.h"

void spawn_recycle(struct local *l, struct cell *c)
{
    l->vacant = true;
    /* 0: all generations used, the slot stays empty for ever. */
    if (cell_gen(c) != 0) {
        slot_put(l, c);
    }
}

/* The arguments, copied into one block with their strings; NULL and no error if there are none. */
static actor_err copy_args(
        struct local *l, const actor_info *info, const void *args, void **ret_copy)
{
    *ret_copy = NULL;
    if (info->args == NULL) {
        return ACTOR_OK;
    }
    size_t tail;
    actor_err err =
            layout_measure(info->args, args, l->shared->config.max_message_bytes, &tail);
    if (err != ACTOR_OK) {
        return err;
    }
    size_t *block = pool_alloc(&l->pool, 16 + info->args->size + tail);
    if (block == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    *block = 16 + info->args->size + tail;
    char *copy = (char *)block + 16;
    layout_copy(info->args, copy, args, copy + info->args->size);
    *ret_copy = copy;
    return ACTOR_OK;
}

void spawn_free_args(struct local *l, void *copy)
{
    if (copy != NULL) {
        size_t *block = (size_t *)(void *)((char *)copy - 16);
        pool_free(&l->pool, block, *block);
    }
}

/* Counts one more actor; false at the limit. */
static bool count_alive(struct cells *t)
{
    /* relaxed: a number, nothing is published by it. */
    if (add_rlx(&t->alive, 1) >= t->limit) {
        sub_rlx(&t->alive, 1);
        return false;
    }
    return true;
}

/* With limits as low as that each message is held against them. */
static uint16_t traits_of(const struct local *l, const struct type *type)
{
    const actor_config *config = &l->shared->config;
    bool is_tight = config->max_message_bytes < ACTOR_PLAIN_MAX ||
                    config->outbox_bytes < TX_PLAIN_BYTES;
    return is_tight ? type->traits & (uint16_t)~TRAIT_OPEN : type->traits;
}

static actor_err fill_cell(
        struct local *l, struct cell *c, struct type *type, const struct birth *birth)
{
    const actor_info *info = type->info;
    uint32_t gen = cell_gen(c);
    gen = gen == 0 ? 1 : gen;
    bool needs_annex = birth->name != NULL || (type->traits & TRAIT_SLIM) == 0;
    if ((needs_annex && cell_need_annex(c) == NULL) ||
            (cell_has_annex(c) && !mailbox_open(&cell_annex(c)->mb, info, gen))) {
        return ACTOR_ERR_NO_MEMORY;
    }
    actor_err err = copy_args(l, info, birth->args, &c->args);
    if (err != ACTOR_OK) {
        return err;
    }
    c->type = type;
    c->state = NULL;
    cell_set_mode(c, 0);
    store_rlx(&c->mb.longest, 0); /* relaxed: for the listing */
    if (cell_has_annex(c)) {
        /* relaxed, both: likewise. Of all else its last owner has left nothing. */
        store_rlx(&cell_annex(c)->restarts, 0);
        store_rlx(&cell_annex(c)->name, birth->name);
    }
    cell_set_status(c, CELL_NEW);
    c->flags &= CELL_NOTIFIED | CELL_SCHEDULED;
    if (info->dedicated) {
        c->flags |= CELL_DEDICATED;
    }
    c->counts = NULL;
    /* release: pairs with the acquire in cells_alive(). */
    store_rel(&c->ident, cell_ident(gen, type->index, traits_of(l, type)));
    return ACTOR_OK;
}

actor_err spawn_actor(struct local *l, const struct birth *birth, uint64_t *ret_ref)
{
    struct cells *t = &l->shared->cells;
    struct type *type = registry_type(l->shared->registry, birth->code->info, birth->code);
    if (type == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    if (!count_alive(t)) {
        return ACTOR_ERR_LIMIT;
    }
    struct cell *c = slot_take(l);
    actor_err err = c == NULL ? ACTOR_ERR_NO_MEMORY : fill_cell(l, c, type, birth);
    struct local *place = err == ACTOR_OK ? sched_place(l, type) : NULL;
    if (place == NULL) {
        if (err == ACTOR_OK) {
            err = ACTOR_ERR_OS;
            spawn_free_args(l, c->args);
            cell_set_status(c, CELL_FREE);
        }
        if (c != NULL) {
            slot_put(l, c);
        }
        sub_rlx(&t->alive, 1); /* relaxed: a number */
        return err;
    }
    store_rlx(&c->parent, birth->parent); /* relaxed: for the listing */
    c->record = birth->record;
    *ret_ref = cell_ref(c);
    PROBE(actor__spawn, c->slot, type->info->name, birth->parent);
    if (place != l) {
        cell_hand_over(c, place);
    }
    return ACTOR_OK;
}
