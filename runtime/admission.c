/* SPDX-License-Identifier: MIT */
/*
 * admission.c - places in a mailbox, which senders take and owners give back. Any thread. See mailbox.h.
 */
#include "mailbox.h"

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
