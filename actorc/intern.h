/* SPDX-License-Identifier: MIT */
/*
 * intern.h - one pointer per name, so that names compare as pointers.
 */
#ifndef INTERN_H
#define INTERN_H

#include "arena.h"

#include <stdint.h>

struct intern_slot {
    const char *name; /* NULL = free */
    uint32_t hash;
    uint32_t len;
};

struct intern {
    struct arena *arena; /* holds the names */
    struct intern_slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
};

void intern_init(struct intern *intern, struct arena *arena);
/* Releases the table. The names stay, as long as the arena does. */
void intern_fini(struct intern *intern);

/* Returns the one NUL-terminated copy of these `len` bytes. */
const char *intern_put(struct intern *intern, const char *text, size_t len);

#endif
