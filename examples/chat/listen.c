/* SPDX-License-Identifier: MIT */
/* listen.c - see listen.h. */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel lowers it to what it allows. */
enum { BACKLOG = 4096, HOST_SIZE = 128, PORT_SIZE = 8 };

static bool describe(int fd, char *ret_where, size_t where_size)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char host[HOST_SIZE];
    char port[PORT_SIZE];
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0 ||
            getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return false;
    }
    const char *format = strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s";
    (void)snprintf(ret_where, where_size, format, host, port);
    return true;
}

/* Returns a socket that listens at this address, or -1: errno. */
static int listen_at(const struct addrinfo *at)
{
    int on = 1;
    int fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
            bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
        return fd;
    }
    int err = errno;
    (void)close(fd);
    errno = err;
    return -1;
}

int listen_open(const char *host, uint16_t port, char *ret_where, size_t where_size)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *all;
    char service[PORT_SIZE];
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    int code = getaddrinfo(host, service, &hints, &all);
    if (code != 0) {
        (void)fprintf(stderr, "chat: no host '%s': %s\n", host, gai_strerror(code));
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *at = all; at != NULL && fd < 0; at = at->ai_next) {
        fd = listen_at(at);
    }
    int err = errno;
    freeaddrinfo(all);
    if (fd >= 0 && describe(fd, ret_where, where_size)) {
        return fd;
    }
    (void)fprintf(stderr, "chat: cannot listen on port %u of %s: %s\n", (unsigned)port, host,
            strerror(fd < 0 ? err : errno));
    if (fd >= 0) {
        (void)close(fd);
    }
    return -1;
}
