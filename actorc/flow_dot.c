/* SPDX-License-Identifier: MIT */
/*
 * flow_dot.c - the flow graph for Graphviz. Kinds of edges differ in line and arrow, so that they
 * can be told apart without colour; colours say it again.
 */
#include "flow_print.h"

#include "escape.h"

static const struct {
    const char *colour;
    const char *style;
    const char *sample; /* the line in the legend */
    const char *title;
} kinds[FLOW_KIND_COUNT] = {
    [FLOW_CHILD] = { "#5b6470", "penwidth=1.6, arrowhead=none", "\u2501\u2501\u2501", "child" },
    [FLOW_SPAWN] = { "#5b6470", "penwidth=1.6, style=dashed, arrowhead=none",
            "\u254d\u254d\u254d", "spawned child" },
    [FLOW_ASK] = { "#1d5fc2", "penwidth=1.6", "\u2500\u2500\u25b6", "asks" },
    [FLOW_EXCLUSIVE] = { "#1d5fc2", "penwidth=2.8", "\u2501\u2501\u25b6", "asks exclusively" },
    [FLOW_TELL] = { "#1b7f4b", "arrowhead=vee", "\u2500\u2500\u2192", "tells" },
    [FLOW_ANSWER] = { "#1d5fc2", "style=dashed, dir=back, arrowtail=onormal",
            "\u254c\u254c\u25b7", "answers" },
    [FLOW_DELEGATE] = { "#7d36e0", "penwidth=1.6, dir=both, arrowtail=dot",
            "\u25cf\u2500\u25b6", "delegates" },
    [FLOW_TIMER] = { "#945800", "style=dotted, penwidth=1.6, arrowhead=vee",
            "\u2508\u2508\u2192", "timer" },
    [FLOW_FD] = { "#945800",
            "style=dotted, penwidth=1.6, dir=both, arrowtail=box, arrowhead=vee",
            "\u25a0\u2508\u2192", "file descriptor" },
    [FLOW_WATCH] = { "#b3261e", "style=dotted, penwidth=1.6, arrowhead=odot",
            "\u2508\u2508\u25cb", "watches" },
};

/* The diamond is the end of a supervisor; a bar before the arrow is what a sender may have to wait
 * at. */
static void put_style(struct buf *out, const struct flow_edge *edge)
{
    const char *colour = kinds[edge->kind].colour;
    buf_printf(
            out, "color=\"%s\", fontcolor=\"%s\", %s", colour, colour, kinds[edge->kind].style);
    buf_puts(out, edge->supervised ? ", dir=both, arrowtail=diamond" : "");
    buf_puts(out, !edge->throttled          ? ""
                  : edge->kind == FLOW_TELL ? ", arrowhead=veetee"
                                            : ", arrowhead=normaltee");
    buf_puts(out, "]\n");
}

static void put_title(struct buf *out, const char *title)
{
    buf_printf(out, "// Who may send what to whom in %s; for Graphviz.\n", title);
    buf_puts(out, "digraph ");
    escape_dot(out, title);
    buf_puts(out, " {\n"
                  "    graph [rankdir=TB, bgcolor=\"white\", pad=0.3, nodesep=0.5, "
                  "ranksep=0.8, fontname=\"Helvetica\", fontsize=11, fontcolor=\"#5b6470\"]\n"
                  "    node [shape=box, style=\"rounded,filled\", fillcolor=\"#f5f7fa\", "
                  "color=\"#8a94a3\", fontname=\"Helvetica\", fontsize=12, "
                  "fontcolor=\"#1c2430\", margin=\"0.16,0.09\"]\n"
                  "    edge [fontname=\"Helvetica\", fontsize=10, fontcolor=\"#1c2430\", "
                  "arrowsize=0.8]\n");
}

static void put_node(
        struct buf *out, const struct flow *flow, size_t number, const char *indent)
{
    const struct flow_node *node = &flow->nodes[number];
    const char *name = node->actor->name.schema;
    buf_puts(out, indent);
    escape_dot(out, node->id);
    buf_printf(out, " [label=<<b>%s</b>", name);
    const char *const *facts = flow_facts(flow->arena, node->actor);
    for (; *facts != NULL; facts++) {
        buf_printf(out, "<br/><font point-size=\"10\" color=\"#5b6470\">%s</font>", *facts);
    }
    buf_puts(out, ">");
    if (node->actor->dedicated) {
        buf_puts(out, ", peripheries=2");
    }
    if (node->actor->doc != NULL) {
        buf_puts(out, ", tooltip=");
        escape_dot(out, node->actor->doc);
    }
    buf_puts(out, "]\n");
}

