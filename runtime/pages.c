/* SPDX-License-Identifier: MIT */
/* pages.c - see pages.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "pages.h"

#include <sys/mman.h>

void *pages_map(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void pages_unmap(void *at, size_t bytes)
{
    (void)munmap(at, bytes);
}
