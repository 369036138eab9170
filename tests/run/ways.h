/* SPDX-License-Identifier: MIT */
/*
 * ways.h - how the handlers of tests die, and of what a build can contain of that. For the one source file of a
 * test program that includes it.
 */
#ifndef WAYS_H
#define WAYS_H

#include "crash.actor.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef NDEBUG
#include <assert.h>

/* ThreadSanitizer survives none of it, AddressSanitizer what is no signal. */
#if defined(__SANITIZE_THREAD__)
enum { SIGNALS_ARE_CONTAINED = 0, DEATHS_ARE_CONTAINED = 0 };
#elif defined(__SANITIZE_ADDRESS__)
enum { SIGNALS_ARE_CONTAINED = 0, DEATHS_ARE_CONTAINED = 1 };
#elif defined(__has_feature) /* clang */
#if __has_feature(thread_sanitizer)
enum { SIGNALS_ARE_CONTAINED = 0, DEATHS_ARE_CONTAINED = 0 };
#elif __has_feature(address_sanitizer)
enum { SIGNALS_ARE_CONTAINED = 0, DEATHS_ARE_CONTAINED = 1 };
#else
enum { SIGNALS_ARE_CONTAINED = 1, DEATHS_ARE_CONTAINED = 1 };
#endif
#else
enum { SIGNALS_ARE_CONTAINED = 1, DEATHS_ARE_CONTAINED = 1 };
#endif

/* Where the optimiser cannot see what will come of it. */
static int *volatile nowhere;
static char *volatile no_text;
static void (*volatile no_function)(void);
static volatile int zero;
static volatile size_t too_much = 64;

static int overflow(int depth);
static int (*volatile next_frame)(int depth) = overflow;

static int overflow(int depth)
{
    volatile char frame[1024];
    frame[depth % 1024] = (char)depth;
    return next_frame(depth + 1) + frame[(depth + 1) % 1024];
}

static __attribute__((noinline)) void smash(void)
{
    volatile char small[8];
    static _Thread_local size_t i; /* not on the stack that is smashed */
    for (i = 0; i < too_much; i++) {
        small[i] = 'x';
    }
    zero = small[0] - 'x';
}

static __attribute__((noinline)) int divide(int by)
{
    volatile int one = 1;
    return one / by;
}

/* Without a frame of its own that would be worth it. */
static int recurse(int depth);
static int (*volatile again)(int depth) = recurse;

static int recurse(int depth)
{
    return again(depth + 1) + 1;
}

/* The size of a block is before it, and free() believes what it says. */
static void free_what_is_broken(void)
{
    void *volatile block = malloc(24);
    volatile size_t *words = block; /* an optimizer knows that nobody reads what is freed */
    words[-1] = (size_t)0x5555555555555555;
    free(block);
}

/* `state` is the actor's. */
static void die(crash_way way, void *state, size_t bytes)
{
    switch (way) {
    case CRASH_WAY_NULL_READ: zero = *nowhere; break;
    case CRASH_WAY_NULL_WRITE: *nowhere = 1; break;
    case CRASH_WAY_WILD_WRITE: *(volatile int *)(uintptr_t)0xdead00000000beef = 1; break;
    case CRASH_WAY_DIVISION: zero = divide(zero); break;
    case CRASH_WAY_CALL_OF_NULL: no_function(); break;
    case CRASH_WAY_TRAP: __builtin_trap();
    case CRASH_WAY_STACK_OVERFLOW: zero = overflow(0); break;
    case CRASH_WAY_MEMCPY: memcpy(no_text, "some text that is long", too_much); break;
    case CRASH_WAY_STRLEN: zero = (int)strlen(no_text); break;
    case CRASH_WAY_ABORT: abort();
    case CRASH_WAY_ASSERT: assert(zero == 1); break;
    case CRASH_WAY_EXIT: exit(0);
    case CRASH_WAY_SMASH: smash(); break;
    case CRASH_WAY_SCRIBBLE:
        memset(state, 0xa5, bytes);
        *nowhere = 1;
        break;
    case CRASH_WAY_RECURSION: zero = recurse(0); break;
    case CRASH_WAY_FREE: free_what_is_broken(); break;
    case CRASH_WAY_PRINT: fprintf(stderr, "%s", no_text + too_much); break;
    case CRASH_WAY_FAIL:
    case CRASH_WAY_NONE: break;
    }
}

#endif
