/* SPDX-License-Identifier: MIT */
/*
 * draw_order.c - the order of cells in their ranks: sweeps down and up put each cell at the mean of
 * its neighbours; the order with the fewest crossings seen is kept.
 */
#include "draw_layers.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 16 };

static int by_weight(const void *a, const void *b)
{
    const struct draw_cell *x = *(const struct draw_cell *const *)a;
    const struct draw_cell *y = *(const struct draw_cell *const *)b;
    if (x->weight < y->weight || x->weight > y->weight) {
        return x->weight < y->weight ? -1 : 1;
    }
    return x->place < y->place ? -1 : x->place > y->place;
}

static double mean_place(const struct draw_layers *layers, const size_t *neighbours,
        size_t count, double otherwise)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)layers->cells[neighbours[i]].place;
    }
    return count == 0 ? otherwise : sum / (double)count;
}

static void sort_rank(struct draw_layers *layers, size_t rank, bool downwards)
{
    size_t count = layers->rank_sizes[rank];
    struct draw_cell **sorted = base_alloc((count + 1) * sizeof(struct draw_cell *));
    for (size_t i = 0; i < count; i++) {
        struct draw_cell *cell = &layers->cells[layers->ranks[rank][i]];
        cell->weight = downwards ? mean_place(layers, cell->up, cell->up_count, (double)i)
                                 : mean_place(layers, cell->down, cell->down_count, (double)i);
        sorted[i] = cell;
    }
    qsort(sorted, count, sizeof *sorted, by_weight);
    for (size_t i = 0; i < count; i++) {
        layers->ranks[rank][i] = (size_t)(sorted[i] - layers->cells);
        sorted[i]->place = i;
    }
    free(sorted);
}

/* Counts the pairs of lines between two cells of a rank, left and right, and the rank below that
 * cross. */
static size_t cross(
        const struct draw_layers *layers, const struct draw_cell *a, const struct draw_cell *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->down_count; i++) {
        for (size_t j = 0; j < b->down_count; j++) {
            count += layers->cells[a->down[i]].place > layers->cells[b->down[j]].place;
        }
    }
    return count;
}

static size_t count_crossings(const struct draw_layers *layers)
{
    size_t count = 0;
    for (size_t rank = 0; rank < layers->rank_count; rank++) {
        const size_t *cells = layers->ranks[rank];
        for (size_t i = 0; i < layers->rank_sizes[rank]; i++) {
            for (size_t j = i + 1; j < layers->rank_sizes[rank]; j++) {
                count += cross(layers, &layers->cells[cells[i]], &layers->cells[cells[j]]);
            }
        }
    }
    return count;
}

static void save(const struct draw_layers *layers, size_t *places)
{
    for (size_t i = 0; i < layers->cell_count; i++) {
        places[i] = layers->cells[i].place;
    }
}

static void restore(struct draw_layers *layers, const size_t *places)
{
    for (size_t i = 0; i < layers->cell_count; i++) {
        struct draw_cell *cell = &layers->cells[i];
        cell->place = places[i];
        layers->ranks[cell->rank][cell->place] = i;
    }
}

void draw_order(struct draw_layers *layers)
{
    size_t *best = base_alloc((layers->cell_count + 1) * sizeof *best);
    size_t fewest = count_crossings(layers);
    save(layers, best);
    for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
        bool downwards = sweep % 2 == 0;
        for (size_t i = 1; i < layers->rank_count; i++) {
            sort_rank(layers, downwards ? i : layers->rank_count - 1 - i, downwards);
        }
        size_t count = count_crossings(layers);
        if (count < fewest) {
            fewest = count;
            save(layers, best);
        }
    }
    restore(layers, best);
    free(best);
}
