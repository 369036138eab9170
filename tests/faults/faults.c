/* SPDX-License-Identifier: MIT */
/*
 * faults.c - preloaded into actorc: lets the n-th call that may fail do so, or ends the process there
 * as with kill -9. For run.sh, by the environment:
 *
 *     FAULT_AT      the number of the call, from 1
 *     FAULT_ERRNO   what it fails with; 0 = the process is killed
 *     FAULT_COUNT   a file in which the number of calls is left
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

/* Says whether this call fails. */
static int strikes(void)
{
    const char *at = getenv("FAULT_AT");
    const char *number = getenv("FAULT_ERRNO");
    if (at == NULL || number == NULL || ++calls != atol(at)) {
        return 0;
    }
    if (atoi(number) == 0) {
        raise(SIGKILL);
    }
    errno = atoi(number);
    return 1;
}

__attribute__((destructor)) static void leave_count(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path == NULL ? NULL : fopen(path, "w");
    if (file != NULL) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

/* The function that ours stands before. */
#define NEXT(type, name) ((type)(uintptr_t)dlsym(RTLD_NEXT, name))

/* Says whether the file belongs to the counters of MODE=coverage, which are not what is tested. */
static int is_counter(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcmp(dot, ".gcda") == 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return !is_counter(path) && strikes()
                   ? -1
                   : NEXT(int (*)(const char *, int, ...), "open")(path, flags, mode);
}

ssize_t write(int file, const void *data, size_t size)
{
    if (strikes()) {
        return -1;
    }
    /* A piece at a time, so that a file can be cut anywhere. */
    size_t piece = size > 4096 ? 4096 : size;
    return NEXT(ssize_t(*)(int, const void *, size_t), "write")(file, data, piece);
}

int close(int file)
{
    int struck = strikes();
    int why = errno;
    /* The file is closed, as with a real error, and what had not been written yet is lost. */
    int lost = struck ? ftruncate(file, 0) : 0;
    int status = NEXT(int (*)(int), "close")(file);
    (void)lost; /* it was only read */
    errno = struck ? why : errno;
    return struck ? -1 : status;
}

int rename(const char *from, const char *to)
{
    return strikes() ? -1 : NEXT(int (*)(const char *, const char *), "rename")(from, to);
}

int mkdir(const char *path, mode_t mode)
{
    return strikes() ? -1 : NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode);
}

int fchmod(int file, mode_t mode)
{
    return strikes() ? -1 : NEXT(int (*)(int, mode_t), "fchmod")(file, mode);
}
