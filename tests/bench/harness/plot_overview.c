/* SPDX-License-Identifier: MIT */
/*
 * plot_overview.c - see plot_overview.h.
 */
#include "plot_overview.h"

#include "axis.h"
#include "number.h"
#include "stats.h"
#include "svg.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 980,
    LEFT = 226,
    RIGHT = 800,
    TOP = 152,
    ROW = 46,
    LEGEND_ITEM = 104,
    LEGEND_ROW = 24,
    LEGEND_ITEMS = 9, /* a row */
};

struct plot {
    const struct results *results;
    size_t workers;
    struct svg svg;
    struct axis axis;
    size_t order[WORKLOAD_COUNT]; /* of the workloads */
    size_t legend[CONTENDER_MAX]; /* of the peers that were measured */
    size_t legend_count;
};

static const struct row *row_of(const struct plot *plot, size_t workload, size_t contender)
{
    return results_row(plot->results, plot->workers, workload, contender);
}

static double ratio_of(const struct plot *plot, size_t workload, size_t contender)
{
    return results_ratio(plot->results, plot->workers, workload, contender);
}

/* ---- Orders --------------------------------------------------------------------------------- */

/* How far the nearest peer is; 0 if there is none. */
static double lead_of(const struct plot *plot, size_t workload)
{
    size_t best = results_best(plot->results, plot->workers, workload);
    return best == 0 ? 0 : ratio_of(plot, workload, best);
}

static void order_workloads(struct plot *plot)
{
    for (size_t i = 0; i < plot->results->workload_count; i++) {
        size_t at = i;
        while (at > 0 && lead_of(plot, plot->order[at - 1]) < lead_of(plot, i)) {
            plot->order[at] = plot->order[at - 1];
            at--;
        }
        plot->order[at] = i;
    }
}

/* How many times ours a peer is over all that it was measured in; 0 if that is nothing. */
static double mean_of(const struct plot *plot, size_t contender)
{
    double ratios[WORKLOAD_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < plot->results->workload_count; i++) {
        double ratio = ratio_of(plot, i, contender);
        if (ratio > 0) {
            ratios[count++] = ratio;
        }
    }
    return count == 0 ? 0 : stats_geometric_mean(ratios, count);
}

static void order_legend(struct plot *plot)
{
    for (size_t i = 1; i < plot->results->contenders->count; i++) {
        if (mean_of(plot, i) <= 0) {
            continue;
        }
        size_t at = plot->legend_count++;
        while (at > 0 && mean_of(plot, plot->legend[at - 1]) > mean_of(plot, i)) {
            plot->legend[at] = plot->legend[at - 1];
            at--;
        }
        plot->legend[at] = i;
    }
}

/* ---- The axis ------------------------------------------------------------------------------- */

/* Where our goal is, as a multiple of what we have reached; 0 if there is none. */
static double goal_ratio(const struct plot *plot, size_t workload)
{
    const struct row *ours = row_of(plot, workload, 0);
    double goal = goal_of(plot->results->goals, ours->workload).value;
    return row_is_measured(ours) ? goal / ours->median.value : 0;
}

static void include(double value, double *min, double *max)
{
    if (value > 0) {
        *min = value < *min ? value : *min;
        *max = value > *max ? value : *max;
    }
}

static void fit_axis(struct plot *plot)
{
    double min = 1;
    double max = 10;
    for (size_t i = 0; i < plot->results->workload_count; i++) {
        const struct row *ours = row_of(plot, i, 0);
        include(goal_ratio(plot, i), &min, &max);
        for (size_t j = 0; row_is_measured(ours) && j < plot->results->contenders->count; j++) {
            const struct row *row = row_of(plot, i, j);
            if (row_is_measured(row)) {
                include(row->min / ours->median.value, &min, &max);
                include(row->max / ours->median.value, &min, &max);
            }
        }
    }
    plot->axis = axis_of(min * 0.85, max * 1.1, LEFT, RIGHT);
}

