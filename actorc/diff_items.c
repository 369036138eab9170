/* SPDX-License-Identifier: MIT */
/*
 * diff_items.c - see diff_items.h. Names of both versions are interned together, so that peers
 * are found in one look-up each.
 */
#include "diff_items.h"

#include "intern.h"

#include <string.h>

/* More pairs than this are not compared for likeness: what has changed that much has not merely
 * been renamed. */
enum { ALIKE_MAX = 100000 };

void diff_items_add(struct diff *diff, struct diff_items *items, const char *name, int kind,
        struct span span, const void *thing)
{
    struct diff_item *item = ARENA_NEW(diff->arena, struct diff_item);
    *item = (struct diff_item){
        .name = name, .kind = kind, .span = span, .thing = thing, .place = items->count
    };
    if (items->last == NULL) {
        items->first = item;
    } else {
        items->last->next = item;
    }
    items->last = item;
    items->count++;
}

static void intern_names(struct intern *intern, struct diff_items *items)
{
    for (struct diff_item *i = items->first; i != NULL; i = i->next) {
        i->name = intern_put(intern, i->name, strlen(i->name));
    }
}

static size_t count_left(const struct diff_items *items)
{
    size_t count = 0;
    for (const struct diff_item *i = items->first; i != NULL; i = i->next) {
        count += i->peer == NULL;
    }
    return count;
}

static void match_names(struct diff_items *old, struct diff_items *new)
{
    struct map by_name = { 0 };
    for (struct diff_item *i = old->first; i != NULL; i = i->next) {
        map_add(&by_name, map_key(i->name), i);
    }
    for (struct diff_item *i = new->first; i != NULL; i = i->next) {
        struct diff_item *peer = map_get(&by_name, map_key(i->name));
        if (peer != NULL && peer->peer == NULL) {
            i->peer = peer;
            peer->peer = i;
        }
    }
    map_fini(&by_name);
}

static void match_alike(const struct diff *diff, struct diff_items *old, struct diff_items *new,
        bool (*alike)(const struct diff *diff, const void *old, const void *new))
{
    for (struct diff_item *i = new->first; i != NULL; i = i->next) {
        for (struct diff_item *o = old->first; o != NULL && i->peer == NULL; o = o->next) {
            if (o->peer == NULL && o->kind == i->kind && alike(diff, o->thing, i->thing)) {
                o->peer = i;
                i->peer = o;
            }
        }
    }
}

void diff_items_match(struct diff *diff, struct diff_items *old, struct diff_items *new,
        bool (*alike)(const struct diff *diff, const void *old, const void *new))
{
    struct intern intern;
    intern_init(&intern, diff->arena);
    intern_names(&intern, old);
    intern_names(&intern, new);
    match_names(old, new);
    size_t old_left = count_left(old);
    size_t new_left = count_left(new);
    if (alike != NULL && old_left > 0 && new_left <= ALIKE_MAX / old_left) {
        match_alike(diff, old, new, alike);
    }
    intern_fini(&intern);
}

const struct diff_item *diff_items_moved(const struct diff_items *new)
{
    const struct diff_item *last = NULL;
    for (const struct diff_item *i = new->first; i != NULL; i = i->next) {
        if (i->peer == NULL) {
            continue;
        }
        if (last != NULL && i->peer->place < last->peer->place) {
            return last;
        }
        last = i;
    }
    return NULL;
}
