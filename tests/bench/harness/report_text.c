/* SPDX-License-Identifier: MIT */
/*
 * report_text.c - see report_text.h.
 */
#include "report_text.h"

#include "number.h"

#include <string.h>

/* From here on others take enough of the machine to be seen in the numbers. */
static const double load_of_others = 0.5;

/* Such as "2 workers". */
struct label {
    char text[96];
};

static struct label label_of_workers(unsigned workers)
{
    struct label label;
    (void)snprintf(
            label.text, sizeof label.text, "%u worker%s", workers, workers == 1 ? "" : "s");
    return label;
}

static struct label label_of_ratio(double ratio)
{
    struct label label;
    (void)snprintf(label.text, sizeof label.text, "%sx", number_of(ratio).text);
    return label;
}

/* The number, and after a slash the p99 if there is one. */
static struct label label_of_value(double value, double p99)
{
    struct label label;
    if (value <= 0) {
        (void)snprintf(label.text, sizeof label.text, "-");
    } else if (p99 > 0) {
        (void)snprintf(label.text, sizeof label.text, "%s / %s", number_of(value).text,
                number_of(p99).text);
    } else {
        (void)snprintf(label.text, sizeof label.text, "%s", number_of(value).text);
    }
    return label;
}

/* ---- What was reached ----------------------------------------------------------------------- */

static const char *verdict(const struct results *results, const struct row *row)
{
    if (goal_of(results->goals, row->workload).value <= 0) {
        return "";
    }
    if (!row_is_measured(row)) {
        return "failed";
    }
    return results_reached(results, row) ? "reached" : "MISSED";
}

/* Goals are round numbers, and shown as they were written. */
static struct label label_of_goal(struct goal goal)
{
    struct label label;
    if (goal.value <= 0) {
        (void)snprintf(label.text, sizeof label.text, "-");
    } else if (goal.p99 > 0) {
        (void)snprintf(label.text, sizeof label.text, "%g / %g", goal.value, goal.p99);
    } else {
        (void)snprintf(label.text, sizeof label.text, "%g", goal.value);
    }
    return label;
}

static void put_summary_row(
        const struct results *results, size_t workers, size_t workload, FILE *out)
{
    const struct row *ours = results_row(results, workers, workload, 0);
    struct goal goal = goal_of(results->goals, ours->workload);
    struct label value = row_is_measured(ours)
                                 ? label_of_value(ours->median.value, ours->median.p99)
                                 : label_of_value(0, 0);
    (void)fprintf(out, "%-12s %-6s %12s %14s  %-8s", ours->workload->name, ours->workload->unit,
            label_of_goal(goal).text, value.text, verdict(results, ours));
    size_t best = results_best(results, workers, workload);
    if (best == 0) {
        (void)fprintf(out, "  %s\n", "no peer was measured");
        return;
    }
    const struct row *peer = results_row(results, workers, workload, best);
    double ratio = results_ratio(results, workers, workload, best);
    (void)fprintf(out, "  %-14s %14s", peer->contender->name,
            label_of_value(peer->median.value, peer->median.p99).text);
    if (ratio > 0) {
        (void)fprintf(
                out, " %9s%s", label_of_ratio(ratio).text, ratio < 1 ? "  <== BEHIND" : "");
    }
    (void)fputc('\n', out);
}

static void put_summary(const struct results *results, size_t workers, FILE *out)
{
    (void)fprintf(out, "\n== %s: goals, and the nearest peer\n\n",
            label_of_workers(results->workers[workers]).text);
    (void)fprintf(out, "%-12s %-6s %12s %14s  %-8s  %-14s %14s %9s\n", "workload", "unit",
            "goal", "actorc", "", "nearest peer", "its median", "to ours");
    for (size_t i = 0; i < results->workload_count; i++) {
        put_summary_row(results, workers, i, out);
    }
}

/* ---- Ratios --------------------------------------------------------------------------------- */

/* A column is as wide as its name, and no less than a number. */
static int width_of(const struct contender *contender)
{
    int length = (int)strlen(contender->name);
    return length > 9 ? length + 1 : 10;
}

static void put_ratio(const struct results *results, size_t workers, size_t workload,
        size_t contender, FILE *out)
{
    int width = width_of(&results->contenders->items[contender]);
    double ratio = results_ratio(results, workers, workload, contender);
    if (ratio <= 0) {
        (void)fprintf(out, "%*s ", width, "-");
        return;
    }
    char mark = ratio < 1                                               ? '!'
                : results_best(results, workers, workload) == contender ? '*'
                                                                        : ' ';
    (void)fprintf(out, "%*s%c", width, number_of(ratio).text, mark);
}

static void put_ratios(const struct results *results, size_t workers, FILE *out)
{
    (void)fprintf(out,
            "\n== %s: how many times ours (* nearest, ! ahead of us, - not measured)\n\n",
            label_of_workers(results->workers[workers]).text);
    (void)fprintf(out, "%-12s %16s", "workload", "actorc");
    for (size_t i = 1; i < results->contenders->count; i++) {
        const struct contender *contender = &results->contenders->items[i];
        (void)fprintf(out, "%*s ", width_of(contender), contender->name);
    }
    (void)fputc('\n', out);
    for (size_t i = 0; i < results->workload_count; i++) {
        const struct row *ours = results_row(results, workers, i, 0);
        (void)fprintf(out, "%-12s %10s %-5s", ours->workload->name,
                row_is_measured(ours) ? number_of(ours->median.value).text : "-",
                ours->workload->unit);
        for (size_t j = 1; j < results->contenders->count; j++) {
            put_ratio(results, workers, i, j, out);
        }
        (void)fputc('\n', out);
    }
}

