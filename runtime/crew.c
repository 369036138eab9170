/* SPDX-License-Identifier: MIT */
/*
 * crew.c - see crew.h.
 *
 * Whose turn it is, each thread knows for itself: no two threads write to one cache line, and what
 * one thread sends goes round evenly whatever the others do. Dedicated actors' threads, of which
 * there may be any number, share one count without taking care; a turn given twice is no harm.
 */
#include "crew.h"

#include <stdlib.h>
#include <string.h>

struct turn {
    _Atomic uint32_t next; /* [A] store by its thread */
    char pad[RT_CACHE_LINE - sizeof(uint32_t)];
};

struct crew {
    struct crew_head head;
    uint32_t room;                    /* [I] */
    struct turn *turns;               /* [I] of each worker, of outside, of all dedicated */
    _Atomic uint64_t parent;          /* [A] as all that follows: stores by the parent */
    _Atomic(const actor_pool *) pool; /* its size is at most `room` */
    _Atomic uint64_t members[];
};

/* ---- For the parent ---------------------------------------------------------------------- */

static struct crew *crew_new(const struct shared *s, uint32_t room)
{
    size_t at = (sizeof(struct crew) + room * sizeof(uint64_t) + RT_CACHE_LINE - 1) /
                RT_CACHE_LINE * RT_CACHE_LINE;
    struct crew *crew = calloc(1, at + (s->worker_count + 2) * sizeof(struct turn));
    if (crew != NULL) {
        crew->room = room;
        crew->turns = (struct turn *)(void *)((char *)crew + at);
    }
    return crew;
}

struct cell *crew_open(struct local *l, const actor_pool *pool, uint64_t parent)
{
    struct cell *c = slot_take(l);
    if (c == NULL) {
        return NULL;
    }
    uint32_t gen = cell_gen(c);
    /* relaxed: only who has the slot stores here. */
    struct annex *x = cell_need_annex(c);
    struct crew *crew = x == NULL ? NULL : load_rlx(&x->crew);
    if (crew == NULL || crew->room < pool->size) {
        struct crew *larger = x == NULL ? NULL : crew_new(l->shared, pool->size);
        if (larger == NULL) {
            slot_put(l, c);
            return NULL;
        }
        larger->head.older = (struct crew_head *)(void *)crew;
        crew = larger;
    }
    /* release, all: a sender that sees them early sees that its generation is over. */
    for (uint32_t i = 0; i < pool->size; i++) {
        store_rel(&crew->members[i], 0);
    }
    store_rel(&crew->pool, pool);
    store_rel(&crew->parent, parent);
    store_rel(&x->crew, crew);
    store_rel(&c->ident, cell_ident(gen == 0 ? 1 : gen, 0, 0));
    return c;
}

void crew_set(struct cell *c, uint32_t index, uint64_t member)
{
    /* relaxed, and release for the senders: as in crew_open(). */
    store_rel(&load_rlx(&cell_annex(c)->crew)->members[index], member);
}

void crew_close(struct local *l, struct cell *c)
{
    uint32_t gen = cell_gen(c) + 1;
    /* release: pairs with the acquire in cells_alive(). */
    store_rel(&c->ident, cell_ident(gen, 0, 0));
    if (gen != 0) {
        slot_put(l, c); /* else all generations are used, as in spawn_recycle() */
    }
}

/* ---- For senders ------------------------------------------------------------------------- */

/* The crew of a pool that is alive, or was just now; what is read of it counts only if
 * still_alive() says so afterwards. */
static struct crew *find(struct local *l, uint64_t ref, struct cell **ret_cell)
{
    *ret_cell = ref_is_pool(ref) ? cells_alive(&l->shared->cells, ref) : NULL;
    /* acquire: pairs with the release in crew_open(). */
    return *ret_cell == NULL ? NULL : load_acq(&cell_annex_of_other(*ret_cell)->crew);
}

static bool still_alive(struct cell *c, uint64_t ref)
{
    /* acquire: the loads before this one were acquires, so it cannot be earlier than they are. */
    return ident_gen(load_acq(&c->ident)) == ref_gen(ref);
}

static uint64_t member_at(struct crew *crew, uint32_t index)
{
    /* acquire: see still_alive(). */
    return load_acq(&crew->members[index]);
}

static struct turn *turn_of(struct local *l, struct crew *crew)
{
    uint32_t workers = l->shared->worker_count;
    switch (l->kind) {
    case LOCAL_WORKER: return &crew->turns[l->index];
    case LOCAL_OUTSIDE: return &crew->turns[workers];
    case LOCAL_DEDICATED: break;
    }
    return &crew->turns[workers + 1];
}

/* The member whose turn it is, of those that are alive. */
static uint64_t route_in_turn(struct local *l, struct crew *crew, uint32_t size)
{
    struct turn *turn = turn_of(l, crew);
    uint32_t next = load_rlx(&turn->next) % size; /* relaxed: see above */
    uint64_t member = member_at(crew, next);
    for (uint32_t i = 1; i < size && cells_alive(&l->shared->cells, member) == NULL; i++) {
        next = (next + 1) % size;
        member = member_at(crew, next);
    }
    store_rlx(&turn->next, next + 1); /* relaxed: see above */
    return member;
}

