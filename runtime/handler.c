/* SPDX-License-Identifier: MIT */
/*
 * handler.c - what a handler may call: the section "Inside a handler" of actor.h, and the entry points of the stubs
 * that generated code gives it, but for asks and calls, timers and names. Floor 18.
 */
#include "behaviour.h"
#include "compose.h"
#include "life.h"
#include "log.h"
#include "spawn.h"
#include "throttle.h"
#include "watch.h"

#include <stdio.h>

/* ---- Sending ---------------------------------------------------------------------------- */

actor_err actor__tell(const void *self, uint64_t ref, const actor_info *target, uint16_t index,
        const void *message)
{
    struct local *l = handler_of(self);
    if (RT_UNLIKELY(l == NULL)) {
        return ACTOR_ERR_MISUSE;
    }
    struct compose c = { .ref = ref, .target = target, .index = index, .message = message };
    actor_err err = compose_measure(l, &c);
    if (RT_LIKELY(err == ACTOR_OK)) {
        err = tx_has_room(l, c.bytes) ? compose_admit(l, &c) : ACTOR_ERR_LIMIT;
    }
    if (RT_UNLIKELY(err == ACTOR_ERR_REFUSED)) {
        compose_count_refused(l, &c);
    }
    if (RT_UNLIKELY(err != ACTOR_OK && err != ACTOR_ERR_STOPPED)) {
        return err;
    }
    struct msg *m = compose_make(l, &c, MSG_TELL, NULL);
    if (RT_UNLIKELY(m == NULL)) {
        return ACTOR_ERR_NO_MEMORY;
    }
    tx_add(l, m, c.bytes);
    return ACTOR_OK;
}

/* Apart, so that the call in it costs the others no register. */
static __attribute__((noinline)) void *refill_and_tell(
        struct pool *pool, const void *self, uint64_t ref, uint64_t head)
{
    return pool_refill(pool, msg_plain_class(head)) ? actor__tell_plain(self, ref, head) : NULL;
}

void *actor__tell_plain(const void *self, uint64_t ref, uint64_t head)
{
    struct local *l = handler_of(self);
    if (RT_UNLIKELY(l == NULL || !tx_has_plain_room(l))) {
        return NULL;
    }
    struct cell *c = cells_find_actor(&l->shared->cells, ref);
    if (RT_UNLIKELY(c == NULL)) {
        return NULL;
    }
    /* acquire: what the actor's owner wrote before it set this generation is visible. */
    uint64_t ident = load_acq(&c->ident);
    if (RT_UNLIKELY(ident_gen(ident) != ref_gen(ref))) {
        return NULL;
    }
    if (RT_UNLIKELY((ident & TRAIT_OPEN) == 0)) {
        return NULL;
    }
    struct msg *m = pool_take_at_hand(&l->pool, msg_plain_class(head));
    if (RT_UNLIKELY(m == NULL)) {
        return refill_and_tell(&l->pool, self, ref, head);
    }
    m->target = ref;
    m->head = head | ident_type(ident);
    tx_add_plain(l, c, m);
    return m + 1;
}

/* ---- Actors ----------------------------------------------------------------------------- */

struct spawn_entry {
    struct tx_entry entry;
    struct child *child;
};

