/* SPDX-License-Identifier: MIT */
/*
 * svg.c - see svg.h.
 */
#include "svg.h"

#include <stdarg.h>
#include <stdlib.h>

enum { COLOURS = 8, SHAPES = 4 };

/* Colours of peers are as far from white as from black, so both cards can have the same. */
static const char style[] =
        "text { font-family: -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Helvetica, "
        "Arial,"
        " sans-serif; font-size: 13px; fill: #1f2328; }\n"
        ".card { fill: #ffffff; stroke: #d0d7de; }\n"
        ".title { font-size: 20px; font-weight: 600; }\n"
        ".head { font-size: 14px; font-weight: 600; }\n"
        ".note { fill: #59636e; }\n"
        ".small { font-size: 11px; fill: #59636e; }\n"
        ".value { font-size: 12px; }\n"
        ".e { text-anchor: end; }\n"
        ".m { text-anchor: middle; }\n"
        ".grid { stroke: #eceff2; }\n"
        ".decade { stroke: #d3d9df; }\n"
        ".unit { stroke: #d9480f; stroke-width: 1.5; }\n"
        ".goal { stroke: #d9480f; stroke-width: 3; }\n"
        ".series { stroke: #d9480f; stroke-width: 2.5; fill: none; stroke-linejoin: round; }\n"
        "text.ours { fill: #c2410c; font-weight: 600; }\n"
        "text.behind { fill: #cf222e; font-weight: 600; }\n"
        "text.reached { fill: #1a7f37; }\n"
        ".zone { fill: #f7d9d9; fill-opacity: 0.45; }\n"
        ".band { fill: #f6f8fa; }\n"
        ".whisker { stroke-width: 2; stroke-opacity: 0.55; }\n"
        ".mark { stroke: #ffffff; stroke-width: 1.2; fill: #d9480f; }\n"
        ".hollow { fill: #ffffff; stroke-width: 1.8; stroke: #d9480f; }\n"
        ".c { stroke: #d9480f; }\n"
        "@media (prefers-color-scheme: dark) {\n"
        "text { fill: #e6edf3; }\n"
        ".card { fill: #0d1117; stroke: #30363d; }\n"
        ".note, .small { fill: #9198a1; }\n"
        ".grid { stroke: #1c2128; }\n"
        ".decade { stroke: #323841; }\n"
        "text.ours { fill: #ff9a62; }\n"
        "text.behind { fill: #ff7b72; }\n"
        "text.reached { fill: #3fb950; }\n"
        ".zone { fill: #5c2328; fill-opacity: 0.4; }\n"
        ".band { fill: #131920; }\n"
        ".mark { stroke: #0d1117; }\n"
        ".hollow { fill: #0d1117; }\n"
        "}\n";

static const char *const colours[COLOURS] = { "#2f6fde", "#0f8a6d", "#8a4fd8", "#b7791f",
    "#d12f7a", "#0891b2", "#6b7a8d", "#5b8c1a" };

static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': (void)fputs("&amp;", out); break;
        case '<': (void)fputs("&lt;", out); break;
        case '>': (void)fputs("&gt;", out); break;
        case '"': (void)fputs("&quot;", out); break;
        default: (void)fputc(*text, out);
        }
    }
}

void svg_begin(struct svg *svg, FILE *out, double width, double height, const char *title)
{
    svg->out = out;
    (void)fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\""
            " viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n<title>",
            width, height, width, height);
    put_escaped(out, title);
    (void)fprintf(out, "</title>\n<style>\n%s", style);
    /* These stand behind the others, which they override; but not those of the dark card. */
    for (int i = 0; i < COLOURS; i++) {
        (void)fprintf(out, ".p%d.mark { fill: %s; }\n.p%d.hollow, .p%d.c { stroke: %s; }\n", i,
                colours[i], i, i, colours[i]);
    }
    (void)fputs("</style>\n", out);
    (void)fprintf(out,
            "<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"%.0f\" height=\"%.0f\" "
            "rx=\"8\"/>\n",
            width - 1, height - 1);
}

void svg_end(struct svg *svg)
{
    (void)fputs("</svg>\n", svg->out);
}

void svg_text(struct svg *svg, double x, double y, const char *class, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)fprintf(svg->out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
    put_escaped(svg->out, text);
    (void)fputs("</text>\n", svg->out);
}

void svg_line(struct svg *svg, double x1, double y1, double x2, double y2, const char *class)
{
    (void)fprintf(svg->out,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1,
            y1, x2, y2);
}

void svg_rect(
        struct svg *svg, double x, double y, double width, double height, const char *class)
{
    (void)fprintf(svg->out,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
            class, x, y, width, height);
}

void svg_path_begin(struct svg *svg)
{
    (void)fputs("<polyline points=\"", svg->out);
}

void svg_path_add(struct svg *svg, double x, double y)
{
    (void)fprintf(svg->out, "%.1f,%.1f ", x, y);
}

void svg_path_end(struct svg *svg, const char *class)
{
    (void)fprintf(svg->out, "\" class=\"%s\"/>\n", class);
}

const char *svg_colour(size_t contender)
{
    static const char *const classes[COLOURS] = { "p0", "p1", "p2", "p3", "p4", "p5", "p6",
        "p7" };
    return contender == 0 ? "ours" : classes[(contender - 1) % COLOURS];
}

/* Draws the outline of a mark but for the end of its tag, and returns the name of that. */
static const char *put_shape(FILE *out, double x, double y, size_t contender, double radius)
{
    /* Of about the same area whatever the shape; the second colours come with other shapes. */
    size_t peer = contender - 1;
    switch (contender == 0 ? 0 : (peer + peer / COLOURS) % SHAPES) {
    case 0:
        (void)fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", x, y, radius);
        return "circle";
    case 1:
        (void)fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" rx=\"1\"",
                x - 4.5, y - 4.5);
        return "rect";
    case 2:
        (void)fprintf(out, "<path d=\"M%.1f %.1fl6.4 6.4l-6.4 6.4l-6.4 -6.4z\"", x, y - 6.4);
        return "path";
    default:
        (void)fprintf(out, "<path d=\"M%.1f %.1fl6 10.5h-12z\"", x, y - 6.5);
        return "path";
    }
}

void svg_mark(
        struct svg *svg, double x, double y, size_t contender, int is_hollow, const char *tip)
{
    double radius = contender > 0 ? 5 : is_hollow ? 5.5 : 7;
    const char *shape = put_shape(svg->out, x, y, contender, radius);
    (void)fprintf(svg->out, " class=\"%s %s\"><title>", svg_colour(contender),
            is_hollow ? "hollow" : "mark");
    put_escaped(svg->out, tip);
    (void)fprintf(svg->out, "</title></%s>\n", shape);
}
