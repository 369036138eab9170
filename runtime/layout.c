/* SPDX-License-Identifier: MIT */
/*
 * layout.c - see layout.h.
 *
 * `string` and `bytes` are the same in C, a pointer and a length; one path serves both. Both get
 * a NUL behind them, so that a received one is never a NULL pointer.
 */
#include "layout.h"

#include <string.h>

static_assert(sizeof(actor_string) == sizeof(actor_bytes), "one path copies both");
static_assert(
        offsetof(actor_string, len) == offsetof(actor_bytes, len), "one path copies both");

static bool is_text(actor_field_kind k)
{
    return k == ACTOR_FIELD_STRING || k == ACTOR_FIELD_BYTES;
}

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

actor_err layout_measure(const actor_layout *l, const void *body, size_t *ret_tail)
{
    size_t tail = 0;
    for (uint16_t i = 0; i < l->field_count && !l->plain; i++) {
        const actor_field *f = &l->fields[i];
        const char *at = (const char *)body + f->offset;
        if (is_text(f->kind)) {
            actor_string s;
            memcpy(&s, at, sizeof s);
            if (s.len > f->bound || (s.data == NULL && s.len > 0)) {
                return ACTOR_ERR_INVALID;
            }
            if (s.len >= SIZE_MAX / 2 - tail) {
                return ACTOR_ERR_LIMIT;
            }
            tail += s.len + 1;
        } else if (f->kind == ACTOR_FIELD_ENUM) {
            const actor_enum *e = f->detail;
            if (!fits(e->width, at)) {
                return ACTOR_ERR_INVALID;
            }
        }
    }
    *ret_tail = tail;
    return ACTOR_OK;
}

void layout_copy(const actor_layout *l, void *to, const void *body, char *tail)
{
    if (l->size == 0) {
        return; /* `body` may be NULL */
    }
    memcpy(to, body, l->size);
    for (uint16_t i = 0; i < l->field_count && !l->plain; i++) {
        const actor_field *f = &l->fields[i];
        if (!is_text(f->kind)) {
            continue;
        }
        actor_string s;
        memcpy(&s, (const char *)body + f->offset, sizeof s);
        if (s.len > 0) {
            memcpy(tail, s.data, s.len);
        }
        tail[s.len] = '\0';
        s.data = tail;
        tail += s.len + 1;
        memcpy((char *)to + f->offset, &s, sizeof s);
    }
}
