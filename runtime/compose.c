/* SPDX-License-Identifier: MIT */
/* compose.c - see compose.h. */
#include "compose.h"

#include "registry.h"

actor_err compose_measure(struct local *l, struct compose *c)
{
    const actor_layout *layout = c->target->classes[c->index].message;
    c->tail = 0;
    if (RT_UNLIKELY(!layout->plain)) {
        actor_err err = layout_measure(layout, c->message, &c->tail);
        if (err != ACTOR_OK) {
            return err;
        }
    }
    c->bytes = layout->size + c->tail;
    return RT_UNLIKELY(c->bytes > l->shared->config.max_message_bytes) ? ACTOR_ERR_LIMIT : ACTOR_OK;
}

/* The type's number, for an actor that is gone and cannot be asked for it. */
static actor_err type_of_gone(struct local *l, struct compose *c)
{
    struct type *t = registry_type(l->shared->registry, c->target, NULL);
    if (t == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    c->type = t->index;
    return ACTOR_ERR_STOPPED;
}

actor_err compose_admit(struct local *l, struct compose *c)
{
    struct cell *cell = cells_alive(&l->shared->cells, c->ref);
    if (RT_UNLIKELY(cell == NULL)) {
        return type_of_gone(l, c);
    }
    /* acquire: if this is the type of a later actor of the slot, the generation has changed too. */
    c->type = load_acq(&cell->type_index);
    /* acquire: not before the load above. */
    if (RT_UNLIKELY(load_acq(&cell->gen) != ref_gen(c->ref))) {
        return type_of_gone(l, c);
    }
    actor_err err = mailbox_reserve(&cell->mb, c->target, c->index, ref_gen(c->ref), &c->flags);
    if (RT_UNLIKELY(err == ACTOR_ERR_STOPPED)) {
        return type_of_gone(l, c);
    }
    c->admitted = err == ACTOR_OK;
    return err;
}

void compose_forget(struct local *l, struct compose *c)
{
    struct cell *cell = c->admitted ? cells_find(&l->shared->cells, c->ref) : NULL;
    if (cell != NULL) {
        mailbox_release(&cell->mb, c->index, ref_gen(c->ref), c->flags);
        c->admitted = false;
    }
}

void compose_count_refused(struct local *l, const struct compose *c)
{
    struct counts *n = local_counts(l, c->type, c->index);
    if (n != NULL) {
        count_up(&n->sent, 1); /* relaxed, both: own counters */
        count_up(&n->dropped[ACTOR_ERR_REFUSED], 1);
    }
}

struct msg *compose_make(struct local *l, struct compose *c, enum msg_kind kind, struct ask *a)
{
    const actor_layout *layout = c->target->classes[c->index].message;
    struct msg *m = msg_new(&l->pool, kind, c->bytes);
    if (RT_UNLIKELY(m == NULL)) {
        compose_forget(l, c);
        return NULL;
    }
    m->target = c->ref;
    m->type = c->type;
    m->index = c->index;
    m->flags = c->flags;
    if (kind == MSG_REQUEST) {
        ((struct ask_msg *)(void *)m)->ask = a;
    }
    char *body = msg_body(m);
    layout_copy(layout, body, c->message, body + layout->size);
    return m;
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
