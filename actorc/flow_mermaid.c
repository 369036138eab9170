/* SPDX-License-Identifier: MIT */
/*
 * flow_mermaid.c - the flow graph for Mermaid. It has fewer kinds of lines than there are
 * relations, so each edge says in words what it is.
 */
#include "flow_print.h"

#include "escape.h"

static const struct {
    const char *arrow;
    const char *word;
} lines[FLOW_KIND_COUNT] = {
    [FLOW_CHILD] = { "===", "child" },
    [FLOW_SPAWN] = { "-.->", "spawns" },
    [FLOW_ASK] = { "-->", "asks" },
    [FLOW_EXCLUSIVE] = { "==>", "asks exclusively" },
    [FLOW_TELL] = { "-->", "tells" },
    [FLOW_ANSWER] = { "-.->", "answers" },
    [FLOW_DELEGATE] = { "-->", "delegates" },
    [FLOW_TIMER] = { "-.->", "timer" },
    [FLOW_FD] = { "-.->", "descriptors" },
    [FLOW_WATCH] = { "-.-x", "watches" },
};

static const char *const colours[FLOW_KIND_COUNT] = {
    [FLOW_CHILD] = "#7a8494",
    [FLOW_SPAWN] = "#7a8494",
    [FLOW_ASK] = "#2f6fd6",
    [FLOW_EXCLUSIVE] = "#2f6fd6",
    [FLOW_TELL] = "#1f8f56",
    [FLOW_ANSWER] = "#2f6fd6",
    [FLOW_DELEGATE] = "#8a3ffc",
    [FLOW_TIMER] = "#b87503",
    [FLOW_FD] = "#b87503",
    [FLOW_WATCH] = "#d0473e",
};

static void put_node(
        struct buf *out, const struct flow *flow, size_t number, const char *indent)
{
    const struct flow_node *node = &flow->nodes[number];
    bool is_dedicated = node->actor->dedicated;
    buf_printf(out, "%sn%zu%s\"<b>", indent, number, is_dedicated ? "[[" : "(");
    escape_mermaid(out, node->actor->name.schema);
    buf_puts(out, "</b>");
    const char *const *facts = flow_facts(flow->arena, node->actor);
    for (; *facts != NULL; facts++) {
        buf_puts(out, "<br/>");
        escape_mermaid(out, *facts);
    }
    buf_printf(out, "\"%s\n", is_dedicated ? "]]" : ")");
}

static void put_schema(struct buf *out, const struct flow *flow, size_t first)
{
    const struct model *model = flow->nodes[first].model;
    if (flow->several_schemas) {
        buf_printf(out, "    subgraph s%zu[\"", first);
        escape_mermaid(out, model->schema);
        buf_puts(out, "\"]\n");
    }
    for (size_t i = first; i < flow->node_count; i++) {
        if (flow->nodes[i].model == model) {
            put_node(out, flow, i, flow->several_schemas ? "        " : "    ");
        }
    }
    buf_puts(out, flow->several_schemas ? "    end\n" : "");
}

static void put_edge(struct buf *out, const struct flow_edge *edge)
{
    buf_printf(out, "    n%zu %s|\"<i>%s%s%s</i>", edge->from, lines[edge->kind].arrow,
            lines[edge->kind].word, edge->supervised ? ", supervised" : "",
            edge->throttled ? ", waits while full" : "");
    bool says_itself = edge->kind == FLOW_SPAWN || edge->kind == FLOW_WATCH;
    for (const struct flow_item *i = edge->items; i != NULL && !says_itself; i = i->next) {
        buf_puts(out, "<br/>");
        escape_mermaid(out, i->name);
        if (i->note != NULL) {
            buf_puts(out, " ");
            escape_mermaid(out, i->note);
        }
    }
    buf_printf(out, "\"| n%zu\n", edge->to);
}

/* Edges have no names in Mermaid; styles are given to their numbers. */
static void put_colours(struct buf *out, const struct flow *flow)
{
    for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
        const char *before = "    linkStyle ";
        for (size_t i = 0; i < flow->edge_count; i++) {
            if (flow->edges[i].kind == kind) {
                buf_printf(out, "%s%zu", before, i);
                before = ",";
            }
        }
        if (*before == ',') {
            buf_printf(out, " stroke:%s\n", colours[kind]);
        }
    }
}

void flow_print_mermaid(const struct flow *flow, const char *title, struct buf *out)
{
    buf_printf(out, "%%%% Who may send what to whom, of schema %s.\n", title);
    buf_puts(out, "flowchart TB\n");
    for (size_t i = 0; i < flow->node_count; i++) {
        if (flow->nodes[i].actor == NULL) {
            buf_printf(out, "    n%zu{{\"<i>outside</i>\"}}\n", i);
        } else if (flow_is_first(flow, i)) {
            put_schema(out, flow, i);
        }
    }
    for (size_t i = 0; i < flow->edge_count; i++) {
        put_edge(out, &flow->edges[i]);
    }
    put_colours(out, flow);
}
