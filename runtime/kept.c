/* SPDX-License-Identifier: MIT */
/*
 * kept.c - values in the states of actors: from the form that messages have, with pointers, into
 * that of states, which lies in one piece; and back.
 *
 * Both forms are described alike, field by field, so that one walk goes over both. What a message
 * has behind a pointer is, in a state,
 *
 *     a text               uint32_t len; char data[bound + 1]
 *     a list               uint32_t count; T items[bound]
 *     an optional struct   bool has; T value
 *
 * Where an item is `plain` both forms are the same, and one copy does for all of them. Values are
 * checked whole before anything is written. What a view shows may lie in the state itself, also what
 * a value is set from; therefore memmove.
 */
#include "layout.h"

#include <string.h>

/* Where the bytes of a text begin. */
enum { TEXT_DATA = sizeof(uint32_t) };

/* The two descriptions of a field. */
struct pair {
    const actor_field *kept;
    const actor_field *form;
};

static struct pair items_of(struct pair pair)
{
    const actor_item *kept = pair.kept->detail;
    const actor_item *form = pair.form->detail;
    return (struct pair){ &kept->field, &form->field };
}

static uint32_t size_of(const actor_field *holder)
{
    return ((const actor_item *)holder->detail)->size;
}

/* ---- Into a state ------------------------------------------------------------------------ */

static void keep(struct pair pair, char *to_base, const char *from_base);

static void keep_text(char *to, const char *from)
{
    actor_string s;
    memcpy(&s, from, sizeof s);
    uint32_t len = (uint32_t)s.len;
    if (len > 0) {
        memmove(to + TEXT_DATA, s.data, len);
    }
    to[TEXT_DATA + len] = '\0';
    memcpy(to, &len, sizeof len);
}

static void keep_items(struct pair holder, char *to, const char *from, size_t count)
{
    const actor_item *kept = holder.kept->detail;
    const actor_item *form = holder.form->detail;
    if (kept->plain && count > 0) {
        memmove(to + kept->field.offset, from, count * kept->size);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        keep(items_of(holder), to + i * kept->size, from + i * form->size);
    }
}

static void keep_list(struct pair pair, char *to, const char *from)
{
    actor_list list;
    memcpy(&list, from, sizeof list);
    uint32_t count = (uint32_t)list.count;
    keep_items(pair, to, list.items, count);
    memcpy(to, &count, sizeof count);
}

/* Writes the bool and the value; `from` is NULL if it is absent. */
static void keep_present(struct pair pair, char *to_base, const char *from)
{
    const actor_item *item = pair.kept->detail;
    bool has = from != NULL;
    if (has) {
        keep_items(pair, to_base + pair.kept->offset, from, 1);
    } else {
        memset(to_base + pair.kept->offset, 0, item->size);
    }
    memcpy(to_base + pair.kept->bound, &has, sizeof has);
}

static void keep_optional(struct pair pair, char *to_base, const char *from_base)
{
    const char *from = from_base + pair.form->offset;
    const char *value = from;
    bool has;
    if (pair.form->kind == ACTOR_FIELD_POINTER) {
        memcpy(&value, from, sizeof value);
    } else {
        memcpy(&has, from_base + pair.form->bound, sizeof has);
        value = has ? from : NULL;
    }
    keep_present(pair, to_base, value);
}

static void keep_layout(
        const actor_layout *kept, const actor_layout *form, char *to, const char *from)
{
    if (kept == form) {
        memmove(to, from, kept->size);
        return;
    }
    for (uint16_t i = 0; i < kept->field_count; i++) {
        keep((struct pair){ &kept->fields[i], &form->fields[i] }, to, from);
    }
}

static void keep_union(
        const actor_union *kept, const actor_union *form, char *to, const char *from)
{
    const actor_union_member *member = layout_member(form, from);
    if (kept == form || member == NULL) {
        memmove(to, from, kept == form ? kept->size : sizeof(int));
        return;
    }
    keep((struct pair){ &kept->members[member - form->members].field, &member->field }, to,
            from);
    memcpy(to, &member->kind, sizeof member->kind);
}

static void keep(struct pair pair, char *to_base, const char *from_base)
{
    char *to = to_base + pair.kept->offset;
    const char *from = from_base + pair.form->offset;
    switch (pair.kept->kind) {
    case ACTOR_FIELD_KEPT_STRING:
    case ACTOR_FIELD_KEPT_BYTES: keep_text(to, from); break;
    case ACTOR_FIELD_KEPT_LIST: keep_list(pair, to, from); break;
    case ACTOR_FIELD_ARRAY: keep_items(pair, to, from, pair.kept->bound); break;
    case ACTOR_FIELD_OPTIONAL: keep_optional(pair, to_base, from_base); break;
    case ACTOR_FIELD_MESSAGE:
        keep_layout(pair.kept->detail, pair.form->detail, to, from);
        break;
    case ACTOR_FIELD_UNION: keep_union(pair.kept->detail, pair.form->detail, to, from); break;
    default: memmove(to, from, layout_scalar_bytes(pair.kept->kind)); break;
    }
}