static void draw_axis(struct plot *plot)
{
    struct svg *svg = &plot->svg;
    double bottom = TOP + ROW * (double)plot->results->workload_count;
    double ours = axis_place(&plot->axis, 1);
    for (size_t i = 1; i < plot->results->workload_count; i += 2) {
        svg_rect(svg, 14, TOP + ROW * (double)i, WIDTH - 28, ROW, "band");
    }
    svg_rect(svg, LEFT, TOP, ours - LEFT, bottom - TOP, "zone");
    for (double tick = plot->axis.low; tick <= plot->axis.high * 1.001;
            tick = axis_next_tick(tick)) {
        double x = axis_place(&plot->axis, tick);
        svg_line(svg, x, TOP, x, bottom, axis_is_decade(tick) ? "decade" : "grid");
        if (axis_has_label(&plot->axis, tick)) {
            svg_text(svg, x, TOP - 10, "small m", "%s×", number_of_tick(tick).text);
        }
    }
    svg_line(svg, ours, TOP - 4, ours, bottom + 4, "unit");
    svg_text(svg, ours + 8, TOP - 28, "small", "slower than actorc →");
    svg_text(svg, ours - 8, TOP - 28, "small e", "← faster");
    svg_text(svg, 28, TOP - 28, "small", "workload");
    svg_text(svg, RIGHT + 20, TOP - 28, "small", "nearest peer");
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static void draw_mark(struct plot *plot, const struct row *row, const struct row *ours,
        double y, size_t contender)
{
    double unit = ours->median.value;
    char class[32], tip[256];
    (void)snprintf(class, sizeof class, "whisker c %s", svg_colour(contender));
    svg_line(&plot->svg, axis_place(&plot->axis, row->min / unit), y,
            axis_place(&plot->axis, row->max / unit), y, class);
    (void)snprintf(tip, sizeof tip, "%s, %s: %s %s (%s to %s), %s× actorc",
            row->contender->name, row->workload->name, number_of(row->median.value).text,
            row->workload->unit, number_of(row->min).text, number_of(row->max).text,
            number_of(row->median.value / unit).text);
    svg_mark(&plot->svg, axis_place(&plot->axis, row->median.value / unit), y, contender, 0,
            tip);
}

/* What stands beside the marks: our own value on the left, the nearest peer on the right. */
static void draw_texts(struct plot *plot, size_t workload, double y)
{
    struct svg *svg = &plot->svg;
    const struct row *ours = row_of(plot, workload, 0);
    size_t best = results_best(plot->results, plot->workers, workload);
    double lead = lead_of(plot, workload);
    svg_text(svg, 28, y + 5, "head", "%s", ours->workload->name);
    if (row_is_measured(ours)) {
        svg_text(svg, LEFT - 14, y + 5, "value ours e", "%s %s",
                number_of(ours->median.value).text,
                strcmp(ours->workload->unit, "us") == 0 ? "µs" : ours->workload->unit);
    } else {
        svg_text(svg, LEFT - 14, y + 5, "value behind e", "not measured");
    }
    if (lead > 0) {
        svg_text(svg, RIGHT + 20, y + 5, lead < 1 ? "value behind" : "value", "%s× %s",
                number_of(lead).text, plot->results->contenders->items[best].name);
    }
}

/* Marks that would hide each other, or be hidden by ours, are set one above the other: each goes to the
 * first level where there is room, and if there is none, to where there is most. */
static void draw_peers(struct plot *plot, size_t workload, double y)
{
    static const double levels[] = { 0, -9, 9, -18, 18 };
    enum { LEVELS = sizeof levels / sizeof levels[0], APART = 12 };
    double taken[LEVELS] = { 0 };
    const struct row *ours = row_of(plot, workload, 0);
    double middle = axis_place(&plot->axis, 1);
    size_t order[CONTENDER_MAX];
    size_t count = results_order(plot->results, plot->workers, workload, order);
    for (size_t i = 0; i < count; i++) {
        double x = axis_place(&plot->axis, ratio_of(plot, workload, order[i]));
        size_t level = fabs(x - middle) < APART ? 1 : 0;
        for (size_t j = level; j < LEVELS && x - taken[level] < APART; j++) {
            level = taken[j] < taken[level] || x - taken[j] >= APART ? j : level;
        }
        if (order[i] != 0) {
            taken[level] = x;
            draw_mark(
                    plot, row_of(plot, workload, order[i]), ours, y + levels[level], order[i]);
        }
    }
}

static void draw_row(struct plot *plot, size_t workload, double y)
{
    const struct row *ours = row_of(plot, workload, 0);
    svg_line(&plot->svg, LEFT, y, RIGHT, y, "grid");
    draw_texts(plot, workload, y);
    if (!row_is_measured(ours)) {
        return;
    }
    if (goal_ratio(plot, workload) > 0) {
        double x = axis_place(&plot->axis, goal_ratio(plot, workload));
        svg_line(&plot->svg, x, y - 13, x, y + 13, "goal");
    }
    draw_peers(plot, workload, y);
    draw_mark(plot, ours, ours, y, 0);
}

/* ---- Legend --------------------------------------------------------------------------------- */

static void draw_legend(struct plot *plot, double y)
{
    struct svg *svg = &plot->svg;
    svg_mark(svg, 36, y, 0, 0, "actorc");
    svg_text(svg, 48, y + 4, "value ours", "actorc");
    svg_line(svg, 36 + LEGEND_ITEM, y - 8, 36 + LEGEND_ITEM, y + 8, "goal");
    svg_text(svg, 48 + LEGEND_ITEM, y + 4, "value", "our goal");
    for (size_t i = 0; i < plot->legend_count; i++) {
        size_t at = i + 2;
        double x = 36 + LEGEND_ITEM * (double)(at % LEGEND_ITEMS);
        double line = y + LEGEND_ROW * (double)(at / LEGEND_ITEMS);
        const char *name = plot->results->contenders->items[plot->legend[i]].name;
        svg_mark(svg, x, line, plot->legend[i], 0, name);
        svg_text(svg, x + 12, line + 4, "value", "%s", name);
    }
}

void plot_overview(const struct results *results, size_t workers, FILE *out)
{
    struct plot plot = { .results = results, .workers = workers };
    order_workloads(&plot);
    order_legend(&plot);
    fit_axis(&plot);
    double bottom = TOP + ROW * (double)results->workload_count;
    double legend = LEGEND_ROW * (double)((plot.legend_count + 1) / LEGEND_ITEMS + 1);
    static const char title[] = "What others take, in multiples of actorc";
    svg_begin(&plot.svg, out, WIDTH, bottom + 22 + legend + 12, title);
    svg_text(&plot.svg, 28, 40, "title", "%s", title);
    svg_text(&plot.svg, 28, 64, "note",
            "Time per unit of work (memory: bytes per actor), %u worker%s. Log axis; medians "
            "of %zu "
            "round%s, bars from min to max.",
            results->workers[workers], results->workers[workers] == 1 ? "" : "s",
            results->rounds, results->rounds == 1 ? "" : "s");
    svg_text(&plot.svg, 28, 84, "note", "%.10s, %s%s", results->date, results->machine,
            results->is_quick ? "; a quick run, not to be quoted" : "");
    draw_axis(&plot);
    for (size_t i = 0; i < results->workload_count; i++) {
        draw_row(&plot, plot.order[i], TOP + ROW * ((double)i + 0.5));
    }
    draw_legend(&plot, bottom + 30);
    svg_end(&plot.svg);
}
