/* SPDX-License-Identifier: MIT */
/* life.c - see life.h. */
#include "life.h"

#include "alarm.h"
#include "behaviour.h"
#include "contain.h"
#include "hold.h"
#include "log.h"
#include "probe.h"
#include "spawn.h"
#include "throttle.h"
#include "watch.h"

#include <string.h>

/* ---- Telling the parent ----------------------------------------------------------------- */

static void tell_parent(
        struct local *l, struct cell *c, enum event_kind kind, const char *text, bool can_go_on)
{
    if (cell_parent(c) == 0) {
        l->shared->upcalls.root_event(l->shared->system, c->record, (int)kind, text);
        return;
    }
    size_t bytes = text == NULL ? 1 : strlen(text) + 1;
    struct event *e = event_new(l, cell_parent(c), kind, bytes);
    e->child = c->record;
    e->can_go_on = can_go_on;
    memcpy(e->text, text == NULL ? "" : text, bytes);
    send_deliver(l, &e->msg);
}

/* Both copies of a state that can be put back are aligned. */
static size_t snapshot_offset(const actor_type *code)
{
    return (code->state_size + 15) / 16 * 16;
}

static size_t state_bytes(const struct cell *c)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    return c->type->info->state == NULL ? code->state_size : 2 * snapshot_offset(code);
}

void life_keep_state(struct cell *c)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    memcpy((char *)c->state + snapshot_offset(code), c->state, code->state_size);
}

static void put_state_back(struct cell *c)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    memcpy(c->state, (char *)c->state + snapshot_offset(code), code->state_size);
}

static void begin(
        struct local *l, struct cell *c, const actor_event *event, struct ask *hand_ask)
{
    tx_begin(l, c, hand_ask);
    l->tx.event = event;
    if (RT_UNLIKELY(c->type->info->state != NULL)) {
        life_keep_state(c);
    }
}

actor_result life_conclude(struct local *l, actor_result r)
{
    tx_end_load(l, l->tx.cell);
    if (RT_UNLIKELY(l->tx.failure[0] != '\0')) {
        r = ACTOR_FAILED;
    }
    tx_end_hand(l, r != ACTOR_FAILED);
    if (RT_LIKELY(r != ACTOR_FAILED)) {
        tx_commit(l);
        if (RT_UNLIKELY(l->tx.waits != NULL)) {
            throttle_commit(l);
        }
        tx_end(l, ACTOR_ERR_NO_ANSWER);
    } else {
        if (l->tx.cell->type->info->state != NULL) {
            put_state_back(l->tx.cell);
        }
        tx_abort(l);
        throttle_abort(l);
        tx_end(l, ACTOR_ERR_FAILED);
        if (l->tx.failure[0] == '\0') {
            memcpy(l->tx.failure, "no reason given", sizeof "no reason given");
        }
    }
    return r;
}

actor_result life_dispatch(
        struct local *l, struct cell *c, const actor_event *event, struct ask *hand_ask)
{
    /* relaxed: set before the actor was spawned. */
    const actor_type *code = load_rlx(&c->type->code);
    begin(l, c, event, hand_ask);
    return life_conclude(l, code->dispatch(c->state, event));
}

void life_crashed(struct local *l, struct cell *c)
{
    c->flags &= (uint8_t)~CELL_HOOKED; /* its state is not fit for a stop hook */
    (void)life_conclude(l, ACTOR_FAILED);
}

struct hook_run {
    const actor_type *code;
    void *state;
    const actor_event *event;
    actor_result result;
};

static void call_hook(void *context)
{
    struct hook_run *run = context;
    run->result = run->code->dispatch(run->state, run->event);
}

/* Hooks run in the middle of what the runtime does for their actor, and so return there even when
 * they crash. */
static actor_result dispatch_hook(struct local *l, struct cell *c, uint32_t kind)
{
    actor_event event = { .kind = kind, .body = kind == ACTOR_EVENT_START ? c->args : NULL };
    /* relaxed: set before the actor was spawned. */
    struct hook_run run = { load_rlx(&c->type->code), c->state, &event, ACTOR_FAILED };
    begin(l, c, &event, NULL);
    if (!contain_call(l, call_hook, &run)) {
        run.result = ACTOR_FAILED;
    }
    return life_conclude(l, run.result);
}

