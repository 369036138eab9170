/* SPDX-License-Identifier: MIT */
/*
 * mailbox.c - see mailbox.h.
 *
 * The inbox
 * ---------
 * A stack that pushers build with one compare-and-swap and the owner takes as a whole and turns
 * round. Its word also says whether the owner knows of it:
 *
 *     PARKED --push--> list    this pusher, and no other, notifies the owner
 *     list   --push--> list    the notification is on its way, or the owner is looking
 *     list   --drain-> 0       likewise; a push into 0 does not notify
 *     0,list --park--> PARKED  only after the notification has been received
 *
 * So an actor stands in its owner's notifications at most once, whatever happens, and one that is
 * sent to only by actors of its own worker never leaves PARKED: no atomic read-modify-write.
 *
 * Parking is one exchange, acq_rel. A release store, a fence and a second look would lose
 * wake-ups under the C11 model.
 */
#include "mailbox.h"

#include <stdlib.h>

void mailbox_init(struct mailbox *mb)
{
    *mb = (struct mailbox){ 0 };
    /* relaxed, all: publishing the slot orders them. */
    store_rlx(&mb->inbox, MAILBOX_PARKED);
    store_rlx(&mb->admission, NULL);
    store_rlx(&mb->intake, NULL);
    store_rlx(&mb->load, 0);
}

static bool has_limits(const actor_info *info)
{
    for (uint16_t i = 0; i < info->class_count; i++) {
        if (info->classes[i].limit > 0) {
            return true;
        }
    }
    return false;
}

static struct admission *admission_new(uint32_t gate_count)
{
    struct admission *a = calloc(1, sizeof *a + gate_count * sizeof a->gates[0]);
    if (a != NULL) {
        a->gate_count = gate_count;
    }
    return a;
}

/* Opens an intake if this type has one; false when memory is out. */
static bool open_intake(struct mailbox *mb, const actor_info *info, uint32_t gen)
{
    if (!intake_is_for(info)) {
        return true;
    }
    struct intake *in = mb->intakes;
    if (in == NULL || in->class_count < info->class_count) {
        in = intake_new(info->class_count);
        if (in == NULL) {
            return false;
        }
        in->older = mb->intakes;
        mb->intakes = in;
    }
    intake_open(in, info, gen);
    /* release: pairs with the acquire in mailbox_send(). */
    store_rel(&mb->intake, in);
    return true;
}

bool mailbox_open(struct mailbox *mb, const actor_info *info, uint32_t gen)
{
    if (!open_intake(mb, info, gen)) {
        return false;
    }
    bool has_gates = has_limits(info) || info->reserves != NULL;
    uint32_t gates = has_gates ? info->class_count : 0;
    /* relaxed: as below. */
    store_rlx(&mb->load, (uint64_t)gen << 32);
    if (gates == 0 && info->mailbox == 0) {
        return true;
    }
    /* relaxed: only the slot's owner stores here. */
    struct admission *a = load_rlx(&mb->admission);
    if (a == NULL || a->gate_count < gates) {
        struct admission *larger = admission_new(gates);
        if (larger == NULL) {
            return false;
        }
        larger->older = a;
        a = larger;
    }
    /* relaxed: a sender that sees them early finds a generation it does not hold. */
    store_rlx(&a->taken, (uint64_t)gen << 32);
    for (uint32_t i = 0; i < a->gate_count; i++) {
        store_rlx(&a->gates[i].taken, (uint64_t)gen << 32);
        store_rlx(&a->gates[i].reserved, (uint64_t)gen << 32);
        a->gates[i].count = 0;
        a->gates[i].stashed = 0;
    }
    /* release: pairs with the acquire in mailbox_reserve(). */
    store_rel(&mb->admission, a);
    return true;
}

void mailbox_fini(struct mailbox *mb)
{
    /* relaxed: no other thread is left. */
    struct admission *a = load_rlx(&mb->admission);
    while (a != NULL) {
        struct admission *older = a->older;
        free(a);
        a = older;
    }
    while (mb->intakes != NULL) {
        struct intake *in = mb->intakes;
        mb->intakes = in->older;
        intake_free(in);
    }
}

