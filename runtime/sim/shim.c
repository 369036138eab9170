/* SPDX-License-Identifier: MIT */
/*
 * shim.c - what stands between the runtime and the application's handlers in a simulation: each
 * event is noted, and may be made to end in a crash.
 *
 * What is to go another way the linker sends here instead of to the runtime (--wrap, see the Makefile); for
 * what is only looked at the runtime has seam.h. A type that is entered is entered with a dispatch of ours.
 */
#include "shim.h"
#include "../seam.h"
#include "../send.h"
#include "../tx.h"
#include "history.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

struct shim {
    actor_type type; /* what the runtime sees */
    const actor_type *code;
    struct shim *next;
};

/* Of all types that the process has seen: they are static in the application. */
static struct shim *shims;

struct plan_entry {
    const char *type; /* NULL = the entry is free */
    uint64_t at;
    uint64_t seen;
};

enum { PLAN_MAX = 16 };

static struct plan_entry plan[PLAN_MAX];

bool actor_sim_crash_at(const char *type, uint64_t event)
{
    for (int i = 0; i < PLAN_MAX; i++) {
        if (plan[i].type == NULL) {
            plan[i] = (struct plan_entry){ .type = type, .at = event };
            return true;
        }
    }
    return false;
}

void shim_begin(bool is_watched)
{
    memset(plan, 0, sizeof plan);
    seam_is_watched = is_watched;
}

enum crash { CRASH_NONE, CRASH_BEFORE, CRASH_AFTER, CRASH_COUNT };

static RT_COLD bool is_planned(const actor_info *info)
{
    bool now = false;
    for (int i = 0; i < PLAN_MAX && plan[i].type != NULL; i++) {
        if (strcmp(plan[i].type, info->name) == 0) {
            now = ++plan[i].seen == plan[i].at || now;
        }
    }
    return now;
}

static enum crash choose_crash(const actor_info *info, const actor_event *event)
{
    if (event->kind == ACTOR_EVENT_STOP) {
        return CRASH_NONE; /* nobody could tell the difference */
    }
    if (RT_UNLIKELY(plan[0].type != NULL) && is_planned(info)) {
        return CRASH_AFTER;
    }
    return (enum crash)choose(CHOICE_CRASH, CRASH_COUNT);
}

static actor_result crash(struct cell *c, void *state, const char *when)
{
    run.crashes++;
    c->flags &= (uint8_t)~CELL_HOOKED; /* as after any crash: no stop hook */
    return actor_fail(state, "crashed %s its handler, as the simulation chose", when);
}

static RT_COLD actor_result dispatch_and_crash(
        const struct shim *shim, void *state, const actor_event *event, enum crash how)
{
    struct cell *c = local_current->tx.cell;
    actor_result r = ACTOR_FAILED;
    if (how == CRASH_BEFORE) {
        r = crash(c, state, "before");
    } else {
        r = shim->code->dispatch(state, event);
        r = r != ACTOR_FAILED ? crash(c, state, "after") : r;
    }
    history_result(r, true);
    return r;
}

static actor_result dispatch(void *state, const actor_event *event)
{
    struct local *l = local_current;
    struct cell *c = l->tx.cell;
    const struct shim *shim = (const struct shim *)(const void *)load_rlx(&c->type->code);
    run.steps++;
    history_step(l, c, event);
    enum crash how = choose_crash(shim->type.info, event);
    if (RT_UNLIKELY(how != CRASH_NONE)) {
        return dispatch_and_crash(shim, state, event, how);
    }
    actor_result r = shim->code->dispatch(state, event);
    history_result(r, false);
    return r;
}

static const actor_type *shim_of(const actor_type *code)
{
    for (struct shim *s = shims; s != NULL; s = s->next) {
        if (s->code == code || &s->type == code) {
            return &s->type;
        }
    }
    struct shim *s = calloc(1, sizeof *s);
    RT_ASSERT(s != NULL);
    *s = (struct shim){ .type = *code, .code = code, .next = shims };
    s->type.dispatch = dispatch;
    shims = s;
    return &s->type;
}

/* ---- Before the runtime's own -------------------------------------------------------------- */

struct type *__real_registry_type(
        struct registry *r, const actor_info *info, const actor_type *code);
struct type *__wrap_registry_type(
        struct registry *r, const actor_info *info, const actor_type *code);

struct type *__wrap_registry_type(
        struct registry *r, const actor_info *info, const actor_type *code)
{
    struct type *t = __real_registry_type(r, info, code == NULL ? NULL : shim_of(code));
    if (t != NULL) {
        t->traits &= (uint16_t)~TRAIT_PROMPT; /* each start is an event, and may crash */
    }
    return t;
}

actor_err __real_mailbox_reserve_places(struct mailbox *mb, const actor_info *info,
        uint16_t index, uint32_t gen, uint8_t *ret_flags);
actor_err __wrap_mailbox_reserve_places(struct mailbox *mb, const actor_info *info,
        uint16_t index, uint32_t gen, uint8_t *ret_flags);

/* Only mailboxes that could be full are. */
static bool may_refuse(const actor_info *info, uint16_t index)
{
    const actor_class *class = &info->classes[index];
    return (info->mailbox > 0 && info->overflow == ACTOR_REFUSE) ||
           (class->limit > 0 && class->overflow == ACTOR_REFUSE);
}

actor_err __wrap_mailbox_reserve_places(struct mailbox *mb, const actor_info *info,
        uint16_t index, uint32_t gen, uint8_t *ret_flags)
{
    if (may_refuse(info, index) && choose(CHOICE_REFUSE, 2) == 1) {
        run.refusals++;
        return ACTOR_ERR_REFUSED;
    }
    return __real_mailbox_reserve_places(mb, info, index, gen, ret_flags);
}

/* ---- What only looks on ----------------------------------------------------------------------- */

bool seam_is_watched;

RT_COLD void seam_note_send(struct local *l, const struct msg *m)
{
    history_sent(l, m);
}

RT_COLD void seam_note_arrival(struct mailbox *mb, struct msg *m)
{
    state_arrival((struct cell *)(void *)mb, m); /* its first member */
}

RT_COLD void seam_note_timer(int64_t deadline_ns)
{
    state_timer(local_current == NULL ? NULL : local_current->tx.cell, deadline_ns);
}
