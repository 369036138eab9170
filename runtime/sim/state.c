/* SPDX-License-Identifier: MIT */
/* state.c - see state.h. */
#include "state.h"

#include "../ask.h"
#include "../event.h"

#include <stdlib.h>
#include <string.h>

/* Of one slot, whoever is in it: its reference is in what arrives. */
struct past {
    uint64_t arrived;
    uint64_t handled;
};

static struct {
    bool is_kept;
    struct past *pasts; /* by slot */
    uint32_t room;
    uint64_t actors; /* of all of them, in no order */
    uint64_t outside;
} state;

void state_begin(bool is_kept)
{
    state.is_kept = is_kept;
    state.actors = state.outside = 0;
    if (state.room > 0) {
        memset(state.pasts, 0, state.room * sizeof *state.pasts);
    }
}

static struct past *past_of(uint32_t slot)
{
    if (slot >= state.room) {
        uint32_t room = slot < 64 ? 128 : 2 * slot;
        state.pasts = realloc(state.pasts, room * sizeof *state.pasts);
        RT_ASSERT(state.pasts != NULL);
        memset(state.pasts + state.room, 0, (room - state.room) * sizeof *state.pasts);
        state.room = room;
    }
    return &state.pasts[slot];
}

static uint64_t hash_past(uint32_t slot, const struct past *p)
{
    return p->arrived == 0 && p->handled == 0
                   ? 0
                   : fold(fold(fold(slot, p->arrived), p->handled), 1);
}

static void change(uint32_t slot, struct past next)
{
    struct past *p = past_of(slot);
    state.actors ^= hash_past(slot, p) ^ hash_past(slot, &next);
    *p = next;
}

/* Whose answer it is, after what that one has handled, says what is in it. */
static uint64_t hash_reply(struct msg *m, uint64_t hash)
{
    uint64_t callee = load_rlx(&msg_ask(m)->callee);
    const actor_reply *reply = msg_body(m);
    hash = fold(fold(hash, (uint64_t)reply->kind), reply->error);
    return fold(fold(hash, callee), past_of(ref_slot(callee))->handled);
}

static uint64_t hash_message(const actor_info *info, struct msg *m)
{
    uint64_t hash = fold(m->kind, m->index);
    switch ((enum msg_kind)m->kind) {
    case MSG_REQUEST: hash = fold(fold(hash, msg_ask(m)->asker), msg_ask(m)->index); break;
    case MSG_TELL:
    case MSG_ALARM: break;
    case MSG_REPLY: return hash_reply(m, hash);
    case MSG_ENDED: return fold(hash, ((struct event *)(void *)m)->watch->ref);
    case MSG_EVENT:
    case MSG_STOP:
        hash = fold(hash, ((struct event *)(void *)m)->kind);
        return fold(hash, ((struct event *)(void *)m)->ref);
    case MSG_KEEP:
    case MSG_EFFECT:
    case MSG_TOKEN: return hash;
    }
    const actor_layout *layout = info->classes[m->index].message;
    return layout->size == 0 ? hash : hash_value(layout, msg_body(m), hash);
}

void state_arrival(struct cell *c, struct msg *m)
{
    if (state.is_kept) {
        struct past p = *past_of(c->slot);
        p.arrived = fold(fold(p.arrived, cell_ref(c)), hash_message(c->type->info, m));
        change(c->slot, p);
    }
}

void state_handled(struct cell *c, uint64_t hash)
{
    if (state.is_kept) {
        struct past p = *past_of(c->slot);
        p.handled = fold(p.handled, hash);
        change(c->slot, p);
    }
}

void state_timer(struct cell *c, int64_t at)
{
    if (state.is_kept && c != NULL) {
        struct past p = *past_of(c->slot);
        p.handled = fold(p.handled, (uint64_t)at);
        change(c->slot, p);
    } else if (state.is_kept) {
        state.outside = fold(state.outside, (uint64_t)at);
    }
}

void state_outside(void)
{
    state.outside = fold(state.outside, state.actors);
}

void state_chosen(uint64_t value)
{
    state.outside = fold(state.outside, value + 1);
}

uint64_t state_now(void)
{
    return fold(fold(state.actors, state.outside), (uint64_t)run.now);
}
