/* SPDX-License-Identifier: MIT */
/* send.c - see send.h. */
#include "send.h"

#include "event.h"
#include "registry.h"

static void tell_dead_letter(struct local *l, struct msg *m, actor_err reason)
{
    const actor_config *config = &l->shared->config;
    if (config->dead_letter == NULL) {
        return;
    }
    const actor_info *info = registry_at(l->shared->registry, m->type)->info;
    actor_dead_letter letter = { .actor = info->name,
        .message = info->classes[m->index].message->name,
        .body = msg_body(m),
        .reason = reason };
    bool outer = local_begin_callback();
    config->dead_letter(config->hook_context, &letter);
    local_end_callback(outer);
}

void send_note_dead(struct local *l, struct msg *m, actor_err reason)
{
    tally(l, &local_counts(l, m->type, m->index)->dead);
    tell_dead_letter(l, m, reason);
}

/* What a tell or request that ends unhandled leaves: an asker that is told so. Takes `m`. */
static void end_unhandled(struct local *l, struct msg *m, actor_err reason)
{
    if (m->kind == MSG_REQUEST) {
        send_end_call_error(l, msg_ask(m), reason);
    }
    msg_free(&l->pool, m);
}

static void dead_event(struct local *l, struct event *e)
{
    if (e->kind == EVENT_CHILD_QUERY) {
        e->query->err = ACTOR_ERR_STOPPED;
        parker_wake(&e->query->parker);
    } else if (e->kind == EVENT_WATCH) {
        send_ended(l, e->watch, ACTOR_ERR_GONE);
    } else if (e->kind == EVENT_ENDED) {
        pool_free(&l->pool, e->watch, sizeof *e->watch); /* the watcher has ended as well */
    } else if (e->kind == EVENT_WAIT) {
        send_room(l, e->wait);
    } else if (e->kind == EVENT_UNWAIT) {
        send_wait_done(l, e->wait, WAIT_SENDER_DONE);
    } else if (e->kind == EVENT_ROOM) {
        send_wait_done(l, e->wait, WAIT_TARGET_DONE);
    }
    msg_free(&l->pool, &e->msg);
}

static void dead_reply(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    /* relaxed: a statistic. */
    add_rlx(&l->shared->stale_replies, 1);
    msg_free(&l->pool, m);
    ask_asker_done(l, a);
}

void send_dead(struct local *l, struct msg *m, actor_err reason)
{
    switch ((enum msg_kind)m->kind) {
    case MSG_REPLY: dead_reply(l, m); return;
    case MSG_EVENT:
    case MSG_STOP:
    case MSG_ENDED: dead_event(l, (struct event *)(void *)m); return;
    case MSG_ALARM: send_drop(l, m, ACTOR_ERR_GONE); return; /* cancelled as the actor ended */
    case MSG_TELL:
    case MSG_REQUEST: break;
    case MSG_KEEP:
    case MSG_TOKEN:
    case MSG_EFFECT: rt_broken("an entry of an outbox was delivered", __FILE__, __LINE__);
    }
    send_note_dead(l, m, reason);
    end_unhandled(l, m, reason);
}

void send_bury(struct local *l, struct msg *m, actor_err reason)
{
    send_note_dead(l, m, reason);
    msg_free(&l->pool, m);
}

void send_drop(struct local *l, struct msg *m, actor_err reason)
{
    tally(l, &local_counts(l, m->type, m->index)->dropped[reason]);
    end_unhandled(l, m, reason);
}

/* True if the actor of this status has ended, or is leaving for good: then it handles nothing but
 * events any more, and who asks it must not wait until its children have left. */
static bool is_closed(const struct cell *c, const struct msg *m)
{
    return cell_status(c) == CELL_FREE ||
           ((c->flags & CELL_KEEPS_SLOT) == 0 && msg_is_counted(m));
}

/* Puts one message that has arrived at its target's thread into its lane. Returns the one that had
 * to make room for it, or NULL: the caller ends that, see drop(). */
