/* SPDX-License-Identifier: MIT */
/*
 * format_layout.h - which statement stands on which line, and what stands below what.
 */
#ifndef FORMAT_LAYOUT_H
#define FORMAT_LAYOUT_H

#include "format_lines.h"

/* Adds the lines of a whole file. */
void format_layout(const struct format_items *file, struct format_lines *lines);

#endif