static actor_err places_take(places *p, uint32_t gen, uint64_t limit)
{
    limit = limit > UINT32_MAX ? UINT32_MAX : limit;
    /* relaxed: the compare-and-swap below decides. */
    uint64_t now = load_rlx(p);
    do {
        if ((uint32_t)(now >> 32) != gen) {
            return ACTOR_ERR_STOPPED;
        }
        if ((uint32_t)now >= limit) {
            return ACTOR_ERR_REFUSED;
        }
        /* acq_rel, stronger than a counter needs: only bounded mailboxes pay for it. */
    } while (!cas_acq_rel(p, &now, now + 1));
    return ACTOR_OK;
}

/* Takes a place by a policy; one that throttles has as many again for what a handler sends before
 * it can be suspended. */
static actor_err places_admit(
        places *p, uint32_t gen, uint32_t bound, uint32_t more, uint8_t *flags)
{
    actor_err err = places_take(p, gen, bound);
    if (more == 0) {
        return err;
    }
    if (err == ACTOR_ERR_REFUSED) {
        *flags |= MSG_IS_BEYOND;
        err = places_take(p, gen, (uint64_t)bound + more);
    }
    *flags |= err == ACTOR_OK ? MSG_IS_THROTTLED : 0;
    return err;
}

static void places_give(places *p, uint32_t gen)
{
    /* relaxed: the compare-and-swap below decides. */
    uint64_t now = load_rlx(p);
    do {
        if ((uint32_t)(now >> 32) != gen || (uint32_t)now == 0) {
            return;
        }
        /* acq_rel: as in places_take(). */
    } while (!cas_acq_rel(p, &now, now - 1));
}

/* Takes one of the class's own places, or, if there is none or it is taken, one for all. */
static actor_err take_mailbox_place(struct admission *a, const actor_info *info, uint16_t index,
        uint32_t gen, uint8_t *flags)
{
    if (info->reserves != NULL && info->reserves[index] > 0) {
        actor_err err = places_take(&a->gates[index].reserved, gen, info->reserves[index]);
        if (err != ACTOR_ERR_REFUSED) {
            *flags |= err == ACTOR_OK ? MSG_HAS_RESERVED_PLACE : 0;
            return err;
        }
    }
    uint32_t more = info->overflow == ACTOR_THROTTLE ? info->mailbox : 0;
    actor_err err = places_admit(&a->taken, gen, info->mailbox - info->reserved, more, flags);
    *flags |= err == ACTOR_OK ? MSG_HAS_MAILBOX_PLACE : 0;
    return err;
}

actor_err mailbox_reserve_places(struct mailbox *mb, const actor_info *info, uint16_t index,
        uint32_t gen, uint8_t *ret_flags)
{
    const actor_class *class = &info->classes[index];
    bool makes_room = class->limit > 0 && class->overflow == ACTOR_DROP_OLDEST;
    bool class_place = class->limit > 0 && !makes_room;
    /* A class that makes its own room is bounded by that alone, and can never fill the mailbox. */
    bool mailbox_place =
            info->mailbox > 0 && info->overflow != ACTOR_DROP_OLDEST && !makes_room;
    if (!mailbox_place && !class_place) {
        return ACTOR_OK;
    }
    /* acquire: pairs with the release in mailbox_open(). */
    struct admission *a = load_acq(&mb->admission);
    bool needs_gate = class_place || (mailbox_place && info->reserves != NULL);
    if (a == NULL || (needs_gate && index >= a->gate_count)) {
        return ACTOR_ERR_STOPPED; /* the slot is another actor's by now */
    }
    if (class_place) {
        uint32_t more = class->overflow == ACTOR_THROTTLE ? class->limit : 0;
        actor_err err =
                places_admit(&a->gates[index].taken, gen, class->limit, more, ret_flags);
        if (err != ACTOR_OK) {
            return err;
        }
        *ret_flags |= MSG_HAS_CLASS_PLACE;
    }
    if (mailbox_place) {
        actor_err err = take_mailbox_place(a, info, index, gen, ret_flags);
        if (err != ACTOR_OK) {
            mailbox_release(mb, index, gen, *ret_flags);
            *ret_flags &= MSG_IS_BEYOND;
            return err;
        }
    }
    return ACTOR_OK;
}

/* relaxed: the owner looks again after each place that it gives back, and when others have. */
static uint64_t taken(const places *p)
{
    return load_rlx(p) & UINT32_MAX;
}

