/* SPDX-License-Identifier: MIT */
/*
 * flow.h - who may send what to whom, as a graph: the actors of some models, and between them one
 * edge for each kind of relation, with the messages on it. Nodes are in the order of the schemas,
 * edges in the order of their nodes and kinds.
 */
#ifndef FLOW_H
#define FLOW_H

#include "arena.h"
#include "map.h"
#include "model.h"

enum flow_kind {
    FLOW_CHILD,
    FLOW_SPAWN,
    FLOW_ASK,
    FLOW_EXCLUSIVE, /* an ask that lets nothing else in until the reply */
    FLOW_TELL,
    FLOW_ANSWER,
    FLOW_DELEGATE,
    FLOW_TIMER, /* to itself */
    FLOW_FD,    /* likewise */
    FLOW_WATCH,
    FLOW_KIND_COUNT
};

struct flow_kind_entry {
    const char *name;  /* "ask" */
    const char *title; /* for the legend: "ask, waits for an answer" */
};

extern const struct flow_kind_entry flow_kinds[FLOW_KIND_COUNT];

struct flow_node {
    const struct actor *actor; /* NULL: the outside, where no actor is */
    const struct model *model; /* its schema */
    const char *id;            /* "shop.Inventory" */
};

/* A message, a child or an actor on an edge. */
struct flow_item {
    struct flow_item *next;
    const char *name;              /* "BuyProduct", "desk_1" */
    const char *note;              /* "within 2s", or NULL */
    const struct message *message; /* NULL if it is none */
};

struct flow_edge {
    enum flow_kind kind;
    size_t from;
    size_t to;
    bool supervised; /* a child or spawn whose parent has a `supervise` */
    bool throttled;  /* it waits while the mailbox of `to` is full */
    struct flow_item *items;
};

struct flow {
    struct arena *arena;
    struct flow_node *nodes;
    size_t node_count;
    size_t node_cap;
    struct flow_edge *edges;
    size_t edge_count;
    struct map index; /* an actor to its number + 1 */
    size_t outside;   /* the number of the outside; `node_count` if nothing comes from there */
    bool several_schemas; /* the actors are of more than one */
};

/* Makes the graph of the models. What they name of other schemas is in it too. */
void flow_init(struct flow *flow, struct arena *arena, const struct model *const *models,
        size_t model_count);
void flow_fini(struct flow *flow);

/* Says whether no node before is of the same schema. Those of one schema need not stand together. */
bool flow_is_first(const struct flow *flow, size_t number);

/* Says whether the message is on the edge. */
bool flow_carries(const struct flow_edge *edge, const struct message *message);

/* Says whether there are supervised, or throttled, edges. */
bool flow_has_supervised(const struct flow *flow);
bool flow_has_throttled(const struct flow *flow);

/* Says whether there are edges of the kind. */
bool flow_has(const struct flow *flow, enum flow_kind kind);

/* Returns what is said of an actor besides its name, one line for each fact: mailbox, own thread,
 * modes, supervision. It ends with a NULL. */
const char *const *flow_facts(struct arena *arena, const struct actor *actor);

#endif
