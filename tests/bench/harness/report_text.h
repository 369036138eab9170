/* SPDX-License-Identifier: MIT */
/*
 * report_text.h - the results as tables for a terminal: what was reached and who is nearest, how many
 * times ours everyone is, and each row with what it took of the machine.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "results.h"

#include <stdio.h>

void report_text(const struct results *results, FILE *out);

#endif
