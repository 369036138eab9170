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

void mailbox_init(struct mailbox *mb, struct mailbox_annex *annex)
{
    *mb = (struct mailbox){ 0 };
    /* relaxed, both: publishing the slot orders them. */
    store_rlx(&mb->inbox, MAILBOX_PARKED);
    store_rlx(&mb->annex, annex);
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
static bool open_intake(struct mailbox_annex *x, const actor_info *info, uint32_t gen)
{
    if (!intake_is_for(info)) {
        return true;
    }
    struct intake *in = x->intakes;
    if (in == NULL || in->class_count < info->class_count) {
        in = intake_new(info->class_count);
        if (in == NULL) {
            return false;
        }
        in->older = x->intakes;
        x->intakes = in;
    }
    intake_open(in, info, gen);
    /* release: pairs with the acquire in mailbox_send(). */
    store_rel(&x->intake, in);
    return true;
}

static bool is_exclusive(const actor_info *info)
{
    for (uint16_t i = 0; i < info->ask_count; i++) {
        if (info->asks[i].exclusive) {
            return true;
        }
    }
    return false;
}

static bool has_urgent(const actor_info *info)
{
    for (uint16_t i = 0; i < info->class_count; i++) {
        if (info->classes[i].urgent) {
            return true;
        }
    }
    return false;
}

bool mailbox_needs_annex(const actor_info *info)
{
    return info->mailbox > 0 || info->modes != NULL || has_limits(info) || has_urgent(info) ||
           is_exclusive(info);
}

bool mailbox_open(struct mailbox_annex *x, const actor_info *info, uint32_t gen)
{
    if (!open_intake(x, info, gen)) {
        return false;
    }
    bool has_gates = has_limits(info) || info->reserves != NULL;
    uint32_t gates = has_gates ? info->class_count : 0;
    /* relaxed: as below. */
    store_rlx(&x->load, (uint64_t)gen << 32);
    if (gates == 0 && info->mailbox == 0) {
        return true;
    }
    /* relaxed: only the slot's owner stores here. */
    struct admission *a = load_rlx(&x->admission);
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
    store_rel(&x->admission, a);
    return true;
}

void mailbox_fini(struct mailbox_annex *x)
{
    /* relaxed: no other thread is left. */
    struct admission *a = load_rlx(&x->admission);
    while (a != NULL) {
        struct admission *older = a->older;
        free(a);
        a = older;
    }
    while (x->intakes != NULL) {
        struct intake *in = x->intakes;
        x->intakes = in->older;
        intake_free(in);
    }
}

/* Any thread. */
static struct admission *admission_of(const struct mailbox *mb)
{
    /* acquire, both: pair with the releases in mailbox_open() and of whoever made the annex. */
    return load_acq(&load_acq(&mb->annex)->admission);
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
    struct admission *a = admission_of(mb);
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
    const struct admission *a =
            load_rlx(&mailbox_annex(mb)->admission); /* relaxed: the owner's own store */
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
    /* acquire: pairs with the release of whoever made the annex; a pool's members have one. */
    if (places_take(&load_acq(&mb->annex)->load, gen, UINT32_MAX) == ACTOR_OK) {
        *flags |= MSG_IS_LOAD;
    }
}

uint64_t mailbox_load(struct mailbox *mb, uint32_t gen)
{
    /* acquire: as above. relaxed: out of date as soon as it is read. */
    uint64_t load = load_rlx(&load_acq(&mb->annex)->load);
    return load >> 32 != gen ? 0 : load & UINT32_MAX;
}

void mailbox_release_places(struct mailbox *mb, uint16_t index, uint32_t gen, uint8_t flags)
{
    if ((flags & MSG_IS_LOAD) != 0) {
        /* acquire: as in mailbox_add_load(). */
        places_give(&load_acq(&mb->annex)->load, gen);
    }
    if ((flags & (MSG_HAS_CLASS_PLACE | MSG_HAS_MAILBOX_PLACE | MSG_HAS_RESERVED_PLACE)) == 0) {
        return;
    }
    struct admission *a = admission_of(mb);
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

/*
 * The inbox's word: the newest message, and in the 16 bits that no address of a process has, how many there are;
 * more than they can tell count as that many.
 */
enum { DEPTH_SHIFT = 48, DEPTH_MAX = UINT16_MAX };

static struct msg *inbox_msg(uintptr_t word)
{
    uintptr_t address = word & ((UINT64_C(1) << DEPTH_SHIFT) - 1);
    return address == MAILBOX_PARKED ? NULL : (struct msg *)address;
}

static uint32_t inbox_depth(uintptr_t word)
{
    return (uint32_t)(word >> DEPTH_SHIFT);
}

static uintptr_t inbox_word(struct msg *m, uint32_t depth)
{
    uintptr_t address = (uintptr_t)m;
    RT_ASSERT(address >> DEPTH_SHIFT == 0);
    return address | (uintptr_t)(depth > DEPTH_MAX ? DEPTH_MAX : depth) << DEPTH_SHIFT;
}

/* Pushes a message that counts as `depth`. */
static bool push(struct mailbox *mb, struct msg *m, uint32_t depth)
{
    /* relaxed: the compare-and-swap below decides. */
    uintptr_t now = load_rlx(&mb->inbox);
    do {
        m->next = inbox_msg(now);
        /* acq_rel: the release half pairs with mailbox_drain(), mailbox_park() and
         * mailbox_has_inbox(): the message is whole before it is seen. */
    } while (!cas_acq_rel(&mb->inbox, &now, inbox_word(m, inbox_depth(now) + depth)));
    return now == MAILBOX_PARKED;
}

bool mailbox_push(struct mailbox *mb, struct msg *m)
{
    return push(mb, m, 1);
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
    bool notify = signal && push(mb, &in->token, 0); /* the token is no message */
    intake_leave(in);
    *ret_dropped = dropped;
    return notify;
}

struct msg *mailbox_close(struct mailbox *mb)
{
    /* relaxed, both: the owner's own store; a sender that is late finds the intake closed. */
    struct mailbox_annex *x = mailbox_annex(mb);
    struct intake *in = load_rlx(&x->intake);
    if (in == NULL) {
        return NULL;
    }
    store_rlx(&x->intake, NULL);
    return intake_close(in);
}

/* Oldest first: the stack, turned round. */
static struct msg *turned(uintptr_t word)
{
    struct msg *list = NULL;
    struct msg *m = inbox_msg(word);
    while (m != NULL) {
        struct msg *next = m->next;
        m->next = list;
        list = m;
        m = next;
    }
    return list;
}

uint32_t mailbox_length(const struct mailbox *mb)
{
    uintptr_t inbox =
            load_rlx(&mb->inbox); /* relaxed, as all: any of them may change in between */
    /* acquire, both: pair with the releases in mailbox_open() and of whoever made the annex. */
    struct intake *in = load_acq(&load_acq(&mb->annex)->intake);
    return mailbox_queued(mb) + inbox_depth(inbox) + (in == NULL ? 0 : load_rlx(&in->waiting));
}

struct msg *mailbox_drain(struct mailbox *mb)
{
    RT_ASSERT(mailbox_has_inbox(mb));
    /* acq_rel: the acquire half pairs with the push. */
    return turned(xchg_acq_rel(&mb->inbox, 0));
}

struct msg *mailbox_park(struct mailbox *mb)
{
    /* acq_rel: acquire pairs with the push whose messages we get; release hands what this owner
     * did to whoever is notified by the next push. */
    return turned(xchg_acq_rel(&mb->inbox, MAILBOX_PARKED));
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
