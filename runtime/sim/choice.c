/* SPDX-License-Identifier: MIT */
/*
 * choice.c - the one stream of choices, see sim.h.
 *
 * A seed first draws how wild its run is, kind by kind: some are calm but for one thing, since what
 * always goes wrong together hides what goes wrong alone (Groce et al.: Swarm Testing, 2012).
 */
#include "state.h"

#include "../rng.h"

#include <stdlib.h>

enum { ALWAYS = 65536 };

static struct {
    enum choice_source source;
    struct rng rng;
    uint32_t rates[CHOICE_KINDS]; /* of this run */
    const uint32_t *list;
    uint32_t list_count;
    uint32_t made;
    struct choice *log;
    bool (*is_new)(uint64_t state); /* NULL = nothing is explored */
    bool was_cut;
    bool had_fault;
} stream;

uint32_t choice_faults[CHOICE_KINDS] = {
    [CHOICE_ACTOR] = ALWAYS,
    [CHOICE_OUTSIDE] = ALWAYS / 2,
    [CHOICE_STALL] = ALWAYS / 16,
    [CHOICE_SLIP] = ALWAYS / 16,
    [CHOICE_USER] = ALWAYS,
};

void choice_set_rate(enum choice_kind kind, uint32_t rate)
{
    choice_faults[kind] = rate > ALWAYS ? ALWAYS : rate;
}

void choice_log_into(struct choice *log)
{
    stream.log = log;
}

struct choice *choice_log(uint32_t *ret_count)
{
    *ret_count = stream.made < CHOICES_MAX ? stream.made : CHOICES_MAX;
    return stream.log;
}

static void begin(enum choice_source source)
{
    stream.source = source;
    stream.made = 0;
    stream.was_cut = stream.had_fault = false;
    state_begin(choice_explores());
    if (stream.log == NULL) {
        stream.log = calloc(CHOICES_MAX, sizeof *stream.log);
        RT_ASSERT(stream.log != NULL);
    }
}

/* All of it, a part of it, or none. */
static uint32_t draw_rate(uint32_t most)
{
    static const uint32_t shifts[] = { 0, 0, 2, 4, 6, 16 };
    return most >> shifts[rng_below(&stream.rng, RT_COUNT(shifts))];
}

void choice_begin_seed(uint64_t seed)
{
    begin(SOURCE_SEED);
    stream.rng.state = seed;
    (void)rng_next(&stream.rng);
    for (int k = 0; k < CHOICE_KINDS; k++) {
        stream.rates[k] = k == CHOICE_USER ? choice_faults[k] : draw_rate(choice_faults[k]);
    }
}

void choice_begin_list(const uint32_t *values, uint32_t count)
{
    begin(SOURCE_LIST);
    stream.list = values;
    stream.list_count = count;
}

void choice_explore(bool (*is_new)(uint64_t state))
{
    stream.is_new = is_new;
    choice_faults[CHOICE_OUTSIDE] = choice_faults[CHOICE_STALL] = choice_faults[CHOICE_SLIP] =
            0;
}

bool choice_explores(void)
{
    return stream.is_new != NULL;
}

bool choice_was_cut(void)
{
    return stream.was_cut;
}

static bool is_fault(enum choice_kind kind)
{
    return kind == CHOICE_CRASH || kind == CHOICE_REFUSE || kind == CHOICE_ALLOC;
}

/* True if this state was seen before. */
static bool is_known(enum choice_kind kind)
{
    stream.was_cut = stream.was_cut || (stream.made >= stream.list_count &&
                                               !stream.is_new(fold(state_now(), kind)));
    return stream.was_cut;
}

static uint32_t draw(enum choice_kind kind, uint32_t of)
{
    if (stream.source == SOURCE_LIST) {
        return stream.made < stream.list_count ? stream.list[stream.made] % of : 0;
    }
    if (stream.rates[kind] == 0) {
        return 0;
    }
    uint64_t random = rng_next(&stream.rng);
    if ((random & (ALWAYS - 1)) >= stream.rates[kind]) {
        return 0;
    }
    return (uint32_t)((random >> 32) * of >> 32);
}

/* The same as draw(), of what is left to explore; after a fault there is no other, which is noted as in any run. */
static uint32_t draw_unexplored(enum choice_kind kind, uint32_t *of)
{
    if (stream.had_fault && is_fault(kind)) {
        *of = 1;
    }
    uint32_t value = draw(kind, *of);
    if (kind != CHOICE_ACTOR) {
        state_chosen((uint64_t)kind << 32 | value);
    }
    stream.had_fault = stream.had_fault || (value != 0 && is_fault(kind));
    return value;
}

static void note(enum choice_kind kind, uint32_t of, uint32_t value)
{
    if (stream.made < CHOICES_MAX) {
        stream.log[stream.made] =
                (struct choice){ value, of & 0xffffff, (unsigned)kind & 0xff };
    }
    stream.made++;
}

/* While runs are explored. */
static RT_COLD uint32_t take_unexplored(enum choice_kind kind, uint32_t of)
{
    if (is_known(kind)) {
        return 0;
    }
    uint32_t value = draw_unexplored(kind, &of);
    note(kind, of, value);
    return value;
}

uint32_t choice_take(enum choice_kind kind, uint32_t of)
{
    if (RT_UNLIKELY(stream.source == SOURCE_NONE)) {
        return 0;
    }
    if (RT_UNLIKELY(choice_explores())) {
        return take_unexplored(kind, of);
    }
    uint32_t value = draw(kind, of);
    note(kind, of, value);
    return value;
}
