/* SPDX-License-Identifier: MIT */
/*
 * draw_layout.c - see draw.h. Connected parts are drawn one by one and then put side by side. Ranks of
 * nodes have even numbers in the layers; labels stand on the odd ones between them.
 */
#include "draw.h"

#include "draw_layers.h"
#include "draw_rank.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    GAP_X = 22,      /* between cells of a rank */
    GAP_Y = 26,      /* between ranks of nodes and of labels, at least */
    GAP_Y_MAX = 60,  /* where lines go far to the side, so that they can be told apart */
    GAP_PARTS = 36,  /* between connected parts */
    ROW_WIDTH = 900, /* parts beyond it begin a new row */
    LABEL_GAP = 6,   /* between a line and its label */
    LOOP_WIDTH = 26,
    LOOP_GAP = 6
};

struct plan {
    struct draw *draw;
    struct draw_fall *falls;
    size_t *ranks;
    size_t *parts;      /* of each node */
    size_t *first_cell; /* of each edge: its uppermost bend; of each node: its cell */
    size_t *cell_of;
    struct draw_layers layers;
    double *tops; /* of each rank */
    double *heights;
};

bool draw_fits(const struct draw *draw)
{
    return draw->node_count <= DRAW_MAX && draw->edge_count <= DRAW_MAX;
}

static bool is_loop(const struct draw_edge *edge)
{
    return edge->from == edge->to;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- Parts ------------------------------------------------------------------------------ */

/* Numbers the connected parts by their first node. */
static void find_parts(const struct draw *draw, size_t *parts)
{
    for (size_t i = 0; i < draw->node_count; i++) {
        parts[i] = i;
    }
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < draw->edge_count; i++) {
            size_t *a = &parts[draw->edges[i].from];
            size_t *b = &parts[draw->edges[i].to];
            changed |= *a != *b;
            *a = *b = *a < *b ? *a : *b;
        }
    }
}

/* ---- Cells ------------------------------------------------------------------------------ */

static size_t add_cell(struct draw_layers *layers, struct draw_cell cell)
{
    size_t number = layers->cell_count++;
    cell.place = layers->rank_sizes[cell.rank]++;
    layers->cells[number] = cell;
    return number;
}

static double loop_height(const struct draw_edge *edge)
{
    return larger(edge->label_height, 16) + LOOP_GAP;
}

/* Loops are drawn to the right of their node and belong to its cell. */
static void add_node(struct plan *plan, size_t number)
{
    const struct draw *draw = plan->draw;
    struct draw_node *node = &draw->nodes[number];
    double beside = 0;
    double loops = 0;
    for (size_t i = 0; i < draw->edge_count; i++) {
        const struct draw_edge *edge = &draw->edges[i];
        if (is_loop(edge) && edge->from == number) {
            beside = larger(beside, LOOP_WIDTH + LABEL_GAP + edge->label_width);
            loops += loop_height(edge);
        }
    }
    node->height = larger(node->height, loops);
    plan->cell_of[number] = add_cell(&plan->layers, (struct draw_cell){ .node = number,
                                                            .edge = SIZE_MAX,
                                                            .width = node->width + beside,
                                                            .height = node->height,
                                                            .anchor = node->width / 2,
                                                            .rank = 2 * plan->ranks[number] });
}

/* Adds the bends of an edge; its label stands in the middle of its way. */
static void add_bends(struct plan *plan, size_t number)
{
    const struct draw_edge *edge = &plan->draw->edges[number];
    size_t upper = plan->ranks[plan->falls[number].upper];
    size_t lower = plan->ranks[plan->falls[number].lower];
    size_t labelled = 2 * upper + 1 + 2 * ((lower - upper - 1) / 2);
    plan->first_cell[number] = plan->layers.cell_count;
    for (size_t rank = 2 * upper + 1; rank < 2 * lower; rank++) {
        bool has_label = rank == labelled && edge->label_width > 0;
        add_cell(&plan->layers, (struct draw_cell){ .node = SIZE_MAX,
                                        .edge = number,
                                        .width = has_label ? LABEL_GAP + edge->label_width : 2,
                                        .height = has_label ? edge->label_height : 0,
                                        .anchor = 1,
                                        .rank = rank });
    }
}

static void fill_ranks(struct draw_layers *layers)
{
    for (size_t rank = 0; rank < layers->rank_count; rank++) {
        layers->ranks[rank] =
                arena_alloc(layers->arena, (layers->rank_sizes[rank] + 1) * sizeof(size_t));
    }
    for (size_t i = 0; i < layers->cell_count; i++) {
        layers->ranks[layers->cells[i].rank][layers->cells[i].place] = i;
    }
}

