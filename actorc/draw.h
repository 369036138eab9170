/* SPDX-License-Identifier: MIT */
/*
 * draw.h - where the boxes and lines of a directed graph go on a page, in layers from top to bottom:
 * cycles are broken, nodes get ranks, ranks an order with few crossings (barycentres), and nodes
 * an x as near to their neighbours as the order allows. A label has a place of its own in a rank,
 * so that nothing is written over it.
 *
 * Lengths are in pixels. The same input gives the same drawing.
 */
#ifndef DRAW_H
#define DRAW_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draw_point {
    double x;
    double y;
};

struct draw_node {
    double width; /* to be set */
    double height;
    double x; /* the middle; set by draw_layout() */
    double y;
};

struct draw_edge {
    size_t from; /* to be set */
    size_t to;
    bool points_up;     /* it is to go against the stream: an answer */
    double label_width; /* 0 = no label */
    double label_height;
    /* Set by draw_layout(): the line from `from` to `to` goes through the points, in curves that are
     * vertical at each of them; of a loop they are the four corners of its curve. */
    struct draw_point *points;
    size_t point_count;
    struct draw_point label; /* the middle of its left side */
};

struct draw {
    struct arena *arena;
    struct draw_node *nodes;
    size_t node_count;
    struct draw_edge *edges;
    size_t edge_count;
    double width; /* set by draw_layout() */
    double height;
};

/* A drawing with more nodes or edges would help nobody, and take long. */
enum { DRAW_MAX = 400 };

/* Says whether draw_layout() can be called. */
bool draw_fits(const struct draw *draw);

/* Places all nodes, edges and labels. */
void draw_layout(struct draw *draw);

#endif
