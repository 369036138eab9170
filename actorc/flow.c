/* SPDX-License-Identifier: MIT */
/*
 * flow.c - see flow.h. First each statement of the actors gives an edge of its own; these are
 * sorted, and those of the same nodes and kind become one.
 */
#include "flow.h"

#include "spell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct flow_kind_entry flow_kinds[FLOW_KIND_COUNT] = {
    [FLOW_CHILD] = { "child", "has as its child" },
    [FLOW_SPAWN] = { "spawn", "may spawn" },
    [FLOW_ASK] = { "ask", "may ask" },
    [FLOW_EXCLUSIVE] = { "exclusive", "may ask, and lets nothing else in" },
    [FLOW_TELL] = { "tell", "may tell" },
    [FLOW_ANSWER] = { "answer", "answers" },
    [FLOW_DELEGATE] = { "delegate", "may hand a request on" },
    [FLOW_TIMER] = { "timer", "timer of its own" },
    [FLOW_FD] = { "fd", "watches file descriptors" },
    [FLOW_WATCH] = { "watch", "may watch for its end" },
};

/* One statement's edge. */
struct wire {
    struct flow_edge edge;
    struct flow_item item;
    size_t order;
};

struct work {
    struct flow *flow;
    struct wire *wires;
    size_t count;
    size_t cap;
    struct map sent; /* the handlers to which something in the models sends */
};

/* ---- Nodes ------------------------------------------------------------------------------ */

static size_t add_node(struct flow *flow, const struct actor *actor, const struct model *model)
{
    if (flow->node_count == flow->node_cap) {
        flow->node_cap = flow->node_cap == 0 ? 16 : 2 * flow->node_cap;
        flow->nodes = base_realloc(flow->nodes, flow->node_cap * sizeof *flow->nodes);
    }
    size_t number = flow->node_count++;
    const char *id = actor == NULL ? "outside"
                                   : arena_printf(flow->arena, "%s.%s", model->schema,
                                             actor->name.schema);
    flow->nodes[number] = (struct flow_node){ actor, model, id };
    flow->several_schemas |= actor != NULL && model != flow->nodes[0].model;
    if (actor != NULL) {
        map_set(&flow->index, map_key(actor), (void *)(uintptr_t)(number + 1));
    }
    return number;
}

/* The number of an actor, which is added if it is of a schema that was not given. */
static size_t node_of(struct flow *flow, const struct actor *actor)
{
    size_t number = (size_t)(uintptr_t)map_get(&flow->index, map_key(actor));
    return number > 0 ? number - 1 : add_node(flow, actor, actor->home);
}

/* ---- Edges ------------------------------------------------------------------------------ */

static struct wire *add_wire(
        struct work *work, enum flow_kind kind, size_t from, size_t to, const char *name)
{
    if (work->count == work->cap) {
        work->cap = work->cap == 0 ? 64 : 2 * work->cap;
        work->wires = base_realloc(work->wires, work->cap * sizeof *work->wires);
    }
    struct wire *wire = &work->wires[work->count];
    *wire = (struct wire){ .edge = { .kind = kind, .from = from, .to = to },
        .item = { .name = name },
        .order = work->count };
    work->count++;
    return wire;
}

/* Who sends to such an actor waits while its mailbox is full, unless it is outside of all actors. */
static bool throttles(const struct actor *actor)
{
    return actor->mailbox > 0 && actor->overflow == OVERFLOW_THROTTLE;
}

static struct wire *add_send(struct work *work, enum flow_kind kind, size_t from, size_t to,
        const struct handler *handler)
{
    struct wire *wire = add_wire(work, kind, from, to, handler->message->name.schema);
    const struct flow_node *nodes = work->flow->nodes;
    wire->item.message = handler->message;
    wire->edge.throttled = nodes[from].actor != NULL && kind != FLOW_TIMER && kind != FLOW_FD &&
                           throttles(nodes[to].actor);
    map_set(&work->sent, map_key(handler), work);
    return wire;
}

static void add_answers(
        struct work *work, size_t from, size_t to, const struct message *request)
{
    for (const struct answer *a = request->answers; a != NULL; a = a->next) {
        struct wire *wire = add_wire(work, FLOW_ANSWER, from, to, a->message->name.schema);
        wire->item.message = a->message;
    }
}

/* A request may be handed on from one to the next, and whoever it comes to answers. */
struct hop {
    const struct actor *actor;
    const struct handler *handler;
};

static bool was_visited(const struct hop *hops, size_t count, const struct handler *handler)
{
    for (size_t i = 0; i < count; i++) {
        if (hops[i].handler == handler) {
            return true;
        }
    }
    return false;
}