/* ---- As messages have it ----------------------------------------------------------------- */

/* The rest of the room for what is behind pointers; each piece of it is aligned to 8 bytes. */
struct room {
    char *next;
};

static void *take(struct room *room, size_t bytes)
{
    char *piece = room->next;
    room->next += (bytes + 7) / 8 * 8;
    return piece;
}

static void lend(struct pair pair, char *to_base, const char *from_base, struct room *room);

static void lend_text(char *to, const char *from)
{
    uint32_t len;
    memcpy(&len, from, sizeof len);
    actor_string s = { from + TEXT_DATA, len };
    memcpy(to, &s, sizeof s);
}

static void lend_items(
        struct pair holder, char *to, const char *from, size_t count, struct room *room)
{
    const actor_item *kept = holder.kept->detail;
    const actor_item *form = holder.form->detail;
    for (size_t i = 0; i < count; i++) {
        lend(items_of(holder), to + i * form->size, from + i * kept->size, room);
    }
}

/* Returns the items as a message has them: those in the state if these are the same. */
static const void *lend_behind(
        struct pair holder, const char *from, size_t count, struct room *room)
{
    const actor_item *kept = holder.kept->detail;
    if (kept->plain) {
        return from + kept->field.offset;
    }
    void *items = take(room, count * size_of(holder.form));
    lend_items(holder, items, from, count, room);
    return items;
}

static void lend_list(struct pair pair, char *to, const char *from, struct room *room)
{
    uint32_t count;
    memcpy(&count, from, sizeof count);
    actor_list list = { count == 0 ? NULL : lend_behind(pair, from, count, room), count };
    memcpy(to, &list, sizeof list);
}

static void lend_optional(
        struct pair pair, char *to_base, const char *from_base, struct room *room)
{
    char *to = to_base + pair.form->offset;
    const char *from = from_base + pair.kept->offset;
    bool has;
    memcpy(&has, from_base + pair.kept->bound, sizeof has);
    if (pair.form->kind == ACTOR_FIELD_POINTER) {
        const void *value = has ? lend_behind(pair, from, 1, room) : NULL;
        memcpy(to, &value, sizeof value);
        return;
    }
    memcpy(to_base + pair.form->bound, &has, sizeof has);
    if (has) {
        lend_items(pair, to, from, 1, room);
    } else {
        memset(to, 0, size_of(pair.form));
    }
}

static void lend_layout(const actor_layout *kept, const actor_layout *form, char *to,
        const char *from, struct room *room)
{
    if (kept == form) {
        memcpy(to, from, kept->size);
        return;
    }
    for (uint16_t i = 0; i < kept->field_count; i++) {
        lend((struct pair){ &kept->fields[i], &form->fields[i] }, to, from, room);
    }
}

static void lend_union(const actor_union *kept, const actor_union *form, char *to,
        const char *from, struct room *room)
{
    const actor_union_member *member = layout_member(kept, from);
    if (kept == form) {
        memcpy(to, from, kept->size);
        return;
    }
    memset(to, 0, form->size);
    if (member != NULL) {
        memcpy(to, &member->kind, sizeof member->kind);
        lend((struct pair){ &member->field, &form->members[member - kept->members].field }, to,
                from, room);
    }
}

static void lend(struct pair pair, char *to_base, const char *from_base, struct room *room)
{
    char *to = to_base + pair.form->offset;
    const char *from = from_base + pair.kept->offset;
    switch (pair.kept->kind) {
    case ACTOR_FIELD_KEPT_STRING:
    case ACTOR_FIELD_KEPT_BYTES: lend_text(to, from); break;
    case ACTOR_FIELD_KEPT_LIST: lend_list(pair, to, from, room); break;
    case ACTOR_FIELD_ARRAY: lend_items(pair, to, from, pair.kept->bound, room); break;
    case ACTOR_FIELD_OPTIONAL: lend_optional(pair, to_base, from_base, room); break;
    case ACTOR_FIELD_MESSAGE:
        lend_layout(pair.kept->detail, pair.form->detail, to, from, room);
        break;
    case ACTOR_FIELD_UNION:
        lend_union(pair.kept->detail, pair.form->detail, to, from, room);
        break;
    default: memcpy(to, from, layout_scalar_bytes(pair.kept->kind)); break;
    }
}

/* ---- Fields ------------------------------------------------------------------------------ */

/* A field of a state, without the bool beside it. */
struct place {
    struct pair pair;
    char *base;
    bool *has; /* NULL if it is not optional */
};

static struct place place_of(const actor_kept *field, void *state)
{
    struct place place = { { field->kept, &field->form }, state, NULL };
    if (field->kept->kind == ACTOR_FIELD_OPTIONAL) {
        const actor_item *item = field->kept->detail;
        place.base = (char *)state + field->kept->offset;
        place.has = (bool *)((char *)state + field->kept->bound);
        place.pair.kept = &item->field;
    }
    return place;
}

