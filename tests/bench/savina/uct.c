/* SPDX-License-Identifier: MIT */
/*
 * uct.c - an unbalanced tree of actors. Each node asks the root whether it may have ten children; when all have
 * asked, the tree is traversed. Who gets what depends on who asks first, but not how much of it there is. SIZE:
 * nodes at most.
 */
#include "savina.h"
#include "uct.actor.h"

enum {
    NODES = 200000,
    NODES_MAX = 10000000,
    WORK = 500,
    WORK_DEVIATION = 100,
    WORK_OF_TRYING = 100,
    URGENT_IN_100 = 50
};

static const uint64_t SEED = 2;

/* Returns a random amount of work, about as a normal distribution has it: from the sum of twelve numbers. */
static uint32_t next_work(uint64_t *random)
{
    int32_t sum = 0;
    for (int i = 0; i < 12; i++) {
        sum += (int32_t)savina_below(random, WORK_DEVIATION);
    }
    sum += WORK - 6 * WORK_DEVIATION;
    return sum < 1 ? 1 : (uint32_t)sum;
}

/* Decides about the next request; false if it is denied. */
static bool next_grant(uint64_t *random, uct_granted *ret_grant)
{
    if (savina_below(random, 2) == 0) {
        return false;
    }
    *ret_grant = (uct_granted){ .work = next_work(random) };
    ret_grant->has_urgent_child = savina_below(random, 100) < URGENT_IN_100;
    ret_grant->urgent_child =
            ret_grant->has_urgent_child ? savina_below(random, UCT_CHILDREN) : 0;
    return true;
}

/* ---- Node ----------------------------------------------------------------------------- */

struct uct_node {
    uct_root_ref root;
    uint32_t height;
    uint32_t work;
    uint32_t urgent_child; /* UCT_CHILDREN if none is */
    uint32_t child_count;
    uint64_t done;
    uct_node_ref children[UCT_CHILDREN];
};
ACTOR_STATE(uct_node);

actor_result uct_node_at_start(uct_node *self, const uct_node_args *args)
{
    self->root = args->root;
    self->height = args->height;
    self->work = args->work;
    return ACTOR_CONTINUE;
}

actor_result uct_node_on_try_to_grow(uct_node *self, const uct_try_to_grow *msg)
{
    (void)msg;
    self->done += savina_work(WORK_OF_TRYING);
    uct_node_ask_may_grow(self, self->root, &(uct_may_grow){ .height = self->height });
    return ACTOR_CONTINUE;
}

static actor_err grow(uct_node *self, const uct_granted *grant)
{
    uct_node_args args = {
        .root = self->root, .height = self->height + 1, .work = grant->work
    };
    self->urgent_child = grant->has_urgent_child ? grant->urgent_child : UCT_CHILDREN;
    for (; self->child_count < UCT_CHILDREN; self->child_count++) {
        uct_node_ref *child = &self->children[self->child_count];
        actor_err err = uct_node_spawn_node(self, &args, child);
        if (err != ACTOR_OK) {
            return err;
        }
        uct_node_tell_node_try_to_grow(self, *child, NULL);
    }
    return ACTOR_OK;
}

actor_result uct_node_got_may_grow(uct_node *self, const uct_may_grow_reply *reply)
{
    actor_err err = reply->kind == UCT_MAY_GROW_REPLY_ERROR ? reply->error : ACTOR_OK;
    if (reply->kind == UCT_MAY_GROW_REPLY_GRANTED) {
        err = grow(self, &reply->granted);
    }
    return err == ACTOR_OK ? ACTOR_CONTINUE : actor_fail(self, "%s", actor_err_text(err));
}

static actor_result traverse(uct_node *self)
{
    self->done += savina_work(self->work);
    for (uint32_t i = 0; i < self->child_count; i++) {
        if (i == self->urgent_child) {
            uct_node_tell_node_traverse_urgently(self, self->children[i], NULL);
        } else {
            uct_node_tell_node_traverse(self, self->children[i], NULL);
        }
    }
    uct_node_tell_root_visited(self, self->root, &(uct_visited){ .work = self->work });
    return ACTOR_CONTINUE;
}

