/* SPDX-License-Identifier: MIT */
/*
 * shortage.h - memory, threads and descriptors that are refused, each call in turn. The linker puts the functions
 * below in the place of malloc() and its like, for all that is linked with the test; the pools of messages fail
 * through a hook, in builds for tests. For the one source file of a test program that includes it.
 */
#ifndef SHORTAGE_H
#define SHORTAGE_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/mman.h>

static atomic_bool armed;
static atomic_bool for_one; /* only calls of the thread that began the shortage are counted */
static _Thread_local bool is_one;
static atomic_bool for_good;     /* not only one of them fails, but all from there on */
static atomic_int_fast64_t left; /* calls until one fails */
static atomic_int_fast64_t
        taken; /* what was allocated and not released, by malloc and its like */

static bool fails(void)
{
    if (!atomic_load(&armed) || (atomic_load(&for_one) && !is_one)) {
        return false;
    }
    int_fast64_t before = atomic_fetch_sub(&left, 1);
    return before == 1 || (before < 1 && atomic_load(&for_good));
}

static inline void arm(int64_t call, bool and_all_after, bool here)
{
    is_one = here;
    atomic_store(&left, call);
    atomic_store(&for_good, and_all_after);
    atomic_store(&for_one, here);
    atomic_store(&armed, call > 0);
}

/* From now on the given call fails, and those after it; 0 = none does. */
static inline void shortage_begin(int64_t call, bool and_all_after)
{
    arm(call, and_all_after, false);
}

/* The same, for the given call of this thread and no other's. */
static inline void shortage_begin_here(int64_t call)
{
    arm(call, false, true);
}

/* Says whether a call has failed. */
static inline bool shortage_end(void)
{
    atomic_store(&armed, false);
    is_one = false;
    return atomic_load(&left) <= 0;
}

/* ---- Memory ------------------------------------------------------------------------------- */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__real_aligned_alloc(size_t align, size_t bytes);
void __real_free(void *block);
void *__real_mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
void *__wrap_aligned_alloc(size_t align, size_t bytes);
void __wrap_free(void *block);
void *__wrap_mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset);

static void *count(void *block)
{
    atomic_fetch_add(&taken, block != NULL ? 1 : 0);
    return block;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : count(__real_malloc(bytes));
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    return fails() ? NULL : count(__real_calloc(n, bytes));
}

void *__wrap_realloc(void *old, size_t bytes)
{
    if (fails()) {
        return NULL;
    }
    void *block = __real_realloc(old, bytes);
    return old == NULL ? count(block) : block;
}

void *__wrap_aligned_alloc(size_t align, size_t bytes)
{
    return fails() ? NULL : count(__real_aligned_alloc(align, bytes));
}

void __wrap_free(void *block)
{
    atomic_fetch_sub(&taken, block != NULL ? 1 : 0);
    __real_free(block);
}

void *__wrap_mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset)
{
    return fails() ? MAP_FAILED : __real_mmap(at, bytes, prot, flags, fd, offset);
}

#ifdef RT_FAULTS
extern bool (*actor__fault)(void);
#endif

/* ---- Threads and descriptors ---------------------------------------------------------------- */

int __real_pthread_create(
        pthread_t *ret_thread, const pthread_attr_t *attr, void *(*body)(void *), void *arg);
int __real_epoll_create1(int flags);
int __real_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event);
int __real_eventfd(unsigned first, int flags);
int __real_pipe2(int ends[2], int flags);
int __wrap_pthread_create(
        pthread_t *ret_thread, const pthread_attr_t *attr, void *(*body)(void *), void *arg);
int __wrap_epoll_create1(int flags);
int __wrap_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event);
int __wrap_eventfd(unsigned first, int flags);
int __wrap_pipe2(int ends[2], int flags);

static bool refuses(int err)
{
    bool refused = fails();
    errno = refused ? err : errno;
    return refused;
}

int __wrap_pthread_create(
        pthread_t *ret_thread, const pthread_attr_t *attr, void *(*body)(void *), void *arg)
{
    return fails() ? EAGAIN : __real_pthread_create(ret_thread, attr, body, arg);
}

int __wrap_epoll_create1(int flags)
{
    return refuses(EMFILE) ? -1 : __real_epoll_create1(flags);
}

int __wrap_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
    /* What is taken back is: the kernel needs nothing for that. */
    return what != EPOLL_CTL_DEL && refuses(ENOMEM) ? -1
                                                    : __real_epoll_ctl(epoll, what, fd, event);
}

int __wrap_eventfd(unsigned first, int flags)
{
    return refuses(EMFILE) ? -1 : __real_eventfd(first, flags);
}

int __wrap_pipe2(int ends[2], int flags)
{
    return refuses(EMFILE) ? -1 : __real_pipe2(ends, flags);
}

#endif
