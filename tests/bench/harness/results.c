/* SPDX-License-Identifier: MIT */
/*
 * results.c - see results.h.
 */
#include "results.h"

#include "base.h"
#include "stats.h"

#include <stdlib.h>

/* What measuring may add to the CPU time: a clock tick here and there, and the start of the program. */
static const double cpu_tolerance = 1.05;
static const double cpu_tolerance_s = 0.05;

void results_init(struct results *results)
{
    size_t contenders = results->contenders->count;
    results->row_count = results->workers_count * results->workload_count * contenders;
    results->rows = base_alloc(results->row_count, sizeof *results->rows);
    for (size_t i = 0; i < results->row_count; i++) {
        struct row *row = &results->rows[i];
        row->contender = &results->contenders->items[i % contenders];
        row->workload = results->workloads[i / contenders % results->workload_count];
        row->workers = results->workers[i / contenders / results->workload_count];
    }
}

void results_fini(struct results *results)
{
    free(results->rows);
    free(results->machine);
}

struct row *results_row(
        const struct results *results, size_t workers, size_t workload, size_t contender)
{
    size_t group = workers * results->workload_count + workload;
    return &results->rows[group * results->contenders->count + contender];
}

bool row_is_measured(const struct row *row)
{
    return row->why[0] == '\0' && row->rounds > 0;
}

enum field { FIELD_VALUE, FIELD_P99, FIELD_WALL, FIELD_CPU };

static struct stats stats_of_field(const struct row *row, enum field field)
{
    double numbers[ROUNDS_MAX];
    for (size_t i = 0; i < row->rounds; i++) {
        const struct sample *sample = &row->samples[i];
        const double fields[] = { [FIELD_VALUE] = sample->value,
            [FIELD_P99] = sample->p99,
            [FIELD_WALL] = sample->wall_s,
            [FIELD_CPU] = sample->cpu_s };
        numbers[i] = fields[field];
    }
    return stats_of(numbers, row->rounds);
}

void row_summarise(struct row *row)
{
    if (!row_is_measured(row)) {
        return;
    }
    struct stats values = stats_of_field(row, FIELD_VALUE);
    row->min = values.min;
    row->max = values.max;
    row->median = (struct sample){ .value = values.median,
        .p99 = stats_of_field(row, FIELD_P99).median,
        .wall_s = stats_of_field(row, FIELD_WALL).median,
        .cpu_s = stats_of_field(row, FIELD_CPU).median };
    double threads = row->workers + row->workload->outsiders;
    row->is_over = false;
    for (size_t i = 0; i < row->rounds; i++) {
        const struct sample *sample = &row->samples[i];
        double most_s = sample->wall_s * threads * cpu_tolerance + cpu_tolerance_s;
        row->is_over = row->is_over || sample->cpu_s > most_s;
        if (sample->rss_bytes > row->median.rss_bytes) {
            row->median.rss_bytes = sample->rss_bytes;
        }
    }
}

double results_ratio(
        const struct results *results, size_t workers, size_t workload, size_t contender)
{
    const struct row *ours = results_row(results, workers, workload, 0);
    const struct row *row = results_row(results, workers, workload, contender);
    if (!row_is_measured(ours) || !row_is_measured(row)) {
        return 0;
    }
    return row->median.value / ours->median.value;
}

size_t results_best(const struct results *results, size_t workers, size_t workload)
{
    size_t best = 0;
    for (size_t i = 1; i < results->contenders->count; i++) {
        const struct row *row = results_row(results, workers, workload, i);
        const struct row *other = results_row(results, workers, workload, best);
        if (row_is_measured(row) && (best == 0 || row->median.value < other->median.value)) {
            best = i;
        }
    }
    return best;
}

bool results_reached(const struct results *results, const struct row *row)
{
    struct goal goal = goal_of(results->goals, row->workload);
    return row_is_measured(row) && goal.value > 0 && row->median.value <= goal.value &&
           (goal.p99 <= 0 || (row->median.p99 > 0 && row->median.p99 <= goal.p99));
}

size_t results_order(const struct results *results, size_t workers, size_t workload,
        size_t order[CONTENDER_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < results->contenders->count; i++) {
        const struct row *row = results_row(results, workers, workload, i);
        if (!row_is_measured(row)) {
            continue;
        }
        size_t at = count++;
        while (at > 0 && results_row(results, workers, workload, order[at - 1])->median.value >
                                 row->median.value) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return count;
}
