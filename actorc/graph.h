/* SPDX-License-Identifier: MIT */
/*
 * graph.h - cycles in a directed graph. The walk does not recurse, since a chain may be as long as
 * a schema.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include "base.h"

struct graph_edge {
    size_t from;
    size_t to;
    const void *what; /* what it stands for */
};

struct graph {
    size_t node_count;
    struct graph_edge *edges;
    size_t edge_count;
    size_t edge_cap;
};

/* Adds an edge. Those of one node are added one after the other, and nodes in ascending order,
 * unless graph_group() puts them into it. */
void graph_add(struct graph *graph, size_t from, size_t to, const void *what);
void graph_fini(struct graph *graph);

/* Puts the edges in the order of their nodes; those of one node stay in theirs. */
void graph_group(struct graph *graph);

/* Returns for each node its first edge, once they are in the order of their nodes, and behind the last
 * the number of edges. Who calls it frees the array. */
size_t *graph_first_edges(const struct graph *graph) BASE_MUST_USE;

/*
 * Gives each node the number of its component in `ret_components`, an array of node_count: two
 * nodes have the same number if each is reached from the other.
 */
void graph_components(const struct graph *graph, size_t *ret_components);

/* Calls `visit` for cycles, so that each edge that closes one is in a cycle that was visited. The
 * edges of a cycle follow each other; the last leads to where the first begins. */
void graph_cycles(const struct graph *graph,
        void (*visit)(void *context, const struct graph_edge *const *cycle, size_t len),
        void *context);

#endif
