/* SPDX-License-Identifier: MIT */
/* arrivals.c - see arrivals.h. */
#include "arrivals.h"

#include <stdlib.h>
#include <unistd.h>

struct arrival {
    struct arrival *next;
    uint64_t session; /* 0 = it has none yet */
    int fd;           /* -1: it was taken */
};

struct arrivals {
    struct arrival *first; /* the newest */
};

struct arrivals *arrivals_new(void)
{
    return calloc(1, sizeof(struct arrivals));
}

static void end(struct arrival *arrival)
{
    if (arrival->fd >= 0) {
        (void)close(arrival->fd);
    }
    free(arrival);
}

void arrivals_free(void *arrivals)
{
    struct arrivals *a = arrivals;
    while (a != NULL && a->first != NULL) {
        struct arrival *arrival = a->first;
        a->first = arrival->next;
        end(arrival);
    }
    free(a);
}

struct arrival *arrivals_add(struct arrivals *a, int fd)
{
    struct arrival *arrival = malloc(sizeof *arrival);
    if (arrival == NULL) {
        (void)close(fd);
        return NULL;
    }
    *arrival = (struct arrival){ .next = a->first, .fd = fd };
    a->first = arrival;
    return arrival;
}

void arrivals_name(struct arrivals *a, uint64_t session)
{
    a->first->session = session;
}

void arrivals_remove(struct arrivals *a, uint64_t session)
{
    for (struct arrival **at = &a->first; *at != NULL; at = &(*at)->next) {
        struct arrival *arrival = *at;
        if (arrival->session == session) {
            *at = arrival->next;
            end(arrival);
            return;
        }
    }
}

int arrival_take(struct arrival *arrival)
{
    int fd = arrival->fd;
    arrival->fd = -1;
    return fd;
}
