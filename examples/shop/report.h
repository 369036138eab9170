/* SPDX-License-Identifier: MIT */
/* report.h - the table at the end of a day. */
#ifndef REPORT_H
#define REPORT_H

#include "sell.h"

#include <stdio.h>

/* Writes what was ordered, sold and refused, how fast, and the first malformed orders. */
void report_write(FILE *out, const struct sale *sale);

/* Returns the answers a second, sold and refused. */
double report_rate(const struct sale *sale);

#endif
