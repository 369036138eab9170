/* SPDX-License-Identifier: MIT */
/*
 * compose.h - from a user's struct to a message that can be sent: checks it, takes a place in its
 * target's mailbox, copies it into one block. Floor 12.
 */
#ifndef RT_COMPOSE_H
#define RT_COMPOSE_H

#include "ask.h"
#include "layout.h"

struct compose {
    /* Given by the caller. */
    uint64_t ref; /* after compose_admit() of a pool, its member's */
    const actor_info *target;
    uint16_t index;
    const void *message;
    bool on_behalf; /* of a request: of an ask that is under way already, and is handed on */
    /* Found on the way. */
    size_t tail;  /* bytes of its strings */
    size_t bytes; /* of the body with its strings */
    uint16_t type;
    uint8_t flags; /* places taken */
    bool admitted;
    bool is_plain; /* it is to have MSG_PLAIN */
};

/* Checks the message against its layout. ACTOR_ERR_INVALID, ACTOR_ERR_LIMIT. */
static inline actor_err compose_measure(struct local *l, struct compose *c)
{
    const actor_layout *layout = c->target->classes[c->index].message;
    c->tail = 0;
    if (RT_UNLIKELY(!layout->plain)) {
        actor_err err = layout_measure(
                layout, c->message, l->shared->config.max_message_bytes, &c->tail);
        if (err != ACTOR_OK) {
            return err;
        }
    }
    c->bytes = layout->size + c->tail;
    return RT_UNLIKELY(c->bytes > l->shared->config.max_message_bytes) ? ACTOR_ERR_LIMIT
                                                                       : ACTOR_OK;
}

/* The type's number, for an actor that is gone and cannot be asked for it. ACTOR_ERR_STOPPED. */
actor_err compose_type_of_gone(struct local *l, struct compose *c);

/* The same as compose_admit() for a pool: takes the place in the member that is to have the message,
 * whose reference is in `c` from then on. */
actor_err compose_admit_to_pool(struct local *l, struct compose *c);

/* The running handler's actor is to wait for its target. Returns `err`, or ACTOR_ERR_NO_MEMORY. */
actor_err compose_note_wait(struct local *l, struct compose *c, actor_err err);

/*
 * Finds the target and takes the places that the message needs.
 *
 * Returns: ACTOR_OK; ACTOR_ERR_STOPPED if the target has ended (the message may still be made; it
 * becomes a dead letter); ACTOR_ERR_REFUSED; ACTOR_ERR_NO_MEMORY.
 */
static inline actor_err compose_admit(struct local *l, struct compose *c)
{
    if (RT_UNLIKELY(ref_is_pool(c->ref))) {
        return compose_admit_to_pool(l, c);
    }
    struct cell *cell = cells_find(&l->shared->cells, c->ref);
    /* acquire: what the actor's owner wrote before it set this generation is visible. */
    uint64_t ident = cell == NULL ? 0 : load_acq(&cell->ident);
    if (RT_UNLIKELY(cell == NULL || ident_gen(ident) != ref_gen(c->ref))) {
        return compose_type_of_gone(l, c);
    }
    c->type = ident_type(ident);
    c->is_plain = (ident & TRAIT_OPEN) != 0 && !c->target->classes[c->index].urgent;
    actor_err err = mailbox_reserve(&cell->mb, c->target, c->index, ref_gen(c->ref), &c->flags);
    if (RT_UNLIKELY(err == ACTOR_ERR_STOPPED)) {
        return compose_type_of_gone(l, c);
    }
    c->admitted = err == ACTOR_OK;
    return RT_UNLIKELY((c->flags & MSG_IS_BEYOND) != 0) ? compose_note_wait(l, c, err) : err;
}

/* Gives the places back. */
void compose_forget(struct local *l, struct compose *c);

/* Makes the message; for a request, of ask `a`. NULL, places given back, when memory is out. */
static inline struct msg *compose_make(
        struct local *l, struct compose *c, enum msg_kind kind, struct ask *a)
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
    m->flags = c->is_plain ? MSG_PLAIN : c->flags & (uint8_t)~MSG_IS_BEYOND;
    if (kind == MSG_REQUEST) {
        ((struct ask_msg *)(void *)m)->ask = a;
        if (RT_LIKELY(!c->on_behalf)) {
            /* release: pairs with ask_find(). Only now is the member of a pool known. */
            store_rel(&a->callee, c->ref);
        } else {
            m->flags |= MSG_ON_BEHALF; /* until the commit the call is the sender's */
        }
    }
    char *body = (char *)m + msg_head_bytes((uint8_t)kind);
    layout_copy_message(layout, body, c->message, body + layout->size);
    return m;
}

/* A request without a body, for an ask that ends before there is a message. */
struct msg *compose_bare(struct local *l, struct ask *a);

/* Counts a message that was refused when it was sent. */
void compose_count_refused(struct local *l, const struct compose *c);

#endif
