/* SPDX-License-Identifier: MIT */
/*
 * handler.c - what a handler may call: the section "Inside a handler" of actor.h, and the entry
 * points of the stubs that generated code gives it. Floor 18.
 */
#include "behaviour.h"
#include "clock.h"
#include "compose.h"
#include "life.h"
#include "log.h"
#include "spawn.h"
#include "throttle.h"
#include "watch.h"

#include <stdio.h>
#include <string.h>

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

/* An ask that cannot even be noted must not be forgotten: the handler fails. */
static void fail_for_memory(struct local *l)
{
    l->tx.is_odd = true;
    (void)snprintf(l->tx.failure, sizeof l->tx.failure, "no memory for an ask");
}

/* The record of a call that the running handler may still decide about, or NULL. */
static struct ask *open_call(uint64_t call)
{
    struct local *l = local_current;
    if (l == NULL || l->tx.cell == NULL) {
        return NULL;
    }
    struct ask *a = ask_find(l, call, cell_ref(l->tx.cell));
    if (a == NULL || a->hold == HOLD_CARRIED ||
            (a->tx & (TX_ENDS | TX_CARRIES | TX_DELEGATES)) != 0) {
        return NULL; /* passed on, whether by this handler or by an earlier one */
    }
    return a;
}

/* The record of a call that an ask may carry, or NULL. Several asks may carry one call, the second
 * made by the same handler as the first or by a later one. */
static struct ask *portable_call(struct local *l, uint64_t call)
{
    struct ask *a = ask_find(l, call, cell_ref(l->tx.cell));
    return a == NULL || (a->tx & (TX_ENDS | TX_DELEGATES)) != 0 ? NULL : a;
}

/* The ask's own deadline, or what is left of the call that it serves. */
static int64_t ask_deadline(struct local *l, const actor_ask *ask, struct ask *carried)
{
    int64_t deadline = rt_add_time(local_recent(l), ask->within);
    return carried == NULL ? deadline : rt_min_i64(deadline, carried->deadline);
}