static bool make_state(struct local *l, struct cell *c)
{
    size_t bytes = state_bytes(c);
    if (bytes > 0 && c->state == NULL) {
        c->state = pool_alloc(&l->pool, bytes);
        if (c->state == NULL) {
            return false;
        }
    }
    if (c->type->info->state != NULL) {
        /* relaxed: set before the actor was spawned. */
        memcpy(c->state, c->type->info->state, load_rlx(&c->type->code)->state_size);
    } else if (bytes > 0) {
        memset(c->state, 0, bytes);
    }
    return true;
}

/* ---- Leaving ---------------------------------------------------------------------------- */

static void call_destroy(void *context)
{
    struct owned *o = context;
    o->destroy(o->resource);
}

static void destroy_owned(struct local *l, struct cell *c)
{
    while (cell_annex(c)->owned != NULL) {
        struct owned *o = cell_annex(c)->owned;
        cell_annex(c)->owned = o->next;
        l->guest = true;
        if (!contain_call(l, call_destroy, o)) {
            log_line(l->shared, ACTOR_LOG_ERROR, "%s: what destroys a resource %s",
                    c->type->info->name, l->tx.failure);
        }
        l->guest = false;
        pool_free(&l->pool, o, sizeof *o);
    }
}

/* The asks that this actor made end without their continuation; the calls inside them fail. */
static void abandon_asks(struct local *l, struct cell *c, actor_err err)
{
    struct list *node;
    if (mailbox_annex(&c->mb)->exclusive > 0) {
        mailbox_annex(&c->mb)->exclusive = 0;
    }
    while ((node = list_pop(&c->asks)) != NULL) {
        struct ask *a = list_entry(node, struct ask, pending);
        struct ask *carried = ask_find(l, a->carried, cell_ref(c));
        if (carried != NULL) {
            send_end_call_error(l, carried, err);
        }
        a->abandoned = true;
        /* acquire: if it was decided elsewhere its reply is on its way and lets go of the record. */
        uint32_t state = load_acq(&a->state);
        while ((state & ASK_DECIDED) == 0) {
            /* acq_rel: hands the record to the callee's thread. */
            if (cas_acq_rel(&a->state, &state, state | ASK_DECIDED | ASK_ASKER_DONE)) {
                break;
            }
        }
    }
}

static void end_kept_calls(struct local *l, struct cell *c, actor_err err)
{
    struct list *node;
    while ((node = list_pop(&c->kept)) != NULL) {
        send_end_call_error(l, list_entry(node, struct ask, kept), err);
    }
}

static void run_stop_hook(struct local *l, struct cell *c)
{
    if ((c->flags & CELL_HOOKED) == 0 || !c->type->info->has_stop) {
        return;
    }
    if (dispatch_hook(l, c, ACTOR_EVENT_STOP) == ACTOR_FAILED) {
        log_line(l->shared, ACTOR_LOG_ERROR, "%s failed in its stop hook: %s",
                c->type->info->name, l->tx.failure);
    }
}

/* Counts a message out of its lane, before it is ended. */
static void count_out(struct local *l, struct cell *c, struct msg *m)
{
    struct counts *n = msg_is_counted(m) ? local_counts(l, m->type, m->index) : NULL;
    if (n != NULL) {
        tally(l, &n->left);
        mailbox_release(&c->mb, m->index, ref_gen(cell_ref(c)), m->flags);
    }
}

/* Ends a message of which the stop leaves nothing. Timers are cancelled by then. */
static void end_one(struct local *l, struct cell *c, struct msg *m)
{
    count_out(l, c, m);
    if (m->kind == MSG_ALARM) {
        send_drop(l, m, ACTOR_ERR_GONE);
    } else {
        send_dead(l, m, ACTOR_ERR_STOPPED);
    }
}

static void bury_mailbox(struct local *l, struct cell *c)
{
    struct msg *m;
    behaviour_unstash(l, c);
    mailbox_resume(&c->mb);
    while ((m = mailbox_take_event(&c->mb)) != NULL ||
            (m = mailbox_take(&c->mb, c->type->info)) != NULL) {
        end_one(l, c, m);
    }
}

