/* SPDX-License-Identifier: MIT */
/*
 * draw_rank.c - see draw_rank.h. A walk through the graph turns the edges round that close a cycle;
 * then each node stands one rank below the lowest above it.
 */
#include "draw_rank.h"

#include <stdint.h>
#include <stdlib.h>

enum mark { NEW, OPEN, DONE };

struct walk {
    const struct draw *draw;
    struct draw_fall *falls;
    enum mark *marks;
};

static bool is_loop(const struct draw *draw, size_t edge)
{
    return draw->edges[edge].from == draw->edges[edge].to;
}

/* The graph is small, so the walk may recurse. */
static void visit(struct walk *walk, size_t node)
{
    walk->marks[node] = OPEN;
    for (size_t i = 0; i < walk->draw->edge_count; i++) {
        struct draw_fall *fall = &walk->falls[i];
        if (fall->upper != node || is_loop(walk->draw, i)) {
            continue;
        }
        if (walk->marks[fall->lower] == OPEN) {
            *fall = (struct draw_fall){ fall->lower, fall->upper };
        } else if (walk->marks[fall->lower] == NEW) {
            visit(walk, fall->lower);
        }
    }
    walk->marks[node] = DONE;
}

static bool is_source(const struct walk *walk, size_t node)
{
    for (size_t i = 0; i < walk->draw->edge_count; i++) {
        if (walk->falls[i].lower == node && !is_loop(walk->draw, i)) {
            return false;
        }
    }
    return true;
}

static void break_cycles(const struct draw *draw, struct draw_fall *falls)
{
    struct walk walk = { draw, falls, base_alloc((draw->node_count + 1) * sizeof(enum mark)) };
    for (size_t i = 0; i < draw->node_count; i++) {
        walk.marks[i] = NEW;
    }
    for (int sources = 1; sources >= 0; sources--) {
        for (size_t i = 0; i < draw->node_count; i++) {
            if (walk.marks[i] == NEW && (sources == 0 || is_source(&walk, i))) {
                visit(&walk, i);
            }
        }
    }
    free(walk.marks);
}

static void push_down(const struct draw *draw, const struct draw_fall *falls, size_t *ranks)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < draw->edge_count; i++) {
            size_t least = ranks[falls[i].upper] + 1;
            if (!is_loop(draw, i) && ranks[falls[i].lower] < least) {
                ranks[falls[i].lower] = least;
                changed = true;
            }
        }
    }
}

/* What has nothing above it comes down to what is below it. */
static void pull_down(const struct draw *draw, const struct draw_fall *falls, size_t *ranks)
{
    for (size_t node = 0; node < draw->node_count; node++) {
        size_t nearest = SIZE_MAX;
        for (size_t i = 0; i < draw->edge_count; i++) {
            if (falls[i].upper == node && !is_loop(draw, i) &&
                    ranks[falls[i].lower] < nearest) {
                nearest = ranks[falls[i].lower];
            }
        }
        if (ranks[node] == 0 && nearest != SIZE_MAX) {
            ranks[node] = nearest - 1;
        }
    }
}

void draw_rank(const struct draw *draw, struct draw_fall *falls, size_t *ranks)
{
    for (size_t i = 0; i < draw->edge_count; i++) {
        const struct draw_edge *edge = &draw->edges[i];
        falls[i] = edge->points_up ? (struct draw_fall){ edge->to, edge->from }
                                   : (struct draw_fall){ edge->from, edge->to };
    }
    for (size_t i = 0; i < draw->node_count; i++) {
        ranks[i] = 0;
    }
    break_cycles(draw, falls);
    push_down(draw, falls, ranks);
    pull_down(draw, falls, ranks);
}