enum { HOPS_MAX = 256 };

static void add_all_answers(
        struct work *work, size_t asker, const struct actor *target, const struct handler *h)
{
    struct hop hops[HOPS_MAX] = { { target, h } };
    size_t count = 1;
    for (size_t i = 0; i < count; i++) {
        const struct hop at = hops[i];
        add_answers(work, node_of(work->flow, at.actor), asker, at.handler->message);
        for (const struct delegate *d = at.actor->delegates; d != NULL; d = d->next) {
            if (d->from == at.handler && count < HOPS_MAX &&
                    !was_visited(hops, count, d->handler)) {
                hops[count++] = (struct hop){ d->target, d->handler };
            }
        }
    }
}

static void add_asks(struct work *work, const struct actor *actor, size_t me)
{
    struct flow *flow = work->flow;
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        size_t to = node_of(flow, a->target);
        struct wire *wire =
                add_send(work, a->exclusive ? FLOW_EXCLUSIVE : FLOW_ASK, me, to, a->handler);
        wire->item.note = arena_printf(
                flow->arena, "within %s", spell_duration(flow->arena, a->within_ns));
        add_all_answers(work, me, a->target, a->handler);
    }
}

static void add_sends(struct work *work, const struct actor *actor, size_t me)
{
    struct flow *flow = work->flow;
    add_asks(work, actor, me);
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        add_send(work, FLOW_TELL, me, node_of(flow, t->target), t->handler);
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        add_send(work, FLOW_DELEGATE, me, node_of(flow, d->target), d->handler);
    }
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        struct wire *wire = add_send(work, FLOW_TIMER, me, me, t->handler);
        if (t->period_ns > 0) {
            wire->item.note = arena_printf(
                    flow->arena, "every %s", spell_duration(flow->arena, t->period_ns));
        }
    }
    if (actor->fd != NULL) {
        add_send(work, FLOW_FD, me, me, actor->fd);
    }
}

static const char *pool_note(struct arena *arena, const struct pool *pool)
{
    if (pool == NULL) {
        return NULL;
    }
    return pool->route == ROUTE_HASH
                   ? arena_printf(arena, "* %" PRIu32 " by hash(%s)", pool->size, pool->field)
                   : arena_printf(arena, "* %" PRIu32 " by %s", pool->size,
                             spell_route(pool->route));
}

static void add_family(struct work *work, const struct actor *actor, size_t me)
{
    struct flow *flow = work->flow;
    bool supervised = actor->supervision.strategy != STRATEGY_NONE;
    for (const struct child *c = actor->children; c != NULL; c = c->next) {
        struct wire *wire = add_wire(work, FLOW_CHILD, me, node_of(flow, c->actor), c->schema);
        wire->item.note = pool_note(flow->arena, c->pool);
        wire->edge.supervised = supervised;
    }
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        struct wire *wire =
                add_wire(work, FLOW_SPAWN, me, node_of(flow, s->actor), s->actor->name.schema);
        wire->edge.supervised = supervised;
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        add_wire(work, FLOW_WATCH, me, node_of(flow, w->actor), w->actor->name.schema);
    }
}

/* What no actor sends can only come from outside. */
static void add_outside(struct work *work, size_t actor_count)
{
    struct flow *flow = work->flow;
    flow->outside = SIZE_MAX;
    for (size_t i = 0; i < actor_count; i++) {
        const struct handler *h = flow->nodes[i].actor->handlers;
        for (; h != NULL; h = h->next) {
            if (map_get(&work->sent, map_key(h)) != NULL) {
                continue;
            }
            if (flow->outside == SIZE_MAX) {
                flow->outside = add_node(flow, NULL, NULL);
            }
            bool is_request = h->message->answers != NULL;
            add_send(work, is_request ? FLOW_ASK : FLOW_TELL, flow->outside, i, h);
            if (is_request) {
                add_all_answers(work, flow->outside, flow->nodes[i].actor, h);
            }
        }
    }
    flow->outside = flow->outside == SIZE_MAX ? flow->node_count : flow->outside;
}

/* ---- Merging ---------------------------------------------------------------------------- */