bool mailbox_has_room(
        const struct mailbox *mb, const actor_info *info, uint16_t index, uint32_t more)
{
    const actor_class *class = &info->classes[index];
    const struct admission *a = load_rlx(&mb->admission); /* relaxed: the owner's own store */
    if (class->limit > 0 && class->overflow == ACTOR_THROTTLE &&
            taken(&a->gates[index].taken) + more > class->limit) {
        return false;
    }
    if (info->mailbox == 0 || info->overflow != ACTOR_THROTTLE) {
        return true;
    }
    bool has_own = more > 0 && info->reserves != NULL &&
                   taken(&a->gates[index].reserved) < info->reserves[index];
    return has_own || taken(&a->taken) + more <= info->mailbox - info->reserved;
}

void mailbox_add_load(struct mailbox *mb, uint32_t gen, uint8_t *flags)
{
    if (places_take(&mb->load, gen, UINT32_MAX) == ACTOR_OK) {
        *flags |= MSG_IS_LOAD;
    }
}

uint64_t mailbox_load(struct mailbox *mb, uint32_t gen)
{
    /* relaxed: out of date as soon as it is read. */
    uint64_t load = load_rlx(&mb->load);
    return load >> 32 != gen ? 0 : load & UINT32_MAX;
}

void mailbox_release_places(struct mailbox *mb, uint16_t index, uint32_t gen, uint8_t flags)
{
    if ((flags & MSG_IS_LOAD) != 0) {
        places_give(&mb->load, gen);
    }
    if ((flags & (MSG_HAS_CLASS_PLACE | MSG_HAS_MAILBOX_PLACE | MSG_HAS_RESERVED_PLACE)) == 0) {
        return;
    }
    /* acquire: pairs with the release in mailbox_open(). */
    struct admission *a = load_acq(&mb->admission);
    if ((flags & MSG_HAS_CLASS_PLACE) != 0 && index < a->gate_count) {
        places_give(&a->gates[index].taken, gen);
    }
    if ((flags & MSG_HAS_RESERVED_PLACE) != 0 && index < a->gate_count) {
        places_give(&a->gates[index].reserved, gen);
    }
    if ((flags & MSG_HAS_MAILBOX_PLACE) != 0) {
        places_give(&a->taken, gen);
    }
}

bool mailbox_push(struct mailbox *mb, struct msg *m)
{
    /* relaxed: the compare-and-swap below decides. */
    uintptr_t now = load_rlx(&mb->inbox);
    do {
        m->next = now == MAILBOX_PARKED ? NULL : (struct msg *)now;
        /* acq_rel: the release half pairs with mailbox_drain(), mailbox_park() and
         * mailbox_has_inbox(): the message is whole before it is seen. */
    } while (!cas_acq_rel(&mb->inbox, &now, (uintptr_t)m));
    add_rlx(&mb->pushed, 1); /* relaxed: a number for people */
    return now == MAILBOX_PARKED;
}

bool mailbox_push_bounded(
        struct mailbox *mb, struct intake *in, struct msg *m, struct msg **ret_dropped)
{
    uint32_t gen = (uint32_t)(m->target >> 32);
    if (!intake_enter(in, gen)) {
        return mailbox_push(mb, m); /* for nobody: a dead letter */
    }
    bool signal;
    struct msg *dropped = intake_add(in, m, &signal);
    if (dropped != NULL) {
        /* Before the owner can see the message that came instead: whoever waits for the place is
         * looked for after that one. */
        mailbox_release(mb, dropped->index, gen, dropped->flags);
    }
    bool notify = signal && mailbox_push(mb, &in->token);
    if (signal) {
        sub_rlx(&mb->pushed, 1); /* relaxed: as in mailbox_push(). The token is no message. */
    }
    intake_leave(in);
    *ret_dropped = dropped;
    return notify;
}

struct msg *mailbox_collect(struct mailbox *mb, struct msg *token)
{
    /* relaxed: the owner's own counter. The token, which was counted as all that is drained, is no
     * message: one less, modulo 2^32. */
    count_up(&mb->drained, UINT32_MAX);
    return intake_collect(intake_of(token));
}

struct msg *mailbox_close(struct mailbox *mb)
{
    /* relaxed, both: the owner's own store; a sender that is late finds the intake closed. */
    struct intake *in = load_rlx(&mb->intake);
    store_rlx(&mb->intake, NULL);
    return in == NULL ? NULL : intake_close(in);
}

