/* SPDX-License-Identifier: MIT */
/*
 * draw_place.c - the x of cells. Each cell wants to be where its neighbours are; in one rank the
 * wishes are met as well as the order allows, in the sense of least squares: cells that would
 * overlap become a group that stands at the mean of its wishes.
 */
#include "draw_layers.h"

#include <stdint.h>
#include <stdlib.h>

enum { ROUNDS = 24 };

/* Cells side by side, which move together. */
struct group {
    double sum;    /* of the wishes for the first one's x, by weight */
    double weight; /* of all */
    size_t first;  /* place in the rank */
};

static double anchor_of(const struct draw_layers *layers, size_t cell)
{
    return layers->cells[cell].x + layers->cells[cell].anchor;
}

/* Lines should be straight more than boxes should be in the middle. */
static double pull(const struct draw_layers *layers, const struct draw_cell *cell, size_t other)
{
    bool is_bend = cell->node == SIZE_MAX;
    bool to_bend = layers->cells[other].node == SIZE_MAX;
    return is_bend && to_bend ? 8 : is_bend || to_bend ? 2 : 1;
}

/* Where the cell wants its left side, and how much. */
static double wish_of(
        const struct draw_layers *layers, const struct draw_cell *cell, double *ret_weight)
{
    double sum = 0;
    double weight = 0;
    for (size_t i = 0; i < cell->up_count; i++) {
        double w = pull(layers, cell, cell->up[i]);
        sum += w * anchor_of(layers, cell->up[i]);
        weight += w;
    }
    for (size_t i = 0; i < cell->down_count; i++) {
        double w = pull(layers, cell, cell->down[i]);
        sum += w * anchor_of(layers, cell->down[i]);
        weight += w;
    }
    *ret_weight = weight > 0 ? weight : 0.001;
    return weight > 0 ? sum / weight - cell->anchor : cell->x;
}

static void place_rank(struct draw_layers *layers, size_t rank, double gap)
{
    size_t count = layers->rank_sizes[rank];
    struct group *groups = base_alloc((count + 1) * sizeof *groups);
    double *offsets = base_alloc((count + 1) * sizeof *offsets);
    size_t used = 0;
    double offset = 0;
    for (size_t i = 0; i < count; i++) {
        const struct draw_cell *cell = &layers->cells[layers->ranks[rank][i]];
        double weight;
        double wish = wish_of(layers, cell, &weight);
        offsets[i] = offset;
        groups[used++] = (struct group){ weight * (wish - offset), weight, i };
        while (used > 1 && groups[used - 1].sum / groups[used - 1].weight <
                                   groups[used - 2].sum / groups[used - 2].weight) {
            groups[used - 2].sum += groups[used - 1].sum;
            groups[used - 2].weight += groups[used - 1].weight;
            used--;
        }
        offset += cell->width + gap;
    }
    for (size_t g = 0; g < used; g++) {
        size_t end = g + 1 < used ? groups[g + 1].first : count;
        for (size_t i = groups[g].first; i < end; i++) {
            layers->cells[layers->ranks[rank][i]].x =
                    groups[g].sum / groups[g].weight + offsets[i];
        }
    }
    free(groups);
    free(offsets);
}

void draw_place(struct draw_layers *layers, double gap)
{
    for (size_t rank = 0; rank < layers->rank_count; rank++) {
        double x = 0;
        for (size_t i = 0; i < layers->rank_sizes[rank]; i++) {
            struct draw_cell *cell = &layers->cells[layers->ranks[rank][i]];
            cell->x = x;
            x += cell->width + gap;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < layers->rank_count; i++) {
            place_rank(layers, round % 2 == 0 ? i : layers->rank_count - 1 - i, gap);
        }
    }
}
