/* SPDX-License-Identifier: MIT */
/*
 * plot_overview.h - all workloads and systems in one drawing, for one number of workers: a row a
 * workload, the one with the largest lead first, and in it a mark for each peer at how many times ours it is.
 */
#ifndef PLOT_OVERVIEW_H
#define PLOT_OVERVIEW_H

#include "results.h"

#include <stdio.h>

void plot_overview(const struct results *results, size_t workers, FILE *out);

#endif
