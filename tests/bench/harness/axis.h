/* SPDX-License-Identifier: MIT */
/*
 * axis.h - a logarithmic axis: where a value lies, and which ticks it has.
 */
#ifndef AXIS_H
#define AXIS_H

#include <stdbool.h>

struct axis {
    double low; /* what it begins with, a 1, 2 or 5 followed by zeros, as is what it ends with */
    double high;
    double from; /* where it begins, in pixels; may lie behind `to` */
    double to;
};

/* An axis on which all from `min` to `max` lies, both above zero, and that is at least five times as high
 * as low. */
struct axis axis_of(double min, double max, double from, double to);

double axis_place(const struct axis *axis, double value);

/* The ticks are 1, 2, 5, 10, 20 and so on; the first is axis->low. */
double axis_next_tick(double tick);

/* Whether there is room for this tick's label beside the others. */
bool axis_has_label(const struct axis *axis, double tick);

/* Whether a tick is a power of ten. */
bool axis_is_decade(double tick);

#endif
