/* SPDX-License-Identifier: MIT */
/*
 * measure.c - see measure.h.
 */
#include "measure.h"

#include "base.h"
#include "child.h"
#include "number.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The status by which a program says that it cannot express a workload. */
enum { STATUS_CANNOT = 77 };

/* A count grows by no more than this from one trial to the next: the first are all start and warm-up. */
static const double growth_max = 8;

/* Reasons are the words of programs, which may be anything, and end up in tables. */
static void clean(char *text)
{
    for (; *text != '\0'; text++) {
        *text = *text >= ' ' && *text <= '~' ? *text : '?';
    }
}

/* ---- One run -------------------------------------------------------------------------------- */

/* Says in row->why how a run has failed, with the first line that it said of it. */
static void explain(struct row *row, const struct child *child, double limit_s)
{
    const char *said = child->err + strspn(child->err, " \r\n");
    int length = (int)strcspn(said, "\r\n");
    length = length > 120 ? 120 : length;
    const char *colon = length > 0 ? ": " : "";
    if (child->end == CHILD_HUNG) {
        (void)snprintf(row->why, sizeof row->why, "had not ended after %g s, killed", limit_s);
    } else if (child->end == CHILD_INTERRUPTED) {
        (void)snprintf(row->why, sizeof row->why, "interrupted");
    } else if (child->end == CHILD_SIGNALLED) {
        (void)snprintf(row->why, sizeof row->why, "died of signal %d%s%.*s", child->status,
                colon, length, said);
    } else if (child->status == STATUS_CANNOT) {
        (void)snprintf(row->why, sizeof row->why, "cannot%s%.*s", colon, length, said);
    } else {
        (void)snprintf(row->why, sizeof row->why, "exit status %d%s%.*s", child->status, colon,
                length, said);
    }
}

/* Runs a row's program once. False: it failed, and row->why says how. */
static bool run(const struct measure *measure, struct row *row, uint64_t count,
        struct sample *ret_sample)
{
    char units[24], workers[12];
    (void)snprintf(units, sizeof units, "%" PRIu64, count);
    (void)snprintf(workers, sizeof workers, "%u", row->workers);
    char *program = contender_program(row->contender, row->workload->name);
    char *name = base_copy(row->workload->name);
    char *theirs[] = { program, row->contender->built, name, units, workers, NULL };
    char *ours[] = { program, name, units, workers, NULL };
    struct child *child = base_alloc(1, sizeof *child);
    child_run(contender_is_ours(row->contender) ? ours : theirs, measure->limit_s, child);
    struct answer answer = { 0 };
    bool is_ended = child->end == CHILD_EXITED && child->status == 0;
    bool is_done = is_ended &&
                   workload_read(row->workload, child->out, &answer, row->why, sizeof row->why);
    if (!is_ended) {
        explain(row, child, measure->limit_s);
    }
    if (is_done) {
        *ret_sample = (struct sample){ .value = answer.value,
            .p99 = answer.has_p99 ? answer.p99 : 0,
            .wall_s = child->wall_s,
            .cpu_s = child->cpu_s,
            .rss_bytes = child->rss_bytes };
    } else if (child->end != CHILD_INTERRUPTED && child->status != STATUS_CANNOT) {
        (void)fprintf(stderr, "%s %s %s %s failed: %s%s", row->contender->name, name, units,
                workers, child->err[0] != '\0' ? child->err : row->why,
                child->err[0] != '\0' ? "" : "\n");
    }
    clean(row->why);
    free(child);
    free(name);
    free(program);
    return is_done;
}

/* ---- How much to do ------------------------------------------------------------------------- */

/* A trial: so many units, and what they took. */
struct trial {
    uint64_t count;
    double wall_s;
    double bytes;
};

/* What a trial took without the start of the program. Programs say it of time, but not of memory; there
 * the first trial is all start. */
static double seconds_of(const struct row *row, const struct sample *sample, uint64_t count,
        const struct trial *first)
{
    double unit_s = workload_seconds(row->workload->unit);
    if (unit_s > 0) {
        return sample->value * unit_s * (double)count;
    }
    return first->count > 0 ? sample->wall_s - first->wall_s : 0;
}

/* The count that would take as much memory as there may be, after two trials. */
static double count_by_ram(
        const struct measure *measure, const struct trial *first, const struct trial *last)
{
    double each = (last->bytes - first->bytes) / (double)(last->count - first->count);
    return each > 0 ? (double)last->count + (measure->ram_bytes - last->bytes) / each
                    : INFINITY;
}

/* Two digits are exact enough for a count, and read better. */
static double round_down(double count)
{
    double step = pow(10, floor(log10(count)) - 1);
    return step > 1 ? floor(count / step) * step : count;
}

