/* SPDX-License-Identifier: MIT */
/*
 * lanes.c - what waits for an actor in which order: normal and urgent, gates of classes that drop their oldest, the
 * stash, replies that go first. Its owner's alone. See mailbox.h.
 */
#include "mailbox.h"

/* True if it counts against bounds. What a timer brings does not: an actor has at most one of each. */
static bool is_user(const struct msg *m)
{
    return m->kind == MSG_TELL || m->kind == MSG_REQUEST;
}

enum { ANY_CLASS = -1 };

static void count_in(struct mailbox *mb, uint32_t n)
{
    count_up(&mb->queued, n); /* relaxed: the owner's own counter */
}

static void count_out(struct mailbox *mb, uint32_t n)
{
    store_rlx(&mb->queued, load_rlx(&mb->queued) - n); /* relaxed, both: likewise */
}

/* Takes the oldest tell or request out of a queue, past replies and stops. */
static struct msg *take_oldest_user(struct msg_queue *q, int class)
{
    struct msg *before = NULL;
    struct msg *m = q->head;
    while (m != NULL && (!is_user(m) || (class != ANY_CLASS && m->index != class))) {
        before = m;
        m = m->next;
    }
    if (m == NULL) {
        return NULL;
    }
    if (before == NULL) {
        q->head = m->next;
    } else {
        before->next = m->next;
    }
    if (q->tail == m) {
        q->tail = before;
    }
    return m;
}

/* The gate of a message whose class makes its own room, else NULL. */
static struct gate *gate_of(
        const struct mailbox *mb, const actor_info *info, const struct msg *m)
{
    if (!is_user(m)) {
        return NULL;
    }
    const actor_class *class = &info->classes[m->index];
    /* relaxed: the owner's own store. */
    return class->limit > 0 && class->overflow == ACTOR_DROP_OLDEST
                   ? &load_rlx(&mailbox_annex(mb)->admission)->gates[m->index]
                   : NULL;
}

/* Notes that a message has left the stash. */
static void leave_stash(struct mailbox *mb, const actor_info *info, const struct msg *m)
{
    struct gate *g = gate_of(mb, info, m);
    if (g != NULL) {
        g->stashed--;
    }
}

/* Takes the oldest tell or request out of the stash. */
static struct msg *take_oldest_stashed(struct mailbox *mb, const actor_info *info, int class)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    if (x->stash == NULL) {
        return NULL;
    }
    struct msg *m = take_oldest_user(&x->stash->kept, class);
    if (m != NULL) {
        x->stash->bounded--;
    } else {
        m = take_oldest_user(&x->stash->released, class);
        x->gated -= m != NULL ? 1 : 0;
        count_out(mb, m != NULL ? 1 : 0);
    }
    if (m != NULL) {
        leave_stash(mb, info, m);
    }
    return m;
}

/* A mailbox over its bound gives up its oldest message; an urgent one last. */
static struct msg *make_room(struct mailbox *mb, const actor_info *info)
{
    struct msg *m = take_oldest_stashed(mb, info, ANY_CLASS);
    if (m != NULL) {
        return m;
    }
    struct mailbox_annex *x = mailbox_annex(mb);
    m = take_oldest_user(&mb->normal, ANY_CLASS);
    struct admission *a = load_rlx(&x->admission); /* relaxed: the owner's own store */
    for (uint16_t i = 0; m == NULL && x->gated > 0 && i < a->gate_count; i++) {
        m = queue_pop(&a->gates[i].lane);
        if (m != NULL) {
            a->gates[i].count--;
            x->gated--;
        }
    }
    if (m == NULL) {
        m = take_oldest_user(&x->urgent, ANY_CLASS);
    }
    if (m != NULL) {
        count_out(mb, 1);
    }
    return m;
}

static struct msg *put_into_gate(
        struct mailbox *mb, const actor_info *info, struct gate *g, struct msg *m)
{
    struct msg *oldest = NULL;
    if (g->count + g->stashed >= info->classes[m->index].limit) {
        oldest = g->stashed > 0 ? take_oldest_stashed(mb, info, m->index) : NULL;
        if (oldest == NULL) {
            oldest = queue_pop(&g->lane);
            g->count--;
            mailbox_annex(mb)->gated--;
            count_out(mb, 1);
        }
    }
    g->count++;
    mailbox_annex(mb)->gated++;
    count_in(mb, 1);
    queue_push(&g->lane, m);
    return oldest;
}

/* How many messages count against the mailbox's bound. */
static uint32_t bounded(const struct mailbox *mb)
{
    const struct stash *stash = mailbox_annex(mb)->stash;
    return mailbox_queued(mb) + (stash == NULL ? 0 : stash->bounded);
}

/* The lane of what is no tell or request, nor an event that nothing holds up. */
static struct msg_queue *lane_of_other(
        struct mailbox *mb, const actor_info *info, const struct msg *m)
{
    if (m->kind == MSG_ALARM && info->classes[m->index].urgent) {
        return &mailbox_annex(mb)->urgent;
    }
    return m->kind == MSG_REPLY && mailbox_annex(mb)->suspended ? &mailbox_annex(mb)->replies
                                                                : &mb->normal;
}

