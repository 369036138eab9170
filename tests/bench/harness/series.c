/* SPDX-License-Identifier: MIT */
/*
 * series.c - see series.h.
 */
#include "series.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The series of this name, a new one if need be; NULL if there is no room. */
static struct series *series_named(struct series_set *set, const char *name, const char *unit)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->items[i].name, name) == 0) {
            return &set->items[i];
        }
    }
    if (set->count == SERIES_MAX) {
        return NULL;
    }
    struct series *series = &set->items[set->count++];
    *series = (struct series){ .count = 0 };
    (void)snprintf(series->name, sizeof series->name, "%s", name);
    (void)snprintf(series->unit, sizeof series->unit, "%s", unit);
    return series;
}

static void add_point(struct series *series, double x, double value)
{
    size_t at = series->count++;
    while (at > 0 && series->x[at - 1] > x) {
        series->x[at] = series->x[at - 1];
        series->value[at] = series->value[at - 1];
        at--;
    }
    series->x[at] = x;
    series->value[at] = value;
}

/* False: the line is a point, but not one that can be taken. */
static bool read_line(struct series_set *set, const char *line)
{
    char name[64], unit[32];
    double x, value;
    if (strncmp(line, "series", 6) != 0 || strchr(" \t", line[6]) == NULL || line[6] == '\0') {
        return true;
    }
    if (sscanf(line, "series %63s %lf %lf %31s", name, &x, &value, unit) != 4 || !isfinite(x) ||
            !isfinite(value) || x <= 0 || value <= 0) {
        return false;
    }
    struct series *series = series_named(set, name, unit);
    if (series == NULL || series->count == SERIES_POINTS_MAX) {
        return false;
    }
    add_point(series, x, value);
    return true;
}

size_t series_read(struct series_set *set, const char *text)
{
    size_t dropped = 0;
    *set = (struct series_set){ .count = 0 };
    while (*text != '\0') {
        char line[256];
        size_t length = strcspn(text, "\n");
        (void)snprintf(line, sizeof line, "%.*s", (int)length, text);
        dropped += !read_line(set, line);
        text += length + (text[length] == '\n');
    }
    return dropped;
}
