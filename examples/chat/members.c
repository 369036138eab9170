/* SPDX-License-Identifier: MIT */
/* members.c - see members.h. To say something to all of them takes a walk through all of them, so
 * to look for one by a walk does not matter. */
#include "members.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct members {
    struct member *items;
    size_t count;
    size_t room;
    uint64_t guests; /* the number of the last */
};

struct members *members_new(void)
{
    return calloc(1, sizeof(struct members));
}

void members_free(void *members)
{
    struct members *m = members;
    free(m->items);
    free(m);
}

static const struct member *find_name(const struct members *m, const char *name, size_t len)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].name_len == len && memcmp(m->items[i].name, name, len) == 0) {
            return &m->items[i];
        }
    }
    return NULL;
}

static bool make_room(struct members *m)
{
    if (m->count < m->room) {
        return true;
    }
    size_t room = m->room == 0 ? 16 : m->room * 2;
    struct member *items = realloc(m->items, room * sizeof *items);
    if (items == NULL) {
        return false;
    }
    m->items = items;
    m->room = room;
    return true;
}

const struct member *members_add(struct members *members, chat_session_ref session)
{
    if (!make_room(members)) {
        return NULL;
    }
    struct member new = { .session = session };
    do {
        new.name_len = (size_t)snprintf(
                new.name, sizeof new.name, "guest-%" PRIu64, ++members->guests);
    } while (find_name(members, new.name, new.name_len) != NULL);
    members->items[members->count] = new;
    return &members->items[members->count++];
}

void members_remove(struct members *members, const struct member *member)
{
    size_t index = (size_t)(member - members->items);
    members->count--;
    memmove(&members->items[index], &members->items[index + 1],
            (members->count - index) * sizeof *member);
}

bool members_rename(struct members *members, const struct member *member, actor_string name)
{
    const struct member *other = find_name(members, name.data, name.len);
    if (other != NULL) {
        return other == member;
    }
    struct member *changed = &members->items[member - members->items];
    changed->name_len = name.len;
    memcpy(changed->name, name.data, name.len);
    changed->name[name.len] = '\0';
    return true;
}

const struct member *members_find(const struct members *members, chat_session_ref session)
{
    for (size_t i = 0; i < members->count; i++) {
        if (members->items[i].session.bits == session.bits) {
            return &members->items[i];
        }
    }
    return NULL;
}

size_t members_count(const struct members *members)
{
    return members->count;
}

const struct member *members_at(const struct members *members, size_t index)
{
    return &members->items[index];
}