static void link_cells(struct draw_layers *layers, size_t upper, size_t lower)
{
    struct draw_cell *above = &layers->cells[upper];
    struct draw_cell *below = &layers->cells[lower];
    above->down[above->down_count++] = lower;
    below->up[below->up_count++] = upper;
}

/* Links each edge's bends in a chain from its upper to its lower node. */
static void link_all(struct plan *plan, size_t part)
{
    struct draw_layers *layers = &plan->layers;
    size_t degree_max = plan->draw->edge_count + 1;
    for (size_t i = 0; i < layers->cell_count; i++) {
        size_t room = layers->cells[i].node == SIZE_MAX ? 1 : degree_max;
        layers->cells[i].up = arena_alloc(layers->arena, room * sizeof(size_t));
        layers->cells[i].down = arena_alloc(layers->arena, room * sizeof(size_t));
    }
    for (size_t i = 0; i < plan->draw->edge_count; i++) {
        const struct draw_edge *edge = &plan->draw->edges[i];
        if (is_loop(edge) || plan->parts[edge->from] != part) {
            continue;
        }
        const struct draw_fall *fall = &plan->falls[i];
        size_t count = 2 * (plan->ranks[fall->lower] - plan->ranks[fall->upper]) - 1;
        size_t above = plan->cell_of[fall->upper];
        for (size_t k = 0; k < count; k++) {
            link_cells(layers, above, plan->first_cell[i] + k);
            above = plan->first_cell[i] + k;
        }
        link_cells(layers, above, plan->cell_of[fall->lower]);
    }
}

static void make_layers(struct plan *plan, size_t part)
{
    struct draw *draw = plan->draw;
    size_t rank_max = 0;
    size_t cells = 0;
    for (size_t i = 0; i < draw->node_count; i++) {
        if (plan->parts[i] == part) {
            rank_max = plan->ranks[i] > rank_max ? plan->ranks[i] : rank_max;
            cells++;
        }
    }
    for (size_t i = 0; i < draw->edge_count; i++) {
        if (plan->parts[draw->edges[i].from] == part) {
            cells +=
                    2 * (plan->ranks[plan->falls[i].lower] - plan->ranks[plan->falls[i].upper]);
        }
    }
    struct draw_layers *layers = &plan->layers;
    *layers = (struct draw_layers){ .arena = draw->arena, .rank_count = 2 * rank_max + 1 };
    layers->cells = arena_alloc(draw->arena, cells * sizeof *layers->cells);
    layers->ranks = arena_alloc(draw->arena, layers->rank_count * sizeof *layers->ranks);
    layers->rank_sizes =
            arena_alloc(draw->arena, layers->rank_count * sizeof *layers->rank_sizes);
    for (size_t i = 0; i < draw->node_count; i++) {
        if (plan->parts[i] == part) {
            add_node(plan, i);
        }
    }
    for (size_t i = 0; i < draw->edge_count; i++) {
        if (!is_loop(&draw->edges[i]) && plan->parts[draw->edges[i].from] == part) {
            add_bends(plan, i);
        }
    }
    fill_ranks(layers);
    link_all(plan, part);
}

/* ---- From cells to the page -------------------------------------------------------------- */

/* Returns how far the lines from the rank to the next go to the side, at most. */
static double stretch_of(const struct draw_layers *layers, size_t rank)
{
    double most = 0;
    for (size_t i = 0; i < layers->rank_sizes[rank]; i++) {
        const struct draw_cell *cell = &layers->cells[layers->ranks[rank][i]];
        for (size_t k = 0; k < cell->down_count; k++) {
            const struct draw_cell *below = &layers->cells[cell->down[k]];
            double way = below->x + below->anchor - cell->x - cell->anchor;
            most = larger(most, way < 0 ? -way : way);
        }
    }
    return most;
}

static double gap_below(const struct draw_layers *layers, size_t rank)
{
    double gap = GAP_Y + stretch_of(layers, rank) / 20;
    return gap < GAP_Y_MAX ? gap : GAP_Y_MAX;
}

