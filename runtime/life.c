/* SPDX-License-Identifier: MIT */
/* life.c - see life.h. */
#include "life.h"

#include "layout.h"
#include "log.h"
#include "registry.h"

#include <string.h>

/* ---- Spawning --------------------------------------------------------------------------- */

static void collect_cells(struct local *l)
{
    /* relaxed: only a hint. */
    if (load_rlx(&l->returned_cells) == NULL) {
        return;
    }
    /* acq_rel: the acquire half pairs with cell_go_home(). */
    struct cell *c = xchg_acq_rel(&l->returned_cells, NULL);
    while (c != NULL) {
        struct cell *next = c->run_next;
        c->run_next = l->free_cells;
        l->free_cells = c;
        c = next;
    }
}

static struct cell *take_cell(struct local *l)
{
    if (l->free_cells == NULL) {
        collect_cells(l);
    }
    if (l->free_cells == NULL) {
        struct cell_chunk *chunk = cells_grow(&l->shared->cells, l);
        for (uint32_t i = CELL_CHUNK; chunk != NULL && i-- > 0;) {
            chunk->cells[i].run_next = l->free_cells;
            l->free_cells = &chunk->cells[i];
        }
    }
    struct cell *c = l->free_cells;
    if (c != NULL) {
        l->free_cells = c->run_next;
    }
    return c;
}

static void put_cell(struct local *l, struct cell *c)
{
    c->run_next = l->free_cells;
    l->free_cells = c;
}

void life_cell_ended(struct local *l, struct cell *c)
{
    l->vacant = true;
    /* relaxed: the owner's own store. */
    if (load_rlx(&c->gen) == 0) {
        return; /* all generations used: the slot stays empty for ever */
    }
    struct local *home = cell_home(c);
    if (home == l) {
        put_cell(l, c);
        return;
    }
    /* release: hands the cell over; pairs with the acquire in send_deliver(). */
    store_rel(&c->owner, home);
    /* relaxed: the compare-and-swap decides. */
    struct cell *head = load_rlx(&home->returned_cells);
    do {
        c->run_next = head;
        /* acq_rel: the release half pairs with collect_cells(). */
    } while (!cas_acq_rel(&home->returned_cells, &head, c));
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
    actor_err err = layout_measure(info->args, args, &tail);
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

static void free_args(struct local *l, void *copy)
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

static actor_err fill_cell(struct local *l, struct cell *c, struct type *type, const void *args)
{
    const actor_info *info = type->info;
    /* relaxed: the owner's own store. */
    uint32_t gen = load_rlx(&c->gen);
    gen = gen == 0 ? 1 : gen;
    if (!mailbox_open(&c->mb, info, gen)) {
        return ACTOR_ERR_NO_MEMORY;
    }
    actor_err err = copy_args(l, info, args, &c->args);
    if (err != ACTOR_OK) {
        return err;
    }
    c->type = type;
    c->state = NULL;
    c->family = NULL;
    c->owned = NULL;
    c->status = CELL_NEW;
    c->flags &= CELL_NOTIFIED | CELL_SCHEDULED;
    if (info->dedicated) {
        c->flags |= CELL_DEDICATED;
    }
    /* release: a sender that sees the new type sees that the old generation is over. */
    store_rel(&c->type_index, type->index);
    store_rel(&c->gen, gen);
    return ACTOR_OK;
}

actor_err life_spawn(struct local *l, const actor_type *code, const void *args, uint64_t parent,
        struct child *record, uint64_t *ret_ref)
{
    struct cells *t = &l->shared->cells;
    struct type *type = registry_type(l->shared->registry, code->info, code);
    if (type == NULL || !ledger_open(&l->ledger, type->index, type->info->class_count)) {
        return ACTOR_ERR_NO_MEMORY;
    }
    if (!count_alive(t)) {
        return ACTOR_ERR_LIMIT;
    }
    struct cell *c = take_cell(l);
    actor_err err = c == NULL ? ACTOR_ERR_NO_MEMORY : fill_cell(l, c, type, args);
    struct local *place = err == ACTOR_OK ? sched_place(l, type) : NULL;
    if (place == NULL) {
        if (err == ACTOR_OK) {
            err = ACTOR_ERR_OS;
            free_args(l, c->args);
            c->status = CELL_FREE;
        }
        if (c != NULL) {
            put_cell(l, c);
        }
        sub_rlx(&t->alive, 1); /* relaxed: a number */
        return err;
    }
    c->parent = parent;
    c->record = record;
    *ret_ref = cell_ref(c);
    if (place != l) {
        /* release: hands the cell over. */
        store_rel(&c->owner, place);
    }
    return ACTOR_OK;
}

void life_unspawn(struct local *l, uint64_t ref)
{
    /* It may live on another thread by now; there it finds that it never was. */
    send_deliver(l, &event_new(l, ref, EVENT_UNSPAWN, 0)->msg);
}

/* ---- Telling the parent ----------------------------------------------------------------- */

static void tell_parent(struct local *l, struct cell *c, enum event_kind kind, const char *text)
{
    if (c->record == NULL) {
        return; /* its spawn was taken back: nobody knows of it */
    }
    if (c->parent == 0) {
        l->shared->upcalls.root_event(l->shared->system, c->record, (int)kind, text);
        return;
    }
    size_t bytes = text == NULL ? 1 : strlen(text) + 1;
    struct event *e = event_new(l, c->parent, kind, bytes);
    e->child = c->record;
    memcpy(e->text, text == NULL ? "" : text, bytes);
    send_deliver(l, &e->msg);
}

/* ---- Starting and running --------------------------------------------------------------- */

actor_result life_dispatch(
        struct local *l, struct cell *c, const actor_event *event, uint64_t hand_call)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    tx_begin(l, c, hand_call);
    actor_result r = code->dispatch(c->state, event);
    if (RT_UNLIKELY(l->tx.failure[0] != '\0')) {
        r = ACTOR_FAILED;
    }
    if (RT_LIKELY(r != ACTOR_FAILED)) {
        tx_commit(l);
        tx_end(l, ACTOR_ERR_NO_ANSWER);
    } else {
        tx_abort(l);
        tx_end(l, ACTOR_ERR_FAILED);
        if (l->tx.failure[0] == '\0') {
            memcpy(l->tx.failure, "no reason given", sizeof "no reason given");
        }
    }
    return r;
}

