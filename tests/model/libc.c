/* SPDX-License-Identifier: MIT */
/*
 * libc.c - what the runtime and the tests call of the system, for the threads of a run. Their objects are
 * renamed: who calls malloc() there calls model_malloc(). The list is in the Makefile.
 */
#include "races.h"
#include "threads.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define HERE __builtin_return_address(0)

/* Called from the tests' objects alone, by other names, so that no header has them. */
#define MODEL(type, name, ...)                                                                 \
    type model_##name(__VA_ARGS__);                                                            \
    type model_##name(__VA_ARGS__)

/* ---- Memory ---------------------------------------------------------------------------------- */

MODEL(void *, malloc, size_t bytes)
{
    return races_alloc(threads_at(HERE), bytes, 16);
}

MODEL(void *, calloc, size_t count, size_t bytes)
{
    return races_alloc(threads_at(HERE), count * bytes, 16);
}

MODEL(void *, aligned_alloc, size_t align, size_t bytes)
{
    return races_alloc(threads_at(HERE), bytes, align);
}

MODEL(void, free, void *p)
{
    if (p != NULL) {
        races_free(threads_at(HERE), p);
    }
}

MODEL(void *, realloc, void *p, size_t bytes)
{
    void *larger = races_alloc(threads_at(HERE), bytes, 16);
    if (p != NULL) {
        size_t old = races_bytes_of(p);
        races_access(threads_at(HERE), p, old, false);
        memcpy(larger, p, old < bytes ? old : bytes);
        races_free(threads_at(HERE), p);
    }
    return larger;
}

MODEL(void *, mmap, void *at, size_t bytes, int protection, int flags, int fd, long offset)
{
    (void)at, (void)protection, (void)flags, (void)fd, (void)offset;
    return races_alloc(threads_at(HERE), bytes, 4096);
}

MODEL(int, munmap, void *p, size_t bytes)
{
    (void)bytes;
    races_free(threads_at(HERE), p);
    return 0;
}

MODEL(int, madvise, void *p, size_t bytes, int advice)
{
    (void)p, (void)bytes, (void)advice;
    return 0;
}

MODEL(void *, memcpy, void *to, const void *from, size_t bytes)
{
    races_access(threads_at(HERE), from, bytes, false);
    races_access(threads_at(HERE), to, bytes, true);
    return memcpy(to, from, bytes);
}

MODEL(void *, memmove, void *to, const void *from, size_t bytes)
{
    races_access(threads_at(HERE), from, bytes, false);
    races_access(threads_at(HERE), to, bytes, true);
    return memmove(to, from, bytes);
}

MODEL(void *, memset, void *to, int byte, size_t bytes)
{
    races_access(threads_at(HERE), to, bytes, true);
    return memset(to, byte, bytes);
}

/* ---- Locks and signals ------------------------------------------------------------------------ */

MODEL(int, pthread_mutex_init, pthread_mutex_t *m, const pthread_mutexattr_t *attr)
{
    (void)attr;
    races_access(threads_at(HERE), m, sizeof *m, true);
    return 0;
}

MODEL(int, pthread_mutex_destroy, pthread_mutex_t *m)
{
    races_access(threads_at(HERE), m, sizeof *m, true);
    return threads_lock_is_held(threads_lock_of(m)) ? EBUSY : 0;
}

MODEL(int, pthread_mutex_lock, pthread_mutex_t *m)
{
    threads_visible();
    /* It must have been made before: that much of a lock is plain memory. */
    races_access(threads_at(HERE), m, 1, false);
    threads_lock(threads_lock_of(m));
    threads_note(HERE, "locks", m, 0);
    return 0;
}

MODEL(int, pthread_mutex_unlock, pthread_mutex_t *m)
{
    threads_note(HERE, "unlocks", m, 0);
    threads_unlock(threads_lock_of(m));
    return 0;
}

MODEL(int, pthread_cond_init, pthread_cond_t *c, const pthread_condattr_t *attr)
{
    (void)attr;
    races_access(threads_at(HERE), c, sizeof *c, true);
    return 0;
}

