/* SPDX-License-Identifier: MIT */
/* memory.c - see memory.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "memory.h"

#include "choice.h"
#include "races.h"
#include "threads.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

enum { GAP = 1 << 12, STALE_MAX = 6, CANDIDATES_MAX = 32 };

/* A store, or what was there before the first. */
struct message {
    uint64_t value;
    uint32_t position; /* in modification order */
    uint16_t before;
    uint16_t next;
    bool updated;     /* the next one is an update of it: nothing comes between */
    struct view view; /* what who acquires it gets to know */
};

struct location {
    volatile void *at;
    uint32_t bytes;
    uint16_t first;
    uint16_t newest;
    uint16_t stale_read; /* by `stale_thread`, so many times one after the other */
    uint8_t stale_thread;
    uint8_t stale_count;
    uint16_t loads[THREADS_MAX]; /* the epoch of the last one */
    uint16_t stores[THREADS_MAX];
};

static struct message *messages;
static uint32_t message_count;
static struct location locations[LOCATIONS_MAX];
static uint32_t location_count;
static struct view of_fences; /* sequentially consistent ones */
static bool has_fences;

void memory_init(void)
{
    messages = mmap(NULL, MESSAGES_MAX * sizeof *messages, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (messages == MAP_FAILED) {
        __builtin_trap();
    }
}

void memory_view_clear(struct view *v)
{
    v->count = 0;
    memset(&v->clock, 0, sizeof v->clock);
}

void memory_reset(bool with_fences)
{
    message_count = 1; /* 0 is none */
    location_count = 1;
    memory_view_clear(&of_fences);
    has_fences = with_fences;
}

void memory_thread_init(struct memory_thread *t, uint32_t thread)
{
    memory_view_clear(&t->now);
    memory_view_clear(&t->acquired);
    memory_view_clear(&t->released);
    for (uint32_t i = 0; i < THREADS_MAX; i++) {
        t->now.clock.at[i] = i == thread ? 2 : 1;
    }
}

/* ---- Views ---------------------------------------------------------------------------------- */

static void view_widen(struct view *v, uint32_t count)
{
    if (v->count < count) {
        memset(&v->seen[v->count], 0, (count - v->count) * sizeof v->seen[0]);
        v->count = count;
    }
}

static void view_see(struct view *v, uint32_t location, uint16_t message)
{
    view_widen(v, location + 1);
    uint16_t *seen = &v->seen[location];
    if (*seen == 0 || messages[*seen].position < messages[message].position) {
        *seen = message;
    }
}

static void view_join(struct view *to, const struct view *from)
{
    view_widen(to, from->count);
    for (uint32_t i = 0; i < from->count; i++) {
        if (from->seen[i] != 0 && from->seen[i] != to->seen[i]) {
            view_see(to, i, from->seen[i]);
        }
    }
    for (int i = 0; i < THREADS_MAX; i++) {
        if (to->clock.at[i] < from->clock.at[i]) {
            to->clock.at[i] = from->clock.at[i];
        }
    }
}

static void view_copy(struct view *to, const struct view *from)
{
    to->count = from->count;
    memcpy(to->seen, from->seen, from->count * sizeof from->seen[0]);
    to->clock = from->clock;
}

static bool acquires(int order)
{
    return order == memory_order_acquire || order == memory_order_acq_rel ||
           order == memory_order_seq_cst || order == memory_order_consume;
}

static bool releases(int order)
{
    return order == memory_order_release || order == memory_order_acq_rel ||
           order == memory_order_seq_cst;
}

/* What is before is one epoch and what comes the next: who learns of the first knows nothing of that. */
static void next_epoch(struct memory_thread *t, uint32_t thread)
{
    if (++t->now.clock.at[thread] == UINT16_MAX) {
        threads_fail("too many releases in one run");
    }
}

/* ---- Locations ------------------------------------------------------------------------------ */

static uint64_t read_word(const volatile void *p, uint32_t bytes)
{
    switch (bytes) {
    case 1: return *(const volatile uint8_t *)p;
    case 2: return *(const volatile uint16_t *)p;
    case 4: return *(const volatile uint32_t *)p;
    default: return *(const volatile uint64_t *)p;
    }
}

static void write_word(volatile void *p, uint32_t bytes, uint64_t value)
{
    switch (bytes) {
    case 1: *(volatile uint8_t *)p = (uint8_t)value; break;
    case 2: *(volatile uint16_t *)p = (uint16_t)value; break;
    case 4: *(volatile uint32_t *)p = (uint32_t)value; break;
    default: *(volatile uint64_t *)p = value; break;
    }
}

static struct message *message_new(uint64_t value)
{
    if (message_count == MESSAGES_MAX) {
        threads_fail("too many stores in one run");
    }
    struct message *m = &messages[message_count++];
    m->value = value;
    m->before = m->next = 0;
    m->updated = false;
    memory_view_clear(&m->view);
    return m;
}

static uint16_t number_of(const struct message *m)
{
    return (uint16_t)(m - messages);
}

static uint16_t location_new(const volatile void *p, uint32_t bytes)
{
    if (location_count == LOCATIONS_MAX) {
        threads_fail("too many atomics in one run");
    }
    struct location *l = &locations[location_count];
    struct message *m = message_new(read_word(p, bytes));
    m->position = GAP;
    *l = (struct location){ .at = (volatile void *)(uintptr_t)p,
        .bytes = bytes,
        .first = number_of(m),
        .newest = number_of(m) };
    return (uint16_t)location_count++;
}

/* The location of an atomic access, which is looked at for races with plain ones. */
static uint16_t find(struct actor_at at, const volatile void *p, uint32_t bytes, bool is_write)
{
    uint16_t *known = races_atomic(at, p, bytes, is_write);
    if (*known == 0) {
        *known = location_new(p, bytes);
    } else if (locations[*known].bytes != bytes) {
        threads_fail(
                "an atomic is accessed as %u bytes and as %u", locations[*known].bytes, bytes);
    }
    struct location *l = &locations[*known];
    uint16_t epoch = at.memory->now.clock.at[at.thread];
    *(is_write ? &l->stores[at.thread] : &l->loads[at.thread]) = epoch;
    return *known;
}

uint64_t memory_value(const volatile void *p, uint32_t bytes)
{
    return read_word(p, bytes);
}

void memory_set(volatile void *p, uint32_t bytes, uint64_t value)
{
    write_word(p, bytes, value);
}

void memory_forget(uint16_t location)
{
    locations[location].at = NULL;
}

bool memory_atomic_races(
        uint16_t location, const struct clock *clock, uint32_t thread, bool with_loads)
{
    const struct location *l = &locations[location];
    for (uint32_t i = 0; i < THREADS_MAX; i++) {
        if (i != thread &&
                (l->stores[i] > clock->at[i] || (with_loads && l->loads[i] > clock->at[i]))) {
            return true;
        }
    }
    return false;
}

/* The oldest store that the thread may still read. */
static struct message *oldest_of(const struct memory_thread *t, uint16_t location)
{
    uint16_t seen = location < t->now.count ? t->now.seen[location] : 0;
    return &messages[seen == 0 ? locations[location].first : seen];
}

/* ---- Operations ----------------------------------------------------------------------------- */

static void read_from(
        struct memory_thread *t, uint16_t location, const struct message *m, int order)
{
    view_see(&t->now, location, number_of(m));
    if (acquires(order)) {
        view_join(&t->now, &m->view);
    } else if (has_fences) {
        view_join(&t->acquired, &m->view);
    }
}

/* Puts a store behind `before` and gives it what the thread releases. */
static struct message *write_behind(struct actor_at at, uint16_t location,
        struct message *before, uint64_t value, int order)
{
    struct memory_thread *t = at.memory;
    struct location *l = &locations[location];
    struct message *m = message_new(value & UINT64_MAX >> (64 - 8 * l->bytes));
    m->before = number_of(before);
    m->next = before->next;
    before->next = number_of(m);
    if (m->next == 0) {
        m->position = before->position + GAP;
        l->newest = number_of(m);
        write_word(l->at, l->bytes, m->value);
    } else {
        messages[m->next].before = number_of(m);
        uint32_t after = messages[m->next].position;
        m->position = before->position + (after - before->position) / 2;
        if (m->position == before->position) {
            uint32_t position = 0;
            for (uint16_t i = l->first; i != 0; i = messages[i].next) {
                messages[i].position = position += GAP;
            }
        }
    }
    view_see(&t->now, location, number_of(m));
    if (releases(order)) {
        view_copy(&m->view, &t->now);
        next_epoch(t, at.thread);
    } else {
        view_copy(&m->view, &t->released);
        view_see(&m->view, location, number_of(m));
    }
    return m;
}

/* A load that would get the same old value for ever gets the newest: stores are seen in finite time. */
static bool is_too_stale(struct location *l, struct actor_at at, uint16_t message)
{
    if (l->stale_thread == at.thread && l->stale_read == message) {
        return ++l->stale_count > STALE_MAX;
    }
    l->stale_thread = (uint8_t)at.thread;
    l->stale_read = message;
    l->stale_count = 0;
    return false;
}

uint64_t memory_load_again(struct actor_at at, const volatile void *p)
{
    return oldest_of(at.memory, *races_location(p))->value;
}

uint64_t memory_load(
        struct actor_at at, const volatile void *p, uint32_t bytes, int order, bool newest)
{
    uint16_t location = find(at, p, bytes, false);
    struct location *l = &locations[location];
    struct message *oldest = oldest_of(at.memory, location);
    struct message *m = &messages[l->newest];
    uint32_t n = 1;
    for (struct message *i = m; i != oldest && n < CANDIDATES_MAX; i = &messages[i->before]) {
        n++;
    }
    for (uint32_t back = newest ? 0 : choose(CHOOSE_VALUE, n, NULL); back > 0; back--) {
        m = &messages[m->before];
    }
    if (m->next != 0 && is_too_stale(l, at, number_of(m))) {
        m = &messages[l->newest];
    }
    read_from(at.memory, location, m, order);
    return m->value;
}

void memory_store(
        struct actor_at at, volatile void *p, uint32_t bytes, uint64_t value, int order)
{
    uint16_t location = find(at, p, bytes, true);
    struct message *oldest = oldest_of(at.memory, location);
    uint16_t places[CANDIDATES_MAX];
    uint32_t n = 0;
    for (uint16_t i = locations[location].newest; i != 0 && n < CANDIDATES_MAX;
            i = messages[i].before) {
        if (!messages[i].updated) {
            places[n++] = i;
        }
        if (&messages[i] == oldest) {
            break;
        }
    }
    uint16_t behind = places[choose(CHOOSE_PLACE, n, NULL)];
    (void)write_behind(at, location, &messages[behind], value, order);
}

/* What an update has read, and with it a part of its release sequence. */
static void update(
        struct actor_at at, uint16_t location, struct message *old, uint64_t value, int order)
{
    read_from(at.memory, location, old, order);
    struct message *m = write_behind(at, location, old, value, order);
    old->updated = true;
    view_join(&m->view, &old->view);
}

uint64_t memory_update(struct actor_at at, volatile void *p, uint32_t bytes,
        uint64_t (*change)(uint64_t old, uint64_t operand), uint64_t operand, int order)
{
    uint16_t location = find(at, p, bytes, true);
    struct message *oldest = oldest_of(at.memory, location);
    uint16_t candidates[CANDIDATES_MAX];
    uint32_t n = 0;
    for (uint16_t i = locations[location].newest; i != 0 && n < CANDIDATES_MAX;
            i = messages[i].before) {
        if (!messages[i].updated) {
            candidates[n++] = i;
        }
        if (&messages[i] == oldest) {
            break;
        }
    }
    struct message *old = &messages[candidates[choose(CHOOSE_PLACE, n, NULL)]];
    uint64_t was = old->value;
    update(at, location, old, change(was, operand), order);
    return was;
}

bool memory_exchange_if(struct actor_at at, volatile void *p, uint32_t bytes,
        uint64_t *expected, uint64_t desired, int order, int failure)
{
    uint16_t location = find(at, p, bytes, true);
    struct message *oldest = oldest_of(at.memory, location);
    uint16_t candidates[CANDIDATES_MAX];
    uint32_t n = 0;
    for (uint16_t i = locations[location].newest; i != 0 && n < CANDIDATES_MAX;
            i = messages[i].before) {
        if (messages[i].value != *expected || !messages[i].updated) {
            candidates[n++] = i;
        }
        if (&messages[i] == oldest) {
            break;
        }
    }
    struct message *old = &messages[candidates[choose(CHOOSE_VALUE, n, NULL)]];
    if (old->value != *expected) {
        read_from(at.memory, location, old, failure);
        *expected = old->value;
        return false;
    }
    update(at, location, old, desired, order);
    return true;
}

/* ---- What has no location -------------------------------------------------------------------- */

void memory_fence(struct actor_at at, int order)
{
    struct memory_thread *t = at.memory;
    if (!has_fences) {
        threads_fail("a fence: the runtime is to have none");
    }
    if (acquires(order)) {
        view_join(&t->now, &t->acquired);
    }
    if (order == memory_order_seq_cst) {
        view_join(&t->now, &of_fences);
        view_copy(&of_fences, &t->now);
        memset(&of_fences.clock, 0, sizeof of_fences.clock); /* no happens-before by itself */
    }
    if (releases(order)) {
        view_copy(&t->released, &t->now);
        next_epoch(t, at.thread);
    }
}

void memory_release(struct memory_thread *t, uint32_t thread, struct view *to)
{
    view_copy(to, &t->now);
    next_epoch(t, thread);
}

void memory_acquire(struct memory_thread *t, const struct view *from)
{
    view_join(&t->now, from);
}
