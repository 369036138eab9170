/* SPDX-License-Identifier: MIT */
/*
 * list.h - intrusive doubly linked list with a head that is itself a node.
 *
 * A node is in at most one list. An unlinked node points to itself, so removing it again is a
 * no-op. Floor 2.
 */
#ifndef RT_LIST_H
#define RT_LIST_H

#include "base.h"

struct list {
    struct list *next;
    struct list *prev;
};

#define list_entry(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void list_init(struct list *l)
{
    l->next = l;
    l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
    return l->next == l;
}

/* Puts `node`, which is in no list, before `at`: at the end if `at` is the head. */
static inline void list_insert_before(struct list *at, struct list *node)
{
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}

static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* Takes out the first node, or returns NULL. */
static inline struct list *list_pop(struct list *l)
{
    struct list *node = l->next;
    if (node == l) {
        return NULL;
    }
    list_remove(node);
    return node;
}

/* Moves all nodes of `from` to the end of `to`. */
static inline void list_move_all(struct list *to, struct list *from)
{
    struct list *node;
    while ((node = list_pop(from)) != NULL) {
        list_insert_before(to, node);
    }
}

#endif
