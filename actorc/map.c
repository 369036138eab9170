/* SPDX-License-Identifier: MIT */
/*
 * map.c - see map.h. An open-addressed table that is at most half full.
 */
#include "map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MAP_CAP_MIN = 16, MAP_CAP_KEPT = 1024 };

void map_fini(struct map *map)
{
    free(map->slots);
    *map = (struct map){ 0 };
}

void map_clear(struct map *map)
{
    if (map->cap > MAP_CAP_KEPT) {
        map_fini(map);
    } else if (map->count > 0) {
        memset(map->slots, 0, map->cap * sizeof *map->slots);
        map->count = 0;
    }
}

/* Where `key` is, or would be. The multiplication spreads pointers, whose low bits are alike. */
static struct map_slot *place_of(const struct map *map, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->cap - 1);
    while (map->slots[at].value != NULL && map->slots[at].key != key) {
        at = (at + 1) & (map->cap - 1);
    }
    return &map->slots[at];
}

static void grow(struct map *map)
{
    struct map bigger = { .cap = map->cap == 0 ? MAP_CAP_MIN : map->cap * 2,
        .count = map->count };
    bigger.slots = base_alloc(bigger.cap * sizeof *bigger.slots);
    memset(bigger.slots, 0, bigger.cap * sizeof *bigger.slots);
    for (size_t i = 0; i < map->cap; i++) {
        if (map->slots[i].value != NULL) {
            *place_of(&bigger, map->slots[i].key) = map->slots[i];
        }
    }
    free(map->slots);
    *map = bigger;
}

void *map_get(const struct map *map, uint64_t key)
{
    return map->cap == 0 ? NULL : place_of(map, key)->value;
}

void *map_add(struct map *map, uint64_t key, void *value)
{
    assert(value != NULL);
    if (map->count * 2 >= map->cap) {
        grow(map);
    }
    struct map_slot *slot = place_of(map, key);
    if (slot->value != NULL) {
        return slot->value;
    }
    *slot = (struct map_slot){ key, value };
    map->count++;
    return NULL;
}

void map_set(struct map *map, uint64_t key, void *value)
{
    if (map_add(map, key, value) != NULL) {
        place_of(map, key)->value = value;
    }
}
