/* SPDX-License-Identifier: MIT */
/*
 * child.h - runs a program, says what it printed and what it took, and ends it when it hangs or when the
 * harness is interrupted: with all that it has started, as a child is a process group of its own.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdint.h>

enum { CHILD_OUT_MAX = 64 * 1024, CHILD_ERR_MAX = 4 * 1024 };

enum child_end {
    CHILD_EXITED,      /* `status` is its exit status */
    CHILD_SIGNALLED,   /* `status` is the signal */
    CHILD_HUNG,        /* it was killed when its time was over */
    CHILD_INTERRUPTED, /* it was killed because of a signal to us */
};

struct child {
    enum child_end end;
    int status;
    double wall_s;
    double cpu_s; /* user and system, of all its threads and of the children it waited for */
    uint64_t rss_bytes;          /* the most that was resident */
    char out[CHILD_OUT_MAX + 1]; /* what it printed; more than this is read and dropped */
    char err[CHILD_ERR_MAX + 1];
};

/* Installs the handlers of SIGINT, SIGTERM, SIGHUP and SIGCHLD. Once, before anything else here. */
void child_setup(void);

/* The signal that asks us to end, 0 as long as there was none. */
int child_interrupted(void);

/* Runs `argv`, which ends with NULL, for at most `limit_s`. What cannot be started exits with 127. */
void child_run(char *const *argv, double limit_s, struct child *ret_child);

#endif
