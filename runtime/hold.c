/* SPDX-License-Identifier: MIT */
/* hold.c - see hold.h. */
#include "hold.h"

#include "alarm.h"

/* What an actor keeps, oldest first. Made when it first keeps something. */
struct held {
    struct list all;
};

enum held_kind {
    HELD_MESSAGE, /* or a reply with a block of its own */
    HELD_CONTEXT, /* which its ask has to forget */
    HELD_ERROR    /* a reply that is part of its ask */
};

struct hold {
    struct list link;
    const void *body;   /* as the handler knows it */
    struct msg *msg;    /* NULL of an error */
    struct ask *ask;    /* of a context or a reply; after the handler only of an error */
    uint8_t kind;       /* enum held_kind */
    uint8_t pool_class; /* of `msg` */
    bool is_leaving;    /* the running handler has released it */
};

/* ---- The actor's list ------------------------------------------------------------------- */

/* From both ends: what is kept is mostly released in the order of its coming, or of the last first. */
static struct hold *find(const struct held *held, const void *body)
{
    if (held == NULL) {
        return NULL;
    }
    const struct list *old = held->all.next;
    const struct list *young = held->all.prev;
    while (old != &held->all) {
        struct hold *first = list_entry(old, struct hold, link);
        struct hold *last = list_entry(young, struct hold, link);
        if (first->body == body || last->body == body) {
            return first->body == body ? first : last;
        }
        if (old == young || old->next == young) {
            break;
        }
        old = old->next;
        young = young->prev;
    }
    return NULL;
}

/* Forgets it, and leaves the block to whoever frees it now. */
static void forget(struct local *l, struct hold *h)
{
    list_remove(&h->link);
    if (h->msg != NULL) {
        h->msg->pool_class = h->pool_class;
    }
    pool_free(&l->pool, h, sizeof *h);
}

static void release(struct local *l, struct hold *h)
{
    struct msg *m = h->msg;
    struct ask *ask = h->ask;
    forget(l, h);
    if (m == NULL) {
        ask_asker_done(l, ask);
    } else {
        msg_free(&l->pool, m);
    }
}

void hold_release_all(struct local *l, struct cell *c)
{
    if (cell_annex(c)->held == NULL) {
        return;
    }
    while (!list_empty(&cell_annex(c)->held->all)) {
        release(l, list_entry(cell_annex(c)->held->all.next, struct hold, link));
    }
    pool_free(&l->pool, cell_annex(c)->held, sizeof *cell_annex(c)->held);
    cell_annex(c)->held = NULL;
}

static bool make_list(struct local *l, struct cell *c)
{
    if (cell_annex(c)->held == NULL) {
        struct annex *x = cell_need_annex(c);
        struct held *held = x == NULL ? NULL : pool_alloc(&l->pool, sizeof *held);
        if (held == NULL) {
            return false;
        }
        list_init(&held->all);
        x->held = held;
    }
    return true;
}

/* ---- What is in hand --------------------------------------------------------------------- */

/* Finds what `body` is of all that the running handler was given; false if it is none of that, or
 * cannot be kept. */
static bool find_given(struct local *l, const void *body, struct hold *ret_hold)
{
    const actor_event *event = l->tx.event;
    bool is_reply = event->kind >= ACTOR_EVENT_REPLY && event->kind < ACTOR_EVENT_ENDED;
    if (body == NULL || (event->kind >= ACTOR_EVENT_START && !is_reply)) {
        return false;
    }
    struct msg *m = l->hand;
    struct ask *ask = is_reply ? msg_ask(m) : NULL;
    *ret_hold = (struct hold){ .body = body, .msg = m, .ask = ask };
    if (is_reply && body == event->context) {
        ret_hold->kind = HELD_CONTEXT;
        ret_hold->msg = ask->context;
        return true;
    }
    if (is_reply && m == &ask->error.head.msg) {
        ret_hold->kind = HELD_ERROR;
        ret_hold->msg = NULL;
    }
    bool is_fleeting = m->kind == MSG_ALARM && !alarm_is_single(alarm_of(m));
    return body == event->body && !is_fleeting;
}

