/* SPDX-License-Identifier: MIT */
/*
 * explore.c - see explore.h. Depth first over the stream of choices: the last choice that could have been
 * another is made another, and what came before it is repeated.
 *
 * Most schedules only differ in the order of what does not meet. What an actor is like follows from what it has
 * handled, and what waits for it from what has arrived; so a state is, for each actor, both sequences and when its
 * timers were set to ring, and time. The contents of states, which may be opaque, need not be known for that. A state
 * that was seen before has been explored from there, or is being: the run goes on without choices to its end, and is
 * not counted. Two states are taken for one if their hashes of 64 bits are equal, which for a million is one chance in
 * 37 million.
 */
#include "explore.h"

#include <stdlib.h>

/* All states that were seen, by hash; open addressing, 0 = free. */
struct seen {
    uint64_t *hashes;
    uint64_t count;
    uint64_t room; /* a power of two */
};

static struct seen seen;

static bool insert(uint64_t *hashes, uint64_t room, uint64_t hash)
{
    uint64_t at = hash & (room - 1);
    while (hashes[at] != 0 && hashes[at] != hash) {
        at = (at + 1) & (room - 1);
    }
    bool is_new = hashes[at] == 0;
    hashes[at] = hash;
    return is_new;
}

static void grow(struct seen *s)
{
    uint64_t room = s->room == 0 ? 1 << 16 : 2 * s->room;
    uint64_t *hashes = calloc(room, sizeof *hashes);
    RT_ASSERT(hashes != NULL);
    for (uint64_t i = 0; i < s->room; i++) {
        if (s->hashes[i] != 0) {
            (void)insert(hashes, room, s->hashes[i]);
        }
    }
    free(s->hashes);
    s->hashes = hashes;
    s->room = room;
}

/* True if nobody has been there. */
static bool is_new_state(uint64_t hash)
{
    if (2 * seen.count >= seen.room) {
        grow(&seen);
    }
    bool is_new = insert(seen.hashes, seen.room, hash == 0 ? 1 : hash);
    seen.count += is_new ? 1 : 0;
    return is_new;
}

/* Makes the list of the next run: false if there is none. */
static bool advance(struct attempt *a)
{
    uint32_t i = a->made;
    while (i > 0 && a->log[i - 1].value + 1 >= a->log[i - 1].of) {
        i--;
    }
    if (i == 0) {
        return false;
    }
    for (uint32_t k = 0; k < i; k++) {
        a->list[k] = a->log[k].value;
    }
    a->list[i - 1]++;
    a->list_count = i;
    return true;
}

void explore(struct attempt *a, uint64_t runs_max)
{
    struct explored *e = &a->explored;
    choice_explore(is_new_state);
    a->is_list = true;
    a->list_count = 0;
    *e = (struct explored){ .states = 0 };
    while (!e->is_all && e->runs < runs_max) {
        attempt_run(a);
        RT_ASSERT(a->made < CHOICES_MAX);
        e->runs++;
        e->steps += a->steps;
        e->cut += choice_was_cut() ? 1 : 0;
        e->deepest = a->made > e->deepest ? a->made : e->deepest;
        e->states = seen.count;
        e->is_all = !advance(a);
    }
}