/* Sets the tops and heights of the ranks. Returns the height of all. */
static double stack_ranks(struct plan *plan)
{
    const struct draw_layers *layers = &plan->layers;
    plan->tops = arena_alloc(layers->arena, layers->rank_count * sizeof *plan->tops);
    plan->heights = arena_alloc(layers->arena, layers->rank_count * sizeof *plan->heights);
    double y = 0;
    double bottom = 0;
    for (size_t rank = 0; rank < layers->rank_count; rank++) {
        if (layers->rank_sizes[rank] == 0) {
            plan->tops[rank] = y;
            continue;
        }
        for (size_t i = 0; i < layers->rank_sizes[rank]; i++) {
            const struct draw_cell *cell = &layers->cells[layers->ranks[rank][i]];
            plan->heights[rank] = larger(plan->heights[rank], cell->height);
        }
        plan->tops[rank] = y;
        bottom = y + plan->heights[rank];
        y = bottom + gap_below(layers, rank);
    }
    return bottom;
}

/* Where on its node a line begins: they keep the order of where they go. */
static double port_of(
        const struct plan *plan, const struct draw_cell *cell, size_t neighbour, bool downwards)
{
    const struct draw_cell *cells = plan->layers.cells;
    const size_t *others = downwards ? cell->down : cell->up;
    size_t count = downwards ? cell->down_count : cell->up_count;
    size_t before = 0;
    for (size_t i = 0; i < count; i++) {
        before += cells[others[i]].place < cells[neighbour].place;
    }
    double width = plan->draw->nodes[cell->node].width - 28;
    double step = count < 2 ? 0 : width / (double)(count - 1);
    step = step > 22 ? 22 : step;
    return cell->x + cell->anchor + ((double)before - (double)(count - 1) / 2) * step;
}

static void add_point(struct draw_edge *edge, double x, double y)
{
    edge->points[edge->point_count++] = (struct draw_point){ x, y };
}

static void reverse(struct draw_edge *edge)
{
    for (size_t i = 0; i < edge->point_count / 2; i++) {
        struct draw_point *a = &edge->points[i];
        struct draw_point *b = &edge->points[edge->point_count - 1 - i];
        struct draw_point kept = *a;
        *a = *b;
        *b = kept;
    }
}

/* Between a node and the border of its rank a line goes straight, so that none runs behind its
 * neighbours. */
static void route_edge(struct plan *plan, size_t number)
{
    struct draw_edge *edge = &plan->draw->edges[number];
    const struct draw_fall *fall = &plan->falls[number];
    const struct draw_cell *cells = plan->layers.cells;
    const struct draw_cell *above = &cells[plan->cell_of[fall->upper]];
    const struct draw_cell *below = &cells[plan->cell_of[fall->lower]];
    size_t first = plan->first_cell[number];
    size_t count = below->rank - above->rank - 1;
    edge->points = arena_alloc(plan->draw->arena, (2 * count + 4) * sizeof *edge->points);
    const struct draw_node *upper = &plan->draw->nodes[fall->upper];
    const struct draw_node *lower = &plan->draw->nodes[fall->lower];
    double from = port_of(plan, above, first, true);
    double to = port_of(plan, below, first + count - 1, false);
    double upper_end = upper->y + upper->height / 2;
    double lower_end = lower->y - lower->height / 2;
    double leaves = plan->tops[above->rank] + plan->heights[above->rank];
    double arrives = plan->tops[below->rank];
    add_point(edge, from, upper_end);
    if (leaves > upper_end) {
        add_point(edge, from, leaves);
    }
    for (size_t i = first; i < first + count; i++) {
        double x = cells[i].x + cells[i].anchor;
        double top = plan->tops[cells[i].rank];
        double height = plan->heights[cells[i].rank];
        add_point(edge, x, top);
        if (height > 0) {
            add_point(edge, x, top + height);
        }
        if (cells[i].width > 2) {
            edge->label = (struct draw_point){ x + LABEL_GAP, top + height / 2 };
        }
    }
    if (arrives < lower_end) {
        add_point(edge, to, arrives);
    }
    add_point(edge, to, lower_end);
    if (fall->upper != edge->from) {
        reverse(edge);
    }
}