static bool make_state(struct local *l, struct cell *c)
{
    size_t bytes = load_rlx(&c->type->code)->state_size; /* relaxed: set before the spawn */
    if (bytes > 0 && c->state == NULL) {
        c->state = pool_alloc(&l->pool, bytes);
        if (c->state == NULL) {
            return false;
        }
    }
    if (bytes > 0) {
        memset(c->state, 0, bytes);
    }
    return true;
}

void life_start(struct local *l, struct cell *c)
{
    if (c->status != CELL_NEW && c->status != CELL_HALTED) {
        return; /* it has been told to go before it could start */
    }
    if (c->family != NULL) {
        c->family->restart_count = 0;
    }
    c->status = CELL_STARTING;
    actor_err err = make_state(l, c) ? family_make_statics(l, c) : ACTOR_ERR_NO_MEMORY;
    if (err == ACTOR_OK &&
            !ledger_open(&l->ledger, c->type->index, c->type->info->class_count)) {
        err = ACTOR_ERR_NO_MEMORY;
    }
    if (err != ACTOR_OK) {
        life_fail(l, c, actor_err_text(err));
        return;
    }
    actor_result r = ACTOR_CONTINUE;
    if (c->type->info->has_start) {
        r = life_dispatch(
                l, c, &(actor_event){ .kind = ACTOR_EVENT_START, .body = c->args }, 0);
    }
    if (r == ACTOR_FAILED) {
        life_fail(l, c, l->tx.failure);
        return;
    }
    c->flags |= CELL_HOOKED;
    if (r == ACTOR_STOP) {
        tell_parent(l, c, EVENT_CHILD_UP, NULL);
        life_leave(l, c, false);
    } else if (c->type->info->child_count == 0) {
        life_up(l, c);
    } else {
        family_step(l, c);
    }
}

