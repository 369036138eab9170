/* SPDX-License-Identifier: MIT */
/*
 * layout.c - see layout.h.
 *
 * Measuring walks what the sender has; copying takes the bytes of the struct as they are and then
 * walks the copy, replacing each pointer by one into the tail. Both take the same way, so that the
 * tail comes out as long as it was measured. `string` and `bytes` are the same in C, a pointer and
 * a length; one path serves both. Both get a NUL behind them, so that a received one is never a
 * NULL pointer.
 */
#include "layout.h"

#include <string.h>

static_assert(sizeof(actor_string) == sizeof(actor_bytes), "one path copies both");
static_assert(
        offsetof(actor_string, len) == offsetof(actor_bytes, len), "one path copies both");

/* What an enum of this width may hold. C keeps it in an int or an unsigned int. */
static bool fits(actor_field_kind width, const void *field)
{
    int32_t i;
    uint32_t u;
    memcpy(&i, field, sizeof i);
    memcpy(&u, field, sizeof u);
    switch (width) {
    case ACTOR_FIELD_U8: return u <= UINT8_MAX;
    case ACTOR_FIELD_U16: return u <= UINT16_MAX;
    case ACTOR_FIELD_I8: return i >= INT8_MIN && i <= INT8_MAX;
    case ACTOR_FIELD_I16: return i >= INT16_MIN && i <= INT16_MAX;
    default: return true;
    }
}

static_assert(
        ACTOR_FIELD_TIMESTAMP + 1 == ACTOR_FIELD_STRING, "numbers and the like come first");

/* True of most fields, which need no check and are copied as they are. */
static inline bool is_number(const actor_field *f)
{
    return f->kind <= ACTOR_FIELD_TIMESTAMP;
}

const actor_union_member *layout_member(const actor_union *u, const void *value)
{
    int kind;
    memcpy(&kind, value, sizeof kind);
    for (uint32_t i = 0; i < u->member_count; i++) {
        if (u->members[i].kind == kind) {
            return &u->members[i];
        }
    }
    return NULL;
}

/* ---- Measuring -------------------------------------------------------------------------- */

struct measure {
    size_t tail;
    size_t limit;
    unsigned depth;
};

