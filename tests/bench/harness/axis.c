/* SPDX-License-Identifier: MIT */
/*
 * axis.c - see axis.h.
 */
#include "axis.h"

#include <math.h>

/* Ticks are computed in floating point, and so is whether one has been reached. */
static const double nearly = 1e-9;

static double decade_below(double value)
{
    return pow(10, floor(log10(value) + nearly));
}

/* The digit that a tick begins with: 1, 2 or 5. */
static int digit_of(double tick)
{
    return (int)lround(tick / decade_below(tick));
}

double axis_next_tick(double tick)
{
    int digit = digit_of(tick);
    return decade_below(tick) * (digit == 1 ? 2 : digit == 2 ? 5 : 10);
}

bool axis_is_decade(double tick)
{
    return digit_of(tick) == 1;
}

static double tick_below(double value)
{
    double decade = decade_below(value);
    double scaled = value / decade * (1 + nearly);
    return decade * (scaled >= 5 ? 5 : scaled >= 2 ? 2 : 1);
}

struct axis axis_of(double min, double max, double from, double to)
{
    struct axis axis = { tick_below(min), tick_below(min), from, to };
    while (axis.high < max * (1 - nearly) || axis.high < axis.low * 5 * (1 - nearly)) {
        axis.high = axis_next_tick(axis.high);
    }
    return axis;
}

double axis_place(const struct axis *axis, double value)
{
    double part = log(value / axis->low) / log(axis->high / axis->low);
    return axis->from + (axis->to - axis->from) * part;
}

/* How many powers of ten there are from its low to its high. */
static long decades_on(const struct axis *axis)
{
    return lround(floor(log10(axis->high) + nearly) - ceil(log10(axis->low) - nearly)) + 1;
}

bool axis_has_label(const struct axis *axis, double tick)
{
    double room = fabs(axis->to - axis->from) / log10(axis->high / axis->low);
    if (axis_is_decade(tick)) {
        return room >= 36 || lround(log10(tick)) % 2 == 0;
    }
    /* One label says nothing of the scale; then the ends have theirs. */
    bool is_end = tick < axis->low * (1 + nearly) || tick > axis->high * (1 - nearly);
    return room >= 160 || (is_end && decades_on(axis) < 2);
}
