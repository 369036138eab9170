/* SPDX-License-Identifier: MIT */
/*
 * svg.h - drawings that stand on a card of their own, so that they can be read on any page; where the
 * reader prefers dark, the card is dark.
 *
 * How things look is said by their class, of which there are:
 *   of text: title head note label value small, with "e" to end and "m" to be centred at the place;
 *   ours, behind: text in our colour, and in that of what is not as it should be;
 *   of lines: grid decade unit goal, series; p0 ... p7: the colours of peers.
 */
#ifndef SVG_H
#define SVG_H

#include "base.h"

#include <stdio.h>

struct svg {
    FILE *out;
};

/* Begins a drawing with its card. */
void svg_begin(struct svg *svg, FILE *out, double width, double height, const char *title);
void svg_end(struct svg *svg);

void svg_text(struct svg *svg, double x, double y, const char *class, const char *format, ...)
        BASE_PRINTF(5, 6);
void svg_line(struct svg *svg, double x1, double y1, double x2, double y2, const char *class);
void svg_rect(
        struct svg *svg, double x, double y, double width, double height, const char *class);

/* A line through points: begin, add each, end. */
void svg_path_begin(struct svg *svg);
void svg_path_add(struct svg *svg, double x, double y);
void svg_path_end(struct svg *svg, const char *class);

/* The mark of a system: 0 is ours, peers have their own colour and shape. A hollow one is of a second kind. `tip` is
 * shown when a reader points at it. */
void svg_mark(
        struct svg *svg, double x, double y, size_t contender, int is_hollow, const char *tip);

/* The class with a system's colour. */
const char *svg_colour(size_t contender);

#endif
