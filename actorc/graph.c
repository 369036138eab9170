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
