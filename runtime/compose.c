/* SPDX-License-Identifier: MIT */
/* compose.c - see compose.h. */
#include "compose.h"

#include "crew.h"
#include "registry.h"
#include "throttle.h"

actor_err compose_type_of_gone(struct local *l, struct compose *c)
{
    struct type *t = registry_type(l->shared->registry, c->target, NULL);
    if (t == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    c->type = t->index;
    return ACTOR_ERR_STOPPED;
}

actor_err compose_admit_to_pool(struct local *l, struct compose *c)
{
    bool is_load = false;
    uint64_t member = crew_route(
            l, c->ref, &c->target->classes[c->index], c->index, c->message, &is_load);
    if (member == 0) {
        return compose_type_of_gone(l, c); /* the pool's reference is dead, and the message */
    }
    c->ref = member;
    actor_err err = compose_admit(l, c);
    if (err == ACTOR_OK && is_load) {
        struct cell *cell = cells_find(&l->shared->cells, member);
        mailbox_add_load(&cell->mb, ref_gen(member), &c->flags);
        c->is_plain = false;
    }
    return err;
}

actor_err compose_note_wait(struct local *l, struct compose *c, actor_err err)
{
    if (throttle_note(l, c->ref, c->index)) {
        return err;
    }
    compose_forget(l, c);
    return ACTOR_ERR_NO_MEMORY;
}

void compose_forget(struct local *l, struct compose *c)
{
    if (c->admitted) {
        c->admitted = false;
        send_give_back(l, c->ref, c->index, c->flags);
    }
}

void compose_count_refused(struct local *l, const struct compose *c)
{
    struct counts *n = local_counts(l, c->type, c->index);
    tally(l, &n->sent);
    tally(l, &n->dropped[ACTOR_ERR_REFUSED]);
}

struct msg *compose_bare(struct local *l, struct ask *a)
{
    struct msg *m = msg_new(&l->pool, MSG_REQUEST, 0);
    if (m != NULL) {
        m->target = 0;
        ((struct ask_msg *)(void *)m)->ask = a;
    }
    return m;
}
