/* SPDX-License-Identifier: MIT */
/* server.h - runs the chat as a program of its own, on a port that the kernel picks, and talks to
 * it. To be included after cmocka.h. What hangs is ended by an alarm, and so fails. */
#ifndef SERVER_H
#define SERVER_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVER_PATIENCE_S = 300, CLIENT_INPUT_MAX = 8192 };

static char server_path[4096];

struct server {
    pid_t pid;
    in_port_t port; /* in network order */
    FILE *errors;   /* what it wrote to stderr */
};

/* `argv0` is such as build/debug/tests/chat/test_x. */
static inline void server_find(const char *argv0)
{
    const char *folder = strstr(argv0, "tests/chat/");
    int len = folder == NULL ? 0 : (int)(folder - argv0);
    (void)snprintf(server_path, sizeof server_path, "%.*schat", len, argv0);
}

/* What the child does before it is the server. */
static inline void server_become(int out, int err, rlim_t descriptors, const char *option)
{
    struct rlimit limit = { descriptors, descriptors };
    char *argv[] = { server_path, "--port=0", (char *)(size_t)option, NULL };
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* no test that fails leaves it behind */
    if (dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0 &&
            (descriptors == 0 || setrlimit(RLIMIT_NOFILE, &limit) == 0)) {
        (void)execv(argv[0], argv);
    }
    _exit(127);
}

/* Starts it with `option`, unless that is NULL, and at most so many descriptors, if not 0. */
static inline struct server server_start(const char *option, rlim_t descriptors)
{
    struct server server = { .errors = tmpfile() };
    int fds[2];
    char line[200];
    unsigned port;
    (void)alarm(SERVER_PATIENCE_S);
    assert_non_null(server.errors);
    assert_int_equal(0, fcntl(fileno(server.errors), F_SETFD, FD_CLOEXEC));
    assert_int_equal(0, pipe(fds));
    assert_int_equal(0, fcntl(fds[0], F_SETFD, FD_CLOEXEC));
    assert_int_equal(0, fcntl(fds[1], F_SETFD, FD_CLOEXEC));
    server.pid = fork();
    assert_true(server.pid >= 0);
    if (server.pid == 0) {
        server_become(fds[1], fileno(server.errors), descriptors, option);
    }
    (void)close(fds[1]);
    FILE *out = fdopen(fds[0], "r");
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof line, out));
    assert_int_equal(1, sscanf(line, "listening on 127.0.0.1:%u\n", &port));
    (void)fclose(out);
    server.port = htons((in_port_t)port);
    return server;
}

/* Sends it the signal. */
static inline void server_signal(const struct server *server, int signal)
{
    assert_int_equal(0, kill(server->pid, signal));
}

/* Waits for its end, which must be an orderly one. */
static inline void server_wait(const struct server *server)
{
    int status;
    assert_int_equal(server->pid, waitpid(server->pid, &status, 0));
    assert_true(WIFEXITED(status));
    assert_int_equal(0, WEXITSTATUS(status));
}

/* Returns how many lines of its stderr, which are shown, have `text` in them; closes that. On a busy
 * machine there may be others, of handlers that took long. */
static inline int server_complaints(struct server *server, const char *text)
{
    char line[1024];
    int count = 0;
    rewind(server->errors);
    while (fgets(line, sizeof line, server->errors) != NULL) {
        print_message("server: %s", line);
        count += strstr(line, text) != NULL;
    }
    (void)fclose(server->errors);
    return count;
}

/* ---- A client ---------------------------------------------------------------------------------- */

struct client {
    int fd;
    size_t begin;
    size_t end;
    char in[CLIENT_INPUT_MAX];
};

/* Makes one with the receive buffer that the kernel gives, or a small one. */
static inline void client_connect(
        struct client *client, const struct server *server, bool small)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = server->port };
    int size = 4096;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *client = (struct client){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
    assert_true(client->fd >= 0);
    assert_int_equal(0, fcntl(client->fd, F_SETFD, FD_CLOEXEC));
    if (small) {
        assert_int_equal(0, setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size));
    }
    assert_int_equal(0, connect(client->fd, (struct sockaddr *)&address, sizeof address));
}

static inline void client_close(struct client *client)
{
    assert_int_equal(0, close(client->fd));
}

static inline void client_send(const struct client *client, const char *bytes, size_t len)
{
    assert_int_equal(len, send(client->fd, bytes, len, MSG_NOSIGNAL));
}

static inline void client_say(const struct client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

/* Takes a whole line out of what has been read, and ends it with a NUL; NULL if there is none. */
static inline char *client_take(struct client *client)
{
    char *line = client->in + client->begin;
    char *end = memchr(line, '\n', client->end - client->begin);
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    client->begin = (size_t)(end + 1 - client->in);
    return line;
}

/* Reads more. Returns what recv() does: 0 at the end. */
static inline ssize_t client_read(struct client *client, int flags)
{
    memmove(client->in, client->in + client->begin, client->end - client->begin);
    client->end -= client->begin;
    client->begin = 0;
    assert_true(client->end < sizeof client->in);
    ssize_t n =
            recv(client->fd, client->in + client->end, sizeof client->in - client->end, flags);
    client->end += n > 0 ? (size_t)n : 0;
    return n;
}

/* Waits for the next line; NULL at the end of the connection, be it a reset. */
static inline char *client_line(struct client *client)
{
    char *line = client_take(client);
    while (line == NULL && client_read(client, 0) > 0) {
        line = client_take(client);
    }
    return line;
}

/* Waits for the next line, which must be `text`; NULL: the end. */
static inline void client_expect(struct client *client, const char *text)
{
    const char *line = client_line(client);
    if (text == NULL) {
        assert_null(line);
    } else {
        assert_non_null(line);
        assert_string_equal(text, line);
    }
}

/* Connects one that is welcomed under this name. */
static inline void client_join(
        struct client *client, const struct server *server, const char *name)
{
    char welcome[64];
    client_connect(client, server, false);
    const char *line = client_line(client);
    (void)snprintf(welcome, sizeof welcome, "* welcome, %s; ", name);
    assert_non_null(line);
    assert_memory_equal(welcome, line, strlen(welcome));
}

#endif
