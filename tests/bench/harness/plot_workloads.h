/* SPDX-License-Identifier: MIT */
/*
 * plot_workloads.h - a panel for each workload, with what every system takes in it, fastest first. A full
 * mark is the largest number of workers, a hollow one the smallest.
 */
#ifndef PLOT_WORKLOADS_H
#define PLOT_WORKLOADS_H

#include "results.h"

#include <stdio.h>

void plot_workloads(const struct results *results, FILE *out);

#endif
