/* SPDX-License-Identifier: MIT */
/*
 * tx.c - see tx.h.
 *
 * What cannot wait until the commit is noted where it can be taken back: a place in a bounded
 * mailbox, and in the record of an ask (`tx`) that its call has been ended, kept or passed on.
 */
#include "tx.h"

/* Somebody else has the call from now on, or nobody. */
static void leave_hand(struct local *l, struct ask *a)
{
    if (l->tx.hand_ask == a) {
        l->tx.hand_ask = NULL;
    }
}

static void count_sent(struct local *l, const struct msg *m)
{
    struct counts *n = local_counts(l, m->type, m->index);
    tally(l, &n->sent);
}

/* A tell or request that is sent. */
static void send_counted(struct local *l, struct msg *m)
{
    bool is_plain = m->flags == MSG_PLAIN;
    struct cell *c = is_plain ? cells_find(&l->shared->cells, m->target) : NULL;
    if (RT_UNLIKELY(c == NULL || !send_plain(l, c, m))) {
        count_sent(l, m);
        send_deliver(l, m);
    }
}

void tx_gather_plain(struct local *l)
{
    for (struct plain_entry *e = l->tx.plain; e != l->tx.plain_end; e++) {
        tx_use_room(l, e->msg->note);
        queue_push(&l->tx.outbox, e->msg);
    }
    l->tx.plain_end = l->tx.plain;
}

static void commit_carried(struct local *l, uint64_t call)
{
    struct ask *carried = tx_find_call(l, call);
    if (carried != NULL) {
        leave_hand(l, carried);
        list_remove(&carried->kept);
        carried->hold = HOLD_CARRIED;
        carried->carriers++;
        carried->tx = 0;
    }
}

/* An ask that was known to fail when it was made. */
static void end_at_once(struct local *l, struct msg *m, actor_err err)
{
    if (err == ACTOR_ERR_REFUSED) {
        count_sent(l, m);
        send_drop(l, m, err);
    } else if (err == ACTOR_ERR_STOPPED) {
        count_sent(l, m);
        send_dead(l, m, err);
    } else {
        /* Its message was never made. */
        struct ask *a = msg_ask(m);
        msg_free(&l->pool, m);
        send_end_call_error(l, a, err);
    }
}

/* Somebody else is to answer: the record goes on, with its asker, its deadline and its timer. */
static void commit_delegate(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    leave_hand(l, a);
    list_remove(&a->kept);
    a->hold = HOLD_QUEUED;
    a->tx = 0;
    a->carriers = 0;
    ask_rename(a); /* it may come back here, and is not what our own asks still carry */
    /* release: pairs with ask_find(). */
    store_rel(&a->callee, m->target);
    m->flags &= (uint8_t)~MSG_ON_BEHALF;
    count_sent(l, m);
    send_deliver(l,
            m); /* a target that has ended by now makes it a dead letter, and the asker hears */
}

static void commit_request(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    if ((m->flags & MSG_ON_BEHALF) != 0) {
        commit_delegate(l, m);
        return;
    }
    if (a->carried != 0) {
        commit_carried(l, a->carried);
    }
    list_insert_before(&l->tx.cell->asks, &a->pending);
    if (RT_UNLIKELY(a->exclusive)) {
        mailbox_annex(&l->tx.cell->mb)->exclusive++;
        l->tx.cell->calm = false;
    }
    if (RT_UNLIKELY(m->note != ACTOR_OK)) {
        end_at_once(l, m, (actor_err)m->note);
        return;
    }
    wheel_set(&l->wheel, &a->timer, a->deadline);
    send_counted(l, m);
}

static void commit_keep(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    a->tx &= (uint8_t)~TX_KEEPS;
    /* A call that the same handler went on to end or pass on is not kept any more. */
    if (a->tx == 0 && a->hold != HOLD_KEPT) {
        a->hold = HOLD_KEPT;
        list_insert_before(&l->tx.cell->kept, &a->kept);
        leave_hand(l, a);
    }
    msg_free(&l->pool, m);
}

static void commit_reply(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    leave_hand(l, a);
    if (m->note != ACTOR_OK) {
        actor_err err = (actor_err)m->note;
        msg_free(&l->pool, m);
        send_end_call_error(l, a, err);
    } else {
        send_end_call(l, a, m);
    }
}