static void commit_spawn(struct local *l, struct tx_entry *entry)
{
    struct spawn_entry *s = (struct spawn_entry *)(void *)entry;
    if (!life_start_at_once(l, s->child)) {
        family_start_child(l, s->child);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_spawn(struct local *l, struct tx_entry *entry)
{
    struct spawn_entry *s = (struct spawn_entry *)(void *)entry;
    family_drop_child(l, s->child);
    msg_free(&l->pool, &entry->msg);
}

actor_err actor__spawn(
        const void *self, const actor_type *type, const void *args, uint64_t *ret_ref)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct cell *c = l->tx.cell;
    if (cell_status(c) == CELL_LEAVING) {
        return ACTOR_ERR_SHUTDOWN; /* its stop hook: the children have gone already */
    }
    struct msg *m =
            msg_new(&l->pool, MSG_EFFECT, sizeof(struct spawn_entry) - sizeof(struct ask_msg));
    struct child *child = m == NULL ? NULL : children_add(l, c);
    actor_err err = ACTOR_ERR_NO_MEMORY;
    if (child != NULL) {
        struct birth birth = { type, args, cell_ref(c), child, NULL };
        err = spawn_actor(l, &birth, &child->ref);
    }
    if (err != ACTOR_OK) {
        if (child != NULL) {
            children_remove(l, c, child);
        }
        if (m != NULL) {
            msg_free(&l->pool, m);
        }
        return err;
    }
    struct spawn_entry *s = (struct spawn_entry *)(void *)m;
    s->entry.commit = commit_spawn;
    s->entry.abort = abort_spawn;
    s->child = child;
    *ret_ref = child->ref;
    tx_add(l, m, sizeof *s);
    return ACTOR_OK;
}

/* ---- Modes ------------------------------------------------------------------------------ */

struct become_entry {
    struct tx_entry entry;
    uint16_t mode;
};

static void commit_become(struct local *l, struct tx_entry *entry)
{
    struct become_entry *b = (struct become_entry *)(void *)entry;
    behaviour_become(l, l->tx.cell, b->mode);
    msg_free(&l->pool, &entry->msg);
}

static void abort_become(struct local *l, struct tx_entry *entry)
{
    msg_free(&l->pool, &entry->msg);
}

actor_err actor__become(const void *self, uint16_t mode)
{
    struct local *l = handler_of(self);
    if (l == NULL || !behaviour_may_become(l, mode)) {
        return ACTOR_ERR_MISUSE;
    }
    struct msg *m =
            msg_new(&l->pool, MSG_EFFECT, sizeof(struct become_entry) - sizeof(struct ask_msg));
    if (m == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    struct become_entry *b = (struct become_entry *)(void *)m;
    b->entry.commit = commit_become;
    b->entry.abort = abort_become;
    b->mode = mode;
    tx_add(l, m, sizeof *b);
    return ACTOR_OK;
}

/* ---- Watches ---------------------------------------------------------------------------- */

struct watch_entry {
    struct tx_entry entry;
    struct watch *watch; /* to begin with; NULL to take the one of `ref` back */
    uint64_t ref;
    uint16_t index;
};

static void commit_watch(struct local *l, struct tx_entry *entry)
{
    struct watch_entry *w = (struct watch_entry *)(void *)entry;
    if (w->watch != NULL) {
        watch_add(l, l->tx.cell, w->watch);
    } else {
        watch_drop(l, l->tx.cell, w->index, w->ref);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_watch(struct local *l, struct tx_entry *entry)
{
    struct watch_entry *w = (struct watch_entry *)(void *)entry;
    watch_free(l, w->watch);
    msg_free(&l->pool, &entry->msg);
}

/* Notes that a watch is to begin, or, if `w` is NULL, to be taken back. Takes `w`. */
static actor_err note_watch(struct local *l, uint16_t index, uint64_t ref, struct watch *w)
{
    actor_err err;
    struct watch_entry *e = (struct watch_entry *)(void *)tx_note(
            l, sizeof *e, sizeof *e, commit_watch, abort_watch, &err);
    if (e == NULL) {
        watch_free(l, w);
        return err;
    }
    e->watch = w;
    e->ref = ref;
    e->index = index;
    return ACTOR_OK;
}

actor_err actor__watch(const void *self, uint16_t index, uint64_t ref)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (cell_status(l->tx.cell) == CELL_LEAVING) {
        return ACTOR_ERR_SHUTDOWN; /* its stop hook: it will handle nothing any more */
    }
    struct watch *w = watch_new(l, l->tx.cell, index, ref);
    return w == NULL ? ACTOR_ERR_NO_MEMORY : note_watch(l, index, ref, w);
}

actor_err actor__unwatch(const void *self, uint16_t index, uint64_t ref)
{
    struct local *l = handler_of(self);
    return l == NULL ? ACTOR_ERR_MISUSE : note_watch(l, index, ref, NULL);
}

/* ---- Relations -------------------------------------------------------------------------- */

uint64_t actor__child(const void *self, uint16_t index)
{
    struct local *l = handler_of(self);
    return l == NULL ? 0 : children_ref_of(l->tx.cell, index);
}

uint64_t actor__self(const void *self)
{
    struct local *l = handler_of(self);
    return l == NULL ? 0 : cell_ref(l->tx.cell);
}

/* ---- The handler itself ------------------------------------------------------------------ */

actor_result actor_fail(const void *self, const char *format, ...)
{
    struct local *l = handler_of(self);
    if (l != NULL) {
        va_list args;
        va_start(args, format);
        l->tx.is_odd = true;
        (void)vsnprintf(l->tx.failure, sizeof l->tx.failure, format, args);
        va_end(args);
    }
    return ACTOR_FAILED;
}

actor_err actor_own(const void *self, void *resource, void (*destroy)(void *resource))
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct annex *x = cell_need_annex(l->tx.cell);
    struct owned *o = x == NULL ? NULL : pool_alloc(&l->pool, sizeof *o);
    if (o == NULL) {
        destroy(resource);
        return ACTOR_ERR_NO_MEMORY;
    }
    *o = (struct owned){ .next = x->owned, .resource = resource, .destroy = destroy };
    x->owned = o;
    return ACTOR_OK;
}

bool actor_disown(const void *self, void *resource)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return false;
    }
    for (struct owned **at = &cell_annex(l->tx.cell)->owned; *at != NULL; at = &(*at)->next) {
        struct owned *o = *at;
        if (o->resource == resource) {
            *at = o->next;
            pool_free(&l->pool, o, sizeof *o);
            return true;
        }
    }
    return false;
}

actor_err actor_flush(const void *self)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct cell *last = run_queue_last(&l->runnable);
    tx_commit(l);
    throttle_commit(l);
    if (l->tx.cell->type->info->state != NULL) {
        life_keep_state(l->tx.cell);
    }
    /* Hooks run in the middle of something; and who has failed is not to go on as if nothing had happened. */
    l->tx.is_odd = l->tx.failure[0] != '\0';
    if (l->tx.event->kind < ACTOR_EVENT_START && !l->tx.is_odd) {
        sched_breathe(l, last);
    }
    return ACTOR_OK;
}

size_t actor_backlog(const void *self)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return 0;
    }
    struct cell *c = l->tx.cell;
    if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
    return mailbox_queued(&c->mb);
}

void actor_log(const void *self, actor_log_level level, const char *format, ...)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return;
    }
    va_list args;
    va_start(args, format);
    log_line_v(l->shared, level, l->tx.cell->type->info->name, format, args);
    va_end(args);
}
