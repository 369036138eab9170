/* SPDX-License-Identifier: MIT */
/*
 * test_check_deadlock.c - the proof against another one that is naive: on some hundreds of random
 * models, all distances by Floyd and Warshall.
 *
 * Each effect has a line of its own in the source, so what was reported can be read back.
 */
#include "check_deadlock.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ACTORS = 5,
    HANDLERS = 3, /* of each actor */
    EFFECTS = 24,
    NODES = ACTORS + ACTORS * HANDLERS,
    LINES = 100,
    FAR = 1000
};

enum effect_kind { TELL, ASK, EXCLUSIVE, DELEGATE };

struct effect {
    enum effect_kind kind;
    int actor;
    int from; /* handler, or -1: outside of blocks */
    bool in_hook;
    int target;
    int handler;
};

struct world {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    uint32_t base; /* of the source */
    struct model model;
    struct actor actors[ACTORS];
    struct message messages[HANDLERS];
    struct handler handlers[ACTORS][HANDLERS];
    struct effect effects[EFFECTS];
    int effect_count;
    int distance[NODES][NODES];
};

/* ---- Random models ---------------------------------------------------------------------- */

static uint32_t seed;

static int draw(int bound)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)bound);
}

/* Line 1 + `line`, which is one letter. */
static struct span span_at(const struct world *w, int line)
{
    uint32_t at = w->base + 2 * (uint32_t)line;
    return (struct span){ at, at + 1 };
}

static void make_actor(struct world *w, int number)
{
    static const char *const names[] = { "A", "B", "C", "D", "E" };
    struct actor *a = &w->actors[number];
    a->home = &w->model;
    a->name.schema = names[number];
    a->index = (uint32_t)number;
    a->span = span_at(w, LINES - 1);
    a->mailbox_span = a->span;
    a->mailbox = draw(3) > 0 ? 10 : 0;
    a->overflow = draw(3) == 0 ? OVERFLOW_THROTTLE : OVERFLOW_REFUSE;
    a->handler_count = HANDLERS;
    a->handlers = w->handlers[number];
    a->next = number + 1 < ACTORS ? a + 1 : NULL;
    for (uint32_t i = 0; i < HANDLERS; i++) {
        struct handler *h = &w->handlers[number][i];
        h->message = &w->messages[i];
        h->index = i;
        h->span = a->span;
        h->attributes = a->span;
        h->limit = draw(4) == 0 ? 5 : 0;
        h->overflow = (enum overflow[]){ OVERFLOW_REFUSE, OVERFLOW_DROP_OLDEST,
            OVERFLOW_THROTTLE }[draw(3)];
        h->next = i + 1 < HANDLERS ? h + 1 : NULL;
    }
}

static void add_ask(struct world *w, const struct effect *e, struct span span)
{
    struct ask *ask = ARENA_NEW(&w->arena, struct ask);
    *ask = (struct ask){ .next = w->actors[e->actor].asks,
        .target = &w->actors[e->target],
        .handler = &w->handlers[e->target][e->handler],
        .from = e->from < 0 ? NULL : &w->handlers[e->actor][e->from],
        .exclusive = e->kind == EXCLUSIVE,
        .in_hook = e->in_hook,
        .name = "ask",
        .span = span };
    w->actors[e->actor].asks = ask;
}

static void add_other(struct world *w, const struct effect *e, struct span span)
{
    const struct actor *target = &w->actors[e->target];
    const struct handler *handler = &w->handlers[e->target][e->handler];
    const struct handler *from = e->from < 0 ? NULL : &w->handlers[e->actor][e->from];
    struct actor *actor = &w->actors[e->actor];
    if (e->kind == TELL) {
        struct tell *tell = ARENA_NEW(&w->arena, struct tell);
        *tell = (struct tell){ .next = actor->tells,
            .target = target,
            .handler = handler,
            .from = from,
            .span = span };
        actor->tells = tell;
    } else {
        struct delegate *d = ARENA_NEW(&w->arena, struct delegate);
        *d = (struct delegate){ .next = actor->delegates,
            .target = target,
            .handler = handler,
            .from = from,
            .span = span };
        actor->delegates = d;
    }
}

