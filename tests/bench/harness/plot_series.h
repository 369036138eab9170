/* SPDX-License-Identifier: MIT */
/*
 * plot_series.h - a panel for each series, a line on two log axes.
 */
#ifndef PLOT_SERIES_H
#define PLOT_SERIES_H

#include "series.h"

#include <stdio.h>

/* `note` stands below the title. */
void plot_series(const struct series_set *set, const char *note, FILE *out);

#endif
