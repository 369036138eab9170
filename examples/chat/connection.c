/* SPDX-License-Identifier: MIT */
/* connection.c - see connection.h. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* What the kernel keeps for one who does not read; its own choice may be megabytes. */
    SEND_BUFFER = 64 * 1024,
    /* Most bytes that are read at the end only to be thrown away. */
    DISCARDED_MAX = 64 * 1024
};

struct connection {
    int fd;
    bool has_ended;
    bool is_broken;
    bool skips; /* the rest of a line that is too long */
    size_t in_begin;
    size_t in_end;
    size_t out_begin;
    size_t out_end;
    char in[CONNECTION_INPUT_MAX];
    char out[CONNECTION_OUTPUT_MAX];
};

_Static_assert(
        CONNECTION_INPUT_MAX > CONNECTION_LINE_MAX + 2, "a longest line and its end have room");

struct connection *connection_new(int fd)
{
    struct connection *c = malloc(sizeof *c); /* what is not used is never touched */
    int flags = fcntl(fd, F_GETFL);
    if (c == NULL || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
            fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        int err = errno;
        free(c);
        (void)close(fd);
        errno = err;
        return NULL;
    }
    int size = SEND_BUFFER;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); /* larger works as well */
    c->fd = fd;
    c->has_ended = c->is_broken = c->skips = false;
    c->in_begin = c->in_end = c->out_begin = c->out_end = 0;
    return c;
}

/* Closing a socket with unread bytes makes the kernel forget what it has still to send. */
static void discard_input(int fd)
{
    char bytes[CONNECTION_INPUT_MAX];
    ssize_t n = 1;
    for (size_t left = DISCARDED_MAX; left > 0 && n > 0; left -= sizeof bytes) {
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
}

void connection_free(void *connection)
{
    struct connection *c = connection;
    connection_write(c);
    (void)shutdown(c->fd, SHUT_WR);
    discard_input(c->fd);
    (void)close(c->fd);
    free(c);
}

int connection_fd(const struct connection *c)
{
    return c->fd;
}

/* ---- Reading ---------------------------------------------------------------------------- */

bool connection_read(struct connection *c)
{
    if (c->in_begin > 0) {
        memmove(c->in, c->in + c->in_begin, c->in_end - c->in_begin);
        c->in_end -= c->in_begin;
        c->in_begin = 0;
    }
    bool has_read = false;
    ssize_t n = 1;
    while (n > 0 && c->in_end < sizeof c->in) {
        do {
            n = recv(c->fd, c->in + c->in_end, sizeof c->in - c->in_end, 0);
        } while (n < 0 && errno == EINTR);
        if (n > 0) {
            c->in_end += (size_t)n;
            has_read = true;
        }
    }
    if (n == 0) {
        c->has_ended = true;
    } else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        c->has_ended = true;
        connection_break(c);
    }
    return has_read || c->has_ended;
}

/* Takes the line that ends with the byte before `next`. */
static enum connection_line take_up_to(
        struct connection *c, size_t end, size_t next, const char **ret_text, size_t *ret_len)
{
    size_t begin = c->in_begin;
    c->in_begin = next;
    if (end > begin && c->in[end - 1] == '\r') {
        end--;
    }
    *ret_text = c->in + begin;
    *ret_len = end - begin;
    return *ret_len > CONNECTION_LINE_MAX ? CONNECTION_LONG_LINE : CONNECTION_LINE;
}

enum connection_line connection_take_line(
        struct connection *c, const char **ret_text, size_t *ret_len)
{
    for (;;) {
        size_t len = c->in_end - c->in_begin;
        const char *newline = memchr(c->in + c->in_begin, '\n', len);
        size_t end = newline == NULL ? c->in_end : (size_t)(newline - c->in);
        if (c->skips) {
            c->skips = newline == NULL;
            c->in_begin = newline == NULL ? end : end + 1;
            if (newline == NULL) {
                return CONNECTION_NO_LINE;
            }
        } else if (newline != NULL) {
            return take_up_to(c, end, end + 1, ret_text, ret_len);
        } else if (len > CONNECTION_LINE_MAX + 1) { /* no CR LF can mend that */
            c->skips = true;
            c->in_begin = c->in_end;
            return CONNECTION_LONG_LINE;
        } else if (c->has_ended && len > 0) {
            return take_up_to(c, end, end, ret_text, ret_len);
        } else {
            return CONNECTION_NO_LINE;
        }
    }
}

bool connection_has_ended(const struct connection *c)
{
    return c->has_ended;
}

/* ---- Writing ---------------------------------------------------------------------------- */

bool connection_put_line(struct connection *c, const char *text, size_t len)
{
    if (c->is_broken) {
        return true;
    }
    if (len >= sizeof c->out - connection_unwritten(c)) {
        return false;
    }
    if (len >= sizeof c->out - c->out_end) {
        memmove(c->out, c->out + c->out_begin, c->out_end - c->out_begin);
        c->out_end -= c->out_begin;
        c->out_begin = 0;
    }
    memcpy(c->out + c->out_end, text, len);
    c->out[c->out_end + len] = '\n';
    c->out_end += len + 1;
    return true;
}

void connection_write(struct connection *c)
{
    ssize_t n = 1;
    while (n > 0 && c->out_begin < c->out_end) {
        do {
            n = send(c->fd, c->out + c->out_begin, c->out_end - c->out_begin, MSG_NOSIGNAL);
        } while (n < 0 && errno == EINTR);
        if (n > 0) {
            c->out_begin += (size_t)n;
        } else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            connection_break(c);
        }
    }
    if (c->out_begin == c->out_end) {
        c->out_begin = c->out_end = 0;
    }
}

size_t connection_unwritten(const struct connection *c)
{
    return c->out_end - c->out_begin;
}

bool connection_is_broken(const struct connection *c)
{
    return c->is_broken;
}

void connection_break(struct connection *c)
{
    c->is_broken = true;
    c->out_begin = c->out_end = 0;
}
