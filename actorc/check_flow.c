/* SPDX-License-Identifier: MIT */
/*
 * check_flow.c - see check_flow.h.
 */
#include "check_flow.h"

#include "graph.h"
#include "map.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- Deadlines -------------------------------------------------------------------------- */

/* Returns the duration as it is written in schemas. */
static const char *duration_text(struct diags *diags, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *unit;
    } units[] = { { INT64_C(3600000000000), "h" }, { INT64_C(60000000000), "m" },
        { INT64_C(1000000000), "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
    size_t i = 0;
    while (ns % units[i].ns != 0) {
        i++;
    }
    return arena_printf(diags->arena, "%" PRId64 "%s", ns / units[i].ns, units[i].unit);
}

/* Finds for each handler the ask that waits longest for it. */
static void find_longest(const struct model *model, struct map *longest)
{
    for (const struct actor *actor = model->actors; actor != NULL; actor = actor->next) {
        for (struct ask *ask = actor->asks; ask != NULL; ask = ask->next) {
            const struct ask *before = map_add(longest, map_key(ask->handler), ask);
            if (before != NULL && before->within_ns < ask->within_ns) {
                map_set(longest, map_key(ask->handler), ask);
            }
        }
    }
}

/* Nobody waits for an answer that comes later than the one it is needed for. */
static void check_deadlines(const struct model *model, struct diags *diags)
{
    struct map longest = { 0 };
    find_longest(model, &longest);
    for (const struct actor *actor = model->actors; actor != NULL; actor = actor->next) {
        for (const struct ask *ask = actor->asks; ask != NULL; ask = ask->next) {
            const struct ask *asker =
                    ask_call(ask) == NULL ? NULL : map_get(&longest, map_key(ask->from));
            if (asker == NULL || ask->within_span.hi == 0 ||
                    ask->within_ns <= asker->within_ns) {
                continue;
            }
            const char *text = duration_text(diags, asker->within_ns);
            struct diag *diag = diags_add(diags, DIAG_DEADLINE, ask->within_span,
                    "this ask may take longer than the '%s' it serves, for which nobody waits "
                    "longer than %s",
                    ask_call(ask)->name.schema, text);
            bool is_default = asker->within_span.hi == 0;
            diag_note(diags, diag, is_default ? asker->span : asker->within_span,
                    "the longest wait for '%s' is %s%s", ask_call(ask)->name.schema, text,
                    is_default ? ", the default" : "");
            diag_hint(diags, diag, "write 'within %s' or less", text);
        }
    }
    map_fini(&longest);
}

/* ---- Tells that multiply ----------------------------------------------------------------- */

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
    for (size_t i = 0; i < len; i++) {
        const struct tell *tell = cycle[i]->what;
        diag_note(diags, diag, tell->span, "'%s' causes '%s'", tell->from->message->name.schema,
                tell->handler->message->name.schema);
    }
}

/* A loop of handlers each of which may tell more than once. What is not in the block of a
 * handler says nothing about causes. */
static void check_loops(const struct model *model, struct diags *diags)
{
    struct map nodes = { 0 };
    struct tell **starts = NULL;
    size_t count = 0;
    size_t cap = 0;
    for (const struct actor *actor = model->actors; actor != NULL; actor = actor->next) {
        const struct tell *before = NULL;
        for (struct tell *t = actor->tells; t != NULL; t = t->next) {
            bool is_first = t->from != NULL && (before == NULL || next_in_block(before) != t);
            before = t;
            if (!is_first || next_in_block(t) == NULL) {
                continue;
            }
            if (count == cap) {
                cap = cap == 0 ? 64 : cap * 2;
                starts = base_realloc(starts, cap * sizeof *starts);
            }
            starts[count++] = t;
            map_add(&nodes, map_key(t->from), t);
        }
    }
    struct graph graph = { .node_count = count };
    struct map indices = { 0 };
    for (size_t i = 0; i < count; i++) {
        map_add(&indices, map_key(starts[i]), &starts[i]);
    }
    for (size_t i = 0; i < count; i++) {
        for (const struct tell *t = starts[i]; t != NULL; t = next_in_block(t)) {
            const struct tell *target = map_get(&nodes, map_key(t->handler));
            struct tell **place = target == NULL ? NULL : map_get(&indices, map_key(target));
            if (place != NULL) {
                graph_add(&graph, i, (size_t)(place - starts), t);
            }
        }
    }
    graph_cycles(&graph, report_loop, diags);
    graph_fini(&graph);
    map_fini(&indices);
    map_fini(&nodes);
    free(starts);
}

/* ---- A schema that is the whole program --------------------------------------------------- */

static void mark(struct map *map, const void *thing)
{
    /* The value says no more than that there is one. */
    map_add(map, map_key(thing), map);
}

static void check_closed(const struct model *model, struct diags *diags)
{
    struct map handled = { 0 };
    struct map sent = { 0 };
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        for (const struct handler *h = a->handlers; h != NULL; h = h->next) {
            mark(&handled, h->message);
        }
        for (const struct tell *t = a->tells; t != NULL; t = t->next) {
            mark(&sent, t->handler->message);
        }
        for (const struct timer *t = a->timers; t != NULL; t = t->next) {
            mark(&sent, t->handler->message);
        }
        if (a->fd != NULL) {
            mark(&sent, a->fd->message);
        }
        for (const struct ask *k = a->asks; k != NULL; k = k->next) {
            mark(&sent, k->handler->message);
        }
        /* Somebody outside starts the first, which starts others. */
        if (!a->started && a->children == NULL && a->spawns == NULL) {
            diags_add(diags, DIAG_CLOSED, a->span, "nobody starts '%s'", a->name.schema);
        }
    }
    struct map answers = { 0 };
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        for (const struct answer *a = m->answers; a != NULL; a = a->next) {
            mark(&answers, a->message);
        }
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        if (map_get(&answers, map_key(m)) != NULL) {
            continue;
        }
        if (map_get(&handled, map_key(m)) == NULL) {
            diags_add(diags, DIAG_CLOSED, m->span, "nobody handles '%s'", m->name.schema);
        } else if (map_get(&sent, map_key(m)) == NULL) {
            diags_add(diags, DIAG_CLOSED, m->span, "nobody sends '%s'", m->name.schema);
        }
    }
    map_fini(&answers);
    map_fini(&sent);
    map_fini(&handled);
}

void check_flow(const struct model *model, struct diags *diags)
{
    check_deadlines(model, diags);
    check_loops(model, diags);
    if (diags->enabled[DIAG_CLOSED]) {
        check_closed(model, diags);
    }
}
