/* SPDX-License-Identifier: MIT */
/*
 * intake.c - see intake.h.
 *
 * The bounds are those of the mailbox, counted once more: what the owner has taken in counts there,
 * what has not been collected counts here. What is dropped here is what would have to go there too if
 * the owner took all in at once: a bound's worth of others comes before it by the same order.
 */
#include "intake.h"

#include <stdlib.h>

static bool makes_room(const actor_class *class)
{
    return class->limit > 0 && class->overflow == ACTOR_DROP_OLDEST;
}

bool intake_is_for(const actor_info *info)
{
    if (info->mailbox > 0 && info->overflow == ACTOR_DROP_OLDEST) {
        return true;
    }
    for (uint16_t i = 0; i < info->class_count; i++) {
        if (makes_room(&info->classes[i])) {
            return true;
        }
    }
    return false;
}

struct intake *intake_new(uint32_t class_count)
{
    struct intake *in = calloc(1, sizeof *in + class_count * sizeof in->classes[0]);
    if (in != NULL) {
        in->class_count = class_count;
        in->token.kind = MSG_TOKEN;
        in->token.pool_class = MSG_EMBEDDED;
        mutex_init(&in->lock);
    }
    return in;
}

void intake_free(struct intake *in)
{
    mutex_fini(&in->lock);
    free(in);
}

void intake_open(struct intake *in, const actor_info *info, uint32_t gen)
{
    mutex_lock(&in->lock);
    in->info = info;
    in->gen = gen;
    mutex_unlock(&in->lock);
}

bool intake_enter(struct intake *in, uint32_t gen)
{
    mutex_lock(&in->lock);
    if (in->gen == gen) {
        return true;
    }
    mutex_unlock(&in->lock);
    return false;
}

void intake_leave(struct intake *in)
{
    mutex_unlock(&in->lock);
}

static bool is_user(const struct msg *m)
{
    return m->kind == MSG_TELL || m->kind == MSG_REQUEST;
}

static struct intake_queue *queue_of(struct intake *in, const struct msg *m)
{
    if (!is_user(m)) {
        return &in->lanes[INTAKE_SYSTEM];
    }
    const actor_class *class = &in->info->classes[m->index];
    if (makes_room(class)) {
        return &in->classes[m->index];
    }
    return &in->lanes[class->urgent ? INTAKE_URGENT : INTAKE_NORMAL];
}

/* Takes the oldest of a queue. */
static struct msg *take(struct intake *in, struct intake_queue *q)
{
    struct msg *m = queue_pop(&q->msgs);
    if (m != NULL) {
        q->count--;
        in->users--;
        m->target = in->target;
        /* relaxed, both: stores are under the lock; others read it for people. */
        store_rlx(&in->waiting, load_rlx(&in->waiting) - 1);
    }
    return m;
}

/* Over the bound of the mailbox: the oldest, in the order in which make_room() in lanes.c looks. */
static struct msg *take_any(struct intake *in)
{
    struct msg *m = take(in, &in->lanes[INTAKE_NORMAL]);
    for (uint16_t i = 0; m == NULL && i < in->info->class_count; i++) {
        m = take(in, &in->classes[i]);
    }
    return m != NULL ? m : take(in, &in->lanes[INTAKE_URGENT]);
}

struct msg *intake_add(struct intake *in, struct msg *m, bool *ret_signal)
{
    const actor_info *info = in->info;
    struct intake_queue *q = queue_of(in, m);
    struct msg *dropped = NULL;
    in->target = m->target;
    if (is_user(m)) {
        if (makes_room(&info->classes[m->index]) && q->count >= info->classes[m->index].limit) {
            dropped = take(in, q);
        }
        in->users++;
    }
    m->seq = in->stamp++;
    queue_push(&q->msgs, m);
    q->count++;
    count_up(&in->waiting, 1); /* relaxed: as in take() */
    if (info->mailbox > 0 && info->overflow == ACTOR_DROP_OLDEST && in->users > info->mailbox) {
        dropped = take_any(in);
    }
    *ret_signal = !in->signalled;
    in->signalled = true;
    return dropped;
}

/* One queue of two that are each in the order of their stamps. */
static struct msg_queue merged(struct msg_queue a, struct msg_queue b)
{
    struct msg_queue both = { NULL, NULL };
    while (a.head != NULL && b.head != NULL) {
        queue_push(&both, queue_pop(a.head->seq < b.head->seq ? &a : &b));
    }
    struct msg_queue rest = a.head != NULL ? a : b;
    if (both.head == NULL) {
        return rest;
    }
    if (rest.head != NULL) {
        both.tail->next = rest.head;
        both.tail = rest.tail;
    }
    return both;
}

/* What is in a queue, which is empty then. */
static struct msg_queue emptied(struct intake_queue *q)
{
    struct msg_queue msgs = q->msgs;
    *q = (struct intake_queue){ { NULL, NULL }, 0 };
    return msgs;
}

/* Takes all there is. The caller has the lock: what is bounded is merged here, so its bounds are what
 * senders wait for at most; and the rest, which may be long, is left to be merged without it. */
static void detach(struct intake *in, struct msg_queue ret_parts[INTAKE_LANES + 1])
{
    struct msg_queue bounded = { NULL, NULL };
    for (uint32_t i = 0; i < in->class_count; i++) {
        if (in->classes[i].count > 0) {
            bounded = merged(bounded, emptied(&in->classes[i]));
        }
    }
    for (int i = 0; i < INTAKE_LANES; i++) {
        ret_parts[i] = emptied(&in->lanes[i]);
    }
    ret_parts[INTAKE_LANES] = bounded;
    in->users = 0;
    /* relaxed: as in take(). */
    store_rlx(&in->waiting, 0);
}

static struct msg *ordered(const struct msg_queue parts[INTAKE_LANES + 1], uint64_t target)
{
    struct msg_queue all = parts[INTAKE_LANES];
    for (int i = 0; i < INTAKE_LANES; i++) {
        all = merged(all, parts[i]);
    }
    for (struct msg *m = all.head; m != NULL; m = m->next) {
        m->target = target;
    }
    return all.head;
}

struct msg *intake_collect(struct intake *in)
{
    struct msg_queue parts[INTAKE_LANES + 1];
    mutex_lock(&in->lock);
    in->signalled = false;
    uint64_t target = in->target;
    detach(in, parts);
    mutex_unlock(&in->lock);
    return ordered(parts, target);
}

struct msg *intake_close(struct intake *in)
{
    struct msg_queue parts[INTAKE_LANES + 1];
    mutex_lock(&in->lock);
    in->gen = 0;
    uint64_t target = in->target;
    detach(in, parts);
    mutex_unlock(&in->lock);
    return ordered(parts, target);
}
