/* SPDX-License-Identifier: MIT */
/* throttle.c - see throttle.h. */
#include "throttle.h"

#include "event.h"

static struct wait *wait_new(struct local *l, uint64_t sender, uint64_t ref, uint16_t index)
{
    struct wait *w = pool_alloc_zero(&l->pool, sizeof *w);
    if (w != NULL) {
        list_init(&w->in_target);
        parker_init(&w->parker);
        w->sender = sender;
        w->ref = ref;
        w->index = index;
    }
    return w;
}

static void send_wait(struct local *l, struct wait *w, enum event_kind kind)
{
    struct event *e = event_new(l, w->ref, kind, 0);
    e->wait = w;
    send_deliver(l, &e->msg);
}

/* ---- Senders ----------------------------------------------------------------------------- */

bool throttle_note(struct local *l, uint64_t ref, uint16_t index)
{
    struct cell *c = l->tx.cell;
    if (c == NULL || cell_ref(c) == ref) {
        return true; /* who waited for itself would wait for ever */
    }
    for (const struct wait *w = l->tx.waits; w != NULL; w = w->next) {
        if (w->ref == ref && w->index == index) {
            return true;
        }
    }
    struct wait *w = cell_need_annex(c) == NULL ? NULL : wait_new(l, cell_ref(c), ref, index);
    if (w == NULL) {
        return false;
    }
    w->next = l->tx.waits;
    l->tx.waits = w;
    l->tx.is_odd = true;
    return true;
}

void throttle_commit(struct local *l)
{
    struct cell *c = l->tx.cell;
    struct wait *w;
    while ((w = l->tx.waits) != NULL) {
        l->tx.waits = w->next;
        if (cell_status(c) == CELL_LEAVING) {
            pool_free(&l->pool, w, sizeof *w); /* its stop hook: it will handle nothing more */
            continue;
        }
        w->next = cell_annex(c)->waits;
        cell_annex(c)->waits = w;
        send_wait(l, w, EVENT_WAIT);
    }
    if (cell_annex(c)->waits != NULL && !mailbox_annex(&c->mb)->suspended) {
        mailbox_suspend(&c->mb);
        c->calm = false;
    }
}

void throttle_abort(struct local *l)
{
    struct wait *w;
    while ((w = l->tx.waits) != NULL) {
        l->tx.waits = w->next;
        pool_free(&l->pool, w, sizeof *w);
    }
}

void throttle_go_on(struct local *l, struct cell *c, struct wait *w)
{
    struct wait **at = &cell_annex(c)->waits;
    while (*at != w) {
        at = &(*at)->next;
    }
    *at = w->next;
    send_wait_done(l, w, WAIT_DONE);
    if (cell_annex(c)->waits == NULL) {
        mailbox_resume(&c->mb);
    }
}

void throttle_leave(struct local *l, struct cell *c)
{
    struct wait *w;
    while ((w = cell_annex(c)->waits) != NULL) {
        cell_annex(c)->waits = w->next;
        send_wait(l, w, EVENT_UNWAIT);
    }
}

struct wait *throttle_begin(struct local *l, uint64_t ref, uint16_t index)
{
    struct wait *w = wait_new(l, 0, ref, index);
    if (w != NULL) {
        send_wait(l, w, EVENT_WAIT);
    }
    return w;
}

void throttle_end(struct local *l, struct wait *w, bool woken)
{
    if (woken) {
        send_wait_done(l, w, WAIT_SENDER_DONE);
    } else {
        send_wait(l, w, EVENT_UNWAIT);
    }
}

/* ---- Targets ----------------------------------------------------------------------------- */

/* An actor has sent already and waits until that fits; a thread outside is yet to send. */
static bool has_room(const struct cell *c, const struct wait *w)
{
    return mailbox_has_room(&c->mb, c->type->info, w->index, w->sender == 0 ? 1 : 0);
}

void throttle_add(struct local *l, struct cell *c, struct wait *w)
{
    bool is_going = cell_status(c) == CELL_LEAVING && (c->flags & CELL_KEEPS_SLOT) == 0;
    if (is_going || has_room(c, w)) {
        send_room(l, w);
    } else {
        list_insert_before(&cell_annex(c)->waiters, &w->in_target);
    }
}

void throttle_remove(struct local *l, struct wait *w)
{
    if (!list_empty(&w->in_target)) {
        list_remove(&w->in_target);
        send_wait_done(l, w, WAIT_TARGET_DONE);
    }
    send_wait_done(l, w, WAIT_SENDER_DONE);
}

static void let_go_on(struct local *l, struct wait *w)
{
    list_remove(&w->in_target);
    send_room(l, w);
}

void throttle_look(struct local *l, struct cell *c)
{
    struct wait *first = list_entry(cell_annex(c)->waiters.next, struct wait, in_target);
    if (!list_empty(&cell_annex(c)->waiters) && has_room(c, first)) {
        let_go_on(l, first);
    }
}

void throttle_look_at_all(struct local *l, struct cell *c)
{
    struct list *next;
    for (struct list *node = cell_annex(c)->waiters.next; node != &cell_annex(c)->waiters;
            node = next) {
        struct wait *w = list_entry(node, struct wait, in_target);
        next = node->next;
        if (has_room(c, w)) {
            let_go_on(l, w);
        }
    }
}

void throttle_release_all(struct local *l, struct cell *c)
{
    while (!list_empty(&cell_annex(c)->waiters)) {
        let_go_on(l, list_entry(cell_annex(c)->waiters.next, struct wait, in_target));
    }
}