static struct msg *accept(struct local *l, struct cell *c, struct msg *m)
{
    uint32_t gen = cell_gen(c);
    if (RT_LIKELY(c->calm && m->flags == MSG_PLAIN && ref_gen(m->target) == gen)) {
        count_up(&c->counts[m->index].arrived, 1); /* relaxed: own counter */
        mailbox_put_plain(&c->mb, m);
        return NULL;
    }
    if (RT_UNLIKELY(ref_gen(m->target) != gen ||
                    (cell_status(c) <= CELL_LEAVING && is_closed(c, m)))) {
        if (m->kind == MSG_TOKEN) {
            send_accept_all(l, c, intake_collect(intake_of(m)));
            return NULL;
        }
        mailbox_release(&c->mb, m->index, ref_gen(m->target), m->flags);
        send_dead(l, m, ACTOR_ERR_STOPPED);
        return NULL;
    }
    bool user = msg_is_counted(m);
    struct counts *n = user ? local_counts(l, m->type, m->index) : NULL;
    if (user && RT_LIKELY(!l->shares_counts)) {
        c->counts = n - m->index;
    }
    /* What else is plain, or a reply, is in the normal lane of an actor that is calm. */
    c->calm = c->calm && (m->flags == MSG_PLAIN || (m->kind == MSG_REPLY && m->flags == 0));
    struct msg *dropped = mailbox_put(&c->mb, c->type->info, m);
    if (n != NULL) {
        tally(l, &n->arrived);
    }
    if (RT_UNLIKELY(dropped != NULL)) {
        n = local_counts(l, dropped->type, dropped->index);
        tally(l, (dropped->flags & MSG_STASHED) != 0 ? &n->unstashed : &n->left);
        /* A message that leaves without being handled gives its places back as any other. */
        mailbox_release(&c->mb, dropped->index, gen, dropped->flags);
    }
    return dropped;
}

/* Ends a message that had to make room. Only after all that came with the one it made room for has been
 * accepted: its asker may be the same actor, and what is delivered to that takes in its inbox first. */
static void drop(struct local *l, struct msg *m)
{
    send_drop(l, m, ACTOR_ERR_REFUSED);
}

void send_accept_all(struct local *l, struct cell *c, struct msg *list)
{
    struct msg_queue dropped = { NULL, NULL };
    while (list != NULL) {
        struct msg *next = list->next;
        l->foreign++;
        struct msg *oldest = accept(l, c, list);
        if (RT_UNLIKELY(oldest != NULL)) {
            queue_push(&dropped, oldest);
        }
        list = next;
    }
    while (RT_UNLIKELY(dropped.head != NULL)) {
        drop(l, queue_pop(&dropped));
    }
}

void send_drain(struct local *l, struct cell *c)
{
    send_accept_all(l, c, mailbox_drain(&c->mb));
}

void send_deliver(struct local *l, struct msg *m)
{
    seam_sends(l, m);
    struct cell *c = cells_alive(&l->shared->cells, m->target);
    if (RT_UNLIKELY(c == NULL)) {
        send_dead(l, m, ACTOR_ERR_STOPPED);
        return;
    }
    /* acquire: pairs with the release by which a former owner handed the cell over. */
    if (RT_LIKELY(load_acq(&c->owner) == l)) {
        /* What the sender sent here from another thread before it moved comes first. */
        if (RT_UNLIKELY(mailbox_has_inbox(&c->mb))) {
            send_drain(l, c);
        }
        struct msg *oldest = accept(l, c, m);
        if (RT_LIKELY(cell_status(c) != CELL_FREE)) {
            local_schedule(l, c);
        }
        if (RT_UNLIKELY(oldest != NULL)) {
            drop(l, oldest);
        }
        return;
    }
    struct msg *oldest;
    l->foreign++;
    if (mailbox_send(&c->mb, m, &oldest)) {
        sched_notify(l, c);
    }
    if (RT_UNLIKELY(oldest != NULL)) {
        drop(l, oldest);
    }
}

void send_plain_slowly(struct local *l, struct msg *m)
{
    tally(l, &local_counts(l, m->type, m->index)->sent);
    send_deliver(l, m);
}

/* Hands a reply to whoever asked. */
static void send_reply(struct local *l, struct ask *a, struct msg *reply)
{
    if (a->asker == 0) {
        /* The waiting thread lets go of the record once it has been woken. */
        struct waiter *w = a->waiter;
        w->reply = reply;
        if (w->arrived != NULL) {
            w->arrived(w);
        } else {
            parker_wake(&w->parker);
        }
        return;
    }
    reply->target = a->asker;
    send_deliver(l, reply);
}

