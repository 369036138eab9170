/* SPDX-License-Identifier: MIT */
/*
 * child.c - see child.h.
 *
 * A signal handler writes into a pipe that is polled together with the child's outputs; so nothing
 * is lost between looking and waiting. The end of the outputs is not waited for: a daemon that the child
 * leaves behind may hold them open for ever.
 */
#define _GNU_SOURCE /* pipe2(), wait4() */

#include "child.h"

#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int wake[2];
static volatile sig_atomic_t interrupted;

/* What one output of a child goes to. */
struct sink {
    int file;
    char *text;
    size_t length;
    size_t room;
};

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void on_signal(int signal)
{
    int error = errno;
    if (signal != SIGCHLD) {
        interrupted = signal;
    }
    /* A full pipe wakes just as well. */
    ssize_t written = write(wake[1], "", 1);
    (void)written;
    errno = error;
}

void child_setup(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        base_give_up("no pipe: %s", strerror(errno));
    }
    struct sigaction action = { .sa_handler = on_signal,
        .sa_flags = SA_RESTART | SA_NOCLDSTOP };
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaction(signals[i], &action, NULL);
    }
}

int child_interrupted(void)
{
    return interrupted;
}

/* The child's side: it never returns. */
static _Noreturn void become(char *const *argv, pid_t parent, int out, int err)
{
    (void)setpgid(0, 0);
    /* Nobody else ends it if we are killed. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() != parent || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) {
        _exit(127);
    }
    execv(argv[0], argv);
    (void)fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    (void)fflush(stderr);
    _exit(127);
}

/* Reads what is there without waiting. */
static void sink_drain(struct sink *sink)
{
    char dropped[4096];
    for (;;) {
        size_t room = sink->room - sink->length;
        ssize_t got = read(sink->file, room > 0 ? sink->text + sink->length : dropped,
                room > 0 ? room : sizeof dropped);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got == 0) {
            (void)close(sink->file);
            sink->file = -1;
        }
        if (got <= 0) {
            return;
        }
        sink->length += room > 0 ? (size_t)got : 0;
    }
}

/* Sleeps until a signal came, something was printed, or the time is over. */
static void await(struct sink *sinks, double seconds)
{
    struct pollfd files[] = { { wake[0], POLLIN, 0 }, { sinks[0].file, POLLIN, 0 },
        { sinks[1].file, POLLIN, 0 } };
    int timeout = seconds <= 0 ? 0 : seconds > 1000 ? 1000000 : (int)(seconds * 1000) + 1;
    if (poll(files, 3, timeout) <= 0) {
        return;
    }
    char ignored[64];
    while (files[0].revents != 0 && read(wake[0], ignored, sizeof ignored) > 0) {
    }
    for (int i = 0; i < 2; i++) {
        if (files[1 + i].revents != 0) {
            sink_drain(&sinks[i]);
        }
    }
}

/* Follows the child to its end, and ends it if need be. */
static int follow(pid_t process, double began_s, double limit_s, struct sink *sinks,
        struct child *child, struct rusage *usage)
{
    int status;
    for (;;) {
        pid_t ended = wait4(process, &status, WNOHANG, usage);
        if (ended == process) {
            child->end = WIFEXITED(status) ? CHILD_EXITED : CHILD_SIGNALLED;
            return WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
        }
        if (ended < 0 && errno != EINTR) {
            base_give_up("cannot wait for a child: %s", strerror(errno));
        }
        double left_s = began_s + limit_s - now_s();
        if (interrupted != 0 || left_s <= 0) {
            break;
        }
        await(sinks, left_s);
    }
    child->end = interrupted != 0 ? CHILD_INTERRUPTED : CHILD_HUNG;
    (void)kill(-process, SIGKILL);
    while (wait4(process, &status, 0, usage) < 0 && errno == EINTR) {
    }
    return SIGKILL;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Forks a child whose outputs are the sinks. */
static pid_t start(char *const *argv, struct sink *sinks)
{
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(err, O_CLOEXEC | O_NONBLOCK) != 0) {
        base_give_up("no pipe: %s", strerror(errno));
    }
    /* Programs expect outputs that block. */
    (void)fcntl(out[1], F_SETFL, 0);
    (void)fcntl(err[1], F_SETFL, 0);
    (void)fflush(NULL);
    pid_t parent = getpid();
    pid_t process = fork();
    if (process < 0) {
        base_give_up("cannot fork: %s", strerror(errno));
    }
    if (process == 0) {
        become(argv, parent, out[1], err[1]);
    }
    /* Both sides do it, as either may run first. */
    (void)setpgid(process, process);
    (void)close(out[1]);
    (void)close(err[1]);
    sinks[0].file = out[0];
    sinks[1].file = err[0];
    return process;
}

void child_run(char *const *argv, double limit_s, struct child *ret_child)
{
    struct sink sinks[2] = { { .text = ret_child->out, .room = CHILD_OUT_MAX },
        { .text = ret_child->err, .room = CHILD_ERR_MAX } };
    struct rusage usage;
    double began_s = now_s();
    pid_t process = start(argv, sinks);
    ret_child->status = follow(process, began_s, limit_s, sinks, ret_child, &usage);
    ret_child->wall_s = now_s() - began_s;
    ret_child->cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    ret_child->rss_bytes = (uint64_t)usage.ru_maxrss * 1024;
    /* What it left running would disturb the next one. */
    (void)kill(-process, SIGKILL);
    for (int i = 0; i < 2; i++) {
        if (sinks[i].file >= 0) {
            sink_drain(&sinks[i]);
        }
        if (sinks[i].file >= 0) {
            (void)close(sinks[i].file);
        }
        sinks[i].text[sinks[i].length] = '\0';
    }
}
