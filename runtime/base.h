/* SPDX-License-Identifier: MIT */
/*
 * base.h - what every file of the runtime may use: assertions, small arithmetic, attributes.
 *
 * Floor 0.
 */
#ifndef RT_BASE_H
#define RT_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_LIKELY(x) __builtin_expect(!!(x), 1)
#define RT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define RT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* For a function that is to be part of each of its few callers. Where branches are counted it is not, as each
 * copy would have its own. */
#ifdef RT_COVERAGE
#define RT_INLINE inline
#else
#define RT_INLINE inline __attribute__((always_inline))
#endif

/* For a function that is not called where time matters: kept out of those who call it, which are short without. */
#define RT_COLD __attribute__((cold, noinline))

/* Fields written by different threads live on different lines. */
enum { RT_CACHE_LINE = 64 };

/* Reports a broken invariant of the runtime and aborts. Never returns. */
_Noreturn void rt_broken(const char *what, const char *file, int line);

/* Stays on in release builds: a broken invariant must not become wrong data. */
#define RT_ASSERT(x) (RT_LIKELY(x) ? (void)0 : rt_broken(#x, __FILE__, __LINE__))

static inline size_t rt_min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline int64_t rt_min_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Adds without passing INT64_MAX, for deadlines made of "now" and a very long time. */
static inline int64_t rt_add_time(int64_t now, int64_t duration)
{
    return duration > INT64_MAX - now ? INT64_MAX : now + duration;
}

#endif