/* What only looks does not write through the place either. */
static struct place place_in(const actor_kept *field, const void *state)
{
    return place_of(field, (void *)(uintptr_t)state);
}

static void set_present(const struct place *place)
{
    if (place->has != NULL) {
        *place->has = true;
    }
}

static char *at_of(const struct place *place)
{
    return place->base + place->pair.kept->offset;
}

/* The items that an array has, and a list now. */
static uint32_t count_of(const struct place *place)
{
    uint32_t count = place->pair.kept->bound;
    if (place->pair.kept->kind == ACTOR_FIELD_KEPT_LIST) {
        memcpy(&count, at_of(place), sizeof count);
    }
    return count;
}

actor_err actor__keep(const actor_kept *field, void *state, const void *value)
{
    struct place place = place_of(field, state);
    if (value == NULL) {
        const actor_field *kept = field->kept;
        size_t bytes = place.has != NULL ? size_of(kept) : sizeof(uint32_t);
        RT_ASSERT(place.has != NULL || kept->kind == ACTOR_FIELD_KEPT_LIST);
        memset((char *)state + kept->offset, 0, bytes);
        if (place.has != NULL) {
            *place.has = false;
        }
        return ACTOR_OK;
    }
    actor_err err = layout_check(place.pair.form, value);
    if (err == ACTOR_OK) {
        keep(place.pair, place.base, value);
        set_present(&place);
    }
    return err;
}

static actor_err keep_at(struct place *place, size_t index, const void *item)
{
    struct pair items = items_of(place->pair);
    actor_err err = layout_check(items.form, item);
    if (err == ACTOR_OK) {
        keep_items(place->pair, at_of(place) + index * size_of(place->pair.kept), item, 1);
        set_present(place);
    }
    return err;
}

actor_err actor__keep_item(const actor_kept *field, void *state, size_t index, const void *item)
{
    struct place place = place_of(field, state);
    return index < count_of(&place) ? keep_at(&place, index, item) : ACTOR_ERR_INVALID;
}

actor_err actor__keep_more(const actor_kept *field, void *state, const void *item)
{
    struct place place = place_of(field, state);
    uint32_t count = count_of(&place);
    if (count >= place.pair.kept->bound) {
        return ACTOR_ERR_LIMIT;
    }
    actor_err err = keep_at(&place, count, item);
    if (err == ACTOR_OK) {
        count++;
        memcpy(at_of(&place), &count, sizeof count);
    }
    return err;
}

actor_err actor__keep_less(const actor_kept *field, void *state, size_t index)
{
    struct place place = place_of(field, state);
    const actor_item *item = place.pair.kept->detail;
    uint32_t count = count_of(&place);
    if (index >= count) {
        return ACTOR_ERR_INVALID;
    }
    count--;
    /* An item's offset is that of its value; the bool of an optional one comes before. */
    bool is_optional = item->field.kind == ACTOR_FIELD_OPTIONAL;
    char *items = at_of(&place) + (is_optional ? item->field.bound : item->field.offset);
    memmove(items + index * item->size, items + (index + 1) * item->size,
            (count - index) * item->size);
    memcpy(at_of(&place), &count, sizeof count);
    return ACTOR_OK;
}

/* Returns the value: in the state where both forms are the same, else made in `value`. */
static const void *lend_value(
        struct pair pair, const char *base, bool is_plain, void *value, void *room)
{
    struct room rest = { room };
    if (pair.kept->kind == ACTOR_FIELD_OPTIONAL) {
        const actor_item *item = pair.kept->detail;
        bool has;
        memcpy(&has, base + pair.kept->bound, sizeof has);
        base += pair.kept->offset;
        return has ? lend_value(items_of(pair), base, item->plain, value, room) : NULL;
    }
    if (is_plain) {
        return base + pair.kept->offset;
    }
    /* The value is no item here: it lies at its beginning. */
    actor_field form = *pair.form;
    form.offset = 0;
    lend((struct pair){ pair.kept, &form }, value, base, &rest);
    return value;
}

const void *actor__kept(const actor_kept *field, const void *state, void *value, void *room)
{
    struct place place = place_in(field, state);
    if (place.has != NULL && !*place.has) {
        return NULL;
    }
    bool is_plain = place.has != NULL && ((const actor_item *)field->kept->detail)->plain;
    return lend_value(place.pair, place.base, is_plain, value, room);
}

const void *actor__kept_item(
        const actor_kept *field, const void *state, size_t index, void *value, void *room)
{
    struct place place = place_in(field, state);
    const actor_item *item = place.pair.kept->detail;
    if ((place.has != NULL && !*place.has) || index >= count_of(&place)) {
        return NULL;
    }
    return lend_value(
            items_of(place.pair), at_of(&place) + index * item->size, item->plain, value, room);
}