static size_t aligned(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

/* Adds `count` things of `size` bytes. */
static actor_err add(struct measure *m, size_t count, size_t size, bool is_aligned)
{
    size_t tail = is_aligned ? aligned(m->tail) : m->tail;
    if (tail > m->limit || (size > 0 && count > (m->limit - tail) / size)) {
        return ACTOR_ERR_LIMIT;
    }
    m->tail = tail + count * size;
    return ACTOR_OK;
}

static actor_err measure_text(struct measure *m, const actor_field *f, const void *at)
{
    actor_string s;
    memcpy(&s, at, sizeof s);
    if (s.len > f->bound || (s.data == NULL && s.len > 0)) {
        return ACTOR_ERR_INVALID;
    }
    return s.len == SIZE_MAX ? ACTOR_ERR_LIMIT : add(m, s.len + 1, 1, false);
}

static actor_err measure_field(struct measure *m, const actor_field *f, const char *base);

static actor_err measure_layout(struct measure *m, const actor_layout *l, const void *body)
{
    if (l->plain) {
        return ACTOR_OK;
    }
    actor_err err = m->depth++ == LAYOUT_DEPTH_MAX ? ACTOR_ERR_LIMIT : ACTOR_OK;
    for (uint16_t i = 0; i < l->field_count && err == ACTOR_OK; i++) {
        if (!is_number(&l->fields[i])) {
            err = measure_field(m, &l->fields[i], body);
        }
    }
    m->depth--;
    return err;
}

static actor_err measure_union(struct measure *m, const actor_union *u, const void *value)
{
    const actor_union_member *member = layout_member(u, value);
    if (member == NULL) {
        return ACTOR_ERR_INVALID;
    }
    actor_err err = m->depth++ == LAYOUT_DEPTH_MAX ? ACTOR_ERR_LIMIT : ACTOR_OK;
    if (err == ACTOR_OK && !member->plain) {
        err = measure_field(m, &member->field, value);
    }
    m->depth--;
    return err;
}

static actor_err measure_items(
        struct measure *m, const actor_item *item, const char *items, size_t count)
{
    actor_err err = ACTOR_OK;
    for (size_t i = 0; i < count && !item->plain && err == ACTOR_OK; i++) {
        err = measure_field(m, &item->field, items + i * item->size);
    }
    return err;
}

static actor_err measure_list(struct measure *m, const actor_field *f, const void *at)
{
    const actor_item *item = f->detail;
    actor_list list;
    memcpy(&list, at, sizeof list);
    if (list.count > f->bound || (list.items == NULL && list.count > 0)) {
        return ACTOR_ERR_INVALID;
    }
    actor_err err = list.count > 0 ? add(m, list.count, item->size, true) : ACTOR_OK;
    return err == ACTOR_OK ? measure_items(m, item, list.items, list.count) : err;
}

static actor_err measure_pointer(struct measure *m, const actor_field *f, const void *at)
{
    const actor_item *item = f->detail;
    const void *target;
    memcpy(&target, at, sizeof target);
    if (target == NULL) {
        return ACTOR_OK;
    }
    actor_err err = add(m, 1, item->size, true);
    return err == ACTOR_OK ? measure_items(m, item, target, 1) : err;
}

static bool is_present(const actor_field *f, const char *base)
{
    bool has;
    memcpy(&has, base + f->bound, sizeof has);
    return has;
}

static actor_err measure_field(struct measure *m, const actor_field *f, const char *base)
{
    const char *at = base + f->offset;
    switch (f->kind) {
    case ACTOR_FIELD_STRING:
    case ACTOR_FIELD_BYTES: return measure_text(m, f, at);
    case ACTOR_FIELD_ENUM:
        return fits(((const actor_enum *)f->detail)->width, at) ? ACTOR_OK : ACTOR_ERR_INVALID;
    case ACTOR_FIELD_MESSAGE: return measure_layout(m, f->detail, at);
    case ACTOR_FIELD_UNION: return measure_union(m, f->detail, at);
    case ACTOR_FIELD_LIST: return measure_list(m, f, at);
    case ACTOR_FIELD_ARRAY: return measure_items(m, f->detail, at, f->bound);
    case ACTOR_FIELD_OPTIONAL:
        return is_present(f, base) ? measure_items(m, f->detail, at, 1) : ACTOR_OK;
    case ACTOR_FIELD_POINTER: return measure_pointer(m, f, at);
    default: return ACTOR_OK;
    }
}

actor_err layout_measure(
        const actor_layout *l, const void *body, size_t limit, size_t *ret_tail)
{
    struct measure m = { .limit = limit };
    actor_err err = measure_layout(&m, l, body);
    if (err == ACTOR_OK) {
        *ret_tail = m.tail;
    }
    return err;
}

actor_err layout_check(const actor_field *f, const void *base)
{
    struct measure m = { .limit = SIZE_MAX / 2 };
    return measure_field(&m, f, base);
}

const uint8_t layout_scalar_sizes[ACTOR_FIELD_KEPT_LIST + 1] = {
    [ACTOR_FIELD_BOOL] = sizeof(bool),
    [ACTOR_FIELD_U8] = 1,
    [ACTOR_FIELD_U16] = 2,
    [ACTOR_FIELD_U32] = 4,
    [ACTOR_FIELD_U64] = 8,
    [ACTOR_FIELD_I8] = 1,
    [ACTOR_FIELD_I16] = 2,
    [ACTOR_FIELD_I32] = 4,
    [ACTOR_FIELD_I64] = 8,
    [ACTOR_FIELD_F32] = 4,
    [ACTOR_FIELD_F64] = 8,
    [ACTOR_FIELD_DURATION] = sizeof(actor_duration),
    [ACTOR_FIELD_TIMESTAMP] = sizeof(actor_timestamp),
    [ACTOR_FIELD_ENUM] = sizeof(int),
    [ACTOR_FIELD_REF] = sizeof(uint64_t),
    [ACTOR_FIELD_OPAQUE] = sizeof(void *),
    [ACTOR_FIELD_CALL] = sizeof(uint64_t),
};

/* ---- Copying ---------------------------------------------------------------------------- */

/* The next place in the tail; `base` is where the tail begins. */
struct copying {
    char *base;
    size_t used;
};

static void *take(struct copying *c, const void *from, size_t bytes, bool is_aligned)
{
    c->used = is_aligned ? aligned(c->used) : c->used;
    char *to = c->base + c->used;
    if (bytes > 0) {
        memcpy(to, from, bytes);
    }
    c->used += bytes;
    return to;
}

static void copy_text(struct copying *c, void *at)
{
    actor_string s;
    memcpy(&s, at, sizeof s);
    s.data = take(c, s.data, s.len, false);
    c->base[c->used++] = '\0';
    memcpy(at, &s, sizeof s);
}

static void copy_field(struct copying *c, const actor_field *f, char *base);

static void copy_layout(struct copying *c, const actor_layout *l, void *body)
{
    for (uint16_t i = 0; i < l->field_count && !l->plain; i++) {
        if (!is_number(&l->fields[i])) {
            copy_field(c, &l->fields[i], body);
        }
    }
}

static void copy_items(struct copying *c, const actor_item *item, char *items, size_t count)
{
    for (size_t i = 0; i < count && !item->plain; i++) {
        copy_field(c, &item->field, items + i * item->size);
    }
}

static void copy_list(struct copying *c, const actor_item *item, void *at)
{
    actor_list list;
    memcpy(&list, at, sizeof list);
    /* An empty one keeps no pointer to what the sender has. */
    char *items = NULL;
    if (list.count > 0) {
        items = take(c, list.items, list.count * item->size, true);
        copy_items(c, item, items, list.count);
    }
    list.items = items;
    memcpy(at, &list, sizeof list);
}

static void copy_pointer(struct copying *c, const actor_item *item, void *at)
{
    const void *target;
    memcpy(&target, at, sizeof target);
    if (target != NULL) {
        char *copy = take(c, target, item->size, true);
        copy_items(c, item, copy, 1);
        target = copy;
        memcpy(at, &target, sizeof target);
    }
}

static void copy_optional(struct copying *c, const actor_field *f, char *base)
{
    const actor_item *item = f->detail;
    if (is_present(f, base)) {
        copy_items(c, item, base + f->offset, 1);
    } else {
        memset(base + f->offset, 0, item->size);
    }
}

static void copy_field(struct copying *c, const actor_field *f, char *base)
{
    char *at = base + f->offset;
    switch (f->kind) {
    case ACTOR_FIELD_STRING:
    case ACTOR_FIELD_BYTES: copy_text(c, at); break;
    case ACTOR_FIELD_MESSAGE: copy_layout(c, f->detail, at); break;
    case ACTOR_FIELD_UNION: {
        const actor_union_member *member = layout_member(f->detail, at);
        RT_ASSERT(member != NULL);
        if (!member->plain) {
            copy_field(c, &member->field, at);
        }
        break;
    }
    case ACTOR_FIELD_LIST: copy_list(c, f->detail, at); break;
    case ACTOR_FIELD_ARRAY: copy_items(c, f->detail, at, f->bound); break;
    case ACTOR_FIELD_OPTIONAL: copy_optional(c, f, base); break;
    case ACTOR_FIELD_POINTER: copy_pointer(c, f->detail, at); break;
    default: break;
    }
}

void layout_copy(const actor_layout *l, void *to, const void *body, char *tail)
{
    if (l->size == 0) {
        return; /* `body` may be NULL */
    }
    memcpy(to, body, l->size);
    struct copying c = { .base = tail };
    copy_layout(&c, l, to);
}
