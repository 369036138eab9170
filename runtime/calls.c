/* SPDX-License-Identifier: MIT */
/*
 * calls.c - asks and calls: what a handler may call to ask another actor, and what it may do with what it was asked:
 * answer, fail, keep, hand on. The entry points of the stubs for these. Floor 18.
 */
#include "compose.h"
#include "log.h"
#include "tx.h"

#include <stdio.h>

/* ---- Asks ------------------------------------------------------------------------------- */

/* An ask that cannot even be noted must not be forgotten: the handler fails. */
static void fail_for_memory(struct local *l)
{
    l->tx.is_odd = true;
    (void)snprintf(l->tx.failure, sizeof l->tx.failure, "no memory for an ask");
}

/* The record of a call that an ask may carry, or NULL. Several asks may carry one call, the second
 * made by the same handler as the first or by a later one. */
static struct ask *portable_call(struct local *l, uint64_t call)
{
    struct ask *a = tx_find_call(l, call);
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

/* ---- Calls ------------------------------------------------------------------------------ */

/* Finds the record of a call that the running handler may still decide about. Of 0 there is none, and no error: the
 * message was told, and nobody waits for an answer. */
static inline actor_err open_call(uint64_t call, struct ask **ret_ask)
{
    struct local *l = local_current;
    *ret_ask = NULL;
    if (l == NULL || l->tx.cell == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (call == 0) {
        return ACTOR_OK;
    }
    struct ask *a = tx_find_call(l, call);
    if (RT_UNLIKELY(a == NULL || a->hold == HOLD_CARRIED ||
                    (a->tx & (TX_ENDS | TX_CARRIES | TX_DELEGATES)) != 0)) {
        return ACTOR_ERR_GONE; /* passed on, whether by this handler or by an earlier one */
    }
    *ret_ask = a;
    return ACTOR_OK;
}

actor_err actor__answer(
        uint64_t call, const actor_request *request, uint16_t kind, const void *answer)
{
    struct ask *a;
    actor_err err = open_call(call, &a);
    if (a == NULL) {
        return err;
    }
    struct local *l = local_current;
    RT_ASSERT(kind >= 1 && kind <= request->answer_count);
    const actor_layout *layout = request->answers[kind - 1];
    size_t tail = 0;
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
    char *body = msg_call_body(m);
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
    struct ask *a;
    actor_err found = open_call(call, &a);
    bool is_error = err > ACTOR_OK && err < ACTOR_ERR_COUNT;
    return a == NULL ? found : note(a, MSG_REPLY, is_error ? err : ACTOR_ERR_FAILED, TX_ENDS);
}

actor_err actor__keep_call(uint64_t call)
{
    struct ask *a;
    actor_err found = open_call(call, &a);
    if (a == NULL || a->hold == HOLD_KEPT || (a->tx & TX_KEEPS) != 0) {
        return found;
    }
    return note(a, MSG_KEEP, ACTOR_OK, TX_KEEPS);
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
    struct ask *a;
    actor_err err = open_call(call, &a);
    if (RT_UNLIKELY(a == NULL)) {
        return err;
    }
    struct compose c = {
        .ref = ref, .target = target, .index = index, .message = message, .on_behalf = true
    };
    struct msg *m;
    err = make_on_behalf(l, &c, a, &m);
    if (RT_LIKELY(err == ACTOR_OK)) {
        a->tx |= TX_DELEGATES;
        tx_add(l, m, c.bytes);
    }
    return err;
}