actor_result uct_node_on_traverse(uct_node *self, const uct_traverse *msg)
{
    (void)msg;
    return traverse(self);
}

actor_result uct_node_on_traverse_urgently(uct_node *self, const uct_traverse_urgently *msg)
{
    (void)msg;
    return traverse(self);
}

/* ---- Root ----------------------------------------------------------------------------- */

struct uct_root {
    uint64_t random;
    uint32_t max;
    uint32_t asked; /* nodes that have asked whether they may grow */
    uct_run_call call;
    uct_tree tree; /* the root is one of its nodes, and is not visited */
    uct_node_ref children[UCT_CHILDREN];
};
ACTOR_STATE(uct_root);

actor_result uct_root_on_run(uct_root *self, const uct_run *msg, uct_run_call call)
{
    uct_node_args args = { .root = uct_root_self(self), .height = 2 };
    self->call = call;
    uct_run_keep(call);
    self->random = SEED;
    self->max = msg->nodes;
    self->tree.nodes = 1 + UCT_CHILDREN;
    args.work = next_work(&self->random);
    for (uint32_t i = 0; i < UCT_CHILDREN; i++) {
        if (uct_root_spawn_node(self, &args, &self->children[i]) != ACTOR_OK) {
            return actor_fail(self, "no node");
        }
        uct_root_tell_node_try_to_grow(self, self->children[i], NULL);
    }
    return ACTOR_CONTINUE;
}

actor_result uct_root_on_may_grow(
        uct_root *self, const uct_may_grow *msg, uct_may_grow_call call)
{
    uct_granted grant;
    uct_tree *tree = &self->tree;
    tree->height = msg->height > tree->height ? msg->height : tree->height;
    if (tree->nodes + UCT_CHILDREN <= self->max && next_grant(&self->random, &grant)) {
        tree->nodes += UCT_CHILDREN;
        uct_may_grow_answer_granted(call, &grant);
    } else {
        uct_may_grow_answer_denied(call, NULL);
    }
    if (++self->asked == tree->nodes - 1) {
        for (uint32_t i = 0; i < UCT_CHILDREN; i++) {
            uct_root_tell_node_traverse(self, self->children[i], NULL);
        }
    }
    return ACTOR_CONTINUE;
}

actor_result uct_root_on_visited(uct_root *self, const uct_visited *msg)
{
    uct_tree *tree = &self->tree;
    tree->work += msg->work;
    if (++tree->visited == tree->nodes - 1) {
        uct_run_answer_tree(self->call, tree);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Decides about all requests as the root does, without a tree. */
static uct_tree expected_tree(uint32_t max)
{
    uint64_t random = SEED;
    uct_tree tree = { .nodes = 1 + UCT_CHILDREN };
    tree.work = UCT_CHILDREN * (uint64_t)next_work(&random);
    for (uint32_t asked = 0; asked < tree.nodes - 1; asked++) {
        uct_granted grant;
        if (tree.nodes + UCT_CHILDREN <= max && next_grant(&random, &grant)) {
            tree.nodes += UCT_CHILDREN;
            tree.work += UCT_CHILDREN * (uint64_t)grant.work;
        }
    }
    tree.visited = tree.nodes - 1;
    return tree;
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "uct", .size = NODES, .max = NODES_MAX });
    uct_root_ref root;
    uct_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", uct_root_start(s.system, &root));
    savina_check(&s, "grow",
            uct_root_ask_run(s.system, root, &(uct_run){ .nodes = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    uct_tree expected = expected_tree(s.size);
    savina_expect(&s, "nodes", expected.nodes, reply->tree.nodes);
    savina_expect(&s, "nodes visited", expected.visited, reply->tree.visited);
    savina_expect(&s, "work", expected.work, reply->tree.work);
    savina_expect(&s, "actors", expected.nodes, actor_system_actors(s.system));
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
