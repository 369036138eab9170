/* SPDX-License-Identifier: MIT */
/* members.h - who is in the room, in the order in which they came. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "chat.actor.h"

#include <stdbool.h>
#include <stddef.h>

struct member {
    chat_session_ref session;
    size_t name_len;
    char name[CHAT_NAME_MAX + 1];
};

struct members;

/* Returns NULL when memory is missing. */
struct members *members_new(void);

/* Takes a struct members; void * makes it a destroyer for actor_own(). */
void members_free(void *members);

/* Adds one under a name that nobody has, and gives it; NULL when memory is missing. What was lent
 * before is not valid any more. */
const struct member *members_add(struct members *members, chat_session_ref session);

/* Takes `member` out of them. */
void members_remove(struct members *members, const struct member *member);

/* Gives `member` a name of at most CHAT_NAME_MAX bytes; false if another has it. */
bool members_rename(struct members *members, const struct member *member, actor_string name);

/* Returns NULL if it is none. */
const struct member *members_find(const struct members *members, chat_session_ref session);

size_t members_count(const struct members *members);
const struct member *members_at(const struct members *members, size_t index);

#endif