/* Copies what the continuation is to get. */
static actor_err keep_context(
        struct local *l, struct ask *a, const actor_layout *layout, const void *context)
{
    size_t max = l->shared->config.max_message_bytes;
    size_t tail;
    actor_err err = layout_measure(layout, context, max, &tail);
    if (err != ACTOR_OK) {
        return err;
    }
    if (layout->size + tail > max) {
        return ACTOR_ERR_LIMIT;
    }
    a->context = msg_new(&l->pool, MSG_TELL, layout->size + tail);
    if (a->context == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    char *body = msg_body(a->context);
    layout_copy(layout, body, context, body + layout->size);
    return ACTOR_OK;
}

/* The request's message, or a bare one that says how the ask ends at once. */
static struct msg *make_request(struct local *l, struct compose *c, struct ask *a,
        bool serves_caller, actor_err of_context)
{
    actor_err err = of_context == ACTOR_OK ? compose_measure(l, c) : of_context;
    if (err == ACTOR_OK) {
        err = tx_has_room(l, c->bytes) ? compose_admit(l, c) : ACTOR_ERR_LIMIT;
    }
    if (cell_status(l->tx.cell) == CELL_DRAINING && !serves_caller) {
        compose_forget(l, c);
        err = ACTOR_ERR_SHUTDOWN; /* or the stop would never end */
    }
    bool has_message = err == ACTOR_OK || err == ACTOR_ERR_STOPPED || err == ACTOR_ERR_REFUSED;
    struct msg *m = has_message ? compose_make(l, c, MSG_REQUEST, a) : compose_bare(l, a);
    if (m != NULL) {
        m->note = (uint8_t)err;
    }
    return m;
}

void actor__ask(const void *self, uint64_t call, uint64_t ref, uint16_t ask,
        const void *message, const void *context)
{
    struct local *l = handler_of(self);
    if (RT_UNLIKELY(l == NULL)) {
        if (local_current != NULL) {
            log_line(local_current->shared, ACTOR_LOG_ERROR,
                    "an ask was made outside of its handler");
        }
        return;
    }
    struct cell *c = l->tx.cell;
    const actor_ask *of = &c->type->info->asks[ask];
    struct ask *a = ask_new(l);
    if (RT_UNLIKELY(a == NULL)) {
        fail_for_memory(l);
        return;
    }
    struct ask *carried = call == 0 ? NULL : portable_call(l, call);
    a->index = ask;
    a->exclusive = of->exclusive;
    a->asker = cell_ref(c);
    /* release: pairs with ask_find(). */
    store_rel(&a->callee, ref);
    a->request = of->target->classes[of->target_class].request;
    a->carried = call;
    a->deadline = ask_deadline(l, of, carried);
    struct compose request = {
        .ref = ref, .target = of->target, .index = of->target_class, .message = message
    };
    actor_err err = of->context == NULL ? ACTOR_OK : keep_context(l, a, of->context, context);
    struct msg *m = make_request(l, &request, a, carried != NULL, err);
    if (RT_UNLIKELY(m == NULL)) {
        ask_free(l, a);
        fail_for_memory(l);
        return;
    }
    if (carried != NULL) {
        carried->tx |= TX_CARRIES;
    }
    tx_add(l, m, request.bytes);
}

/* The message of a call that is handed on. Whom it is for decides at once whether to have it. */
static actor_err make_on_behalf(
        struct local *l, struct compose *c, struct ask *a, struct msg **ret_msg)
{
    actor_err err = compose_measure(l, c);
    if (err == ACTOR_OK) {
        err = tx_has_room(l, c->bytes) ? compose_admit(l, c) : ACTOR_ERR_LIMIT;
    }
    if (err == ACTOR_ERR_REFUSED) {
        compose_count_refused(l, c);
        a->refused = true;
    }
    if (err != ACTOR_OK && err != ACTOR_ERR_STOPPED) {
        return err;
    }
    *ret_msg = compose_make(l, c, MSG_REQUEST, a);
    return *ret_msg == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK;
}

actor_err actor__delegate(const void *self, uint64_t call, uint64_t ref,
        const actor_info *target, uint16_t index, const void *message)
{
    if (call == 0) {
        return actor__tell(self, ref, target, index, message);
    }
    struct local *l = handler_of(self);
    if (RT_UNLIKELY(l == NULL)) {
        return ACTOR_ERR_MISUSE;
    }
    struct ask *a = open_call(call);
    if (RT_UNLIKELY(a == NULL)) {
        return ACTOR_ERR_GONE;
    }
    struct compose c = {
        .ref = ref, .target = target, .index = index, .message = message, .on_behalf = true
    };
    struct msg *m;
    actor_err err = make_on_behalf(l, &c, a, &m);
    if (RT_LIKELY(err == ACTOR_OK)) {
        a->tx |= TX_DELEGATES;
        tx_add(l, m, c.bytes);
    }
    return err;
}

/* ---- Calls ------------------------------------------------------------------------------ */

actor_err actor__answer(
        uint64_t call, const actor_request *request, uint16_t kind, const void *answer)
{
    struct local *l = local_current;
    if (l == NULL || l->tx.cell == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (call == 0) {
        return ACTOR_OK; /* it was told: nobody waits for the answer */
    }
    struct ask *a = open_call(call);
    if (RT_UNLIKELY(a == NULL)) {
        return ACTOR_ERR_GONE;
    }
    RT_ASSERT(kind >= 1 && kind <= request->answer_count);
    const actor_layout *layout = request->answers[kind - 1];
    size_t tail = 0;
    actor_err err = ACTOR_OK;
    if (!layout->plain) {
        err = layout_measure(layout, answer, l->shared->config.max_message_bytes, &tail);
    }
    size_t bytes = request->reply_size + tail;
    if (err == ACTOR_OK && !tx_has_room(l, bytes)) {
        err = ACTOR_ERR_LIMIT;
    }
    struct msg *m = err == ACTOR_OK ? msg_new(&l->pool, MSG_REPLY, bytes) : NULL;
    if (RT_UNLIKELY(m == NULL)) {
        return err == ACTOR_OK ? ACTOR_ERR_NO_MEMORY : err;
    }
    ((struct ask_msg *)(void *)m)->ask = a;
    m->index = a->index;
    m->flags = a->exclusive ? MSG_EXCLUSIVE : 0;
    char *body = msg_body(m);
    *(actor_reply *)(void *)body = (actor_reply){ .kind = kind, .error = ACTOR_OK };
    layout_copy_message(
            layout, body + request->answer_offset, answer, body + request->reply_size);
    a->tx |= TX_ENDS;
    tx_add(l, m, bytes);
    return ACTOR_OK;
}

/* Notes an effect on a call that needs no message body. */
static actor_err note(struct ask *a, enum msg_kind kind, actor_err err, enum ask_tx effect)
{
    struct local *l = local_current;
    struct msg *m = msg_new(&l->pool, kind, 0);
    if (m == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    ((struct ask_msg *)(void *)m)->ask = a;
    m->note = (uint8_t)err;
    a->tx |= (uint8_t)effect;
    tx_add(l, m, sizeof(struct ask_msg));
    return ACTOR_OK;
}

actor_err actor__fail_call(uint64_t call, actor_err err)
{
    if (local_current == NULL || local_current->tx.cell == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (call == 0) {
        return ACTOR_OK;
    }
    struct ask *a = open_call(call);
    if (a == NULL) {
        return ACTOR_ERR_GONE;
    }
    bool is_error = err > ACTOR_OK && err < ACTOR_ERR_COUNT;
    return note(a, MSG_REPLY, is_error ? err : ACTOR_ERR_FAILED, TX_ENDS);
}

actor_err actor__keep_call(uint64_t call)
{
    if (local_current == NULL || local_current->tx.cell == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (call == 0) {
        return ACTOR_OK;
    }
    struct ask *a = open_call(call);
    if (a == NULL) {
        return ACTOR_ERR_GONE;
    }
    if (a->hold == HOLD_KEPT || (a->tx & TX_KEEPS) != 0) {
        return ACTOR_OK;
    }
    return note(a, MSG_KEEP, ACTOR_OK, TX_KEEPS);
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