/* Of those with as little to do, the one whose turn it is. */
static uint64_t route_to_idlest(struct local *l, struct crew *crew, uint32_t size)
{
    struct turn *turn = turn_of(l, crew);
    uint32_t next = load_rlx(&turn->next) % size; /* relaxed: see above */
    uint64_t best = member_at(crew, next);
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0, at = next; i < size && least > 0; i++, at = (at + 1) % size) {
        uint64_t member = member_at(crew, at);
        struct cell *c = cells_alive(&l->shared->cells, member);
        uint64_t load = c == NULL ? UINT64_MAX : mailbox_load(&c->mb, ref_gen(member));
        if (load < least) {
            least = load;
            best = member;
            next = at;
        }
    }
    store_rlx(&turn->next, next + 1); /* relaxed: see above */
    return best;
}

/* ---- Hashing ----------------------------------------------------------------------------- */

/* The last step of MurmurHash3: each bit of the input changes half of the output. */
static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

/* FNV-1a, byte by byte, so that no machine's order of bytes matters. */
static uint64_t hash_bytes(const void *data, size_t len)
{
    const unsigned char *at = data;
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++) {
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* Bytes of the C type of a number; 0 for what is none. Enums are ints in C. */
static size_t number_bytes(actor_field_kind kind)
{
    switch (kind) {
    case ACTOR_FIELD_BOOL:
    case ACTOR_FIELD_U8:
    case ACTOR_FIELD_I8: return 1;
    case ACTOR_FIELD_U16:
    case ACTOR_FIELD_I16: return 2;
    case ACTOR_FIELD_U32:
    case ACTOR_FIELD_I32:
    case ACTOR_FIELD_ENUM: return 4;
    default: return 8;
    }
}

/* The number as 64 bits: one value is the same whatever width its field has. */
static uint64_t number_at(const void *at, const actor_field *field)
{
    uint64_t bits = 0;
    switch (number_bytes(field->kind)) {
    case 1: bits = *(const uint8_t *)at; break;
    case 2: bits = *(const uint16_t *)at; break;
    case 4: bits = *(const uint32_t *)at; break;
    default: bits = *(const uint64_t *)at; break;
    }
    switch (field->kind) {
    case ACTOR_FIELD_I8: return (uint64_t)(int64_t)(int8_t)bits;
    case ACTOR_FIELD_I16: return (uint64_t)(int64_t)(int16_t)bits;
    case ACTOR_FIELD_I32:
    case ACTOR_FIELD_ENUM: return (uint64_t)(int64_t)(int32_t)bits;
    default: return bits;
    }
}

static uint64_t hash_field(const void *message, const actor_field *field)
{
    const char *at = (const char *)message + field->offset;
    if (field->kind == ACTOR_FIELD_STRING || field->kind == ACTOR_FIELD_BYTES) {
        const actor_string *text = (const void *)at; /* actor_bytes look the same */
        return mix(hash_bytes(text->data, text->len));
    }
    return mix(number_at(at, field));
}

static uint64_t route_by_hash(
        struct crew *crew, uint32_t size, const actor_field *key, const void *message)
{
    uint64_t high = hash_field(message, key) >> 32;
    return member_at(crew, (uint32_t)(high * size >> 32));
}

/* ---- All of it --------------------------------------------------------------------------- */

uint64_t crew_route(struct local *l, uint64_t ref, const actor_class *class, uint16_t index,
        const void *message, bool *ret_is_load)
{
    struct cell *c;
    struct crew *crew = find(l, ref, &c);
    if (crew == NULL) {
        return 0;
    }
    /* acquire: see still_alive(). Another pool's description may not fit the message. */
    const actor_pool *pool = load_acq(&crew->pool);
    if (!still_alive(c, ref)) {
        return 0;
    }
    uint64_t member = 0;
    switch (pool->route) {
    case ACTOR_ROUND_ROBIN: member = route_in_turn(l, crew, pool->size); break;
    case ACTOR_LEAST_LOADED: member = route_to_idlest(l, crew, pool->size); break;
    case ACTOR_HASH:
        member = route_by_hash(
                crew, pool->size, &class->message->fields[pool->keys[index]], message);
        break;
    }
    *ret_is_load = pool->route == ACTOR_LEAST_LOADED;
    return still_alive(c, ref) ? member : 0;
}

uint64_t crew_parent(struct local *l, uint64_t ref)
{
    struct cell *c;
    struct crew *crew = find(l, ref, &c);
    /* acquire: see still_alive(). */
    uint64_t parent = crew == NULL ? 0 : load_acq(&crew->parent);
    return parent != 0 && still_alive(c, ref) ? parent : 0;
}

uint64_t crew_member(struct local *l, uint64_t ref, uint32_t index)
{
    struct cell *c;
    struct crew *crew = find(l, ref, &c);
    /* acquire: see still_alive(). */
    const actor_pool *pool = crew == NULL ? NULL : load_acq(&crew->pool);
    if (pool == NULL || !still_alive(c, ref) || index >= pool->size) {
        return 0;
    }
    uint64_t member = member_at(crew, index);
    return still_alive(c, ref) ? member : 0;
}