/* ---- Effects ---------------------------------------------------------------------------- */

struct hold_entry {
    struct tx_entry entry;
    struct hold *hold; /* to be kept; NULL to release `body` */
    const void *body;
};

static void keep(struct local *l, struct hold *h)
{
    if (h->kind == HELD_ERROR) {
        h->ask->reply_kept = true;
    } else {
        h->pool_class = h->msg->pool_class;
        h->msg->pool_class = MSG_EMBEDDED;
    }
    if (h->kind == HELD_CONTEXT) {
        h->ask->context = NULL; /* the callee may be the one that frees the ask */
    }
    list_insert_before(&cell_annex(l->tx.cell)->held->all, &h->link);
}

/* Releases it; what the handler still has in hand is freed after it, as if it had never been kept. */
static void let_go(struct local *l, struct hold *h)
{
    struct hold given;
    if (!find_given(l, h->body, &given)) {
        release(l, h);
        return;
    }
    if (h->kind == HELD_ERROR) {
        h->ask->reply_kept = false;
    } else if (h->kind == HELD_CONTEXT) {
        h->ask->context = h->msg;
    }
    forget(l, h);
}

static void commit(struct local *l, struct tx_entry *entry)
{
    struct hold_entry *e = (struct hold_entry *)(void *)entry;
    struct hold *kept = find(cell_annex(l->tx.cell)->held, e->body);
    if (e->hold == NULL) {
        if (kept != NULL) {
            let_go(l, kept);
        }
    } else if (kept != NULL) {
        pool_free(&l->pool, e->hold, sizeof *e->hold);
    } else {
        keep(l, e->hold);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_entry(struct local *l, struct tx_entry *entry)
{
    struct hold_entry *e = (struct hold_entry *)(void *)entry;
    struct hold *kept = find(cell_annex(l->tx.cell)->held, e->body);
    if (e->hold != NULL) {
        pool_free(&l->pool, e->hold, sizeof *e->hold);
    } else if (kept != NULL) {
        kept->is_leaving = false;
    }
    msg_free(&l->pool, &entry->msg);
}

/* Notes that `body` is to be kept with `h`, or, if that is NULL, released. Takes `h`. */
static actor_err note(struct local *l, const void *body, struct hold *h)
{
    actor_err err;
    struct hold_entry *e = (struct hold_entry *)(void *)tx_note(
            l, sizeof *e, sizeof *e, commit, abort_entry, &err);
    if (e == NULL) {
        pool_free(&l->pool, h, sizeof *h);
        return err;
    }
    e->hold = h;
    e->body = body;
    return ACTOR_OK;
}

/* ---- For handlers ----------------------------------------------------------------------- */

actor_err actor_message_keep(const void *self, const void *message)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct hold *kept = find(cell_annex(l->tx.cell)->held, message);
    if (kept != NULL) {
        return kept->is_leaving ? ACTOR_ERR_MISUSE : ACTOR_OK;
    }
    struct hold given;
    if (!find_given(l, message, &given)) {
        return ACTOR_ERR_MISUSE;
    }
    struct hold *h = make_list(l, l->tx.cell) ? pool_alloc(&l->pool, sizeof *h) : NULL;
    if (h == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    *h = given;
    list_init(&h->link);
    return note(l, message, h);
}

actor_err actor_message_release(const void *self, const void *message)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct hold given;
    struct hold *kept = find(cell_annex(l->tx.cell)->held, message);
    if (kept == NULL ? !find_given(l, message, &given) : kept->is_leaving) {
        return ACTOR_ERR_MISUSE;
    }
    actor_err err = note(l, message, NULL);
    if (kept != NULL && err == ACTOR_OK) {
        kept->is_leaving = true;
    }
    return err;
}
