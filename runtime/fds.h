/* SPDX-License-Identifier: MIT */
/*
 * fds.h - file descriptors that actors watch: one thread, started with the first of them, waits
 * for all by epoll and hands out a message when one is ready.
 *
 * Each watch is reported once and then rests until fds_again(). What epoll reports is looked up by
 * slot and generation under the lock, so that a report which comes late finds nothing. Floor 5.
 */
#ifndef RT_FDS_H
#define RT_FDS_H

#include "msg.h"

struct fds_slot {
    struct msg *msg; /* NULL = the slot is free */
    uint32_t gen;
    uint32_t next_free;
    bool armed; /* to be reported */
};

struct fds {
    struct mutex lock;
    /* Takes the message of a descriptor that is ready; called under the lock. */
    void (*ready)(void *context, struct msg *m, uint32_t events);
    void *context;
    struct thread thread;
    bool running;           /* [L:lock] */
    bool quit;              /* [L:lock] */
    int epoll;              /* [L:lock] */
    int wake;               /* [L:lock] an eventfd, for the end */
    struct fds_slot *slots; /* [L:lock] */
    uint32_t count;         /* [L:lock] of `slots` */
    uint32_t free;          /* [L:lock] */
    uint32_t *by_fd;        /* [L:lock] the slot that watches it now: numbers are used again */
    uint32_t fd_count;      /* [L:lock] of `by_fd` */
};

void fds_init(struct fds *f, void (*ready)(void *context, struct msg *m, uint32_t events),
        void *context);
/* Ends the thread. Nobody watches any more. */
void fds_fini(struct fds *f);

/*
 * Watches `fd` for `events` (ACTOR_FD_…), to hand out `m`, which the caller goes on to own.
 *
 * Returns: false if it cannot be watched.
 */
bool fds_add(struct fds *f, int fd, uint32_t events, struct msg *m, uint32_t *ret_slot);
/* Watches it again after it was reported; false if it is not there any more. */
bool fds_again(struct fds *f, int fd, uint32_t events, uint32_t slot);
/* Stops watching. True if it has not been reported, and now will not be. */
bool fds_remove(struct fds *f, int fd, uint32_t slot);

#endif
