/* SPDX-License-Identifier: MIT */
/*
 * base.h - attributes of the compiler, and allocation that does not fail: a compiler without
 * memory has nothing better to do than to say so and end.
 */
#ifndef BASE_H
#define BASE_H

#include <stddef.h>

#if defined(__GNUC__)
#define BASE_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define BASE_MUST_USE __attribute__((warn_unused_result))
#else
#define BASE_PRINTF(text, first)
#define BASE_MUST_USE
#endif

/* Exit statuses of the program. */
enum {
    BASE_EXIT_OK = 0,
    BASE_EXIT_INPUT = 1, /* errors in the schemas */
    BASE_EXIT_USAGE = 2, /* wrong usage */
    BASE_EXIT_IO = 3     /* could not read or write, no memory */
};

/* Like malloc() and realloc(), but end the program when there is no memory. */
void *base_alloc(size_t size) BASE_MUST_USE;
void *base_realloc(void *memory, size_t size) BASE_MUST_USE;

/* Ends the program because of a mistake in the compiler itself. */
_Noreturn void base_bug(const char *format, ...) BASE_PRINTF(1, 2);

#endif