/* The asker's cell if the asker is alive and of this thread; else NULL. */
static struct cell *asker_here(struct local *l, const struct ask *a)
{
    struct cell *c = a->asker == 0 ? NULL : cells_find(&l->shared->cells, a->asker);
    /* acquire: as in send_deliver(). */
    bool is_here = c != NULL && load_acq(&c->owner) == l && cell_gen(c) == ref_gen(a->asker);
    return is_here ? c : NULL;
}

/*
 * Ends the callee's side; returns what the state was before. `is_alone` says that the asker and the timer are this
 * thread's, as the callee is: then nobody else changes the state meanwhile.
 */
static uint32_t decide(struct ask *a, bool is_alone)
{
    const uint32_t done = ASK_DECIDED | ASK_CALLEE_DONE;
    uint32_t before;
    if (is_alone) {
        before = load_acq(&a->state); /* acquire: of whoever was here before */
        /* release: pairs with ask_find(). */
        store_rel(&a->state, before | done);
    } else {
        /* acq_rel: hands the record, or takes it over, from the side that was first. */
        before = or_acq_rel(&a->state, done);
    }
    RT_ASSERT((before & ASK_CALLEE_DONE) == 0);
    return before;
}

/* Nobody has the call any more. */
static void leave_callee(struct ask *a)
{
    if (RT_UNLIKELY(!list_empty(&a->kept))) {
        list_remove(&a->kept);
    }
    a->tx = 0;
}

void send_end_call(struct local *l, struct ask *a, struct msg *reply)
{
    leave_callee(a);
    struct cell *asker = asker_here(l, a);
    uint32_t before = decide(a, asker != NULL && a->home == l);
    if (RT_LIKELY((before & ASK_DECIDED) == 0)) {
        if (RT_LIKELY(asker != NULL && asker->calm && reply->flags == 0 &&
                      !mailbox_has_inbox(&asker->mb))) {
            reply->target = a->asker;
            mailbox_put_reply(&asker->mb, reply);
            local_schedule(l, asker);
        } else {
            send_reply(l, a, reply);
        }
        return;
    }
    /* relaxed: a statistic. The asker has given up by now. */
    add_rlx(&l->shared->stale_replies, 1);
    msg_free(&l->pool, reply);
    if ((before & ASK_ASKER_DONE) != 0) {
        ask_free(l, a);
    }
}

void send_end_call_error(struct local *l, struct ask *a, actor_err err)
{
    leave_callee(a);
    /* The error reply is part of the record and may be in use by whoever decided the ask, so it is
     * made only by the one that decides. */
    uint32_t before = decide(a, false);
    if ((before & ASK_DECIDED) == 0) {
        send_reply(l, a, ask_error_reply(a, err));
    } else if ((before & ASK_ASKER_DONE) != 0) {
        ask_free(l, a);
    }
}

void send_ended(struct local *l, struct watch *w, actor_err why)
{
    struct event *e = event_new(l, w->watcher, EVENT_ENDED, 0);
    e->watch = w;
    e->why = why;
    send_deliver(l, &e->msg);
}

void send_give_back(struct local *l, uint64_t ref, uint16_t index, uint8_t flags)
{
    struct cell *c = cells_find(&l->shared->cells, ref);
    if (c == NULL) {
        return;
    }
    mailbox_release(&c->mb, index, ref_gen(ref), flags);
    if (RT_UNLIKELY((flags & MSG_IS_THROTTLED) != 0)) {
        /* Only the owner knows who waits for this place. */
        send_deliver(l, &event_new(l, ref, EVENT_LOOK, 0)->msg);
    }
}

void send_wait_done(struct local *l, struct wait *w, uint32_t sides)
{
    /* acq_rel: whoever is last sees all that the other has done to it. */
    if ((or_acq_rel(&w->done, sides) | sides) == WAIT_DONE) {
        pool_free(&l->pool, w, sizeof *w);
    }
}

void send_room(struct local *l, struct wait *w)
{
    if (w->sender == 0) {
        parker_wake(&w->parker);
        send_wait_done(l, w, WAIT_TARGET_DONE);
        return;
    }
    struct event *e = event_new(l, w->sender, EVENT_ROOM, 0);
    e->wait = w;
    send_deliver(l, &e->msg);
}
