/* SPDX-License-Identifier: MIT */
/*
 * names.h - by which names actors can be found. Each type has names of its own: what is looked for is
 * an actor of a type.
 *
 * A name is taken by a handler and can be found once that has returned well; in between it is
 * reserved, so that two cannot have it. It lasts as long as its actor does, through restarts.
 * Floor 7.
 */
#ifndef RT_NAMES_H
#define RT_NAMES_H

#include "cell.h"

enum { NAME_BYTES_MAX = 255 };

struct names;
struct name;

struct names *names_new(void);
void names_free(struct names *names);

/*
 * Reserves a name for the actor, whose type is known.
 *
 * Returns: ACTOR_OK and the name, or NULL if it has it already; ACTOR_ERR_INVALID: empty or
 * too long; ACTOR_ERR_TAKEN; ACTOR_ERR_NO_MEMORY.
 */
actor_err names_reserve(
        struct names *names, struct cell *c, const char *text, struct name **ret_name);

/* Lets what was reserved be found from now on, or forgets it. */
void names_show(struct names *names, struct cell *c, struct name *name);
void names_forget(struct names *names, struct name *name);

/* Takes a name from the actor; a no-op if it does not have it. */
void names_drop(struct names *names, struct cell *c, const char *text);
/* Takes all names from it. */
void names_drop_all(struct names *names, struct cell *c);

/* Returns the actor of that type that has the name, or 0. Any thread. */
uint64_t names_find(struct names *names, const struct type *type, const char *text);

#endif
