/* SPDX-License-Identifier: MIT */
/*
 * plot_workloads.c - see plot_workloads.h.
 */
#include "plot_workloads.h"

#include "axis.h"
#include "number.h"
#include "svg.h"

#include <string.h>

enum {
    COLUMNS = 3,
    PANEL = 318, /* how wide one is with the gap to the next */
    LEFT = 92,   /* of its marks, from its own left */
    RIGHT = 230,
    VALUES = 290, /* where the values end */
    HEAD = 30,
    ROW = 20,
    FOOT = 42,
    TOP = 108,
    MARGIN = 28,
};

struct plot {
    const struct results *results;
    size_t workers; /* the place of the most */
    struct svg svg;
};

static const char *unit_of(const struct workload *workload)
{
    return strcmp(workload->unit, "us") == 0 ? "µs" : workload->unit;
}

static void include(const struct row *row, double *min, double *max)
{
    if (row_is_measured(row)) {
        *min = row->min < *min ? row->min : *min;
        *max = row->max > *max ? row->max : *max;
    }
}

static struct axis axis_for(const struct plot *plot, size_t workload, double x)
{
    const struct row *first = results_row(plot->results, plot->workers, workload, 0);
    double goal = goal_of(plot->results->goals, first->workload).value;
    double min = goal > 0 ? goal : 1e300;
    double max = goal > 0 ? goal : 0;
    for (size_t i = 0; i < plot->results->contenders->count; i++) {
        include(results_row(plot->results, plot->workers, workload, i), &min, &max);
        include(results_row(plot->results, 0, workload, i), &min, &max);
    }
    return max > 0 ? axis_of(min * 0.9, max * 1.05, x + LEFT, x + RIGHT)
                   : axis_of(1, 10, x + LEFT, x + RIGHT);
}

static void draw_mark(struct plot *plot, const struct axis *axis, const struct row *row,
        size_t contender, double y, int is_hollow)
{
    if (!row_is_measured(row)) {
        return;
    }
    char class[32], tip[256];
    (void)snprintf(class, sizeof class, "whisker c %s", svg_colour(contender));
    svg_line(&plot->svg, axis_place(axis, row->min), y, axis_place(axis, row->max), y, class);
    (void)snprintf(tip, sizeof tip, "%s, %u worker%s: %s %s (%s to %s)", row->contender->name,
            row->workers, row->workers == 1 ? "" : "s", number_of(row->median.value).text,
            unit_of(row->workload), number_of(row->min).text, number_of(row->max).text);
    svg_mark(&plot->svg, axis_place(axis, row->median.value), y, contender, is_hollow, tip);
}

static void draw_ticks(struct plot *plot, const struct axis *axis, double top, double bottom)
{
    for (double tick = axis->low; tick <= axis->high * 1.001; tick = axis_next_tick(tick)) {
        double x = axis_place(axis, tick);
        svg_line(&plot->svg, x, top, x, bottom, axis_is_decade(tick) ? "decade" : "grid");
        if (axis_has_label(axis, tick)) {
            svg_text(&plot->svg, x, bottom + 14, "small m", "%s", number_of_tick(tick).text);
        }
    }
}

static void draw_panel(struct plot *plot, size_t workload, double x, double y)
{
    const struct results *results = plot->results;
    const struct workload *what = results->workloads[workload];
    size_t order[CONTENDER_MAX];
    size_t count = results_order(results, plot->workers, workload, order);
    struct axis axis = axis_for(plot, workload, x);
    double goal = goal_of(results->goals, what).value;
    double bottom = y + HEAD + ROW * (double)count;
    svg_text(&plot->svg, x, y + 16, "head", "%s", what->name);
    svg_text(&plot->svg, x + VALUES, y + 16, "small e", "%s per %s", unit_of(what), what->per);
    draw_ticks(plot, &axis, y + HEAD, bottom);
    if (goal > 0) {
        svg_line(&plot->svg, axis_place(&axis, goal), y + HEAD, axis_place(&axis, goal), bottom,
                "unit");
    }
    for (size_t i = 0; i < count; i++) {
        double middle = y + HEAD + ROW * ((double)i + 0.5);
        const struct row *row = results_row(results, plot->workers, workload, order[i]);
        svg_text(&plot->svg, x + LEFT - 12, middle + 4,
                order[i] == 0 ? "value ours e" : "value e", "%s", row->contender->name);
        svg_text(&plot->svg, x + VALUES, middle + 4, order[i] == 0 ? "value ours e" : "value e",
                "%s", number_of(row->median.value).text);
        if (plot->workers > 0) {
            draw_mark(plot, &axis, results_row(results, 0, workload, order[i]), order[i],
                    middle, 1);
        }
        draw_mark(plot, &axis, row, order[i], middle, 0);
    }
}

/* Panels of a line are as high as the one with the most systems. */
static double height_of_line(const struct plot *plot, size_t line)
{
    size_t most = 1;
    size_t order[CONTENDER_MAX];
    for (size_t i = line * COLUMNS; i < (line + 1) * COLUMNS; i++) {
        size_t count = i < plot->results->workload_count
                               ? results_order(plot->results, plot->workers, i, order)
                               : 0;
        most = count > most ? count : most;
    }
    return HEAD + ROW * (double)most + FOOT;
}

static void draw_head(struct plot *plot, const char *title)
{
    const struct results *results = plot->results;
    unsigned most = results->workers[plot->workers];
    svg_text(&plot->svg, MARGIN, 40, "title", "%s", title);
    if (plot->workers > 0) {
        svg_text(&plot->svg, MARGIN, 64, "note",
                "Full marks and numbers: %u workers; hollow: %u. Log axes, fastest first; the "
                "line "
                "is our goal.",
                most, results->workers[0]);
    } else {
        svg_text(&plot->svg, MARGIN, 64, "note",
                "%u worker%s. Log axes, fastest first; the line is our goal.", most,
                most == 1 ? "" : "s");
    }
    svg_text(&plot->svg, MARGIN, 84, "note", "%.10s, %s%s", results->date, results->machine,
            results->is_quick ? "; a quick run, not to be quoted" : "");
}

void plot_workloads(const struct results *results, FILE *out)
{
    struct plot plot = { .results = results, .workers = results->workers_count - 1 };
    size_t lines = (results->workload_count + COLUMNS - 1) / COLUMNS;
    double height = TOP;
    for (size_t i = 0; i < lines; i++) {
        height += height_of_line(&plot, i);
    }
    static const char title[] = "What each workload takes";
    svg_begin(&plot.svg, out, MARGIN + COLUMNS * PANEL + MARGIN / 2, height, title);
    draw_head(&plot, title);
    double y = TOP;
    for (size_t i = 0; i < results->workload_count; i++) {
        draw_panel(&plot, i, MARGIN + PANEL * (double)(i % COLUMNS), y);
        if (i % COLUMNS == COLUMNS - 1) {
            y += height_of_line(&plot, i / COLUMNS);
        }
    }
    svg_end(&plot.svg);
}
