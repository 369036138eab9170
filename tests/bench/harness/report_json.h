/* SPDX-License-Identifier: MIT */
/*
 * report_json.h - the results for programs.
 *
 * {date, machine, workers: [1, 2], rows: [{workload, system, workers, unit, median, p99, min, max, rounds,
 * cpu_s, wall_s, rss_bytes}], missing: [{workload, system, workers, why}]}. The rows are those that were
 * measured; p99 is null where there is none.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "results.h"

#include <stdio.h>

void report_json(const struct results *results, FILE *out);

#endif
