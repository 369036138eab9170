/* SPDX-License-Identifier: MIT */
/*
 * signals.c - signals that stop a system in order, and one that shows it.
 *
 * The handler of a signal only writes its number into a pipe; a thread outside of the system reads it
 * and does what is to be done. The pipe stays for ever, as a handler may still be about to write
 * when the signals are given back.
 */
#define _GNU_SOURCE /* pipe2 */
#include "log.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const int signals[] = { SIGTERM, SIGINT, SIGUSR1 };

enum { QUIT = 0 }; /* in the pipe: no signal, but the end */

/* Of the process. */
static struct {
    struct mutex lock;
    actor_system *system; /* [L:lock] that has the signals; NULL = none */
    struct thread thread;
    actor_duration deadline;
    int dump_fd;
    bool has_pipe; /* [L:lock] */
    int pipe[2];   /* written before our handlers are installed */
    bool taken[RT_COUNT(signals)];
    struct sigaction before[RT_COUNT(signals)]; /* likewise */
} process = { .lock = MUTEX_INITIALIZER };

static void pass_on(const struct sigaction *before, int number, siginfo_t *info, void *context)
{
    if ((before->sa_flags & SA_SIGINFO) != 0) {
        before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    }
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    int err = errno;
    unsigned char byte = (unsigned char)number;
    /* If the pipe is full there are enough of them in it. */
    ssize_t ignored = write(process.pipe[1], &byte, 1);
    (void)ignored;
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        if (signals[i] == number) {
            pass_on(&process.before[i], number, info, context);
        }
    }
    errno = err;
}

/* Takes a signal, unless it is ignored, as by nohup or in the background of a shell. */
static void take(size_t index)
{
    struct sigaction action = { .sa_sigaction = on_signal,
        .sa_flags = SA_SIGINFO | SA_RESTART };
    sigemptyset(&action.sa_mask);
    struct sigaction *before = &process.before[index];
    process.taken[index] =
            sigaction(signals[index], NULL, before) == 0 &&
            ((before->sa_flags & SA_SIGINFO) != 0 || before->sa_handler != SIG_IGN) &&
            sigaction(signals[index], &action, NULL) == 0;
}

static void give_back(size_t index)
{
    struct sigaction now;
    /* What the application has put in our place since stays. */
    if (process.taken[index] && sigaction(signals[index], NULL, &now) == 0 &&
            (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_signal) {
        (void)sigaction(signals[index], &process.before[index], NULL);
    }
    process.taken[index] = false;
}

/* The first one stops the system; the next one does what it did before us, so that whoever cannot
 * wait for the end gets one. */
static void stop(actor_system *system, int number)
{
    mutex_lock(&process.lock); /* it may come before all of them have been taken */
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        if (signals[i] != SIGUSR1) {
            give_back(i);
        }
    }
    mutex_unlock(&process.lock);
    log_line(&system->shared, ACTOR_LOG_INFO, "%s: the system stops",
            number == SIGTERM ? "SIGTERM" : "SIGINT");
    (void)actor_system_stop(system, process.deadline);
}

static void wait_for_signals(void *arg)
{
    actor_system *system = arg;
    unsigned char byte;
    bool stopped = false;
    for (;;) {
        ssize_t n = read(process.pipe[0], &byte, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n != 1 || byte == QUIT) {
            return;
        }
        if (byte == SIGUSR1) {
            (void)actor_dump(system, process.dump_fd); /* there is nobody to tell */
        } else if (!stopped) {
            stopped = true;
            stop(system, byte);
        }
    }
}

/* Called by actor_system_free(), when the system has stopped. */
static void close_signals(actor_system *system)
{
    unsigned char quit = QUIT;
    mutex_lock(&process.lock);
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        if (system == process.system && signals[i] == SIGUSR1) {
            give_back(i);
        }
    }
    mutex_unlock(&process.lock);
    while (write(process.pipe[1], &quit, 1) != 1) {
        sync_yield(); /* full of signals; they are being read */
    }
    thread_join(&process.thread);
    mutex_lock(&process.lock);
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        give_back(i);
    }
    process.system = NULL;
    mutex_unlock(&process.lock);
}

/* [L:lock] */
static bool make_pipe(void)
{
    if (!process.has_pipe && pipe2(process.pipe, O_CLOEXEC) == 0) {
        process.has_pipe = fcntl(process.pipe[1], F_SETFL, O_NONBLOCK) == 0;
    }
    return process.has_pipe;
}

/* What came too late for the system that had the signals before is not for this one. [L:lock] */
static void empty_pipe(void)
{
    int bytes = 0;
    unsigned char byte;
    while (ioctl(process.pipe[0], FIONREAD, &bytes) == 0 && bytes > 0 &&
            read(process.pipe[0], &byte, 1) == 1) {
    }
}

/* [L:lock] */
static actor_err open_signals(actor_system *system, actor_duration deadline, int dump_fd)
{
    if (process.system != NULL) {
        return ACTOR_ERR_LIMIT;
    }
    process.deadline = deadline;
    process.dump_fd = dump_fd;
    if (!make_pipe()) {
        return ACTOR_ERR_OS;
    }
    empty_pipe();
    if (!thread_start(&process.thread, wait_for_signals, system)) {
        return ACTOR_ERR_OS;
    }
    process.system = system;
    system->close_signals = close_signals;
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        if (signals[i] != SIGUSR1 || dump_fd >= 0) {
            take(i);
        }
    }
    return ACTOR_OK;
}

actor_err actor_system_signals(actor_system *system, actor_duration deadline, int dump_fd)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    mutex_lock(&process.lock);
    actor_err err = open_signals(system, deadline, dump_fd);
    mutex_unlock(&process.lock);
    return err;
}
