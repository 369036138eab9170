/* SPDX-License-Identifier: MIT */
/*
 * behaviour.h - what an actor does with a message in the mode that it is in: handles it, keeps it
 * for a later mode, or neither. Floor 11.
 */
#ifndef RT_BEHAVIOUR_H
#define RT_BEHAVIOUR_H

#include "send.h"

/* Prepares an actor that starts, or starts again, in its first mode; false when memory is out. */
bool behaviour_begin(struct local *l, struct cell *c);
/* Releases what the above made. What was kept has been taken out by then. */
void behaviour_end(struct local *l, struct cell *c);

/* Changes the mode. What is kept is looked at again, in order, before all that waits. */
void behaviour_become(struct local *l, struct cell *c, uint16_t mode);

/* Lets what is kept be taken again. */
void behaviour_unstash(struct local *l, struct cell *c);

/* Keeps a message that was taken from the mailbox, for a later mode. */
void behaviour_keep(struct local *l, struct cell *c, struct msg *m);
/* Keeps it, or ends it, if the mode does not handle it. Takes it. */
void behaviour_keep_or_bury(struct local *l, struct cell *c, struct msg *m);

/* What the actor does with a message of that class now. */
static inline actor_action behaviour_of(const struct cell *c, uint16_t index)
{
    const actor_mode *modes = c->type->info->modes;
    return RT_LIKELY(modes == NULL) ? ACTOR_HANDLED
                                    : modes[cell_mode(c)].reactions[index].action;
}

/* Says whether the actor handles a message that was taken from its mailbox. If not, the message
 * has been kept or is a dead letter. */
static inline bool behaviour_handles(struct local *l, struct cell *c, struct msg *m)
{
    if (RT_LIKELY(behaviour_of(c, m->index) == ACTOR_HANDLED)) {
        return true;
    }
    behaviour_keep_or_bury(l, c, m);
    return false;
}

/* Says whether the running handler may become the mode. */
bool behaviour_may_become(const struct local *l, uint16_t mode);

#endif
