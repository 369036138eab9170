/* SPDX-License-Identifier: MIT */
/*
 * doc_flow.c - see doc_flow.h.
 */
#include "doc_flow.h"

#include "doc_svg.h"

#include <stdlib.h>
#include <string.h>

/* ---- The flow graph --------------------------------------------------------------------- */

static const char *const *item_lines(struct doc *doc, const struct flow_edge *edge)
{
    size_t count = 0;
    for (const struct flow_item *i = edge->items; i != NULL; i = i->next) {
        count++;
    }
    const char **lines = arena_alloc(doc->arena, (count + 1) * sizeof *lines);
    size_t used = 0;
    for (const struct flow_item *i = edge->items; i != NULL; i = i->next) {
        lines[used++] =
                i->note == NULL ? i->name : arena_printf(doc->arena, "%s %s", i->name, i->note);
    }
    return lines;
}

static void put_legend(struct doc *doc, const struct flow *flow)
{
    static const struct {
        enum flow_kind kind;
        const char *text;
    } rows[] = {
        { FLOW_CHILD, "child" },
        { FLOW_SPAWN, "spawns" },
        { FLOW_ASK, "asks" },
        { FLOW_EXCLUSIVE, "asks exclusively" },
        { FLOW_ANSWER, "answers" },
        { FLOW_TELL, "tells" },
        { FLOW_DELEGATE, "delegates" },
        { FLOW_TIMER, "timer" },
        { FLOW_FD, "file descriptors" },
        { FLOW_WATCH, "watches" },
    };
    doc_raw(doc, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = flow_kinds[rows[i].kind].name;
        if (!flow_has(flow, rows[i].kind)) {
            continue;
        }
        doc_printf(doc,
                "<li><svg width=\"38\" height=\"12\" aria-hidden=\"true\">"
                "<g class=\"edge %s\"><path d=\"M1 6H37\"",
                name);
        if (rows[i].kind != FLOW_CHILD && rows[i].kind != FLOW_SPAWN) {
            doc_printf(doc, " marker-end=\"url(#flow.%s)\"", name);
        }
        doc_raw(doc, "/>");
        doc_raw(doc,
                rows[i].kind == FLOW_DELEGATE
                        ? "<circle class=\"dot\" cx=\"4\" cy=\"6\" r=\"3.5\"/>"
                : rows[i].kind == FLOW_FD
                        ? "<rect class=\"dot\" x=\"1\" y=\"2.5\" width=\"7\" height=\"7\"/>"
                        : "");
        doc_printf(doc, "</g></svg> %s</li>\n", rows[i].text);
    }
    if (flow_has_supervised(flow)) {
        doc_raw(doc, "<li><svg width=\"18\" height=\"12\" aria-hidden=\"true\"><g class=\"edge "
                     "child\"><path class=\"diamond\" d=\"M1 6l7 -4l7 4l-7 4z\"/></g></svg> "
                     "supervises</li>\n");
    }
    if (flow_has_throttled(flow)) {
        doc_raw(doc, "<li><svg width=\"18\" height=\"12\" aria-hidden=\"true\"><g class=\"edge "
                     "tell\"><path d=\"M1 6H17M10 1V11\"/></g></svg> waits while it is "
                     "full</li>\n");
    }
    doc_raw(doc, "</ul>\n");
}

static void draw_flow(struct doc *doc, const struct flow *flow, struct draw *draw)
{
    struct doc_svg_node *nodes =
            arena_alloc(doc->arena, (flow->node_count + 1) * sizeof *nodes);
    struct doc_svg_edge *edges =
            arena_alloc(doc->arena, (flow->edge_count + 1) * sizeof *edges);
    for (size_t i = 0; i < flow->node_count; i++) {
        const struct actor *actor = flow->nodes[i].actor;
        bool is_here = actor != NULL && flow->nodes[i].model == doc->model;
        nodes[i].class = actor == NULL ? "box outside" : actor->dedicated ? "box own" : "box";
        nodes[i].title = actor == NULL ? "outside"
                         : is_here     ? actor->name.schema
                                       : flow->nodes[i].id;
        nodes[i].lines = actor == NULL ? NULL : flow_facts(doc->arena, actor);
        nodes[i].href = actor == NULL ? NULL
                                      : doc_address(doc, "actor", flow->nodes[i].model,
                                                actor->name.schema);
        doc_svg_measure_node(&nodes[i], &draw->nodes[i]);
    }
    for (size_t i = 0; i < flow->edge_count; i++) {
        const struct flow_edge *edge = &flow->edges[i];
        bool says_itself = edge->kind == FLOW_SPAWN || edge->kind == FLOW_WATCH;
        edges[i] = (struct doc_svg_edge){ flow_kinds[edge->kind].name,
            says_itself ? NULL : item_lines(doc, edge), edge->supervised, edge->throttled };
        draw->edges[i].from = edge->from;
        draw->edges[i].to = edge->to;
        draw->edges[i].points_up = edge->kind == FLOW_ANSWER;
        doc_svg_measure_edge(&edges[i], &draw->edges[i]);
    }
    draw_layout(draw);
    doc_svg(doc, "flow", "Who may send what to whom", draw, nodes, edges);
}

