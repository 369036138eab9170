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