static void make_effect(struct world *w)
{
    struct effect *e = &w->effects[w->effect_count];
    int kind = draw(10);
    e->kind = kind < 4 ? TELL : kind < 7 ? ASK : kind < 9 ? EXCLUSIVE : DELEGATE;
    e->actor = draw(ACTORS);
    e->target = draw(ACTORS);
    e->handler = draw(HANDLERS);
    bool is_ask = e->kind == ASK || e->kind == EXCLUSIVE;
    e->from = e->kind == DELEGATE ? draw(HANDLERS) : draw(HANDLERS + 1) - 1;
    e->in_hook = is_ask && e->from < 0 && draw(3) == 0;
    struct span span = span_at(w, w->effect_count++);
    if (is_ask) {
        add_ask(w, e, span);
    } else {
        add_other(w, e, span);
    }
}

static void make_world(struct world *w, uint32_t number)
{
    static const char *const names[] = { "X", "Y", "Z" };
    char text[2 * LINES + 1];
    *w = (struct world){ 0 };
    seed = number;
    for (int i = 0; i < LINES; i++) {
        memcpy(&text[2 * i], "e\n", 3);
    }
    diags_init(&w->diags, &w->arena, &w->sources);
    w->base = sources_add(&w->sources, "x", text, 2 * LINES)->base;
    for (int i = 0; i < HANDLERS; i++) {
        w->messages[i].name.schema = names[i];
    }
    for (int i = 0; i < ACTORS; i++) {
        make_actor(w, i);
    }
    w->model.actors = w->actors;
    for (int i = 4 + draw(EFFECTS - 4); i > 0; i--) {
        make_effect(w);
    }
}

static void free_world(struct world *w)
{
    sources_fini(&w->sources);
    arena_fini(&w->arena);
}

/* ---- The other proof -------------------------------------------------------------------- */

static int request(int actor, int handler)
{
    return ACTORS + actor * HANDLERS + handler;
}

static bool waits_for_room(const struct world *w, const struct effect *e)
{
    const struct handler *h = &w->handlers[e->target][e->handler];
    const struct actor *a = &w->actors[e->target];
    if (h->limit > 0 && h->overflow != OVERFLOW_REFUSE) {
        return h->overflow == OVERFLOW_THROTTLE;
    }
    return a->mailbox > 0 && a->overflow == OVERFLOW_THROTTLE;
}

static void shorten(struct world *w, int from, int to, int length)
{
    if (length < w->distance[from][to]) {
        w->distance[from][to] = length;
    }
}

static void add_distances(struct world *w, const struct effect *e)
{
    int to = request(e->target, e->handler);
    for (int h = 0; h < HANDLERS; h++) {
        if (e->kind != TELL && !e->in_hook && (e->from < 0 || e->from == h)) {
            shorten(w, request(e->actor, h), to, 1);
        }
    }
    if (e->kind == EXCLUSIVE) {
        shorten(w, e->actor, to, 1);
    }
    if (waits_for_room(w, e)) {
        shorten(w, e->actor, e->target, 1);
    }
}

static void find_distances(struct world *w)
{
    for (int i = 0; i < NODES; i++) {
        for (int j = 0; j < NODES; j++) {
            w->distance[i][j] = FAR;
        }
    }
    for (int a = 0; a < ACTORS; a++) {
        for (int h = 0; h < HANDLERS; h++) {
            w->distance[request(a, h)][a] = 0;
        }
    }
    for (int i = 0; i < w->effect_count; i++) {
        add_distances(w, &w->effects[i]);
    }
    for (int via = 0; via < NODES; via++) {
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < NODES; j++) {
                shorten(w, i, j, w->distance[i][via] + w->distance[via][j]);
            }
        }
    }
}

