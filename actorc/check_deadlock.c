/* SPDX-License-Identifier: MIT */
/*
 * check_deadlock.c - see check_deadlock.h.
 *
 * Design: a graph of what waits for what, by the types of actors. Its nodes are
 *   - each actor, as one that waits: for the reply to an exclusive ask, or for room in a mailbox;
 *   - each message of each actor, as a request that was asked and is not answered;
 *   - the effects of each actor that stand outside of blocks, and so belong to all its messages.
 * A request waits for what its handler asks, and for its actor to be let go. A cycle through an
 * actor is one in which it waits for itself. A cycle that only passes messages is not: nobody in
 * it is kept from handling what would end it.
 *
 * An import cannot name what imports it, so no cycle leaves the schema, and the graph need not.
 */
#include "check_deadlock.h"

#include "graph.h"

#include <stdlib.h>
#include <string.h>

enum step_kind {
    STEP_ASK,
    STEP_EXCLUSIVE,
    STEP_DELEGATE,
    STEP_ROOM_TO_TELL, /* the last three wait for room in the target's mailbox */
    STEP_ROOM_TO_ASK,
    STEP_ROOM_TO_DELEGATE
};

/* What an edge stands for. */
struct step {
    enum step_kind kind;
    const struct actor *actor;  /* who does it */
    const struct handler *from; /* in the block of which handler, or NULL */
    const struct actor *target;
    const struct handler *handler; /* the target's */
    struct span span;
};

struct search {
    const struct model *model;
    struct diags *diags;
    struct graph graph; /* an edge without a step is one from a message to its own actor */
    size_t actor_count; /* the actors are the first nodes */
    size_t *messages;   /* of each actor, the node of its first message */
    size_t first_free;  /* the node of what the first actor does outside of blocks */
    size_t *first_edge; /* of each node; one more for the end */
    size_t *components; /* of each node */
    size_t blocking;    /* edges that keep an actor waiting */
    bool *reported;     /* of each edge: a cycle with it, or with one like it, was reported */
    const struct graph_edge **came; /* of each node, how it was reached; NULL = not reached */
    size_t *queue;
    const struct graph_edge **path; /* a cycle */
};

/* ---- The graph -------------------------------------------------------------------------- */

static size_t message_node(
        const struct search *s, const struct actor *a, const struct handler *h)
{
    return s->messages[a->index] + h->index;
}

static bool is_ours(const struct search *s, const struct actor *actor)
{
    return actor->home == s->model;
}

/* Says whether who sends it waits for room. A class that makes its own room needs no other. */
static bool is_throttled(const struct actor *target, const struct handler *handler)
{
    if (handler->limit > 0 && handler->overflow == OVERFLOW_THROTTLE) {
        return true;
    }
    bool makes_room = handler->limit > 0 && handler->overflow == OVERFLOW_DROP_OLDEST;
    return target->mailbox > 0 && target->overflow == OVERFLOW_THROTTLE && !makes_room;
}

static void add_step(struct search *s, size_t from, size_t to, const struct step *step)
{
    struct step *kept = ARENA_NEW(s->diags->arena, struct step);
    *kept = *step;
    graph_add(&s->graph, from, to, kept);
}

/* The actor itself is kept waiting. */
static void add_blocking(struct search *s, size_t to, const struct step *step)
{
    s->blocking++;
    add_step(s, step->actor->index, to, step);
}

static void add_room(struct search *s, enum step_kind kind, const struct step *send)
{
    if (is_throttled(send->target, send->handler)) {
        struct step step = *send;
        step.kind = kind;
        add_blocking(s, step.target->index, &step);
    }
}

/* The request whose handler does it waits; a hook has none. */
static void add_request(struct search *s, bool in_hook, const struct step *step)
{
    if (!in_hook) {
        size_t from = step->from != NULL ? message_node(s, step->actor, step->from)
                                         : s->first_free + step->actor->index;
        add_step(s, from, message_node(s, step->target, step->handler), step);
    }
}

