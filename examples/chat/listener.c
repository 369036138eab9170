/* SPDX-License-Identifier: MIT */
/*
 * listener.c - accepts connections, and starts a session for each.
 *
 * The socket that listens is lent: it outlives a restart. When the process has no descriptors left
 * the clients wait, in the kernel, until there may be some again.
 */
#include "arrivals.h"
#include "chat.actor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Sessions start when the handler has returned, so it must not accept for ever. */
enum { ACCEPTED_AT_ONCE = 64, RETRY_MS = 50 };

struct chat_listener {
    int fd;
    chat_room_ref room;
    bool allow_crash;
    struct arrivals *arrivals;
    bool has_complained; /* of a lack, since there was last nobody to accept */
};
ACTOR_STATE(chat_listener);

actor_result chat_listener_at_start(chat_listener *self, const chat_listener_args *args)
{
    self->fd = args->fd;
    self->room = args->room;
    self->allow_crash = args->allow_crash;
    self->arrivals = arrivals_new();
    if (self->arrivals == NULL || actor_own(self, self->arrivals, arrivals_free) != ACTOR_OK) {
        return actor_fail(self, "no memory for those who arrive");
    }
    if (chat_listener_watch_ready(self, self->fd, ACTOR_FD_READ) != ACTOR_OK) {
        return actor_fail(self, "cannot watch the socket");
    }
    return ACTOR_CONTINUE;
}

static void pause_accepting(chat_listener *self, const char *why)
{
    if (!self->has_complained) {
        actor_log(self, ACTOR_LOG_WARNING, "new connections have to wait: %s", why);
        self->has_complained = true;
    }
    chat_listener_unwatch_ready(self, self->fd);
    chat_listener_start_retry(self, actor_milliseconds(RETRY_MS), NULL);
}

/* Whether accept() failed for this one connection only, which has gone away; see accept(2). */
static bool is_of_connection(int err)
{
    return err == ECONNABORTED || err == EINTR || err == ENETDOWN || err == EPROTO ||
           err == ENOPROTOOPT || err == EHOSTDOWN || err == ENONET || err == EHOSTUNREACH ||
           err == EOPNOTSUPP || err == ENETUNREACH || err == EPERM;
}

/* Gives the socket to a session. */
static actor_err start_session(chat_listener *self, int fd)
{
    struct arrival *arrival = arrivals_add(self->arrivals, fd);
    if (arrival == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    chat_session_ref session;
    chat_session_args args = {
        .arrival = arrival, .room = self->room, .allow_crash = self->allow_crash
    };
    actor_err err = chat_listener_spawn_session(self, &args, &session);
    if (err != ACTOR_OK) {
        arrivals_remove(self->arrivals, 0);
        return err;
    }
    arrivals_name(self->arrivals, session.bits);
    /* Without memory for that its arrival stays until the listener ends. */
    (void)chat_listener_watch_session(self, session);
    return ACTOR_OK;
}

/* Accepts one; false when there is none, or none can be taken now. */
static bool accept_one(chat_listener *self)
{
    int fd = accept(self->fd, NULL, NULL);
    if (fd < 0) {
        int err = errno;
        if (err != EAGAIN && err != EWOULDBLOCK && !is_of_connection(err)) {
            pause_accepting(self, strerror(err));
            return false;
        }
        self->has_complained = self->has_complained && is_of_connection(err);
        return is_of_connection(err);
    }
    actor_err err = start_session(self, fd);
    if (err != ACTOR_OK) {
        if (err != ACTOR_ERR_SHUTDOWN) {
            pause_accepting(self, actor_err_text(err));
        }
        return false;
    }
    return true;
}

actor_result chat_listener_on_ready(chat_listener *self, const chat_ready *msg)
{
    if ((msg->events & ACTOR_FD_READ) == 0) {
        return actor_fail(self, "the socket does not listen any more");
    }
    for (int i = 0; i < ACCEPTED_AT_ONCE && accept_one(self); i++) {
    }
    return ACTOR_CONTINUE;
}

actor_result chat_listener_saw_session_stop(
        chat_listener *self, chat_session_ref ref, actor_err why)
{
    (void)why;
    arrivals_remove(self->arrivals, ref.bits);
    return ACTOR_CONTINUE;
}

actor_result chat_listener_on_retry(chat_listener *self, const chat_retry *msg)
{
    (void)msg;
    chat_listener_watch_ready(self, self->fd, ACTOR_FD_READ);
    return ACTOR_CONTINUE;
}
