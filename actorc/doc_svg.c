/* SPDX-License-Identifier: MIT */
/*
 * doc_svg.c - see doc_svg.h. Labels are in a font of fixed width, so that their size is known
 * without asking a browser; for titles it is estimated, on the large side.
 */
#include "doc_svg.h"

#include <string.h>

enum { MARGIN = 16, LINE = 15, TITLE = 20 };

static double label_width(const char *text)
{
    return (double)strlen(text) * 6.7;
}

static double title_width(const char *text)
{
    double width = 0;
    for (; *text != '\0'; text++) {
        width += strchr("iljtfI", *text) != NULL ? 5 : strchr("mwMW", *text) != NULL ? 13 : 9.2;
    }
    return width;
}

static double widest(const char *const *lines, double least)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        least = label_width(*lines) > least ? label_width(*lines) : least;
    }
    return least;
}

static double height_of(const char *const *lines)
{
    double height = 0;
    for (; lines != NULL && *lines != NULL; lines++) {
        height += LINE;
    }
    return height;
}

void doc_svg_measure_node(const struct doc_svg_node *node, struct draw_node *drawn)
{
    if (node->title == NULL) {
        drawn->width = 12;
        drawn->height = 12;
        return;
    }
    double width = widest(node->lines, title_width(node->title)) + 28;
    drawn->width = width < 64 ? 64 : width;
    drawn->height = TITLE + 16 + height_of(node->lines);
}

void doc_svg_measure_edge(const struct doc_svg_edge *edge, struct draw_edge *drawn)
{
    drawn->label_width = widest(edge->lines, 0);
    drawn->label_height = height_of(edge->lines);
}

/* ---- Markers ---------------------------------------------------------------------------- */

/* The ends of lines. They take the colour of their line from the class of the marker, as older
 * browsers want it. */
static void put_markers(
        struct doc *doc, const char *name, size_t edge_count, const struct doc_svg_edge *edges)
{
    static const struct {
        const char *class;
        const char *shape;
    } ends[] = {
        { "ask", "<path class=\"full\" d=\"M0 0L10 5L0 10z\"/>" },
        { "exclusive", "<path class=\"full\" d=\"M0 0L10 5L0 10z\"/>" },
        { "answer", "<path class=\"open\" d=\"M1 1L9 5L1 9z\"/>" },
        { "tell", "<path class=\"line\" d=\"M1 1L9 5L1 9\"/>" },
        { "delegate", "<path class=\"full\" d=\"M0 0L10 5L0 10z\"/>" },
        { "timer", "<path class=\"line\" d=\"M1 1L9 5L1 9\"/>" },
        { "fd", "<path class=\"line\" d=\"M1 1L9 5L1 9\"/>" },
        { "watch", "<circle class=\"open\" cx=\"5\" cy=\"5\" r=\"3.6\"/>" },
        { "become", "<path class=\"full\" d=\"M0 0L10 5L0 10z\"/>" },
    };
    doc_raw(doc, "<defs>\n");
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        bool is_used = false;
        bool is_used_barred = false;
        for (size_t k = 0; k < edge_count; k++) {
            bool is_it = strcmp(edges[k].class, ends[i].class) == 0;
            is_used |= is_it;
            is_used_barred |= is_it && edges[k].has_bar;
        }
        if (is_used) {
            doc_printf(doc,
                    "<marker id=\"%s.%s\" class=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" "
                    "refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" "
                    "markerUnits=\"userSpaceOnUse\" orient=\"auto\">%s</marker>\n",
                    name, ends[i].class, ends[i].class, ends[i].shape);
        }
        if (is_used_barred) {
            doc_printf(doc,
                    "<marker id=\"%s.%s.bar\" class=\"%s\" viewBox=\"-8 -2 18 14\" refX=\"9\" "
                    "refY=\"5\" markerWidth=\"16.2\" markerHeight=\"12.6\" "
                    "markerUnits=\"userSpaceOnUse\" orient=\"auto\">%s"
                    "<path class=\"line\" d=\"M-4 -1V11\"/></marker>\n",
                    name, ends[i].class, ends[i].class, ends[i].shape);
        }
    }
    doc_raw(doc, "</defs>\n");
}

/* ---- Lines ------------------------------------------------------------------------------ */

static void put_curve(struct doc *doc, const struct draw_edge *drawn)
{
    const struct draw_point *p = drawn->points;
    doc_printf(doc, "M%.1f %.1f", p[0].x, p[0].y);
    if (drawn->from == drawn->to) {
        doc_printf(doc, "C%.1f %.1f %.1f %.1f %.1f %.1f", p[1].x, p[1].y, p[2].x, p[2].y,
                p[3].x, p[3].y);
        return;
    }
    for (size_t i = 1; i < drawn->point_count; i++) {
        double middle = (p[i - 1].y + p[i].y) / 2;
        double aside = p[i].x - p[i - 1].x;
        if (aside > -0.05 && aside < 0.05) {
            doc_printf(doc, "V%.1f", p[i].y);
        } else {
            doc_printf(doc, "C%.1f %.1f %.1f %.1f %.1f %.1f", p[i - 1].x, middle, p[i].x,
                    middle, p[i].x, p[i].y);
        }
    }
}

