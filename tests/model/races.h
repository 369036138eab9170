/* SPDX-License-Identifier: MIT */
/*
 * races.h - plain memory: which accesses of two threads are not ordered, one of them a write. As in
 * FastTrack (Flanagan and Freund, PLDI 2009), but for each byte and with the reads of all threads kept.
 */
#ifndef MODEL_RACES_H
#define MODEL_RACES_H

#include "memory.h"

void races_init(void);
void races_reset(void);
/* Forgets all accesses: from here on they have happened before. */
void races_settle(void);

/* A plain access. Ends the run if it races with another or the memory is not there. */
void races_access(struct actor_at at, const volatile void *p, size_t bytes, bool is_write);

/* Looks at plain accesses that an atomic one could race with. Returns: where the number of the location
 * at `p` is kept, 0 = none yet. */
uint16_t *races_atomic(
        struct actor_at at, const volatile void *p, uint32_t bytes, bool is_write);
/* The same without any look; NULL if the memory is not the test's. */
uint16_t *races_location(const volatile void *p);

/* Memory of the run; nothing is used twice. Zeroed. */
void *races_alloc(struct actor_at at, size_t bytes, size_t align);
/* It is an error to touch it from now on. */
void races_free(struct actor_at at, void *p);
size_t races_bytes_of(const void *p);
/* Room for stacks, by thread. */
void *races_stack(uint32_t thread, size_t *ret_bytes);

#endif