/* Sets row->count, beginning with `count`, by trials that grow. False: one of them failed. */
static bool calibrate(
        const struct measure *measure, struct row *row, uint64_t most, uint64_t count)
{
    /* What memory is counted for is worth waiting for: a few actors would share what many need. */
    bool is_timed = workload_seconds(row->workload->unit) > 0;
    double target_s = measure->target_s * (is_timed ? 1 : 5);
    struct trial first = { 0 };
    for (;;) {
        struct sample sample;
        if (!run(measure, row, count, &sample)) {
            return false;
        }
        struct trial trial = { count, sample.wall_s, (double)sample.rss_bytes };
        double seconds = seconds_of(row, &sample, count, &first);
        double growth = seconds > 0 ? target_s / seconds : INFINITY;
        double next = (double)count * (growth > growth_max ? growth_max : growth);
        next = next > (double)most ? (double)most : round_down(next);
        double by_ram = first.count > 0 ? count_by_ram(measure, &first, &trial) : INFINITY;
        row->is_short_of_ram = next > by_ram;
        next = row->is_short_of_ram ? round_down(by_ram) : next;
        row->count = workload_round(row->workload, next);
        if (growth <= growth_max || row->is_short_of_ram || row->count <= count ||
                row->count == most) {
            return true;
        }
        first = first.count > 0 ? first : trial;
        count = row->count;
    }
}

/* Says in row->why what is not there to be run. False: all is. */
static bool is_missing(struct row *row)
{
    char *program = contender_program(row->contender, row->workload->name);
    if (row->contender->missing != NULL) {
        (void)snprintf(row->why, sizeof row->why, "%s", row->contender->missing);
    } else if (access(program, X_OK) != 0) {
        (void)snprintf(row->why, sizeof row->why, "not built: there is no %s to run",
                strrchr(program, '/') + 1);
    }
    free(program);
    clean(row->why);
    return row->why[0] != '\0';
}

/* Decides how much a row does. Ours does all of it; so do peers that are quick enough. `before` is the
 * row of the same system with fewer workers, or NULL: what that could do is a place to begin. */
static void choose_count(
        const struct measure *measure, struct row *row, const struct row *before)
{
    uint64_t most = workload_round(
            row->workload, (double)row->workload->count / (double)measure->share);
    if (is_missing(row)) {
        return;
    }
    if (contender_is_ours(row->contender)) {
        row->count = most;
        return;
    }
    double begin = (double)most / 1000;
    if (before != NULL && row_is_measured(before) && !before->is_short_of_ram) {
        begin = (double)before->count / growth_max;
    }
    (void)calibrate(measure, row, most, workload_round(row->workload, begin));
}

/* ---- Rounds --------------------------------------------------------------------------------- */

static void report(const struct row *row)
{
    if (row_is_measured(row)) {
        (void)fprintf(stderr, "  %-14s %10s %s\n", row->contender->name,
                number_of(row->median.value).text, row->workload->unit);
    } else {
        (void)fprintf(stderr, "  %-14s %s\n", row->contender->name, row->why);
    }
}

/* One workload with one number of workers. A row that fails once is not measured on: who is right in
 * four rounds of five is not right. */
static bool measure_group(
        const struct measure *measure, struct results *results, size_t workers, size_t workload)
{
    size_t count = results->contenders->count;
    for (size_t i = 0; i < count && child_interrupted() == 0; i++) {
        const struct row *before =
                workers > 0 ? results_row(results, workers - 1, workload, i) : NULL;
        choose_count(measure, results_row(results, workers, workload, i), before);
    }
    for (size_t round = 0; round < results->rounds; round++) {
        for (size_t i = 0; i < count && child_interrupted() == 0; i++) {
            struct row *row = results_row(results, workers, workload, i);
            if (row->why[0] == '\0' && run(measure, row, row->count, &row->samples[round])) {
                row->rounds = round + 1;
            }
        }
    }
    for (size_t i = 0; i < count && child_interrupted() == 0; i++) {
        struct row *row = results_row(results, workers, workload, i);
        row_summarise(row);
        report(row);
    }
    return child_interrupted() == 0;
}

bool measure_all(const struct measure *measure, struct results *results)
{
    for (size_t i = 0; i < results->workload_count; i++) {
        for (size_t j = 0; j < results->workers_count; j++) {
            (void)fprintf(stderr, "%s, %u worker%s\n", results->workloads[i]->name,
                    results->workers[j], results->workers[j] == 1 ? "" : "s");
            if (!measure_group(measure, results, j, i)) {
                return false;
            }
        }
    }
    return true;
}