/* ---- Every row ------------------------------------------------------------------------------ */

static void put_row(const struct row *row, double ratio, FILE *out)
{
    const struct sample *median = &row->median;
    bool is_ours = contender_is_ours(row->contender);
    (void)fprintf(out, "%c %-14s %10s %10s %10s %9s %9s", is_ours ? '>' : ' ',
            row->contender->name, number_of(median->value).text, number_of(row->min).text,
            number_of(row->max).text, median->p99 > 0 ? number_of(median->p99).text : "",
            ratio > 0 ? label_of_ratio(ratio).text : "");
    (void)fprintf(out, " %12s %7.2f %7.2f %6.2f %9s", number_of_count(row->count).text,
            median->wall_s, median->cpu_s, median->cpu_s / median->wall_s,
            number_of((double)median->rss_bytes / 1e6).text);
    (void)fprintf(out, "%s%s%s\n", ratio > 0 && ratio < 1 ? "  <== ahead of us" : "",
            row->is_over ? "  more CPU than workers" : "",
            row->is_short_of_ram ? "  count limited by memory" : "");
}

static void put_details_of(
        const struct results *results, size_t workers, size_t workload, FILE *out)
{
    const struct workload *what = results->workloads[workload];
    size_t order[CONTENDER_MAX];
    size_t count = results_order(results, workers, workload, order);
    (void)fprintf(out, "\n-- %s, %s: %s per %s\n", what->name,
            label_of_workers(results->workers[workers]).text, what->unit, what->per);
    (void)fprintf(out, "  %-14s %10s %10s %10s %9s %9s %12s %7s %7s %6s %9s\n", "system",
            "median", "min", "max", "p99", "to ours", "count", "wall s", "CPU s", "CPU/w",
            "peak MB");
    for (size_t i = 0; i < count; i++) {
        put_row(results_row(results, workers, workload, order[i]),
                order[i] == 0 ? 0 : results_ratio(results, workers, workload, order[i]), out);
    }
    for (size_t i = 0; i < results->contenders->count; i++) {
        const struct row *row = results_row(results, workers, workload, i);
        if (!row_is_measured(row)) {
            (void)fprintf(out, "%c %-14s not measured: %s\n",
                    contender_is_ours(row->contender) ? '>' : ' ', row->contender->name,
                    row->why);
        }
    }
}

/* ---- What it comes to ----------------------------------------------------------------------- */

/* Each row that took more CPU time than its workers had is named, ours or not. */
static void put_cpu(const struct results *results, FILE *out)
{
    size_t measured = 0;
    size_t over = 0;
    for (size_t i = 0; i < results->row_count; i++) {
        const struct row *row = &results->rows[i];
        if (!row_is_measured(row)) {
            continue;
        }
        measured++;
        if (row->is_over) {
            over++;
            (void)fprintf(out,
                    "CPU: %s took more than wall x workers in %s with %s: %.2f s in %.2f s\n",
                    row->contender->name, row->workload->name,
                    label_of_workers(row->workers).text, row->median.cpu_s, row->median.wall_s);
        }
    }
    (void)fprintf(out,
            "CPU: within wall x workers (for asks, and one client) in %zu of %zu rows\n",
            measured - over, measured);
}

static void put_conclusion(const struct results *results, size_t workers, FILE *out)
{
    size_t goals = 0, reached = 0, compared = 0, behind = 0;
    for (size_t i = 0; i < results->workload_count; i++) {
        const struct row *ours = results_row(results, workers, i, 0);
        size_t best = results_best(results, workers, i);
        goals += goal_of(results->goals, ours->workload).value > 0;
        reached += results_reached(results, ours);
        compared += best != 0 && row_is_measured(ours);
        behind += best != 0 && row_is_measured(ours) &&
                  results_ratio(results, workers, i, best) < 1;
    }
    (void)fprintf(out,
            "%s: %zu of %zu goals reached; ahead of every peer in %zu of %zu workloads\n",
            label_of_workers(results->workers[workers]).text, reached, goals, compared - behind,
            compared);
}

void report_text(const struct results *results, FILE *out)
{
    (void)fprintf(out,
            "actorc and its peers, %s\n%s\nmedians of %zu round%s, interleaved; less is "
            "better\n",
            results->date, results->machine, results->rounds, results->rounds == 1 ? "" : "s");
    if (results->load >= load_of_others) {
        (void)fprintf(out, "Others were at work, too: the load was %.1f before it began.\n",
                results->load);
    }
    if (results->is_quick) {
        (void)fputs("A quick run: too small for its numbers to be quoted.\n", out);
    }
    for (size_t i = 0; i < results->workers_count; i++) {
        for (size_t j = 0; j < results->workload_count; j++) {
            put_details_of(results, i, j, out);
        }
    }
    for (size_t i = 0; i < results->workers_count; i++) {
        put_summary(results, i, out);
        if (results->contenders->count > 1) {
            put_ratios(results, i, out);
        }
    }
    (void)fputc('\n', out);
    put_cpu(results, out);
    for (size_t i = 0; i < results->workers_count; i++) {
        put_conclusion(results, i, out);
    }
}
