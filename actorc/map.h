/* SPDX-License-Identifier: MIT */
/*
 * map.h - answers what belongs to a key: an interned name, another pointer that stays where it
 * is, or a number. Maps are never walked, so no output depends on addresses.
 */
#ifndef MAP_H
#define MAP_H

#include "base.h"

#include <stdint.h>

struct map_slot {
    uint64_t key;
    void *value; /* NULL = free */
};

/* All zero is an empty map. */
struct map {
    struct map_slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
};

void map_fini(struct map *map);
/* Empties the map and keeps its memory if that is small. */
void map_clear(struct map *map);

/* Returns the value of `key`, or NULL. */
void *map_get(const struct map *map, uint64_t key);

/* Gives `key` the value unless it has one. Returns the one it had before, or NULL. `value` is
 * not NULL. */
void *map_add(struct map *map, uint64_t key, void *value);

/* Gives `key` the value, also if it has one. */
void map_set(struct map *map, uint64_t key, void *value);

static inline uint64_t map_key(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

#endif