void life_up(struct local *l, struct cell *c)
{
    c->status = CELL_RUNNING;
    tell_parent(l, c, EVENT_CHILD_UP, NULL);
}

void life_fail(struct local *l, struct cell *c, const char *text)
{
    if (c->status == CELL_LEAVING || c->status == CELL_FREE) {
        return; /* it is going anyway */
    }
    log_line(l->shared, ACTOR_LOG_ERROR, "%s failed: %s", c->type->info->name, text);
    c->flags |= CELL_HAS_FAILED;
    if (c->status == CELL_DRAINING) {
        life_leave(l, c, false);
        return;
    }
    c->status = CELL_FAILED;
    tell_parent(l, c, EVENT_CHILD_FAILED, text);
}

/* ---- Leaving ---------------------------------------------------------------------------- */

void life_drain(struct local *l, struct cell *c)
{
    c->status = CELL_DRAINING;
    if (list_empty(&c->asks)) {
        if (c->family != NULL) {
            c->family->orderly = true;
        }
        life_leave(l, c, false);
    }
}

void life_leave(struct local *l, struct cell *c, bool keep)
{
    if (c->status == CELL_FREE) {
        return;
    }
    if (!keep) {
        c->flags &= (uint8_t)~CELL_KEEPS_SLOT;
    } else if (c->status != CELL_LEAVING) {
        c->flags |= CELL_KEEPS_SLOT;
    }
    if (c->family != NULL && c->status != CELL_LEAVING) {
        c->family->swept = false;
    }
    c->status = CELL_LEAVING;
    family_step(l, c);
}

static void destroy_owned(struct local *l, struct cell *c)
{
    while (c->owned != NULL) {
        struct owned *o = c->owned;
        c->owned = o->next;
        o->destroy(o->resource);
        pool_free(&l->pool, o, sizeof *o);
    }
}

/* The asks that this actor made end without their continuation; the calls inside them fail. */
static void abandon_asks(struct local *l, struct cell *c, actor_err err)
{
    struct list *node;
    while ((node = list_pop(&c->asks)) != NULL) {
        struct ask *a = list_entry(node, struct ask, pending);
        struct ask *carried = ask_find(l, a->carried, cell_ref(c));
        if (carried != NULL) {
            send_end_call_error(l, carried, err);
        }
        a->abandoned = true;
        /* acquire: if it was decided elsewhere its reply is on its way and lets go of the record. */
        uint32_t state = load_acq(&a->state);
        while ((state & ASK_DECIDED) == 0) {
            /* acq_rel: hands the record to the callee's thread. */
            if (cas_acq_rel(&a->state, &state, state | ASK_DECIDED | ASK_ASKER_DONE)) {
                break;
            }
        }
    }
}

static void end_kept_calls(struct local *l, struct cell *c, actor_err err)
{
    struct list *node;
    while ((node = list_pop(&c->kept)) != NULL) {
        send_end_call_error(l, list_entry(node, struct ask, kept), err);
    }
}

static void run_stop_hook(struct local *l, struct cell *c)
{
    if ((c->flags & CELL_HOOKED) == 0 || !c->type->info->has_stop) {
        return;
    }
    if (life_dispatch(l, c, &(actor_event){ .kind = ACTOR_EVENT_STOP }, 0) == ACTOR_FAILED) {
        log_line(l->shared, ACTOR_LOG_ERROR, "%s failed in its stop hook: %s",
                c->type->info->name, l->tx.failure);
    }
}

/* Counts a message out of its lane, before it is ended. */
static void count_out(struct local *l, struct cell *c, struct msg *m)
{
    struct counts *n = m->kind <= MSG_REQUEST ? local_counts(l, m->type, m->index) : NULL;
    if (n != NULL) {
        count_up(&n->left, 1); /* relaxed: own counter */
        mailbox_release(&c->mb, m->index, ref_gen(cell_ref(c)), m->flags);
    }
}

static void bury_mailbox(struct local *l, struct cell *c)
{
    struct msg *m;
    while ((m = mailbox_take_event(&c->mb)) != NULL ||
            (m = mailbox_take(&c->mb, c->type->info)) != NULL) {
        count_out(l, c, m);
        send_dead(l, m, ACTOR_ERR_STOPPED);
    }
}