/* Oldest first: the stack, turned round. */
static struct msg *turned(struct mailbox *mb, uintptr_t word)
{
    struct msg *list = NULL;
    uint32_t count = 0;
    struct msg *m = word == MAILBOX_PARKED ? NULL : (struct msg *)word;
    while (m != NULL) {
        struct msg *next = m->next;
        m->next = list;
        list = m;
        m = next;
        count++;
    }
    count_up(&mb->drained, count); /* relaxed: the owner's own counter */
    return list;
}

uint32_t mailbox_length(const struct mailbox *mb)
{
    /* relaxed, all: any of them may change in between. */
    uint32_t drained = load_rlx(&mb->drained);
    uint32_t inbox = load_rlx(&mb->pushed) - drained;
    /* acquire: pairs with the release in mailbox_open(). */
    struct intake *in = load_acq(&mb->intake);
    uint32_t waiting = in == NULL ? 0 : load_rlx(&in->waiting);
    /* Counted after it was pushed, a message may have been drained before. */
    return mailbox_queued(mb) + waiting + (inbox > UINT32_MAX / 2 ? 0 : inbox);
}

struct msg *mailbox_drain(struct mailbox *mb)
{
    RT_ASSERT(mailbox_has_inbox(mb));
    /* acq_rel: the acquire half pairs with the push. */
    return turned(mb, xchg_acq_rel(&mb->inbox, 0));
}

struct msg *mailbox_park(struct mailbox *mb)
{
    /* acq_rel: acquire pairs with the push whose messages we get; release hands what this owner
     * did to whoever is notified by the next push. */
    return turned(mb, xchg_acq_rel(&mb->inbox, MAILBOX_PARKED));
}

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
                   ? &load_rlx(&mb->admission)->gates[m->index]
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
    if (mb->stash == NULL) {
        return NULL;
    }
    struct msg *m = take_oldest_user(&mb->stash->kept, class);
    if (m != NULL) {
        mb->stash->bounded--;
    } else {
        m = take_oldest_user(&mb->stash->released, class);
        mb->gated -= m != NULL ? 1 : 0;
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
    m = take_oldest_user(&mb->lanes[LANE_NORMAL], ANY_CLASS);
    struct admission *a = load_rlx(&mb->admission); /* relaxed: the owner's own store */
    for (uint16_t i = 0; m == NULL && mb->gated > 0 && i < a->gate_count; i++) {
        m = queue_pop(&a->gates[i].lane);
        if (m != NULL) {
            a->gates[i].count--;
            mb->gated--;
        }
    }
    if (m == NULL) {
        m = take_oldest_user(&mb->lanes[LANE_URGENT], ANY_CLASS);
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
            mb->gated--;
            count_out(mb, 1);
        }
    }
    g->count++;
    mb->gated++;
    count_in(mb, 1);
    queue_push(&g->lane, m);
    return oldest;
}

/* How many messages count against the mailbox's bound. */
static uint32_t bounded(const struct mailbox *mb)
{
    return mailbox_queued(mb) + (mb->stash == NULL ? 0 : mb->stash->bounded);
}

