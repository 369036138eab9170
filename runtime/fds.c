/* SPDX-License-Identifier: MIT */
/* fds.c - see fds.h. */
#include "fds.h"

#include <actorc/actor.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { NO_SLOT = UINT32_MAX >> 1, EVENTS_AT_ONCE = 64 };
#define WAKE_KEY UINT64_MAX

static uint32_t to_epoll(uint32_t events)
{
    return ((events & ACTOR_FD_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
           ((events & ACTOR_FD_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0) | (uint32_t)EPOLLONESHOT;
}

static uint32_t from_epoll(uint32_t events)
{
    return ((events & EPOLLIN) != 0 ? (uint32_t)ACTOR_FD_READ : 0) |
           ((events & EPOLLOUT) != 0 ? (uint32_t)ACTOR_FD_WRITE : 0) |
           ((events & (EPOLLERR | EPOLLHUP)) != 0 ? (uint32_t)ACTOR_FD_ERROR : 0);
}

void fds_init(struct fds *f, void (*ready)(void *context, struct msg *m, uint32_t events),
        void *context)
{
    *f = (struct fds){ .ready = ready, .context = context, .free = NO_SLOT };
    mutex_init(&f->lock);
}

static void report(struct fds *f, const struct epoll_event *e)
{
    uint32_t slot = (uint32_t)e->data.u64;
    uint32_t gen = (uint32_t)(e->data.u64 >> 32);
    if (e->data.u64 == WAKE_KEY || slot >= f->count) {
        return;
    }
    struct fds_slot *s = &f->slots[slot];
    if (s->gen == gen && s->msg != NULL && s->armed) {
        s->armed = false;
        f->ready(f->context, s->msg, from_epoll(e->events));
    }
}

static void wait_for_all(void *arg)
{
    struct fds *f = arg;
    struct epoll_event events[EVENTS_AT_ONCE];
    bool quit = false;
    mutex_lock(&f->lock);
    int epoll = f->epoll;
    mutex_unlock(&f->lock);
    while (!quit) {
        int n = epoll_wait(epoll, events, EVENTS_AT_ONCE, -1);
        RT_ASSERT(n >= 0 || errno == EINTR);
        mutex_lock(&f->lock);
        for (int i = 0; i < n; i++) {
            report(f, &events[i]);
        }
        quit = f->quit;
        mutex_unlock(&f->lock);
    }
}

/* Starts the thread, unless it runs. [L:lock] */
static bool run(struct fds *f)
{
    if (f->running) {
        return true;
    }
    f->epoll = epoll_create1(EPOLL_CLOEXEC);
    f->wake = eventfd(0, EFD_CLOEXEC);
    struct epoll_event e = { .events = EPOLLIN, .data.u64 = WAKE_KEY };
    f->running = f->epoll >= 0 && f->wake >= 0 &&
                 epoll_ctl(f->epoll, EPOLL_CTL_ADD, f->wake, &e) == 0 &&
                 thread_start(&f->thread, wait_for_all, f);
    if (!f->running) {
        (void)close(f->epoll);
        (void)close(f->wake);
    }
    return f->running;
}

void fds_fini(struct fds *f)
{
    mutex_lock(&f->lock);
    bool running = f->running;
    f->quit = true;
    mutex_unlock(&f->lock);
    if (running) {
        uint64_t one = 1;
        RT_ASSERT(write(f->wake, &one, sizeof one) == sizeof one);
        thread_join(&f->thread);
        (void)close(f->epoll);
        (void)close(f->wake);
    }
    free(f->slots);
    free(f->by_fd);
    mutex_fini(&f->lock);
}

/* Makes more slots; false when memory is out. [L:lock] */
static bool grow(struct fds *f)
{
    uint32_t count = f->count == 0 ? 16 : f->count * 2;
    struct fds_slot *slots = count >= NO_SLOT ? NULL : realloc(f->slots, count * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint32_t i = f->count; i < count; i++) {
        slots[i] = (struct fds_slot){ .next_free = f->free };
        f->free = i;
    }
    f->slots = slots;
    f->count = count;
    return true;
}

/* Makes room to note who watches `fd`; false when memory is out. [L:lock] */
static bool know_fd(struct fds *f, uint32_t fd)
{
    if (fd < f->fd_count) {
        return true;
    }
    uint32_t count = fd < 16 ? 32 : fd * 2;
    uint32_t *by_fd = realloc(f->by_fd, count * sizeof *by_fd);
    if (by_fd == NULL) {
        return false;
    }
    for (uint32_t i = f->fd_count; i < count; i++) {
        by_fd[i] = NO_SLOT;
    }
    f->by_fd = by_fd;
    f->fd_count = count;
    return true;
}

static uint64_t key_of(const struct fds *f, uint32_t slot)
{
    return (uint64_t)f->slots[slot].gen << 32 | slot;
}

/* [L:lock] */
static bool add(struct fds *f, int fd, uint32_t events, struct msg *m, uint32_t *ret_slot)
{
    if (fd < 0 || !run(f) || !know_fd(f, (uint32_t)fd) || (f->free == NO_SLOT && !grow(f))) {
        return false;
    }
    uint32_t slot = f->free;
    struct epoll_event e = { .events = to_epoll(events), .data.u64 = key_of(f, slot) };
    if (epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
        return false;
    }
    f->free = f->slots[slot].next_free;
    f->slots[slot].msg = m;
    f->slots[slot].armed = true;
    f->by_fd[fd] = slot;
    *ret_slot = slot;
    return true;
}

bool fds_add(struct fds *f, int fd, uint32_t events, struct msg *m, uint32_t *ret_slot)
{
    mutex_lock(&f->lock);
    bool added = add(f, fd, events, m, ret_slot);
    mutex_unlock(&f->lock);
    return added;
}

bool fds_again(struct fds *f, int fd, uint32_t events, uint32_t slot)
{
    mutex_lock(&f->lock);
    struct epoll_event e = { .events = to_epoll(events), .data.u64 = key_of(f, slot) };
    /* Fails if the descriptor was closed. Another file may have its number now. */
    f->slots[slot].armed =
            f->by_fd[fd] == slot && epoll_ctl(f->epoll, EPOLL_CTL_MOD, fd, &e) == 0;
    bool armed = f->slots[slot].armed;
    mutex_unlock(&f->lock);
    return armed;
}

bool fds_remove(struct fds *f, int fd, uint32_t slot)
{
    mutex_lock(&f->lock);
    struct fds_slot *s = &f->slots[slot];
    bool armed = s->armed;
    if (f->by_fd[fd] == slot) {
        /* Fails if the descriptor has been closed, which has removed it already. */
        (void)epoll_ctl(f->epoll, EPOLL_CTL_DEL, fd, &(struct epoll_event){ 0 });
        f->by_fd[fd] = NO_SLOT;
    }
    s->msg = NULL;
    s->armed = false;
    s->gen++;
    s->next_free = f->free;
    f->free = slot;
    mutex_unlock(&f->lock);
    return armed;
}
