/* SPDX-License-Identifier: MIT */
/*
 * intern.c - see intern.h. An open-addressed table that is at most half full.
 */
#include "intern.h"

#include <stdlib.h>
#include <string.h>

void intern_init(struct intern *intern, struct arena *arena)
{
    *intern = (struct intern){ .arena = arena };
}

void intern_fini(struct intern *intern)
{
    free(intern->slots);
    *intern = (struct intern){ 0 };
}

/* FNV-1a. */
static uint32_t hash_of(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    }
    return hash;
}

static void grow(struct intern *intern)
{
    size_t cap = intern->cap == 0 ? 256 : intern->cap * 2;
    struct intern_slot *slots = base_alloc(cap * sizeof *slots);
    memset(slots, 0, cap * sizeof *slots);
    for (size_t i = 0; i < intern->cap; i++) {
        const struct intern_slot *old = &intern->slots[i];
        if (old->name != NULL) {
            size_t at = old->hash & (cap - 1);
            while (slots[at].name != NULL) {
                at = (at + 1) & (cap - 1);
            }
            slots[at] = *old;
        }
    }
    free(intern->slots);
    intern->slots = slots;
    intern->cap = cap;
}

const char *intern_put(struct intern *intern, const char *text, size_t len)
{
    if (intern->count * 2 >= intern->cap) {
        grow(intern);
    }
    uint32_t hash = hash_of(text, len);
    size_t at = hash & (intern->cap - 1);
    while (intern->slots[at].name != NULL) {
        const struct intern_slot *slot = &intern->slots[at];
        if (slot->hash == hash && slot->len == len && memcmp(slot->name, text, len) == 0) {
            return slot->name;
        }
        at = (at + 1) & (intern->cap - 1);
    }
    const char *name = arena_strndup(intern->arena, text, len);
    intern->slots[at] = (struct intern_slot){ name, hash, (uint32_t)len };
    intern->count++;
    return name;
}
