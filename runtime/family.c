/* SPDX-License-Identifier: MIT */
/*
 * family.c - see family.h.
 *
 * Each child's record says what it is and what it should be; family_step() looks at the records
 * and sends what brings the two nearer. Nothing else decides, so that a failure in the middle of
 * a restart, or a stop in the middle of a start, needs no case of its own.
 *
 * Order: static children start first to last, each when the one before is up, and leave last to
 * first, each when the one after has left. With one_for_one, restarts of single children wait
 * for nobody. Dynamic children start and leave all at once.
 */
#include "family.h"

#include "registry.h"
#include "send.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const actor_supervision *supervision(const struct cell *c)
{
    return &c->type->info->supervision;
}

/* ---- Steps ------------------------------------------------------------------------------ */

static void command(struct local *l, struct child *child, enum event_kind kind)
{
    send_deliver(l, &event_new(l, child->ref, kind, 0)->msg);
}

void family_start_child(struct local *l, struct child *child)
{
    child->state = CHILD_STARTING;
    command(l, child, EVENT_START);
}

void family_drop_child(struct local *l, struct child *child)
{
    child->state = CHILD_LEAVING;
    command(l, child, EVENT_KILL);
}

/* True once all static children are up, or have ended by themselves. */
static bool family_up(const struct cell *c)
{
    const struct family *f = cell_annex(c)->family;
    for (uint32_t i = 0; f != NULL && i < f->static_count; i++) {
        const struct child *child = f->statics[i];
        if (child->state != CHILD_UP && child->state != CHILD_GONE) {
            return false;
        }
    }
    return true;
}

static bool settled(const struct child *child)
{
    return child->state == CHILD_UP || child->state == CHILD_GONE;
}

/* Tells one child of a leaving parent to go. */
static void send_away(struct local *l, struct cell *c, struct child *child)
{
    enum event_kind how = EVENT_KILL;
    if (child->is_static && (c->flags & CELL_KEEPS_SLOT) != 0) {
        how = EVENT_HALT;
    } else if (cell_annex(c)->family->orderly && child->state == CHILD_UP) {
        how = EVENT_STOP;
    }
    child->state = CHILD_LEAVING;
    command(l, child, how);
}

static bool has_left(const struct cell *c, const struct child *child)
{
    return child->state == CHILD_GONE ||
           (child->state == CHILD_HALTED && (c->flags & CELL_KEEPS_SLOT) != 0);
}

/* One step of leaving; true when no child is left. */
static bool step_away(struct local *l, struct cell *c)
{
    struct family *f = cell_annex(c)->family;
    if (f == NULL) {
        return true;
    }
    if (!f->swept) {
        f->swept = true;
        for (struct list *n = f->children.next; n != &f->children; n = n->next) {
            struct child *child = list_entry(n, struct child, link);
            if (!child->is_static && child->state != CHILD_LEAVING) {
                send_away(l, c, child);
            }
        }
    }
    if (f->dynamic_alive > 0) {
        return false;
    }
    for (struct list *n = f->children.prev; n != &f->children; n = n->prev) {
        struct child *child = list_entry(n, struct child, link);
        if (has_left(c, child)) {
            continue;
        }
        if (child->state != CHILD_LEAVING) {
            send_away(l, c, child);
        }
        return false;
    }
    return true;
}

/* Halts what is to be started again. True if something that later steps wait for is under way. */
static bool step_down(struct local *l, struct family *f, bool in_order)
{
    bool waiting = false;
    for (struct list *n = f->children.prev; n != &f->children; n = n->prev) {
        struct child *child = list_entry(n, struct child, link);
        if (!child->cycling) {
            continue;
        }
        if (child->state == CHILD_HALTED || child->state == CHILD_NEW ||
                child->state == CHILD_GONE) {
            child->cycling = false;
            continue;
        }
        if (child->state != CHILD_LEAVING) {
            child->state = CHILD_LEAVING;
            command(l, child, EVENT_HALT);
        }
        waiting = true;
        if (in_order) {
            return true;
        }
    }
    return waiting;
}

static void step_up(struct local *l, struct family *f, bool in_order)
{
    for (struct list *n = f->children.next; n != &f->children; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (settled(child)) {
            continue;
        }
        bool ready = child->state == CHILD_NEW || child->state == CHILD_HALTED;
        if (ready && !child->cycling && !child->delayed) {
            family_start_child(l, child);
        }
        if (in_order && child->is_static) {
            return;
        }
    }
}

enum family_news family_step(struct local *l, struct cell *c)
{
    if (cell_status(c) == CELL_LEAVING) {
        return step_away(l, c) ? FAMILY_HAS_LEFT : FAMILY_NO_NEWS;
    }
    bool minds = cell_status(c) == CELL_STARTING || cell_status(c) == CELL_RUNNING ||
                 cell_status(c) == CELL_DRAINING;
    if (cell_annex(c)->family == NULL || !minds) {
        return FAMILY_NO_NEWS; /* it has failed itself: its own supervisor decides first */
    }
    actor_strategy strategy = supervision(c)->strategy;
    bool one_for_one = strategy == ACTOR_ONE_FOR_ONE || strategy == ACTOR_RESUME;
    bool waiting = step_down(l, cell_annex(c)->family, !one_for_one);
    if (!waiting || one_for_one) {
        step_up(l, cell_annex(c)->family, cell_status(c) == CELL_STARTING || !one_for_one);
    }
    return cell_status(c) == CELL_STARTING && family_up(c) ? FAMILY_IS_UP : FAMILY_NO_NEWS;
}

