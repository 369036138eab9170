/* SPDX-License-Identifier: MIT */
/*
 * outside.c - what threads outside the system may call: tell, blocking ask, stop, children; and see
 * outside.h. They use its local for its pool and its asks; the wait itself is without the lock.
 */
#include "outside.h"

#include "clock.h"
#include "crew.h"
#include "throttle.h"
#include "tx.h"

#include <string.h>

struct local *outside_enter(actor_system *system)
{
    mutex_lock(&system->outside_lock);
    /* acquire: pairs with the releases in system.c. */
    if (load_acq(&system->shared.stopping)) {
        mutex_unlock(&system->outside_lock);
        return NULL;
    }
    return &system->outside;
}

void outside_leave(actor_system *system)
{
    mutex_unlock(&system->outside_lock);
}

actor_err outside_compose(struct local *l, struct compose *c, enum msg_kind kind, struct ask *a,
        struct msg **ret_msg, struct wait **ret_wait)
{
    actor_err err = compose_measure(l, c);
    err = err == ACTOR_OK ? compose_admit(l, c) : err;
    if (RT_UNLIKELY((c->flags & MSG_IS_BEYOND) != 0)) {
        compose_forget(l, c);
        if (ret_wait == NULL) {
            compose_count_refused(l, c);
            return ACTOR_ERR_REFUSED;
        }
        *ret_wait = throttle_begin(l, c->ref, c->index);
        return *ret_wait == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_ERR_TIMEOUT;
    }
    if (err == ACTOR_ERR_REFUSED) {
        compose_count_refused(l, c);
    }
    if (err != ACTOR_OK && err != ACTOR_ERR_STOPPED) {
        return err;
    }
    *ret_msg = compose_make(l, c, kind, a);
    if (*ret_msg == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    struct counts *n = local_counts(l, c->type, c->index);
    tally(l, &n->sent);
    return ACTOR_OK;
}

/* Waits for room in the target's mailbox; false if the deadline came first, and then the message
 * is counted as refused. Another may still be quicker to take the place. */
static bool await_room(
        actor_system *system, const struct compose *c, struct wait *w, int64_t deadline)
{
    bool woken = parker_wait_until(&w->parker, deadline);
    mutex_lock(&system->outside_lock);
    throttle_end(&system->outside, w, woken);
    if (!woken) {
        compose_count_refused(&system->outside, c);
    }
    mutex_unlock(&system->outside_lock);
    return woken;
}

/* Sends, unless it is to wait first: then `*ret_wait` is not NULL. */
static actor_err try_tell(actor_system *system, struct compose *c, struct wait **ret_wait)
{
    struct local *l = outside_enter(system);
    if (l == NULL) {
        return ACTOR_ERR_SHUTDOWN;
    }
    struct msg *m;
    actor_err err = outside_compose(l, c, MSG_TELL, NULL, &m, ret_wait);
    if (err == ACTOR_OK) {
        send_deliver(l, m);
    }
    outside_leave(system);
    return err;
}

actor_err actor__tell_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    int64_t deadline = 0; /* the clock is read only if it is needed */
    for (;;) {
        struct compose c = { .ref = ref, .target = target, .index = index, .message = message };
        struct wait *w = NULL;
        actor_err err = try_tell(system, &c, &w);
        if (w != NULL && deadline == 0) {
            deadline = rt_add_time(clock_now(), system->shared.config.tell_timeout);
        }
        if (w == NULL || !await_room(system, &c, w, deadline)) {
            return err;
        }
    }
}

/* ---- Blocking asks ------------------------------------------------------------------------ */

struct ask *outside_ask(struct local *l, uint64_t ref, const actor_request *request,
        int64_t deadline, struct waiter *w)
{
    struct ask *a = ask_new(l);
    if (a != NULL) {
        a->index = 0;
        a->asker = 0;
        /* release: pairs with ask_find(). */
        store_rel(&a->callee, ref);
        a->waiter = w;
        a->request = request;
        a->deadline = deadline;
    }
    return a;
}

/* Waits for the reply; false if the deadline came first, and then there will be none. */
static bool await_reply(struct ask *a, struct waiter *w)
{
    if (parker_spin(&w->parker) || parker_wait_until(&w->parker, a->deadline)) {
        return true;
    }
    /* acq_rel: whoever decides the ask speaks; if that was the callee its reply is a moment away. */
    if ((or_acq_rel(&a->state, ASK_DECIDED) & ASK_DECIDED) == 0) {
        return false;
    }
    return parker_wait_until(&w->parker, INT64_MAX);
}

actor_err outside_take(actor_system *system, struct msg *m, void **ret_reply)
{
    actor_reply *body = msg_body(m);
    if (body->kind == 0) {
        return body->error; /* part of the ask's record: nothing to free */
    }
    m->seq = (uint64_t)(uintptr_t)system; /* for actor_reply_free() */
    *ret_reply = body;
    return ACTOR_OK;
}

