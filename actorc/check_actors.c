/* SPDX-License-Identifier: MIT */
/*
 * check_actors.c - see check_actors.h.
 */
#include "check_actors.h"

#include "graph.h"

static void check_args(const struct actor *actor, struct diags *diags)
{
    for (const struct field *f = actor->args.first; f != NULL; f = f->next) {
        if (!actor->on_start && !f->passed_on && !actor->broken) {
            struct diag *diag = diags_add(
                    diags, DIAG_UNREAD, f->span, "nobody reads the argument '%s'", f->schema);
            diag_hint(diags, diag, "write 'on start;' to get it, or pass it on to a child");
        }
        for (const struct child *c = actor->children; c != NULL; c = c->next) {
            if (c->schema == f->schema) {
                struct diag *diag = diags_add(diags, DIAG_DUPLICATE, c->span,
                        "child '%s' has the name of an argument", c->schema);
                diag_note(diags, diag, f->span, "the argument is here");
            }
        }
    }
}

/* Returns the first effect that stands in no block; empty if there is none. */
static struct span first_effect(const struct actor *actor)
{
    struct span first = { 0 };
    const struct span spans[] = {
        actor->asks != NULL ? actor->asks->span : first,
        actor->tells != NULL ? actor->tells->span : first,
        actor->spawns != NULL ? actor->spawns->span : first,
        actor->watches != NULL ? actor->watches->span : first,
    };
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        if (spans[i].hi > 0 && (first.hi == 0 || spans[i].lo < first.lo)) {
            first = spans[i];
        }
    }
    return first;
}

/* Only handlers and hooks send; without any the application writes no code for the actor. */
static void check_effects(const struct actor *actor, struct diags *diags)
{
    bool is_able = actor->handlers != NULL || actor->on_start || actor->on_stop;
    struct span span = first_effect(actor);
    if (is_able || actor->broken || span.hi == 0) {
        return;
    }
    struct diag *diag = diags_add(diags, DIAG_UNUSED_EFFECT, span,
            "'%s' has no handler and no hook that could do this", actor->name.schema);
    diag_hint(diags, diag, "write 'on MESSAGE;' or 'on start;'");
}

static void check_state(const struct actor *actor, struct diags *diags)
{
    if (actor->state != NULL && !actor_acts(actor) && !actor->broken) {
        struct diag *diag = diags_add(diags, DIAG_UNUSED_EFFECT, actor->state_span,
                "'%s' has no handler and no hook that could use its state", actor->name.schema);
        diag_hint(diags, diag, "write 'on MESSAGE;' or 'on start;'");
    }
}

/* Going on is sound only if what the failing handler did to the state is undone. Who has no handlers
 * has no state either, and fails with its children only. */
static void check_resumed(const struct actor *actor, const struct actor *child,
        struct span span, struct diags *diags)
{
    if (child->state != NULL || !actor_acts(child) || child->broken) {
        return;
    }
    struct diag *diag = diags_add(diags, DIAG_RESUME, span,
            "'%s' cannot go on after a failure: its state is not in the schema",
            child->name.schema);
    diag_note(diags, diag, actor->supervise_span, "'%s' resumes its children here",
            actor->name.schema);
    diag_note(diags, diag, child->span, "'%s' is declared here", child->name.schema);
    diag_hint(diags, diag, "write 'state { }' in '%s', or supervise one_for_one",
            child->name.schema);
}

static void check_resume(const struct actor *actor, struct diags *diags)
{
    if (actor->supervision.strategy != STRATEGY_RESUME) {
        return;
    }
    for (const struct child *c = actor->children; c != NULL; c = c->next) {
        check_resumed(actor, c->actor, c->actor_span, diags);
    }
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        if (!s->repeated) {
            check_resumed(actor, s->actor, s->span, diags);
        }
    }
}

/* ---- Cycles of children ------------------------------------------------------------------ */

static void report_cycle(void *context, const struct graph_edge *const *cycle, size_t len)
{
    struct diags *diags = context;
    const struct child *first = cycle[0]->what;
    const struct child *last = cycle[len - 1]->what;
    struct diag *diag = diags_add(diags, DIAG_CHILD_CYCLE, first->actor_span,
            "starting '%s' would never end: it is started again below itself",
            last->actor->name.schema);
    for (size_t i = 0; i < len; i++) {
        const struct child *child = cycle[i]->what;
        diag_note(diags, diag, child->span, "child '%s' starts '%s'", child->schema,
                child->actor->name.schema);
    }
}

static void check_cycles(const struct model *model, struct diags *diags)
{
    struct graph graph = { 0 };
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        for (const struct child *c = a->children; c != NULL; c = c->next) {
            if (c->actor->home == model) {
                graph_add(&graph, a->index, c->actor->index, c);
            }
        }
        graph.node_count++;
    }
    graph_cycles(&graph, report_cycle, diags);
    graph_fini(&graph);
}

void check_actors(const struct model *model, struct diags *diags)
{
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        check_args(a, diags);
        check_effects(a, diags);
        check_state(a, diags);
        check_resume(a, diags);
    }
    check_cycles(model, diags);
}
