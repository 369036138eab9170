/* SPDX-License-Identifier: MIT */
/*
 * run.c - see run.h.
 *
 * A turn handles BATCH messages if there are as many, and then all that wait, so that a flooded actor catches up
 * instead of falling behind; but none for so long that others on this thread wait for it. Who floods has as much
 * time, and sending takes longer than handling.
 */
#include "run.h"

#include "alarm.h"
#include "behaviour.h"
#include "clock.h"
#include "probe.h"
#include "spawn.h"
#include "throttle.h"
#include "tx.h"
#include "watch.h"

enum { BATCH = 64, TURN_NS = 200000, TIMED_EVERY = 1024 };

/* A message has left its lane for a handler. */
static void take_in_hand(struct local *l, struct cell *c, struct msg *m)
{
    l->tx.counts = local_counts(l, m->type, m->index);
    /* relaxed: for the ledger, which is exact only when nothing runs. */
    store_rlx(&l->in_hand, local_class(m->type, m->index));
    mailbox_release(&c->mb, m->index, ref_gen(cell_ref(c)), m->flags);
    if (RT_UNLIKELY(!list_empty(&cell_annex(c)->waiters))) {
        throttle_look(l, c);
    }
}

/* What comes after a handler, for its actor. */
static void conclude(struct local *l, struct cell *c, actor_result r)
{
    if (RT_UNLIKELY(r == ACTOR_FAILED)) {
        life_fail(l, c, l->tx.failure);
    } else if (RT_UNLIKELY(r == ACTOR_STOP)) {
        life_leave(l, c, false);
    }
}

/* A dedicated actor's handlers take their time, so its thread does not rely on an old reading. */
static bool expired(struct local *l, const struct ask *a)
{
    if (l->kind == LOCAL_DEDICATED) {
        return local_clock(l) >= a->deadline;
    }
    return l->now >= a->deadline && local_clock(l) >= a->deadline;
}

static void end_user(struct local *l, struct cell *c, struct msg *m, actor_result r)
{
    PROBE(message__end, c->slot, r, m->index);
    if (RT_LIKELY(r != ACTOR_FAILED)) {
        msg_free(&l->pool, m);
    } else {
        /* Its asker has been told by the end of the transaction, or somebody has kept its call. */
        send_bury(l, m, ACTOR_ERR_FAILED);
    }
    conclude(l, c, r);
}

static void handle_user(struct local *l, struct cell *c, struct msg *m)
{
    l->tx.is_load = (m->flags & MSG_IS_LOAD) != 0;
    m->flags &= (uint8_t)~MSG_IS_LOAD;
    take_in_hand(l, c, m);
    struct ask *a = m->kind == MSG_REQUEST ? msg_ask(m) : NULL;
    if (RT_UNLIKELY(a != NULL && expired(l, a))) {
        tx_end_load(l, c);
        tx_end_hand(l, false);
        send_drop(l, m, ACTOR_ERR_TIMEOUT);
        return;
    }
    actor_event event = { .kind = m->index,
        .mode = cell_mode(c),
        .body = msg_body(m),
        .call = a == NULL ? 0 : ask_call(a) };
    l->hand = m;
    PROBE(message__begin, c->slot, m->type, m->index);
    end_user(l, c, m, life_dispatch(l, c, &event, a));
}

/*
 * Runs a handler of an actor that is calm, and what it has done takes effect: most of what life_dispatch() does,
 * and is not needed there, has been ruled out. `hand_ask` as of tx_begin(); `n` counts the message, NULL = nobody does.
 */
static RT_INLINE actor_result dispatch_calm(struct local *l, struct cell *c,
        const actor_event *event, struct ask *hand_ask, struct counts *n)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    l->tx.cell = c;
    l->tx.event = event;
    if (hand_ask != NULL) { /* which it is of each tell, as between handlers */
        l->tx.hand_ask = hand_ask;
    }
    l->tx.failure[0] = '\0';
    actor_result r = code->dispatch(c->state, event);
    if (RT_UNLIKELY(r != ACTOR_CONTINUE || l->tx.is_odd)) {
        l->tx.counts = n;
        return life_conclude(l, r);
    }
    if (n != NULL) {
        count_up(&n->handled, 1); /* relaxed: own counter. Before what has been sent is seen. */
    }
    if (RT_LIKELY(l->tx.outbox.head == NULL)) {
        tx_commit_plain(l);
    } else {
        tx_commit(l);
    }
    if (hand_ask != NULL && RT_UNLIKELY(l->tx.hand_ask != NULL)) {
        tx_end_call(l, ACTOR_ERR_NO_ANSWER);
    }
    l->tx.cell = NULL;
    return ACTOR_CONTINUE;
}

