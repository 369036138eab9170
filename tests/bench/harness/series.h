/* SPDX-License-Identifier: MIT */
/*
 * series.h - how a figure of ours changes with the size of something: lines "series NAME X VALUE UNIT", with blanks or
 * tabs between, that a program prints among others.
 */
#ifndef SERIES_H
#define SERIES_H

#include <stddef.h>

enum { SERIES_MAX = 16, SERIES_POINTS_MAX = 64 };

struct series {
    char name[64];
    char unit[32];
    double x[SERIES_POINTS_MAX]; /* ascending */
    double value[SERIES_POINTS_MAX];
    size_t count;
};

struct series_set {
    struct series items[SERIES_MAX]; /* in the order in which they were printed first */
    size_t count;
};

/* Takes what there is in `text`; points that are no numbers above zero do not fit on a log axis and are
 * left out, as is what is too much. Returns how many points were left out. */
size_t series_read(struct series_set *set, const char *text);

#endif
