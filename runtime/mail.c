/* SPDX-License-Identifier: MIT */
/*
 * mail.c - see mail.h.
 *
 * The mail is a stack of items whose top word also tells whether the thread sleeps:
 *
 *     EMPTY  --fall_asleep()--> ASLEEP --push, by somebody--> items   (who pushed wakes it)
 *     EMPTY  --push-----------> items  --take()-------------> EMPTY
 *     ASLEEP --lock_asleep()--> LOCKED --unlock()-----------> ASLEEP or EMPTY (and woken)
 *     ASLEEP --wake_up()------> EMPTY
 *
 * Because sleep and mail are one word there is no moment in which a push can be missed. LOCKED lets another
 * worker act for one that sleeps, instead of waking it.
 */
#include "mail.h"

enum { LOCK_SPINS = 128 /* before giving the processor to the holder of LOCKED */ };

/* The mail's top, once nobody holds it LOCKED. */
static uintptr_t unlocked(struct local *l)
{
    uint32_t spins = 0;
    for (;;) {
        /* relaxed: whoever acts on it does so with a compare-and-swap. */
        uintptr_t now = load_rlx(&l->mail);
        if (now != MAIL_LOCKED) {
            return now;
        }
        if (++spins % LOCK_SPINS == 0) {
            sync_yield();
        } else {
            sync_pause();
        }
    }
}

void mail_push(struct local *to, uintptr_t item)
{
    uintptr_t now;
    do {
        now = unlocked(to);
        *mail_link(item) = now == MAIL_ASLEEP ? MAIL_EMPTY : now;
        /* acq_rel: the release half pairs with mail_take(). */
    } while (!cas_acq_rel(&to->mail, &now, item));
    if (now == MAIL_ASLEEP) {
        parker_wake(&to->parker);
    }
}

uintptr_t mail_take(struct local *l)
{
    if (RT_LIKELY(!local_has_mail(l))) {
        return MAIL_EMPTY;
    }
    /* acq_rel: the acquire half pairs with mail_push(). */
    uintptr_t item = xchg_acq_rel(&l->mail, MAIL_EMPTY);
    uintptr_t list = MAIL_EMPTY;
    while (item != MAIL_EMPTY) { /* oldest first */
        uintptr_t next = *mail_link(item);
        *mail_link(item) = list;
        list = item;
        item = next;
    }
    return list;
}

bool mail_lock_asleep(struct local *l)
{
    /* relaxed: a hint that saves a failing compare-and-swap. */
    uintptr_t now = load_rlx(&l->mail);
    /* acq_rel: acquire pairs with the release by which the sleeper went to sleep: what it owns is
     * ours to read and write until we unlock. */
    return now == MAIL_ASLEEP && cas_acq_rel(&l->mail, &now, MAIL_LOCKED);
}

void mail_unlock(struct local *l, uintptr_t next)
{
    /* release: what was done for the sleeper is there when it wakes. */
    store_rel(&l->mail, next);
}

bool mail_fall_asleep(struct local *l)
{
    uintptr_t now = MAIL_EMPTY;
    /* acq_rel: release pairs with mail_lock_asleep(). Fails if there is mail. */
    return cas_acq_rel(&l->mail, &now, MAIL_ASLEEP);
}

void mail_wake_up(struct local *l)
{
    uintptr_t now;
    do {
        now = unlocked(l);
        /* acq_rel: acquire pairs with mail_unlock(). */
    } while (now == MAIL_ASLEEP && !cas_acq_rel(&l->mail, &now, MAIL_EMPTY));
    /* acquire: the same, if somebody else has set EMPTY. */
    (void)load_acq(&l->mail);
}