struct msg *mailbox_put(struct mailbox *mb, const actor_info *info, struct msg *m)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    seam_arrives(mb, m);
    if (m->kind == MSG_EVENT) {
        queue_push(&mb->events, m);
        return NULL;
    }
    if (m->kind == MSG_REPLY && (m->flags & MSG_EXCLUSIVE) != 0) {
        queue_push(&x->answers, m);
        x->gated++;
        return NULL;
    }
    if (load_rlx(&x->admission) != NULL) { /* relaxed: the owner's own store */
        m->seq = x->seq++;                 /* only those in gates are put in order by it */
    }
    if (!is_user(m)) {
        queue_push(lane_of_other(mb, info, m), m);
        return NULL;
    }
    const actor_class *class = &info->classes[m->index];
    if (RT_UNLIKELY(class->limit > 0 && class->overflow == ACTOR_DROP_OLDEST)) {
        struct msg *oldest = put_into_gate(mb, info, gate_of(mb, info, m), m);
        if (oldest != NULL) {
            return oldest;
        }
    } else {
        queue_push(class->urgent ? &x->urgent : &mb->normal, m);
        count_in(mb, 1);
    }
    if (RT_UNLIKELY(info->mailbox > 0 && info->overflow == ACTOR_DROP_OLDEST &&
                    bounded(mb) > info->mailbox)) {
        return make_room(mb, info);
    }
    return NULL;
}

void mailbox_stash(struct mailbox *mb, const actor_info *info, struct msg *m)
{
    struct gate *g = gate_of(mb, info, m);
    if (g != NULL) {
        g->stashed++;
    }
    struct stash *stash = mailbox_annex(mb)->stash;
    m->flags |= MSG_STASHED;
    stash->bounded += is_user(m) ? 1 : 0;
    queue_push(&stash->kept, m);
}

void mailbox_unstash(struct mailbox *mb)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct stash *s = x->stash;
    if (s->kept.head == NULL) {
        return;
    }
    for (struct msg *m = s->kept.head; m != NULL; m = m->next) {
        m->flags &= (uint8_t)~MSG_STASHED;
        x->gated++;
    }
    count_in(mb, s->bounded);
    s->bounded = 0;
    /* What is kept was taken before what is still released. */
    s->kept.tail->next = s->released.head;
    s->released.tail = s->released.head == NULL ? s->kept.tail : s->released.tail;
    s->released.head = s->kept.head;
    s->kept.head = NULL;
}

static struct msg *take_released(struct mailbox *mb, const actor_info *info)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg *m = x->stash == NULL ? NULL : queue_pop(&x->stash->released);
    if (m != NULL) {
        x->gated--;
        leave_stash(mb, info, m);
    }
    return m;
}

/* The first message of a lane, or of a gate of that lane's urgency if that came earlier. */
static struct msg *take_merged(struct mailbox *mb, const actor_info *info, bool urgent)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg_queue *best = urgent ? &x->urgent : &mb->normal;
    struct gate *from = NULL;
    struct admission *a = load_rlx(&x->admission); /* relaxed: the owner's own store */
    uint32_t gates = a == NULL ? 0 : a->gate_count;
    for (uint16_t i = 0; i < info->class_count && i < gates; i++) {
        struct gate *g = &a->gates[i];
        if (g->count > 0 && info->classes[i].urgent == urgent &&
                (best->head == NULL || g->lane.head->seq < best->head->seq)) {
            best = &g->lane;
            from = g;
        }
    }
    if (from != NULL) {
        from->count--;
        x->gated--;
    }
    return queue_pop(best);
}

struct msg *mailbox_take(struct mailbox *mb, const actor_info *info)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg *m;
    if (RT_LIKELY(x->gated == 0)) {
        m = queue_pop(&x->urgent);
        if (m == NULL) {
            m = queue_pop(&mb->normal);
        }
    } else {
        m = mailbox_take_exclusive(mb);
        if (m == NULL) {
            m = take_released(mb, info);
        }
        if (m == NULL) {
            m = take_merged(mb, info, true);
        }
        if (m == NULL) {
            m = take_merged(mb, info, false);
        }
    }
    if (m != NULL && is_user(m)) {
        count_out(mb, 1);
    }
    return m;
}

void mailbox_suspend(struct mailbox *mb)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg_queue others = { NULL, NULL };
    struct msg *m;
    x->suspended = true;
    while ((m = queue_pop(&mb->normal)) != NULL) {
        queue_push(m->kind == MSG_REPLY ? &x->replies : &others, m);
    }
    mb->normal = others;
}

void mailbox_resume(struct mailbox *mb)
{
    struct mailbox_annex *x = mailbox_annex(mb);
    struct msg_queue *replies = &x->replies;
    struct msg_queue *lane = &mb->normal;
    if (!x->suspended) {
        return;
    }
    x->suspended = false;
    if (replies->head == NULL) {
        return;
    }
    for (struct msg *m = replies->head; m != NULL; m = m->next) {
        m->seq = 0; /* before all that waits in gates, as before the rest of the lane */
    }
    replies->tail->next = lane->head;
    lane->tail = lane->head == NULL ? replies->tail : lane->tail;
    lane->head = replies->head;
    replies->head = NULL;
}