/* Ends the requests that wait in the mailbox with STOPPED, and the tells too if `all`. */
static void end_waiting(struct local *l, struct cell *c, bool all)
{
    if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
    if (!cell_has_annex(c) && c->mb.normal.head == NULL) {
        return; /* as with most: the other lanes, and the stash, are in the annex */
    }
    behaviour_unstash(l, c);
    struct msg_queue stay = { NULL, NULL };
    struct msg *m;
    while ((m = mailbox_take(&c->mb, c->type->info)) != NULL) {
        if (m->kind == MSG_REQUEST || (all && msg_is_counted(m))) {
            end_one(l, c, m);
        } else {
            queue_push(&stay, m);
        }
    }
    while ((m = queue_pop(&stay)) != NULL) {
        /* While asks of the actor to itself were ended more may have come than there is room for. */
        struct msg *oldest = mailbox_put(&c->mb, c->type->info, m);
        if (oldest != NULL) {
            count_out(l, c, oldest);
            send_drop(l, oldest, ACTOR_ERR_REFUSED);
        }
    }
}

/* True if the actor is of a type that starts without anything that others could see, and so may do that at once. */
static bool is_prompt(const struct cell *c)
{
    return (load_rlx(&c->ident) & TRAIT_PROMPT) != 0; /* relaxed: the owner's own store. */
}

/* The parent, if it is alive and of this thread; else NULL. */
static struct cell *parent_here(struct local *l, const struct cell *c)
{
    struct cell *parent = cells_alive(&l->shared->cells, cell_parent(c));
    /* acquire: as in send_deliver(). Only then the family is ours to look at. */
    return parent != NULL && load_acq(&parent->owner) == l ? parent : NULL;
}

/* Nothing of one that has not failed is on its way to a parent that knows it as up: so that may forget it at once. A
 * root is never known as that. */
static void tell_end(struct local *l, struct cell *c, actor_err why)
{
    bool is_quiet = is_prompt(c) && why == ACTOR_ERR_STOPPED;
    struct cell *parent = is_quiet ? parent_here(l, c) : NULL;
    if (parent == NULL || !family_forget(l, parent, c->record)) {
        tell_parent(l, c, EVENT_CHILD_GONE, NULL, false);
    }
}

/* What only an annex holds. */
static void end_annex(struct local *l, struct cell *c)
{
    send_accept_all(l, c, mailbox_close(&c->mb));
    behaviour_end(l, c);
    alarm_end(l, c);
    children_free(l, c);
    throttle_release_all(l, c);
    throttle_leave(l, c);
}

static void end_for_good(struct local *l, struct cell *c, actor_err why)
{
    PROBE(actor__stop, c->slot, c->type->info->name, why);
    /* relaxed, both: the owner's own; and before the generation is over, so that it is never taken for the
     * next actor's. */
    type_note_longest(c->type, load_rlx(&c->mb.longest));
    store_rlx(&c->mb.longest, 0);
    names_drop_all(l->shared->names, c);
    /* The reference is dead first, so that nothing can be added to what is buried. */
    bury_mailbox(l, c);
    cell_set_status(c, CELL_FREE);
    /* relaxed: the owner's own store. */
    uint64_t ident = load_rlx(&c->ident);
    /* release: pairs with the acquire in cells_alive(). The last generation is followed by 0. */
    store_rel(&c->ident, ident + (UINT64_C(1) << 32));
    if (mailbox_has_inbox(&c->mb)) {
        send_drain(l, c);
    }
    if (cell_has_annex(c)) {
        end_annex(l, c);
    }
    spawn_free_args(l, c->args);
    c->args = NULL;
    watch_tell_all(l, &c->watchers, why);
    sub_rlx(&l->shared->cells.alive, 1); /* relaxed: a number */
    tell_end(l, c, why);
}

/* No child is left: the rest of leaving. */
static void finish_leaving(struct local *l, struct cell *c)
{
    run_stop_hook(l, c);
    if (cell_has_annex(c)) {
        destroy_owned(l, c);
    }
    actor_err err = (c->flags & CELL_HAS_FAILED) != 0 ? ACTOR_ERR_FAILED : ACTOR_ERR_STOPPED;
    abandon_asks(l, c, err);
    end_kept_calls(l, c, err);
    if (cell_has_annex(c)) {
        hold_release_all(l, c);
        watch_drop_all(l, c);
    }
    if (c->state != NULL) {
        pool_free(&l->pool, c->state, state_bytes(c));
        c->state = NULL;
    }
    bool keep = (c->flags & CELL_KEEPS_SLOT) != 0;
    c->flags &= (uint8_t) ~(CELL_HOOKED | CELL_HAS_FAILED | CELL_KEEPS_SLOT);
    if (keep) {
        cell_set_status(c, CELL_HALTED);
        tell_parent(l, c, EVENT_CHILD_HALTED, NULL, false);
    } else {
        end_for_good(l, c, err);
    }
}

