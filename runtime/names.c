/* SPDX-License-Identifier: MIT */
/*
 * names.c - see names.h: a hash table behind one lock, which is never held while anything else runs.
 * Nothing iterates over the table, so no decision depends on its order.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 64 };

struct name {
    struct name *next;   /* [L] in its bucket */
    struct name *others; /* [owner] the next of the actor's names */
    uint64_t owner;      /* [I] reference */
    uint64_t hash;       /* [I] */
    uint16_t type;       /* [I] index */
    bool shown;          /* [L] the handler that took it has returned well */
    char text[];
};

struct names {
    struct mutex lock;
    struct name **buckets; /* [L] */
    size_t bucket_count;   /* [L] a power of two */
    size_t count;          /* [L] */
};

struct names *names_new(void)
{
    struct names *names = calloc(1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    names->buckets = calloc(FIRST_BUCKETS, sizeof(struct name *));
    if (names->buckets == NULL) {
        free(names);
        return NULL;
    }
    names->bucket_count = FIRST_BUCKETS;
    mutex_init(&names->lock);
    return names;
}

void names_free(struct names *names)
{
    if (names == NULL) {
        return;
    }
    for (size_t i = 0; i < names->bucket_count; i++) {
        while (names->buckets[i] != NULL) {
            struct name *next = names->buckets[i]->next;
            free(names->buckets[i]);
            names->buckets[i] = next;
        }
    }
    free(names->buckets);
    mutex_fini(&names->lock);
    free(names);
}

/* FNV-1a. */
static uint64_t hash_of(uint16_t type, const char *text)
{
    uint64_t hash = (UINT64_C(0xcbf29ce484222325) ^ type) * UINT64_C(0x100000001b3);
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The place that points to the name, or to the end of its bucket. [L] */
static struct name **place_of(
        const struct names *names, uint16_t type, const char *text, uint64_t hash)
{
    struct name **at = &names->buckets[hash & (names->bucket_count - 1)];
    while (*at != NULL &&
            ((*at)->hash != hash || (*at)->type != type || strcmp((*at)->text, text) != 0)) {
        at = &(*at)->next;
    }
    return at;
}

/* Doubles the buckets; without memory for that the table gets slower, and no more. [L] */
static void grow(struct names *names)
{
    size_t count = 2 * names->bucket_count;
    struct name **buckets = calloc(count, sizeof(struct name *));
    if (buckets == NULL) {
        return;
    }
    for (size_t i = 0; i < names->bucket_count; i++) {
        struct name *name = names->buckets[i];
        while (name != NULL) {
            struct name *next = name->next;
            struct name **to = &buckets[name->hash & (count - 1)];
            name->next = *to;
            *to = name;
            name = next;
        }
    }
    free(names->buckets);
    names->buckets = buckets;
    names->bucket_count = count;
}

static struct name *make(struct cell *c, const char *text, size_t len, uint64_t hash)
{
    struct name *name = malloc(sizeof *name + len + 1);
    if (name != NULL) {
        *name = (struct name){ .owner = cell_ref(c), .hash = hash, .type = c->type->index };
        memcpy(name->text, text, len + 1);
    }
    return name;
}

actor_err names_reserve(
        struct names *names, struct cell *c, const char *text, struct name **ret_name)
{
    size_t len = text == NULL ? 0 : strnlen(text, NAME_BYTES_MAX + 1);
    if (len == 0 || len > NAME_BYTES_MAX) {
        return ACTOR_ERR_INVALID;
    }
    uint64_t hash = hash_of(c->type->index, text);
    actor_err err = ACTOR_OK;
    *ret_name = NULL;
    mutex_lock(&names->lock);
    struct name **at = place_of(names, c->type->index, text, hash);
    if (*at != NULL) {
        err = (*at)->owner == cell_ref(c) ? ACTOR_OK : ACTOR_ERR_TAKEN;
    } else {
        *at = *ret_name = cell_need_annex(c) == NULL ? NULL : make(c, text, len, hash);
        err = *at == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK;
        names->count += *at != NULL ? 1 : 0;
    }
    if (names->count > names->bucket_count) {
        grow(names);
    }
    mutex_unlock(&names->lock);
    return err;
}

void names_show(struct names *names, struct cell *c, struct name *name)
{
    name->others = cell_annex(c)->names;
    cell_annex(c)->names = name;
    mutex_lock(&names->lock);
    name->shown = true;
    mutex_unlock(&names->lock);
}

void names_forget(struct names *names, struct name *name)
{
    mutex_lock(&names->lock);
    struct name **at = place_of(names, name->type, name->text, name->hash);
    *at = name->next;
    names->count--;
    mutex_unlock(&names->lock);
    free(name);
}

void names_drop(struct names *names, struct cell *c, const char *text)
{
    for (struct name **at = &cell_annex(c)->names; *at != NULL; at = &(*at)->others) {
        struct name *name = *at;
        if (strcmp(name->text, text) == 0) {
            *at = name->others;
            names_forget(names, name);
            return;
        }
    }
}

void names_drop_all(struct names *names, struct cell *c)
{
    while (cell_annex(c)->names != NULL) {
        struct name *name = cell_annex(c)->names;
        cell_annex(c)->names = name->others;
        names_forget(names, name);
    }
}

uint64_t names_find(struct names *names, const struct type *type, const char *text)
{
    uint64_t hash = hash_of(type->index, text);
    mutex_lock(&names->lock);
    const struct name *name = *place_of(names, type->index, text, hash);
    uint64_t ref = name != NULL && name->shown ? name->owner : 0;
    mutex_unlock(&names->lock);
    return ref;
}
