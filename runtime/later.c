/* SPDX-License-Identifier: MIT */
/*
 * later.c - what a handler may have sent to its actor later: the entry points of the stubs for timers
 * and for file descriptors. Floor 18.
 */
#include "alarm.h"
#include "tx.h"

/* ---- Timers ----------------------------------------------------------------------------- */

struct timer_entry {
    struct tx_entry entry;
    struct alarm *alarm; /* to be started; NULL to cancel */
    uint16_t index;
};

static void commit_timer(struct local *l, struct tx_entry *entry)
{
    struct timer_entry *t = (struct timer_entry *)(void *)entry;
    if (t->alarm != NULL) {
        alarm_start(l, t->alarm);
    } else {
        alarm_cancel(l, l->tx.cell, t->index);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_timer(struct local *l, struct tx_entry *entry)
{
    struct timer_entry *t = (struct timer_entry *)(void *)entry;
    if (t->alarm != NULL) {
        msg_free(&l->pool, &t->alarm->msg);
    }
    msg_free(&l->pool, &entry->msg);
}

/* Notes that a timer is to be started, or, if `a` is NULL, cancelled. Takes `a` if it is noted. */
static actor_err note_timer(struct local *l, uint16_t index, struct alarm *a, size_t bytes)
{
    actor_err err;
    struct timer_entry *t = (struct timer_entry *)(void *)tx_note(
            l, sizeof *t, bytes, commit_timer, abort_timer, &err);
    if (t != NULL) {
        t->alarm = a;
        t->index = index;
    }
    return err;
}

actor_err actor__start_timer(
        const void *self, uint16_t timer, actor_duration delay, const void *message)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct cell *c = l->tx.cell;
    if (cell_status(c) == CELL_LEAVING || cell_status(c) == CELL_DRAINING) {
        return ACTOR_ERR_SHUTDOWN; /* its timers have been cancelled, and stay so */
    }
    struct alarm *a = NULL;
    actor_err err = alarm_make(l, c, timer, delay, message, &a);
    if (err != ACTOR_OK) {
        return err;
    }
    err = note_timer(l, timer, a, a->bytes);
    if (err != ACTOR_OK) {
        msg_free(&l->pool, &a->msg);
    }
    return err;
}

actor_err actor__cancel_timer(const void *self, uint16_t timer)
{
    struct local *l = handler_of(self);
    return l == NULL ? ACTOR_ERR_MISUSE
                     : note_timer(l, timer, NULL, sizeof(struct timer_entry));
}

/* ---- File descriptors ------------------------------------------------------------------- */

struct fd_entry {
    struct tx_entry entry;
    struct alarm *alarm; /* to be watched with; NULL to stop */
    int fd;
};

static void commit_fd(struct local *l, struct tx_entry *entry)
{
    struct fd_entry *w = (struct fd_entry *)(void *)entry;
    if (w->alarm != NULL) {
        alarm_watch(l, w->alarm);
    } else {
        alarm_unwatch(l, l->tx.cell, w->fd);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_fd(struct local *l, struct tx_entry *entry)
{
    struct fd_entry *w = (struct fd_entry *)(void *)entry;
    if (w->alarm != NULL) {
        msg_free(&l->pool, &w->alarm->msg);
    }
    msg_free(&l->pool, &entry->msg);
}

/* Notes that a descriptor is to be watched, or, if `a` is NULL, no more. Takes `a` if it is noted. */
static actor_err note_fd(struct local *l, int fd, struct alarm *a)
{
    size_t bytes = sizeof(struct fd_entry) + (a == NULL ? 0 : a->bytes);
    actor_err err;
    struct fd_entry *w =
            (struct fd_entry *)(void *)tx_note(l, sizeof *w, bytes, commit_fd, abort_fd, &err);
    if (w != NULL) {
        w->alarm = a;
        w->fd = fd;
    }
    return err;
}

actor_err actor__watch_fd(const void *self, int fd, uint32_t events)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    struct cell *c = l->tx.cell;
    if (cell_status(c) == CELL_LEAVING || cell_status(c) == CELL_DRAINING) {
        return ACTOR_ERR_SHUTDOWN;
    }
    if (fd < 0 || (events & ~(uint32_t)(ACTOR_FD_READ | ACTOR_FD_WRITE)) != 0) {
        return ACTOR_ERR_INVALID;
    }
    struct alarm *a = alarm_make_watch(l, c, fd, events);
    if (a == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    actor_err err = note_fd(l, fd, a);
    if (err != ACTOR_OK) {
        msg_free(&l->pool, &a->msg);
    }
    return err;
}

actor_err actor__unwatch_fd(const void *self, int fd)
{
    struct local *l = handler_of(self);
    return l == NULL ? ACTOR_ERR_MISUSE : note_fd(l, fd, NULL);
}