/* ---- Turns of life ----------------------------------------------------------------------- */

/* Its static children are up: it handles messages from now on. */
static void come_up(struct local *l, struct cell *c)
{
    cell_set_status(c, CELL_RUNNING);
    tell_parent(l, c, EVENT_CHILD_UP, NULL, false);
}

static void fail(struct local *l, struct cell *c, const char *text, bool can_go_on)
{
    if (cell_status(c) == CELL_LEAVING || cell_status(c) == CELL_FREE) {
        return; /* it is going anyway */
    }
    log_line(l->shared, ACTOR_LOG_ERROR, "%s failed: %s", c->type->info->name, text);
    PROBE(actor__fail, c->slot, c->type->info->name, text);
    add_rlx(&c->type->failed, 1); /* relaxed: a number */
    c->flags |= CELL_HAS_FAILED;
    if (cell_status(c) == CELL_DRAINING) {
        life_leave(l, c, false);
        return;
    }
    cell_set_status(c, CELL_FAILED);
    tell_parent(l, c, EVENT_CHILD_FAILED, text, can_go_on);
}

void life_fail(struct local *l, struct cell *c, const char *text)
{
    fail(l, c, text, cell_status(c) == CELL_RUNNING && c->type->info->state != NULL);
}

/* Its handlers have not failed, but the start, or its children have, for good. */
static void fail_to_be(struct local *l, struct cell *c, const char *text)
{
    fail(l, c, text, false);
}

/* What becomes of the parent by what has become of its children. */
static void hear(struct local *l, struct cell *c, enum family_news news)
{
    switch (news) {
    case FAMILY_NO_NEWS: break;
    case FAMILY_IS_UP: come_up(l, c); break;
    case FAMILY_HAS_LEFT: finish_leaving(l, c); break;
    case FAMILY_HAS_FAILED: fail_to_be(l, c, l->tx.failure); break;
    }
}

/* The state is what it was before the message that failed. */
static void resume(struct local *l, struct cell *c)
{
    if (cell_status(c) == CELL_FAILED) {
        cell_set_status(c, CELL_RUNNING);
        c->flags &= (uint8_t)~CELL_HAS_FAILED;
        c->flags |= CELL_HOOKED; /* after a crash too: the state is fit for the stop hook */
        hear(l, c, family_resume(l, c));
    }
}

void life_leave(struct local *l, struct cell *c, bool keep)
{
    if (cell_status(c) == CELL_FREE) {
        return;
    }
    if (!keep) {
        c->flags &= (uint8_t)~CELL_KEEPS_SLOT;
    } else if (cell_status(c) != CELL_LEAVING) {
        c->flags |= CELL_KEEPS_SLOT;
    }
    if (cell_annex(c)->family != NULL && cell_status(c) != CELL_LEAVING) {
        cell_annex(c)->family->swept = false;
    }
    cell_set_status(c, CELL_LEAVING);
    alarm_cancel_all(l, c);
    if (!keep) {
        end_waiting(l, c, true);
        throttle_release_all(l, c);
    }
    hear(l, c, family_step(l, c));
}

/* ---- Stopping and starting --------------------------------------------------------------- */

void life_drain(struct local *l, struct cell *c)
{
    cell_set_status(c, CELL_DRAINING);
    alarm_cancel_all(l, c);
    if (list_empty(&c->asks)) {
        if (cell_annex(c)->family != NULL) {
            cell_annex(c)->family->orderly = true;
        }
        life_leave(l, c, false);
    }
}

