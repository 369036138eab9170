/* SPDX-License-Identifier: MIT */
/*
 * pages.c - pages.h for many runs in one process: what a run gives back the next one takes. To get new
 * pages from the system for each is most of what a short run costs.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "../pages.h"

#include <sys/mman.h>

struct kept {
    struct kept *next;
    size_t bytes;
};

static struct kept *kept;

static void *take_kept(size_t bytes)
{
    for (struct kept **at = &kept; *at != NULL; at = &(*at)->next) {
        struct kept *k = *at;
        if (k->bytes == bytes) {
            *at = k->next;
            return k;
        }
    }
    return NULL;
}

void *pages_map(size_t bytes)
{
    void *at = take_kept(bytes);
    if (at == NULL) {
        at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return at == MAP_FAILED ? NULL : at;
}

void pages_unmap(void *at, size_t bytes)
{
    struct kept *k = at;
    *k = (struct kept){ kept, bytes };
    kept = k;
}
