/* SPDX-License-Identifier: MIT */
/*
 * draw_rank.h - which nodes stand above which.
 */
#ifndef DRAW_RANK_H
#define DRAW_RANK_H

#include "draw.h"

/* An edge as it runs down the page. */
struct draw_fall {
    size_t upper;
    size_t lower;
};

/* Sets for each edge which end is the upper one, and for each node its rank from 0; the lower end
 * has a higher rank. Loops are left out. */
void draw_rank(const struct draw *draw, struct draw_fall *falls, size_t *ranks);

#endif