static void add_asks(struct search *s, const struct actor *actor)
{
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        if (is_ours(s, a->target)) {
            struct step step = { .kind = a->exclusive ? STEP_EXCLUSIVE : STEP_ASK,
                .actor = actor,
                .from = a->from,
                .target = a->target,
                .handler = a->handler,
                .span = a->span };
            if (a->exclusive) {
                add_blocking(s, message_node(s, a->target, a->handler), &step);
            }
            add_request(s, a->in_hook, &step);
            add_room(s, STEP_ROOM_TO_ASK, &step);
        }
    }
}

static void add_delegates(struct search *s, const struct actor *actor)
{
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (is_ours(s, d->target)) {
            const struct step step = { STEP_DELEGATE, actor, d->from, d->target, d->handler,
                d->span };
            add_request(s, false, &step);
            add_room(s, STEP_ROOM_TO_DELEGATE, &step);
        }
    }
}

static void add_tells(struct search *s, const struct actor *actor)
{
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (is_ours(s, t->target)) {
            const struct step step = { STEP_ROOM_TO_TELL, actor, t->from, t->target, t->handler,
                t->span };
            add_room(s, STEP_ROOM_TO_TELL, &step);
        }
    }
}

static void number_nodes(struct search *s)
{
    for (const struct actor *a = s->model->actors; a != NULL; a = a->next) {
        s->actor_count++;
    }
    s->messages = base_alloc(s->actor_count * sizeof *s->messages);
    size_t node = s->actor_count;
    for (const struct actor *a = s->model->actors; a != NULL; a = a->next) {
        s->messages[a->index] = node;
        node += a->handler_count;
    }
    s->first_free = node;
    s->graph.node_count = node + s->actor_count;
}

static void make_graph(struct search *s)
{
    number_nodes(s);
    for (const struct actor *a = s->model->actors; a != NULL; a = a->next) {
        for (const struct handler *h = a->handlers; h != NULL; h = h->next) {
            graph_add(&s->graph, message_node(s, a, h), s->first_free + a->index, NULL);
            graph_add(&s->graph, message_node(s, a, h), a->index, NULL);
        }
        add_asks(s, a);
        add_delegates(s, a);
        add_tells(s, a);
    }
}

/* ---- The shortest way ------------------------------------------------------------------- */

static size_t reach(struct search *s, const struct graph_edge *edge, size_t count)
{
    if (s->came[edge->to] == NULL) {
        s->came[edge->to] = edge;
        s->queue[count++] = edge->to;
    }
    return count;
}

/* Puts the node into the queue, and behind it what is reached from it without a step. */
static size_t reach_all(struct search *s, const struct graph_edge *edge, size_t count)
{
    bool is_new = s->came[edge->to] == NULL;
    count = reach(s, edge, count);
    for (size_t i = s->first_edge[edge->to]; is_new && i < s->first_edge[edge->to + 1]; i++) {
        if (s->graph.edges[i].what == NULL) {
            count = reach(s, &s->graph.edges[i], count);
        }
    }
    return count;
}

/* Finds the shortest cycle that begins with the edge, which is part of one. Returns its length. */
static size_t find_cycle(struct search *s, const struct graph_edge *first)
{
    size_t component = s->components[first->from];
    size_t count = reach_all(s, first, 0);
    for (size_t at = 0; s->came[first->from] == NULL; at++) {
        size_t node = s->queue[at];
        for (size_t i = s->first_edge[node]; i < s->first_edge[node + 1]; i++) {
            const struct graph_edge *edge = &s->graph.edges[i];
            if (s->components[edge->to] == component) {
                count = reach_all(s, edge, count);
            }
        }
    }
    size_t len = 0;
    const struct graph_edge *edge = s->came[first->from];
    for (; edge != first; edge = s->came[edge->from]) {
        s->path[len++] = edge;
    }
    s->path[len++] = first;
    for (size_t i = 0; i < len / 2; i++) {
        const struct graph_edge *other = s->path[i];
        s->path[i] = s->path[len - 1 - i];
        s->path[len - 1 - i] = other;
    }
    for (size_t i = 0; i < count; i++) {
        s->came[s->queue[i]] = NULL;
    }
    return len;
}

