/* SPDX-License-Identifier: MIT */
/*
 * draw_layers.h - the layers of a drawing: one connected part of the graph, in which each edge is
 * cut into links from one rank to the next, with cells that stand for it on the ranks it crosses.
 */
#ifndef DRAW_LAYERS_H
#define DRAW_LAYERS_H

#include "draw.h"

/* A node, or a bend or label of an edge, on its rank. */
struct draw_cell {
    size_t node;  /* its number; SIZE_MAX if it is none */
    size_t edge;  /* of a bend or label */
    double width; /* with what is beside it */
    double height;
    double anchor; /* where lines meet it, from its left side */
    double x;      /* of its left side */
    size_t rank;
    size_t place;  /* in its rank */
    double weight; /* in the order of a rank */
    size_t *up;    /* its neighbours on the ranks above and below, as numbers of cells */
    size_t up_count;
    size_t *down;
    size_t down_count;
};

struct draw_layers {
    struct arena *arena;
    struct draw_cell *cells;
    size_t cell_count;
    size_t **ranks; /* the cells of each rank, in order */
    size_t *rank_sizes;
    size_t rank_count;
};

/* Orders the cells in their ranks so that few lines cross. */
void draw_order(struct draw_layers *layers);

/* Gives each cell an x in that order: near to its neighbours, `gap` from the next. */
void draw_place(struct draw_layers *layers, double gap);

#endif