/* The shortest cycle that begins with the effect, as one that makes its actor wait; FAR if none. */
static int shortest(const struct world *w, const struct effect *e, bool by_room)
{
    int back = w->distance[by_room ? e->target : request(e->target, e->handler)][e->actor];
    bool waits = by_room ? waits_for_room(w, e) : e->kind == EXCLUSIVE;
    /* A request for the actor itself is there without a step. */
    bool is_there = by_room && e->target == e->actor;
    return waits ? 1 + (is_there ? 0 : back) : FAR;
}

/* ---- The comparison --------------------------------------------------------------------- */

/* What was reported: for each error the effects of its witness. */
struct witness {
    int steps[EFFECTS];
    int count;
    bool by_room;
};

static int read_witnesses(struct world *w, struct witness *witnesses, int max)
{
    struct buf text = { 0 };
    int count = 0;
    diags_render(&w->diags, false, &text);
    for (char *at = text.len == 0 ? NULL : text.data; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        int line = strncmp(at, "x:", 2) == 0 ? atoi(at + 2) - 1 : -1;
        const char *kind = line < 0 ? "" : strchr(at + 2, ' ') + 1;
        if (strncmp(kind, "error", 5) == 0) {
            assert_true(count < max);
            witnesses[count++] =
                    (struct witness){ .by_room = strstr(kind, "answer") == NULL ||
                                                 strstr(kind, "answer") > strchr(kind, '\n') };
        } else if (line >= 0 && line < w->effect_count) {
            struct witness *last = &witnesses[count - 1];
            assert_true(last->count < EFFECTS);
            last->steps[last->count++] = line;
        }
    }
    buf_fini(&text);
    return count;
}

/* Each step begins where the one before leads, and the last leads to the first. */
static void check_witness(const struct world *w, const struct witness *witness)
{
    const struct effect *first = &w->effects[witness->steps[0]];
    int actor = first->actor;
    for (int i = 0; i < witness->count; i++) {
        const struct effect *e = &w->effects[witness->steps[i]];
        assert_int_equal(actor, e->actor);
        actor = e->target;
    }
    assert_int_equal(actor, first->actor);
    assert_int_equal(witness->count, shortest(w, first, witness->by_room));
}

static bool is_like(const struct effect *a, const struct effect *b, bool by_room)
{
    return a->actor == b->actor && a->target == b->target &&
           (by_room || a->handler == b->handler);
}

static bool is_in_some(const struct world *w, const struct witness *witnesses, int count,
        const struct effect *e, bool by_room)
{
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < witnesses[i].count; k++) {
            if (is_like(&w->effects[witnesses[i].steps[k]], e, by_room)) {
                return true;
            }
        }
    }
    return false;
}

static int compare(uint32_t number)
{
    static struct world w;
    static struct witness witnesses[DIAG_SHOWN_MAX + 1];
    make_world(&w, number);
    find_distances(&w);
    check_deadlock(&w.model, &w.diags);
    int count = read_witnesses(&w, witnesses, DIAG_SHOWN_MAX);
    for (int i = 0; i < count; i++) {
        check_witness(&w, &witnesses[i]);
    }
    for (int i = 0; i < w.effect_count; i++) {
        for (int by_room = 0; by_room < 2; by_room++) {
            const struct effect *e = &w.effects[i];
            if (shortest(&w, e, by_room != 0) < FAR && count < DIAG_SHOWN_MAX) {
                assert_true(is_in_some(&w, witnesses, count, e, by_room != 0));
            }
        }
    }
    free_world(&w);
    return count;
}

static void test_random_models_are_judged_as_by_a_naive_proof(void **state)
{
    int without = 0;
    int with = 0;
    (void)state;
    for (uint32_t number = 1; number <= 600; number++) {
        int count = compare(number);
        without += count == 0;
        with += count > 0;
    }
    /* Both verdicts were to be given often enough for this to mean anything. */
    assert_true(without > 50);
    assert_true(with > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_models_are_judged_as_by_a_naive_proof),
    };
    return cmocka_run_group_tests_name("check_deadlock", tests, NULL, NULL);
}