/* ---- What is said of it ----------------------------------------------------------------- */

/* Says why the mailbox's bound makes senders wait. */
static void note_room(struct search *s, struct diag *diag, const struct step *step)
{
    const char *target = step->target->name.schema;
    if (step->handler->limit > 0 && step->handler->overflow == OVERFLOW_THROTTLE) {
        diag_note(s->diags, diag, step->handler->attributes,
                "who sends '%s' to '%s' waits while %u of them are in its mailbox",
                step->handler->message->name.schema, target, (unsigned)step->handler->limit);
    } else {
        diag_note(s->diags, diag, step->target->mailbox_span,
                "who sends to '%s' waits while its mailbox is full", target);
    }
}

/* `handled` is the message whose handler does it, or NULL: any. */
static void note_step(struct search *s, struct diag *diag, const struct step *step,
        const struct handler *handled)
{
    const char *actor = step->actor->name.schema;
    const char *target = step->target->name.schema;
    const char *message = step->handler->message->name.schema;
    const char *what = handled == NULL ? "" : handled->message->name.schema;
    switch (step->kind) {
    case STEP_ASK:
        diag_note(s->diags, diag, step->span,
                step->from != NULL ? "'%s' handles '%s' by asking '%s.%s' here"
                                   : "'%s' may handle '%s' by asking '%s.%s' here",
                actor, what, target, message);
        return;
    case STEP_DELEGATE:
        diag_note(s->diags, diag, step->span, "'%s' hands '%s' on to '%s' here", actor, what,
                target);
        return;
    case STEP_EXCLUSIVE:
        diag_note(s->diags, diag, step->span,
                "'%s' asks '%s.%s' here, exclusively: until the reply it handles nothing else",
                actor, target, message);
        return;
    case STEP_ROOM_TO_TELL:
        diag_note(
                s->diags, diag, step->span, "'%s' tells '%s.%s' here", actor, target, message);
        break;
    case STEP_ROOM_TO_ASK:
        diag_note(s->diags, diag, step->span, "'%s' asks '%s.%s' here", actor, target, message);
        break;
    case STEP_ROOM_TO_DELEGATE:
        diag_note(s->diags, diag, step->span, "'%s' hands '%s' on to '%s' here", actor, message,
                target);
        break;
    }
    note_room(s, diag, step);
}

/* The last step asks the first actor for something that it does not come to. */
static void note_end(struct search *s, struct diag *diag, const struct step *last)
{
    if (last->kind <= STEP_DELEGATE) {
        diag_note(s->diags, diag, last->handler->span,
                "'%s' handles '%s', but not while it waits", last->target->name.schema,
                last->handler->message->name.schema);
    }
}

static void note_cycle(struct search *s, struct diag *diag, size_t len)
{
    const struct step *last = NULL;
    for (size_t i = 0; i < len; i++) {
        const struct step *step = s->path[i]->what;
        if (step != NULL) {
            note_step(s, diag, step, last == NULL ? NULL : last->handler);
            last = step;
        }
    }
    note_end(s, diag, last);
}

static void report_exclusive(struct search *s, const struct step *first, size_t len)
{
    const char *actor = first->actor->name.schema;
    const char *target = first->target->name.schema;
    const char *message = first->handler->message->name.schema;
    struct diag *diag = first->target == first->actor
                                ? diags_add(s->diags, DIAG_DEADLOCK, first->span,
                                          "'%s' may wait for itself: it handles nothing until "
                                          "it answers its own '%s'",
                                          actor, message)
                                : diags_add(s->diags, DIAG_DEADLOCK, first->span,
                                          "'%s' may wait for itself: it handles nothing until "
                                          "'%s' answers '%s', which may need '%s'",
                                          actor, target, message, actor);
    note_cycle(s, diag, len);
    diag_hint(s->diags, diag,
            "write 'ask %s.%s' without 'exclusive', so that '%s' handles messages while it "
            "waits",
            target, message, actor);
}