MODEL(int, pthread_cond_destroy, pthread_cond_t *c)
{
    races_access(threads_at(HERE), c, sizeof *c, true);
    return 0;
}

static int wait_for_signal(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline)
{
    struct lock *k = threads_lock_of(m);
    threads_unlock(k);
    bool signalled = threads_wait(WAIT_COND, c, deadline);
    threads_lock(k);
    return signalled ? 0 : ETIMEDOUT;
}

static int64_t ns_of(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

MODEL(int, pthread_cond_wait, pthread_cond_t *c, pthread_mutex_t *m)
{
    return wait_for_signal(c, m, INT64_MAX);
}

MODEL(int, pthread_cond_timedwait, pthread_cond_t *c, pthread_mutex_t *m,
        const struct timespec *until)
{
    return wait_for_signal(c, m, ns_of(until));
}

MODEL(int, pthread_cond_broadcast, pthread_cond_t *c)
{
    (void)threads_wake(WAIT_COND, c, true);
    return 0;
}

/* ---- Threads ------------------------------------------------------------------------------------ */

MODEL(int, pthread_create, pthread_t *ret, const pthread_attr_t *attr, void *(*body)(void *),
        void *arg)
{
    (void)attr;
    int thread = threads_start(body, arg);
    if (thread < 0) {
        return EAGAIN;
    }
    *ret = (pthread_t)thread;
    return 0;
}

MODEL(int, pthread_join, pthread_t thread, void **ret)
{
    (void)ret;
    threads_visible();
    uint32_t i = (uint32_t)thread;
    if (!threads_ended(i)) {
        (void)threads_wait(WAIT_END, threads_end_of(i), INT64_MAX);
    }
    if (threads_checked()) {
        memory_acquire(threads_at(HERE).memory, threads_legacy(i));
    }
    return 0;
}

MODEL(int, pthread_detach, pthread_t thread)
{
    (void)thread;
    return 0;
}

MODEL(int, pthread_kill, pthread_t thread, int number)
{
    (void)thread, (void)number;
    return 0;
}

/* Whoever spins waits for a change anyway. */
MODEL(int, sched_yield, void)
{
    return 0;
}

/*
 * The kernel looks at the word under a lock of its own, under which it wakes, too. Only this is relied on:
 * what it does beyond that, such as its barriers, no program should need.
 */
static long wait_on(uint32_t *word, uint32_t value, const struct timespec *until)
{
    struct lock *kernels = threads_lock_of(word);
    threads_lock(kernels);
    uint32_t found = threads_checked() ? (uint32_t)memory_load(threads_at(HERE), word,
                                                 sizeof *word, memory_order_relaxed, false)
                                       : *word;
    threads_unlock(kernels);
    threads_note(HERE, "futex wait", word, found);
    if (found != value) {
        errno = EAGAIN;
        return -1;
    }
    if (!threads_wait(WAIT_WORD, word, until == NULL ? INT64_MAX : ns_of(until))) {
        errno = ETIMEDOUT;
        return -1;
    }
    threads_lock(kernels);
    threads_unlock(kernels);
    return 0;
}

static long wake_on(uint32_t *word)
{
    struct lock *kernels = threads_lock_of(word);
    threads_lock(kernels);
    threads_unlock(kernels);
    threads_note(HERE, "futex wake", word, 0);
    return threads_wake(WAIT_WORD, word, false);
}

MODEL(long, syscall, long number, uint32_t *word, int op, uint32_t value,
        const struct timespec *until)
{
    threads_visible();
    if (number != SYS_futex) {
        threads_fail("system call %ld", number);
    }
    switch (op & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET: return wait_on(word, value, until);
    case FUTEX_WAKE: return wake_on(word);
    default: threads_fail("futex operation %d", op);
    }
}

/* ---- Files of the runtime that are not part of the program ----------------------------------------- */

int64_t clock_now(void);
int64_t clock_now(void)
{
    return threads_now();
}

_Noreturn void rt_broken(const char *what, const char *file, int line);
_Noreturn void rt_broken(const char *what, const char *file, int line)
{
    threads_fail("broken invariant: %s (%s:%d)", what, file, line);
}