static void route_loops(struct draw *draw, size_t number)
{
    const struct draw_node *node = &draw->nodes[number];
    double total = 0;
    for (size_t i = 0; i < draw->edge_count; i++) {
        const struct draw_edge *edge = &draw->edges[i];
        total += is_loop(edge) && edge->from == number ? loop_height(edge) : 0;
    }
    double y = node->y - total / 2;
    double x = node->x + node->width / 2;
    for (size_t i = 0; i < draw->edge_count; i++) {
        struct draw_edge *edge = &draw->edges[i];
        if (!is_loop(edge) || edge->from != number) {
            continue;
        }
        double height = loop_height(edge);
        double middle = y + height / 2;
        edge->points = arena_alloc(draw->arena, 4 * sizeof *edge->points);
        add_point(edge, x, middle - 7);
        add_point(edge, x + LOOP_WIDTH + 4, middle - 9);
        add_point(edge, x + LOOP_WIDTH + 4, middle + 9);
        add_point(edge, x, middle + 7);
        edge->label = (struct draw_point){ x + LOOP_WIDTH + LABEL_GAP / 2.0, middle };
        y += height;
    }
}

/* Sets where the nodes and lines of the part are, from (0, 0). Returns its size. */
static struct draw_point place_part(struct plan *plan, size_t part)
{
    struct draw *draw = plan->draw;
    make_layers(plan, part);
    draw_order(&plan->layers);
    draw_place(&plan->layers, GAP_X);
    double left = 1e9;
    double right = 0;
    for (size_t i = 0; i < plan->layers.cell_count; i++) {
        left = plan->layers.cells[i].x < left ? plan->layers.cells[i].x : left;
    }
    struct draw_point size = { 0, stack_ranks(plan) };
    for (size_t i = 0; i < plan->layers.cell_count; i++) {
        struct draw_cell *cell = &plan->layers.cells[i];
        cell->x -= left;
        right = larger(right, cell->x + cell->width);
        if (cell->node != SIZE_MAX) {
            draw->nodes[cell->node].x = cell->x + cell->anchor;
            draw->nodes[cell->node].y = plan->tops[cell->rank] + plan->heights[cell->rank] / 2;
        }
    }
    for (size_t i = 0; i < draw->edge_count; i++) {
        if (!is_loop(&draw->edges[i]) && plan->parts[draw->edges[i].from] == part) {
            route_edge(plan, i);
        }
    }
    for (size_t i = 0; i < draw->node_count; i++) {
        if (plan->parts[i] == part) {
            route_loops(draw, i);
        }
    }
    size.x = right;
    return size;
}

static void shift_part(struct plan *plan, size_t part, struct draw_point by)
{
    struct draw *draw = plan->draw;
    for (size_t i = 0; i < draw->node_count; i++) {
        if (plan->parts[i] == part) {
            draw->nodes[i].x += by.x;
            draw->nodes[i].y += by.y;
        }
    }
    for (size_t i = 0; i < draw->edge_count; i++) {
        struct draw_edge *edge = &draw->edges[i];
        if (plan->parts[edge->from] != part) {
            continue;
        }
        edge->label.x += by.x;
        edge->label.y += by.y;
        for (size_t k = 0; k < edge->point_count; k++) {
            edge->points[k].x += by.x;
            edge->points[k].y += by.y;
        }
    }
}

/* Puts the parts into rows. */
static void place_parts(struct plan *plan)
{
    struct draw_point at = { 0, 0 };
    double row_height = 0;
    for (size_t part = 0; part < plan->draw->node_count; part++) {
        if (plan->parts[part] != part) {
            continue;
        }
        struct draw_point size = place_part(plan, part);
        if (at.x > 0 && at.x + size.x > ROW_WIDTH) {
            at = (struct draw_point){ 0, at.y + row_height + GAP_PARTS };
            row_height = 0;
        }
        shift_part(plan, part, at);
        row_height = larger(row_height, size.y);
        plan->draw->width = larger(plan->draw->width, at.x + size.x);
        plan->draw->height = larger(plan->draw->height, at.y + size.y);
        at.x += size.x + GAP_PARTS;
    }
}

void draw_layout(struct draw *draw)
{
    struct arena *arena = draw->arena;
    struct plan plan = { .draw = draw };
    plan.falls = arena_alloc(arena, (draw->edge_count + 1) * sizeof *plan.falls);
    plan.ranks = arena_alloc(arena, (draw->node_count + 1) * sizeof *plan.ranks);
    plan.parts = arena_alloc(arena, (draw->node_count + 1) * sizeof *plan.parts);
    plan.first_cell = arena_alloc(arena, (draw->edge_count + 1) * sizeof *plan.first_cell);
    plan.cell_of = arena_alloc(arena, (draw->node_count + 1) * sizeof *plan.cell_of);
    draw_rank(draw, plan.falls, plan.ranks);
    find_parts(draw, plan.parts);
    place_parts(&plan);
}