static void end_alarm(struct local *l, struct cell *c, struct msg *m, actor_result r)
{
    if (r == ACTOR_FAILED) {
        send_note_dead(l, m, ACTOR_ERR_FAILED);
    }
    alarm_done(l, alarm_of(m));
    conclude(l, c, r);
}

/* The timer may have been cancelled since its message came; and a period goes on whatever becomes
 * of one message. */
static void handle_alarm(struct local *l, struct cell *c, struct msg *m)
{
    struct alarm *a = alarm_of(m);
    actor_action action = behaviour_of(c, m->index);
    if (a->state == ALARM_RUNG && action == ACTOR_STASHED) {
        behaviour_keep(l, c, m);
        return;
    }
    take_in_hand(l, c, m);
    if (a->state == ALARM_CANCELLED) {
        tx_end_hand(l, false);
        send_drop(l, m, ACTOR_ERR_GONE);
        return;
    }
    a->state = ALARM_IN_HAND;
    if (action != ACTOR_HANDLED) {
        tx_end_hand(l, false);
        send_note_dead(l, m, ACTOR_ERR_UNHANDLED);
        alarm_done(l, a);
        return;
    }
    actor_event event = { .kind = m->index, .mode = cell_mode(c), .body = msg_body(m) };
    l->hand = m;
    end_alarm(l, c, m, life_dispatch(l, c, &event, NULL));
}

static void end_reply(struct local *l, struct cell *c, struct msg *m, actor_result r)
{
    struct ask *a = msg_ask(m);
    if (RT_UNLIKELY(a->exclusive)) {
        mailbox_annex(&c->mb)->exclusive--;
    }
    msg_free(&l->pool, m);
    if (RT_LIKELY(!a->reply_kept)) {
        ask_asker_done(l, a);
    }
    conclude(l, c, r);
    if (RT_UNLIKELY(cell_status(c) == CELL_DRAINING) && list_empty(&c->asks)) {
        life_drain(l, c);
    }
}

static void handle_reply(struct local *l, struct cell *c, struct msg *m)
{
    struct ask *a = msg_ask(m);
    if (RT_UNLIKELY(a->abandoned)) {
        send_dead(l, m, ACTOR_ERR_STOPPED);
        return;
    }
    list_remove(&a->pending);
    struct ask *carried = a->carried == 0 ? NULL : ask_find(l, a->carried, cell_ref(c));
    if (carried != NULL) {
        carried->carriers--;
        carried->hold = carried->hold == HOLD_CARRIED ? HOLD_QUEUED : carried->hold;
    }
    actor_event event = { .kind = ACTOR_EVENT_REPLY + (uint32_t)a->index,
        .body = msg_call_body(m),
        .call = a->carried,
        .context = a->context == NULL ? NULL : msg_body(a->context) };
    l->hand = m;
    end_reply(l, c, m,
            c->calm ? dispatch_calm(l, c, &event, carried, NULL)
                    : life_dispatch(l, c, &event, carried));
}

/* The watcher may have taken the watch back, or may have been started anew since. */
static void handle_ended(struct local *l, struct cell *c, struct event *e)
{
    actor_ended ended = { .ref = e->watch->ref, .why = e->why };
    actor_event event = { .kind = ACTOR_EVENT_ENDED + (uint32_t)e->watch->index,
        .mode = cell_mode(c),
        .body = &ended };
    bool is_news = watch_end(l, c, e->watch);
    msg_free(&l->pool, &e->msg);
    l->hand = NULL;
    if (is_news) {
        conclude(l, c, life_dispatch(l, c, &event, NULL));
    }
}

/* The same as handle_user() for a message with MSG_PLAIN, to an actor that is calm. */
static RT_INLINE void handle_plain(
        struct local *l, struct cell *c, struct msg *m, struct ask *a)
{
    actor_event event;
    event.kind = m->index;
    event.mode = 0;
    event.body = a == NULL ? m + 1 : msg_call_body(m);
    event.call = a == NULL ? 0 : ask_call(a); /* and no context, which only replies have */
    store_rlx(&l->in_hand, local_class(m->type, m->index)); /* relaxed: as in take_in_hand() */
    l->hand = m;
    PROBE(message__begin, c->slot, m->type, m->index);
    actor_result r = dispatch_calm(l, c, &event, a, &c->counts[m->index]);
    if (RT_LIKELY(r == ACTOR_CONTINUE)) {
        PROBE(message__end, c->slot, r, m->index);
        msg_free(&l->pool, m);
    } else {
        end_user(l, c, m, r);
    }
}

static void handle_plain_request(struct local *l, struct cell *c, struct msg *m)
{
    struct ask *a = msg_ask(m);
    if (RT_UNLIKELY(l->now >= a->deadline || l->kind == LOCAL_DEDICATED)) {
        handle_user(l, c, m); /* which reads the clock */
        return;
    }
    handle_plain(l, c, m, a);
}

