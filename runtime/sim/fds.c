/* SPDX-License-Identifier: MIT */
/*
 * fds.c - descriptors that actors watch, in a simulation: they are looked at when no actor can run. Whoever has
 * their other ends is in the same process, so that what is ready then is the same each time.
 */
#include "../fds.h"

#include "fds.h"

#include <poll.h>

enum { WATCHES_MAX = 1024 };

struct watched {
    struct fds *fds; /* NULL = free */
    struct msg *msg;
    int fd;
    uint32_t events;
    bool armed;
};

static struct watched all[WATCHES_MAX];
static uint32_t count; /* in use, or were */

void fds_init(struct fds *f, void (*ready)(void *context, struct msg *m, uint32_t events),
        void *context)
{
    f->ready = ready;
    f->context = context;
}

void fds_fini(struct fds *f)
{
    for (uint32_t i = 0; i < count; i++) {
        all[i].fds = all[i].fds == f ? NULL : all[i].fds;
    }
}

/* Returns its place; WATCHES_MAX if nobody watches it. */
static uint32_t place_of(const struct fds *f, int fd)
{
    uint32_t i = 0;
    while (i < count && (all[i].fds != f || all[i].fd != fd)) {
        i++;
    }
    return i < count ? i : WATCHES_MAX;
}

static bool is_open(int fd)
{
    struct pollfd p = { .fd = fd };
    return fd >= 0 && poll(&p, 1, 0) >= 0 && (p.revents & POLLNVAL) == 0;
}

bool fds_add(struct fds *f, int fd, uint32_t events, struct msg *m, uint32_t *ret_slot)
{
    uint32_t i = 0;
    while (i < count && all[i].fds != NULL) {
        i++;
    }
    if (i == WATCHES_MAX || !is_open(fd) || place_of(f, fd) != WATCHES_MAX) {
        return false;
    }
    count += i == count ? 1 : 0;
    all[i] = (struct watched){ f, m, fd, events, true };
    *ret_slot = i;
    return true;
}

bool fds_again(struct fds *f, int fd, uint32_t events, uint32_t slot)
{
    struct watched *w = &all[slot];
    w->armed = w->fds == f && w->fd == fd && is_open(fd);
    w->events = events;
    return w->armed;
}

bool fds_remove(struct fds *f, int fd, uint32_t slot)
{
    (void)f;
    (void)fd;
    bool armed = all[slot].armed;
    all[slot] = (struct watched){ .fds = NULL };
    return armed;
}

static uint32_t ready_events(const struct watched *w)
{
    struct pollfd p = { .fd = w->fd };
    p.events = (short)(((w->events & ACTOR_FD_READ) != 0 ? POLLIN : 0) |
                       ((w->events & ACTOR_FD_WRITE) != 0 ? POLLOUT : 0));
    if (poll(&p, 1, 0) <= 0) {
        return 0;
    }
    return ((p.revents & POLLIN) != 0 ? (uint32_t)ACTOR_FD_READ : 0) |
           ((p.revents & POLLOUT) != 0 ? (uint32_t)ACTOR_FD_WRITE : 0) |
           ((p.revents & (POLLERR | POLLHUP)) != 0 ? (uint32_t)ACTOR_FD_ERROR : 0);
}

bool sim_look_at_fds(void)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        struct watched *w = &all[i];
        uint32_t events = w->fds != NULL && w->armed ? ready_events(w) : 0;
        if (events != 0) {
            w->armed = false;
            w->fds->ready(w->fds->context, w->msg, events);
            any = true;
        }
    }
    return any;
}
