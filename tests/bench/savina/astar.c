/* SPDX-License-Identifier: MIT */
/*
 * astar.c - Savina's guided search in a grid of SIZE x SIZE x SIZE nodes. Workers share who was reached from
 * where; whoever writes that first has the node. A worker takes 1,024 nodes and gives back what is open then.
 */
#include "astar.actor.h"
#include "savina.h"

#include <stdatomic.h>

enum { SIDE = 30, SIDE_MAX = 256, THRESHOLD = 1024, STEP_WORK = 100, EDGES = 6 };

static const uint64_t SEED = 123456;

struct grid {
    uint32_t side;
    uint32_t nodes;
    uint8_t *edges;          /* of each node, a bit for each direction */
    _Atomic uint32_t *reach; /* 1 + the node that it was reached from; 0 = not yet */
};

/* Returns the node in direction 0 … 5: one further on one axis or two; the node itself at the end of the grid. */
static uint32_t neighbour(const struct grid *g, uint32_t node, uint32_t direction)
{
    uint32_t axes = direction + 1;
    uint32_t i = node / g->side / g->side + (axes >> 2 & 1);
    uint32_t j = node / g->side % g->side + (axes >> 1 & 1);
    uint32_t k = node % g->side + (axes & 1);
    uint32_t last = g->side - 1;
    i = i > last ? last : i;
    j = j > last ? last : j;
    k = k > last ? last : k;
    return (i * g->side + j) * g->side + k;
}

static bool has_edge(const struct grid *g, uint32_t node, uint32_t direction)
{
    return g->edges[node] >> direction & 1 && neighbour(g, node, direction) != node;
}

/* Returns the node at four fifths of each axis. */
static uint32_t target_of(const struct grid *g)
{
    uint32_t at = g->side * 4 / 5;
    return (at * g->side + at) * g->side + at;
}

/* Takes a node for who has come from `from`; false if another one has it. */
static bool reach(const struct grid *g, uint32_t node, uint32_t from)
{
    uint32_t nobody = 0;
    return atomic_compare_exchange_strong(&g->reach[node], &nobody, from + 1);
}

/* ---- Worker --------------------------------------------------------------------------- */

struct astar_worker {
    const struct grid *grid;
    uint64_t work;
    uint32_t *queue;
};
ACTOR_STATE(astar_worker);

