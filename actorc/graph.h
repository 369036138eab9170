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

/* Adds an edge. Those of one node are added one after the other, and nodes in ascending order. */
void graph_add(struct graph *graph, size_t from, size_t to, const void *what);
void graph_fini(struct graph *graph);

/* Calls `visit` for cycles, so that each edge that closes one is in a cycle that was visited. The
 * edges of a cycle follow each other; the last leads to where the first begins. */
void graph_cycles(const struct graph *graph,
        void (*visit)(void *context, const struct graph_edge *const *cycle, size_t len),
        void *context);

#endif