static void start(struct local *l, struct cell *c)
{
    if (cell_status(c) != CELL_NEW && cell_status(c) != CELL_HALTED) {
        return; /* it has been told to go before it could start */
    }
    if (cell_annex(c)->family != NULL) {
        cell_annex(c)->family->restart_count = 0;
        cell_annex(c)->family->restart_grain = 0;
    }
    if (cell_status(c) == CELL_HALTED) {
        struct annex *x = cell_need_annex(c);
        PROBE(actor__restart, c->slot, c->type->info->name, x);
        if (x != NULL) {               /* without memory it is not counted */
            count_up(&x->restarts, 1); /* relaxed: the owner's own counter */
        }
        add_rlx(&c->type->restarts, 1); /* relaxed: a number */
    }
    cell_set_status(c, CELL_STARTING);
    actor_err err =
            make_state(l, c) && behaviour_begin(l, c) ? alarm_begin(l, c) : ACTOR_ERR_NO_MEMORY;
    err = err == ACTOR_OK ? children_make_statics(l, c) : err;
    if (err != ACTOR_OK) {
        fail_to_be(l, c, actor_err_text(err));
        return;
    }
    actor_result r = ACTOR_CONTINUE;
    if (c->type->info->has_start) {
        r = dispatch_hook(l, c, ACTOR_EVENT_START);
    }
    if (r == ACTOR_FAILED) {
        fail_to_be(l, c, l->tx.failure);
        return;
    }
    c->flags |= CELL_HOOKED;
    if (r == ACTOR_STOP) {
        tell_parent(l, c, EVENT_CHILD_UP, NULL, false);
        life_leave(l, c, false);
    } else if (c->type->info->child_count == 0) {
        come_up(l, c);
    } else {
        hear(l, c, family_step(l, c));
    }
}

bool life_start_at_once(struct local *l, struct child *child)
{
    struct cell *c = cells_alive(&l->shared->cells, child->ref);
    /* relaxed: if it is of this thread, this thread has made it so in spawn_actor(), and has not slept since. */
    if (c == NULL || load_rlx(&c->owner) != l || !is_prompt(c) || cell_status(c) != CELL_NEW ||
            !make_state(l, c)) {
        return false;
    }
    child->state = CHILD_UP;
    c->flags |= CELL_HOOKED;
    cell_set_status(c, CELL_RUNNING);
    c->calm = local_is_calm(l, c);
    return true;
}

/* ---- Events ----------------------------------------------------------------------------- */

static void answer_query(struct cell *c, struct event *e)
{
    struct query *q = e->query;
    q->answer = children_ref_of(c, e->index);
    q->err = q->answer == 0 ? ACTOR_ERR_STOPPED : ACTOR_OK;
    parker_wake(&q->parker);
}

static void halt(struct local *l, struct cell *c)
{
    if (cell_status(c) == CELL_NEW || cell_status(c) == CELL_HALTED) {
        cell_set_status(c, CELL_HALTED);
        tell_parent(l, c, EVENT_CHILD_HALTED, NULL, false);
    } else {
        life_leave(l, c, true);
    }
}

/* It is this actor that is watched, or a pool of its children. If that pool has ended by now the watch
 * that is taken back has ended with it, and is not to be touched. */
static void hear_watcher(struct local *l, struct cell *c, const struct event *e)
{
    struct watch *w = e->watch;
    struct list *watchers =
            ref_is_pool(e->ref) ? children_watchers_of(c, e->ref) : &c->watchers;
    if (e->kind == EVENT_WATCH && watchers == NULL) {
        send_ended(l, w, ACTOR_ERR_GONE);
    } else if (e->kind == EVENT_WATCH) {
        watch_begin(watchers, w);
    } else if (watchers != NULL) {
        watch_taken_back(l, w);
    }
}

void life_event(struct local *l, struct cell *c, struct event *e)
{
    switch (e->kind) {
    case EVENT_START: start(l, c); break;
    case EVENT_STOP: life_drain(l, c); break;
    case EVENT_HALT: halt(l, c); break;
    case EVENT_KILL:
        family_hurry(l, c);
        life_leave(l, c, false);
        break;
    case EVENT_RESUME: resume(l, c); break;
    case EVENT_FLUSH: end_waiting(l, c, false); break;
    case EVENT_CHILD_QUERY: answer_query(c, e); break;
    case EVENT_WATCH:
    case EVENT_UNWATCH: hear_watcher(l, c, e); break;
    case EVENT_WAIT: throttle_add(l, c, e->wait); break;
    case EVENT_UNWAIT: throttle_remove(l, e->wait); break;
    case EVENT_ROOM: throttle_go_on(l, c, e->wait); break;
    case EVENT_LOOK: break; /* the turn that it causes ends with a look */
    case EVENT_ENDED: rt_broken("it waits its turn among the messages", __FILE__, __LINE__);
    case EVENT_CHILD_UP:
    case EVENT_CHILD_FAILED:
    case EVENT_CHILD_HALTED:
    case EVENT_CHILD_GONE:
    case EVENT_BACKOFF_OVER: hear(l, c, family_event(l, c, e)); break;
    }
    msg_free(&l->pool, &e->msg);
}