struct msg *mailbox_put(struct mailbox *mb, const actor_info *info, struct msg *m)
{
    if (m->kind == MSG_EVENT) {
        mb->calm = false;
        queue_push(&mb->lanes[LANE_EVENTS], m);
        return NULL;
    }
    if (m->kind == MSG_REPLY && (m->flags & MSG_EXCLUSIVE) != 0) {
        mb->calm = false;
        queue_push(&mb->answers, m);
        mb->gated++;
        return NULL;
    }
    m->seq = mb->seq++;
    if (!is_user(m)) {
        bool urgent = m->kind == MSG_ALARM && info->classes[m->index].urgent;
        enum lane lane = urgent ? LANE_URGENT : LANE_NORMAL;
        if (m->kind == MSG_REPLY) {
            lane = mb->suspended ? LANE_REPLIES : LANE_NORMAL;
            mb->replies += mb->suspended ? 0 : 1;
        }
        mb->calm = mb->calm && lane == LANE_NORMAL;
        queue_push(&mb->lanes[lane], m);
        return NULL;
    }
    const actor_class *class = &info->classes[m->index];
    if (RT_UNLIKELY(class->limit > 0 && class->overflow == ACTOR_DROP_OLDEST)) {
        struct msg *oldest = put_into_gate(mb, info, gate_of(mb, info, m), m);
        if (oldest != NULL) {
            return oldest;
        }
    } else {
        mb->calm = mb->calm && !class->urgent;
        queue_push(&mb->lanes[class->urgent ? LANE_URGENT : LANE_NORMAL], m);
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
    m->flags |= MSG_STASHED;
    mb->stash->bounded += is_user(m) ? 1 : 0;
    queue_push(&mb->stash->kept, m);
}

void mailbox_unstash(struct mailbox *mb)
{
    struct stash *s = mb->stash;
    if (s->kept.head == NULL) {
        return;
    }
    for (struct msg *m = s->kept.head; m != NULL; m = m->next) {
        m->flags &= (uint8_t)~MSG_STASHED;
        mb->gated++;
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
    struct msg *m = mb->stash == NULL ? NULL : queue_pop(&mb->stash->released);
    if (m != NULL) {
        mb->gated--;
        leave_stash(mb, info, m);
    }
    return m;
}

/* The first message of a lane, or of a gate of that lane's urgency if that came earlier. */
static struct msg *take_merged(struct mailbox *mb, const actor_info *info, enum lane lane)
{
    struct msg_queue *best = &mb->lanes[lane];
    struct gate *from = NULL;
    struct admission *a = load_rlx(&mb->admission); /* relaxed: the owner's own store */
    uint32_t gates = a == NULL ? 0 : a->gate_count;
    for (uint16_t i = 0; i < info->class_count && i < gates; i++) {
        struct gate *g = &a->gates[i];
        if (g->count > 0 && info->classes[i].urgent == (lane == LANE_URGENT) &&
                (best->head == NULL || g->lane.head->seq < best->head->seq)) {
            best = &g->lane;
            from = g;
        }
    }
    if (from != NULL) {
        from->count--;
        mb->gated--;
    }
    return queue_pop(best);
}

struct msg *mailbox_take(struct mailbox *mb, const actor_info *info)
{
    struct msg *m;
    if (RT_LIKELY(mb->gated == 0)) {
        m = queue_pop(&mb->lanes[LANE_URGENT]);
        if (m == NULL) {
            m = queue_pop(&mb->lanes[LANE_NORMAL]);
        }
    } else {
        m = mailbox_take_exclusive(mb);
        if (m == NULL) {
            m = take_released(mb, info);
        }
        if (m == NULL) {
            m = take_merged(mb, info, LANE_URGENT);
        }
        if (m == NULL) {
            m = take_merged(mb, info, LANE_NORMAL);
        }
    }
    if (m != NULL && is_user(m)) {
        count_out(mb, 1);
    } else if (m != NULL && m->kind == MSG_REPLY && (m->flags & MSG_EXCLUSIVE) == 0) {
        mb->replies--;
    }
    return m;
}

void mailbox_suspend(struct mailbox *mb)
{
    struct msg_queue *lane = &mb->lanes[LANE_NORMAL];
    struct msg *before = NULL;
    struct msg *m = lane->head;
    mb->suspended = true;
    mb->calm = false;
    while (mb->replies > 0) {
        struct msg *next = m->next;
        if (m->kind != MSG_REPLY) {
            before = m;
        } else {
            if (before == NULL) {
                lane->head = next;
            } else {
                before->next = next;
            }
            lane->tail = lane->tail == m ? before : lane->tail;
            queue_push(&mb->lanes[LANE_REPLIES], m);
            mb->replies--;
        }
        m = next;
    }
}

void mailbox_resume(struct mailbox *mb)
{
    struct msg_queue *replies = &mb->lanes[LANE_REPLIES];
    struct msg_queue *lane = &mb->lanes[LANE_NORMAL];
    mb->suspended = false;
    if (replies->head == NULL) {
        return;
    }
    for (struct msg *m = replies->head; m != NULL; m = m->next) {
        m->seq = 0; /* before all that waits in gates, as before the rest of the lane */
        mb->replies++;
    }
    replies->tail->next = lane->head;
    lane->tail = lane->head == NULL ? replies->tail : lane->tail;
    lane->head = replies->head;
    replies->head = NULL;
}