/* The nodes of one schema, in a frame if there are several schemas. */
static void put_schema(struct buf *out, const struct flow *flow, size_t first)
{
    const struct model *model = flow->nodes[first].model;
    const char *indent = flow->several_schemas ? "        " : "    ";
    if (flow->several_schemas) {
        buf_printf(out, "    subgraph \"cluster_%zu\" {\n", first);
        buf_puts(out, "        graph [style=rounded, color=\"#c3cad4\", label=");
        escape_dot(out, model->schema);
        buf_puts(out, "]\n");
    }
    for (size_t i = first; i < flow->node_count; i++) {
        if (flow->nodes[i].model == model) {
            put_node(out, flow, i, indent);
        }
    }
    buf_puts(out, flow->several_schemas ? "    }\n" : "");
}

static void put_nodes(struct buf *out, const struct flow *flow)
{
    buf_puts(out, "\n");
    for (size_t i = 0; i < flow->node_count; i++) {
        if (flow->nodes[i].actor == NULL) {
            buf_puts(out, "    \"outside\" [label=<<i>outside</i>>, shape=plaintext, "
                          "style=\"\", tooltip=\"the program around the actors\"]\n");
        } else if (flow_is_first(flow, i)) {
            put_schema(out, flow, i);
        }
    }
}

/* Lines that begin at the left, a little off the edge: Graphviz would have them touch it. Names and
 * notes need no escapes. */
static void put_label(struct buf *out, const struct flow_edge *edge)
{
    buf_puts(out, "\"");
    for (const struct flow_item *i = edge->items; i != NULL; i = i->next) {
        buf_printf(out, "  %s%s%s  \\l", i->name, i->note == NULL ? "" : " ",
                i->note == NULL ? "" : i->note);
    }
    buf_puts(out, "\"");
}

/* Answers go against the stream: they are edges of it, drawn backwards, so that the drawing keeps its
 * direction. */
static void put_edge(struct buf *out, const struct flow *flow, const struct flow_edge *edge)
{
    bool is_answer = edge->kind == FLOW_ANSWER;
    buf_puts(out, "    ");
    escape_dot(out, flow->nodes[is_answer ? edge->to : edge->from].id);
    buf_puts(out, " -> ");
    escape_dot(out, flow->nodes[is_answer ? edge->from : edge->to].id);
    buf_puts(out, " [");
    if (edge->kind != FLOW_SPAWN && edge->kind != FLOW_WATCH) {
        buf_puts(out, "label=");
        put_label(out, edge);
        buf_puts(out, ", ");
    }
    put_style(out, edge);
}

static void put_edges(struct buf *out, const struct flow *flow)
{
    buf_puts(out, flow->edge_count > 0 ? "\n" : "");
    for (size_t i = 0; i < flow->edge_count; i++) {
        put_edge(out, flow, &flow->edges[i]);
    }
}

static void put_row(struct buf *out, const char *colour, const char *sample, const char *title)
{
    buf_printf(out,
            "        <tr><td align=\"right\"><font color=\"%s\">%s</font></td>"
            "<td align=\"left\">%s</td></tr>\n",
            colour, sample, title);
}

/* Explains the lines that are there. */
static void put_legend(struct buf *out, const struct flow *flow)
{
    if (flow->edge_count == 0) {
        return;
    }
    buf_puts(out, "\n    \"legend\" [shape=plaintext, style=\"\", fontsize=10, "
                  "fontcolor=\"#1c2430\", label=<\n"
                  "        <table border=\"1\" color=\"#c3cad4\" style=\"rounded\" "
                  "cellborder=\"0\" cellspacing=\"1\" cellpadding=\"2\">\n");
    for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
        if (flow_has(flow, kind)) {
            put_row(out, kinds[kind].colour, kinds[kind].sample, kinds[kind].title);
        }
    }
    if (flow_has_supervised(flow)) {
        put_row(out, kinds[FLOW_CHILD].colour, "\u25c6", "supervises");
    }
    if (flow_has_throttled(flow)) {
        put_row(out, kinds[FLOW_TELL].colour, "\u2500\u2502\u2192", "waits while it is full");
    }
    buf_puts(out, "        </table>>]\n");
}

void flow_print_dot(const struct flow *flow, const char *title, struct buf *out)
{
    put_title(out, title);
    put_nodes(out, flow);
    put_edges(out, flow);
    put_legend(out, flow);
    buf_puts(out, "}\n");
}