static void put_lines(
        struct doc *doc, const char *const *lines, struct draw_point at, const char *class)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        doc_printf(doc, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, at.x, at.y);
        doc_text(doc, *lines);
        doc_raw(doc, "</text>\n");
        at.y += LINE;
    }
}

/* What stands at the beginning of a line, right outside of its box. */
static void put_beginning(struct doc *doc, const struct draw_edge *drawn, const char *class)
{
    const struct draw_point *p = drawn->points;
    bool is_loop = drawn->from == drawn->to;
    double x = p[0].x + (is_loop ? 4 : 0);
    double y = p[0].y + (is_loop ? 0 : p[1].y < p[0].y ? -4 : 4);
    if (strcmp(class, "delegate") == 0) {
        doc_printf(doc, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n", x, y);
    } else if (strcmp(class, "fd") == 0) {
        doc_printf(doc,
                "<rect class=\"dot\" x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\"/>\n",
                x - 3.5, y - 3.5);
    }
}

static void put_edge(struct doc *doc, const char *name, const struct draw_edge *drawn,
        const struct doc_svg_edge *edge)
{
    doc_printf(doc, "<g class=\"edge %s\">\n<path d=\"", edge->class);
    put_curve(doc, drawn);
    doc_raw(doc, "\"");
    if (strcmp(edge->class, "child") != 0 && strcmp(edge->class, "spawn") != 0) {
        doc_printf(doc, " marker-end=\"url(#%s.%s%s)\"", name, edge->class,
                edge->has_bar ? ".bar" : "");
    }
    doc_raw(doc, "/>\n");
    const struct draw_point *p = drawn->points;
    if (edge->has_diamond) {
        doc_printf(doc, "<path class=\"diamond\" d=\"M%.1f %.1fl4 7l-4 7l-4 -7z\"/>\n", p[0].x,
                p[0].y);
    }
    put_beginning(doc, drawn, edge->class);
    struct draw_point at = { drawn->label.x,
        drawn->label.y - drawn->label_height / 2 + LINE - 4 };
    put_lines(doc, edge->lines, at, "label");
    doc_raw(doc, "</g>\n");
}

/* ---- Boxes ------------------------------------------------------------------------------ */

static void put_box(
        struct doc *doc, const struct draw_node *drawn, const struct doc_svg_node *node)
{
    double x = drawn->x - drawn->width / 2;
    double y = drawn->y - drawn->height / 2;
    if (node->title == NULL) {
        doc_printf(doc, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n", node->class,
                drawn->x, drawn->y);
        return;
    }
    if (node->href != NULL) {
        doc_raw(doc, "<a href=\"");
        doc_text(doc, node->href);
        doc_raw(doc, "\">\n");
    }
    doc_printf(doc,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
            "rx=\"9\"/>\n",
            node->class, x, y, drawn->width, drawn->height);
    double text = y + (drawn->height - TITLE - height_of(node->lines)) / 2;
    const char *const title[] = { node->title, NULL };
    put_lines(doc, title, (struct draw_point){ drawn->x, text + 15 }, "title");
    put_lines(doc, node->lines, (struct draw_point){ drawn->x, text + TITLE + 11 }, "fact");
    doc_raw(doc, node->href != NULL ? "</a>\n" : "");
}

void doc_svg(struct doc *doc, const char *name, const char *label, const struct draw *draw,
        const struct doc_svg_node *nodes, const struct doc_svg_edge *edges)
{
    double width = draw->width + 2 * MARGIN;
    double height = draw->height + 2 * MARGIN;
    /* Wide ones shrink to the page as long as they can be read, and are scrolled from there on. */
    doc_printf(doc,
            "<div class=\"drawing\"><svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
            "width=\"%.0f\" height=\"%.0f\" style=\"min-width:%.0fpx\" "
            "viewBox=\"%d %d %.0f %.0f\" aria-label=\"",
            width, height, width * 0.7, -MARGIN, -MARGIN, width, height);
    doc_text(doc, label);
    doc_raw(doc, "\">\n");
    put_markers(doc, name, draw->edge_count, edges);
    for (size_t i = 0; i < draw->edge_count; i++) {
        put_edge(doc, name, &draw->edges[i], &edges[i]);
    }
    for (size_t i = 0; i < draw->node_count; i++) {
        put_box(doc, &draw->nodes[i], &nodes[i]);
    }
    doc_raw(doc, "</svg></div>\n");
}
