/* SPDX-License-Identifier: MIT */
/*
 * base.c - see base.h.
 */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void end_without_memory(void)
{
    fputs("actorc: error: out of memory\n", stderr);
    exit(BASE_EXIT_IO);
}

void *base_alloc(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        end_without_memory();
    }
    return memory;
}

void *base_realloc(void *memory, size_t size)
{
    void *grown = realloc(memory, size > 0 ? size : 1);
    if (grown == NULL) {
        end_without_memory();
    }
    return grown;
}

void base_bug(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("actorc: internal error: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
