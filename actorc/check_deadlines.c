/* SPDX-License-Identifier: MIT */
/*
 * check_deadlines.c - see check_deadlines.h.
 *
 * A request lasts as long as its asker waits. One that is handed on lasts as long where it comes to,
 * so the longest wait for a message is looked for along the delegates that lead to it. What nobody in
 * the schema asks for may last as long as anybody outside likes.
 */
#include "check_deadlines.h"

#include "graph.h"

#include <inttypes.h>
#include <stdlib.h>

struct work {
    const struct model *model;
    struct diags *diags;
    size_t *messages;           /* of each actor, the node of its first message */
    struct graph graph;         /* of messages that are handed on; edges are delegates */
    size_t *first_edge;         /* of each node; one more for the end */
    const struct ask **longest; /* of each node, the ask that waits longest; or NULL */
    const struct graph_edge *
            *came; /* of each node, how that ask comes to it; NULL = directly */
    size_t *queue;
};

static size_t node_of(
        const struct work *w, const struct actor *actor, const struct handler *handler)
{
    return w->messages[actor->index] + handler->index;
}

/* ---- Requests that are handed on ---------------------------------------------------------- */

static void make_graph(struct work *w)
{
    size_t count = 0;
    for (const struct actor *a = w->model->actors; a != NULL; a = a->next) {
        count++;
    }
    w->messages = base_alloc(count * sizeof *w->messages);
    for (const struct actor *a = w->model->actors; a != NULL; a = a->next) {
        w->messages[a->index] = w->graph.node_count;
        w->graph.node_count += a->handler_count;
    }
    for (const struct actor *a = w->model->actors; a != NULL; a = a->next) {
        for (const struct delegate *d = a->delegates; d != NULL; d = d->next) {
            if (d->target->home == w->model) {
                graph_add(&w->graph, node_of(w, a, d->from), node_of(w, d->target, d->handler),
                        d);
            }
        }
    }
    graph_group(&w->graph);
    w->first_edge = graph_first_edges(&w->graph);
}

/* ---- The longest wait --------------------------------------------------------------------- */

static void spread(struct work *w, const struct ask *ask)
{
    size_t count = 0;
    w->queue[count++] = node_of(w, ask->target, ask->handler);
    if (w->longest[w->queue[0]] != NULL) {
        return; /* another waits as long or longer, here and wherever it is handed on to */
    }
    w->longest[w->queue[0]] = ask;
    for (size_t at = 0; at < count; at++) {
        size_t end = w->first_edge[w->queue[at] + 1];
        for (size_t i = w->first_edge[w->queue[at]]; i < end; i++) {
            const struct graph_edge *edge = &w->graph.edges[i];
            if (w->longest[edge->to] == NULL) {
                w->longest[edge->to] = ask;
                w->came[edge->to] = edge;
                w->queue[count++] = edge->to;
            }
        }
    }
}

static int by_wait(const void *a, const void *b)
{
    const struct ask *one = *(const struct ask *const *)a;
    const struct ask *other = *(const struct ask *const *)b;
    if (one->within_ns != other->within_ns) {
        return one->within_ns > other->within_ns ? -1 : 1;
    }
    return one->span.lo < other->span.lo ? -1 : one->span.lo > other->span.lo;
}

/* Lets the asks spread from the longest to the shortest: the first that comes to a message wins. */
static void find_longest(struct work *w)
{
    size_t count = 0;
    for (const struct actor *a = w->model->actors; a != NULL; a = a->next) {
        count += a->ask_count;
    }
    const struct ask **asks = base_alloc(count * sizeof *asks);
    count = 0;
    for (const struct actor *a = w->model->actors; a != NULL; a = a->next) {
        for (const struct ask *ask = a->asks; ask != NULL; ask = ask->next) {
            if (ask->target->home == w->model) {
                asks[count++] = ask;
            }
        }
    }
    qsort(asks, count, sizeof *asks, by_wait);
    for (size_t i = 0; i < count; i++) {
        spread(w, asks[i]);
    }
    free((void *)asks);
}

/* ---- What is said of it ------------------------------------------------------------------- */

/* Returns the duration as it is written in schemas. */
static const char *duration_text(struct diags *diags, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *unit;
    } units[] = { { INT64_C(3600000000000), "h" }, { INT64_C(60000000000), "m" },
        { INT64_C(1000000000), "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
    size_t i = 0;
    while (ns % units[i].ns != 0) {
        i++;
    }
    return arena_printf(diags->arena, "%" PRId64 "%s", ns / units[i].ns, units[i].unit);
}

/* Follows the request from who asks for it to where it is served. */
static void note_way(struct work *w, struct diag *diag, size_t node)
{
    size_t count = 0;
    for (const struct graph_edge *e = w->came[node]; e != NULL; e = w->came[e->from]) {
        w->queue[count++] = (size_t)(e - w->graph.edges);
    }
    while (count > 0) {
        const struct delegate *d = w->graph.edges[w->queue[--count]].what;
        diag_note(w->diags, diag, d->span, "'%s' is handed on to '%s' here",
                d->handler->message->name.schema, d->target->name.schema);
    }
}

static void report(struct work *w, const struct ask *ask, size_t node)
{
    const struct ask *asker = w->longest[node];
    const char *served = ask_call(ask)->name.schema;
    const char *text = duration_text(w->diags, asker->within_ns);
    struct diag *diag = diags_add(w->diags, DIAG_DEADLINE, ask->within_span,
            "this ask may take longer than the '%s' it serves, for which nobody waits longer "
            "than %s",
            served, text);
    bool is_default = asker->within_span.hi == 0;
    diag_note(w->diags, diag, is_default ? asker->span : asker->within_span,
            "the longest wait for '%s' is %s%s", served, text,
            is_default ? ", the default" : "");
    note_way(w, diag, node);
    diag_hint(w->diags, diag, "write 'within %s' or less", text);
}

static void check_asks(struct work *w, const struct actor *actor)
{
    for (const struct ask *ask = actor->asks; ask != NULL; ask = ask->next) {
        if (ask_call(ask) != NULL && ask->within_span.hi > 0) {
            size_t node = node_of(w, actor, ask->from);
            const struct ask *asker = w->longest[node];
            if (asker != NULL && ask->within_ns > asker->within_ns) {
                report(w, ask, node);
            }
        }
    }
}

void check_deadlines(const struct model *model, struct diags *diags)
{
    struct work w = { .model = model, .diags = diags };
    make_graph(&w);
    size_t nodes = w.graph.node_count;
    w.longest = base_alloc(nodes * sizeof *w.longest);
    w.came = base_alloc(nodes * sizeof *w.came);
    w.queue = base_alloc(nodes * sizeof *w.queue);
    for (size_t i = 0; i < nodes; i++) {
        w.longest[i] = NULL;
        w.came[i] = NULL;
    }
    find_longest(&w);
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        check_asks(&w, a);
    }
    graph_fini(&w.graph);
    free(w.messages);
    free(w.first_edge);
    free((void *)w.longest);
    free((void *)w.came);
    free(w.queue);
}