void family_hurry(struct local *l, struct cell *c)
{
    struct family *f = cell_annex(c)->family;
    if (f == NULL || !f->orderly) {
        return;
    }
    f->orderly = false;
    for (struct list *n = f->children.next; n != &f->children; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (child->state == CHILD_LEAVING) {
            command(l, child, EVENT_KILL);
        }
    }
}

/* ---- Supervision ------------------------------------------------------------------------ */

/* Notes a restart; false if there have been too many. */
static bool restart_allowed(struct local *l, struct cell *c)
{
    struct family *f = cell_annex(c)->family;
    const actor_supervision *s = supervision(c);
    uint32_t size = children_ring(s);
    int64_t now = local_clock(l);
    if (f->restart_grain++ == 0) {
        f->restarts[f->restart_next] = now;
    }
    if (f->restart_grain < children_grain(s)) {
        return true;
    }
    f->restart_grain = 0;
    f->restart_next = (f->restart_next + 1) % size;
    if (f->restart_count < size) {
        f->restart_count++;
    }
    /* The ring is full and its oldest entry still in the window: too many restarts in it. */
    return f->restart_count < size || now - f->restarts[f->restart_next] > s->window;
}

struct backoff {
    struct timer timer;
    uint64_t parent;
    uint64_t ref;
};

static void backoff_over(struct timer *t, void *context)
{
    struct local *l = context;
    struct backoff *b = list_entry(t, struct backoff, timer);
    struct event *e = event_new(l, b->parent, EVENT_BACKOFF_OVER, 0);
    e->ref = b->ref;
    pool_free(&l->pool, b, sizeof *b);
    send_deliver(l, &e->msg);
}

/* Doubles from the first duration to the last, then up to half as long again, at random. */
static actor_duration backoff_for(
        struct local *l, const actor_supervision *s, uint32_t attempts)
{
    actor_duration d = s->backoff_min;
    for (uint32_t i = 1; i < attempts && d < s->backoff_max; i++) {
        d = d > s->backoff_max / 2 ? s->backoff_max : d * 2;
    }
    return rt_min_i64(d + (actor_duration)rng_below(&l->rng, (uint64_t)d / 2), s->backoff_max);
}

static void delay(struct local *l, struct cell *c, struct child *child)
{
    const actor_supervision *s = supervision(c);
    struct ward *ward = (struct ward *)(void *)child;
    if (l->now - ward->last_restart > s->window) {
        ward->attempts = 0;
    }
    ward->attempts++;
    ward->last_restart = l->now;
    if (s->backoff_min == 0) {
        return;
    }
    struct backoff *b = pool_alloc(&l->pool, sizeof *b);
    if (b == NULL) {
        return; /* no memory for a pause: restart at once, which the intensity still limits */
    }
    *b = (struct backoff){ .parent = cell_ref(c), .ref = child->ref };
    timer_init(&b->timer, backoff_over);
    child->delayed = true;
    wheel_set(&l->wheel, &b->timer, l->now + backoff_for(l, s, ward->attempts));
}

static void cycle(struct family *f, struct child *failed, actor_strategy strategy)
{
    failed->cycling = true;
    if (strategy == ACTOR_ONE_FOR_ONE || strategy == ACTOR_RESUME) {
        return;
    }
    struct list *n = strategy == ACTOR_ALL_FOR_ONE ? f->children.next : failed->link.next;
    for (; n != &f->children; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (child->state != CHILD_NEW && child->state != CHILD_GONE) {
            child->cycling = true;
        }
    }
}

/* Asks that wait for children which will not come back end at once. */
static void flush_waiting(struct local *l, struct family *f)
{
    for (struct list *n = f->children.next; n != &f->children; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (!settled(child)) {
            command(l, child, EVENT_FLUSH);
        }
    }
}

static enum family_news escalate(
        struct local *l, struct cell *c, const char *child, const char *text)
{
    const actor_supervision *s = supervision(c);
    (void)snprintf(l->tx.failure, sizeof l->tx.failure,
            "%s failed more than %" PRIu32 " times in %g s; the last time: %s", child,
            s->restarts, (double)s->window / ACTOR_SECOND, text);
    flush_waiting(l, cell_annex(c)->family);
    return FAMILY_HAS_FAILED;
}

static const char *child_name(struct local *l, const struct child *child)
{
    struct cell *c = cells_alive(&l->shared->cells, child->ref);
    if (c == NULL) {
        return "a child";
    }
    /* acquire: as every read of the type by somebody who may not own the cell. */
    return registry_at(l->shared->registry, ident_type(load_acq(&c->ident)))->info->name;
}

