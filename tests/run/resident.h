/* SPDX-License-Identifier: MIT */
/*
 * resident.h - how much memory this process has, for tests that must not need more and more. For the one
 * source file of a test program that includes it.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Sanitizers keep what was freed, or shadow what is used. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { RESIDENT_IS_TRUE = 0 };
#elif defined(__has_feature) /* clang */
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
enum { RESIDENT_IS_TRUE = 0 };
#else
enum { RESIDENT_IS_TRUE = 1 };
#endif
#else
enum { RESIDENT_IS_TRUE = 1 };
#endif

/* In KiB; 0 if it cannot be known. */
static inline uint64_t resident_now(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%*u %llu", &pages) != 1) {
        pages = 0;
    }
    (void)fclose(file);
    return pages * 4; /* of 4 KiB, or of more: then it is the same part of all */
}

/* True if it has not grown by more than a tenth and 8 MiB: what a test that goes on for ten times as
 * long would have used up, if it lost something each time. */
static inline bool resident_is_flat(uint64_t before, uint64_t after)
{
    return !RESIDENT_IS_TRUE || after <= before + before / 10 + 8192;
}

#endif