static void report_room(struct search *s, const struct step *first, size_t len)
{
    const char *actor = first->actor->name.schema;
    const char *target = first->target->name.schema;
    struct diag *diag =
            first->target == first->actor
                    ? diags_add(s->diags, DIAG_DEADLOCK, first->span,
                              "'%s' may wait for itself: only '%s' makes room in its mailbox",
                              actor, actor)
                    : diags_add(s->diags, DIAG_DEADLOCK, first->span,
                              "'%s' may wait for itself: it waits for room in the mailbox of "
                              "'%s', which may wait for '%s'",
                              actor, target, actor);
    note_cycle(s, diag, len);
    diag_hint(s->diags, diag,
            "write 'refuse' instead of 'throttle' in '%s': who sends to it then waits for "
            "nothing",
            target);
}

/* ---- All cycles ------------------------------------------------------------------------- */

/* What stands twice is one mistake. */
static void mark_reported(struct search *s, const struct graph_edge *edge)
{
    for (size_t i = s->first_edge[edge->from]; i < s->first_edge[edge->from + 1]; i++) {
        if (s->graph.edges[i].to == edge->to) {
            s->reported[i] = true;
        }
    }
}

static void report_cycle(struct search *s, const struct graph_edge *first)
{
    size_t len = find_cycle(s, first);
    for (size_t i = 0; i < len; i++) {
        if (s->path[i]->from < s->actor_count) {
            mark_reported(s, s->path[i]);
        }
    }
    const struct step *step = first->what;
    if (step->kind == STEP_EXCLUSIVE) {
        report_exclusive(s, step, len);
    } else {
        report_room(s, step, len);
    }
}

/* Each edge that keeps an actor waiting and is part of a cycle is in one that is reported. When
 * there are more than will be shown, one is enough for all that hang together. */
static void report_cycles(struct search *s)
{
    size_t *last = NULL;
    for (size_t i = 0; i < s->first_edge[s->actor_count]; i++) {
        const struct graph_edge *edge = &s->graph.edges[i];
        size_t component = s->components[edge->from];
        if (s->reported[i] || s->components[edge->to] != component ||
                (diags_full(s->diags) && last != NULL && *last == component)) {
            continue;
        }
        report_cycle(s, edge);
        last = &s->components[edge->from];
    }
}

static void fini(struct search *s)
{
    graph_fini(&s->graph);
    free(s->messages);
    free(s->first_edge);
    free(s->components);
    free(s->reported);
    free((void *)s->came);
    free(s->queue);
    free((void *)s->path);
}

static void search(struct search *s)
{
    size_t nodes = s->graph.node_count;
    graph_group(&s->graph);
    s->components = base_alloc(nodes * sizeof *s->components);
    graph_components(&s->graph, s->components);
    s->first_edge = graph_first_edges(&s->graph);
    s->reported = base_alloc(s->graph.edge_count * sizeof *s->reported);
    memset(s->reported, 0, s->graph.edge_count * sizeof *s->reported);
    s->came = base_alloc(nodes * sizeof *s->came);
    for (size_t i = 0; i < nodes; i++) {
        s->came[i] = NULL;
    }
    s->queue = base_alloc(nodes * sizeof *s->queue);
    s->path = base_alloc((nodes + 1) * sizeof *s->path);
    report_cycles(s);
}

void check_deadlock(const struct model *model, struct diags *diags)
{
    struct search s = { .model = model, .diags = diags };
    make_graph(&s);
    if (s.blocking > 0) {
        search(&s);
    }
    fini(&s);
}