/* What becomes of a child that has failed. */
static enum family_news decide(
        struct local *l, struct cell *c, struct child *child, const char *text)
{
    const actor_supervision *s = supervision(c);
    if (s->strategy == ACTOR_NO_SUPERVISION) {
        if (child->is_static && cell_status(c) == CELL_STARTING) {
            (void)snprintf(l->tx.failure, sizeof l->tx.failure, "%s failed: %s",
                    child_name(l, child), text);
            return FAMILY_HAS_FAILED;
        }
        child->state = CHILD_LEAVING;
        child->failed = true;
        command(l, child, EVENT_KILL);
        return FAMILY_NO_NEWS;
    }
    if (!restart_allowed(l, c)) {
        return escalate(l, c, child_name(l, child), text);
    }
    if (s->strategy == ACTOR_RESUME && child->can_go_on) {
        child->state = CHILD_UP;
        command(l, child, EVENT_RESUME);
        return family_step(l, c);
    }
    delay(l, c, child);
    cycle(cell_annex(c)->family, child, s->strategy);
    return family_step(l, c);
}

static enum family_news child_failed(
        struct local *l, struct cell *c, struct child *child, const struct event *e)
{
    if (child->state == CHILD_LEAVING) {
        /* A halt or a kill is on its way already; a stop that waits in its mailbox is not enough. */
        if (cell_status(c) == CELL_LEAVING && cell_annex(c)->family->orderly) {
            command(l, child, EVENT_KILL);
        }
        return FAMILY_NO_NEWS;
    }
    child->state = CHILD_FAILED;
    child->can_go_on = e->can_go_on;
    if (cell_status(c) == CELL_FAILED || cell_status(c) == CELL_LEAVING) {
        return family_step(l, c);
    }
    return decide(l, c, child, e->text);
}

enum family_news family_resume(struct local *l, struct cell *c)
{
    struct list *head = cell_annex(c)->family == NULL ? NULL : &cell_annex(c)->family->children;
    for (struct list *n = head == NULL ? NULL : head->next; n != head; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (child->state == CHILD_FAILED &&
                decide(l, c, child, "while its supervisor had failed") == FAMILY_HAS_FAILED) {
            return FAMILY_HAS_FAILED;
        }
    }
    return family_step(l, c);
}

static enum family_news child_gone(struct local *l, struct cell *c, struct child *child)
{
    if (child->is_static) {
        child->state = CHILD_GONE;
        child->cycling = false;
        children_leave_pool(l, c, child);
        return family_step(l, c);
    }
    bool awaited = child->cycling; /* others were to be restarted after it */
    children_remove(l, c, child);
    bool last = cell_status(c) == CELL_LEAVING && cell_annex(c)->family->dynamic_alive == 0;
    return last || awaited ? family_step(l, c) : FAMILY_NO_NEWS;
}

bool family_forget(struct local *l, struct cell *c, struct child *child)
{
    if (cell_status(c) == CELL_LEAVING || child->is_static || child->cycling ||
            child->state != CHILD_UP) {
        return false;
    }
    children_remove(l, c, child);
    return true;
}

static enum family_news child_halted(struct local *l, struct cell *c, struct child *child)
{
    child->state = CHILD_HALTED;
    if (cell_status(c) == CELL_LEAVING && !child->is_static) {
        /* It was about to be restarted when its parent was told to go. */
        send_away(l, c, child);
        return FAMILY_NO_NEWS;
    }
    return family_step(l, c);
}

static enum family_news child_up(struct local *l, struct cell *c, struct child *child)
{
    if (child->state != CHILD_STARTING) {
        return FAMILY_NO_NEWS; /* it has been told to go meanwhile */
    }
    child->state = CHILD_UP;
    return child->is_static ? family_step(l, c) : FAMILY_NO_NEWS;
}

/* The child, or its parent's whole family, may be gone or made anew by now. */
static enum family_news backoff_is_over(struct local *l, struct cell *c, const struct event *e)
{
    struct list *head = cell_annex(c)->family == NULL ? NULL : &cell_annex(c)->family->children;
    for (struct list *n = head == NULL ? NULL : head->next; n != head; n = n->next) {
        struct child *child = list_entry(n, struct child, link);
        if (child->ref == e->ref) {
            child->delayed = false;
            return family_step(l, c);
        }
    }
    return FAMILY_NO_NEWS;
}

enum family_news family_event(struct local *l, struct cell *c, struct event *e)
{
    struct child *child = e->child;
    switch (e->kind) {
    case EVENT_CHILD_UP: return child_up(l, c, child);
    case EVENT_CHILD_FAILED: return child_failed(l, c, child, e);
    case EVENT_CHILD_HALTED: return child_halted(l, c, child);
    case EVENT_CHILD_GONE: return child_gone(l, c, child);
    case EVENT_BACKOFF_OVER: return backoff_is_over(l, c, e);
    default: rt_broken("not an event of a child", __FILE__, __LINE__);
    }
}
