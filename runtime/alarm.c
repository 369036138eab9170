/* SPDX-License-Identifier: MIT */
/* alarm.c - see alarm.h. */
#include "alarm.h"

#include "layout.h"

#include <string.h>

/* Sends the message to its actor. */
static void send_now(struct local *l, struct alarm *a)
{
    a->state = ALARM_RUNG;
    a->msg.target = cell_ref(a->cell);
    struct counts *n = local_counts(l, a->msg.type, a->msg.index);
    tally(l, &n->sent);
    send_deliver(l, &a->msg);
}

static void ring(struct timer *t, void *context)
{
    struct alarm *a = list_entry(t, struct alarm, timer);
    /* relaxed: that it is us, only we can change. */
    RT_ASSERT(load_rlx(&a->cell->owner) == context);
    list_remove(&a->link);
    send_now(context, a);
}

static void arm(struct local *l, struct alarm *a, int64_t deadline)
{
    a->state = ALARM_ARMED;
    list_insert_before(&cell_annex(a->cell)->alarms->armed, &a->link);
    wheel_set(&l->wheel, &a->timer, deadline);
}

actor_err alarm_make(struct local *l, struct cell *c, uint16_t index, int64_t delay_ns,
        const void *message, struct alarm **ret_alarm)
{
    const actor_info *info = c->type->info;
    const actor_timer *timer = &info->timers[index];
    const actor_layout *layout = info->classes[timer->class_index].message;
    size_t tail = 0;
    if (timer->period > 0) {
        message = timer->message;
        delay_ns = timer->period;
    }
    if (!layout->plain) {
        actor_err err =
                layout_measure(layout, message, l->shared->config.max_message_bytes, &tail);
        if (err != ACTOR_OK) {
            return err;
        }
    }
    if (layout->size + tail > l->shared->config.max_message_bytes) {
        return ACTOR_ERR_LIMIT;
    }
    struct msg *m = msg_new(&l->pool, MSG_ALARM, layout->size + tail);
    if (m == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    m->type = c->type->index;
    m->index = timer->class_index;
    char *body = msg_body(m);
    if (layout->size > 0) {
        layout_copy(layout, body, message, body + layout->size);
    }
    struct alarm *a = alarm_of(m);
    a->cell = c;
    a->index = index;
    a->bytes = (uint32_t)(sizeof *a + layout->size + tail);
    timer_init(&a->timer, ring);
    list_init(&a->link);
    a->timer.deadline = rt_add_time(local_clock(l), delay_ns < 0 ? 0 : delay_ns);
    *ret_alarm = a;
    return ACTOR_OK;
}

void alarm_start(struct local *l, struct alarm *a)
{
    alarm_cancel(l, a->cell, a->index);
    cell_annex(a->cell)->alarms->current[a->index] = a;
    arm(l, a, a->timer.deadline);
}

void alarm_cancel(struct local *l, struct cell *c, uint16_t index)
{
    struct alarm *a = cell_annex(c)->alarms->current[index];
    cell_annex(c)->alarms->current[index] = NULL;
    if (a == NULL) {
        return;
    }
    if (a->state == ALARM_ARMED) {
        wheel_clear(&a->timer);
        list_remove(&a->link);
        msg_free(&l->pool, &a->msg);
    } else {
        a->state = ALARM_CANCELLED;
    }
}

/* ---- Watches ---------------------------------------------------------------------------- */

struct alarm *alarm_make_watch(struct local *l, struct cell *c, int fd, uint32_t events)
{
    struct msg *m = msg_new(&l->pool, MSG_ALARM, sizeof(struct watch_body));
    if (m == NULL) {
        return NULL;
    }
    m->type = c->type->index;
    m->index = (uint16_t)(c->type->info->fd - 1);
    *(struct watch_body *)msg_body(m) = (struct watch_body){ .fd = fd };
    struct alarm *a = alarm_of(m);
    a->cell = c;
    a->index = ALARM_WATCH;
    a->bytes = (uint32_t)(sizeof *a + sizeof(struct watch_body));
    a->watch.fd = fd;
    a->watch.events = events;
    a->watch.placed = false;
    list_init(&a->link);
    return a;
}

void alarm_ready(struct local *l, struct msg *m, uint32_t events)
{
    ((struct watch_body *)msg_body(m))->events = events;
    send_now(l, alarm_of(m));
}

void alarm_watch(struct local *l, struct alarm *a)
{
    alarm_unwatch(l, a->cell, a->watch.fd);
    list_insert_before(&cell_annex(a->cell)->alarms->watches, &a->link);
    a->state = ALARM_ARMED;
    a->watch.placed = true; /* before it may be reported */
    if (!fds_add(&l->shared->fds, a->watch.fd, a->watch.events, &a->msg, &a->watch.slot)) {
        a->watch.placed = false;
        alarm_ready(l, &a->msg, ACTOR_FD_ERROR);
    }
}

static void end_watch(struct local *l, struct alarm *a)
{
    list_remove(&a->link);
    bool is_mine = a->watch.placed && fds_remove(&l->shared->fds, a->watch.fd, a->watch.slot);
    if (is_mine) {
        msg_free(&l->pool, &a->msg);
    } else {
        a->state = ALARM_CANCELLED; /* it is on its way, or in hand */
    }
}

void alarm_unwatch(struct local *l, struct cell *c, int fd)
{
    struct list *watches = &cell_annex(c)->alarms->watches;
    for (struct list *n = watches->next; n != watches; n = n->next) {
        struct alarm *a = list_entry(n, struct alarm, link);
        if (a->watch.fd == fd) {
            end_watch(l, a);
            return;
        }
    }
}

/* Watches on; a descriptor that is not there any more, or never could be, is forgotten. */
static void watch_again(struct local *l, struct alarm *a)
{
    a->state = ALARM_ARMED;
    if (a->watch.placed &&
            fds_again(&l->shared->fds, a->watch.fd, a->watch.events, a->watch.slot)) {
        return;
    }
    if (a->watch.placed) {
        (void)fds_remove(&l->shared->fds, a->watch.fd, a->watch.slot);
    }
    list_remove(&a->link);
    msg_free(&l->pool, &a->msg);
}

/* ---- All of them ------------------------------------------------------------------------ */

void alarm_cancel_all(struct local *l, struct cell *c)
{
    while (cell_annex(c)->alarms != NULL && !list_empty(&cell_annex(c)->alarms->watches)) {
        end_watch(l, list_entry(cell_annex(c)->alarms->watches.next, struct alarm, link));
    }
    for (uint16_t i = 0; cell_annex(c)->alarms != NULL && i < c->type->info->timer_count; i++) {
        alarm_cancel(l, c, i);
    }
}

static size_t alarms_bytes(const struct cell *c)
{
    return sizeof(struct alarms) + c->type->info->timer_count * sizeof(struct alarm *);
}

actor_err alarm_begin(struct local *l, struct cell *c)
{
    const actor_info *info = c->type->info;
    if (info->timer_count == 0 && info->fd == 0) {
        return ACTOR_OK;
    }
    if (cell_annex(c)->alarms == NULL) {
        struct annex *x = cell_need_annex(c);
        if (x != NULL) {
            x->alarms = pool_alloc_zero(&l->pool, alarms_bytes(c));
        }
        if (x == NULL || x->alarms == NULL) {
            return ACTOR_ERR_NO_MEMORY;
        }
        list_init(&cell_annex(c)->alarms->armed);
        list_init(&cell_annex(c)->alarms->watches);
    }
    for (uint16_t i = 0; i < info->timer_count; i++) {
        struct alarm *a;
        if (info->timers[i].period == 0) {
            continue;
        }
        actor_err err = alarm_make(l, c, i, 0, NULL, &a);
        if (err != ACTOR_OK) {
            return err;
        }
        alarm_start(l, a);
    }
    return ACTOR_OK;
}

void alarm_end(struct local *l, struct cell *c)
{
    if (cell_annex(c)->alarms != NULL) {
        pool_free(&l->pool, cell_annex(c)->alarms, alarms_bytes(c));
        cell_annex(c)->alarms = NULL;
    }
}

void alarm_done(struct local *l, struct alarm *a)
{
    struct cell *c = a->cell;
    if (a->state == ALARM_CANCELLED) {
        msg_free(&l->pool, &a->msg);
        return;
    }
    if (a->index == ALARM_WATCH) {
        watch_again(l, a);
        return;
    }
    int64_t period = c->type->info->timers[a->index].period;
    if (period == 0) {
        cell_annex(c)->alarms->current[a->index] = NULL;
        msg_free(&l->pool, &a->msg);
    } else {
        /* What was missed is not made up for. */
        arm(l, a, wheel_next_due(a->timer.deadline, period, local_clock(l)));
    }
}

void alarm_rest_all(struct cell *c)
{
    struct list *armed = &cell_annex(c)->alarms->armed;
    for (struct list *n = armed->next; n != armed; n = n->next) {
        wheel_clear(&list_entry(n, struct alarm, link)->timer);
    }
}

void alarm_move_all(struct cell *c, struct local *to)
{
    /* In the order of their start, so that those due together keep it. */
    for (struct list *n = cell_annex(c)->alarms->armed.next; n != &cell_annex(c)->alarms->armed;
            n = n->next) {
        struct timer *t = &list_entry(n, struct alarm, link)->timer;
        wheel_clear(t);
        wheel_set(&to->wheel, t, t->deadline);
    }
}
