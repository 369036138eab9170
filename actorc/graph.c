/* SPDX-License-Identifier: MIT */
/*
 * graph.c - see graph.h. A depth-first search with its stack made visible.
 */
#include "graph.h"

#include <stdlib.h>
#include <string.h>

void graph_add(struct graph *graph, size_t from, size_t to, const void *what)
{
    if (graph->edge_count == graph->edge_cap) {
        graph->edge_cap = graph->edge_cap == 0 ? 64 : graph->edge_cap * 2;
        graph->edges = base_realloc(graph->edges, graph->edge_cap * sizeof *graph->edges);
    }
    graph->edges[graph->edge_count++] = (struct graph_edge){ from, to, what };
}

void graph_fini(struct graph *graph)
{
    free(graph->edges);
    *graph = (struct graph){ 0 };
}

size_t *graph_first_edges(const struct graph *graph)
{
    size_t *first = base_alloc((graph->node_count + 1) * sizeof *first);
    memset(first, 0, (graph->node_count + 1) * sizeof *first);
    for (size_t i = 0; i < graph->edge_count; i++) {
        first[graph->edges[i].from + 1]++;
    }
    for (size_t i = 0; i < graph->node_count; i++) {
        first[i + 1] += first[i];
    }
    return first;
}

void graph_group(struct graph *graph)
{
    size_t *place = graph_first_edges(graph);
    struct graph_edge *grouped = base_alloc(graph->edge_count * sizeof *grouped);
    for (size_t i = 0; i < graph->edge_count; i++) {
        grouped[place[graph->edges[i].from]++] = graph->edges[i];
    }
    free(graph->edges);
    free(place);
    graph->edges = grouped;
    graph->edge_cap = graph->edge_count;
}

/* ---- Components ------------------------------------------------------------------------- */

/* What Tarjan's algorithm knows of a node. */
struct visit {
    size_t next;   /* the edge to look at next */
    size_t number; /* in the order of entering, from 1; 0 = not entered */
    size_t low;    /* the lowest number known to be reached from here and to reach it */
};

struct tarjan {
    const struct graph *graph;
    const size_t *first; /* of each node, its first edge */
    struct visit *visits;
    size_t *path; /* from the root to where the search is */
    size_t depth;
    size_t *open; /* nodes that were entered and whose component is not complete */
    size_t open_count;
    size_t entered;
    size_t *components; /* node_count = not known yet */
    size_t component_count;
};

static void enter(struct tarjan *t, size_t node)
{
    t->entered++;
    t->visits[node] = (struct visit){ t->first[node], t->entered, t->entered };
    t->path[t->depth++] = node;
    t->open[t->open_count++] = node;
}

/* The node was entered first of its component: what was entered since is the rest of it. */
static void close_component(struct tarjan *t, size_t root)
{
    size_t node;
    do {
        node = t->open[--t->open_count];
        t->components[node] = t->component_count;
    } while (node != root);
    t->component_count++;
}

static void lower(struct visit *visit, size_t low)
{
    visit->low = low < visit->low ? low : visit->low;
}

static void find_components(struct tarjan *t, size_t root)
{
    enter(t, root);
    while (t->depth > 0) {
        size_t node = t->path[t->depth - 1];
        struct visit *visit = &t->visits[node];
        if (visit->next < t->first[node + 1]) {
            size_t to = t->graph->edges[visit->next++].to;
            if (t->visits[to].number == 0) {
                enter(t, to);
            } else if (t->components[to] == t->graph->node_count) {
                lower(visit, t->visits[to].low);
            }
            continue;
        }
        t->depth--;
        if (visit->low == visit->number) {
            close_component(t, node);
        } else {
            lower(&t->visits[t->path[t->depth - 1]], visit->low);
        }
    }
}

void graph_components(const struct graph *graph, size_t *ret_components)
{
    size_t nodes = graph->node_count;
    size_t *first = graph_first_edges(graph);
    struct tarjan t = { .graph = graph, .first = first, .components = ret_components };
    t.visits = base_alloc(nodes * sizeof *t.visits);
    t.path = base_alloc(nodes * sizeof *t.path);
    t.open = base_alloc(nodes * sizeof *t.open);
    for (size_t i = 0; i < nodes; i++) {
        t.visits[i] = (struct visit){ 0 };
        ret_components[i] = nodes;
    }
    for (size_t i = 0; i < nodes; i++) {
        if (t.visits[i].number == 0) {
            find_components(&t, i);
        }
    }
    free(t.open);
    free(t.path);
    free(t.visits);
    free(first);
}

/* ---- Cycles ----------------------------------------------------------------------------- */

enum state { UNSEEN, ON_PATH, DONE };

struct search {
    const struct graph *graph;
    const struct graph_edge **path; /* from the root to where the search is */
    size_t depth;
    size_t *next;       /* of each node, the edge to look at next */
    enum state *states; /* of each node */
    void (*visit)(void *context, const struct graph_edge *const *cycle, size_t len);
    void *context;
};

/* The last edge of the path leads back to a node on it. */
static void visit_cycle(struct search *search)
{
    size_t to = search->path[search->depth - 1]->to;
    size_t first = search->depth - 1;
    while (search->path[first]->from != to) {
        first--;
    }
    search->visit(search->context, &search->path[first], search->depth - first);
}

static void search_from(struct search *search, size_t root)
{
    const struct graph *graph = search->graph;
    size_t node = root;
    search->states[root] = ON_PATH;
    for (;;) {
        size_t at = search->next[node];
        if (at == graph->edge_count || graph->edges[at].from != node) {
            search->states[node] = DONE;
            if (search->depth == 0) {
                return;
            }
            node = search->path[--search->depth]->from;
            continue;
        }
        const struct graph_edge *edge = &graph->edges[at];
        search->next[node]++;
        search->path[search->depth++] = edge;
        if (search->states[edge->to] == UNSEEN) {
            node = edge->to;
            search->states[node] = ON_PATH;
            continue;
        }
        if (search->states[edge->to] == ON_PATH) {
            visit_cycle(search);
        }
        search->depth--;
    }
}

void graph_cycles(const struct graph *graph,
        void (*visit)(void *context, const struct graph_edge *const *cycle, size_t len),
        void *context)
{
    size_t nodes = graph->node_count;
    struct search search = { .graph = graph, .visit = visit, .context = context };
    search.path = base_alloc((nodes + 1) * sizeof(struct graph_edge *));
    search.next = base_alloc(nodes * sizeof *search.next);
    search.states = base_alloc(nodes * sizeof *search.states);
    for (size_t i = 0; i < nodes; i++) {
        search.states[i] = UNSEEN;
        search.next[i] = graph->edge_count;
    }
    for (size_t i = graph->edge_count; i > 0; i--) {
        search.next[graph->edges[i - 1].from] = i - 1;
    }
    for (size_t i = 0; i < nodes; i++) {
        if (search.states[i] == UNSEEN) {
            search_from(&search, i);
        }
    }
    free(search.states);
    free(search.next);
    free(search.path);
}