struct tx_entry *tx_note(struct local *l, size_t size, size_t bytes, tx_effect *commit,
        tx_effect *abort, actor_err *ret_err)
{
    *ret_err = ACTOR_ERR_LIMIT;
    if (!tx_has_room(l, bytes)) {
        return NULL;
    }
    struct msg *m = msg_new(&l->pool, MSG_EFFECT, size - sizeof(struct ask_msg));
    *ret_err = m == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK;
    if (m == NULL) {
        return NULL;
    }
    struct tx_entry *e = (struct tx_entry *)(void *)m;
    e->commit = commit;
    e->abort = abort;
    tx_add(l, m, bytes);
    return e;
}

void tx_commit(struct local *l)
{
    struct msg *m;
    if (l->tx.outbox.head == NULL) {
        tx_commit_plain(l);
        return;
    }
    tx_gather_plain(l);
    while ((m = queue_pop(&l->tx.outbox)) != NULL) {
        switch ((enum msg_kind)m->kind) {
        case MSG_TELL: send_counted(l, m); break;
        case MSG_REQUEST: commit_request(l, m); break;
        case MSG_REPLY: commit_reply(l, m); break;
        case MSG_KEEP: commit_keep(l, m); break;
        case MSG_EFFECT: {
            struct tx_entry *e = (struct tx_entry *)(void *)m;
            e->commit(l, e);
            break;
        }
        case MSG_ALARM:
        case MSG_TOKEN: rt_broken("what is never in an outbox", __FILE__, __LINE__);
        case MSG_EVENT:
        case MSG_STOP:
        case MSG_ENDED: send_deliver(l, m); break;
        }
    }
    tx_clear(&l->tx, l->outbox_bytes);
}

static void give_places_back(struct local *l, const struct msg *m)
{
    send_give_back(l, m->target, m->index, m->flags);
}

static void abort_request(struct local *l, struct msg *m)
{
    struct ask *a = msg_ask(m);
    give_places_back(l, m);
    if ((m->flags & MSG_ON_BEHALF) != 0) {
        a->tx = 0; /* the call stays where it is */
    } else {
        struct ask *carried = tx_find_call(l, a->carried);
        if (carried != NULL) {
            carried->tx = 0;
        }
        /* The call was given to nobody: both sides are done. */
        ask_free(l, a);
    }
    msg_free(&l->pool, m);
}

void tx_abort(struct local *l)
{
    struct msg *m;
    tx_gather_plain(l);
    while ((m = queue_pop(&l->tx.outbox)) != NULL) {
        switch ((enum msg_kind)m->kind) {
        case MSG_TELL:
            give_places_back(l, m);
            msg_free(&l->pool, m);
            break;
        case MSG_REQUEST: abort_request(l, m); break;
        case MSG_REPLY:
        case MSG_KEEP:
            msg_ask(m)->tx = 0;
            msg_free(&l->pool, m);
            break;
        case MSG_EFFECT: {
            struct tx_entry *e = (struct tx_entry *)(void *)m;
            e->abort(l, e);
            break;
        }
        case MSG_ALARM:
        case MSG_TOKEN:
        case MSG_EVENT:
        case MSG_STOP:
        case MSG_ENDED: msg_free(&l->pool, m); break;
        }
    }
    tx_clear(&l->tx, l->outbox_bytes);
}

void tx_end_call(struct local *l, actor_err err)
{
    struct ask *a = l->tx.hand_ask;
    l->tx.hand_ask = NULL;
    if (err == ACTOR_ERR_NO_ANSWER && a->hold == HOLD_KEPT) {
        return; /* before its ask came back */
    }
    if (err == ACTOR_ERR_NO_ANSWER && a->carriers > 0) {
        a->hold = HOLD_CARRIED; /* another ask brings it back */
        return;
    }
    /* The clock is read anew, as the handler may have taken long. */
    if (err == ACTOR_ERR_NO_ANSWER && local_clock(l) >= a->deadline) {
        err = ACTOR_ERR_TIMEOUT; /* its asker is about to find that out */
    } else if (err == ACTOR_ERR_NO_ANSWER && a->refused) {
        err = ACTOR_ERR_REFUSED;
    }
    send_end_call_error(l, a, err);
}
