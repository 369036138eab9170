/* SPDX-License-Identifier: MIT */
/*
 * hash.c - the hash of a value, by its layout: of what it says, and of nothing that lies between its
 * fields or depends on where it lies.
 */
#include "../layout.h"
#include "sim.h"

#include <string.h>

static uint64_t hash_bytes(const char *at, size_t len, uint64_t hash)
{
    uint64_t word = 0;
    hash = fold(hash, len);
    for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = fold(hash, word);
    }
    word = 0;
    memcpy(&word, at, len);
    return len == 0 ? hash : fold(hash, word);
}

static uint64_t hash_field(const actor_field *f, const void *base, uint64_t hash);

static uint64_t hash_items(const actor_item *item, const char *at, size_t count, uint64_t hash)
{
    hash = fold(hash, count);
    for (size_t i = 0; i < count; i++) {
        hash = hash_field(&item->field, at + i * item->size, hash);
    }
    return hash;
}

static uint64_t hash_text(const char *at, uint64_t hash)
{
    actor_string s;
    memcpy(&s, at, sizeof s);
    return hash_bytes(s.data, s.len, hash);
}

static uint64_t hash_list(const actor_item *item, const char *at, uint64_t hash)
{
    actor_list list;
    memcpy(&list, at, sizeof list);
    return hash_items(item, list.items, list.count, hash);
}

static uint64_t hash_kept_text(const char *at, uint64_t hash)
{
    uint32_t len;
    memcpy(&len, at, sizeof len);
    return hash_bytes(at + sizeof len, len, hash);
}

static uint64_t hash_kept_list(const actor_item *item, const char *at, uint64_t hash)
{
    uint32_t count;
    memcpy(&count, at, sizeof count);
    return hash_items(item, at, count, hash);
}

static uint64_t hash_union(const actor_union *u, const char *at, uint64_t hash)
{
    const actor_union_member *member = layout_member(u, at);
    if (member == NULL) {
        return fold(hash, 0);
    }
    return hash_field(&member->field, at, fold(hash, 1 + (uint64_t)(member - u->members)));
}

static uint64_t hash_optional(const actor_field *f, const char *base, uint64_t hash)
{
    bool has;
    memcpy(&has, base + f->bound, sizeof has);
    return has ? hash_items(f->detail, base + f->offset, 1, hash) : fold(hash, 0);
}

static uint64_t hash_pointer(const actor_item *item, const char *at, uint64_t hash)
{
    const void *to;
    memcpy(&to, at, sizeof to);
    return to == NULL ? fold(hash, 0) : hash_items(item, to, 1, hash);
}

/* What is not copied as it is: texts, lists, other messages. Not a part of hash_value(), which is short without it. */
static __attribute__((noinline)) uint64_t hash_compound(
        const actor_field *f, const void *base, uint64_t hash)
{
    const char *at = (const char *)base + f->offset;
    switch (f->kind) {
    case ACTOR_FIELD_STRING:
    case ACTOR_FIELD_BYTES: return hash_text(at, hash);
    case ACTOR_FIELD_KEPT_STRING:
    case ACTOR_FIELD_KEPT_BYTES: return hash_kept_text(at, hash);
    case ACTOR_FIELD_KEPT_LIST: return hash_kept_list(f->detail, at, hash);
    case ACTOR_FIELD_MESSAGE: return hash_value(f->detail, at, hash);
    case ACTOR_FIELD_UNION: return hash_union(f->detail, at, hash);
    case ACTOR_FIELD_LIST: return hash_list(f->detail, at, hash);
    case ACTOR_FIELD_ARRAY: return hash_items(f->detail, at, f->bound, hash);
    case ACTOR_FIELD_OPTIONAL: return hash_optional(f, base, hash);
    case ACTOR_FIELD_POINTER: return hash_pointer(f->detail, at, hash);
    default: rt_broken("a kind of field that is not known", __FILE__, __LINE__);
    }
}

/* Without a call for a number, which most fields are. */
static inline uint64_t hash_field(const actor_field *f, const void *base, uint64_t hash)
{
    const char *at = (const char *)base + f->offset;
    uint64_t word = 0;
    switch (layout_scalar_bytes(f->kind)) {
    case 1: memcpy(&word, at, 1); break;
    case 2: memcpy(&word, at, 2); break;
    case 4: memcpy(&word, at, 4); break;
    case 8: memcpy(&word, at, 8); break;
    default: return hash_compound(f, base, hash);
    }
    if (f->kind == ACTOR_FIELD_OPAQUE) {
        return hash; /* an address */
    }
    return fold(hash, word);
}

uint64_t hash_value(const actor_layout *layout, const void *value, uint64_t hash)
{
    for (uint16_t i = 0; i < layout->field_count; i++) {
        hash = hash_field(&layout->fields[i], value, hash);
    }
    return hash;
}
