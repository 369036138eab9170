/* SPDX-License-Identifier: MIT */
/*
 * base.h - what every part of the harness needs: memory that is there, and a way to give up.
 */
#ifndef BASE_H
#define BASE_H

#include <stddef.h>

#define BASE_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Like calloc() and strdup(), but end the program when there is no memory. */
void *base_alloc(size_t count, size_t size) __attribute__((warn_unused_result));
char *base_copy(const char *text) __attribute__((warn_unused_result));

/* A text made as printf() makes it; the caller frees it. */
char *base_print(const char *format, ...) BASE_PRINTF(1, 2) __attribute__((warn_unused_result));

/* Says on stderr what is wrong, and ends the program with status 2. */
_Noreturn void base_give_up(const char *format, ...) BASE_PRINTF(1, 2);

#endif
