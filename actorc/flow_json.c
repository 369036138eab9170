/* SPDX-License-Identifier: MIT */
/*
 * flow_json.c - the flow graph as JSON: "nodes" and "edges", whose "from" and "to" are the "id" of
 * nodes. "format" changes when a program that reads this would have to.
 */
#include "flow_print.h"

#include "escape.h"

static void put_node(struct buf *out, const struct flow *flow, const struct flow_node *node)
{
    buf_puts(out, "    {\"id\": ");
    escape_json(out, node->id);
    buf_puts(out, ", \"schema\": ");
    escape_json(out, node->model == NULL ? NULL : node->model->schema);
    buf_puts(out, ", \"actor\": ");
    escape_json(out, node->actor == NULL ? NULL : node->actor->name.schema);
    buf_puts(out, ", \"facts\": [");
    if (node->actor != NULL) {
        const char *const *facts = flow_facts(flow->arena, node->actor);
        for (size_t i = 0; facts[i] != NULL; i++) {
            buf_puts(out, i > 0 ? ", " : "");
            escape_json(out, facts[i]);
        }
    }
    buf_puts(out, "], \"doc\": ");
    escape_json(out, node->actor == NULL ? NULL : node->actor->doc);
    buf_puts(out, "}");
}

static void put_edge(struct buf *out, const struct flow *flow, const struct flow_edge *edge)
{
    buf_puts(out, "    {\"kind\": ");
    escape_json(out, flow_kinds[edge->kind].name);
    buf_puts(out, ", \"from\": ");
    escape_json(out, flow->nodes[edge->from].id);
    buf_puts(out, ", \"to\": ");
    escape_json(out, flow->nodes[edge->to].id);
    buf_printf(out, ", \"supervised\": %s, \"throttled\": %s, \"items\": [",
            edge->supervised ? "true" : "false", edge->throttled ? "true" : "false");
    for (const struct flow_item *i = edge->items; i != NULL; i = i->next) {
        buf_puts(out, i == edge->items ? "{\"name\": " : ", {\"name\": ");
        escape_json(out, i->name);
        buf_puts(out, ", \"note\": ");
        escape_json(out, i->note);
        buf_puts(out, "}");
    }
    buf_puts(out, "]}");
}

void flow_print_json(const struct flow *flow, const char *title, struct buf *out)
{
    buf_puts(out, "{\n  \"format\": 1,\n  \"title\": ");
    escape_json(out, title);
    buf_puts(out, ",\n  \"nodes\": [");
    for (size_t i = 0; i < flow->node_count; i++) {
        buf_puts(out, i > 0 ? ",\n" : "\n");
        put_node(out, flow, &flow->nodes[i]);
    }
    buf_puts(out, "\n  ],\n  \"edges\": [");
    for (size_t i = 0; i < flow->edge_count; i++) {
        buf_puts(out, i > 0 ? ",\n" : "\n");
        put_edge(out, flow, &flow->edges[i]);
    }
    buf_puts(out, "\n  ]\n}\n");
}
