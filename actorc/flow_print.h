/* SPDX-License-Identifier: MIT */
/*
 * flow_print.h - the flow graph in the languages of other tools.
 */
#ifndef FLOW_PRINT_H
#define FLOW_PRINT_H

#include "flow.h"

#include "buf.h"

/* Append the whole graph. `title` is what it is of: "shop". */
void flow_print_dot(const struct flow *flow, const char *title, struct buf *out);
void flow_print_mermaid(const struct flow *flow, const char *title, struct buf *out);
void flow_print_json(const struct flow *flow, const char *title, struct buf *out);

#endif
