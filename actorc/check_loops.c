/* SPDX-License-Identifier: MIT */
/*
 * check_loops.c - see check_loops.h.
 *
 * Only tells in the blocks of handlers say what causes what. A message that modes handle differently
 * is as many nodes as it has blocks with two tells or more, each of which may be where it ends up.
 */
#include "check_loops.h"

#include "graph.h"
#include "map.h"

#include <stdlib.h>

/* The tells of one handler, in one mode; at least two. */
struct told {
    const struct tell *first;
    struct told *next_of_class; /* of the same message in another mode */
    size_t index;
};

static const struct tell *next_in_block(const struct tell *tell)
{
    const struct tell *next = tell->next;
    return next != NULL && next->from == tell->from && next->mode == tell->mode ? next : NULL;
}

static void report_loop(void *context, const struct graph_edge *const *cycle, size_t len)
{
    struct diags *diags = context;
    const struct tell *first = cycle[0]->what;
    struct diag *diag = diags_add(diags, DIAG_TELL_LOOP, first->span,
            "these tells may multiply without end: each message causes more than one other");
    const struct tell *before = cycle[len - 1]->what;
    for (size_t i = 0; i < len; i++) {
        const struct tell *tell = cycle[i]->what;
        diag_note(diags, diag, tell->span,
                "'%s' handles '%s' by telling '%s.%s' here, and more",
                before->target->name.schema, tell->from->message->name.schema,
                tell->target->name.schema, tell->handler->message->name.schema);
        before = tell;
    }
    diag_hint(diags, diag,
            "leave out all but one tell in one of these blocks, or turn the "
            "warning off with -Wno-tell-loop");
}

/* Returns the blocks in the order of the schema, and for each class of messages its own. */
static struct told *find_blocks(
        const struct model *model, size_t *ret_count, struct map *by_class)
{
    size_t tells = 0;
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        for (const struct tell *t = a->tells; t != NULL; t = t->next) {
            tells++;
        }
    }
    struct told *blocks = base_alloc(tells * sizeof *blocks);
    size_t count = 0;
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        const struct tell *before = NULL;
        for (const struct tell *t = a->tells; t != NULL; before = t, t = t->next) {
            bool is_first = t->from != NULL && (before == NULL || next_in_block(before) != t);
            if (is_first && next_in_block(t) != NULL) {
                struct told *block = &blocks[count];
                *block = (struct told){ t, map_get(by_class, map_key(t->from)), count };
                map_set(by_class, map_key(t->from), block);
                count++;
            }
        }
    }
    *ret_count = count;
    return blocks;
}

void check_loops(const struct model *model, struct diags *diags)
{
    struct map by_class = { 0 };
    struct graph graph = { 0 };
    struct told *blocks = find_blocks(model, &graph.node_count, &by_class);
    for (size_t i = 0; i < graph.node_count; i++) {
        for (const struct tell *t = blocks[i].first; t != NULL; t = next_in_block(t)) {
            const struct told *to = map_get(&by_class, map_key(t->handler));
            for (; to != NULL; to = to->next_of_class) {
                graph_add(&graph, i, to->index, t);
            }
        }
    }
    graph_cycles(&graph, report_loop, diags);
    graph_fini(&graph);
    map_fini(&by_class);
    free(blocks);
}