static void end_for_good(struct local *l, struct cell *c)
{
    /* The reference is dead first, so that nothing can be added to what is buried. */
    bury_mailbox(l, c);
    /* relaxed: the owner's own store. */
    uint32_t gen = load_rlx(&c->gen) + 1;
    c->status = CELL_FREE;
    /* release: pairs with the acquire in cells_alive(). */
    store_rel(&c->gen, gen);
    if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
    free_args(l, c->args);
    c->args = NULL;
    family_free(l, c);
    sub_rlx(&l->shared->cells.alive, 1); /* relaxed: a number */
    tell_parent(l, c, EVENT_CHILD_GONE, NULL);
}

void life_left(struct local *l, struct cell *c)
{
    run_stop_hook(l, c);
    destroy_owned(l, c);
    actor_err err = (c->flags & CELL_HAS_FAILED) != 0 ? ACTOR_ERR_FAILED : ACTOR_ERR_STOPPED;
    abandon_asks(l, c, err);
    end_kept_calls(l, c, err);
    if (c->state != NULL) {
        pool_free(&l->pool, c->state,
                load_rlx(&c->type->code)->state_size); /* relaxed: constant */
        c->state = NULL;
    }
    bool keep = (c->flags & CELL_KEEPS_SLOT) != 0;
    c->flags &= (uint8_t) ~(CELL_HOOKED | CELL_HAS_FAILED | CELL_KEEPS_SLOT);
    if (keep) {
        c->status = CELL_HALTED;
        tell_parent(l, c, EVENT_CHILD_HALTED, NULL);
    } else {
        end_for_good(l, c);
    }
}

void life_flush(struct local *l, struct cell *c)
{
    if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
    struct msg_queue stay = { NULL, NULL };
    struct msg *m;
    while ((m = mailbox_take(&c->mb, c->type->info)) != NULL) {
        if (m->kind == MSG_REQUEST) {
            count_out(l, c, m);
            send_dead(l, m, ACTOR_ERR_STOPPED);
        } else {
            queue_push(&stay, m);
        }
    }
    while ((m = queue_pop(&stay)) != NULL) {
        RT_ASSERT(mailbox_put(&c->mb, c->type->info, m) == NULL);
    }
}

/* ---- Events ----------------------------------------------------------------------------- */

static void answer_query(struct cell *c, struct event *e)
{
    struct query *q = e->query;
    const struct child *child = c->family == NULL || e->index >= c->type->info->child_count
                                        ? NULL
                                        : c->family->statics[e->index];
    q->err = child == NULL ? ACTOR_ERR_STOPPED : ACTOR_OK;
    q->answer = child == NULL ? 0 : child->ref;
    parker_wake(&q->parker);
}

static void halt(struct local *l, struct cell *c)
{
    if (c->status == CELL_NEW || c->status == CELL_HALTED) {
        c->status = CELL_HALTED;
        tell_parent(l, c, EVENT_CHILD_HALTED, NULL);
    } else {
        life_leave(l, c, true);
    }
}

void life_event(struct local *l, struct cell *c, struct event *e)
{
    switch (e->kind) {
    case EVENT_START: life_start(l, c); break;
    case EVENT_STOP: life_drain(l, c); break;
    case EVENT_HALT: halt(l, c); break;
    case EVENT_UNSPAWN:
        c->record = NULL;
        life_leave(l, c, false);
        break;
    case EVENT_KILL:
        family_hurry(l, c);
        life_leave(l, c, false);
        break;
    case EVENT_FLUSH: life_flush(l, c); break;
    case EVENT_CHILD_QUERY: answer_query(c, e); break;
    case EVENT_CHILD_UP:
    case EVENT_CHILD_FAILED:
    case EVENT_CHILD_HALTED:
    case EVENT_CHILD_GONE:
    case EVENT_BACKOFF_OVER: family_event(l, c, e); break;
    }
    msg_free(&l->pool, &e->msg);
}