/* Asks, unless it is to wait first: then `*ret_wait` is not NULL. */
static actor_err try_ask(actor_system *system, struct compose *c, int64_t deadline,
        struct waiter *w, struct ask **ret_ask, struct wait **ret_wait)
{
    struct local *l = outside_enter(system);
    if (l == NULL) {
        return ACTOR_ERR_SHUTDOWN;
    }
    struct ask *a = outside_ask(l, c->ref, c->target->classes[c->index].request, deadline, w);
    struct msg *m;
    actor_err err = a == NULL ? ACTOR_ERR_NO_MEMORY
                              : outside_compose(l, c, MSG_REQUEST, a, &m, ret_wait);
    if (err == ACTOR_OK) {
        send_deliver(l, m);
        *ret_ask = a;
    } else if (a != NULL) {
        ask_free(l, a);
    }
    outside_leave(system);
    return err;
}

actor_err actor__ask_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, void **ret_reply)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    struct waiter w = { .reply = NULL };
    parker_init(&w.parker);
    int64_t deadline = rt_add_time(clock_now(), timeout < 0 ? 0 : timeout);
    struct ask *a = NULL;
    while (a == NULL) {
        struct compose c = { .ref = ref, .target = target, .index = index, .message = message };
        struct wait *wait = NULL;
        actor_err err = try_ask(system, &c, deadline, &w, &a, &wait);
        if (err != ACTOR_OK && (wait == NULL || !await_room(system, &c, wait, deadline))) {
            return err;
        }
    }
    actor_err err =
            await_reply(a, &w) ? outside_take(system, w.reply, ret_reply) : ACTOR_ERR_TIMEOUT;
    mutex_lock(&system->outside_lock);
    ask_asker_done(&system->outside, a);
    mutex_unlock(&system->outside_lock);
    return err;
}

void actor_reply_free(void *reply)
{
    if (reply == NULL) {
        return;
    }
    struct msg *m = (struct msg *)(void *)((char *)reply - sizeof(struct ask_msg));
    actor_system *system = (actor_system *)(uintptr_t)m->seq;
    if (local_current != NULL) {
        msg_free(&local_current->pool, m);
        return;
    }
    mutex_lock(&system->outside_lock);
    msg_free(&system->outside.pool, m);
    mutex_unlock(&system->outside_lock);
}

/* ---- Actors ------------------------------------------------------------------------------- */

static void end_one(struct local *l, uint64_t ref, enum event_kind how)
{
    struct msg *m = &event_new(l, ref, how, 0)->msg;
    if (l->tx.cell != NULL) {
        tx_add(l, m, sizeof(struct event));
    } else {
        send_deliver(l, m);
    }
}

/* Of a pool, all that are its members now. */
static void end_all(struct local *l, uint64_t ref, enum event_kind how)
{
    uint64_t member = crew_member(l, ref, 0);
    if (member == 0) {
        end_one(l, ref, how);
    }
    for (uint32_t i = 1; member != 0; i++) {
        end_one(l, member, how);
        member = crew_member(l, ref, i);
    }
}

static actor_err end(actor_system *system, uint64_t ref, enum event_kind how)
{
    if (system_inside()) {
        if (local_current->tx.cell == NULL) {
            return ACTOR_ERR_MISUSE;
        }
        end_all(local_current, ref, how);
        return ACTOR_OK;
    }
    struct local *l = outside_enter(system);
    if (l == NULL) {
        return ACTOR_ERR_SHUTDOWN;
    }
    bool alive = cells_alive(&system->shared.cells, ref) != NULL;
    end_all(l, ref, how);
    outside_leave(system);
    return alive ? ACTOR_OK : ACTOR_ERR_STOPPED;
}

actor_err actor__stop(actor_system *system, uint64_t ref)
{
    return end(system, ref, EVENT_STOP);
}

actor_err actor__kill(actor_system *system, uint64_t ref)
{
    return end(system, ref, EVENT_KILL);
}

actor_err actor__find(
        actor_system *system, const actor_info *type, const char *name, uint64_t *ret_ref)
{
    struct shared *s = system_inside() ? local_current->shared : &system->shared;
    size_t len = name == NULL ? 0 : strnlen(name, NAME_BYTES_MAX + 1);
    if (len == 0 || len > NAME_BYTES_MAX) {
        return ACTOR_ERR_INVALID;
    }
    const struct type *t = registry_type(s->registry, type, NULL);
    uint64_t ref = t == NULL ? 0 : names_find(s->names, t, name);
    if (ref != 0) {
        *ret_ref = ref;
        return ACTOR_OK;
    }
    return t == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_ERR_UNKNOWN;
}

actor_err actor__child_of(
        actor_system *system, uint64_t ref, uint16_t index, uint64_t *ret_child)
{
    if (system_inside() || ref_is_pool(ref)) {
        return ACTOR_ERR_MISUSE;
    }
    struct query q = { .err = ACTOR_ERR_STOPPED };
    parker_init(&q.parker);
    struct local *l = outside_enter(system);
    if (l == NULL) {
        return ACTOR_ERR_SHUTDOWN;
    }
    struct event *e = event_new(l, ref, EVENT_CHILD_QUERY, 0);
    e->index = index;
    e->query = &q;
    send_deliver(l, &e->msg);
    outside_leave(system);
    (void)parker_wait_until(&q.parker, INT64_MAX);
    if (q.err == ACTOR_OK) {
        *ret_child = q.answer;
    }
    return q.err;
}
