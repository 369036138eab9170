/* SPDX-License-Identifier: MIT */
/*
 * sharing.c - see sharing.h.
 *
 * Two workers do not do more than one where handlers are short and their actors talk to each other: a message
 * that goes to another core costs more than to handle it. So each worker looks, every few thousand messages, at
 * how many of them went to others or came from there, and how long all of them took. If that was too much talk it
 * gives all that waits to the first worker, and sleeps; its idle actors follow when they are sent to. For a while
 * no work is given away, twice as long each time that it comes to the same again.
 */
#include "sharing.h"

#include "alarm.h"

enum {
    LOOK_AT = 4096, /* messages, handled here or sent away, between two looks */
    FOREIGN_SHARE =
            4, /* one in so many that comes from elsewhere, or goes there, is too much … */
    SHORT_NS = 1000,        /* … where each takes less than this */
    PAUSE_MIN_NS = 2000000, /* first and longest time without sharing */
    PAUSE_MAX_NS = 1000000000,
    LASTING_NS = 50000000 /* sharing that went well for so long was right */
};

bool sharing_take_over(struct local *from, struct local *owner, struct cell *c)
{
    if (from->kind != LOCAL_WORKER || owner->kind != LOCAL_WORKER || !mail_lock_asleep(owner)) {
        return false;
    }
    /* acquire: pairs with the release in cell_hand_over(); one that is scheduled was sent there by join(), and will
     * be queued by the job that is under way. Nobody else takes it away under the lock. */
    bool can = load_acq(&c->owner) == owner && cell_status(c) != CELL_FREE &&
               (c->flags & CELL_SCHEDULED) == 0;
    if (can) {
        c->flags |= CELL_NOTIFIED;
        alarm_move(c, from);
        cell_hand_over(c, from);
    }
    mail_unlock(owner, MAIL_ASLEEP);
    if (can) {
        local_schedule(from, c);
    }
    return can;
}

/* Moves up to `n` cells to the run queue of a worker that is locked. */
static void move_cells(struct local *l, struct local *to, uint32_t n)
{
    struct cell *c;
    while (n-- > 0 && (c = run_queue_pop(&l->runnable)) != NULL) {
        run_queue_push(&to->runnable, c);
        alarm_move(c, to);
        cell_hand_over(c, to);
    }
}

/* relaxed, all: hints, that need not be of the same moment. */
static bool may_share(struct local *l)
{
    struct shared *s = l->shared;
    int64_t after = load_rlx(&s->share_after);
    if (l->now < after) {
        return false;
    }
    if (load_rlx(&s->shared_since) <= after) {
        store_rlx(&s->shared_since, l->now + 1);
    }
    return true;
}

void sharing_give(struct local *l)
{
    struct shared *s = l->shared;
    /* relaxed: a hint; mail_lock_asleep() decides. */
    uint64_t idle = load_rlx(&s->idle);
    if (RT_LIKELY(idle == 0) || !may_share(l)) {
        return;
    }
    struct local *to = &s->workers[__builtin_ctzll(idle)];
    if (!mail_lock_asleep(to)) {
        return;
    }
    move_cells(l, to, run_queue_count(&l->runnable) / 2);
    /* acq_rel: nothing depends on the order; there is no weaker one by that name. */
    and_acq_rel(&s->idle, ~(UINT64_C(1) << to->index));
    mail_unlock(to, MAIL_EMPTY);
    parker_wake(&to->parker);
}

/* ---- Going together ------------------------------------------------------------------------ */

/* On the worker that gets them. */
static void receive(struct local *l, struct job *job)
{
    struct local *from =
            (struct local *)(void *)((char *)job - offsetof(struct local, sharing.job));
    struct cell *c;
    while ((c = run_queue_pop(&from->sharing.moving)) != NULL) {
        alarm_move(c, l);
        run_queue_push(&l->runnable, c);
    }
    /* release: pairs with the acquire in sharing_look(): the queue is free again. */
    store_rel(&from->sharing.under_way, false);
}

/* Others write these as well; each of their values will do. relaxed, all. */
static void pause_sharing(struct local *l)
{
    struct shared *s = l->shared;
    int64_t pause = 2 * load_rlx(&s->share_pause);
    if (pause < PAUSE_MIN_NS || l->now - load_rlx(&s->shared_since) > LASTING_NS) {
        pause = PAUSE_MIN_NS;
    }
    pause = rt_min_i64(pause, PAUSE_MAX_NS);
    store_rlx(&s->share_pause, pause);
    store_rlx(&s->share_after, l->now + pause);
}

static void join(struct local *l, struct local *to)
{
    pause_sharing(l);
    l->sharing.job.run = receive;
    /* relaxed: the other side is given it by mail_push(). */
    store_rlx(&l->sharing.under_way, true);
    struct cell *c;
    while ((c = run_queue_pop(&l->runnable)) != NULL) {
        run_queue_push(&l->sharing.moving, c);
        alarm_rest(c); /* `to` is awake, and its wheel its own */
        cell_hand_over(c, to);
    }
    mail_push(to, mail_of_job(&l->sharing.job));
}

void sharing_look(struct local *l)
{
    /* relaxed: own counter */
    uint64_t turns = load_rlx(&l->turns);
    uint32_t foreign = l->foreign - l->sharing.foreign;
    uint64_t all = turns - l->sharing.turns + foreign;
    if (all < LOOK_AT) {
        return;
    }
    bool is_short = l->now - l->sharing.since < (int64_t)all * SHORT_NS;
    /* The first worker stays, so that not each of two goes to the other. acquire: pairs with the release in
     * receive(). */
    if (l->index > 0 && is_short && (uint64_t)foreign * FOREIGN_SHARE > all &&
            !load_acq(&l->sharing.under_way)) {
        join(l, &l->shared->workers[0]);
    }
    l->sharing.since = l->now;
    l->sharing.turns = turns;
    l->sharing.foreign = l->foreign;
}
