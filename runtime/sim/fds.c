/* SPDX-License-Identifier: MIT */
/* fds.c - descriptors belong to the world outside, which is not simulated: none can be watched. */
#include "../fds.h"

void fds_init(struct fds *f, void (*ready)(void *context, struct msg *m, uint32_t events),
        void *context)
{
    f->ready = ready;
    f->context = context;
}

void fds_fini(struct fds *f)
{
    (void)f;
}

bool fds_add(struct fds *f, int fd, uint32_t events, struct msg *m, uint32_t *ret_slot)
{
    (void)f;
    (void)fd;
    (void)events;
    (void)m;
    (void)ret_slot;
    return false;
}

bool fds_again(struct fds *f, int fd, uint32_t events, uint32_t slot)
{
    (void)f;
    (void)fd;
    (void)events;
    (void)slot;
    return false;
}

bool fds_remove(struct fds *f, int fd, uint32_t slot)
{
    (void)f;
    (void)fd;
    (void)slot;
    return false;
}
