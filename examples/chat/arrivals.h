/* SPDX-License-Identifier: MIT */
/*
 * arrivals.h - sockets on their way from who accepts them to who is to have them. A session may end before it has
 * begun, for want of memory for example, and then nobody but the listener knows of its socket.
 *
 * An arrival is its session's until that has ended, and then the listener's: never of both at a time.
 */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdint.h>

struct arrival;
struct arrivals;

/* NULL when memory is missing. */
struct arrivals *arrivals_new(void);
/* Closes all sockets that were not taken. Takes a struct arrivals; void * makes it a destroyer for actor_own(). */
void arrivals_free(void *arrivals);

/* Adds a socket, which it takes, also on failure. Returns NULL when memory is missing. */
struct arrival *arrivals_add(struct arrivals *a, int fd);
/* Says whose the last one that was added is. */
void arrivals_name(struct arrivals *a, uint64_t session);
/* Removes that of a session, which has ended, or, if that is 0, the one without; and closes the socket, if nobody
 * has taken it. */
void arrivals_remove(struct arrivals *a, uint64_t session);

/* Returns the socket, which is the caller's from now on. */
int arrival_take(struct arrival *arrival);

#endif
