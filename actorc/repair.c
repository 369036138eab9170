/* SPDX-License-Identifier: MIT */
/*
 * repair.c - see repair.h.
 */
#include "repair.h"

#include <string.h>

/* A change is believed if that many tokens behind the unexpected one follow well. */
enum { CONVINCING = 4 };

/* What speaks against a change, beside what speaks against its token. */
enum {
    COST_DELETE = 12,
    COST_DELETE_DOUBLE = 4,
    COST_DELETE_BRACE = 28,
    COST_REPLACE = 6,
    COST_REPLACE_OTHER_KIND = 12,
    COST_SWAP = 15,
    COST_EARLIER = 9
};

struct search {
    const struct repair_problem *problem;
    struct repair best;
    size_t best_reach;
    unsigned best_cost;
};

/* Of a change that leaves `edited` from position `at` on, of which `shift` more than before. */
static void consider(struct search *search, struct repair repair, const int *edited,
        size_t count, int shift, unsigned cost)
{
    const struct repair_problem *p = search->problem;
    size_t at = repair.earlier ? 0 : 1;
    const struct repair_stack *stack = repair.earlier ? &p->before_previous : &p->before;
    int reach = (int)(at + p->reach(stack, edited, count)) - shift;
    if (reach <= 1) {
        return;
    }
    size_t reached = (size_t)reach;
    bool convinces = reached >= 2 + CONVINCING || (reached == p->count && p->complete);
    cost += repair.earlier ? COST_EARLIER : 0;
    if (convinces && (reached > search->best_reach ||
                             (reached == search->best_reach && cost < search->best_cost))) {
        search->best = repair;
        search->best_reach = reached;
        search->best_cost = cost;
    }
}

static bool is_word(const struct repair_problem *p, int token)
{
    for (size_t i = 0; i < p->vocabulary_count; i++) {
        if (p->vocabulary[i].token == token) {
            return p->vocabulary[i].is_word;
        }
    }
    return false;
}

static void try_delete(struct search *search, size_t at)
{
    const struct repair_problem *p = search->problem;
    int old = p->tokens[at];
    bool is_double = at == 1 && old == p->tokens[0];
    unsigned cost = old == '{' || old == '}' ? COST_DELETE_BRACE
                    : is_double              ? COST_DELETE_DOUBLE
                                             : COST_DELETE;
    struct repair repair = { REPAIR_DELETE, at == 0, 0 };
    consider(search, repair, p->tokens + at + 1, p->count - at - 1, -1, cost);
}

static void try_swap(struct search *search, size_t at)
{
    const struct repair_problem *p = search->problem;
    int edited[REPAIR_AHEAD_MAX];
    size_t count = p->count - at;
    if (count < 2 || p->tokens[at] == p->tokens[at + 1] ||
            (p->complete && at + 2 == p->count)) {
        return;
    }
    memcpy(edited, p->tokens + at, count * sizeof *edited);
    edited[0] = p->tokens[at + 1];
    edited[1] = p->tokens[at];
    consider(search, (struct repair){ REPAIR_SWAP, at == 0, 0 }, edited, count, 0, COST_SWAP);
}

static void try_tokens(struct search *search, size_t at)
{
    const struct repair_problem *p = search->problem;
    int edited[REPAIR_AHEAD_MAX + 1];
    size_t count = p->count - at;
    bool old_is_word = is_word(p, p->tokens[at]);
    bool at_end = p->complete && at + 1 == p->count;
    memcpy(edited + 1, p->tokens + at, count * sizeof *edited);
    for (size_t i = 0; i < p->vocabulary_count; i++) {
        const struct repair_token *new = &p->vocabulary[i];
        edited[0] = new->token;
        struct repair insert = { REPAIR_INSERT, at == 0, new->token };
        consider(search, insert, edited, count + 1, 1, new->cost);
        if (at_end || new->token == p->tokens[at]) {
            continue;
        }
        int kept = edited[1];
        edited[1] = new->token;
        struct repair replace = { REPAIR_REPLACE, at == 0, new->token };
        unsigned cost = new->cost +
                        (new->is_word == old_is_word ? COST_REPLACE : COST_REPLACE_OTHER_KIND);
        consider(search, replace, edited + 1, count, 0, cost);
        edited[1] = kept;
    }
}

struct repair repair_find(const struct repair_problem *problem)
{
    struct search search = { .problem = problem };
    for (size_t at = 0; at < 2 && problem->count >= 2; at++) {
        const struct repair_stack *stack =
                at == 0 ? &problem->before_previous : &problem->before;
        if (stack->depth == 0) {
            continue;
        }
        bool at_end = problem->complete && at + 1 == problem->count;
        if (!at_end) {
            try_delete(&search, at);
            try_swap(&search, at);
        }
        try_tokens(&search, at);
    }
    return search.best;
}
