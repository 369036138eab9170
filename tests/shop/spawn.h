/* SPDX-License-Identifier: MIT */
/* spawn.h - runs the shop as a program of its own, for tests of what becomes of the process. */
#ifndef SPAWN_H
#define SPAWN_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes the path of the shop beside which this test was built to `path`. `argv0` is such as
 * build/debug/tests/shop/test_x. */
static inline void spawn_find_shop(const char *argv0, char *path, size_t size)
{
    const char *folder = strstr(argv0, "tests/shop/");
    int len = folder == NULL ? 0 : (int)(folder - argv0);
    (void)snprintf(path, size, "%.*sshop", len, argv0);
}

/* Starts argv[0] with `stdout_fd` and `stderr_fd`; every other descriptor of the test that is not
 * to be inherited has FD_CLOEXEC. Returns its process id, or -1. */
static inline pid_t spawn_shop(char *const argv[], int stdout_fd, int stderr_fd)
{
    pid_t child = fork();
    if (child == 0) {
        int input = open("/dev/null", O_RDONLY);
        if (input >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
                dup2(stdout_fd, STDOUT_FILENO) >= 0 && dup2(stderr_fd, STDERR_FILENO) >= 0) {
            (void)execv(argv[0], argv);
        }
        _exit(127);
    }
    return child;
}

/* Waits for it. Returns its exit status, or 128 and the signal that ended it. */
static inline int spawn_wait(pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) != child) {
        return -1;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

#endif
