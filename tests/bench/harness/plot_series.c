/* SPDX-License-Identifier: MIT */
/*
 * plot_series.c - see plot_series.h.
 */
#include "plot_series.h"

#include "axis.h"
#include "number.h"
#include "svg.h"

enum { COLUMNS = 2, MARGIN = 28, PANEL_WIDTH = 470, PANEL_HEIGHT = 268, TOP = 88 };

/* Of a panel's lines, from its own corner. */
enum { LEFT = 56, RIGHT = 440, ABOVE = 40, BELOW = 220 };

static struct axis axis_of_all(const double *numbers, size_t count, double from, double to)
{
    double min = numbers[0];
    double max = numbers[0];
    for (size_t i = 1; i < count; i++) {
        min = numbers[i] < min ? numbers[i] : min;
        max = numbers[i] > max ? numbers[i] : max;
    }
    return axis_of(min, max, from, to);
}

static void draw_axes(struct svg *svg, const struct axis *across, const struct axis *up)
{
    for (double tick = across->low; tick <= across->high * 1.001; tick = axis_next_tick(tick)) {
        double x = axis_place(across, tick);
        svg_line(svg, x, up->from, x, up->to, axis_is_decade(tick) ? "decade" : "grid");
        if (axis_has_label(across, tick)) {
            svg_text(svg, x, up->from + 18, "small m", "%s", number_of_tick(tick).text);
        }
    }
    for (double tick = up->low; tick <= up->high * 1.001; tick = axis_next_tick(tick)) {
        double y = axis_place(up, tick);
        svg_line(svg, across->from, y, across->to, y, axis_is_decade(tick) ? "decade" : "grid");
        if (axis_has_label(up, tick)) {
            svg_text(svg, across->from - 8, y + 4, "small e", "%s", number_of_tick(tick).text);
        }
    }
}

static void draw_panel(struct svg *svg, const struct series *series, double x, double y)
{
    struct axis across = axis_of_all(series->x, series->count, x + LEFT, x + RIGHT);
    struct axis up = axis_of_all(series->value, series->count, y + BELOW, y + ABOVE);
    svg_text(svg, x, y + 18, "head", "%s", series->name);
    svg_text(svg, x + RIGHT, y + 18, "small e", "%s", series->unit);
    draw_axes(svg, &across, &up);
    svg_path_begin(svg);
    for (size_t i = 0; i < series->count; i++) {
        svg_path_add(svg, axis_place(&across, series->x[i]), axis_place(&up, series->value[i]));
    }
    svg_path_end(svg, "series");
    for (size_t i = 0; i < series->count; i++) {
        char tip[160];
        (void)snprintf(tip, sizeof tip, "%s: %s %s", number_of(series->x[i]).text,
                number_of(series->value[i]).text, series->unit);
        svg_mark(svg, axis_place(&across, series->x[i]), axis_place(&up, series->value[i]), 0,
                0, tip);
    }
}

void plot_series(const struct series_set *set, const char *note, FILE *out)
{
    static const char title[] = "actorc, from small to large";
    struct svg svg;
    size_t lines = (set->count + COLUMNS - 1) / COLUMNS;
    svg_begin(&svg, out, MARGIN + COLUMNS * PANEL_WIDTH, TOP + PANEL_HEIGHT * (double)lines,
            title);
    svg_text(&svg, MARGIN, 40, "title", "%s", title);
    svg_text(&svg, MARGIN, 64, "note", "%s", note);
    for (size_t i = 0; i < set->count; i++) {
        draw_panel(&svg, &set->items[i], MARGIN + PANEL_WIDTH * (double)(i % COLUMNS),
                TOP + PANEL_HEIGHT * (double)(i / COLUMNS));
    }
    svg_end(&svg);
}