static int by_ends(const void *a, const void *b)
{
    const struct wire *x = a;
    const struct wire *y = b;
    if (x->edge.from != y->edge.from) {
        return x->edge.from < y->edge.from ? -1 : 1;
    }
    if (x->edge.to != y->edge.to) {
        return x->edge.to < y->edge.to ? -1 : 1;
    }
    if (x->edge.kind != y->edge.kind) {
        return x->edge.kind < y->edge.kind ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Adds the item at the end, unless it is there. */
static void add_item(struct flow *flow, struct flow_edge *edge, const struct flow_item *item)
{
    struct flow_item **tail = &edge->items;
    for (; *tail != NULL; tail = &(*tail)->next) {
        if (same_text((*tail)->name, item->name) && same_text((*tail)->note, item->note)) {
            return;
        }
    }
    *tail = ARENA_NEW(flow->arena, struct flow_item);
    **tail = *item;
}

static void merge(struct work *work)
{
    struct flow *flow = work->flow;
    if (work->count == 0) {
        return;
    }
    qsort(work->wires, work->count, sizeof *work->wires, by_ends);
    flow->edges = base_alloc(work->count * sizeof *flow->edges);
    for (size_t i = 0; i < work->count; i++) {
        const struct wire *wire = &work->wires[i];
        struct flow_edge *last =
                flow->edge_count == 0 ? NULL : &flow->edges[flow->edge_count - 1];
        if (last == NULL || last->from != wire->edge.from || last->to != wire->edge.to ||
                last->kind != wire->edge.kind) {
            last = &flow->edges[flow->edge_count++];
            *last = wire->edge;
        }
        add_item(flow, last, &wire->item);
    }
}

void flow_init(struct flow *flow, struct arena *arena, const struct model *const *models,
        size_t model_count)
{
    *flow = (struct flow){ .arena = arena };
    struct work work = { .flow = flow };
    for (size_t i = 0; i < model_count; i++) {
        for (const struct actor *a = models[i]->actors; a != NULL; a = a->next) {
            add_node(flow, a, models[i]);
        }
    }
    size_t actor_count = flow->node_count;
    for (size_t i = 0; i < actor_count; i++) {
        const struct actor *actor = flow->nodes[i].actor;
        add_family(&work, actor, i);
        add_sends(&work, actor, i);
    }
    add_outside(&work, actor_count);
    merge(&work);
    free(work.wires);
    map_fini(&work.sent);
}

void flow_fini(struct flow *flow)
{
    free(flow->nodes);
    free(flow->edges);
    map_fini(&flow->index);
}

bool flow_is_first(const struct flow *flow, size_t number)
{
    for (size_t i = 0; i < number; i++) {
        if (flow->nodes[i].model == flow->nodes[number].model) {
            return false;
        }
    }
    return true;
}

bool flow_carries(const struct flow_edge *edge, const struct message *message)
{
    for (const struct flow_item *item = edge->items; item != NULL; item = item->next) {
        if (item->message == message) {
            return true;
        }
    }
    return false;
}

bool flow_has(const struct flow *flow, enum flow_kind kind)
{
    for (size_t i = 0; i < flow->edge_count; i++) {
        if (flow->edges[i].kind == kind) {
            return true;
        }
    }
    return false;
}

bool flow_has_supervised(const struct flow *flow)
{
    for (size_t i = 0; i < flow->edge_count; i++) {
        if (flow->edges[i].supervised) {
            return true;
        }
    }
    return false;
}

bool flow_has_throttled(const struct flow *flow)
{
    for (size_t i = 0; i < flow->edge_count; i++) {
        if (flow->edges[i].throttled) {
            return true;
        }
    }
    return false;
}

/* ---- Facts ------------------------------------------------------------------------------ */

static const char *modes_text(struct arena *arena, const struct actor *actor)
{
    const char *text = NULL;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        text = text == NULL ? arena_printf(arena, "modes %s", m->schema)
                            : arena_printf(arena, "%s, %s", text, m->schema);
    }
    return text;
}

const char *const *flow_facts(struct arena *arena, const struct actor *actor)
{
    enum { FACTS_MAX = 5 };
    const char **facts = arena_alloc(arena, (FACTS_MAX + 1) * sizeof *facts);
    size_t count = 0;
    if (actor->dedicated) {
        facts[count++] = "own thread";
    }
    if (actor->mailbox > 0) {
        facts[count++] = arena_printf(arena, "mailbox %" PRIu32 " %s", actor->mailbox,
                spell_overflow(actor->overflow));
    }
    if (actor->modes != NULL) {
        facts[count++] = modes_text(arena, actor);
    }
    const struct supervision *s = &actor->supervision;
    if (s->strategy != STRATEGY_NONE) {
        facts[count++] = arena_printf(arena, "supervises %s", spell_strategy(s->strategy));
        facts[count++] = arena_printf(arena, "%" PRIu32 " restarts in %s", s->restarts,
                spell_duration(arena, s->window_ns));
    }
    return facts;
}