void doc_flow(struct doc *doc, const struct flow *flow)
{
    struct draw draw = {
        .arena = doc->arena, .node_count = flow->node_count, .edge_count = flow->edge_count
    };
    if (!draw_fits(&draw)) {
        doc_printf(doc,
                "<p class=\"note\">With %zu actors and %zu relations the graph is too large to "
                "be of use here; <code>actorc graph</code> prints it for other tools.</p>\n",
                flow->node_count, flow->edge_count);
        return;
    }
    draw.nodes = arena_alloc(doc->arena, (draw.node_count + 1) * sizeof *draw.nodes);
    draw.edges = arena_alloc(doc->arena, (draw.edge_count + 1) * sizeof *draw.edges);
    draw_flow(doc, flow, &draw);
    put_legend(doc, flow);
}

/* ---- Modes ------------------------------------------------------------------------------ */

/* The machine: its nodes are the modes, behind them "any mode" if a handler of all modes becomes
 * something, and the dot at which it begins. */
struct machine {
    struct doc *doc;
    const struct actor *actor;
    struct draw draw;
    struct doc_svg_node *nodes;
    struct doc_svg_edge *edges;
};

/* Adds a message to the label of the edge, which is made if there is none. */
static void add_transition(struct machine *machine, size_t from, size_t to, const char *message)
{
    struct draw *draw = &machine->draw;
    for (size_t i = 0; i < draw->edge_count; i++) {
        if (draw->edges[i].from == from && draw->edges[i].to == to) {
            const char **lines = (const char **)machine->edges[i].lines;
            size_t count = 0;
            while (lines[count] != NULL) {
                count++;
            }
            const char **longer =
                    arena_alloc(machine->doc->arena, (count + 2) * sizeof *longer);
            memcpy(longer, lines, count * sizeof *longer);
            longer[count] = message;
            machine->edges[i].lines = longer;
            return;
        }
    }
    const char **lines = arena_alloc(machine->doc->arena, 2 * sizeof *lines);
    lines[0] = message;
    machine->edges[draw->edge_count] =
            (struct doc_svg_edge){ .class = "become", .lines = lines };
    draw->edges[draw->edge_count] = (struct draw_edge){ .from = from, .to = to };
    draw->edge_count++;
}

static size_t count_becomes(const struct become *becomes)
{
    size_t count = 0;
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        count++;
    }
    return count;
}

static size_t count_transitions(const struct actor *actor, bool *ret_any)
{
    size_t count = 0;
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        count += count_becomes(h->becomes);
    }
    *ret_any = count > 0;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            count += count_becomes(e->becomes);
        }
    }
    return count;
}

/* "keeps Item", a line for each message that the mode stashes. */
static const char *const *stash_lines(struct doc *doc, const struct mode *mode)
{
    size_t count = 0;
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        count += e->stash;
    }
    const char **lines = arena_alloc(doc->arena, (count + 1) * sizeof *lines);
    count = 0;
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (e->stash) {
            lines[count++] = arena_printf(doc->arena, "stashes %s", e->message->name.schema);
        }
    }
    return lines;
}

static void add_modes(struct machine *machine, bool has_any)
{
    struct doc *doc = machine->doc;
    const struct actor *actor = machine->actor;
    size_t any = 1;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        machine->nodes[m->index + 1] = (struct doc_svg_node){ .title = m->schema,
            .class = "box",
            .lines = stash_lines(doc, m),
            .href = arena_printf(
                    doc->arena, "#actor-%s.mode.%s", actor->name.schema, m->schema) };
        any++;
    }
    machine->nodes[0] = (struct doc_svg_node){ .class = "begin" };
    machine->draw.node_count = any;
    if (has_any) {
        machine->nodes[any] =
                (struct doc_svg_node){ .title = "any mode", .class = "box outside" };
        machine->draw.node_count++;
    }
    machine->edges[0] = (struct doc_svg_edge){ .class = "become" };
    machine->draw.edges[0] = (struct draw_edge){ .from = 0, .to = 1 };
    machine->draw.edge_count = 1;
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        for (const struct become *b = h->becomes; b != NULL; b = b->next) {
            add_transition(machine, any, b->mode->index + 1, h->message->name.schema);
        }
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            for (const struct become *b = e->becomes; b != NULL; b = b->next) {
                add_transition(
                        machine, m->index + 1, b->mode->index + 1, e->message->name.schema);
            }
        }
    }
}

void doc_modes(struct doc *doc, const struct actor *actor)
{
    if (actor->modes == NULL) {
        return;
    }
    bool has_any = false;
    size_t edges = count_transitions(actor, &has_any) + 1;
    size_t nodes = (size_t)actor->mode_count + 2;
    struct machine machine = { .doc = doc, .actor = actor, .draw = { .arena = doc->arena } };
    machine.nodes = arena_alloc(doc->arena, nodes * sizeof *machine.nodes);
    machine.edges = arena_alloc(doc->arena, edges * sizeof *machine.edges);
    machine.draw.nodes = arena_alloc(doc->arena, nodes * sizeof *machine.draw.nodes);
    machine.draw.edges = arena_alloc(doc->arena, edges * sizeof *machine.draw.edges);
    add_modes(&machine, has_any);
    if (!draw_fits(&machine.draw)) {
        return;
    }
    for (size_t i = 0; i < machine.draw.node_count; i++) {
        doc_svg_measure_node(&machine.nodes[i], &machine.draw.nodes[i]);
    }
    for (size_t i = 0; i < machine.draw.edge_count; i++) {
        doc_svg_measure_edge(&machine.edges[i], &machine.draw.edges[i]);
    }
    draw_layout(&machine.draw);
    const char *name = arena_printf(doc->arena, "modes.%s", actor->name.schema);
    doc_svg(doc, name, arena_printf(doc->arena, "The modes of %s", actor->name.schema),
            &machine.draw, machine.nodes, machine.edges);
}
