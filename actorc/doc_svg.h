/* SPDX-License-Identifier: MIT */
/*
 * doc_svg.h - a drawing as inline SVG. Colours and strokes are the style sheet's: boxes have the
 * class "box", lines that of their kind.
 */
#ifndef DOC_SVG_H
#define DOC_SVG_H

#include "doc_part.h"
#include "draw.h"

struct doc_svg_node {
    const char *href;         /* NULL = none */
    const char *title;        /* in bold; NULL for the dot at which a machine begins */
    const char *const *lines; /* below it, up to a NULL; or NULL */
    const char *class;
};

struct doc_svg_edge {
    const char *class;
    const char *const *lines; /* the label, up to a NULL; or NULL */
    bool has_diamond;         /* at its beginning */
    bool has_bar;             /* before its end */
};

/* Sets the size of a node or a label. */
void doc_svg_measure_node(const struct doc_svg_node *node, struct draw_node *drawn);
void doc_svg_measure_edge(const struct doc_svg_edge *edge, struct draw_edge *drawn);

/* Appends the figure of a drawing that was laid out. `name` makes its ids unique. */
void doc_svg(struct doc *doc, const char *name, const char *label, const struct draw *draw,
        const struct doc_svg_node *nodes, const struct doc_svg_edge *edges);

#endif
