/* SPDX-License-Identifier: MIT */
/*
 * print.h - printf for a compiler that prints a hundred thousand short names: what its formats mostly
 * consist of costs little more than the copying.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Does what vsnprintf() does, and returns what it returns. Strings, characters and decimal integers
 * without flags, width or precision are printed here, and formats with anything else by vsnprintf().
 */
int print_va(char *to, size_t room, const char *format, va_list args);
int print_to(char *to, size_t room, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

#endif