static void handle(struct local *l, struct cell *c, struct msg *m)
{
    /* relaxed: as in take_in_hand(), which says what is in hand from now on, if it is a message. */
    store_rlx(&l->in_hand, 0);
    switch ((enum msg_kind)m->kind) {
    case MSG_TELL:
    case MSG_REQUEST:
        if (RT_LIKELY(cell_status(c) == CELL_RUNNING)) {
            if (behaviour_handles(l, c, m)) {
                handle_user(l, c, m);
            }
        } else {
            /* It came after the orderly stop. */
            take_in_hand(l, c, m);
            tx_end_hand(l, false);
            send_dead(l, m, ACTOR_ERR_STOPPED);
        }
        break;
    case MSG_ALARM: handle_alarm(l, c, m); break;
    case MSG_REPLY: handle_reply(l, c, m); break;
    case MSG_ENDED: handle_ended(l, c, (struct event *)(void *)m); break;
    case MSG_EVENT:
    case MSG_STOP: life_event(l, c, (struct event *)(void *)m); break;
    case MSG_KEEP:
    case MSG_TOKEN:
    case MSG_EFFECT: rt_broken("an entry of an outbox was delivered", __FILE__, __LINE__);
    }
}

static bool listens(const struct cell *c)
{
    return cell_status(c) == CELL_RUNNING || cell_status(c) == CELL_DRAINING;
}

static struct msg *next_message(struct cell *c)
{
    struct msg *m = mailbox_take_event(&c->mb);
    if (m == NULL && listens(c)) {
        m = RT_LIKELY(!mailbox_is_shut(&c->mb)) ? mailbox_take(&c->mb, c->type->info)
                                                : mailbox_take_reply(&c->mb);
    }
    return m;
}

static bool has_work(const struct cell *c)
{
    return c->mb.events.head != NULL || (listens(c) && mailbox_waiting(&c->mb));
}

/* Takes in what was pushed since, and declares the inbox parked where that is allowed. */
static void settle_inbox(struct local *l, struct cell *c)
{
    if (RT_LIKELY(mailbox_is_parked(&c->mb))) {
        return;
    }
    if ((c->flags & CELL_NOTIFIED) != 0) {
        c->flags &= (uint8_t)~CELL_NOTIFIED;
        send_accept_all(l, c, mailbox_park(&c->mb));
    } else if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
}

/* The actor's turn is over; it goes to the end of the queue, or waits for what comes. */
static void end_turn(struct local *l, struct cell *c)
{
    store_rlx(&l->running, NULL); /* relaxed: for the listing */
    if (RT_LIKELY(c->calm && c->mb.normal.head != NULL)) {
        run_queue_push(&l->runnable, c); /* it stays calm, as all that ends that says so */
        return;
    }
    if (!has_work(c)) {
        settle_inbox(l, c);
    }
    if (RT_UNLIKELY(!list_empty(&cell_annex(c)->waiters)) && !has_work(c)) {
        throttle_look_at_all(l, c);
    }
    c->calm = local_is_calm(l, c);
    if (has_work(c)) {
        run_queue_push(&l->runnable, c);
        return;
    }
    c->flags &= (uint8_t)~CELL_SCHEDULED;
    if (RT_UNLIKELY(cell_status(c) == CELL_FREE)) {
        spawn_recycle(l, c);
    }
}

/* The handlers of a type that were timed took less than so many ns, as a power of two. */
static void note_time(struct type *type, int64_t ns)
{
    int power = ns <= 0 ? 0 : 64 - __builtin_clzll((uint64_t)ns);
    power = power < ACTOR_TIMES ? power : ACTOR_TIMES - 1;
    add_rlx(&type->times[power], 1); /* relaxed: a number */
}

static inline void begin_turn(struct local *l, struct cell *c)
{
    store_rlx(&l->running, c); /* relaxed: for the listing */
    if (RT_UNLIKELY(mailbox_has_inbox(&c->mb))) {
        send_drain(l, c);
    }
    uint32_t queued = mailbox_queued(&c->mb);
    if (RT_UNLIKELY(queued > load_rlx(&c->mb.longest))) { /* relaxed: the owner's own */
        store_rlx(&c->mb.longest, queued);
    }
}

/* Counts a message that is about to be handled; true if its handler is to be timed. */
static bool count_turn(struct local *l)
{
    /* relaxed: own counter; see watchdog.c */
    uint64_t turn = load_rlx(&l->turns) + 1;
    store_rlx(&l->turns, turn);
    return turn % TIMED_EVERY == 0;
}

/* Handles a message that has left its lane, and notes how long that takes. */
static __attribute__((noinline)) void handle_timed(
        struct local *l, struct cell *c, struct msg *m)
{
    int64_t before = clock_now();
    handle(l, c, m);
    note_time(c->type, clock_now() - before);
}

