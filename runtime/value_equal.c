/* SPDX-License-Identifier: MIT */
/* value_equal.c - whether two messages say the same, by their layout. */
#include "layout.h"

#include <string.h>

static bool equal_fields(
        const actor_field *f, const char *a_base, const char *b_base, unsigned depth);

static bool equal_layouts(const actor_layout *l, const char *a, const char *b, unsigned depth)
{
    bool is_equal = depth < LAYOUT_DEPTH_MAX;
    for (uint16_t i = 0; i < l->field_count && is_equal; i++) {
        is_equal = equal_fields(&l->fields[i], a, b, depth + 1);
    }
    return is_equal;
}

static bool equal_items(
        const actor_item *item, const char *a, const char *b, size_t count, unsigned depth)
{
    bool is_equal = true;
    for (size_t i = 0; i < count && is_equal; i++) {
        size_t at = i * item->size;
        is_equal = equal_fields(&item->field, a + at, b + at, depth);
    }
    return is_equal;
}

static bool equal_texts(const char *a, const char *b)
{
    actor_string s, t;
    memcpy(&s, a, sizeof s);
    memcpy(&t, b, sizeof t);
    return s.len == t.len && (s.len == 0 || memcmp(s.data, t.data, s.len) == 0);
}

/* Texts and lists in states begin with how many they have. */
static bool equal_kept_texts(const char *a, const char *b)
{
    uint32_t len, other;
    memcpy(&len, a, sizeof len);
    memcpy(&other, b, sizeof other);
    return len == other && memcmp(a + sizeof len, b + sizeof len, len) == 0;
}

static bool equal_kept_lists(
        const actor_item *item, const char *a, const char *b, unsigned depth)
{
    uint32_t count, other;
    memcpy(&count, a, sizeof count);
    memcpy(&other, b, sizeof other);
    return count == other && equal_items(item, a, b, count, depth);
}

static bool equal_unions(const actor_union *u, const char *a, const char *b, unsigned depth)
{
    const actor_union_member *member = layout_member(u, a);
    return depth < LAYOUT_DEPTH_MAX && member == layout_member(u, b) &&
           (member == NULL || equal_fields(&member->field, a, b, depth + 1));
}

static bool equal_lists(const actor_item *item, const char *a, const char *b, unsigned depth)
{
    actor_list s, t;
    memcpy(&s, a, sizeof s);
    memcpy(&t, b, sizeof t);
    return s.count == t.count && equal_items(item, s.items, t.items, s.count, depth);
}

static bool equal_optionals(
        const actor_field *f, const char *a_base, const char *b_base, unsigned depth)
{
    bool has_a, has_b;
    memcpy(&has_a, a_base + f->bound, sizeof has_a);
    memcpy(&has_b, b_base + f->bound, sizeof has_b);
    return has_a == has_b &&
           (!has_a || equal_items(f->detail, a_base + f->offset, b_base + f->offset, 1, depth));
}

static bool equal_pointers(const actor_item *item, const char *a, const char *b, unsigned depth)
{
    const void *p, *q;
    memcpy(&p, a, sizeof p);
    memcpy(&q, b, sizeof q);
    return p == NULL || q == NULL ? p == q : equal_items(item, p, q, 1, depth);
}

/* By value: 0.0 is -0.0, and NaN is nothing. */
static bool equal_floats(const char *a, const char *b)
{
    float x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x <= y && x >= y;
}

static bool equal_doubles(const char *a, const char *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x <= y && x >= y;
}

static bool equal_fields(
        const actor_field *f, const char *a_base, const char *b_base, unsigned depth)
{
    const char *a = a_base + f->offset;
    const char *b = b_base + f->offset;
    switch (f->kind) {
    case ACTOR_FIELD_F32: return equal_floats(a, b);
    case ACTOR_FIELD_F64: return equal_doubles(a, b);
    case ACTOR_FIELD_STRING:
    case ACTOR_FIELD_BYTES: return equal_texts(a, b);
    case ACTOR_FIELD_KEPT_STRING:
    case ACTOR_FIELD_KEPT_BYTES: return equal_kept_texts(a, b);
    case ACTOR_FIELD_KEPT_LIST: return equal_kept_lists(f->detail, a, b, depth);
    case ACTOR_FIELD_MESSAGE: return equal_layouts(f->detail, a, b, depth);
    case ACTOR_FIELD_UNION: return equal_unions(f->detail, a, b, depth);
    case ACTOR_FIELD_LIST: return equal_lists(f->detail, a, b, depth);
    case ACTOR_FIELD_ARRAY: return equal_items(f->detail, a, b, f->bound, depth);
    case ACTOR_FIELD_OPTIONAL: return equal_optionals(f, a_base, b_base, depth);
    case ACTOR_FIELD_POINTER: return equal_pointers(f->detail, a, b, depth);
    default: return memcmp(a, b, layout_scalar_bytes(f->kind)) == 0;
    }
}

bool actor__equal(const actor_layout *layout, const void *a, const void *b)
{
    return equal_layouts(layout, a, b, 0);
}