actor_result astar_worker_at_start(astar_worker *self, const astar_worker_args *args)
{
    self->grid = args->grid;
    self->queue = malloc((THRESHOLD * EDGES + 1) * sizeof *self->queue);
    if (self->queue == NULL || actor_own(self, self->queue, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    return ACTOR_CONTINUE;
}

/* Puts the neighbours of a node that nobody has into the queue; returns whether the target is among them. */
static bool expand(astar_worker *self, uint32_t node, size_t *count)
{
    const struct grid *g = self->grid;
    for (uint32_t direction = 0; direction < EDGES; direction++) {
        uint32_t next = neighbour(g, node, direction);
        if (!has_edge(g, node, direction) || !reach(g, next, node)) {
            continue;
        }
        if (next == target_of(g)) {
            return true;
        }
        self->queue[(*count)++] = next;
    }
    return false;
}

actor_result astar_worker_on_search(
        astar_worker *self, const astar_search *msg, astar_search_call call)
{
    size_t first = 0;
    size_t count = 0;
    self->queue[count++] = msg->node;
    while (first < count && first < THRESHOLD) {
        self->work += savina_work(STEP_WORK);
        if (expand(self, self->queue[first++], &count)) {
            astar_search_answer_found(call, NULL);
            return ACTOR_CONTINUE;
        }
    }
    astar_search_answer_frontier(
            call, &(astar_frontier){ .nodes = { self->queue + first, count - first } });
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct astar_master {
    uint32_t waiting; /* for so many workers */
    bool has_found;
};
ACTOR_STATE(astar_master);

static void search(astar_master *self, astar_run_call call, uint32_t node)
{
    self->waiting++;
    astar_master_ask_search(
            self, call, astar_master_child_workers(self), &(astar_search){ .node = node });
}

actor_result astar_master_on_run(astar_master *self, const astar_run *msg, astar_run_call call)
{
    (void)msg;
    search(self, call, 0);
    return ACTOR_CONTINUE;
}

actor_result astar_master_got_search(
        astar_master *self, const astar_search_reply *reply, astar_run_call call)
{
    self->waiting--;
    switch (reply->kind) {
    case ASTAR_SEARCH_REPLY_FOUND: self->has_found = true; break;
    case ASTAR_SEARCH_REPLY_FRONTIER:
        for (size_t i = 0; i < reply->frontier.nodes.count && !self->has_found; i++) {
            search(self, call, reply->frontier.nodes.items[i]);
        }
        break;
    case ASTAR_SEARCH_REPLY_ERROR: astar_run_fail(call, reply->error); return ACTOR_CONTINUE;
    }
    if (self->waiting == 0) {
        astar_run_answer_finished(call, &(astar_finished){ .has_found = self->has_found });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Each node has each edge with one half, and at least one. */
static void fill(const struct savina *s, struct grid *g)
{
    uint64_t random = SEED;
    g->side = s->size;
    g->nodes = g->side * g->side * g->side;
    g->edges = malloc(g->nodes);
    g->reach = calloc(g->nodes, sizeof *g->reach);
    if (g->edges == NULL || g->reach == NULL) {
        savina_check(s, "begin", ACTOR_ERR_NO_MEMORY);
    }
    for (uint32_t node = 0; node < g->nodes; node++) {
        uint32_t edges = savina_below(&random, 1 << EDGES);
        g->edges[node] = (uint8_t)(edges == 0 ? 1 << (EDGES - 1) : edges);
    }
    (void)reach(g, 0, 0);
}

/* Finds the nodes that can be reached, each after those that lead to it, since edges only lead on. */
static bool *reachable(const struct savina *s, const struct grid *g)
{
    bool *is_reachable = calloc(g->nodes, sizeof *is_reachable);
    savina_check(s, "check", is_reachable == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_OK);
    is_reachable[0] = true;
    for (uint32_t node = 0; node < g->nodes; node++) {
        for (uint32_t direction = 0; is_reachable[node] && direction < EDGES; direction++) {
            if (has_edge(g, node, direction)) {
                is_reachable[neighbour(g, node, direction)] = true;
            }
        }
    }
    return is_reachable;
}

static bool is_step(const struct grid *g, uint32_t from, uint32_t to)
{
    for (uint32_t direction = 0; direction < EDGES; direction++) {
        if (has_edge(g, from, direction) && neighbour(g, from, direction) == to) {
            return true;
        }
    }
    return false;
}

/* What was reached was reached by an edge, from what was reached; and the target, if it could be. */
static void check_search(const struct savina *s, const struct grid *g, bool has_found)
{
    bool *is_reachable = reachable(s, g);
    uint32_t reached = 0;
    uint32_t could_be = 0;
    for (uint32_t node = 0; node < g->nodes; node++) {
        uint32_t from = atomic_load(&g->reach[node]);
        could_be += is_reachable[node] ? 1 : 0;
        if (from == 0) {
            continue;
        }
        reached++;
        savina_expect(s, "a node can be reached", 1, is_reachable[node]);
        savina_expect(s, "its step begins where somebody was", 1, g->reach[from - 1] != 0);
        savina_expect(s, "its step is an edge", 1, node == 0 || is_step(g, from - 1, node));
    }
    savina_expect(s, "target found", is_reachable[target_of(g)], has_found);
    savina_expect(s, "target reached", has_found, g->reach[target_of(g)] != 0);
    if (!has_found) {
        savina_expect(s, "nodes reached", could_be, reached);
    }
    free(is_reachable);
}

int main(int argc, char **argv)
{
    struct grid grid;
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "astar", .size = SIDE, .min = 2, .max = SIDE_MAX });
    astar_master_ref master;
    astar_run_reply *reply = NULL;
    fill(&s, &grid);
    savina_start_clock(&s);
    savina_check(&s, "start",
            astar_master_start(s.system, &(astar_master_args){ .grid = &grid }, &master));
    savina_check(&s, "search",
            astar_master_ask_run(
                    s.system, master, NULL, actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_stop(&s);
    check_search(&s, &grid, reply->finished.has_found);
    actor_reply_free(reply);
    free(grid.edges);
    free((void *)grid.reach);
    return savina_close(&s);
}