/* Handles the next message; false if there is none. */
static bool handle_next(struct local *l, struct cell *c)
{
    struct msg *m = next_message(c);
    if (m == NULL) {
        return false;
    }
    if (RT_UNLIKELY(count_turn(l))) {
        handle_timed(l, c, m);
    } else {
        handle(l, c, m);
    }
    return true;
}

/* Handles the first message of the normal lane, of an actor that is calm. */
static RT_INLINE void handle_calm(struct local *l, struct cell *c, struct msg *m)
{
    mailbox_take_first(&c->mb, m);
    if (RT_UNLIKELY(count_turn(l))) {
        handle_timed(l, c, m);
    } else if (RT_LIKELY(m->flags == MSG_PLAIN && m->kind == MSG_TELL)) {
        handle_plain(l, c, m, NULL);
    } else if (m->flags == MSG_PLAIN && m->kind == MSG_REQUEST) {
        handle_plain_request(l, c, m);
    } else {
        handle(l, c, m);
    }
}

/* True if so many handlers have run since the clock was looked at. */
static inline bool is_look_due(const struct local *l, uint32_t every)
{
    return load_rlx(&l->turns) - l->look_turn >= every; /* relaxed: own counter */
}

/* True if a calm actor has nothing more to do, and is notified of what comes. */
static inline bool is_through(const struct cell *c)
{
    return c->calm && c->mb.normal.head == NULL && mailbox_is_parked(&c->mb);
}

/* Handles what waits; at most `most` messages, 0 = as many as a fair share. */
static RT_INLINE void turn(struct local *l, struct cell *c, uint32_t most)
{
    uint32_t budget = most == 0 ? BATCH : most;
    bool is_extended = false;
    int64_t began = l->now;
    begin_turn(l, c);
    for (;;) {
        struct msg *m = c->mb.normal.head;
        if (RT_LIKELY(c->calm && m != NULL)) {
            handle_calm(l, c, m);
        } else if (!handle_next(l, c)) {
            break;
        }
        if (RT_LIKELY(is_through(c))) {
            c->flags &= (uint8_t)~CELL_SCHEDULED; /* what end_turn() would do */
            return;
        }
        if (RT_UNLIKELY(--budget == 0)) {
            budget = most == 0 && !is_extended ? mailbox_queued(&c->mb) : 0;
            is_extended = true;
            if (budget == 0) {
                break;
            }
        }
        /* relaxed: a guess */
        if (RT_UNLIKELY(is_look_due(l, load_rlx(&c->type->look_every)))) {
            local_look_at_clock(l, c->type);
            if (l->now - began > TURN_NS) {
                break;
            }
        }
    }
    end_turn(l, c);
}

/* relaxed, both: for the ledger and the listing. That something is in hand may be said a while longer than it is
 * so, until this thread takes something else or comes to rest. */
static void rest(struct local *l)
{
    store_rlx(&l->in_hand, 0);
    store_rlx(&l->running, NULL);
}

/* True if the thread has to see to something else than its actors. */
static inline bool is_wanted(const struct local *l)
{
    return local_has_mail(l) || is_look_due(l, TYPE_LOOK_EVERY) ||
           (run_queue_has_two(&l->runnable) && local_has_idle(l));
}

void run_queue(struct local *l, struct run_queue *q, uint32_t most)
{
    struct cell *c;
    while ((c = run_queue_pop(q)) != NULL) {
        turn(l, c, most);
        if (RT_UNLIKELY(is_wanted(l)) && q == &l->runnable) {
            break;
        }
    }
    rest(l);
}

void run_turn(struct local *l, struct cell *c, uint32_t most)
{
    struct run_queue alone = { NULL, NULL };
    run_queue_push(&alone, c);
    run_queue(l, &alone, most);
}

void run_crashed(struct local *l)
{
    struct cell *c = l->tx.cell;
    struct msg *m = l->hand;
    if (m != NULL && msg_is_counted(m)) {
        l->tx.counts = local_counts(l, m->type, m->index); /* handle_plain() has not said so */
    }
    life_crashed(l, c);
    if (m == NULL) {
        conclude(l, c, ACTOR_FAILED);
    } else if (m->kind == MSG_ALARM) {
        end_alarm(l, c, m, ACTOR_FAILED);
    } else if (m->kind == MSG_REPLY) {
        end_reply(l, c, m, ACTOR_FAILED);
    } else {
        end_user(l, c, m, ACTOR_FAILED);
    }
    end_turn(l, c);
}

void run_notified(struct local *l, struct cell *c)
{
    c->flags |= CELL_NOTIFIED;
    if (RT_UNLIKELY(cell_status(c) == CELL_FREE && (c->flags & CELL_SCHEDULED) == 0)) {
        /* A late message for an actor that has ended: the cell is in a free list and stays there. */
        settle_inbox(l, c);
    } else {
        local_schedule(l, c);
    }
}
